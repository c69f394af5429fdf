"""The parts of the measurement, one function for each; they add rows to the table."""
import html.parser, json, os, re, statistics, subprocess, sys, time
import allocation, data
from tools import Client, Load, ROOT, Server, Work, say

ROWS, MILLION, FEW = 100_000, 1_000_000, 10_000
SECONDS = 4

class Rows(html.parser.HTMLParser):
    """The names in the body of the list's table."""
    def __init__(self, text):
        super().__init__()
        self.names, self.inside, self.rows = [], False, 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.rows += tag == "tr"
        if tag == "a" and dict(attrs).get("class") == "t":
            self.inside = True
            self.names.append("")

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "a"

    def handle_data(self, text):
        if self.inside:
            self.names[-1] += text

# What, the address, which rows it takes, the share of the bare rate that is wanted; None: told without a target.
PAGES = [
    ("indexed filter and sort", "filter=country:eq:PT&sort=name", lambda i: data.country(i) == "PT", 40),
    ("filter that hits 20,000 rows, counted to 1,000", "filter=country:eq:FR", lambda i: data.country(i) == "FR", 60),
    ("word search without accents", "q=departement+2987", lambda i: i % 3000 == 2987 or str(i).startswith("2987"), 100),
    ("word search that hits 20,000 rows", "q=academie", lambda i: i % 5 == 0, 100),
    ("the same filter, sorted by another column", "filter=country:eq:FR&sort=-eche_end", None, None),
    ("all rows", "", lambda i: True, None),
]

def verified(client, query, which):
    """The page, once its rows are those that the file says, escaped, 50 or as many as there are."""
    path = "/institutions" + ("?" + query if query else "")
    text = client.get(path)
    names = Rows(text).names
    if which:
        want = data.first_names(ROWS, which)
        if names != want:
            raise SystemExit(f"{path}: shows {names[:3]} ... ({len(names)}), not {want[:3]} ... ({len(want)})")
    elif len(names) != 50:
        raise SystemExit(f"{path}: {len(names)} rows")
    raw = text.split("<tbody>")[1].split("</tbody>")[0]
    if "<%" in raw or raw.count("&lt;") < len(names) or raw.count("&amp; D") < len(names):
        raise SystemExit(f"{path}: cells are not escaped")
    cells = re.findall(r'<a class="t"[^>]*>([^<]*)</a>', raw)
    return path, [cells[0], cells[-1], "</html>"]

def serve(work, *where):
    return Server([work.program, "serve", *where, "--listen", "127.0.0.1:0", "--allow-root"])

def bare_rate(work, seconds=3):
    with Server(work.bench("http_bare", "0")) as bare:
        return Load(work, bare, "/", seconds).per_core_s

def hundred_thousand(work):
    """The school with its rows, imported once for all parts that need it."""
    if not hasattr(work, "where"):
        work.where = work.school("lists")
        data.institutions(work.path("rows.csv"), ROWS)
        work.run("import", "institutions", work.path("rows.csv"), *work.where)
    return work.where

def pages(work, table):
    where, loads = hundred_thousand(work), []
    bare = [bare_rate(work)]
    with serve(work, *where) as server:
        client = server.client().sign_in()
        for what, query, which, share in PAGES:
            path, marks = verified(client, query, which)
            load = Load(work, server, path, SECONDS, headers=["Cookie: " + client.cookie()], marks=marks)
            verified(client, query, which)
            loads.append((what, share, load))
    bare.append(bare_rate(work))
    best = max(bare)
    peer = f"bare libmicrohttpd, 1 KiB: {best:,.0f} for a second of the core"
    for what, share, load in loads:
        ratio = best / load.per_core_s
        measured = f"{load.per_core_s:,.0f} = 1/{ratio:.0f} ({load.rate:,.0f}/s); p50 {load.p50_us / 1000:.1f} ms, p99 {load.p99_us / 1000:.1f} ms"
        label = f"List of 50 rows from 100,000: {what}"
        if share:
            spread = load.p99_us / load.p50_us
            table.add(label, peer, measured, f"1/{share}", ratio <= share)
            table.add(f"... its p99 at 64 connections", "its median", f"{spread:.1f} times", "under 3", spread < 3)
        else:
            table.note(label, peer, measured)

SHELL = """pragma journal_mode=wal;
pragma synchronous=full;
create table institution ({columns}, primary key (pic));
create index by_name on institution (name);
create index by_country on institution (country, name);
.mode csv
.import --skip 1 {file} institution
"""

def shell_import(work, file):
    script = SHELL.format(columns=", ".join(c + " text" for c in data.HEADER.split(",")), file=file)
    start = time.monotonic()
    subprocess.run(["taskset", "-c", "0", "sqlite3", work.path("shell.db")], input=script, text=True, check=True, stdout=subprocess.DEVNULL)
    took = time.monotonic() - start
    count = subprocess.run(["sqlite3", work.path("shell.db"), "select count(*) from institution"], capture_output=True, text=True).stdout
    if int(count) != MILLION:
        raise SystemExit(f"the shell imported {count}")
    os.remove(work.path("shell.db"))
    return took

def import_rows(work, table):
    few, all_ = data.institutions(work.path("few.csv"), FEW), data.institutions(work.path("all.csv"), MILLION)
    took, peak = {}, {}
    for name, file in (("few", few), ("all", all_)):
        where = work.school(name)
        took[name], peak[name] = work.timed([work.program, "import", "institutions", file, *where])
        count = subprocess.run(["sqlite3", work.path(name) + "/passerelle.db", "select count(*) from institution"], capture_output=True, text=True).stdout
        if int(count) != (FEW if name == "few" else MILLION):
            raise SystemExit(f"{name}: {count} rows")
        subprocess.run(["rm", "-rf", work.path(name)])
    shell = shell_import(work, all_)
    ratio = took["all"] / shell
    table.add("Import of 1,000,000 rows with validation, search words and audit", f"sqlite3 .import, same key, two indexes: {MILLION / shell:,.0f} rows/s",
              f"{MILLION / took['all']:,.0f} rows/s = 1/{ratio:.1f}", "1/10", ratio <= 10)
    grown = (peak["all"] - peak["few"]) / 1024
    table.add("... resident memory from 10,000 to 1,000,000 rows", f"{peak['few'] / 1024:.0f} MiB at 10,000", f"{grown:+.1f} MiB", "under 16 MiB", grown < 16)
    os.remove(all_)

CREATE = """
local n = 0
function request()
	n = n + 1
	return wrk.format("POST", "/api/v1/partners", {["Authorization"] = "Bearer %s", ["Content-Type"] = "application/json"},
		string.format('{"name": "Partenaire %%d", "kind": "university", "country": "PT", "city": "Évora"}', n))
end
"""

def metric(client, name):
    return int(re.search(rf"^passerelle_{name} (\d+)", client.get("/metrics"), re.M).group(1))

def commit(work, table):
    out = subprocess.run(work.bench("commit", work.dir, "8"), capture_output=True, text=True, check=True).stdout
    figures = dict(re.findall(r"^(one thread|64 threads|ratio)[^0-9]*?.*?\s([\d.]+)(?: transactions/s)?$", out, re.M))
    ratio = float(figures["ratio"])
    table.add("Group commit: 64 writers, one transaction each", f"one thread, 64 at a time: {float(figures['one thread']):,.0f}/s",
              f"{float(figures['64 threads']):,.0f}/s = {ratio:.2f}", "0.50", ratio >= 0.5)
    where = work.school("writes")
    token = work.run("token", "create", "--user", "admin@ecole.example", *where)
    with serve(work, *where) as server:
        client = server.client()
        before = metric(client, "database_commits_total")
        load = Load(work, server, "", SECONDS, request=CREATE % token, marks=['"name":"Partenaire '], status=201)
        flushes = metric(client, "database_commits_total") - before
        each = load.requests / flushes
    table.add("... rows created over HTTP for each flush, 64 connections", f"{load.rate:,.0f} acknowledged writes/s", f"{each:.1f}", "at least 8", each >= 8)

def first_answer_ms(work, where):
    start = time.monotonic()
    with serve(work, *where) as server:
        server.client().get("/healthz")
        return (time.monotonic() - start) * 1000

def start(work, table):
    where = work.school("stays")
    data.stays(work.path("stays.csv"), ROWS)
    said = work.run("import", "stays", work.path("stays.csv"), *where)
    if not said.startswith(f"new {ROWS} "):
        raise SystemExit("stays: " + said)
    ms = statistics.median(first_answer_ms(work, where) for _ in range(7))
    table.add("From exec to the first 200 of /healthz, 100,000 stays", "", f"{ms:.0f} ms", "under 100 ms", ms < 100)

def walk(client, count):
    """Pages by their links, as a reader would follow them; files to download and acts are left out."""
    waiting, seen, done = ["/"], {"/"}, 0
    while done < count:
        if not waiting:
            waiting = sorted(seen)
        path = waiting.pop(0)
        status, text, headers = client.ask("GET", path)
        if status >= 500:
            raise SystemExit(f"{path}: {status}")
        done += status == 200
        for href in re.findall(r'href="(/[^"#]*)"', text):
            href = href.replace("&amp;", "&")
            bare = href.split("?")[0]
            if len(seen) < 5000 and href not in seen and not re.search(r"^/(assets|language|api)|\.(csv|xlsx|json|ics|pdf)$|export", bare):
                seen.add(href)
                waiting.append(href)
    return seen

def receipts(client, seen, count):
    """Applications as PDF."""
    sent = sorted({m.group(1) for m in (re.match(r"(/applications/[0-9a-f-]{36})$", href) for href in seen) if m})
    got = 0
    for path in sent:
        status, text, headers = client.ask("GET", path + "/receipt.pdf")
        got += status == 200 and headers["Content-Type"] == "application/pdf"
        if got == count:
            return
    raise SystemExit(f"{got} receipts in {len(sent)} applications")

def memory(work, table):
    with Server([work.program, "demo", "--data", work.path("demo"), "--listen", "127.0.0.1:0"]) as server:
        accounts = [line.split()[1:4] for line in server.lines if line.startswith("account ")]
        begin = server.status_kib("VmRSS")
        for i in range(20):
            _, email, password = accounts[i % len(accounts)]
            client = server.client().sign_in(email, password)
        office = next(a for a in accounts if a[0] == "office")
        client = server.client().sign_in(office[1], office[2])
        receipts(client, walk(client, 1000), 5)
        mib = server.status_kib("VmRSS") / 1024
    table.add("Resident memory of the demo after 1,000 pages, 20 sign-ins and 5 receipts", f"{begin / 1024:.0f} MiB before", f"{mib:.0f} MiB", "under 64 MiB", mib < 64)

def medians_ms(work, server):
    """One reader, one page after the other."""
    client, out = server.client().sign_in(), {}
    for what, query, which, share in PAGES:
        path, marks = verified(client, query, which)
        load = Load(work, server, path, 2, connections=1, headers=["Cookie: " + client.cookie()], marks=marks)
        out[what] = load.p50_us / 1000
    return out

def postgres_inside(work):
    """Runs with the addresses of a fresh PostgreSQL in the environment; prints its medians."""
    url = os.environ["PASSERELLE_TEST_PG"]
    work.school("unused", "--database", url)
    data.institutions(work.path("rows.csv"), ROWS)
    begin = time.monotonic()
    work.run("import", "institutions", work.path("rows.csv"), "--database", url)
    took = time.monotonic() - begin
    subprocess.run(["psql", "-q", url, "-c", "vacuum analyze"], check=True) # what autovacuum does within a minute
    with serve(work, "--database", url) as server:
        print(json.dumps({"import_s": took, "pages": medians_ms(work, server)}))

def postgres(work, table):
    with serve(work, *hundred_thousand(work)) as server:
        lite = medians_ms(work, server)
    argv = [os.path.join(ROOT, "tests/tools/with_postgres"), sys.executable, os.path.join(ROOT, "tests/bench/run"), work.build, "postgres-inside"]
    out = subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=True).stdout
    if "SKIP" in out:
        return say(out)
    pg = json.loads(out.strip().splitlines()[-1])
    for what, query, which, share in PAGES:
        ratio = pg["pages"][what] / lite[what]
        table.add(f"PostgreSQL: {what}", f"SQLite: {lite[what]:.2f} ms", f"{pg['pages'][what]:.2f} ms = {ratio:.1f} times", "3 times", ratio <= 3)
    table.note("PostgreSQL: import of 100,000 rows", "", f"{ROWS / pg['import_s']:,.0f} rows/s")

def rules(work, table):
    out = subprocess.run(work.bench("rule"), capture_output=True, text=True, check=True).stdout
    for what in ("read and check", "evaluate", "prove", "smallest change"):
        us = re.search(rf"^{what}\s+([\d.]+) us", out, re.M).group(1)
        table.note(f"Rule of the greatest size: {what}", "", f"{float(us):,.1f} µs")

ALL = {"pages": pages, "import": import_rows, "commit": commit, "start": start, "memory": memory, "postgres": postgres, "rules": rules, "allocation": allocation.measure}
