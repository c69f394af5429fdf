#!/usr/bin/env python3
"""The desk through HTTP, as a browser without scripts uses it: signing in, links by mail through a real SMTP server, accounts,
imports with preview, part, undo, and errors.

usage: test_desk.py PASSERELLE [unittest arguments]
"""
import contextlib
import email
import email.policy
import glob
import hashlib
import html
import http.client
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

BINARY = sys.argv.pop(1)
SMTP_SERVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools", "smtp_server.py")
PG, PG_APP = os.environ.get("PASSERELLE_TEST_PG"), os.environ.get("PASSERELLE_TEST_PG_APP")  # with tests/tools/with_postgres
ADMIN, WORD = "claire@escom.example", "douze petites chaises"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Site:
    """A school of its own, served; mails go to a real SMTP server when there is one."""

    def __init__(self, smtp):
        self.dir = tempfile.TemporaryDirectory()
        self.data, self.mails = os.path.join(self.dir.name, "data"), os.path.join(self.dir.name, "mails")
        os.mkdir(self.mails)
        self.smtp = subprocess.Popen([sys.executable, SMTP_SERVER, self.mails, "--hang", "unsure@escom.example", "--refuse", "gone@escom.example"],
                                     stdout=subprocess.PIPE, text=True) if smtp else None
        line = self.smtp.stdout.readline() if smtp else ""
        if smtp and not line.startswith("port "):
            self.smtp.wait()
            raise unittest.SkipTest("python3-aiosmtpd is not installed")
        config = os.path.join(self.dir.name, "config")
        with open(config, "w", encoding="utf-8") as f:
            f.write("mail_from = Passerelle <sri@escom.example>\n")
            if smtp:
                f.write(f"smtp_url = smtp://127.0.0.1:{int(line.split()[1])}\n")
        owner, app = (["--database", PG], ["--database", PG_APP]) if PG else (["--data", self.data], ["--data", self.data])
        if PG:
            subprocess.run(["psql", "-q", PG, "-c", "drop schema public cascade; create schema public; grant usage on schema public to "
                            "passerelle_app; alter default privileges grant select, insert, update, delete on tables to passerelle_app"],
                           check=True, capture_output=True)
        run = subprocess.run([BINARY, "init", "--hei", "escom.example", "--name", "ESCOM Chimie", "--admin", ADMIN] + owner,
                             input=WORD + "\n", capture_output=True, text=True, timeout=60)
        if run.returncode:
            raise RuntimeError(run.stderr)
        self.port = free_port()
        self.log = open(os.path.join(self.dir.name, "log"), "w+", encoding="utf-8")
        self.process = subprocess.Popen([BINARY, "serve", "--listen", f"127.0.0.1:{self.port}", "--config", config, "--allow-root"] + app, stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("listening "):
            self.log.seek(0)
            raise RuntimeError(self.log.read())

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=30)
        if self.smtp:
            self.smtp.terminate()
            self.smtp.communicate()
        self.log.seek(0)
        log = self.log.read()
        self.log.close()
        self.dir.cleanup()
        return self.process.returncode, log

    def every_value(self):
        """All that the database holds, as text; bytes in hexadecimal too."""
        if PG:
            ask = lambda sql: subprocess.run(["psql", "-q", "-X", "-A", "-t", PG, "-c", sql], check=True, capture_output=True, text=True).stdout
            tables = ask("select tablename from pg_tables where schemaname = 'public'").split()
            return "\n".join(ask(f'select * from "{t}"') for t in tables)
        with contextlib.closing(sqlite3.connect(os.path.join(self.data, "passerelle.db"), timeout=20)) as db:
            tables = [t for t, in db.execute("select name from sqlite_master where type = 'table'")]
            rows = [row for t in tables for row in db.execute(f'select * from "{t}"')]
        return "\n".join(f"{v.hex()} {v.decode('utf-8', 'replace')}" if isinstance(v, bytes) else str(v) for row in rows for v in row)

    def stored(self, n):
        """The n-th mail; mails leave every five seconds."""
        for _ in range(150):
            files = sorted(glob.glob(os.path.join(self.mails, "*.eml")))
            if len(files) >= n:
                with open(files[n - 1], "rb") as f:
                    return email.message_from_binary_file(f, policy=email.policy.default)
            time.sleep(0.1)
        raise AssertionError(f"only {len(files)} mails came")


class Browser:
    """Cookies, forms and redirects; no scripts."""

    def __init__(self, site):
        self.site, self.cookies, self.status, self.text, self.path, self.headers = site, {"lang": "en"}, 0, "", "", {}

    def ask(self, method, path, body=None, headers=None):
        c = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=30)
        head = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), "Accept-Language": "en", **(headers or {})}
        c.request(method, path, body, head)
        r = c.getresponse()
        self.status, self.text, self.headers = r.status, r.read().decode("utf-8", "replace"), dict(r.getheaders())
        for value in r.msg.get_all("Set-Cookie") or []:
            name, _, rest = value.partition("=")
            value = rest.split(";")[0]
            if "Max-Age=0" in rest:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        c.close()
        self.path = path
        return self

    def get(self, path, follow=True):
        self.ask("GET", path)
        while follow and self.status == 303:
            self.ask("GET", self.headers["Location"])
        return self

    def token(self):
        m = re.search(r'name="csrf" value="([^"]+)"', self.text)
        return m.group(1) if m else ""

    def post(self, path, fields=None, follow=True):
        body = urllib.parse.urlencode([("csrf", self.token())] + (list(fields.items()) if isinstance(fields, dict) else fields or []))
        self.ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})
        if follow and self.status == 303:
            self.get(self.headers["Location"])
        return self

    def send_file(self, kind, name, data):
        self.get("/imports")
        mark = "----------mark"
        parts = "".join(f'--{mark}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in (("csrf", self.token()), ("kind", kind)))
        parts += f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/csv\r\n\r\n'
        self.ask("POST", "/imports", parts.encode() + data + f"\r\n--{mark}--\r\n".encode(), {"Content-Type": f"multipart/form-data; boundary={mark}"})
        if self.status == 303:
            self.get(self.headers["Location"])
        return self

    def sign_in(self, who=ADMIN, word=WORD, go="/"):
        return self.get("/sign-in?next=" + urllib.parse.quote(go, safe="")).post("/sign-in", {"email": who, "password": word, "next": go})

    def heading(self):
        m = re.search(r"<h1>(.*?)</h1>", self.text, re.S)
        return html.unescape(m.group(1)) if m else None

    def figures(self):
        """New, changed, unchanged, in conflict, refused."""
        return [int(n) for n in re.findall(r'class="v">([0-9]+)', self.text)]


class Case(unittest.TestCase):
    smtp = False

    @classmethod
    def setUpClass(cls):
        cls.site = Site(cls.smtp)

    @classmethod
    def tearDownClass(cls):
        code, log = cls.site.stop()
        assert code == 0, log
        assert "/password/" not in log, "a link stands in the log"

    def browser(self):
        return Browser(self.site)

    def has(self, words, text):
        """As assertIn, with the content alone in its message."""
        self.assertTrue(words in text, f"{words!r} is not in: " + re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text.split("<main")[-1])))


class SignIn(Case):
    def test_pages_want_somebody_and_come_back(self):
        b = self.browser().get("/agreements?sort=title", follow=False)
        self.assertEqual(b.status, 303)
        self.assertEqual(b.headers["Location"], "/sign-in?next=%2Fagreements%3Fsort%3Dtitle")
        b.sign_in(go="/agreements?sort=title")
        self.assertEqual((b.status, b.path), (200, "/agreements?sort=title"))

    def test_next_stays_on_the_site(self):
        for bad in ("//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nX: y", "javascript:1", "/sign-in"):
            b = self.browser().sign_in(go=bad)
            self.assertEqual((b.status, b.path), (200, "/"), bad)

    def test_session_rotates_and_ends(self):
        b = self.browser().sign_in()
        first = dict(b.cookies)
        b.get("/account").post("/sign-out")
        old = self.browser()
        old.cookies = first
        self.assertEqual(old.get("/", follow=False).status, 303)
        b.sign_in()
        self.assertNotEqual(b.cookies["passerelle"], first["passerelle"])

    def test_same_answer_for_unknown(self):
        known = self.browser().sign_in(ADMIN, "wrong wrong wrong")
        unknown = self.browser().sign_in("nobody@escom.example", "wrong wrong wrong")
        clean = lambda b: re.sub(r'value="[^"]*"', "", b.text)
        self.assertEqual((known.status, clean(known)), (unknown.status, clean(unknown)))
        self.assertEqual(known.status, 422)

    def test_guessing_is_slowed(self):
        b = self.browser()
        seen = [b.sign_in("victim@escom.example", f"wrong number {i}").status for i in range(12)]
        self.assertEqual(seen[:10], [422] * 10)
        self.assertEqual(seen[-1], 429)
        self.assertGreater(int(b.headers["Retry-After"]), 0)
        self.assertEqual(self.browser().sign_in().path, "/")  # others get in

    def test_forged_form(self):
        b = self.browser().get("/sign-in")
        b.text = ""
        self.assertEqual(b.post("/sign-in", {"email": ADMIN, "password": WORD}).status, 403)
        self.assertEqual(b.headers["Referrer-Policy"], "same-origin")

    def test_error_pages(self):
        b = self.browser().sign_in()
        for path, status, heading in (("/nowhere", 404, "Nothing is here"), ("/partners/00000000-0000-7000-8000-000000000000", 404, "Nothing is here")):
            b.get(path)
            self.assertEqual((b.status, b.heading()), (status, heading))
            self.has("Number of the request", b.text)
            self.assertEqual(b.text.count("<h1>"), 1)
        self.assertEqual(self.browser().get("/nowhere").status, 404)
        self.assertEqual(b.post("/help").status, 405)
        b.get("/password/" + "x" * 43)
        self.assertEqual((b.status, b.heading(), b.headers["Referrer-Policy"]), (410, "This link no longer opens", "strict-origin"))

    def test_desk_pages(self):
        b = self.browser().sign_in()
        for path in ("/", "/imports", "/batches", "/mails", "/help", "/accessibility", "/account", "/accounts", "/accounts/new"):
            b.get(path)
            self.assertEqual(b.status, 200, path)
            self.assertNotIn("style=", b.text)
            for lang, other in (("fr", "en"), ("en", "fr")):
                b.get(f"/language/{lang}?back={path}")
                self.assertIn(f'<html lang="{lang}"', b.text, path)

    def test_api_token(self):
        b = self.browser().sign_in().get("/account").post("/account/token")
        token = re.search(r"<code[^>]*>([\w-]{43})</code>", b.text).group(1)
        self.assertNotIn(token, b.get("/account").text)
        api = self.browser().ask("GET", "/api/v1/units", headers={"Authorization": "Bearer " + token})
        self.assertEqual(api.status, 200)
        b.post("/account/token/end")
        self.assertEqual(self.browser().ask("GET", "/api/v1/units", headers={"Authorization": "Bearer " + token}).status, 401)


UNITS = "code;name;kind\nGP;Génie des procédés;speciality\nCV;Chimie verte;speciality\n"


class Imports(Case):
    def listed(self, name):
        """Is there a unit of that name?"""
        return f">{name}</a>" in self.browser().sign_in().get("/units?filter=" + urllib.parse.quote("name:eq:" + name)).text

    def test_preview_writes_nothing_then_apply_and_undo(self):
        b = self.browser().sign_in().send_file("units", "units.csv", UNITS.encode())
        self.assertEqual((b.status, b.figures()), (200, [2, 0, 0, 0, 0]))
        self.assertFalse(self.listed("Chimie verte"))
        b.post(b.path + "/apply")
        self.has("2 rows are written", b.text)
        batch = re.search(r'href="(/batches/[0-9a-f-]+)"', b.text).group(1)
        self.assertTrue(self.listed("Chimie verte"))
        again = self.browser().sign_in().send_file("units", "units.csv", UNITS.encode())
        self.assertEqual(again.figures(), [0, 0, 2, 0, 0])
        changed = self.browser().sign_in().send_file("units", "units.csv", UNITS.replace("Chimie verte", "Chimie durable").encode())
        self.assertEqual(changed.figures(), [0, 1, 1, 0, 0])
        self.has("<del>Chimie verte</del> <ins>Chimie durable</ins>", changed.text)
        b.get(batch).post(batch + "/undo")
        self.has("Taken back", b.text)
        self.assertFalse(self.listed("Chimie verte"))
        self.assertEqual(b.get(batch).post(batch + "/undo").status, 422)

    def test_part_and_refused_csv(self):
        data = "code;name;kind\nA1;Un;speciality\nA2;;speciality\nA3;Trois;chateau\n=A4;Quatre;chateau\n"
        b = self.browser().sign_in().send_file("units", "bad.csv", data.encode())
        self.assertEqual(b.figures(), [1, 0, 0, 0, 3])
        page = b.path
        refused = self.browser()
        refused.cookies = b.cookies
        refused.get(page + "/refused.csv")
        self.assertEqual(refused.headers["Content-Type"], "text/csv; charset=utf-8")
        self.assertIn("attachment", refused.headers["Content-Disposition"])
        lines = refused.text.split("\r\n")
        self.assertEqual(lines[0], "line,field,value,reason")
        self.assertEqual([line.split(",")[:3] for line in lines[1:3]], [["3", "name", ""], ["4", "kind", "chateau"]])
        b.post(page + "/apply")  # whole or not at all
        self.has("Take the others only", b.text)
        self.assertFalse(self.listed("Trois"))
        b.post(page + "/apply-others")
        self.has("1 row is written", b.text)

    def test_columns_by_hand_remembered(self):
        data = "sigle;intitule;sorte\nB1;Un;speciality\n"
        b = self.browser().sign_in().send_file("units", "odd.csv", data.encode())
        self.has("No column of the file", b.text)
        b.post(b.path + "/columns", [("col-0", "code"), ("col-1", "name"), ("col-2", ""), ("rules", "kind:=speciality"), ("key", ""), ("remember", "1")])
        self.assertEqual(b.figures(), [1, 0, 0, 0, 0])
        b.post(b.path + "/apply")
        self.has("1 row is written", b.text)
        second = self.browser().sign_in().send_file("units", "odd2.csv", data.replace("B1", "B2").encode())
        self.assertEqual(second.figures(), [1, 0, 0, 0, 0])
        self.has("as matched the last time", second.text)

    def test_undo_names_what_stands_in_the_way(self):
        data = "code;name;kind\nC1;Premier;speciality\nC2;Second;speciality\n"
        b = self.browser().sign_in().send_file("units", "two.csv", data.encode())
        b.post(b.path + "/apply")
        batch = re.search(r'href="(/batches/[0-9a-f-]+)"', b.text).group(1)
        child = self.browser().sign_in().send_file("units", "child.csv", b"code;name;kind;parent\nC3;Enfant;speciality;C1\n")
        child.post(child.path + "/apply")
        b.get(batch).post(batch + "/undo")
        self.assertEqual(b.status, 422)
        self.has("Premier", b.text)
        self.assertTrue(self.listed("Second"))
        b.post(batch + "/undo-others")
        self.has("1 row is as it was before", b.text)
        self.assertTrue(self.listed("Premier"))
        self.assertFalse(self.listed("Second"))

    def test_large_by_job(self):
        rows = "".join(f"L{i};Ligne {i};laboratory\n" for i in range(12000))
        b = self.browser().sign_in().send_file("units", "large.csv", ("code;name;kind\n" + rows).encode())
        page = b.path
        self.has("data-poll", b.text)
        self.wait(b, page)
        self.has("Apply 12,000 rows", b.text)
        b.post(page + "/apply")
        self.wait(b, page)
        self.has("12,000 rows are written", b.text)

    def wait(self, b, page):
        for _ in range(300):
            if "data-poll" not in b.get(page).text:
                return
            time.sleep(0.2)
        self.fail("the job does not end")

    def test_refusals(self):
        b = self.browser().sign_in()
        self.assertEqual(b.send_file("units", "empty.csv", b"").status, 422)
        self.assertEqual(b.send_file("nothing", "a.csv", b"a\n").status, 404)
        b.send_file("units", "picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\0")
        self.assertEqual(b.status, 200)
        self.assertNotIn("/apply", b.text)
        page = b.path
        b.post(page + "/forget")
        self.assertEqual(b.get(page).status, 404)


class Mails(Case):
    smtp = True

    def link(self, n):
        text = self.site.stored(n).get_content()
        return re.search(r"http://[^\s]+(/password/[\w-]{43})", text).group(1)

    def test_invitation_reset_and_what_ends(self):
        admin = self.browser().sign_in().get("/accounts/new")
        admin.post("/accounts", [("name", "Marc Lenoir"), ("email", "marc@escom.example"), ("lang", "en"), ("role", "office"), ("unit", "")])
        self.has("is on its way", admin.text)
        link = self.link(1)
        marc = self.browser().get(link)
        self.assertEqual((marc.status, marc.heading()), (200, "Choose your password"))
        self.assertEqual(marc.post(link, {"password": "short"}).status, 422)
        marc.post(link, {"password": "treize grandes armoires"})
        self.assertEqual(marc.path, "/sign-in")
        self.assertEqual(self.browser().get(link).status, 410)
        marc.sign_in("marc@escom.example", "treize grandes armoires")
        self.assertEqual((marc.status, marc.path), (200, "/"))
        self.assertEqual(marc.get("/accounts").status, 403)
        shown = admin.get("/mails").get(re.search(r'href="(/mails/[0-9a-f-]{36})"', admin.text).group(1))
        self.assertNotRegex(shown.text, r"/password/[\w-]{43}")  # once sent, the secret is gone
        # same answer for both; the mail comes only for one
        one, two = self.browser().get("/password").post("/password", {"email": "marc@escom.example"}), self.browser().get("/password").post("/password", {"email": "nobody@escom.example"})
        self.assertEqual((one.status, one.text.replace("marc@", "nobody@")), (two.status, two.text))
        reset = self.link(2)
        other = self.browser().get(reset)
        other.post(reset, {"password": "quatorze beaux tapis"})
        self.assertEqual(marc.get("/", follow=False).status, 303)  # his session has ended
        marc.sign_in("marc@escom.example", "quatorze beaux tapis")
        account = re.search(r'href="(/accounts/[0-9a-f-]{36})">Marc', admin.get("/accounts").text).group(1)
        admin.get(account).post(account, [("role", "director"), ("unit", "")])
        self.assertEqual(marc.get("/", follow=False).status, 303)  # and with his roles
        own = re.search(r'href="(/accounts/[0-9a-f-]{36})">', re.sub(re.escape(account), "", admin.get("/accounts").text)).group(1)
        self.assertEqual(admin.get(own).post(own, [("role", "office"), ("unit", "")]).status, 422)  # the last administrator
        self.has("administrator", admin.text)

    def test_what_opens_a_door_is_kept_hashed_only(self):
        """A reset link once its mail has left, the session's cookie, an API token: none of them stands in the database."""
        before = len(glob.glob(os.path.join(self.site.mails, "*.eml")))
        self.browser().get("/password").post("/password", {"email": ADMIN})
        secret = self.link(before + 1).rsplit("/", 1)[1]
        b = self.browser().sign_in()
        b.get("/account").post("/account/token")
        token = re.search(r">\s*([A-Za-z0-9_-]{43})\s*<", b.text)
        self.assertTrue(token, b.heading())
        for _ in range(100):  # the mail is marked as sent just after it has left
            held = self.site.every_value()
            if secret not in held:
                break
            time.sleep(0.1)
        for name, value in {"link": secret, "token": token[1], "session": b.cookies["passerelle"]}.items():
            self.assertNotIn(value, held, name)
            self.assertNotIn(value.encode().hex(), held, name)
            digest = hashlib.sha256(value.encode()).hexdigest()
            if name != "session":
                self.assertIn(digest, held, f"{name}: not where this test looks")
        self.assertEqual(self.browser().get(f"/password/{secret}").status, 200)
        self.assertIn(self.browser().get("/password/" + hashlib.sha256(secret.encode()).hexdigest()).status, (404, 410))

    def test_unsure_and_failed(self):
        admin = self.browser().sign_in()
        for who in ("unsure", "gone"):
            admin.get("/accounts/new").post("/accounts", [("name", who), ("email", f"{who}@escom.example"), ("lang", "en"), ("role", "teacher"), ("unit", "")])
        for state in ("unsure", "failed"):
            for _ in range(150):
                found = re.search(r'href="(/mails/[0-9a-f-]{36})"', admin.get(f"/mails?state={state}").text)
                if found:
                    break
                time.sleep(0.1)
            self.assertTrue(found, state)
            self.assertIn("Send again", admin.get(found.group(1)).text)
            if state == "unsure":
                self.assertIn("Settle 1 unsure mail", self.browser().sign_in().text)
                admin.get(found.group(1)).post(found.group(1) + "/settled")
                self.assertNotIn("Send again", admin.text)


if __name__ == "__main__":
    unittest.main()
