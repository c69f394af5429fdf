#!/usr/bin/env python3
"""Every page of people, programmes, partners, agreements and stays over the demo school: it answers, is well formed, its numbers are
the lists behind them, and who has no right gets none of it.

usage: test_office.py PASSERELLE_BINARY [unittest arguments]
"""
import html.parser
import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest
import urllib.parse

PROGRAM = sys.argv.pop(1)
VOID = {"input", "meta", "link", "br", "img", "hr"}
KINDS = ["people", "units", "academic-years", "identifiers", "language-levels", "staff", "programmes", "terms", "courses", "enrolments",
         "apprenticeships", "apprenticeship-periods", "institutions", "partners", "contacts", "agreements", "conditions", "stays"]


class Page(html.parser.HTMLParser):
    """What is wrong with the markup, and the links with their text."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.links, self.wrong, self.link = [], [], [], [], None
        self.feed(text)
        self.wrong += [f"{tag} is not closed" for tag in self.open]
        self.wrong += [f"id {one} stands twice" for one in set(self.ids) if self.ids.count(one) > 1]

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if "style" in attrs:
            self.wrong.append(f"{tag} has a style")
        if tag == "a":
            self.link = [attrs.get("href"), ""]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes another")
        if tag == "a" and self.link:
            self.links.append(tuple(self.link))
            self.link = None

    def handle_data(self, data):
        if self.link:
            self.link[1] += data


class Reader:
    def __init__(self, email, password):
        self.cookies = {}
        form = self.ask("GET", "/sign-in").text
        token = re.search(r'name="csrf" value="([^"]*)"', form).group(1)
        reply = self.ask("POST", "/sign-in", {"csrf": token, "email": email, "password": password})
        assert reply.status == 303, reply.text[:2000]
        self.ask("GET", "/language/en?back=/stays")

    def ask(self, method, path, form=None):
        connection = http.client.HTTPConnection(server.host, timeout=30)
        headers = {"Origin": f"http://{server.host}", "Accept-Language": "en"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        body = None
        if form is not None:
            body = urllib.parse.urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        reply = connection.getresponse()
        reply.text = reply.read().decode("utf-8", "replace")
        for cookie in reply.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        connection.close()
        return reply

    def get(self, path, status=200):
        reply = self.ask("GET", path)
        assert reply.status == status, f"{path}: {reply.status} {reply.text[:1500]}"
        return reply.text

    def first(self, kind, query=""):
        found = re.search(rf'href="(/{kind}/[0-9a-f-]{{36}})"', self.get(f"/{kind}{query}"))
        return found and found.group(1)

    def count(self, path):
        """How many rows a list says it holds; 0 without any."""
        found = re.search(r"1 to [\d,]+ of ([\d,\u202f ]+)", self.get(path))
        return int(re.sub(r"\D", "", found.group(1))) if found else 0


class Server:
    def __init__(self):
        self.dir = tempfile.TemporaryDirectory()
        pg = os.environ.get("PASSERELLE_TEST_PG")  # with tests/tools/with_postgres
        place = ["--database", pg] if pg else ["--data", self.dir.name]
        self.process = subprocess.Popen([PROGRAM, "demo", "--listen", "127.0.0.1:0", *place], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        self.accounts = {}
        for line in self.process.stdout:
            words = line.split()
            if words[0] == "account":
                self.accounts[words[1]] = words[2:4]
            if words[0] == "listening":
                self.host = words[1].rsplit("/", 1)[1]
                return
        raise RuntimeError("the demo did not start")

    def reader(self, role):
        return Reader(*self.accounts[role])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=60)
        self.dir.cleanup()
        return self.process.returncode


class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.office = server.reader("office")

    def well_formed(self, reader, path):
        page = Page(reader.get(path))
        self.assertEqual(page.wrong, [], path)
        return page

    def test_every_page(self):
        for kind in KINDS:
            self.well_formed(self.office, f"/{kind}")
            self.well_formed(self.office, f"/{kind}/new")
            for end in ("csv", "json", "xlsx"):
                self.assertEqual(self.office.ask("GET", f"/{kind}.{end}").status, 200, kind)
            record = self.office.first(kind)
            for tail in ("", "/edit", "/archive"):
                if record:
                    self.well_formed(self.office, record + tail)

    def test_views(self):
        for kind in ("partners", "agreements", "stays", "institutions"):
            page = self.well_formed(self.office, f"/{kind}")
            views = [href for href, _ in page.links if href and href.startswith(f"/{kind}?filter=")]
            self.assertTrue(views, kind)
            for href in views:
                self.well_formed(self.office, href)

    def test_map_and_regions(self):
        text = self.office.get("/partners")
        page = Page(text)
        dots = re.findall(r'<a href="/partners/[0-9a-f-]{36}" aria-label="([^"]+)"', text)
        self.assertGreater(len(dots), 20)
        rail = re.search(r'<section class="reg".*?</section>', text, re.S).group(0)
        rows = re.findall(r'href="([^"]+)">[^<]+</a></th><td class="num"><b>(\d+)</b>', rail)
        self.assertGreater(len(rows), 3)
        self.assertEqual(sum(int(n) for _, n in rows), self.office.count("/partners"))
        for href, n in rows:
            self.assertEqual(self.office.count(href.replace("&amp;", "&")), int(n), href)

    def test_balance_is_its_list(self):
        text = self.office.get("/partners?view=list")
        cells = re.findall(r'<a class="nowrap" href="([^"]+)">[^<]*</a><span class="u nowrap">(\d+) in, (\d+) out', text)
        self.assertGreater(len(cells), 5)
        for href, into, out in cells[:8]:
            href = href.replace("&amp;", "&")
            self.assertEqual(self.office.count(href), int(into) + int(out), href)
            self.assertEqual(self.office.count(href + "&filter=direction:in"), int(into), href)

    def test_picture_is_its_lists(self):
        for path in ("/stays/picture", Page(self.office.get("/stays/picture")).links and self.year_of_picture()):
            page = self.well_formed(self.office, path)
            numbers = [(href, int(re.sub(r"\D", "", n))) for href, n in page.links if href and "filter=category" in href]
            self.assertGreater(len(numbers), 6)
            for href, n in numbers:
                self.assertEqual(self.office.count(href), n, href)

    def year_of_picture(self):
        return next(href for href, text in Page(self.office.get("/stays/picture")).links if text == "2025-26")

    def test_board_figures_are_their_records(self):
        seen = {}
        for part in sorted(set(re.findall(r'href="(/strategy\?part=[^"]+)"', self.office.get("/strategy")))):
            for href in sorted(set(re.findall(r'href="(/strategy\?s=[^"]*figure=K[^"]+)"', self.office.get(part.replace("&amp;", "&"))))):
                page = self.well_formed(self.office, href.replace("&amp;", "&"))
                figure = re.search(r"figure=(K\d+)", href).group(1)
                for list_href, text in page.links:
                    shown = re.search(r"The ([\d,]+) record", text) or re.fullmatch(r"([\d,]+)", text)
                    if list_href and re.search(r"\?(filter|has)=", list_href) and shown:
                        n = int(shown.group(1).replace(",", ""))
                        self.assertEqual(self.office.count(list_href.replace("&amp;", "&")), n, (figure, list_href))
                        seen.setdefault(figure, set()).add(n)
        self.assertTrue({"K2", "K3"} <= set(seen), seen)
        self.assertTrue(any(n > 0 for values in seen.values() for n in values), seen)

    def test_seats_are_their_list(self):
        text = self.office.get("/conditions")
        seats = re.findall(r'href="(/stays\?filter=condition:[^"]+)">(\d+) of \d+', text)
        self.assertGreater(len(seats), 10)
        taken = [(href, n) for href, n in seats if n != "0"][:5] + seats[:2]
        for href, n in taken:
            self.assertEqual(self.office.count(href.replace("&amp;", "&")), int(n), href)

    def test_dossier_steps(self):
        stay = self.office.first("stays", "?filter=state_now:to_recognise")
        self.assertIsNotNone(stay)
        text = self.office.get(stay)
        page = Page(text)
        self.assertEqual(page.wrong, [])
        form = re.search(rf'action="{stay}/step">(.*?)</form>', text, re.S).group(1)
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
        self.assertEqual(self.office.ask("POST", f"{stay}/step", fields).status, 303)
        self.assertTrue("All steps are done" in self.office.get(stay), stay)
        again = self.office.ask("POST", f"{stay}/step", fields)
        self.assertEqual(again.status, 303)
        self.assertTrue("done already" in self.office.get(stay), stay)

    def test_condition_of_its_agreement(self):
        agreement = self.office.first("agreements")
        add = next(href for href, _ in Page(self.office.get(agreement)).links if href and href.startswith("/conditions/new"))
        self.assertIn(agreement.rsplit("/", 1)[1], add)
        title = re.search(r"<h1>([^<]+)</h1>", self.office.get(agreement)).group(1)
        self.assertTrue(title in re.search(r'<form class="one".*?</form>', self.office.get(add), re.S).group(0), title)
        self.well_formed(self.office, "/conditions/new?agreement=nothing&eqf_from=twelve")

    def test_cancel_needs_a_reason(self):
        stay = self.office.first("stays", "?filter=state_now:to_leave")
        text = self.office.get(stay)
        form = re.search(rf'action="{stay}/cancel">(.*?)</form>', text, re.S).group(1)
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
        self.office.ask("POST", f"{stay}/cancel", fields | {"reason": " "})
        self.assertTrue("Say why it is cancelled" in self.office.get(stay), stay)
        self.office.ask("POST", f"{stay}/cancel", fields | {"reason": "Stays at home"})
        text = self.office.get(stay)
        self.assertTrue("Stays at home" in text, stay)
        self.assertFalse(f"{stay}/cancel" in text, stay)

    def test_rights(self):
        student, head, director = server.reader("student"), server.reader("head"), server.reader("director")
        stay = self.office.first("stays")
        for kind in KINDS:
            self.assertIn(student.ask("GET", f"/{kind}").status, (403, 404), kind)
            reply = director.ask("GET", f"/{kind}")
            self.assertIn(reply.status, (200, 403), kind)
            self.assertFalse(f'href="/{kind}/new"' in reply.text, kind)
        self.assertIn(student.ask("GET", stay).status, (403, 404))
        self.assertEqual(student.ask("GET", "/stays/picture").status, 403)
        self.assertEqual(head.ask("GET", "/stays/picture").status, 403)
        self.assertEqual(director.ask("GET", "/stays/picture").status, 200)
        token = re.search(r'name="csrf" value="([^"]*)"', director.get(stay))
        form = {"csrf": token.group(1) if token else "", "version": "1", "step": "1"}
        before = self.office.get(stay)
        self.assertIn(director.ask("POST", f"{stay}/step", form).status, (303, 403, 404))
        self.assertEqual(re.findall(r'class="u">[^<]*', before), re.findall(r'class="u">[^<]*', self.office.get(stay)))


server = Server()
try:
    result = unittest.main(exit=False).result
finally:
    code = server.stop()
sys.exit(not result.wasSuccessful() or code != 0)
