"""What the parts of the measurement share: places, servers, load, the table."""
import collections, http.client, os, re, resource, shutil, signal, subprocess, sys, tempfile, time, urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
EMAIL, PASSWORD = "admin@ecole.example", "a long enough password"

def say(text):
    print(text, file=sys.stderr, flush=True)

def machine():
    kib = int(re.search(r"MemTotal:\s+(\d+)", open("/proc/meminfo").read()).group(1))
    return f"{os.cpu_count()} vCPU, {round(kib / 1048576)} GiB"

def pin(core):
    cores = sorted(os.sched_getaffinity(0))
    return (lambda: os.sched_setaffinity(0, {cores[min(core, len(cores) - 1)]}))

class Table:
    def __init__(self):
        self.rows, self.missed = [], 0

    def add(self, what, peer, measured, target, met):
        self.rows.append((what, peer, measured, target, met))
        self.missed += not met
        say(f"  {what}: {measured} (target {target}) {'yes' if met else 'NO'}")

    def note(self, what, peer, measured):
        self.rows.append((what, peer, measured, "", None))
        say(f"  {what}: {measured}")

    def text(self):
        lines = ["| What | Against | Measured | Target | Met |", "|---|---|---|---|---|"]
        for what, peer, measured, target, met in self.rows:
            lines.append(f"| {what} | {peer} | {measured} | {target} | {'' if met is None else 'yes' if met else '**no**'} |")
        return "\n".join(lines)

class Server:
    """A process that prints `listening http://...`."""
    def __init__(self, argv, pinned=True):
        self.lines = []
        self.started = time.monotonic()
        self.p = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                  preexec_fn=pin(0) if pinned else None)
        for line in self.p.stdout:
            self.lines.append(line.strip())
            if line.startswith("listening "):
                self.url = line.split()[1]
                self.port = int(self.url.rsplit(":", 1)[1])
                return
        raise SystemExit(f"{' '.join(argv)}: ended before it listened")

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.p.send_signal(signal.SIGTERM)
        self.p.wait()

    def status_kib(self, name):
        return int(re.search(name + r":\s+(\d+)", open(f"/proc/{self.p.pid}/status").read()).group(1))

    def cpu_s(self):
        fields = open(f"/proc/{self.p.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def client(self):
        return Client(self.port)

class Client:
    def __init__(self, port):
        self.port, self.cookies, self.c = port, {}, http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method, path, form=None, headers=None):
        h = dict(headers or {})
        if self.cookies:
            h["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        body = None
        if form is not None:
            body = urllib.parse.urlencode(form)
            h["Content-Type"] = "application/x-www-form-urlencoded"
        self.c.request(method, path, body, h)
        r = self.c.getresponse()
        text = r.read()
        for value in r.headers.get_all("Set-Cookie", []):
            k, v = value.split(";")[0].split("=", 1)
            self.cookies[k] = v
        return r.status, text.decode("utf-8", "replace"), r.headers

    def get(self, path):
        status, text, _ = self.ask("GET", path)
        if status != 200:
            raise SystemExit(f"{path}: {status}\n{text[:2000]}")
        return text

    def sign_in(self, email=EMAIL, password=PASSWORD):
        token = re.search(r'name="csrf" value="([^"]*)"', self.get("/sign-in")).group(1)
        status, text, _ = self.ask("POST", "/sign-in", {"csrf": token, "email": email, "password": password})
        if status != 303:
            raise SystemExit(f"sign-in of {email}: {status}")
        return self

    def cookie(self):
        return "; ".join(f"{k}={v}" for k, v in self.cookies.items())

LUA = """
bad, at = 0, 0
local marks = { %s }
function setup(thread) threads = threads or {}; table.insert(threads, thread) end
%s
function response(status, headers, body)
	local ok = status == %d
	for i = 1, #marks do ok = ok and string.find(body, marks[i], 1, true) end
	if not ok then bad = bad + 1 end
end
function done(summary, latency)
	local wrong = 0
	for _, t in ipairs(threads) do wrong = wrong + t:get("bad") end
	local e = summary.errors
	print(string.format("figures %%d %%d %%d %%d %%d %%d", summary.requests, summary.duration, latency:percentile(50),
		latency:percentile(99), wrong, e.connect + e.read + e.write + e.timeout))
end
"""

class Load:
    """What wrk measured; each reply was looked at. `per_core_s` is the rate for a second of the core's time: it does not
    change when others use the machine too, and is the plain rate when the server has the core for itself."""
    def __init__(self, work, server, path, seconds, connections=64, headers=(), marks=(), request="", status=200):
        url, cpu_s = server.url + path, server.cpu_s()
        script = os.path.join(work.dir, "load.lua")
        quoted = ", ".join("[==[" + m + "]==]" for m in marks)
        text = LUA % (quoted, request, status)
        if not marks and not request:
            text = re.sub(r"function response.*?\nend\n", "", text, flags=re.S)
        open(script, "w").write(text)
        argv = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", script]
        for h in headers:
            argv += ["-H", h]
        out = subprocess.run(argv + [url], capture_output=True, text=True, preexec_fn=pin(1)).stdout
        m = re.search(r"figures (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)", out)
        if not m:
            raise SystemExit("wrk: " + out)
        self.requests, us, self.p50_us, self.p99_us, self.wrong, self.errors = map(int, m.groups())
        self.rate = self.requests * 1e6 / us
        self.per_core_s = self.requests / max(server.cpu_s() - cpu_s, 0.01)
        if self.wrong or self.errors:
            raise SystemExit(f"{url}: {self.wrong} wrong replies, {self.errors} lost of {self.requests}")

Spent = collections.namedtuple("Spent", "wall_s cpu_s kib out")

class Work:
    """A folder for everything, gone at the end; and the programs."""
    def __init__(self, build):
        self.build = os.path.abspath(build)
        self.program = os.path.join(self.build, "src/app/passerelle")

    def __enter__(self):
        targets = ["tests/bench/bench_" + n for n in ("commit", "http_bare", "instances", "rule")]
        subprocess.run(["ninja", "-C", self.build, "src/app/passerelle"] + targets, check=True, stdout=subprocess.DEVNULL)
        lemon = ["ninja", "-C", self.build, "tests/bench/bench_lemon"] # not there without LEMON
        self.lemon = subprocess.run(lemon, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
        base = os.environ.get("TMPDIR") or self.build # on a disk: the temporary folder may be memory
        self.dir = tempfile.mkdtemp(prefix="bench.", dir=base)
        return self

    def __exit__(self, *unused):
        shutil.rmtree(self.dir, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.dir, name)

    def bench(self, name, *args):
        return [os.path.join(self.build, "tests/bench", "bench_" + name)] + list(args)

    def run(self, *args, stdin=""):
        p = subprocess.run([self.program, *args], input=stdin, capture_output=True, text=True)
        if p.returncode:
            raise SystemExit(f"passerelle {' '.join(args)}: {p.returncode}\n{p.stderr}")
        return p.stdout.strip()

    def school(self, name, *where):
        where = where or ("--data", self.path(name))
        self.run("init", "--hei", "ecole.example", "--name", "École", "--admin", EMAIL, *where, stdin=PASSWORD + "\n")
        return where

    def timed(self, argv):
        """Seconds and the most resident memory (KiB) of a process of its own."""
        spent = self.spent(argv)
        return spent.wall_s, spent.kib

    def spent(self, argv, pinned=True):
        """What a process of its own took. `cpu_s` does not grow when others use the machine too."""
        start = time.monotonic()
        with tempfile.TemporaryFile("w+") as out:
            p = subprocess.Popen(argv, stdout=out, stderr=subprocess.PIPE, text=True, preexec_fn=pin(0) if pinned else None)
            error = p.stderr.read()
            _, status, usage = os.wait4(p.pid, 0)
            wall_s = time.monotonic() - start
            p.returncode = os.waitstatus_to_exitcode(status)
            if p.returncode:
                raise SystemExit(f"{' '.join(argv)}: {p.returncode}\n{error}")
            out.seek(0)
            return Spent(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, out.read())
