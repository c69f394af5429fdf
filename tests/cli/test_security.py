#!/usr/bin/env python3
"""The ground under every page of the real program: Host, proxies, cookies, headers, forged requests, files, slow and large
requests. Routes come from `describe`, pages from a crawl signed in as each role of the demo school."""
import csv
import socket
import unittest

from kit import *

D = describe()
POLICY = {"default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "base-uri": "'none'", "frame-ancestors": "'none'",
          "form-action": "'self'"}
SOME = "0190ffff-0000-7000-8000-000000000001"


def filled(pattern):
    return re.sub(r"\{[^}]+\}", SOME, pattern)


def raw(host, text, wait=10):
    """Sends bytes as they are and reads until the other side closes or falls silent."""
    name, port = host.split(":")
    with socket.create_connection((name, int(port)), timeout=wait) as s:
        s.sendall(text if isinstance(text, bytes) else text.encode())
        out = b""
        with contextlib.suppress(TimeoutError, ConnectionResetError):
            while piece := s.recv(65536):
                out += piece
        return out.decode("utf-8", "replace")


class School(unittest.TestCase):
    """A school of its own, served once for the class."""
    words = ()

    @classmethod
    def setUpClass(cls):
        cls.place = Place().init()
        cls.serve = Serve(cls.place, *cls.words)
        cls.host = cls.serve.host

    @classmethod
    def tearDownClass(cls):
        if cls.serve.stop() != 0:
            raise AssertionError(f"{cls.serve.process.returncode} {cls.serve.problems()}")

    def client(self):
        return Client(self.host)


def check_headers(test, reply, what):
    policy = dict(p.strip().split(" ", 1) for p in (reply.header("Content-Security-Policy") or "").split(";") if p.strip())
    for name, value in POLICY.items():
        test.assertEqual(policy.get(name), value, f"{what}: {name}")
    test.assertNotIn("unsafe", reply.header("Content-Security-Policy"))
    test.assertEqual(reply.header("X-Content-Type-Options"), "nosniff", what)
    test.assertTrue(reply.header("Referrer-Policy"), what)


class Headers(School):
    def test_every_route_has_the_policy(self):
        clients = (self.client(), self.client().sign_in())
        for route in D["routes"] + [{"method": "GET", "pattern": p} for p in ("/healthz", "/metrics", "/nowhere", "/assets/nowhere", "/api/v1/nowhere")]:
            for client in clients:
                path = filled(route["pattern"])
                if path in ("/sign-out",):
                    continue
                reply = client.ask(route["method"], path)
                with self.subTest(f"{route['method']} {path}"):
                    check_headers(self, reply, path)
                    self.assertNotEqual(reply.status, 500, reply.text[:300])

    def test_pages_of_a_person_are_not_kept(self):
        client = self.client().sign_in()
        for path in ("/", "/account", "/people", "/api/v1/people"):
            self.assertIn("no-store", client.get(path).header("Cache-Control") or "", path)

    def test_nothing_tells_the_version_of_a_library(self):
        self.assertIsNone(self.client().get("/sign-in").header("Server"))


class Forged(School):
    def test_every_post_asks_for_the_token(self):
        """Without it, with a wrong one, from another site: nothing is done."""
        client = self.client().sign_in()
        before = self.place.rows("select count(*), max(id) from audit_entry") if not POSTGRES else self.place.rows("select count(*) from audit_entry")
        routes = [r for r in D["routes"] if r["method"] in ("POST", "PUT", "PATCH", "DELETE") and "no_csrf" not in r["flags"]]
        self.assertGreater(len(routes), 50)
        for route in routes:
            path = filled(route["pattern"])
            with self.subTest(f"{route['method']} {path}"):
                for body, headers in (("", {}), ("csrf=wrong", {}), (f"csrf={client.csrf}", {"Sec_Fetch_Site": "cross-site"}),
                                      (f"csrf={client.csrf}", {"Origin": "https://evil.example"}), (f"csrf={client.csrf}", {"Origin": "null"})):
                    reply = client.ask(route["method"], path, body, Content_Type="application/x-www-form-urlencoded", **headers)
                    self.assertEqual(reply.status, 403, (body, headers, reply.text[:300]))
        self.assertEqual(client.get("/account").status, 200)
        after = self.place.rows("select count(*), max(id) from audit_entry") if not POSTGRES else self.place.rows("select count(*) from audit_entry")
        self.assertEqual(after, before)

    def test_no_route_is_exempt_but_the_api(self):
        for route in D["routes"]:
            if "no_csrf" in route["flags"]:
                self.assertTrue(route["pattern"].startswith("/api/v1/"), route)

    def test_a_session_alone_does_not_open_the_api_for_writing(self):
        client = self.client().sign_in()
        self.assertEqual(client.get("/api/v1/units").status, 200)
        for headers in ({}, {"Origin": "https://evil.example"}, {"Sec_Fetch_Site": "cross-site"}, {"X_CSRF_Token": "wrong"}):
            reply = client.send("POST", "/api/v1/units", {"code": "X", "name": "X"}, **headers)
            self.assertIn(reply.status, (401, 403), reply.text)
        self.assertEqual(self.place.one("select count(*) from unit"), "0")

    def test_every_route_that_is_not_public_wants_somebody(self):
        nobody = self.client()
        for route in D["routes"]:
            if {"public", "no_session"} & set(route["flags"]):
                continue
            reply = nobody.ask(route["method"], filled(route["pattern"]), "" if route["method"] != "GET" else None)
            with self.subTest(str(route)):
                self.assertIn(reply.status, (303, 401, 403))
                if reply.status == 303:
                    self.assertTrue(reply.header("Location").startswith("/sign-in"))

    def test_public_routes_are_these(self):
        """A new one must be meant."""
        public = {r["pattern"] for r in D["routes"] if {"public", "no_session"} & set(r["flags"])}
        self.assertLessEqual(public, {"/sign-in", "/sign-out", "/password", "/password/{token}", "/language/{lang}", "/accessibility", "/api/v1/openapi.json"})


class Hosts(School):
    def ask(self, *lines):
        return raw(self.host, "GET /sign-in HTTP/1.1\r\n" + "".join(f"{line}\r\n" for line in lines) + "Connection: close\r\n\r\n")

    def test_host_is_checked(self):
        self.assertIn(" 200 ", self.ask(f"Host: {self.host}")[:20])
        for lines in (["Host: evil.example"], [], ["Host: "], [f"Host: {self.host}", "Host: evil.example"], [f"Host: {self.host}.evil.example"],
                      [f"Host: evil.example:{self.serve.port}"], [f"Host: {self.host}@evil.example"]):
            self.assertIn(" 400 ", self.ask(*lines)[:20], lines)

    def test_forwarded_headers_count_only_from_the_proxy(self):
        text = self.ask(f"Host: {self.host}", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil.example", "X-Forwarded-For: 192.0.2.9", "Forwarded: host=evil.example")
        self.assertNotIn("Strict-Transport-Security", text)
        self.assertNotIn("evil.example", text)
        self.assertNotIn("__Host-", text)

    def test_mail_links_use_the_base_url(self):
        client = self.client()
        csrf = csrf_of(client.get("/password"))
        client.form("/password", csrf=csrf, email=ADMIN)
        for _ in range(60):
            rows = self.place.rows("select * from mail")
            if rows:
                break
            time.sleep(0.5)
        self.assertTrue(rows, "no mail was written")
        self.assertIn(f"http://{self.host}/password/", str(rows))

    def test_openapi_names_the_base_url(self):
        self.assertEqual(self.client().get("/api/v1/openapi.json").json()["servers"][0]["url"], f"http://{self.host}")


class Proxy(School):
    """Behind a proxy on this machine, for a public name."""
    words = ("--base-url", "https://mobility.school.example", "--trusted-proxy", "127.0.0.1")

    def ask(self, path="/sign-in", *lines):
        return raw(self.host, f"GET {path} HTTP/1.1\r\nHost: mobility.school.example\r\n" + "".join(f"{line}\r\n" for line in lines) + "Connection: close\r\n\r\n")

    def test_cookies_and_transport(self):
        text = self.ask("/sign-in", "X-Forwarded-Proto: https", "X-Forwarded-For: 192.0.2.9")
        cookies = re.findall(r"(?im)^Set-Cookie: (.*?)\r?$", text)
        self.assertTrue(cookies, text[:500])
        for cookie in cookies:
            self.assertTrue(cookie.startswith("__Host-"), cookie)
            for part in ("; Secure", "; HttpOnly", "; SameSite=", "; Path=/"):
                self.assertIn(part, cookie)
            self.assertNotIn("Domain", cookie)
        self.assertIn("Strict-Transport-Security: max-age=", text)

    def test_local_names_are_strangers_here(self):
        text = raw(self.host, f"GET /sign-in HTTP/1.1\r\nHost: {self.host}\r\nConnection: close\r\n\r\n")
        self.assertIn(" 400 ", text[:20])

    def test_metrics_are_not_for_the_world(self):
        self.assertIn(" 401 ", self.ask("/metrics", "X-Forwarded-For: 192.0.2.9", "Accept: application/json")[:20])
        self.assertNotIn(" 200 ", self.ask("/metrics", "X-Forwarded-For: 127.0.0.1")[:20])

    def test_rate_limit_by_the_true_address(self):
        """The address that the proxy saw last counts; what a client wrote before it does not."""
        codes = []
        for i in range(140):
            text = raw(self.host, "GET /api/v1/units HTTP/1.1\r\nHost: mobility.school.example\r\nAuthorization: Bearer wrong\r\n"
                                  f"X-Forwarded-For: 198.51.100.{i}, 203.0.113.5\r\nConnection: close\r\n\r\n")
            codes.append(text[9:12])
        self.assertEqual(codes[0], "401")
        self.assertEqual(codes[-1], "429")
        text = raw(self.host, "GET /api/v1/units HTTP/1.1\r\nHost: mobility.school.example\r\nAuthorization: Bearer wrong\r\n"
                              "X-Forwarded-For: 203.0.113.6\r\nConnection: close\r\n\r\n")
        self.assertEqual(text[9:12], "401")


class Accounts(School):
    def test_the_session_changes_at_sign_in_and_ends_at_sign_out(self):
        client = self.client()
        client.get("/sign-in")
        before = dict(client.cookies)
        client.sign_in()
        session = dict(client.cookies)
        self.assertFalse(set(before.values()) & {v for k, v in session.items() if k not in before})
        self.assertNotIn(next(v for k, v in session.items() if "session" in k or k not in before), str(self.place.rows("select * from session")))
        self.assertEqual(client.form("/sign-out", csrf=client.csrf).status, 303)
        stale = self.client()
        stale.cookies = session
        self.assertIn(stale.get("/account").status, (303, 401))

    def test_guessing_is_slowed(self):
        client = self.client()
        csrf = csrf_of(client.get("/sign-in"))
        codes = [client.form("/sign-in", csrf=csrf, email="guess@school.example", password=f"wrong {i}", next="/").status for i in range(14)]
        self.assertEqual(codes[-1], 429, codes)
        self.assertNotIn(429, codes[:5])

    def test_unknown_and_wrong_get_one_answer(self):
        def answer(email):
            client = self.client()
            csrf = csrf_of(client.get("/sign-in"))
            started = time.monotonic()
            reply = client.form("/sign-in", csrf=csrf, email=email, password="certainly wrong", next="/")
            return reply.status, re.sub(r'value="[^"]*"', "", reply.text).replace(email, ""), time.monotonic() - started
        known, unknown = [answer(ADMIN) for _ in range(4)], [answer("x" + ADMIN) for _ in range(4)]
        self.assertEqual(known[0][:2], unknown[0][:2])
        a, b = sorted(k[2] for k in known)[1], sorted(u[2] for u in unknown)[1]
        self.assertLess(abs(a - b), max(a, b) * 0.6 + 0.01, (a, b))

    def test_next_leads_nowhere_else(self):
        for address in ("https://evil.example/", "//evil.example", "/\\evil.example", "/%0d%0aSet-Cookie:x=1", "javascript:alert(1)"):
            client = self.client()
            csrf = csrf_of(client.get("/sign-in"))
            reply = client.form("/sign-in", csrf=csrf, email=ADMIN, password=PASSWORD, next=address)
            self.assertEqual(reply.status, 303)
            self.assertTrue(re.match(r"/(?![/\\])", reply.header("Location")), reply.header("Location"))
            self.assertIsNone(reply.header("x"))

    def test_roles_that_change_end_sessions(self):
        client = self.client().sign_in()
        account = dashed(self.place.one("select id from account"))
        csrf = csrf_of(client.get(f"/accounts/{account}"))
        reply = client.form(f"/accounts/{account}", csrf=csrf, role=["admin", "office", "director"])
        if reply.status == 404:
            reply = client.form(f"/accounts/{account}/roles", csrf=csrf, role=["admin", "office", "director"])
        self.assertEqual(reply.status, 303, reply.text[:500])
        self.assertIn(client.get("/account").status, (303, 401))


class Rude(School):
    """Large, slow, broken, smuggled."""

    def alive(self):
        self.assertEqual(self.client().get("/healthz").status, 200)

    def test_too_large(self):
        host = f"Host: {self.host}\r\n"
        for text in (f"GET /{'x' * 70000} HTTP/1.1\r\n{host}\r\n", f"GET / HTTP/1.1\r\n{host}X: {'x' * 200000}\r\n\r\n",
                     "GET / HTTP/1.1\r\n" + host + "".join(f"X{i}: y\r\n" for i in range(20000)) + "\r\n"):
            out = raw(self.host, text)
            self.assertTrue(out == "" or re.match(r"HTTP/1\.1 4\d\d ", out), out[:60])
        client = self.client().sign_in()
        with contextlib.suppress(ConnectionError, http.client.HTTPException):  # it may close before all is sent
            self.assertEqual(client.ask("POST", "/units/new", "x" * 2_000_000, Content_Type="application/x-www-form-urlencoded").status, 413)
        client.close()
        token = self.place.token()
        with contextlib.suppress(ConnectionError, http.client.HTTPException):
            self.assertEqual(Client(self.host, token).ask("POST", "/api/v1/units", "x" * 2_000_000, Content_Type="application/json").status, 413)
        out = raw(self.host, f"POST /api/v1/units HTTP/1.1\r\n{host}Authorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n", wait=5)
        self.assertTrue(out == "" or " 413 " in out[:20] or " 400 " in out[:20], out[:60])
        self.alive()

    def test_broken_and_smuggled(self):
        host = f"Host: {self.host}\r\n"
        for text in ("\r\n\r\n", "nonsense\r\n\r\n", f"GET http://evil.example/ HTTP/1.1\r\n{host}\r\n", f"GET /../etc/passwd HTTP/1.1\r\n{host}\r\n",
                     f"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n{host}\r\n", f"GET /assets/..%2f..%2fetc/passwd HTTP/1.1\r\n{host}\r\n",
                     f"GET /%00 HTTP/1.1\r\n{host}\r\n", f"GET /%ff HTTP/1.1\r\n{host}\r\n", f"TRACE / HTTP/1.1\r\n{host}\r\n",
                     f"POST /sign-in HTTP/1.1\r\n{host}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                     f"POST /sign-in HTTP/1.1\r\n{host}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
                     f"POST /sign-in HTTP/1.1\r\n{host}Content-Length: -1\r\n\r\n",
                     f"POST /sign-in HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n"):
            out = raw(self.host, text + "", wait=3)
            self.assertNotIn("root:", out)
            self.assertNotIn(" 200 ", out[:20], text[:60])
            self.assertNotIn(" 500 ", out[:20], text[:60])
        self.alive()

    def test_slow_clients_do_not_stop_the_others(self):
        name, port = self.host.split(":")
        slow = []
        for _ in range(200):
            s = socket.create_connection((name, int(port)))
            s.sendall(b"GET / HTTP/1.1\r\nHost: ")
            slow.append(s)
        started = time.monotonic()
        self.alive()
        self.assertLess(time.monotonic() - started, 2)
        for s in slow:
            s.close()

    def test_pipelined(self):
        one = f"GET /healthz HTTP/1.1\r\nHost: {self.host}\r\n"
        out = raw(self.host, (one + "\r\n") * 20 + one + "Connection: close\r\n\r\n")
        self.assertEqual(out.count("HTTP/1.1 200"), 21)

    def test_json_that_is_a_trap(self):
        token = self.place.token()
        for body in ("[" * 100000, "{" * 5000, '{"name":"' + "\\u0000" + '"}', '{"name":1e999999}', '{"a":1,"a":2}', "\xff", '"', "null", "[]", ""):
            reply = Client(self.host, token).ask("POST", "/api/v1/units", body.encode("latin-1"), Content_Type="application/json")
            self.assertIn(reply.status, (400, 413, 422), body[:20])
        self.alive()

    def test_more_filters_than_a_statement_takes(self):
        """Each filter within its limit, all of them together too many: said, and nobody's server ends by it."""
        token = self.place.token()
        one = "has=stays.person~" + "~".join(f"programme_year:eq:{i % 10 + 1}" for i in range(49))
        self.assertEqual(Client(self.host, token).get(f"/api/v1/people?{one}").status, 200)
        reply = Client(self.host, token).get("/api/v1/people?" + "&".join([one] * 20))
        self.assertEqual(reply.status, 422, reply.text[:300])
        self.alive()

    def test_what_was_typed_comes_back_escaped(self):
        client = self.client().sign_in()
        evil = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>"
        for path in ("/units?q=", "/search?q=", "/people?filter=name:eq:", "/units?sort=", "/sign-in?next=", "/units?view=", "/units?columns="):
            self.assertNotIn("<script>alert", client.get(path + urllib.parse.quote(evil)).text, path)
            self.assertNotIn("<img src=x", client.get(path + urllib.parse.quote(evil)).text, path)
        self.assertNotIn("<script>alert", client.form("/units/new", csrf=client.csrf, code=evil, name=evil, kind=evil, email=evil).text)
        reply = Client(self.host, self.place.token()).send("POST", "/api/v1/people", {"family": evil})
        self.assertEqual(reply.status, 201, reply.text)
        for path in ("/people", f"/people/{reply.json()['id']}", f"/people/{reply.json()['id']}/edit", "/search?q=alert"):
            self.assertNotIn("<script>alert", client.get(path).text, path)


class Files(School):
    def test_exports_are_attachments_without_formulas(self):
        api = Client(self.host, self.place.token())
        evil = ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "=HYPERLINK(\"http://evil.example\")"]
        for name in evil:
            self.assertIn(api.send("POST", "/api/v1/people", {"family": name}).status, (201, 422))
        client = self.client().sign_in()
        for ext in ("csv", "xlsx", "json"):
            reply = client.get(f"/people.{ext}?columns=name,family,given")
            self.assertEqual(reply.status, 200)
            self.assertTrue(reply.header("Content-Disposition").startswith("attachment;"), ext)
            self.assertEqual(reply.header("X-Content-Type-Options"), "nosniff")
            if ext == "csv":
                for row in csv.reader(io.StringIO(reply.text.lstrip("\ufeff")), delimiter=";" if ";" in reply.text.splitlines()[0] else ","):
                    for cell in row:
                        self.assertFalse(cell[:1] in ("=", "+", "-", "@", "\t", "\r"), cell)
            if ext == "xlsx":
                with zipfile.ZipFile(io.BytesIO(reply.body)) as z:
                    for part in z.namelist():
                        self.assertNotIn(b"<f>", z.read(part))
                        self.assertNotIn(b"<f ", z.read(part))

    def test_a_file_sent_in_is_never_a_page(self):
        """Its text is shown escaped, and what of it leaves again is a file without formulas, whatever it was called."""
        client = self.client().sign_in()
        evil = '<script>alert(1)</script>,=cmd|calc,nonsense'
        for name in ("evil.html", "evil.svg", "a.csv"):
            body = "".join(f'--zq\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in (("csrf", client.csrf), ("kind", "units")))
            body += f'--zq\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/html\r\n\r\ncode,name,kind\n{evil}\n\r\n--zq--\r\n'
            sent = client.ask("POST", "/imports", body.encode(), Content_Type="multipart/form-data; boundary=zq")
            if sent.status != 303:
                self.assertEqual(sent.status, 422, sent.text[:300])
                self.assertNotIn("<script>alert", sent.text)
                continue
            page = sent.header("Location")
            for path in (page, "/imports"):
                reply = client.get(path)
                self.assertEqual(reply.status, 200)
                self.assertNotIn("<script>alert", reply.text)
                check_headers(self, reply, path)
            refused = client.get(page + "/refused.csv")
            self.assertEqual(refused.status, 200, refused.text[:300])
            self.assertTrue(refused.header("Content-Disposition").startswith("attachment;"))
            self.assertEqual((refused.header("Content-Type") or "").split(";")[0], "text/csv")
            self.assertEqual(refused.header("X-Content-Type-Options"), "nosniff")
            for row in csv.reader(io.StringIO(refused.text.lstrip("\ufeff"))):
                self.assertFalse([c for c in row if c[:1] in ("=", "+", "-", "@", "\t", "\r")], row)

    def test_figures_leave_without_formulas(self):
        api, client = Client(self.host, self.place.token()), self.client().sign_in()
        self.assertEqual(api.send("POST", "/api/v1/academic-years", {"code": "2026-27", "starts": "2026-09-01", "ends": "2027-08-31"}).status, 201)
        made = api.send("POST", "/api/v1/indicators", {"code": "=1+1", "label": "@SUM(A1)", "method": "count", "source_a": "/people", "wording_a": "-2+3"})
        self.assertEqual(made.status, 201, made.text)
        reply = client.get("/strategy/figures.csv")
        self.assertTrue(reply.header("Content-Disposition").startswith("attachment;"))
        rows = list(csv.reader(io.StringIO(reply.text.lstrip("\ufeff"))))
        self.assertTrue(any("=1+1" in cell for row in rows for cell in row), reply.text)
        self.assertFalse([c for row in rows for c in row if c[:1] in ("=", "+", "-", "@")], rows)

    def test_no_type_that_a_browser_would_run(self):
        """What leaves as a file is never a page or a drawing."""
        client = self.client().sign_in()
        for route in D["routes"]:
            if route["method"] != "GET":
                continue
            reply = client.get(filled(route["pattern"]))
            kind = (reply.header("Content-Type") or "").split(";")[0]
            if reply.header("Content-Disposition"):
                self.assertNotIn(kind, ("text/html", "image/svg+xml", "application/xhtml+xml", "text/xml"), route)
            elif reply.status == 200:
                self.assertIn(kind, ("text/html", "application/json", "text/calendar", "text/plain"), route)


class Service(unittest.TestCase):
    """The unit for systemd, and what it asks of the program."""
    unit = os.path.join(ROOT, "packaging", "passerelle.service")

    def setUp(self):
        if POSTGRES:
            self.skipTest("needs no database")

    def test_unit(self):
        if not shutil.which("systemd-analyze"):
            self.skipTest("systemd-analyze is not installed")
        with open(self.unit, encoding="utf-8") as f:
            text = f.read()
        here = os.path.join(SCRATCH, "passerelle.service")
        with open(here, "w", encoding="utf-8") as f:
            f.write(text.replace("/usr/local/bin/passerelle", PROGRAM))
        done = subprocess.run(["systemd-analyze", "verify", here], capture_output=True, text=True)
        self.assertEqual((done.returncode, [line for line in done.stderr.splitlines() if "passerelle.service" in line]), (0, []))
        done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=20", here], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout[-600:] + done.stderr)

    def test_unit_as_a_text(self):
        """The same without systemd's programs: what is taken away is taken away."""
        with open(self.unit, encoding="utf-8") as f:
            said = dict(line.split("=", 1) for line in f.read().splitlines() if "=" in line and line[0] not in "#[")
        for name, value in {"User": "passerelle", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes",
                            "PrivateDevices": "yes", "ProtectKernelModules": "yes", "ProtectKernelTunables": "yes", "ProtectControlGroups": "yes",
                            "CapabilityBoundingSet": "", "AmbientCapabilities": "", "RestrictSUIDSGID": "yes", "MemoryDenyWriteExecute": "yes",
                            "RestrictNamespaces": "yes", "LockPersonality": "yes", "SystemCallArchitectures": "native", "UMask": "0077"}.items():
            self.assertEqual(said.get(name), value, name)
        self.assertNotIn("--allow-root", said["ExecStart"])

    def test_settings_file(self):
        """Every line of the shipped file is one that the program knows, also those that are commented out."""
        with open(os.path.join(ROOT, "packaging", "passerelle.conf"), encoding="utf-8") as f:
            lines = [re.sub(r"^# (?=[a-z_]+ = )", "", line).split("      ")[0] for line in f.read().splitlines()]
        path = os.path.join(SCRATCH, "all.conf")
        with open(path, "w", encoding="utf-8") as f:
            f.write("\n".join(lines) + "\n")
        done = command("check", "--config", path, "--data", os.path.join(SCRATCH, "nowhere"))
        self.assertNotIn("line", done.err)
        self.assertEqual(done.code, 3)

    def test_as_a_user_without_any_right(self):
        if os.geteuid() != 0 or not shutil.which("setpriv"):
            self.skipTest("needs root")
        place = Place().init()
        os.chmod(SCRATCH, 0o711)
        for path in [place.dir, *(os.path.join(place.dir, n) for n in os.listdir(place.dir))]:
            os.chown(path, 65534, 65534)
        program = os.path.join(SCRATCH, "passerelle")
        shutil.copy(PROGRAM, program)
        done = subprocess.Popen(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all",
                                 program, "serve", "--listen", "127.0.0.1:0", "--data", place.dir], stdout=subprocess.PIPE, text=True)
        try:
            line = done.stdout.readline()
            self.assertTrue(line.startswith("listening "), line)
            Client(line.strip().split("//")[1]).sign_in()
        finally:
            done.terminate()
            self.assertEqual(done.wait(30), 0)
            done.stdout.close()


class Crawl(unittest.TestCase):
    """Every page that a link leads to, as each role of the demo: well-formed, without inline code or style, nothing from elsewhere."""

    def test_crawl(self):
        if POSTGRES:
            self.skipTest("the demo is for a directory")
        most = int(os.environ.get("PASSERELLE_TEST_PAGES", "250"))
        serve = Serve(Place(), command="demo")
        seen_patterns = {}
        for _, role, email, password in (line.split(" ") for line in serve.said if line.startswith("account ")):
            client = Client(serve.host).sign_in(email, password)
            waiting, seen = ["/"], {"/"}
            while waiting and len(seen) < most + len(waiting):
                path = waiting.pop(0)
                reply = client.get(path)
                with self.subTest(f"{role} {path}"):
                    self.check(reply, path, role)
                if reply.status == 303 and reply.header("Location") not in seen:
                    seen.add(reply.header("Location"))
                    waiting.append(reply.header("Location"))
                if reply.status == 303 or "html" not in (reply.header("Content-Type") or ""):
                    continue
                for link in Tags(reply.text).links():
                    link = urllib.parse.urljoin(path, link).split("#")[0]
                    shape = UUID.sub("ID", re.sub(r"=[^&]*", "=", link))
                    if not link.startswith("/") or link in seen or link.startswith(("/language/", "/assets/")):
                        continue
                    if seen_patterns.setdefault((role, shape), 0) >= 3:  # pages of one kind look alike
                        continue
                    seen_patterns[role, shape] += 1
                    seen.add(link)
                    waiting.append(link)
            self.assertGreater(len(seen), 2 if role == "student" else 20, role)
        self.assertEqual(serve.stop(), 0)

    def check(self, reply, path, role):
        self.assertIn(reply.status, (200, 303), f"a link leads {role} to {path}: {reply.status}")
        check_headers(self, reply, path)
        if "html" not in (reply.header("Content-Type") or ""):
            return
        tags = Tags(reply.text)
        self.assertEqual(tags.inline, [])
        for tag, attrs in tags.tags:
            for name, value in attrs.items():
                self.assertFalse(name.startswith("on") or name == "style", f"{tag} {name}={value}")
                if name in ("src", "href", "action", "formaction", "data") and value:
                    self.assertFalse(re.match(r"(?i)\s*(javascript|vbscript|data):", value) and tag != "img", f"{tag} {name}={value}")
                    if name != "href" or tag == "link":
                        self.assertFalse(re.match(r"(?i)(https?:)?//", value), f"{tag} loads {value}")
            if tag == "script":
                self.assertTrue(attrs.get("src"))
            if tag == "form" and (attrs.get("method") or "get").lower() == "post":
                self.assertIn('name="csrf"', reply.text)
            if tag == "a" and re.match(r"(?i)https?:", attrs.get("href") or ""):
                self.assertIn("noopener", attrs.get("rel") or "noopener")


if __name__ == "__main__":
    main()
