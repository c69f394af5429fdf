#!/usr/bin/env python3
"""Speaks raw sockets to the test server: what browsers send, and what nobody should.

usage: test_http.py SERVER_BINARY [unittest arguments]
On SQLite, or on the database that PASSERELLE_TEST_PG names.
"""
import errno
import gzip
import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

SERVER = sys.argv.pop(1)


class Server:
    """One running server; options become name=value arguments."""

    def __init__(self, **options):
        self.dir = tempfile.TemporaryDirectory()
        if os.environ.get("PASSERELLE_TEST_PG"):
            options["url"] = os.environ["PASSERELLE_TEST_PG"]
        args = [f"{k.replace('_', '-')}={v}" for k, v in options.items()]
        self.process = subprocess.Popen([SERVER, self.dir.name] + args, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("listening "):
            raise RuntimeError(f"the server did not start: {line!r}")
        self.port = int(line.rsplit(":", 1)[1])
        self.host = f"127.0.0.1:{self.port}"

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        out, _ = self.process.communicate(timeout=30)
        self.dir.cleanup()
        return self.process.returncode, out

    def connect(self, timeout=20):
        return Connection(self, timeout)

    def once(self, *args, **kwargs):
        with self.connect() as c:
            return c.ask(*args, **kwargs)


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        self.text = body.decode("utf-8", "replace")

    def all(self, name):
        return [v for n, v in self.headers if n == name.lower()]

    def get(self, name):
        return (self.all(name) or [None])[0]

    def line(self, key):
        for line in self.text.splitlines():
            if line.startswith(key + " "):
                return line[len(key) + 1:]
        return None


class Closed(Exception):
    pass


class Connection:
    def __init__(self, server, timeout):
        self.server = server
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def fill(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            data = b""
        if not data:
            raise Closed(self.buffer)
        self.buffer += data

    def request(self, target, method="GET", headers=None, body=None, host=None):
        lines = [f"{method} {target} HTTP/1.1", f"Host: {host or self.server.host}"]
        lines += [f"{n}: {v}" for n, v in (headers or {}).items()]
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b"")

    def ask(self, target, method="GET", headers=None, body=None, host=None):
        self.send(self.request(target, method, headers, body, host))
        return self.reply(method)

    def reply(self, method="GET"):
        while b"\r\n\r\n" not in self.buffer:
            self.fill()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        status = int(lines[0].split()[1])
        headers = [(n.lower(), v.strip()) for n, v in (line.split(":", 1) for line in lines[1:])]
        length = int(dict(headers).get("content-length", 0))
        if method == "HEAD" or status in (100, 204, 304):
            length = 0
        while len(self.buffer) < length:
            self.fill()
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return Reply(status, headers, body)

    def closed(self):
        """True when the server has closed its side."""
        try:
            while True:
                self.fill()
        except Closed:
            return True
        except (socket.timeout, TimeoutError):
            return False


def digits(n):
    return (b"0123456789" * (n // 10 + 1))[:n]


def cookie_of(reply):
    return "; ".join(v.split(";")[0] for v in reply.all("set-cookie") if "Max-Age=0" not in v)


FORM = "application/x-www-form-urlencoded"


class Shared(unittest.TestCase):
    options = {}

    @classmethod
    def setUpClass(cls):
        cls.server = Server(**cls.options)

    @classmethod
    def tearDownClass(cls):
        code, out = cls.server.stop()
        assert code == 0 and out.strip() == "stopped", (code, out)

    def ask(self, *args, **kwargs):
        return self.server.once(*args, **kwargs)

    def raw(self, data, half_close=False):
        """Sends bytes as they are; the reply, or None when the server just closes."""
        with self.server.connect() as c:
            try:
                c.send(data)
                if half_close:
                    c.socket.shutdown(socket.SHUT_WR)
                return c.reply()
            except (Closed, ConnectionError):
                return None
            except OSError as e:
                if e.errno != errno.ENOTCONN:  # closed before we could half-close
                    raise
                return None

    def assert_refused(self, reply, statuses):
        if reply is not None:
            self.assertIn(reply.status, statuses)

    def alive(self):
        self.assertEqual(self.ask("/page/3").body, b"012")


class Pages(Shared):
    def test_page(self):
        r = self.ask("/?say=%3Cb%3E")
        self.assertEqual(r.status, 200)
        self.assertIn("&lt;b&gt;", r.text)
        self.assertEqual(r.get("content-type"), "text/html; charset=utf-8")

    def test_security_headers_on_everything(self):
        for target in ["/", "/nothing", "/error/bug", "/api/v1/error/denied", "/healthz", "/file", "/../x", "/assets/none"]:
            r = self.ask(target)
            self.assertIn("default-src 'none'", r.get("content-security-policy"), target)
            self.assertNotIn("unsafe", r.get("content-security-policy"))
            self.assertEqual(r.get("x-content-type-options"), "nosniff")
            self.assertEqual(r.get("referrer-policy"), "same-origin")
            self.assertEqual(r.get("cross-origin-opener-policy"), "same-origin")
            self.assertEqual(r.get("cross-origin-resource-policy"), "same-origin")
            self.assertIsNotNone(r.get("permissions-policy"))
            self.assertEqual(r.get("cache-control"), "no-store", target)
            self.assertRegex(r.get("x-request-id"), r"^[a-z2-7]{12}$")
            self.assertIsNone(r.get("strict-transport-security"))

    def test_head(self):
        with self.server.connect() as c:
            r = c.ask("/page/5000", "HEAD")
            self.assertEqual((r.status, r.get("content-length")), (200, "5000"))
            self.assertEqual(c.ask("/page/4").body, b"0123")

    def test_not_found_and_method(self):
        self.assertEqual(self.ask("/nothing").status, 404)
        r = self.ask("/", "DELETE")
        self.assertEqual((r.status, r.get("allow")), (405, "GET, HEAD"))
        for method in ["OPTIONS", "TRACE", "get", "FOO"]:
            self.assertIn(self.ask("/echo", method).status, (405, 501))

    def test_problem_json(self):
        r = self.ask("/api/v1/error/conflict", headers={"Accept-Language": "en"})
        self.assertEqual((r.status, r.get("content-type")), (409, "application/problem+json"))
        problem = json.loads(r.body)
        self.assertEqual((problem["code"], problem["status"]), ("conflict", 409))
        self.assertIn("taken", problem["title"])
        error = problem["errors"][0]
        self.assertEqual((error["field"], error["value"]), ("places", "<b>\"x\"\n"))
        self.assertIn("answer for", error["message"])
        self.assertIn("Use the address", error["remedy"])
        self.assertIn("prise", json.loads(self.ask("/api/v1/error/conflict", headers={"Accept-Language": "fr"}).body)["title"])
        self.assertEqual(self.ask("/api/v1/error/sign-in").get("www-authenticate"), "Bearer")

    def test_error_page_escapes(self):
        r = self.ask("/error/refused")
        self.assertEqual(r.status, 422)
        self.assertNotIn("<b>", r.text)
        self.assertIn("&lt;b&gt;", r.text)

    def test_header_cannot_be_injected(self):
        r = self.ask("/error/none")
        self.assertEqual((r.status, r.get("x-bad"), r.get("set-cookie")), (200, None, None))

    def test_etag(self):
        self.assertEqual(self.ask("/cached").get("etag"), '"v1"')
        for sent in ['"v1"', 'W/"v1"', '"v0", "v1"']:
            r = self.ask("/cached", headers={"If-None-Match": sent})
            self.assertEqual((r.status, r.body), (304, b""))
        self.assertEqual(self.ask("/cached", headers={"If-None-Match": '"v2"'}).status, 200)

    def test_file_is_an_attachment(self):
        r = self.ask("/file")
        self.assertEqual(r.body, b"<script>alert(1)</script>")
        self.assertEqual(r.get("content-disposition"),
                         "attachment; filename=\"d__part _1_.html\"; filename*=UTF-8''d%C3%A9part%20%221%22.html")

    def test_asset(self):
        listed = subprocess.run(["strings", "-n", "12", SERVER], capture_output=True, text=True).stdout
        css = re.search(r"/assets/passerelle\.[0-9a-f]+\.css", listed).group(0)
        plain, packed = self.ask(css), self.ask(css, headers={"Accept-Encoding": "br, gzip"})
        self.assertEqual((plain.status, plain.get("content-encoding")), (200, None))
        self.assertEqual(packed.get("content-encoding"), "gzip")
        self.assertEqual(gzip.decompress(packed.body), plain.body)
        self.assertIn("immutable", plain.get("cache-control"))
        self.assertEqual(self.ask(css, headers={"If-None-Match": plain.get("etag")}).status, 304)

    def test_health_and_metrics(self):
        self.assertEqual(self.ask("/healthz").body, b"ok\n")
        text = self.ask("/metrics").text
        self.assertRegex(text, r'passerelle_requests_total\{status="200"\} \d+')
        self.assertRegex(text, r'passerelle_request_seconds_bucket\{le="\+Inf"\} \d+')
        self.assertRegex(text, r"passerelle_database_commits_total \d+")


class Connections(Shared):
    def test_keep_alive(self):
        with self.server.connect() as c:
            for n in range(200):
                self.assertEqual(c.ask(f"/page/{n}").body, digits(n))

    def test_pipelined(self):
        with self.server.connect() as c:
            c.send(b"".join(c.request(f"/page/{n}") for n in range(60)))
            for n in range(60):
                self.assertEqual(c.reply().body, digits(n))

    def test_pipelined_behind_a_body(self):
        with self.server.connect() as c:
            c.send(c.request("/api/v1/echo", "POST", {}, b"x" * 3000) + c.request("/page/7"))
            self.assertIn("body 3000", c.reply().text)
            self.assertEqual(c.reply().body, digits(7))

    def test_http_1_0(self):
        with self.server.connect() as c:
            c.send(f"GET /page/9 HTTP/1.0\r\nHost: {self.server.host}\r\n\r\n".encode())
            self.assertEqual(c.reply().body, digits(9))
            self.assertTrue(c.closed())

    def test_byte_by_byte(self):
        with self.server.connect() as c:
            for byte in c.request("/page/5"):
                c.send(bytes([byte]))
            self.assertEqual(c.reply().body, digits(5))

    def test_64_connections_with_bodies_verified(self):
        wrong, sizes = [], [0, 1, 100, 1024, 14000, 70000, 300000]

        def run(seed):
            try:
                with self.server.connect(60) as c:
                    for i in range(25):
                        n = sizes[(seed + i) % len(sizes)]
                        if c.ask(f"/page/{n}").body != digits(n):
                            wrong.append((seed, n))
            except Exception as e:
                wrong.append((seed, e))

        threads = [threading.Thread(target=run, args=(i,)) for i in range(64)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual(wrong, [])

    def test_client_that_leaves(self):
        for _ in range(20):
            c = self.server.connect()
            c.send(c.request("/slow?ms=50"))
            c.socket.close()
        c = self.server.connect()
        c.send(c.request("/page/8000000"))
        c.socket.close()
        time.sleep(0.5)
        self.alive()


class Bodies(Shared):
    def test_forms(self):
        boundary = "----b"
        blob = bytes(range(256)) * 5000
        body = (f'--{boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\nh\u00e9\r\n--{boundary}\r\nContent-Disposition: '
                f'form-data; name="f"; filename="../../x.csv"\r\nContent-Type: text/csv\r\n\r\n').encode()
        body += blob + f"\r\n--{boundary}--\r\n".encode()
        r = self.ask("/upload", "POST", {"Content-Type": f"multipart/form-data; boundary={boundary}"}, body)
        self.assertEqual(r.line("form"), "a=h\u00e9")
        self.assertEqual(r.line("upload"), f"f x.csv {len(blob)} {hashlib.sha256(blob).hexdigest()}")

    def test_bad_forms(self):
        for kind, body in [(FORM, b"a=%00"), (FORM, b"a=%ff"), ("multipart/form-data", b"--b--"), (FORM + "; x", b"a=1"),
                           ("multipart/form-data; boundary=b", b"--b\r\n\r\n--b--")]:
            self.assertEqual(self.ask("/upload", "POST", {"Content-Type": kind}, body).status, 400, body)

    def test_chunked(self):
        head = f"POST /api/v1/echo HTTP/1.1\r\nHost: {self.server.host}\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        r = self.raw(head + b"5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n")
        self.assertEqual(r.line("body"), f"11 {hashlib.sha256(b'hello world').hexdigest()}")
        for bad in [b"zz\r\nhello\r\n0\r\n\r\n", b"-5\r\nhello\r\n0\r\n\r\n", b"5\r\nhelloXX0\r\n\r\n", b"FFFFFFFFFFFFFFFFFF\r\nx"]:
            self.assert_refused(self.raw(head + bad, half_close=True), (400, 413))
        self.alive()

    def test_smuggling(self):
        head = f"POST /api/v1/echo HTTP/1.1\r\nHost: {self.server.host}\r\n"
        for extra in ["Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                      "Transfer-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", "Content-Length: -1\r\n\r\n", "Content-Length: x\r\n\r\n",
                      "Content-Length: 99999999999999999999\r\n\r\n", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"]:
            self.assert_refused(self.raw((head + extra).encode(), half_close=True), (400, 413))
        self.alive()

    def test_too_large(self):
        """The answer comes before the body has been read, and the server goes on."""
        with self.server.connect() as c:
            c.send(f"POST /api/v1/echo HTTP/1.1\r\nHost: {self.server.host}\r\nContent-Length: 300000\r\n\r\n".encode())
            self.assertEqual(c.reply().status, 413)
        with self.server.connect() as c:
            body = b"x" * 300000
            r = c.ask("/api/v1/echo", "POST", {}, body)
            self.assertEqual((r.status, r.get("connection")), (413, "close"))
            self.assertEqual(json.loads(r.body)["code"], "too-large")
            self.assertTrue(c.closed())
        self.assertEqual(self.ask("/api/v1/echo", "POST", {}, b"x" * 200000).status, 200)

    def test_too_large_in_chunks(self):
        with self.server.connect() as c:
            c.send(f"POST /api/v1/echo HTTP/1.1\r\nHost: {self.server.host}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
            for _ in range(6):
                c.send(b"10000\r\n" + b"x" * 65536 + b"\r\n")
            self.assertEqual(c.reply().status, 413)
        self.alive()

    def test_endless_body_is_cut(self):
        with self.server.connect() as c:
            c.send(f"POST /api/v1/echo HTTP/1.1\r\nHost: {self.server.host}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
            with self.assertRaises(ConnectionError):
                for _ in range(400):
                    c.send(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        self.alive()

    def test_expect(self):
        head = f"POST /api/v1/echo HTTP/1.1\r\nHost: {self.server.host}\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n"
        with self.server.connect() as c:
            c.send((head % 5).encode())
            self.assertEqual(c.reply().status, 100)
            c.send(b"hello")
            self.assertIn("body 5 ", c.reply().text)
        with self.server.connect() as c:
            c.send((head % 5000000).encode())
            self.assertEqual(c.reply().status, 413)


class Forged(Shared):
    options = {"header_ms": 1500}

    def test_host(self):
        for host in ["evil.example", f"evil.example:{self.server.port}", f"127.0.0.1.evil.example:{self.server.port}", "",
                     f"127.0.0.1:{self.server.port}@evil", "127.0.0.1 evil"]:
            self.assertEqual(self.ask("/", host=host or " ").status, 400, host)
        self.assertEqual(self.ask("/", host=f"localhost:{self.server.port}").status, 200)
        self.assertEqual(self.ask("/", host="LOCALHOST").status, 200)
        self.assertEqual(self.raw(b"GET / HTTP/1.1\r\n\r\n").status, 400)
        self.assertEqual(self.raw(f"GET / HTTP/1.1\r\nHost: {self.server.host}\r\nHost: evil\r\n\r\n".encode()).status, 400)
        self.assert_refused(self.raw(f"GET http://evil.example/ HTTP/1.1\r\nHost: {self.server.host}\r\n\r\n".encode()), (400,))
        r = self.ask("/", host="<script>")
        self.assertNotIn("<script>", r.text)

    def test_forwarded_headers_are_not_believed(self):
        r = self.ask("/echo", headers={"X-Forwarded-For": "192.0.2.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil"})
        self.assertEqual((r.line("remote"), r.line("secure"), r.line("host")), ("127.0.0.1", "0", self.server.host))

    def test_paths(self):
        for target in ["/../etc/passwd", "/a/../../b", "/%2e%2e/x", "/a/%2E%2e", "/%00", "/a%00b", "/a%2fb", "//evil.example/", "/\\evil",
                       "/%", "/%zz", "/%ff", "/echo?a=%00", "/echo?%ff", "/echo?a=%", "*", "foo", "/" + "a" * 3000]:
            r = self.raw(f"GET {target} HTTP/1.1\r\nHost: {self.server.host}\r\n\r\n".encode())
            self.assert_refused(r, (400, 404, 414))
            self.assertIsNotNone(r, target)
        self.assertEqual(self.ask("/echo?" + "&".join(f"a{i}=1" for i in range(300))).status, 400)
        self.alive()

    def test_nul_bytes(self):
        """libmicrohttpd ends a line's value at a NUL: nothing behind it may have any effect, and no name may hold one."""
        host = self.server.host.encode()
        for data in [b"GET /page/3\0/../../page/9 HTTP/1.1\r\nHost: %s\r\n\r\n", b"GET /page/3 HTTP/1.1\r\nHost: %s\0evil\r\n\r\n",
                     b"GET /page/3 HTTP/1.1\r\nHost: %s\r\nX: a\0b\r\n\r\n"]:
            r = self.raw(data % host, half_close=True)
            self.assertTrue(r is None or r.status == 400 or r.body == b"012", data)
        self.assert_refused(self.raw(b"GET /page/3 HTTP/1.1\r\nHost: %s\r\nX\0Y: a\r\n\r\n" % host, half_close=True), (400,))
        self.assert_refused(self.raw(b"GET /page/3 HTTP/1.1\r\nHost: evil\0%s\r\n\r\n" % host, half_close=True), (400,))
        self.alive()

    def test_not_http(self):
        for data in [b"GET /\r\n\r\n", b"GET\r\n\r\n", b"\r\n\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00",
                     b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", b"GET / FTP/1.1\r\nHost: x\r\n\r\n", os.urandom(4000), b"A" * 200000,
                     b"GET / HTTP/1.1\r\nHost: x\r\nno colon here\r\n\r\n", b"GET / HTTP/1.1\r\n: x\r\n\r\n"]:
            self.assert_refused(self.raw(data, half_close=True), (400, 404, 405, 413, 414, 431, 501, 505))
        self.alive()

    def test_header_bombs(self):
        many = "".join(f"X-{i}: 1\r\n" for i in range(500))
        for extra in [many, "X: " + "a" * 100000 + "\r\n", "X" * 100000 + ": 1\r\n", "Cookie: " + "a=1;" * 20000 + "\r\n"]:
            r = self.raw(f"GET / HTTP/1.1\r\nHost: {self.server.host}\r\n{extra}\r\n".encode())
            self.assert_refused(r, (400, 413, 431))
        self.assertEqual(self.ask("/page/3", headers={"Cookie": "a=1; b=" + "x" * 4000}).status, 200)


class Sessions(Shared):
    def token(self, cookie=None):
        r = self.ask("/token", headers={"Cookie": cookie} if cookie else {})
        return r.text, cookie or cookie_of(r)

    def post(self, target, fields="", cookie="", token=None, **headers):
        body = fields + (f"&csrf={token}" if token else "")
        return self.ask(target, "POST", {"Content-Type": FORM, "Cookie": cookie, **headers}, body.encode())

    def sign_in(self):
        token, form_cookie = self.token()
        r = self.post("/sign-in", "next=/who", form_cookie, token)
        self.assertEqual((r.status, r.get("location")), (303, "/who"))
        session = [c for c in r.all("set-cookie") if c.startswith("passerelle=")][0]
        self.assertRegex(session, r"^passerelle=[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Lax; Max-Age=604800$")
        return session.split(";")[0]

    def test_sign_in_needs_a_token(self):
        token, cookie = self.token()
        self.assertEqual(self.post("/sign-in", "next=/", "", None).status, 403)
        self.assertEqual(self.post("/sign-in", "next=/", "", token).status, 403)
        self.assertEqual(self.post("/sign-in", "next=/", cookie, None).status, 403)
        self.assertEqual(self.post("/sign-in", "next=/", cookie, token[:-1] + "!").status, 403)
        self.assertEqual(self.post("/sign-in", "next=/", cookie, token).status, 303)
        self.assertEqual(self.post("/sign-in", "next=/", cookie, None, **{"X-CSRF-Token": token}).status, 303)

    def test_forged_requests(self):
        session = self.sign_in()
        token, _ = self.token(session)
        for headers in [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
                        {"Sec-Fetch-Site": "same-site"}, {"Origin": f"http://evil.{self.server.host}"}]:
            self.assertEqual(self.post("/sign-out", "", session, token, **headers).status, 403, headers)
        other, _ = self.token(self.sign_in())
        self.assertEqual(self.post("/sign-out", "", session, other).status, 403)
        self.assertEqual(self.post("/sign-out", "", session, token, Origin=f"http://{self.server.host}",
                                   **{"Sec-Fetch-Site": "same-origin"}).status, 303)
        self.assertEqual(self.ask("/who", headers={"Cookie": session}).status, 401)

    def test_redirect_stays_here(self):
        token, cookie = self.token()
        for target in ["//evil.example", "https://evil.example", "/%5Cevil.example", "", "/a%0d%0ax"]:
            self.assertEqual(self.post("/sign-in", "next=" + target, cookie, token).get("location"), "/")

    def test_session(self):
        self.assertEqual(self.ask("/who").status, 401)
        session = self.sign_in()
        r = self.ask("/who", headers={"Cookie": session})
        self.assertIn("01020300-0000-0000-0000-000000000000 tenant 7", r.text)
        for wrong in ["passerelle=", "passerelle=" + "a" * 43, "__Host-" + session, session + "x"]:
            self.assertEqual(self.ask("/who", headers={"Cookie": wrong}).status, 401)

    def test_rotated_at_sign_in(self):
        first = self.sign_in()
        token, _ = self.token(first)
        r = self.post("/sign-in", "next=/who", first, token)
        second = [c for c in r.all("set-cookie") if c.startswith("passerelle=")][0].split(";")[0]
        self.assertNotEqual(first, second)
        self.assertEqual(self.ask("/who", headers={"Cookie": first}).status, 401)
        self.assertEqual(self.ask("/who", headers={"Cookie": second}).status, 200)

    def test_ending_all(self):
        one, two = self.sign_in(), self.sign_in()
        token, _ = self.token(one)
        self.assertEqual(self.post("/others-out", "spare=1", one, token).status, 200)
        self.assertEqual(self.ask("/who", headers={"Cookie": two}).status, 401)
        self.assertEqual(self.ask("/who", headers={"Cookie": one}).status, 200)
        self.assertEqual(self.post("/others-out", "spare=0", one, token).status, 200)
        self.assertEqual(self.ask("/who", headers={"Cookie": one}).status, 401)

    def test_flash_is_shown_once(self):
        session = self.sign_in()
        token, _ = self.token(session)
        r = self.post("/flash", "", session, token)
        jar = session + "; " + cookie_of(r)
        r = self.ask("/who", headers={"Cookie": jar})
        self.assertIn("flash [Signed in \u2013 h\u00e9] undo [/undo/1]", r.text)
        self.assertIn("passerelle-flash=; ", r.get("set-cookie"))
        forged = re.sub(r"passerelle-flash=..", "passerelle-flash=AA", jar)
        self.assertIn("flash [] undo []", self.ask("/who", headers={"Cookie": forged}).text)
        self.assertIn("flash []", self.ask("/who", headers={"Cookie": self.sign_in() + "; " + cookie_of(r)}).text)

    def test_idle_and_last_seen(self):
        session = self.sign_in()
        token, _ = self.token(session)
        seen = lambda: int(self.ask("/seen", headers={"Cookie": session}).text)
        self.assertLess(seen(), 60000)
        self.post("/age", "ms=240000", session, token)
        self.assertGreater(seen(), 240000)
        time.sleep(0.3)
        self.assertGreater(seen(), 240000, "last_seen is not written for every request")
        self.post("/age", "ms=120000", session, token)
        self.assertGreater(seen(), 300000, "the request that notes it does not wait for it")
        time.sleep(0.5)
        self.assertLess(seen(), 60000, "last_seen is written after five minutes")
        self.post("/age", f"ms={9 * 3600 * 1000}", session, token)
        self.assertEqual(self.ask("/seen", headers={"Cookie": session}).status, 401)

    def test_session_without_token_is_nobody_on_the_api(self):
        session = self.sign_in()
        token, _ = self.token(session)
        self.assertEqual(self.ask("/api/v1/write", "POST", {"Cookie": session}, b"{}").status, 401)
        self.assertEqual(self.ask("/api/v1/write", "POST", {"Cookie": session, "X-CSRF-Token": token}, b"{}").status, 200)
        self.assertEqual(self.ask("/api/v1/write", "POST", {"Authorization": "Bearer right"}, b"{}").status, 200)
        self.assertEqual(self.ask("/api/v1/write", "POST", {"Authorization": "Bearer wrong"}, b"{}").status, 401)

    def test_many_wrong_tokens(self):
        server = Server()
        self.addCleanup(server.stop)
        statuses = {server.once("/api/v1/write", "POST", {"Authorization": "Bearer wrong"}, b"{}").status for _ in range(140)}
        self.assertEqual(statuses, {401, 429})
        r = server.once("/api/v1/write", "POST", {"Authorization": "Bearer right"}, b"{}")
        self.assertEqual((r.status, r.get("retry-after")), (429, "60"))


class Proxy(unittest.TestCase):
    def setUp(self):
        self.server = Server(base_url="https://mobility.example.edu", trusted_proxy="127.0.0.1")

    def tearDown(self):
        self.server.stop()

    def ask(self, target, **headers):
        return self.server.once(target, headers={k.replace("_", "-"): v for k, v in headers.items()}, host="mobility.example.edu")

    def test_forwarded(self):
        r = self.ask("/echo", X_Forwarded_For="127.0.0.1, 192.0.2.9", X_Forwarded_Proto="https")
        self.assertEqual((r.line("remote"), r.line("secure"), r.line("loopback")), ("192.0.2.9", "1", "0"))
        self.assertIn("max-age", r.get("strict-transport-security"))
        r = self.ask("/echo", X_Forwarded_For="<script>", X_Forwarded_Proto="https")
        self.assertEqual(r.line("remote"), "127.0.0.1")

    def test_host(self):
        self.assertEqual(self.server.once("/").status, 400)
        self.assertEqual(self.server.once("/", host="mobility.example.edu:443").status, 400)

    def test_machines_need_a_token_behind_the_proxy(self):
        for target in ["/machines", "/metrics"]:
            self.assertEqual(self.ask(target).status, 401)
            self.assertEqual(self.ask(target, X_Forwarded_For="127.0.0.1").status, 401)
            self.assertEqual(self.ask(target, Authorization="Bearer right").status, 200)

    def test_cookies_are_secure(self):
        r = self.ask("/token", X_Forwarded_Proto="https")
        self.assertRegex(r.get("set-cookie"), r"^__Host-passerelle-form=[\w-]{43}; Path=/; HttpOnly; SameSite=Lax; Secure$")


class Limits(unittest.TestCase):
    def serve(self, **options):
        self.server = Server(**options)
        return self.server

    def tearDown(self):
        code, out = self.server.stop()
        self.assertEqual((code, out.strip()), (0, "stopped"))

    def cut_after(self, c, started):
        """Sends a byte now and then until the server has had enough."""
        try:
            while time.monotonic() - started < 15:
                c.send(b"a")
                time.sleep(0.05)
        except ConnectionError:
            pass
        return time.monotonic() - started

    def test_slow_header(self):
        server = self.serve(header_ms=800)
        with server.connect() as c:
            started = time.monotonic()
            c.send(b"GET / HTTP/1.1\r\nX: ")
            self.assertLess(self.cut_after(c, started), 3)
        with server.connect() as c:
            self.assertEqual(c.ask("/page/3").body, b"012")
            time.sleep(0.5)
            self.assertEqual(c.ask("/page/3").body, b"012", "the time begins anew with each reply")
            self.assertTrue(c.closed())

    def test_slow_body(self):
        server = self.serve(body_ms=800)
        with server.connect() as c:
            started = time.monotonic()
            c.send(f"POST /api/v1/echo HTTP/1.1\r\nHost: {server.host}\r\nContent-Length: 100000\r\n\r\n".encode())
            self.assertLess(self.cut_after(c, started), 3)

    def test_slow_reader(self):
        """The time that a reply may take depends on its size: here two seconds for 8 KiB a second."""
        server = self.serve(body_ms=800)
        with server.connect() as c:
            c.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            c.send(c.request("/page/8000"))
            c.send(c.request("/page/8000000"))
            self.assertEqual(c.reply().body, digits(8000))
            time.sleep(0.3)
            self.assertEqual(self.connections(server), 2)

    def connections(self, server):
        return int(re.search(r"passerelle_connections (\d+)", server.once("/metrics").text).group(1))

    def test_many_slow_clients_do_not_stop_others(self):
        server = self.serve(header_ms=5000)
        slow = [server.connect() for _ in range(150)]
        for c in slow:
            c.send(b"GET / HTTP/1.1\r\nX: ")
        for _ in range(20):
            self.assertEqual(server.once("/page/100").body, digits(100))
        for c in slow:
            c.socket.close()

    def test_connections_per_address(self):
        server = self.serve(per_address=10)
        held = [server.connect() for _ in range(10)]
        for c in held:
            self.assertEqual(c.ask("/page/1").body, b"0")
        with server.connect(3) as c:
            self.assertTrue(c.closed())
        for c in held:
            c.socket.close()
        time.sleep(0.3)
        self.assertEqual(server.once("/page/1").body, b"0")

    def test_full_queue(self):
        server = self.serve(workers=1, queue=2)
        clients = [server.connect() for _ in range(12)]
        for c in clients:
            c.send(c.request("/slow?ms=300"))
        replies = [c.reply() for c in clients]
        statuses = [r.status for r in replies]
        self.assertIn(200, statuses)
        self.assertIn(503, statuses)
        self.assertEqual(set(statuses), {200, 503})
        self.assertTrue(all(r.get("retry-after") for r in replies if r.status == 503))
        self.assertEqual(server.once("/page/3").body, b"012")

    def test_slow_routes_have_their_own_workers(self):
        server = self.serve(workers=1)
        with server.connect() as c:
            c.send(c.request("/slow?ms=1000"))
            time.sleep(0.1)
            started = time.monotonic()
            self.assertEqual(server.once("/sign-in", "POST", {}, b"").status, 403)
            self.assertLess(time.monotonic() - started, 0.8)
            self.assertEqual(c.reply().status, 200)

    def test_bodies_in_memory(self):
        server = self.serve(upload_cap=1000000, bodies=1500000)
        head = f"POST /upload HTTP/1.1\r\nHost: {server.host}\r\nContent-Length: 900000\r\n\r\n".encode()
        with server.connect() as one, server.connect() as two:
            one.send(head + b"x" * 800000)
            time.sleep(0.3)
            two.send(head + b"x" * 800000)
            self.assertEqual(two.reply().status, 503)
            one.send(b"x" * 100000)
            self.assertEqual(one.reply().status, 200)
        self.assertEqual(server.once("/upload", "POST", {}, b"x" * 900000).status, 200)
        self.assertEqual(server.once("/upload", "POST", {}, b"x" * 1000001).status, 413)


class Stop(unittest.TestCase):
    def test_running_requests_are_answered(self):
        server = Server()
        clients = [server.connect() for _ in range(4)]
        for c in clients:
            c.send(c.request("/slow?ms=600"))
        time.sleep(0.2)
        server.process.send_signal(signal.SIGTERM)
        for c in clients:
            self.assertEqual(c.reply().text, "slept\n")
        out, _ = server.process.communicate(timeout=20)
        self.assertEqual((server.process.returncode, out.strip()), (0, "stopped"))

    def test_open_connections_do_not_hold_it(self):
        server = Server()
        idle = [server.connect() for _ in range(5)]
        half = server.connect()
        half.send(b"GET / HT")
        time.sleep(0.2)
        started = time.monotonic()
        self.assertEqual(server.stop(), (0, "stopped\n"))
        self.assertLess(time.monotonic() - started, 5)
        for c in idle + [half]:
            c.socket.close()

    def test_a_taken_port_is_said(self):
        server = Server()
        self.addCleanup(server.stop)
        other = tempfile.TemporaryDirectory()
        self.addCleanup(other.cleanup)
        run = subprocess.run([SERVER, other.name, f"listen=127.0.0.1:{server.port}"], capture_output=True, text=True, timeout=20)
        self.assertEqual(run.returncode, 3)
        self.assertIn(str(server.port), run.stderr)

    def test_unix_socket(self):
        path = os.path.join(tempfile.mkdtemp(), "s")
        server = Server(listen=f"unix:{path}", base_url="https://mobility.example.edu")
        s = socket.socket(socket.AF_UNIX)
        s.connect(path)
        s.sendall(b"GET /echo HTTP/1.1\r\nHost: mobility.example.edu\r\nX-Forwarded-For: 192.0.2.1\r\nConnection: close\r\n\r\n")
        text = b""
        while data := s.recv(65536):
            text += data
        self.assertIn(b"remote 192.0.2.1", text)
        self.assertEqual(server.stop(), (0, "stopped\n"))
        self.assertFalse(os.path.exists(path))


if __name__ == "__main__":
    unittest.main(argv=["test_http"] + sys.argv[1:], verbosity=2)
