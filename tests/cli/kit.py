"""What the tests of the whole program share: a place for data on either engine, commands, a running server, an API client, a
browser without script, and TAP.

usage of each test: test_x.py PASSERELLE [unittest arguments]
On SQLite, or, under tests/tools/with_postgres, on PostgreSQL: the commands as the owner of the tables, serve as a role that
owns nothing.
"""
import contextlib
import html.parser
import http.client
import io
import json
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse
import uuid
import zipfile

PROGRAM = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else "passerelle"
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SHARED = os.environ.get("PASSERELLE_SHARED", os.path.join(ROOT, "..", "shared"))
INSTITUTIONS = os.path.join(SHARED, "data", "hei", "eche_accredited_heis_2026-04-08.csv")
POSTGRES = os.environ.get("PASSERELLE_TEST_PG")
ADMIN, PASSWORD = "admin@school.example", "a long password 17"
SCRATCH = tempfile.mkdtemp(prefix="passerelle-proof.")


# --- commands ---

class Done:
    """A command that has ended."""

    def __init__(self, code, out, err):
        self.code, self.bytes, self.err = code, out, err

    @property
    def out(self):
        return self.bytes.decode("utf-8")


def command(*words, input="", env=None, lang="en", files_max=None, timeout=300):
    """Runs the program; files_max: no file of it may grow over so many bytes, as on a full disk."""
    def limit():
        if files_max is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (files_max, files_max))
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PASSERELLE_")}
    environment.update({"LC_ALL": f"{lang}_XX.UTF-8"}, **(env or {}))
    p = subprocess.run([PROGRAM, *map(str, words)], input=input.encode(), capture_output=True, env=environment,
                       timeout=timeout, preexec_fn=limit)
    if "Sanitizer" in p.stderr.decode("utf-8", "replace"):
        raise AssertionError(p.stderr.decode("utf-8", "replace"))
    return Done(p.returncode, p.stdout, p.stderr.decode("utf-8"))


# --- places ---

class Place:
    """Where a school's data is: a directory with SQLite, or a database of its own."""
    made = 0

    def __init__(self):
        Place.made += 1
        self.name = f"place_{os.getpid()}_{Place.made}"
        if POSTGRES:
            self.create("")
        else:
            self.dir = os.path.join(SCRATCH, self.name)

    def create(self, template):
        url = urllib.parse.urlsplit(POSTGRES)
        self.socket = urllib.parse.parse_qs(url.query)["host"][0]
        self.super("postgres", f'create database "{self.name}" owner passerelle {template}')
        if not template:
            self.super(self.name, "alter default privileges for role passerelle in schema public "
                                  "grant select, insert, update, delete on tables to passerelle_app")

    def super(self, database, sql):
        p = subprocess.run(["psql", "-q", "-X", "-A", "-t", "-F", "\x1f", "-R", "\x1e", "-h", self.socket, "-U", "postgres", "-v",
                            "ON_ERROR_STOP=1", "-f", "-", database], input=sql.encode(), capture_output=True)
        if p.returncode:
            raise RuntimeError(p.stderr.decode())
        return p.stdout.decode()

    def url(self, role):
        return f"postgres:///{self.name}?host={self.socket}&user={role}"

    def args(self, serving=False):
        if POSTGRES:
            return ["--database", self.url("passerelle_app" if serving else "passerelle")]
        return ["--data", self.dir]

    def run(self, *words, **options):
        return command(*words, *self.args(), **options)

    def ok(self, *words, **options):
        done = self.run(*words, **options)
        if done.code != 0:
            raise AssertionError(f"{words}: exit {done.code}\n{done.err}")
        return done

    def init(self):
        self.ok("init", "--hei", "school.example", "--name", "School", "--admin", ADMIN, input=PASSWORD + "\n")
        return self

    def token(self, email=ADMIN, *more):
        return self.ok("token", "create", "--user", email, *more).out.strip()

    def copy(self):
        """The same data once more. Nothing may be using this one."""
        other = Place.__new__(Place)
        Place.made += 1
        other.name = f"place_{os.getpid()}_{Place.made}"
        if POSTGRES:
            other.create(f'template "{self.name}"')
        else:
            other.dir = os.path.join(SCRATCH, other.name)
            shutil.copytree(self.dir, other.dir)
        return other

    def sql(self, *statements):
        """Behind the program's back, with every right. Keys are written {hex of 16 bytes}."""
        if POSTGRES:
            text = ";\n".join(re.sub(r"\{([0-9a-f]{32})\}", lambda m: f"'{uuid.UUID(m[1])}'::uuid", s) for s in statements)
            self.super(self.name, "begin;\n" + text + ";\ncommit")
            return
        with contextlib.closing(sqlite3.connect(os.path.join(self.dir, "passerelle.db"), timeout=20)) as db, db:
            for s in statements:
                db.execute(re.sub(r"\{([0-9a-f]{32})\}", r"x'\1'", s))

    def rows(self, sql):
        """Every value as text: keys and bytes in hexadecimal, null as ''."""
        if POSTGRES:
            text = self.super(self.name, f"{sql};")
            lines = [line.split("\x1f") for line in text.rstrip("\n").split("\x1e")] if text.strip("\n") else []
            return [tuple(re.sub(r"^\\x", "", v) if not UUID.fullmatch(v) else v.replace("-", "") for v in line) for line in lines]
        with contextlib.closing(sqlite3.connect(os.path.join(self.dir, "passerelle.db"), timeout=20)) as db:
            return [tuple("" if v is None else v.hex() if isinstance(v, bytes) else str(v) for v in row) for row in db.execute(sql)]

    def one(self, sql):
        return self.rows(sql)[0][0]

    def columns(self, table):
        """(name, kind, must be given): kind is int, text, bytes or id."""
        if POSTGRES:
            rows = self.rows("select column_name, data_type, is_nullable from information_schema.columns "
                             f"where table_schema = 'public' and table_name = '{table}' order by ordinal_position")
            kinds = {"uuid": "id", "bytea": "bytes", "text": "text"}
            return [(n, kinds.get(t, "int"), null == "NO") for n, t, null in rows]
        rows = self.rows(f"select name, type, \"notnull\" or pk from pragma_table_info('{table}')")
        return [(n, {"TEXT": "text", "INTEGER": "int"}.get(t.upper(), "bytes"), need == "1") for n, t, need in rows]


UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def dashed(hex32):
    return str(uuid.UUID(hex32))


# --- serving ---

class Serve:
    """The program while it serves. `with Serve(place) as s`, or kill and stop by hand."""

    def __init__(self, place, *words, command="serve", files_max=None, env=None, port=0, cwd=None):
        def prepare():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            if files_max is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (files_max, resource.RLIM_INFINITY))
        root = ["--allow-root"] if os.geteuid() == 0 and command == "serve" else []
        self.place, self.log = place, tempfile.TemporaryFile()
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PASSERELLE_")}
        started = time.monotonic()
        where = place.args(command == "serve") if place else []
        self.process = subprocess.Popen([PROGRAM, command, "--listen", f"127.0.0.1:{port}", *root, *words, *where], cwd=cwd,
                                        stdout=subprocess.PIPE, stderr=self.log, env={**environment, **(env or {})},
                                        preexec_fn=prepare)
        self.said = []
        for line in iter(self.process.stdout.readline, b""):
            self.said.append(line.decode().rstrip("\n"))
            if self.said[-1].startswith("listening "):
                break
        self.ready_s = time.monotonic() - started
        found = re.match(r"listening http://[^ ]*:(\d+)$", self.said[-1]) if self.said else None
        if not found:
            raise RuntimeError(f"serve did not start: {self.said} {self.problems()}")
        self.port = int(found[1])
        self.host = f"127.0.0.1:{self.port}"

    def problems(self):
        self.log.seek(0)
        return self.log.read().decode("utf-8", "replace")

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        return self.clean()

    def stop(self, timeout=60):
        """SIGTERM; gives the exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self.process.stdout.close()
        self.clean()
        return code

    def clean(self):
        text = self.problems()
        if "Sanitizer" in text or "runtime error:" in text:
            raise AssertionError(text)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            if self.stop() != 0:
                raise AssertionError(self.problems())


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.body)

    def all(self, name):
        return [v for n, v in self.headers if n.lower() == name.lower()]

    def header(self, name):
        return next(iter(self.all(name)), None)


class Client:
    """One connection that is kept; cookies are kept too."""

    def __init__(self, host, token=None, timeout=60):
        self.host, self.token, self.timeout, self.cookies, self.http, self.used = host, token, timeout, {}, None, 0

    def ask(self, method, path, body=None, **headers):
        all_headers = {"Connection": "keep-alive"}
        if self.token:
            all_headers["Authorization"] = f"Bearer {self.token}"
        if self.cookies:
            all_headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        all_headers.update({k.replace("_", "-"): v for k, v in headers.items()})
        for last in (False, True):
            try:
                if time.monotonic() - self.used > 5:
                    self.close()
                self.used = time.monotonic()
                if not self.http:
                    self.http = http.client.HTTPConnection(self.host, timeout=self.timeout)
                self.http.request(method, path, body, all_headers)
                answer = self.http.getresponse()
                reply = Reply(answer.status, answer.getheaders(), answer.read())
                break
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.close()  # a connection that was idle for too long
                if last or method != "GET":
                    raise
        for cookie in reply.all("Set-Cookie"):
            name, _, value = cookie.split(";")[0].partition("=")
            if "Max-Age=0" in cookie:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return reply

    def get(self, path, **headers):
        return self.ask("GET", path, **headers)

    def send(self, method, path, value=None, **headers):
        return self.ask(method, path, json.dumps(value if value is not None else {}), Content_Type="application/json", **headers)

    def form(self, path, **fields):
        return self.ask("POST", path, urllib.parse.urlencode(fields, doseq=True), Content_Type="application/x-www-form-urlencoded")

    def sign_in(self, email=ADMIN, password=PASSWORD):
        self.csrf = csrf_of(self.get("/sign-in"))
        reply = self.form("/sign-in", csrf=self.csrf, email=email, password=password, next="/")
        if reply.status != 303:
            raise AssertionError(f"{email} cannot sign in: {reply.status} {reply.text[:2000]}")
        self.csrf = csrf_of(self.get("/account"))
        return self

    def close(self):
        if self.http:
            self.http.close()
        self.http = None


def csrf_of(reply):
    found = re.search(r'name="csrf"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="csrf"', reply.text)
    if not found:
        raise AssertionError(f"no form on the page: {reply.status} {reply.text[:500]}")
    return found[1] or found[2]


class Tags(html.parser.HTMLParser):
    """Every tag of a page with its attributes, and the text inside script and style."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.inline, self.inside = [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self.inside = tag

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside and data.strip():
            self.inline.append(f"{self.inside}: {data.strip()[:80]}")

    def links(self):
        return [a["href"] for t, a in self.tags if t == "a" and a.get("href")]


def describe():
    return json.loads(command("describe", "--json").out)


# --- TAP ---

class TapResult(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.n = 0

    def line(self, good, test, note=""):
        self.n += 1
        print(f"{'ok' if good else 'not ok'} {self.n} - {test.id().replace('__main__.', '')}{note}", flush=True)

    def bad(self, test, err):
        self.line(False, test)
        for each in self._exc_info_to_string(err, test).splitlines()[-60:]:
            print(f"# {each}")

    def addSuccess(self, test):
        super().addSuccess(test)
        if not getattr(test, "failed_parts", 0):
            self.line(True, test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.bad(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        self.bad(test, err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.line(True, test, f" # SKIP {reason}")

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err:
            test.failed_parts = getattr(test, "failed_parts", 0) + 1
            self.bad(subtest, err)


def main(names=()):
    """Runs the tests of the calling module whose names contain one of the words (all without)."""
    module = sys.modules["__main__"]
    words = sys.argv[1:] or list(names)
    suite = unittest.TestSuite(t for case in unittest.defaultTestLoader.loadTestsFromModule(module) for t in case
                               if not words or any(w in t.id() for w in words))
    result = TapResult()
    try:
        suite.run(result)
    finally:
        shutil.rmtree(SCRATCH, ignore_errors=True)
    print(f"1..{result.n}")
    sys.exit(0 if result.wasSuccessful() else 1)
