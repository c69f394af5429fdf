#!/usr/bin/env python3
"""What happens to the data when things go wrong: the process is killed under load, the disk is full, the database goes away,
two processes serve one school.

PASSERELLE_TEST_KILLS: how many times the process is killed (3).
"""
import random
import unittest

from kit import *

KILLS = int(os.environ.get("PASSERELLE_TEST_KILLS", "3"))
BATCH_ROWS = 3000


def ready(cache={}):
    if "place" not in cache:
        cache["place"] = Place().init()
        cache["kind"] = next(f for e in describe()["entities"] if e["kind"] == "units" for f in e["fields"] if f["name"] == "kind")["options"][0]
        Load.kind = cache["kind"]
    return cache["place"].copy()


class Load:
    """Writers that note what was acknowledged."""
    kind, numbers = None, iter(range(10 ** 9))

    def __init__(self, hosts, token, writers=4):
        self.done, self.unsure, self.refused, self.stop, self.lock = set(), set(), [], False, threading.Lock()
        self.threads = [threading.Thread(target=self.write, args=(hosts[i % len(hosts)], token), daemon=True) for i in range(writers)]
        for t in self.threads:
            t.start()

    def write(self, host, token):
        client = Client(host, token, timeout=20)
        while not self.stop:
            with self.lock:
                code = f"U{next(Load.numbers)}"
            try:
                client.used = time.monotonic()
                reply = client.send("POST", "/api/v1/units", {"code": code, "name": f"Unit {code}", "kind": self.kind})
            except (OSError, http.client.HTTPException):
                with self.lock:
                    self.unsure.add(code)
                client.close()
                time.sleep(0.02)
                continue
            with self.lock:
                if reply.status == 201:
                    self.done.add(code)
                else:
                    self.refused.append((reply.status, reply.text))

    def end(self):
        self.stop = True
        for t in self.threads:
            t.join(60)
        return self

    def wait(self, n, seconds=60):
        end = time.monotonic() + seconds
        while len(self.done) < n and time.monotonic() < end:
            time.sleep(0.01)
        return self


class Trouble(unittest.TestCase):
    def codes(self, place):
        return {r[0] for r in place.rows("select code from unit")}

    def sound(self, place, load):
        """Nothing acknowledged is missing, nothing is there that was never asked for, and the log is whole."""
        codes = self.codes(place)
        self.assertEqual(load.done - codes, set(), "acknowledged and lost")
        self.assertEqual(codes - load.done - load.unsure - getattr(self, "old", set()), set())
        done = place.run("audit", "verify", "--json")
        self.assertEqual(done.code, 0, done.out + done.err)
        self.assertEqual(place.run("check", "--derived").code, 0)
        entries = place.rows("select subject from audit_entry where act = 'create' and kind = 'unit'")
        self.assertEqual(len(entries), len(codes), "each row has its entry, and each entry its row")
        self.old = codes

    # --- killed ---

    def test_killed_under_load(self):
        place, chance = ready(), random.Random(7)
        token = place.token()
        for n in range(KILLS):
            path = os.path.join(SCRATCH, f"people-{n}.csv")
            with open(path, "w") as f:
                f.write("number,family\n" + "".join(f"{n}-{i},Killed{n}\n" for i in range(BATCH_ROWS)))
            serve = Serve(place)
            load = Load([serve.host], token).wait(40)
            importing = subprocess.Popen([PROGRAM, "import", "people", path, *place.args()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(chance.random() * 0.6)
            first, second = (importing, serve.process) if n % 2 else (serve.process, importing)
            first.kill()
            time.sleep(chance.random() * 0.1)
            second.kill()
            importing.wait()
            serve.kill()
            load.end()
            self.assertGreaterEqual(len(load.done), 40)
            self.settle(place)
            self.sound(place, load)
            rows = int(place.one(f"select count(*) from person where family = 'Killed{n}'"))
            batches = int(place.one(f"select count(*) from batch where source = 'people-{n}.csv'"))
            self.assertIn((rows, batches), ((0, 0), (BATCH_ROWS, 1)), "half a batch")
        with Serve(place) as s:
            self.assertEqual(Client(s.host, token).get("/api/v1/units").status, 200)

    def settle(self, place):
        """PostgreSQL ends the work of a client that is gone when it notices."""
        for _ in range(100):
            if not POSTGRES or place.one(f"select count(*) from pg_stat_activity where datname = '{place.name}' and usename like 'passerelle%'") == "0":
                return
            time.sleep(0.1)
        self.fail("sessions of a dead client are still there")

    def test_stopped_under_load(self):
        place = ready()
        token = place.token()
        for _ in range(3):
            serve = Serve(place)
            load = Load([serve.host], token, 8).wait(60)
            started = time.monotonic()
            self.assertEqual(serve.stop(30), 0, serve.problems)
            self.assertLess(time.monotonic() - started, 20)
            load.end()
            self.sound(place, load)

    def test_started_and_stopped_at_once(self):
        place = ready()
        for i in range(12):
            serve = Serve(place)
            time.sleep(0.02 * i)
            self.assertEqual(serve.stop(20), 0)

    # --- no room ---

    def test_full_disk(self):
        if POSTGRES:
            self.skipTest("the server's disk")
        place = ready()
        token = place.token()
        serve = Serve(place)
        load = Load([serve.host], token, 2).wait(20)
        size = max(os.path.getsize(os.path.join(place.dir, n)) for n in os.listdir(place.dir))
        resource.prlimit(serve.process.pid, resource.RLIMIT_FSIZE, (size + 20000, resource.RLIM_INFINITY))
        end = time.monotonic() + 60
        while not load.refused and time.monotonic() < end:
            time.sleep(0.01)
        load.end()
        self.assertTrue(load.refused, "the disk never became full")
        for status, text in load.refused:
            self.assertEqual((status, json.loads(text)["code"]), (503, "database"))
        api = Client(serve.host, token)
        self.assertEqual(api.get("/api/v1/units").status, 200)  # reading goes on
        resource.prlimit(serve.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        more = Load([serve.host], token, 2).wait(20).end()
        self.assertGreaterEqual(len(more.done), 20)
        self.assertFalse(more.refused)
        self.assertEqual(serve.stop(), 0)
        more.done |= load.done
        more.unsure |= load.unsure
        self.sound(place, more)

    def test_import_on_a_full_disk(self):
        if POSTGRES:
            self.skipTest("the server's disk")
        place = ready()
        path = os.path.join(SCRATCH, "many.csv")
        with open(path, "w") as f:
            f.write("number,family\n" + "".join(f"{i},Full\n" for i in range(20000)))
        size = os.path.getsize(os.path.join(place.dir, "passerelle.db"))
        done = place.run("import", "people", path, files_max=size + 400000)
        self.assertEqual((done.code, done.out), (3, ""), done.err)
        self.assertEqual(place.one("select count(*) from person"), "0")
        self.assertEqual(place.one("select count(*) from batch"), "0")
        backup = os.path.join(SCRATCH, "no-room.backup")
        self.assertEqual(place.run("backup", backup, files_max=50000).code, 3)
        self.assertFalse(os.path.exists(backup))
        self.assertEqual(place.ok("import", "people", path).out.splitlines()[-1], "new 20000 changed 0 unchanged 0 conflict 0 refused 0")
        self.assertEqual(place.ok("audit", "verify").code, 0)

    # --- the end amid long work ---

    def test_end_amid_an_import(self):
        place, rows = ready(), 20000
        with Serve(place) as s:
            web = Client(s.host).sign_in()
            parts = {"csrf": web.csrf, "kind": "people"}
            body = "".join(f'--zq\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in parts.items())
            lines = "".join(f"{i},Ended\n" for i in range(rows))
            body += f'--zq\r\nContent-Disposition: form-data; name="file"; filename="long.csv"\r\nContent-Type: text/csv\r\n\r\nnumber,family\n{lines}\r\n--zq--\r\n'
            sent = web.ask("POST", "/imports", body.encode(), Content_Type="multipart/form-data; boundary=zq")
            self.assertEqual(sent.status, 303, sent.text[:500])
            self.assertEqual(web.form(sent.header("Location") + "/apply", csrf=web.csrf).status, 303)
            self.assertEqual(s.stop(), 0)
        self.assertEqual(place.one("select count(*) from person where family = 'Ended'"), "0", "the end waited for the whole import")
        self.assertEqual(place.one("select count(*) from job where state not in ('queued', 'done')"), "0")
        with Serve(place):
            end = time.monotonic() + 300
            while place.one("select count(*) from person where family = 'Ended'") != str(rows) and time.monotonic() < end:
                time.sleep(0.5)
        self.assertEqual(place.one("select count(*) from person where family = 'Ended'"), str(rows))
        self.assertEqual(place.one("select count(*) from batch where source = 'long.csv'"), "1")
        self.assertEqual(place.ok("audit", "verify").code, 0)

    # --- the database goes away ---

    def test_database_gone_and_back(self):
        if not POSTGRES:
            self.skipTest("needs a database server")
        control = os.environ["PASSERELLE_TEST_PG_CTL"]
        place = ready()
        token = place.token()
        with Serve(place) as serve:
            load = Load([serve.host], token).wait(30)
            session = Client(serve.host).sign_in()
            subprocess.run([control, "stop"], check=True)
            try:
                api = Client(serve.host, token)
                started = time.monotonic()
                reply = api.get("/api/v1/units")
                self.assertEqual((reply.status, reply.json()["code"]), (503, "database"))
                self.assertTrue(reply.header("Retry-After"))
                page = session.get("/units", Accept="text/html")
                self.assertEqual(page.status, 503)
                self.assertLess(time.monotonic() - started, 30)
                self.assertEqual(place.run("check").code, 3)
            finally:
                subprocess.run([control, "start"], check=True)
            end = time.monotonic() + 60
            while Client(serve.host, token).get("/api/v1/units").status != 200 and time.monotonic() < end:
                time.sleep(0.2)
            before = len(load.done)
            load.wait(before + 30).end()
            self.assertGreaterEqual(len(load.done), before + 30)
            self.assertEqual(session.get("/units").status, 200)  # nobody signs in again
            self.assertTrue(all(status == 503 for status, _ in load.refused), load.refused[:3])
            # A commit whose answer was lost is told as such: it may be there.
            unsure = self.codes(place) - load.done - load.unsure
            self.assertLessEqual(len(unsure), 4, unsure)
            load.unsure |= unsure
        self.sound(place, load)

    # --- two processes ---

    def test_two_processes_serve_one_school(self):
        if not POSTGRES:
            self.skipTest("one process for a directory")
        place = ready()
        token = place.token()
        with Serve(place) as a, Serve(place) as b:
            load = Load([a.host, b.host], token).wait(100)
            one = Client(a.host).sign_in()
            other = Client(b.host)
            other.cookies = one.cookies
            self.assertEqual(other.get("/account").status, 200)
            reply = other.form("/units/new", csrf=one.csrf, code="FORM", name="By the other", kind=Load.kind)
            self.assertEqual(reply.status, 303, reply.text[:500])
            load.done.add("FORM")
            self.assertIn("FORM", one.get("/units?q=other&columns=code,name").text)
            for client in (Client(a.host), Client(b.host)):
                csrf = csrf_of(client.get("/password"))
                self.assertLess(client.form("/password", csrf=csrf, email=ADMIN).status, 400)
            end = time.monotonic() + 30
            while int(place.one("select count(*) from mail")) < 2 and time.monotonic() < end:
                time.sleep(0.2)
            time.sleep(2)
            self.assertEqual(place.one("select count(*) from mail"), "2", "a job that ran twice, or never")
            self.assertEqual(one.form("/sign-out", csrf=one.csrf).status, 303)
            self.assertIn(other.get("/account").status, (303, 401))
            load.end()
            self.assertFalse(load.refused, load.refused[:3])
            end = time.monotonic() + 20
            while json.loads(place.run("audit", "verify", "--json").out)["unsealed"] and time.monotonic() < end:
                time.sleep(0.2)
            self.assertEqual(json.loads(place.ok("audit", "verify", "--json").out)["unsealed"], 0)
        self.sound(place, load)


if __name__ == "__main__":
    main()
