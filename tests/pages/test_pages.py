#!/usr/bin/env python3
"""The pages of an invented entity as a browser without script sees them: structure, state in the address, forms, exports, API.

usage: test_pages.py SERVER_BINARY [unittest arguments]
"""
import html.parser
import http.client
import io
import json
import re
import signal
import subprocess
import sys
import tempfile
import unicodedata
import unittest
import urllib.parse
import zipfile

SERVER = sys.argv.pop(1)
VOID = {"input", "meta", "link", "br", "img", "hr"}


class Node:
    def __init__(self, tag, attrs, parent):
        self.tag, self.attrs, self.parent, self.children, self.parts = tag, dict(attrs), parent, [], []

    def get(self, name):
        return self.attrs.get(name)

    def text(self):
        return " ".join("".join(p if isinstance(p, str) else p.text() for p in self.parts).split())

    def all(self, tag=None, **attrs):
        for child in self.children:
            if (tag is None or child.tag == tag) and all(
                    v in (child.get(k.rstrip("_").replace("_", "-")) or "").split() or v == child.get(k.rstrip("_").replace("_", "-"))
                    for k, v in attrs.items()):
                yield child
            yield from child.all(tag, **attrs)

    def one(self, tag=None, **attrs):
        return next(self.all(tag, **attrs), None)


class Page(html.parser.HTMLParser):
    """A tree, and what is not well formed."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.root = self.at = Node("#", {}, None)
        self.wrong = []
        self.feed(text)
        if self.at is not self.root:
            self.wrong.append(f"{self.at.tag} is not closed")

    def handle_starttag(self, tag, attrs):
        names = [n for n, _ in attrs]
        if len(names) != len(set(names)):
            self.wrong.append(f"{tag} has an attribute twice: {names}")
        node = Node(tag, attrs, self.at)
        self.at.children.append(node)
        self.at.parts.append(node)
        if tag not in VOID:
            self.at = node

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.at = self.at.parent

    def handle_endtag(self, tag):
        if self.at.tag != tag:
            self.wrong.append(f"</{tag}> closes {self.at.tag}")
        if self.at.parent:
            self.at = self.at.parent

    def handle_data(self, data):
        self.at.parts.append(data)


class Server:
    def __init__(self):
        self.dir = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen([SERVER, self.dir.name, "120"], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("listening "):
            raise RuntimeError(f"the server did not start: {line!r}")
        self.host = line.strip().rsplit("/", 1)[1]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=30)
        self.dir.cleanup()
        return self.process.returncode


class Browser:
    """Cookies, redirects on request, forms filled from the page."""

    def __init__(self, role=None):
        self.cookies = {}
        if role:
            self.get(f"/in?role={role}")

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection(server.host, timeout=20)
        headers = dict(headers or {})
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if method not in ("GET", "HEAD"):
            headers.setdefault("Origin", f"http://{server.host}")
        if isinstance(body, (dict, list)):
            body = urllib.parse.urlencode(body)
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        connection.request(method, path, body, headers)
        reply = connection.getresponse()
        reply.body = reply.read()
        reply.text = reply.body.decode("utf-8", "replace")
        for cookie in reply.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            if "Max-Age=0" in cookie:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        connection.close()
        return reply

    def get(self, path, **headers):
        return self.ask("GET", path, headers=headers)

    def page(self, path, status=200):
        reply = self.get(path)
        assert reply.status == status, f"{path}: {reply.status} {reply.text[:2000]}"
        return Page(reply.text)

    def fields(self, page, action):
        form = next(f for f in page.root.all("form") if f.get("action") == action)
        out = {}
        for field in form.all():
            name = field.get("name")
            if not name:
                continue
            if field.tag == "input" and (field.get("type") not in ("checkbox", "radio") or "checked" in field.attrs):
                out[name] = field.get("value") or ""
            elif field.tag == "textarea":
                out[name] = field.text()
            elif field.tag == "select":
                chosen = next((o for o in field.all("option") if "selected" in o.attrs), None)
                out[name] = chosen.get("value") if chosen else ""
        return out

    def send(self, page, action, **values):
        fields = self.fields(page, action)
        fields.update({k.replace("__", "."): v for k, v in values.items()})
        return self.ask("POST", action, fields)


def setUpModule():
    global server
    server = Server()


def tearDownModule():
    status = server.stop()
    if status:
        raise AssertionError(f"the server ended with {status}")


def first_record(browser, query="q=bergen"):
    return browser.page(f"/places?{query}").root.one("a", class_="t").get("href")


class Structure(unittest.TestCase):
    PATHS = ["/places", "/places?view=map", "/places?menu=region", "/places?q=none-such", "/places?filter=beds:ge:10&sort=-beds&page=2",
             "/places/new", "/parts", "/parts?shell=link", "/search", "/search?q=berg", "/preferences", "/gate", "/regions"]

    def check(self, page, path):
        root = page.root
        self.assertEqual(page.wrong, [], path)
        self.assertEqual(len(list(root.all("h1"))), 1, path)
        self.assertEqual(len(list(root.all("main"))), 1, path)
        self.assertEqual(root.one("html").get("lang"), "en", path)
        ids = [n.get("id") for n in root.all() if n.get("id")]
        self.assertEqual(sorted(set(i for i in ids if ids.count(i) > 1)), [], path)
        levels = [int(n.tag[1]) for n in root.one("main").all() if re.fullmatch("h[1-6]", n.tag)]
        self.assertEqual(levels[0], 1, path)
        for before, after in zip(levels, levels[1:]):
            self.assertLessEqual(after, before + 1, f"{path}: {levels}")
        labels = {n.get("for") for n in root.all("label")}
        for n in root.all():
            if n.tag in ("input", "select", "textarea") and n.get("type") != "hidden":
                inside = any(a.tag == "label" for a in ancestors(n))
                self.assertTrue(inside or n.get("id") in labels or n.get("aria-label"), f"{path}: {n.attrs} has no label")
            if n.tag == "a":
                self.assertTrue(n.get("href"), f"{path}: a link without address: {n.text()}")
                self.assertTrue(n.text() or n.get("aria-label"), f"{path}: a link without words")
            if n.tag == "button":
                self.assertTrue(n.text() or n.get("aria-label"), f"{path}: a button without words")
            for name in ("aria-labelledby", "aria-describedby"):
                for target in (n.get(name) or "").split():
                    self.assertIn(target, ids, f"{path}: {name}")
            self.assertNotIn("style", n.attrs, path)
            self.assertFalse([a for a in n.attrs if a.startswith("on")], path)
            if n.tag == "form":
                self.assertFalse([a for a in ancestors(n) if a.tag == "form"], f"{path}: a form in a form")
                if n.get("method") == "post":
                    self.assertTrue(n.one("input", name="csrf"), f"{path}: a post without token")
        for href in (n.get("href") for n in root.all("a")):
            if href.startswith("#"):
                self.assertIn(href[1:], ids, path)

    def test_every_page(self):
        office = Browser("office")
        record = first_record(office)
        for path in self.PATHS + [record, record + "/edit", record + "/archive"]:
            with self.subTest(path):
                self.check(office.page(path), path)

    def test_student_shell(self):
        student = Browser("student")
        page = student.page("/parts")
        self.check(page, "/parts")
        tabs = page.root.one("nav", class_="tabs-b")
        self.assertEqual(len(list(tabs.all("a"))), 4)
        self.assertEqual(tabs.one("a", aria_current="page").get("href"), "/parts")
        self.assertIsNone(page.root.one(class_="side"))

    def test_current_and_language(self):
        office = Browser("office")
        page = office.page("/places?sort=-beds")
        self.assertEqual(page.root.one("aside").one("a", aria_current="page").get("href"), "/places")
        link = page.root.one("a", hreflang="fr")
        self.assertEqual(link.get("lang"), "fr")
        reply = office.get(link.get("href"))
        self.assertEqual(reply.headers["Location"], "/places?sort=-beds")
        self.assertEqual(office.page("/places").root.one("html").get("lang"), "fr")

    def test_language_link_stays_here(self):
        for back in ("//evil.example", "https://evil.example", "/\\evil.example"):
            self.assertEqual(Browser("office").get("/language/fr?back=" + urllib.parse.quote(back)).headers["Location"], "/")

    def test_theme_and_density(self):
        office = Browser("office")
        page = office.page("/preferences")
        office.send(page, "/preferences", theme="dark", density="compact", lang="en")
        root = office.page("/places").root.one("html")
        self.assertEqual((root.get("data-theme"), root.get("data-density")), ("dark", "compact"))


def ancestors(node):
    while node.parent:
        node = node.parent
        yield node


class Lists(unittest.TestCase):
    def setUp(self):
        self.office = Browser("office")

        self.total = int(re.search(r"of (\d+)", self.office.page("/places").root.one(class_="list-foot").text()).group(1))

    def rows(self, path):
        return [a.text() for a in self.office.page(path).root.all("a", class_="t")]

    def test_sort_link_and_aria(self):
        page = self.office.page("/places")
        head = page.root.one("th", aria_sort="ascending")
        self.assertEqual(head.text(), "Name")
        down = head.one("a").get("href")
        self.assertEqual(self.office.page(down).root.one("th", aria_sort="descending").text(), "Name")
        names = [unicodedata.normalize("NFD", n).encode("ascii", "ignore").lower() for n in self.rows(down)]
        self.assertEqual(names, sorted(names, reverse=True))

    def test_text_is_escaped(self):
        reply = self.office.get("/places?q=santa")
        self.assertIn("&lt;F.&gt; &quot;Santa&quot; María &amp; Co", reply.text)
        self.assertNotIn("<F.>", reply.text)

    def test_menu_becomes_address(self):
        page = self.office.page("/places?menu=kind&sort=-beds")
        menu = page.root.one("details", open="") or next(d for d in page.root.all("details") if "open" in d.attrs)
        boxes = [(b.get("value"), b.parent.one(class_="n").text()) for b in menu.all("input", name="v")]
        self.assertIn("port", [v for v, _ in boxes])
        reply = self.office.get("/places?sort=-beds&set=kind&v=port&v=town")
        self.assertEqual(reply.status, 303)
        self.assertEqual(reply.headers["Location"], "/places?filter=kind:eq:port&filter=kind:eq:town&sort=-beds")
        wanted = dict(boxes)
        page = self.office.page(reply.headers["Location"])
        self.assertIn(f"of {int(wanted['port']) + int(wanted['town'])}", page.root.one(class_="list-foot").text())
        chip = [c for c in page.root.all("a", class_="chip") if "remove" in c.text()]
        self.assertEqual(len(chip), 2)  # not archived, kind
        self.assertEqual(self.office.page(chip[1].get("href")).root.one(class_="list-foot").text().split(f"of {self.total}")[0], "1 to 50 ")

    def counted(self, path):
        return len(self.rows(f"{path}&size=1000"))

    def test_questions_about_other_records(self):
        regions = {a.text(): a.get("href").rsplit("/", 1)[1] for a in self.office.page("/regions").root.all("a", class_="t")}
        north = f"/places?filter=region:{regions['North']}&filter=beds:ge:2000"
        asked = "/places?filter=region.name:starts:nor&filter=beds:ge:2000"
        self.assertEqual(self.counted(asked), self.counted(north))
        self.assertGreater(self.counted(north), 0)
        chips = [c for c in self.office.page(asked).root.all("a", class_="chip") if "remove" in c.text()]
        self.assertEqual(len(chips), 3)  # not archived, region's name, beds
        self.assertEqual(chips[2].get("href"), "/places?filter=region.name:starts:nor")
        # regions that have such a place; both parts are asked of one and the same place
        many = {name for name, key in regions.items() if self.counted(f"/places?filter=region:{key}&filter=beds:ge:1000")}
        self.assertEqual(many, set(regions))
        towns = {name for name, key in regions.items() if self.counted(f"/places?filter=region:{key}&filter=beds:ge:1000&filter=kind:town")}
        self.assertEqual(towns, {"North"})
        has = "/regions?{}=places.region~kind:eq:town~beds:ge:1000"
        self.assertEqual(set(self.rows(has.format("has"))), towns)
        self.assertEqual(set(self.rows(has.format("hasnot"))), set(regions) - towns)
        chip = [c for c in self.office.page(has.format("has")).root.all("a", class_="chip") if "remove" in c.text()][1]
        self.assertEqual(chip.get("href"), "/regions")
        # places in a region that has a village
        self.assertEqual(self.counted("/places?has=places.region~kind:village"), self.counted(f"/places?filter=region:{regions['South']}"))
        for wrong in ("has=places.name~kind:port", "has=nothing.region", "has=places.region~secret:ge:1", "filter=region.none:x", "filter=city.name:x"):
            self.assertTrue(self.office.page(f"/regions?{wrong}", status=422).root.one(role="alert").text(), wrong)
        self.assertEqual(Browser("student").get("/places?has=places.region~kind:port").status, 403)

    def test_range_menu_takes_local_numbers_and_says_what_is_wrong(self):
        reply = self.office.get("/places?set=founded&ge=31/12/1999")
        self.assertEqual(reply.headers["Location"], "/places?filter=founded:ge:1999-12-31")
        page = self.office.page("/places?set=founded&ge=31/06/1999", status=422)
        self.assertIn("31/06/1999", page.root.one(role="alert").text())

    def test_columns(self):
        reply = self.office.get("/places?col=city&col=country")
        self.assertEqual(reply.headers["Location"], "/places?columns=city,country")
        heads = [t.text() for t in self.office.page("/places?columns=city,country").root.one("thead").all("th")]
        self.assertEqual(heads, ["Select", "Name", "School", "Language"])

    def test_pages(self):
        first = self.office.page("/places")
        self.assertIn(f"1 to 50 of {self.total}", first.root.one(class_="list-foot").text())
        last = self.office.page("/places?page=3")
        self.assertIn(f"101 to {self.total} of {self.total}", last.root.one(class_="list-foot").text())
        self.assertIsNone(last.root.one("a", rel="next"))
        self.assertEqual(last.root.one("a", rel="prev").get("href"), "/places?page=2")
        beyond = self.office.page("/places?page=9").root.one(class_="empty")
        self.assertIn(f"no page 9: the list has {self.total} rows", beyond.text())
        self.assertEqual(beyond.one("a").get("href"), "/places")

    def test_search_ignores_accents(self):
        self.assertEqual(len(self.rows("/places?q=gdansk")), 12)
        self.assertEqual(len(self.rows("/places?q=Gda%C5%84sk")), 12)

    def test_empty_and_clear(self):
        page = self.office.page("/places?q=none-such")
        self.assertEqual(page.root.one(class_="empty").one("a").get("href"), "/places")

    def test_views(self):
        page = self.office.page("/places?filter=kind:eq:port&sort=-beds")
        reply = self.office.send(page, "/places/views", name="Big <ports>")
        self.assertEqual(reply.headers["Location"], "/places?filter=kind:eq:port&sort=-beds")
        page = self.office.page(reply.headers["Location"])
        tab = page.root.one("nav", class_="views").one("a", aria_current="page")
        self.assertRegex(tab.text(), r"^Big <ports> \d+$")
        self.assertIn("Big <ports>", page.root.one(class_="toast").text())
        other = Browser("reader").page("/places")
        self.assertNotIn("Big", other.root.one("nav", class_="views").text())
        remove = next(f for f in page.root.all("form") if (f.get("action") or "").endswith("/delete")).get("action")
        reader = Browser("reader")
        token = reader.fields(reader.page("/preferences"), "/preferences")["csrf"]
        self.assertEqual(reader.ask("POST", remove, {"csrf": token}).status, 404)
        self.assertEqual(self.office.send(page, remove).status, 303)
        self.assertNotIn("Big", self.office.page("/places").root.one("nav", class_="views").text())

    def test_exports_are_what_is_seen(self):
        query = "filter=kind:eq:port&sort=-beds&columns=name,beds,country,region"
        seen = self.office.get("/places?" + query + "&size=200")
        names = [a.text() for a in Page(seen.text).root.all("a", class_="t")]
        csv = self.office.get("/places.csv?" + query)
        self.assertIn("attachment", csv.headers["Content-Disposition"])
        lines = csv.body.decode("utf-8-sig").split("\r\n")
        self.assertEqual(lines[0].split(",")[0], "Name")
        self.assertEqual(len(lines) - 2, len(names))
        self.assertTrue(lines[1].startswith(names[0]))
        rows = json.loads(self.office.get("/places.json?" + query).text)
        self.assertEqual([r["name"] for r in rows], names)
        book = zipfile.ZipFile(io.BytesIO(self.office.get("/places.xlsx?" + query).body))
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        self.assertEqual(sheet.count("<row "), len(names) + 1)

    def test_map_has_its_table(self):
        page = self.office.page("/places?view=map")
        figure = page.root.one("figure", class_="map")
        dots = list(figure.all("a"))
        self.assertGreater(len(dots), 8)
        self.assertTrue(all(d.get("aria-label") for d in dots if d.get("href") != "#t"))
        self.assertEqual(figure.one("figcaption").one("a").get("href"), "#t")
        several = next(d for d in dots if "others" in (d.get("aria-label") or ""))
        n = int(re.search(r"and (\d+) others", several.get("aria-label")).group(1)) + 1
        self.assertIn(f"of {n}", self.office.page(several.get("href")).root.one(class_="list-foot").text())

    def test_student_sees_no_list(self):
        self.assertIn(Browser("student").get("/places").status, (403, 404))
        self.assertIn(Browser("student").get("/places.csv").status, (403, 404))
        self.assertEqual(json.loads(Browser("student").get("/search?q=berg&format=json").text), [])

    def test_bulk(self):
        page = self.office.page("/places")
        ids = [b.get("value") for b in page.root.all("input", name="id")][:2]
        token = self.office.fields(page, "/places/bulk")["csrf"]
        reply = self.office.ask("POST", "/places/bulk", [("csrf", token), ("act", "write"), ("id", ids[0]), ("id", ids[1])])
        self.assertEqual(reply.status, 303)
        self.assertIn("write: 2", self.office.page("/places").root.one(class_="toast").text())
        reply = self.office.ask("POST", "/places/bulk", {"csrf": token, "act": "write", "all": "1", "query": "filter=kind:eq:port"})
        self.assertEqual(reply.status, 303)


class Forms(unittest.TestCase):
    def setUp(self):
        self.office = Browser("office")

    def test_new(self):
        page = self.office.page("/places/new")
        reply = self.office.send(page, "/places/new", name="Nové Město", country="Norway (NO)", founded="30/06/1999", beds="1 234", lat="60,5",
                                 open="true")
        self.assertEqual(reply.status, 303, Page(reply.text).root.text()[:2000])
        facts = self.office.page(reply.headers["Location"]).root.one("dl", class_="facts").text()
        for wanted in ("Norway", "1,234", "30 June 1999", "60.5", "yes"):
            self.assertIn(wanted, facts)

    def test_refused_keeps_everything(self):
        page = self.office.page("/places/new")
        reply = self.office.send(page, "/places/new", name="", founded="31/06/1999", beds="many", note="kept <text>\nline", region="North")
        self.assertEqual(reply.status, 422)
        page = Page(reply.text)
        summary = page.root.one(class_="errs")
        targets = [a.get("href")[1:] for a in summary.all("a")]
        for name in ("founded", "beds"):
            self.assertIn("f-" + name, targets)
            control = page.root.one(id=f"f-{name}")
            self.assertEqual(control.get("aria-invalid"), "true")
            self.assertIn(f"e-{name}", control.get("aria-describedby"))
        self.assertEqual(page.root.one(id="f-founded").get("value"), "31/06/1999")
        self.assertEqual(page.root.one(id="f-beds").get("value"), "many")
        self.assertIn("kept <text>", page.root.one("textarea").text())

    def test_edit_and_unchanged(self):
        record = first_record(self.office, "q=torino")
        page = self.office.page(record + "/edit")
        reply = self.office.send(page, record + "/edit")
        self.assertEqual(reply.status, 303)
        self.assertIn("Nothing was changed", self.office.page(record).root.one(class_="toast").text())
        reply = self.office.send(page, record + "/edit", beds="77")
        self.assertEqual(reply.status, 303)
        page = self.office.page(record)
        self.assertIn("77", page.root.one("dl", class_="facts").text())
        self.assertIn("77", page.root.one("ol", class_="vers").one("ins").text())

    def test_two_people(self):
        record = first_record(self.office, "q=vienna")
        mine, theirs = self.office.page(record + "/edit"), self.office.page(record + "/edit")
        self.assertEqual(self.office.send(theirs, record + "/edit", beds="500", city="Wien").status, 303)
        reply = self.office.send(mine, record + "/edit", beds="600", note="mine")
        self.assertEqual(reply.status, 412)
        page = Page(reply.text)
        Structure.check(self, page, "stale")
        radios = [(i.get("name"), i.get("value"), "checked" in i.attrs) for i in page.root.all("input", type="radio")]
        self.assertEqual(radios, [("beds", "600", True), ("beds", "500", False)])
        fields = self.office.fields(page, record + "/edit")
        self.assertEqual((fields["city"], fields["note"]), ("Wien", "mine"))
        self.assertEqual(self.office.send(page, record + "/edit", beds="500").status, 303)
        facts = self.office.page(record).root.one("dl", class_="facts").text()
        for wanted in ("500", "Wien", "mine"):
            self.assertIn(wanted, facts)

    def test_archive_and_undo(self):
        record = first_record(self.office, "q=tokyo")
        page = self.office.page(record + "/archive")
        self.assertEqual(self.office.send(page, record + "/archive").status, 422)
        reply = self.office.send(page, record + "/archive", reason="closed")
        self.assertEqual(reply.headers["Location"], "/places")
        page = self.office.page("/places?q=tokyo")
        self.assertNotIn(record, [a.get("href") for a in page.root.all("a", class_="t")])
        self.assertEqual(self.office.send(page, record + "/restore").headers["Location"], record)
        self.assertIn(record, [a.get("href") for a in self.office.page("/places?q=tokyo").root.all("a", class_="t")])

    def test_reader_cannot_write(self):
        reader = Browser("reader")
        record = first_record(reader)
        self.assertIsNone(reader.page(record).root.one(class_="acts"))
        self.assertEqual(reader.get(record + "/edit").status, 403)
        self.assertEqual(reader.get("/places/new").status, 403)
        token = reader.fields(reader.page("/preferences"), "/preferences")["csrf"]
        self.assertEqual(reader.ask("POST", record + "/archive", {"csrf": token, "version": "1", "reason": "x"}).status, 403)
        self.assertEqual(reader.ask("POST", record + "/edit", {"csrf": token, "version": "1", "beds": "1"}).status, 403)

    def test_sensitive_stays_away(self):
        record = first_record(self.office)
        for path in ("/places", record, record + "/edit", "/places/new", "/places?columns=secret"):
            text = self.office.get(path).text
            self.assertNotIn('name="secret"', text)
            self.assertNotIn('value="secret"', text)


class Api(unittest.TestCase):
    def ask(self, method, path, body=None, token="office", **headers):
        headers = {k.replace("_", "-"): v for k, v in headers.items()}
        if token:
            headers["Authorization"] = "Bearer " + token
        if body is not None:
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        reply = Browser().ask(method, path, body, headers)
        reply.json = json.loads(reply.text) if reply.body else None
        return reply

    def test_openapi(self):
        doc = self.ask("GET", "/api/v1/openapi.json", token=None).json
        self.assertEqual(doc["openapi"], "3.1.0")
        self.assertIn("/api/v1/places/{id}", doc["paths"])
        self.assertNotIn("secret", doc["components"]["schemas"]["place"]["properties"])

    def test_list(self):
        doc = self.ask("GET", "/api/v1/places?filter=kind:eq:port&size=20&sort=-beds").json
        self.assertEqual(len(doc["items"]), 20)
        self.assertTrue(doc["more"])
        beds = [i["beds"] for i in doc["items"] if i["beds"] is not None]
        self.assertGreater(len(beds), 3)
        self.assertEqual(beds, sorted(beds, reverse=True))
        self.assertNotIn("secret", doc["items"][0])
        beyond = self.ask("GET", "/api/v1/places?filter=kind:eq:port&size=20&page=9").json  # no row there, the number is told all the same
        first = self.ask("GET", "/api/v1/places?filter=kind:eq:port&size=20").json
        self.assertEqual((beyond["items"], beyond["count"]), ([], first["count"]))
        self.assertGreater(first["count"], 20)

    def test_needs_a_token(self):
        self.assertEqual(self.ask("GET", "/api/v1/places", token=None).status, 401)
        self.assertEqual(self.ask("GET", "/api/v1/places", token="wrong").status, 401)
        self.assertEqual(self.ask("GET", "/api/v1/places", token="student").status, 404)

    def test_write(self):
        made = self.ask("POST", "/api/v1/places", {"name": "From the API", "beds": 3, "country": "NO"})
        self.assertEqual(made.status, 201, made.text)
        path = made.headers["Location"]
        self.assertEqual(path, "/api/v1/places/" + made.json["id"])
        read = self.ask("GET", path)
        self.assertEqual(read.headers["ETag"], '"1"')
        self.assertEqual(self.ask("GET", path, If_None_Match='"1"').status, 304)
        self.assertEqual(self.ask("PATCH", path, {"beds": 4}).status, 428)
        self.assertEqual(self.ask("PATCH", path, {"beds": 4}, If_Match='"9"').status, 412)
        wrong = self.ask("PATCH", path, {"beds": "many", "nothing": 1}, If_Match='"1"')
        self.assertEqual(wrong.status, 422)
        self.assertEqual(wrong.headers["Content-Type"].split(";")[0], "application/problem+json")
        self.assertEqual({e["field"] for e in wrong.json["errors"]}, {"beds", "nothing"})
        changed = self.ask("PATCH", path, {"beds": 4}, If_Match='"1"')
        self.assertEqual((changed.status, changed.json["beds"], changed.json["country"]), (200, 4, "NO"))
        self.assertEqual(self.ask("DELETE", path, If_Match='"2"').status, 422)
        self.assertEqual(self.ask("DELETE", path + "?reason=test", If_Match='"2"').status, 204)
        self.assertEqual(self.ask("POST", "/api/v1/places", {"name": "x"}, token="reader").status, 403)
        self.assertEqual(self.ask("POST", "/api/v1/places", [1]).status, 400)
        self.assertEqual(self.ask("POST", "/api/v1/places", {"name": "x"}, Content_Type="text/plain").status, 415)
        self.assertEqual(self.ask("GET", "/api/v1/nothing").status, 404)


class Search(unittest.TestCase):
    def test_palette(self):
        office = Browser("office")
        found = json.loads(office.get("/search?q=berg&format=json").text)
        self.assertTrue(any(f["label"].startswith("Universitetet i Bergen") for f in found))
        self.assertTrue(all(f["href"].startswith("/") for f in found))
        places = json.loads(office.get("/search?q=saved&format=json").text)
        self.assertEqual(places[0]["href"], "/regions")
        self.assertEqual(json.loads(Browser("reader").get("/search?q=saved&format=json").text), [])

    def test_words_of_others_are_text(self):
        reply = Browser("office").get("/search?q=" + urllib.parse.quote('"><script>alert(1)</script>'))
        self.assertNotIn("<script>alert", reply.text)


if __name__ == "__main__":
    unittest.main()
