#!/usr/bin/env python3
"""Mail through a real SMTP server and HTTP through a real HTTP server, plain and with TLS.

usage: test_net.py NET_TOOL [unittest arguments]
"""
import email
import email.policy
import glob
import http.server
import os
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest

TOOL = sys.argv.pop(1)
SMTP_SERVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools", "smtp_server.py")
FROM = "International office <office@school.example>"


def tool(*args):
    run = subprocess.run([TOOL] + [str(a) for a in args], capture_output=True, text=True, timeout=60)
    if run.returncode:
        raise RuntimeError(run.stderr)
    return run.stdout


def make_certificate(folder):
    cert, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out",
                    cert, "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
                   check=True, capture_output=True)
    return cert, key


class Mail(unittest.TestCase):
    def serve(self, *args):
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        self.process = subprocess.Popen([sys.executable, SMTP_SERVER, self.dir.name, *args], stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.end)
        line = self.process.stdout.readline()
        if self.process.poll() == 77 or not line and self.process.wait() == 77:
            self.skipTest("python3-aiosmtpd is not installed")
        self.port = int(line.split()[1])

    def end(self):
        self.process.terminate()
        self.process.communicate()

    def send(self, to="lea@student.example", subject="Hello", text="One line.\n", user="", password="", ca="", source=FROM, url=None):
        return tool("mail", url or f"smtp://127.0.0.1:{self.port}", source, to, subject, text, user, password, ca)

    def stored(self):
        files = sorted(glob.glob(os.path.join(self.dir.name, "*.eml")))
        return [email.message_from_binary_file(open(f, "rb"), policy=email.policy.default) for f in files]

    def test_message(self):
        self.serve()
        subject = "Votre s\u00e9jour \u00e0 \u0141\u00f3d\u017a est publi\u00e9 : " + "d\u00e9tails et pi\u00e8ces \u00e0 fournir, " * 4
        text = "Bonjour L\u00e9a,\n\n.\n.. deux points\nfin d'espace \n" + "tr\u00e8s long " * 100 + "\nFrom here\n\u00e9gal = \t\n"
        self.assertEqual(self.send(subject=subject, text=text), "ok\n")
        m = self.stored()[0]
        self.assertEqual((m["X-Envelope-From"], m["X-Envelope-To"]), ("office@school.example", "lea@student.example"))
        self.assertEqual(m["From"], FROM)
        self.assertEqual(m["To"].addresses[0].display_name, 'L\u00e9a "Test"')
        self.assertEqual(m["Subject"], subject)
        self.assertEqual(m["Message-ID"], "<0198-77@school.example>")
        self.assertEqual(m["Auto-Submitted"], "auto-generated")
        self.assertLess(abs(m["Date"].datetime.timestamp() - time.time()), 60)
        self.assertEqual(m.get_body(("plain",)).get_content().replace("\r\n", "\n").rstrip("\n"), text.rstrip("\n"))
        self.assertEqual(m.get_body(("html",)).get_content().strip(), "<p>\u00e9t\u00e9</p>")
        part = next(m.iter_attachments())
        self.assertEqual((part.get_filename(), part.get_content().replace("\r\n", "\n")), ("d\u00e9part.csv", "a;b\n"))
        for line in open(glob.glob(os.path.join(self.dir.name, "*.eml"))[0], "rb").read().split(b"\r\n"):
            self.assertLessEqual(len(line), 78, line)

    def test_injection(self):
        self.serve()
        for field, out in [("subject", self.send(subject="a\r\nBcc: x@evil.example")), ("to", self.send(to="a@b.example\nBcc: x@y")),
                           ("to", self.send(to="a@b.example>,<x@evil.example")), ("from", self.send(source="A\r\nB: c <a@b.example>")),
                           ("to", self.send(to="no address")), ("to", self.send(to="a@b@c")), ("to", self.send(to="a..b@c.example")),
                           ("to", self.send(to="\u00e9@c.example")), ("subject", self.send(subject="a\u007f"))]:
            self.assertRegex(out, f"^invalid\n{field}: ")
        self.assertEqual(self.stored(), [])

    def test_answers(self):
        self.serve("--refuse", "gone@student.example", "--later", "later@student.example", "--hang", "hang@student.example")
        self.assertTrue(self.send(to="gone@student.example").startswith("partner\n"))
        self.assertTrue(self.send(to="later@student.example").startswith("busy\n"))
        self.assertTrue(self.send(to="hang@student.example").startswith("io\n"), "whether it was taken is not known")
        self.assertEqual(self.stored(), [])
        self.assertEqual(self.send(), "ok\n")

    def test_nobody_there(self):
        self.assertTrue(self.send(url="smtp://127.0.0.1:1").startswith("busy\n"))
        self.assertTrue(self.send(url="file:///etc/passwd").startswith("config\n"))

    def test_sign_in_and_tls(self):
        cert, key = make_certificate(tempfile.mkdtemp())
        self.serve("--user", "office", "--password", "s\u00e9same", "--tls", cert, key)
        self.assertTrue(self.send(user="office", password="wrong", ca=cert).startswith(("partner\n", "busy\n")))
        self.assertEqual(self.send(user="office", password="s\u00e9same", ca=cert), "ok\n")
        self.assertEqual(self.stored()[0]["X-Envelope-Tls"], "yes")
        other, _ = make_certificate(tempfile.mkdtemp())
        self.assertTrue(self.send(user="office", password="s\u00e9same", ca=other).startswith("partner\n"))
        self.assertEqual(len(self.stored()), 1)

    def test_no_tls_where_it_is_demanded(self):
        cert, _ = make_certificate(tempfile.mkdtemp())
        self.serve()
        self.assertTrue(self.send(ca=cert).startswith(("partner\n", "busy\n")))
        self.assertEqual(self.stored(), [])


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/slow":
            time.sleep(3)
        if self.path.startswith("/to"):
            self.send_response(302)
            self.send_header("Location", "/to" + str(int(self.path[3:]) - 1) if self.path != "/to0" else "/end")
            self.end_headers()
            return
        self.answer(b"x" * 100000 if self.path == "/large" else b"header " + self.headers.get("X-Test", "-").encode())

    def do_POST(self):
        self.answer(self.command.encode() + b" " + self.rfile.read(int(self.headers["Content-Length"])))

    do_PUT = do_POST

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass

    def log_message(self, *unused):
        pass


class Http(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cert, key = make_certificate(tempfile.mkdtemp())
        cls.plain, cls.tls = (http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) for _ in range(2))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cls.cert, key)
        cls.tls.socket = context.wrap_socket(cls.tls.socket, server_side=True)
        for server in (cls.plain, cls.tls):
            threading.Thread(target=server.serve_forever, daemon=True).start()
        cls.url = f"http://127.0.0.1:{cls.plain.server_port}"
        cls.https = f"https://127.0.0.1:{cls.tls.server_port}"

    @classmethod
    def tearDownClass(cls):
        cls.plain.shutdown()
        cls.tls.shutdown()

    def test_calls(self):
        self.assertEqual(tool("http", self.url + "/"), "status 200\ntype text/plain\nheader yes\nok\n")
        self.assertIn("POST a=1", tool("http", self.url + "/", "", "a=1"))
        self.assertIn("PUT a=1", tool("http", self.url + "/", "PUT", "a=1"))

    def test_limits(self):
        self.assertTrue(tool("http", self.url + "/large", "", "", 50000).startswith("partner\n"))
        self.assertIn("status 200", tool("http", self.url + "/large", "", "", 100000))
        self.assertTrue(tool("http", self.url + "/slow", "", "", 0, 500).startswith("busy\n"))
        self.assertTrue(tool("http", "http://127.0.0.1:1/").startswith("busy\n"))

    def test_redirects(self):
        self.assertIn("status 302", tool("http", self.url + "/to1"))
        self.assertIn("header yes", tool("http", self.url + "/to1", "", "", 0, 0, 3))
        self.assertTrue(tool("http", self.url + "/to9", "", "", 0, 0, 3).startswith("partner\n"))

    def test_schemes(self):
        for url in ["http://203.0.113.1/", "file:///etc/passwd", "ftp://127.0.0.1/", "http://127.0.0.1:1@203.0.113.1/", "nonsense://x",
                    "http://localhost.evil.example/"]:
            self.assertTrue(tool("http", url, "", "", 0, 1000).startswith("invalid\n"), url)

    def test_tls_is_verified(self):
        self.assertTrue(tool("http", self.https + "/").startswith("partner\n"))
        self.assertIn("status 200", tool("http", self.https + "/", "", "", 0, 0, 0, self.cert))


if __name__ == "__main__":
    unittest.main(argv=["test_net"] + sys.argv[1:], verbosity=2)
