#!/usr/bin/env python3
"""Who may see and do what, from the descriptors alone: every entity, role and unit, every way in. Rows are made from the
fields as `describe` tells them, each with a word of its own in every text, so that one found where it should not be is seen
whatever page it is on. A new entity is covered without a change here.

Tenant 1 has units A and B; each entity has a row of A, of B and of no unit; tenant 2 has the same. Right and unit scope are
computed here, not asked of the program.
"""
import csv
import hashlib
import html
import unittest

from kit import *

D = describe()
ENTITIES = {e["kind"]: e for e in D["entities"]}
GENERIC = {(r["method"], r["pattern"]) for r in D["routes"] if "entity" in r}  # the others are written by hand for their readers
WHERE = ("A", "B", "N")
TENANTS = (1, 2)
READ = {  # texts that the program reads: a word of ours would be no rule, no zone, no list
    "campaigns": {"zone": "Europe/Paris", "programmes": "", "weights": ""}, "opportunities": {"requirement": ""},
    "applications": {"answers": "{}", "score_lines": ""}, "choices": {"score_lines": ""},
    "indicators": {"source_a": "/people", "source_b": "", "source_c": "", "source_d": ""},
}
ACTORS = {  # name: (tenant, role, unit)
    "admin": (1, "admin", None), "office": (1, "office", None), "head A": (1, "head", "A"), "head B": (1, "head", "B"),
    "teacher": (1, "teacher", None), "student": (1, "student", None), "director": (1, "director", None), "social": (1, "social", None),
    "office of A": (1, "office", "A"), "other office": (2, "office", None), "nobody": None,
}


def flags(field, *names):
    return any(n in field["flags"] for n in names)


def field_of(entity, flag):
    return next((f for f in entity["fields"] if flag in f["flags"]), None)


def row_id(entity, tenant, where):
    """Version 7, one for each row; shared rows are the same for all schools."""
    tenant = 0 if entity["shared"] else tenant
    return f"0190{entity['code']:04x}00007{ord(where):03x}8000{tenant:012x}"


def word(entity, tenant, where):
    tenant = 0 if entity["shared"] else tenant
    return f"zq{entity['code']:03d}t{tenant}{where}".lower()


def secret(entity, tenant, where):
    return word(entity, tenant, where) + "secret"


class Rows:
    """Writes the rows straight into the tables."""

    def __init__(self, place):
        self.place, self.columns, self.statements = place, {}, []
        for tenant in TENANTS:
            for entity in self.in_order():
                if entity["shared"] and tenant > 1:
                    continue
                for where in WHERE:
                    self.add(entity, tenant, where)
        place.sql(*self.statements)

    def in_order(self):
        """An entity after those it refers to."""
        done, left = [], list(ENTITIES.values())
        while left:
            ready = [e for e in left if all(f.get("refers") in (None, e["kind"]) or ENTITIES[f["refers"]] in done for f in e["fields"])] or left[:1]
            done += ready
            left = [e for e in left if e not in done]
        return done

    def value(self, entity, field, tenant, where, kind):
        n = WHERE.index(where) + 1
        if flags(field, "unit"):
            if where == "N" and not flags(field, "required"):
                return "null"
            return "{" + row_id(ENTITIES["units"], tenant, where) + "}"
        if field.get("refers"):
            to = ENTITIES[field["refers"]]
            if to is entity:
                return "null"
            return "{" + row_id(to, tenant, where) + "}"
        if field["type"] == "enum":
            return f"'{field['options'][0]}'"
        if field["type"] == "code":
            return {"country": "'FR'", "language": "'fr'", "cefr": "'B1'", "isced_f": "'0531'", "eqf": "'6'"}.get(field["codes"], "null")
        if field["type"] == "text":
            if field["name"] in READ.get(entity["kind"], {}):
                return f"'{READ[entity['kind']][field['name']]}'"
            text = word(entity, tenant, where) + ("secret" if flags(field, "sensitive") else "title" if flags(field, "title") else "")
            return f"'{text}'"
        if field["type"] in ("date", "instant"):
            return str({"date": 20000, "instant": 20000 * 86400000}[field["type"]] + n)
        if field["type"] == "bool":
            return "0"
        return str(n) if not flags(field, "sensitive") else str(770077000 + n)

    def add(self, entity, tenant, where):
        table = entity["table"]
        if table not in self.columns:
            self.columns[table] = self.place.columns(table)
        fields = {f["name"]: f for f in entity["fields"]}
        names, values = [], []
        for column, kind, needed in self.columns[table]:
            if column in fields:
                value = self.value(entity, fields[column], tenant, where, kind)
            elif column == "tenant":
                value = str(tenant)
            elif column == "id":
                value = "{" + row_id(entity, tenant, where) + "}"
            elif column == "version":
                value = "1"
            elif column.endswith("_fold"):
                value = f"'{word(entity, tenant, where)}'"
            elif column.endswith("_ms") and needed:
                value = "1700000000000"
            else:
                value = {"text": "''", "int": "0", "id": "{" + "0" * 32 + "}"}.get(kind, "''") if needed else "null"
            names.append(column)
            values.append(value)
        self.statements.append(f"insert into {table} ({', '.join(names)}) values ({', '.join(values)})")
        words = f"'{word(entity, tenant, where)}', {{{row_id(entity, tenant, where)}}}"
        if any(flags(f, "search") for f in entity["fields"]):
            self.statements.append(f"insert into search_word_shared (entity, word, id) values ({entity['code']}, {words})" if entity["shared"] else
                                   f"insert into search_word (tenant, entity, word, id) values ({tenant}, {entity['code']}, {words})")


def make_accounts(place):
    admin = place.rows("select password from account")[0][0]
    statements, tokens = [], {}
    for i, (name, who) in enumerate(ACTORS.items()):
        if not who:
            continue
        tenant, role, unit = who
        account = f"0190ffff00007{i:03x}8000000000000001"
        unit = row_id(ENTITIES["units"], tenant, unit) if unit else "0" * 32
        tokens[name] = f"token-of-{i:03d}".ljust(43, "x")
        digest = hashlib.sha256(tokens[name].encode()).hexdigest()
        digest = f"'\\x{digest}'::bytea" if POSTGRES else f"x'{digest}'"
        email = f"actor{i}@school.example"
        statements += [
            f"insert into account (id, email, name, password, lang, created_ms) values ({{{account}}}, '{email}', '{name}', '{admin}', 'en', 1)",
            f"insert into account_grant (tenant, account, role, unit, since_ms) values ({tenant}, {{{account}}}, '{role}', {{{unit}}}, 1)",
            f"insert into account_token (hash, account, tenant, purpose, created_ms, expires_ms) values ({digest}, {{{account}}}, {tenant}, 'api', 1, 99999999999999)"]
        if role == "student":
            statements.append(f"insert into account_person (tenant, account, person) values ({tenant}, {{{account}}}, {{{row_id(ENTITIES['people'], tenant, 'A')}}})")
    place.sql(*statements)
    return tokens


def state(place):
    """Everything that a reader without rights must not change."""
    tables = [e["table"] for e in ENTITIES.values()] + ["batch", "import_file", "account", "account_grant", "school"]
    return {t: sorted(place.rows(f"select * from {t}")) for t in tables}


LINK = re.compile(r'<a\b[^>]*?href="(/[^"]*)"[^>]*>(.*?)</a>', re.S)


def counted_links(text):
    """(kind, query, number) of every link to a list whose words begin with a number, or name one: what a figure says it counts."""
    for href, inner in LINK.findall(text):
        kind, _, query = html.unescape(href)[1:].partition("?")
        words = " ".join(html.unescape(re.sub(r"<[^>]*>", " ", inner)).replace("\u202f", "").replace("\xa0", "").split())
        if kind in ENTITIES and query:
            number = re.match(r"(\d[\d,]*)(?! (?:seats?|places?)\b)(?!\S)", words)  # seats are added up, not counted
            yield kind, query, int(number[1].replace(",", "")) if number else None


def multipart(fields, name, data):
    """A form with a file, as a browser sends it."""
    mark = "zqboundary"
    out = b"".join(f'--{mark}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items())
    out += f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/csv\r\n\r\n'.encode()
    return out + data + f"\r\n--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


# --- what the descriptors promise ---

def in_scope(entity, roles, who, where):
    """The rule, once more and independently: a role counts for the whole school, or for the rows of its unit."""
    if not who or who[1] not in roles:
        return False
    _, _, unit = who
    if unit is None:
        return True
    if not field_of(entity, "unit"):
        return None  # it depends on the act: reading yes, writing no
    return where == unit


def may_read(entity, who, tenant, where):
    if not who or (who[0] != tenant and not entity["shared"]):
        return False
    found = in_scope(entity, entity["rights"]["read"], who, where)
    return True if found is None else found


def may_write(entity, who, tenant, where):
    if not who or not may_read(entity, who, tenant, where):
        return False
    return in_scope(entity, entity["rights"]["write"], who, where) is True


def knows_kind(entity, who):
    return bool(who) and who[1] in entity["rights"]["read"]


class Rights(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        place = cls.place = Place().init()
        columns = [c[0] for c in place.columns("school")]
        rest = ", ".join(c for c in columns if c not in ("tenant", "hei_id", "name"))
        place.sql(f"insert into school (tenant, hei_id, name, {rest}) select 2, 'other.example', 'Other', {rest} from school where tenant = 1")
        # A row without unit of an entity that must have one belongs to a unit N that nobody heads.
        Rows(place)
        tokens = make_accounts(place)
        cls.serve = Serve(place)
        cls.api, cls.web = {}, {}
        for i, (name, who) in enumerate(ACTORS.items()):
            cls.api[name] = Client(cls.serve.host, tokens.get(name))
            cls.web[name] = Client(cls.serve.host)
            if who:
                cls.web[name].sign_in(f"actor{i}@school.example")
        cls.make_figures()

    @classmethod
    def make_figures(cls):
        """One figure for each list, on a sentence of the board."""
        cls.figures = {}
        sentence = dashed(row_id(ENTITIES["sentences"], 1, "N"))
        for kind, entity in ENTITIES.items():
            code = f"F{entity['code']}"
            reply = cls.api["office"].send("POST", "/api/v1/indicators", {"code": code, "label": f"Figure of {kind}", "method": "count", "small_cells": 0,
                                                                          "source_a": f"/{kind}?archived=2", "wording_a": kind})
            assert reply.status == 201, reply.text
            linked = cls.api["office"].send("POST", "/api/v1/indicator-links", {"sentence": sentence, "indicator": reply.json()["id"]})
            assert linked.status == 201, linked.text
            cls.figures[kind] = code

    @classmethod
    def tearDownClass(cls):
        code = cls.serve.stop()
        if code != 0:
            raise AssertionError(cls.serve.problems())

    def each(self):
        for kind, entity in ENTITIES.items():
            for name, who in ACTORS.items():
                yield kind, entity, name, who

    def visible(self, entity, who):
        """(tenant, where) of the rows this actor may read."""
        return {(0 if entity["shared"] else t, w) for t in TENANTS for w in WHERE if may_read(entity, who, t, w) and (t == 1 or not entity["shared"])}

    def words_hidden_from(self, who):
        hidden = []
        for entity in ENTITIES.values():
            for tenant in TENANTS:
                for where in WHERE:
                    if not may_read(entity, who, tenant, where):
                        hidden += [word(entity, tenant, where), word(entity, tenant, where) + "title"]
                    if not who or who[1] not in entity["rights"]["sensitive"] or not may_read(entity, who, tenant, where):
                        hidden.append(secret(entity, tenant, where))
        return hidden

    def titles_told(self, who):
        """A row shows the titles of the rows that it refers to: they are part of what it says."""
        told = set()
        for entity in ENTITIES.values():
            for tenant, where in self.visible(entity, who):
                for field in entity["fields"]:
                    to = ENTITIES.get(field.get("refers"))
                    if to and who and who[1] in to["rights"]["read"]:
                        told.add(word(to, tenant, where) + "title")
        return told

    def nothing_hidden(self, reply, name, what, own=False):
        """No word of a row that this actor may not read; own: on pages written for a student, the rows of A are their own world."""
        body = reply.body
        if body.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(body)) as z:
                body = b"".join(z.read(n) for n in z.namelist())
        text = body.decode("utf-8", "replace").lower()
        for w in set(re.findall(r"zq\d{3}t\d[abn](?:secret|title)?", text)):
            if own and ACTORS[name] and ACTORS[name][1] == "student" and re.fullmatch(r"zq\d{3}t[01]a(title)?", w):
                continue
            self.assertFalse(w in self.hidden(name), f"{name} sees {w} in {what}")
        # The page may name what was asked for, in the address of the other language.
        for dashed_id in (set(UUID.findall(text)) - set(UUID.findall(what))) & self.foreign_ids(name):
            self.fail(f"{name} sees the id of another school's row in {what}: {dashed_id}")

    def hidden(self, name, cache={}):
        if name not in cache:
            cache[name] = set(self.words_hidden_from(ACTORS[name])) - self.titles_told(ACTORS[name])
        return cache[name]

    def foreign_ids(self, name, cache={}):
        who = ACTORS[name]
        if name not in cache:
            cache[name] = {dashed(row_id(e, t, w)) for e in ENTITIES.values() for t in TENANTS for w in WHERE
                           if not e["shared"] and (not who or who[0] != t)}
        return cache[name]

    # --- reading ---

    def test_api_list_and_count(self):
        for kind, entity, name, who in self.each():
            with self.subTest(f"{kind} {name}"):
                reply = self.api[name].get(f"/api/v1/{kind}?size=1000&archived=2&count=all")
                if not knows_kind(entity, who):
                    self.assertEqual(reply.status, 404 if who else 401)
                    continue
                self.assertEqual(reply.status, 200, reply.text)
                found = reply.json()
                ids = {i["id"].replace("-", "") for i in found["items"]} & {row_id(entity, t, w) for t in TENANTS for w in WHERE}
                expected = {row_id(entity, t, w) for t, w in self.visible(entity, who)}
                self.assertEqual(ids, expected)
                self.assertEqual(found["count"], len(found["items"]))
                self.nothing_hidden(reply, name, f"the API list of {kind}")

    def test_api_one(self):
        for kind, entity, name, who in self.each():
            for tenant in TENANTS:
                for where in WHERE:
                    path = f"/api/v1/{kind}/{dashed(row_id(entity, tenant, where))}"
                    expected = 200 if may_read(entity, who, tenant, where) else 404 if who else 401
                    reply = self.api[name].get(path)
                    with self.subTest(f"{path} {name}"):
                        self.assertEqual(reply.status, expected, reply.text)
                        self.nothing_hidden(reply, name, path)

    def test_pages(self):
        """List, counts, menus, map, exports, record with its panels and history, forms."""
        for kind, entity, name, who in self.each():
            if not entity["pages"]:
                continue
            client, ok = self.web[name], knows_kind(entity, who)
            facets = "".join(f"&menu={f['name']}" for f in entity["fields"] if flags(f, "filter"))
            for path in (f"/{kind}", f"/{kind}?size=1000&archived=2{facets}", f"/{kind}?view=map", f"/{kind}?q=zq", f"/{kind}?view=list",
                         f"/{kind}.csv", f"/{kind}.xlsx", f"/{kind}.json"):
                with self.subTest(f"{path} {name}"):
                    reply, generic = client.get(path), ("GET", path.split("?")[0]) in GENERIC
                    self.nothing_hidden(reply, name, path, own=not generic)
                    if not who:
                        self.assertIn(reply.status, (303, 401))
                    elif not generic:
                        self.assertIn(reply.status, (200, 303, 403, 404))
                    elif ok and "." in path:
                        self.assertEqual(reply.status, 200 if who[1] in entity["rights"]["export"] else 403, reply.text[:500])
                    else:
                        self.assertEqual(reply.status, 200 if ok else 403, reply.text[:500])
            if ok and ".json" not in kind:
                self.export_holds(entity, who, client.get(f"/{kind}.json?archived=2"))

    def export_holds(self, entity, who, reply):
        if who[1] not in entity["rights"]["export"] or field_of(entity, "title")["type"] != "text" or flags(field_of(entity, "title"), "sensitive"):
            return
        expected = {f"zq{entity['code']:03d}t{t}{w}".lower() for t, w in self.visible(entity, who)}
        found = set(re.findall(rf"zq{entity['code']:03d}t\d[abn]", reply.text.lower()))
        self.assertEqual(found, expected, entity["kind"])

    def test_record_pages(self):
        for kind, entity, name, who in self.each():
            if not entity["pages"]:
                continue
            for tenant in TENANTS:
                for where in WHERE:
                    base = f"/{kind}/{dashed(row_id(entity, tenant, where))}"
                    for tail, right in (("", may_read), ("/edit", may_write), ("/archive", may_write)):
                        path = base + tail
                        reply, generic = self.web[name].get(path), ("GET", f"/{kind}/{{id}}{tail}") in GENERIC
                        with self.subTest(f"{path} {name}"):
                            self.nothing_hidden(reply, name, path, own=not generic)
                            if not generic:
                                self.assertIn(reply.status, (200, 303, 403, 404) if who else (303, 401), reply.text[:800])
                            elif right(entity, who, tenant, where):
                                acts = {"": True, "/edit": entity["changes"], "/archive": entity["archives"]}[tail]
                                self.assertIn(reply.status, (200,) if acts else (403, 404, 405), reply.text[:800])
                            else:
                                self.assertIn(reply.status, (403, 404) if who else (303, 401), reply.text[:800])

    def test_search(self):
        for name, who in ACTORS.items():
            for path in ("/search?q=zq", "/search?q=zq&format=json", *(f"/search?q=zq&format=json&of={k}" for k in ENTITIES)):
                with self.subTest(f"{path} {name}"):
                    reply = self.web[name].get(path)
                    self.nothing_hidden(reply, name, path)
                    self.assertIn(reply.status, (200,) if who else (303, 401))
        some = next(e for e in ENTITIES.values() if e["pages"] and not e["shared"] and any(flags(f, "search") for f in e["fields"]))
        reply = self.web["office"].get(f"/search?q={word(some, 1, 'A')}&format=json")
        self.assertIn(word(some, 1, "A"), reply.text.lower())  # or nothing above would mean anything

    def test_filters_ask_nothing_hidden(self):
        """A filter through a reference, or on a sensitive field, tells nothing by its count."""
        for kind, entity, name, who in self.each():
            if not knows_kind(entity, who):
                continue
            for field in entity["fields"]:
                if flags(field, "sensitive"):
                    for path in (f"/api/v1/{kind}?filter={field['name']}:known", f"/api/v1/{kind}?sort={field['name']}"):
                        reply = self.api[name].get(path)
                        with self.subTest(f"{path} {name}"):
                            self.assertEqual(reply.status == 200, who[1] in entity["rights"]["sensitive"], reply.text[:300])
                to = ENTITIES.get(field.get("refers"))
                title = field_of(to, "title") if to else None
                if not to or flags(field, "hidden", "sensitive") or title["type"] != "text":
                    continue
                for where in WHERE:
                    path = f"/api/v1/{kind}?filter={field['name']}.{title['name']}:eq:{word(to, 2, where)}title&archived=2"
                    reply = self.api[name].get(path)
                    with self.subTest(f"{path} {name}"):
                        if reply.status == 200 and who[0] == 1 and not to["shared"]:
                            self.assertEqual(reply.json()["count"], 0)
                    if who[2] and field_of(to, "unit") and where != who[2] and not field_of(entity, "unit"):
                        path = path.replace(word(to, 2, where), word(to, 1, where))
                        reply = self.api[name].get(path)
                        with self.subTest(f"{path} {name}"):
                            if reply.status == 200:
                                self.assertEqual(reply.json()["count"], 0, "a row of another unit answers the filter")

    # --- figures and what they open ---

    def count(self, name, kind, query):
        reply = self.api[name].get(f"/api/v1/{kind}?{query}&count=all")
        self.assertEqual(reply.status, 200, f"{name} {kind}?{query} {reply.text}")
        return reply.json()["count"]

    def opens(self, name, kind, query, number, what):
        """The list behind a link opens for who sees the link, shows nothing hidden, and holds as many rows as was said."""
        page = self.web[name].get(f"/{kind}?{query}")
        self.assertEqual(page.status, 200, f"{what} leads {name} to {kind}?{query}")
        self.nothing_hidden(page, name, f"{kind}?{query}", own=True)
        if number is not None:
            asked = "&".join(part for part in query.split("&") if part.startswith(("filter=", "q=", "archived=")))
            self.assertEqual(self.count(name, kind, asked), number, f"{what} tells {name} {number}: {kind}?{query}")

    def expected(self, entity, who):
        """Rows that the actor may read; what the test made itself on top."""
        made = len(ENTITIES) if entity["kind"] in ("indicators", "indicator-links") and who[0] == 1 else 0
        return len(self.visible(entity, who)) + made

    def test_figures_of_the_board(self):
        """A figure counts what its reader may read, and opens exactly that: nobody learns of another unit's rows by their number."""
        sentence = dashed(row_id(ENTITIES["sentences"], 1, "N"))
        for kind, entity, name, who in self.each():
            path = f"/strategy?s={sentence}&figure={self.figures[kind]}"
            reply = self.web[name].get(path)
            with self.subTest(f"{path} {name}"):
                self.nothing_hidden(reply, name, path)
                if not knows_kind(ENTITIES["strategies"], who):
                    self.assertIn(reply.status, (403,) if who else (303, 401))
                    continue
                self.assertEqual(reply.status, 200 if who[0] == 1 else 404, reply.text[:500])
                if who[0] != 1:
                    continue
                links = [(k, q, n) for k, q, n in counted_links(reply.text) if k == kind and "archived=2" in q]
                numbers = {n for _, _, n in links if n is not None}
                if knows_kind(entity, who):
                    self.assertIn(self.expected(entity, who), numbers)
                    for k, q, n in links:
                        self.opens(name, k, q, None, path)  # years have the same source and so the same number
                    self.assertEqual(numbers, {self.expected(entity, who)})
                else:
                    self.assertEqual(links, [])

    def test_figures_as_a_file(self):
        for name, who in ACTORS.items():
            reply = self.web[name].get("/strategy/figures.csv")
            with self.subTest(name):
                self.nothing_hidden(reply, name, "figures.csv")
                if not knows_kind(ENTITIES["strategies"], who):
                    self.assertIn(reply.status, (403,) if who else (303, 401))
                    continue
                self.assertEqual(reply.status, 200)
                rows = list(csv.reader(io.StringIO(reply.text.lstrip("\ufeff"))))[1:]
                for kind, code in self.figures.items():
                    found = {r[4] for r in rows if r[0] == code}
                    wanted = {str(self.expected(ENTITIES[kind], who))} if knows_kind(ENTITIES[kind], who) else {""}
                    self.assertEqual(found, wanted if who[0] == 1 else set(), kind)

    def test_every_number_opens_its_rows(self):
        """Home, board, overviews, records with their sections: each number that is a link, as everybody who sees it."""
        known = {}
        own = [r["pattern"] for r in D["routes"] if r["method"] == "GET" and "entity" not in r and "{" not in r["pattern"] and not r["pattern"].startswith("/api/")]
        seen = 0
        for name, who in ACTORS.items():
            if not who or who[1] not in ("office", "head", "director", "admin"):
                continue
            pages = list(own)
            for kind, entity in ENTITIES.items():
                tenant = 0 if entity["shared"] else who[0]
                pages += [f"/{kind}/{dashed(row_id(entity, tenant, w))}" for t, w in sorted(self.visible(entity, who)) if t == tenant and entity["pages"]]
            for path in pages:
                reply = self.web[name].get(path)
                if reply.status != 200 or not (reply.header("Content-Type") or "").startswith("text/html"):
                    continue
                for kind, query, number in counted_links(reply.text):
                    if known.setdefault((name, kind, query), number) == number and (name, kind, query, number) in known:
                        continue
                    known[name, kind, query, number] = True
                    seen += number is not None
                    with self.subTest(f"{path} {name} {kind}?{query}"):
                        self.opens(name, kind, query, number, path)
        self.assertGreater(seen, 50)

    # --- pages written by hand ---

    def by_hand(self, *methods):
        for route in D["routes"]:
            if "entity" not in route and route["method"] in methods and "{id}" in route["pattern"] and not route["pattern"].startswith("/api/"):
                yield route["method"], route["pattern"]

    def ids_for(self, pattern, tenant):
        kind = pattern.split("/")[1]
        if kind in ENTITIES:
            return [(w, dashed(row_id(ENTITIES[kind], tenant, w))) for w in WHERE]
        if kind == "accounts":
            return [(name, dashed(f"0190ffff00007{i:03x}8000000000000001")) for i, (name, who) in enumerate(ACTORS.items()) if who and who[0] == tenant]
        return []  # imports, batches and mails: below

    def test_pages_by_hand(self):
        """Campaigns, papers, allocations, accounts: every address with every row, as everybody."""
        tried = 0
        for method, pattern in self.by_hand("GET"):
            for tenant in TENANTS:
                for where, key in self.ids_for(pattern, tenant):
                    path = pattern.replace("{id}", key).replace("{file}", "placements.csv")
                    for name, who in ACTORS.items():
                        reply = self.web[name].get(path)
                        tried += 1
                        with self.subTest(f"{path} {name}"):
                            entity = ENTITIES.get(pattern.split("/")[1])
                            if not who:
                                self.assertIn(reply.status, (303, 401))
                            elif who[0] != tenant and not (entity and entity["shared"]):
                                self.assertIn(reply.status, (403, 404), reply.text[:300])
                            elif who[1] in ("teacher", "social") or (entity and not may_read(entity, who, tenant, where) and who[1] != "student"):
                                self.assertIn(reply.status, (403, 404), reply.text[:300])
                            else:
                                self.assertIn(reply.status, (200, 303, 403, 404, 409, 422), reply.text[:300])
                            self.nothing_hidden(reply, name, path, own=True)
        self.assertGreater(tried, 500)

    def test_acts_by_hand(self):
        """Whoever may not write, or is of another school, changes nothing through any button."""
        before = state(self.place)
        for method, pattern in self.by_hand("POST"):
            for tenant in TENANTS:
                for where, key in self.ids_for(pattern, tenant):
                    path = pattern.replace("{id}", key)
                    for name, who in ACTORS.items():
                        entity = ENTITIES.get(pattern.split("/")[1])
                        strange = bool(who) and who[0] != tenant and not (entity and entity["shared"])
                        outside = bool(who) and bool(entity) and who[2] is not None and (not field_of(entity, "unit") or who[2] != where)
                        without = not who or who[1] in ("teacher", "social", "director", "head") or (who[1] == "student" and where != "A")
                        if not (strange or outside or without or (not entity and who[1] != "admin")):
                            continue
                        reply = self.web[name].form(path, csrf=getattr(self.web[name], "csrf", "x"), version="1", reason="no", role="admin", step="2",
                                                    day="2026-01-01", what="all", mechanism="serial", name="x", email="x@school.example", lang="en")
                        with self.subTest(f"{path} {name}"):
                            self.assertIn(reply.status, (403, 404) if who else (303, 401, 403), reply.text[:500])
                            self.nothing_hidden(reply, name, path, own=True)
        self.assertEqual(state(self.place), before)

    # --- files sent in ---

    def test_files_sent_in(self):
        """A file waits for its sender: neither its lines, nor what was refused of it, nor the batch made of it is another's."""
        client = self.web["office"]
        kind = next(o for f in ENTITIES["units"]["fields"] if f["name"] == "kind" for o in f["options"])
        data = f"code,name,kind\nzqsent,zqsentname,{kind}\n,zqsentrefused,{kind}\n".encode()
        body, content_type = multipart({"csrf": client.csrf, "kind": "units"}, "zqsent.csv", data)
        sent = client.ask("POST", "/imports", body, Content_Type=content_type)
        self.assertEqual(sent.status, 303, sent.text[:800])
        page = sent.header("Location").split("?")[0]
        self.assertTrue(re.fullmatch(rf"/imports/{UUID.pattern}", page), page)
        self.assertIn("zqsentname", client.get(page).text)
        refused = client.get(page + "/refused.csv")
        self.assertIn("zqsentrefused" if "zqsentrefused" in refused.text else "code", refused.text)
        self.assertTrue((refused.header("Content-Disposition") or "").startswith("attachment;"))
        before = state(self.place)
        routes = [(r["method"], r["pattern"]) for r in D["routes"] if r["pattern"].startswith("/imports/{id}")]
        self.assertGreater(len(routes), 4)
        strangers = [n for n in ACTORS if n not in ("office", "admin")]  # an administrator looks after every file of the school
        for name in strangers:
            for method, pattern in routes:
                path = pattern.replace("{id}", page.split("/")[2])
                other = self.web[name]
                reply = other.get(path) if method == "GET" else other.form(path, csrf=getattr(other, "csrf", "x"))
                with self.subTest(f"{method} {path} {name}"):
                    self.assertIn(reply.status, (403, 404) if ACTORS[name] else (303, 401, 403), reply.text[:300])
                    self.assertNotIn("zqsent", reply.text.replace(path, ""))
            with self.subTest(f"/imports {name}"):
                self.assertNotIn("zqsent", self.web[name].get("/imports").text)
        self.assertEqual(state(self.place), before)
        for name in strangers:
            other, role = self.web[name], ACTORS[name] and ACTORS[name][1]
            body, content_type = multipart({"csrf": getattr(other, "csrf", "x"), "kind": "units"}, "x.csv", data)
            reply = other.ask("POST", "/imports", body, Content_Type=content_type)
            with self.subTest(f"sends {name}"):
                if role not in ENTITIES["units"]["rights"]["import"]:
                    self.assertIn(reply.status, (403,) if role else (303, 401, 403), reply.text[:300])
        self.batch_of(client, page, strangers)

    def batch_of(self, client, page, strangers):
        self.assertIn(client.form(page + "/apply-others", csrf=client.csrf).status, (200, 303))
        batch = dashed(self.place.one("select id from batch"))
        self.assertEqual(client.get(f"/batches/{batch}").status, 200)
        before = state(self.place)
        for name in strangers:
            who, other = ACTORS[name], self.web[name]
            colleague = bool(who) and who[0] == 1 and who[1] in ENTITIES["units"]["rights"]["import"]
            for path in ("/batches", f"/batches/{batch}"):
                reply = other.get(path)
                with self.subTest(f"{path} {name}"):
                    if not colleague:
                        self.assertNotIn("zqsent", reply.text)
                        self.assertIn(reply.status, (200, 403, 404) if path == "/batches" and who else (403, 404) if who else (303, 401))
            if colleague and not who[2]:
                continue
            for tail in ("undo", "undo-others"):
                reply = other.form(f"/batches/{batch}/{tail}", csrf=getattr(other, "csrf", "x"))
                with self.subTest(f"{tail} {name}"):
                    self.assertIn(reply.status, (403, 404, 422) if who else (303, 401, 403), reply.text[:300])
        self.assertEqual(state(self.place), before)
        self.assertEqual(client.form(f"/batches/{batch}/undo", csrf=client.csrf).status, 303)

    # --- writing ---

    def test_writes(self):
        """Without the right nothing changes; with it the door opens. Done last of all for a row: the one of unit A."""
        before = state(self.place)
        for kind, entity, name, who in self.each():
            for tenant in TENANTS:
                for where in WHERE:
                    path = f"/api/v1/{kind}/{dashed(row_id(entity, tenant, where))}"
                    read, write = may_read(entity, who, tenant, where), may_write(entity, who, tenant, where)
                    change = self.api[name].send("PATCH", path, {}, If_Match='"1"')
                    remove = self.api[name].ask("DELETE", path, If_Match='"1"')
                    with self.subTest(f"{path} {name}"):
                        refused = (401,) if not who else (404,) if not read else (403, 405)
                        self.assertIn(change.status, ((200, 422) if entity["changes"] else (405,)) if write else refused, change.text)
                        self.assertIn(remove.status, ((422,) if entity["archives"] else (405,)) if write else refused, remove.text)
                        self.nothing_hidden(change, name, path)
        self.assertEqual(state(self.place), before)

    def test_forms(self):
        before = state(self.place)
        for kind, entity, name, who in self.each():
            if not entity["pages"]:
                continue
            client = self.web[name]
            csrf = getattr(client, "csrf", "x")
            for tenant in TENANTS:
                for where in WHERE:
                    base = f"/{kind}/{dashed(row_id(entity, tenant, where))}"
                    if may_write(entity, who, tenant, where):
                        continue
                    for tail in ("/edit", "/archive", "/restore"):
                        reply = client.form(base + tail, csrf=csrf, version="1", reason="no", **{f["name"]: "hacked" for f in entity["fields"]})
                        with self.subTest(f"{base}{tail} {name}"):
                            self.assertIn(reply.status, (403, 404, 405) if who else (303, 401, 403), reply.text[:500])
                            self.nothing_hidden(reply, name, base + tail)
            writes = bool(who) and who[1] in entity["rights"]["write"]
            if not writes:
                with self.subTest(f"{kind} new {name}"):
                    self.assertIn(client.get(f"/{kind}/new").status, (403, 404) if who else (303, 401))
                    fields = {f["name"]: "hacked" for f in entity["fields"]}
                    self.assertIn(client.form(f"/{kind}/new", csrf=csrf, **fields).status, (403, 404, 405) if who else (303, 401, 403))
                    self.assertIn(self.api[name].send("POST", f"/api/v1/{kind}", {}).status, (403, 404, 405) if who else (401,))
        self.assertEqual(state(self.place), before)

    def test_a_head_makes_nothing_outside_the_unit(self):
        """One who may write for a unit only: not in another one, and not moved out of it."""
        before = state(self.place)
        for kind, entity in ENTITIES.items():
            unit = field_of(entity, "unit")
            if "office" not in entity["rights"]["write"] or not unit or not flags(unit, "form") or not entity["creates"]:
                continue
            client = self.api["office of A"]
            values = {f["name"]: self.json_value(entity, f) for f in entity["fields"] if flags(f, "required") and flags(f, "form")}
            for where in "BN":
                reply = client.send("POST", f"/api/v1/{kind}", {**values, unit["name"]: dashed(row_id(ENTITIES["units"], 1, where))})
                with self.subTest(f"{kind} into {where}"):
                    self.assertEqual(reply.status, 403, reply.text)
            path = f"/api/v1/{kind}/{dashed(row_id(entity, 1, 'A'))}"
            reply = client.send("PATCH", path, {unit["name"]: dashed(row_id(ENTITIES["units"], 1, "B"))}, If_Match='"1"')
            with self.subTest(f"{kind} moved out"):
                self.assertEqual(reply.status, 403, reply.text)
        self.assertEqual(state(self.place), before)

    def json_value(self, entity, field):
        if field.get("refers"):
            return dashed(row_id(ENTITIES[field["refers"]], 1, "A"))
        return {"text": "xnew", "enum": (field.get("options") or [""])[0], "date": "2026-01-01", "bool": True}.get(field["type"], 1)

    def test_references_stay_within_the_school(self):
        """A row that refers to another school's row is refused as if it were not there."""
        before = state(self.place)
        self.assertEqual(self.api["office"].get(f"/api/v1/units/{dashed(row_id(ENTITIES['units'], 2, 'A'))}").status, 404)
        for kind, entity in ENTITIES.items():
            if not entity["changes"] or "office" not in entity["rights"]["write"]:
                continue
            for field in entity["fields"]:
                to = ENTITIES.get(field.get("refers"))
                if not to or to["shared"] or not flags(field, "form"):
                    continue
                path = f"/api/v1/{kind}/{dashed(row_id(entity, 1, 'A'))}"
                reply = self.api["office"].send("PATCH", path, {field["name"]: dashed(row_id(to, 2, "A"))}, If_Match='"1"')
                with self.subTest(f"{kind}.{field['name']}"):
                    self.assertIn(reply.status, (409, 422), reply.text)
                    self.assertNotIn(word(to, 2, "A"), reply.text)
        self.assertEqual(state(self.place), before)

    def test_saved_views_are_ones_own(self):
        kind = next(k for k, e in ENTITIES.items() if e["pages"] and "office" in e["rights"]["read"])
        reply = self.web["office"].form(f"/{kind}/views", csrf=self.web["office"].csrf, name="zq-view-of-office", query="")
        self.assertEqual(reply.status, 303, reply.text[:500])
        view = dashed(self.place.one("select id from saved_view"))
        self.assertIn("zq-view-of-office", self.web["office"].get(f"/{kind}").text)
        for name, who in ACTORS.items():
            if name == "office":
                continue
            with self.subTest(name):
                self.assertNotIn("zq-view-of-office", self.web[name].get(f"/{kind}").text)
                csrf = getattr(self.web[name], "csrf", "x")
                reply = self.web[name].form(f"/{kind}/views/{view}/delete", csrf=csrf)
                self.assertIn(reply.status, (403, 404) if who else (303, 401, 403))
        self.assertEqual(self.place.one("select count(*) from saved_view"), "1")


if __name__ == "__main__":
    main()
