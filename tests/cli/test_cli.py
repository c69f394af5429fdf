#!/usr/bin/env python3
"""Every command with its result and its exit code, as scripts rely on them."""
import csv
import io
import os
import shutil
import time
import unittest
import zipfile

from kit import *

COMMANDS = ["init", "serve", "demo", "import", "batch", "export", "token", "audit", "check", "backup", "restore", "migrate", "allocation"]
UNITS = "code,name,kind\nA,Unit A,department\nB,Unit B,department\nC,Unit C,department\n"
LAST = "new {} changed {} unchanged {} conflict {} refused {}"
ready = {}


def once(name, make):
    """A place that is made once and copied for each test."""
    if name not in ready:
        ready[name] = make()
    return ready[name].copy()


def school():
    return once("school", lambda: Place().init())


def units():
    def make():
        place = Place().init()
        place.ok("import", "units", file("units.csv", UNITS))
        return place
    return once("units", make)


def audited():
    """A longer log."""
    def make():
        place = units()
        for i in range(3):
            place.ok("import", "units", file("again.csv", UNITS.replace("Unit A", f"Unit A{i}")))
        return place
    return once("audited", make)


def kind_of_unit():
    entity = next(e for e in describe()["entities"] if e["kind"] == "units")
    return next(f for f in entity["fields"] if f["name"] == "kind")["options"]


def file(name, text):
    path = os.path.join(tempfile.mkdtemp(dir=SCRATCH), name)
    with open(path, "w", encoding="utf-8", newline="") as f:
        f.write(text)
    return path


def last(done):
    return done.out.splitlines()[-1]


def everything(place):
    """Every row that a command could have written."""
    tables = ["unit", "institution", "batch", "batch_row", "audit_entry", "audit_payload", "search_word", "search_word_shared"]
    return {t: sorted(place.rows(f"select * from {t}")) for t in tables}


class Help(unittest.TestCase):
    def test_every_command_has_help(self):
        for lang in ("en", "fr"):
            done = command("--help", lang=lang)
            self.assertEqual(done.code, 0)
            self.assertEqual(describe()["commands"][:len(COMMANDS)], COMMANDS)
            for name in describe()["commands"]:
                self.assertIn(f"  {name} ", done.out)
                one = command(name, "--help", lang=lang)
                self.assertEqual((one.code, one.err), (0, ""), name)
                self.assertIn(f"passerelle {name}", one.out)

    def test_help_speaks_both_languages(self):
        for words in (["--help"], *([name, "--help"] for name in describe()["commands"])):
            en, fr = command(*words, lang="en"), command(*words, lang="fr")
            self.assertNotEqual(en.out, fr.out, words)
        self.assertEqual(command("backup", "--help", "--lang", "fr", lang="en").out, command("backup", "--help", lang="fr").out)

    def test_usage_is_exit_2(self):
        place = school()
        for words in (["nonsense"], ["import"], ["import", "nonsense", "x.csv"], ["import", "units"], ["import", "units", "a", "b"],
                      ["import", "units", "x", "--set", "name"], ["batch"], ["batch", "nonsense"], ["batch", "undo"],
                      ["batch", "undo", "x"], ["export"], ["export", "nonsense"], ["export", "units", "--format", "pdf"],
                      ["token"], ["token", "create"], ["token", "create", "--user", ADMIN, "--days", "0"], ["audit"],
                      ["audit", "nonsense"], ["backup"], ["backup", "a", "b"], ["restore"], ["init"], ["check", "--nonsense"],
                      ["audit", "verify", "--nonsense"], ["batch", "list", "--nonsense"], ["migrate", "--nonsense"],
                      ["serve", "--nonsense"], ["serve", "--listen"], ["export", "units", "--hei", "nobody.example"],
                      ["batch", "list", "--format", "pdf"], ["batch", "list", "--lang", "de"], ["describe", "more"]):
            with self.subTest(words):
                done = place.run(*words)
                self.assertEqual((done.code, done.out), (2, "") if words != ["nonsense"] else (2, done.out), done.err)
                self.assertNotEqual(done.err, "")
        self.assertEqual(command("check").code, 2)
        self.assertEqual(command().code, 2)

    def test_messages_speak_the_language_asked_for(self):
        place = school()
        self.assertIn("nobody", place.run("token", "create", "--user", "nobody@school.example", lang="en").err + "nobody")
        en = place.run("export", "units", "--format", "pdf", lang="en").err
        fr = place.run("export", "units", "--format", "pdf", lang="fr").err
        self.assertNotEqual(en, fr)
        self.assertEqual(fr, place.run("export", "units", "--format", "pdf", "--lang", "fr", lang="en").err)


class Environment(unittest.TestCase):
    def test_what_the_machine_lacks_is_exit_3(self):
        place = school()
        self.assertEqual(command("check", "--data", os.path.join(SCRATCH, "nowhere")).code, 3)
        self.assertEqual(command("check", "--database", "postgres:///x?host=/nowhere").code, 3)
        self.assertEqual(place.run("import", "units", "/nowhere.csv").code, 3)
        self.assertEqual(place.run("import", "units", file("u.csv", UNITS), "--map", "/nowhere").code, 3)
        self.assertEqual(place.run("backup", "/nowhere/x").code, 3)
        self.assertEqual(place.run("restore", "/nowhere/x", "--verify").code, 3)
        with Serve(place) as s:
            root = ["--allow-root"] if os.geteuid() == 0 else []
            done = command("serve", "--listen", s.host, *root, *place.args(True))
            self.assertEqual(done.code, 3, done.err)

    def test_config_errors_name_the_line(self):
        place = school()
        for text, line in (("# x\n\nnonsense = 1\n", 3), ("listen\n", 1), ("\nworkers = many\n", 2)):
            done = place.run("check", "--config", file("c", text))
            self.assertEqual(done.code, 3)
            self.assertIn(f"line {line}", done.err)
        self.assertEqual(place.run("check", "--config", "/nowhere").code, 3)

    def test_config_environment_and_arguments(self):
        place = school()
        key, value = place.args()[0][2:], place.args()[1]
        config = file("c", f"# where\n  {key} = {value}\n\nworkers = 2\n")
        self.assertEqual(command("check", "--config", config).code, 0)
        self.assertEqual(command("check", env={"PASSERELLE_CONFIG": config}).code, 0)
        self.assertEqual(command("check", env={f"PASSERELLE_{key.upper()}": value}).code, 0)
        wrong = file("c", f"{key} = /nowhere\n")
        self.assertEqual(command("check", "--config", wrong, env={f"PASSERELLE_{key.upper()}": value}).code, 0)
        self.assertEqual(place.run("check", env={f"PASSERELLE_{key.upper()}": "/nowhere"}).code, 0)


class Init(unittest.TestCase):
    def init(self, place, input):
        return place.run("init", "--hei", "escom.fr", "--name", "ESCOM Chimie", "--admin", "a@escom.example", input=input)

    def signs_in(self, place, password):
        with Serve(place) as s:
            Client(s.host).sign_in("a@escom.example", password)

    def test_password_from_standard_input(self):
        place = Place()
        done = self.init(place, "the password it is\nnot this\n")
        self.assertEqual((done.code, done.out), (0, ""), done.err)
        self.signs_in(place, "the password it is")
        self.assertNotIn(b"the password it is", b"".join("|".join(r).encode() for r in place.rows("select * from account")))

    def test_empty_line_makes_one(self):
        place = Place()
        done = self.init(place, "\n")
        self.assertEqual(done.code, 0, done.err)
        found = re.fullmatch(r"password: (\S{16,})\n", done.out)
        self.assertTrue(found, done.out)
        self.signs_in(place, found[1])

    def test_weak_password_is_refused(self):
        place = Place()
        done = self.init(place, "short\n")
        self.assertEqual((done.code, done.out), (1, ""))
        self.assertEqual(self.init(place, "but now a good one\n").code, 0)  # nothing stands in the way of a second try

    def test_a_place_that_is_not_empty_is_left_alone(self):
        place = school()
        before = everything(place), place.rows("select * from account")
        if POSTGRES:  # a database may hold several schools, but none twice
            done = place.run("init", "--hei", "school.example", "--name", "Again", "--admin", "b@escom.example", input="the password it is\n")
        else:
            done = self.init(place, "the password it is\n")
        self.assertEqual((done.code, done.out), (1, ""), done.err)
        self.assertEqual((everything(place), place.rows("select * from account")), before)
        other = Place()
        if not POSTGRES:
            os.mkdir(other.dir)
            with open(os.path.join(other.dir, "letter"), "w") as f:
                f.write("x")
            self.assertEqual(self.init(other, "\n").code, 1)
            self.assertEqual(os.listdir(other.dir), ["letter"])

    def test_only_the_owner_reads_the_data(self):
        if POSTGRES:
            self.skipTest("the server's own")
        place = school()
        self.assertEqual(os.stat(place.dir).st_mode & 0o077, 0)
        for name in os.listdir(place.dir):
            self.assertEqual(os.stat(os.path.join(place.dir, name)).st_mode & 0o077, 0, name)

    def test_bad_values(self):
        place = Place()
        done = place.run("init", "--hei", "not a code", "--name", "X", "--admin", "a@b.example", input="\n")
        self.assertEqual((done.code, done.out), (1, ""))
        self.assertEqual(self.init(place, "\n").code, 0)


class Import(unittest.TestCase):
    def test_institutions(self):
        if not os.path.exists(INSTITUTIONS):
            self.skipTest("the shared data is not there")
        place = school()
        before = everything(place)
        done = place.ok("import", "institutions", INSTITUTIONS, "--dry-run")
        self.assertEqual(last(done), LAST.format(6142, 0, 0, 0, 0))
        self.assertEqual(everything(place), before)
        self.assertEqual(last(place.ok("import", "institutions", INSTITUTIONS)), LAST.format(6142, 0, 0, 0, 0))
        after = everything(place)
        self.assertEqual(len(after["batch"]), 1)
        done = place.ok("import", "institutions", INSTITUTIONS)
        self.assertEqual(done.out, LAST.format(0, 0, 6142, 0, 0) + "\n")
        self.assertEqual(everything(place)["batch"], after["batch"])
        self.assertEqual(place.ok("audit", "verify").code, 0)
        self.export(place)
        batch = place.ok("batch", "list", "--format", "csv").out.splitlines()[1].split(",")[0]
        self.assertEqual(place.ok("batch", "undo", batch).out, "undone 6142 skipped 0\n")
        self.assertEqual(place.one("select count(*) from institution"), "0")
        self.assertEqual(place.ok("check", "--derived").code, 0)

    def export(self, place):
        """Twice the same bytes, and nothing changes when the file comes in again."""
        for fmt in ("csv", "xlsx", "json"):
            a, b = place.ok("export", "institutions", "--format", fmt), place.ok("export", "institutions", "--format", fmt)
            self.assertEqual(a.bytes, b.bytes)
            if fmt == "json":
                self.assertEqual(len(json.loads(a.bytes)), 6142)
                continue
            path = os.path.join(SCRATCH, f"again.{fmt}")
            with open(path, "wb") as f:
                f.write(a.bytes)
            self.assertEqual(last(place.ok("import", "institutions", path)), LAST.format(0, 0, 6142, 0, 0))

    def test_refused_rows_stop_all(self):
        place = units()
        before = everything(place)
        kind = kind_of_unit()[0]
        bad = file("more.csv", f"code,name,kind\nD,Unit D,{kind}\n,No code,{kind}\nE,Unit E,nonsense\n")
        done = place.run("import", "units", bad)
        self.assertEqual((done.code, last(done)), (1, LAST.format(1, 0, 0, 0, 2)))
        self.assertEqual(everything(place), before)
        self.assertIn("3", done.err)
        self.assertFalse(os.path.exists(bad + ".refused.csv"))
        done = place.run("import", "units", bad, "--partial", "--dry-run")
        self.assertEqual(everything(place), before)
        done = place.run("import", "units", bad, "--partial")
        self.assertEqual((done.code, last(done)), (1, LAST.format(1, 0, 0, 0, 2)))
        self.assertEqual(place.one("select count(*) from unit"), "4")
        with open(bad + ".refused.csv", newline="", encoding="utf-8") as f:
            rows = list(csv.reader(f))
        self.assertEqual(rows[0], ["line", "field", "value", "reason"])
        self.assertEqual([r[:3] for r in rows[1:]], [["3", "code", ""], ["4", "kind", "nonsense"]])
        self.assertTrue(all(r[3] for r in rows[1:]))
        good = file("good.csv", f"code,name,kind\nF,Unit F,{kind}\n")
        self.assertEqual(place.run("import", "units", good, "--partial").code, 0)
        self.assertFalse(os.path.exists(good + ".refused.csv"))

    def test_map_set_and_key(self):
        place = school()
        kind = kind_of_unit()[0]
        data = file("x.csv", "Sigle;Intitulé\nA;Unité A\nB;Unité B\n")
        lines = file("map", "# ours\ncode=Sigle\nname=Intitulé\n")
        done = place.ok("import", "units", data, "--map", lines, "--set", f"kind={kind}", "--set", "email=u@school.example")
        self.assertEqual(last(done), LAST.format(2, 0, 0, 0, 0))
        self.assertEqual(place.rows("select code, name, kind, email from unit order by code"),
                         [("A", "Unité A", kind, "u@school.example"), ("B", "Unité B", kind, "u@school.example")])
        renamed = file("y.csv", "Sigle;Intitulé\nAA;Unité A\nBB;Unité B\n")
        done = place.ok("import", "units", renamed, "--map", lines, "--set", f"kind={kind}", "--set", "email=u@school.example", "--key", "name")
        self.assertEqual(last(done), LAST.format(0, 2, 0, 0, 0))
        self.assertEqual(place.rows("select code from unit order by code"), [("AA",), ("BB",)])

    def test_conflict_after_an_edit(self):
        place = units()
        with Serve(place) as s:
            api = Client(s.host, place.token())
            row = api.get("/api/v1/units?filter=code:eq:A").json()["items"][0]
            reply = api.send("PATCH", f"/api/v1/units/{row['id']}", {"name": "Ours"}, If_Match=f'"{row["version"]}"')
            self.assertEqual(reply.status, 200, reply.text)
            changed = file("units.csv", UNITS.replace("Unit A", "Theirs").replace("Unit B", "Unit B2"))
            before = everything(place)
            done = place.run("import", "units", changed)
            self.assertEqual((done.code, last(done)), (1, LAST.format(0, 1, 1, 1, 0)))
            self.assertEqual(place.rows("select * from batch"), before["batch"])
            self.assertEqual(last(place.run("import", "units", file("same.csv", UNITS.replace("Unit A", "Ours")))), LAST.format(0, 0, 3, 0, 0))
            done = place.run("import", "units", changed, "--partial")
            self.assertEqual((done.code, last(done)), (1, LAST.format(0, 1, 1, 1, 0)))
            self.assertEqual(place.rows("select name from unit order by code"), [("Ours",), ("Unit B2",), ("Unit C",)])
            with open(changed + ".refused.csv", encoding="utf-8") as f:
                self.assertIn("Theirs", f.read())

    def test_not_a_table(self):
        place = school()
        for name, text in (("x.csv", ""), ("x.csv", "nothing,of,ours\n1,2,3\n"), ("x.xlsx", "PK\x03\x04 broken"), ("x.csv", "code,name\n\"open")):
            with self.subTest(text):
                done = place.run("import", "units", file(name, text))
                self.assertIn(done.code, (1, 2), done.err)
                self.assertNotEqual(done.err, "")
        self.assertEqual(place.one("select count(*) from unit"), "0")


class Batches(unittest.TestCase):
    def batches(self, place):
        return [r.split(",") for r in place.ok("batch", "list", "--format", "csv").out.splitlines()]

    def test_list(self):
        place = units()
        place.ok("import", "units", file("second, \"quoted\".csv", UNITS.replace("Unit B", "Unit B2")))
        text = place.ok("batch", "list", "--format", "csv").out
        self.assertTrue(text.startswith("batch,"), text)
        rows = list(csv.DictReader(io.StringIO(text)))
        self.assertEqual(len(rows), 2)
        self.assertTrue(all(UUID.fullmatch(r["batch"]) for r in rows), rows)
        self.assertEqual([(r["new"], r["changed"]) for r in rows], [("0", "1"), ("3", "0")])
        self.assertEqual(rows[0]["source"], "second, \"quoted\".csv")
        self.assertTrue(all(line.split(",")[0].strip('"') == line.split(",")[0] for line in text.splitlines()))
        self.assertEqual([b["batch"] for b in json.loads(place.ok("batch", "list", "--json").out)], [r["batch"] for r in rows])

    def test_undo(self):
        place = units()
        place.ok("import", "units", file("two.csv", UNITS.replace("Unit B", "Unit B2")))
        second, first = [r[0] for r in self.batches(place)[1:]]
        done = place.run("batch", "undo", first)
        self.assertEqual((done.code, done.out), (1, ""))
        self.assertIn("Unit B2", done.err)
        self.assertEqual(place.one("select count(*) from unit"), "3")
        before = place.rows("select * from unit order by code")
        self.assertEqual(place.ok("batch", "undo", second).out, "undone 1 skipped 0\n")
        self.assertEqual(place.rows("select name from unit order by code"), [("Unit A",), ("Unit B",), ("Unit C",)])
        self.assertNotEqual(place.rows("select * from unit order by code"), before)
        self.assertEqual(place.run("batch", "undo", second).code, 1)
        self.assertEqual(place.ok("batch", "undo", first).out, "undone 3 skipped 0\n")
        self.assertEqual(place.one("select count(*) from unit"), "0")
        self.assertEqual(place.ok("audit", "verify").code, 0)

    def test_undo_is_refused_for_what_was_edited_or_referred_to(self):
        place = units()
        batch = self.batches(place)[1][0]
        with Serve(place) as s:
            api = Client(s.host, place.token())
            rows = {r["code"]: r for r in api.get("/api/v1/units").json()["items"]}
            api.send("PATCH", f"/api/v1/units/{rows['A']['id']}", {"name": "Edited"}, If_Match=f'"{rows["A"]["version"]}"')
            reply = api.send("POST", "/api/v1/people", {"family": "Ours", "unit": rows["B"]["id"]})
            self.assertEqual(reply.status, 201, reply.text)
        before = everything(place)
        done = place.run("batch", "undo", batch)
        self.assertEqual((done.code, done.out), (1, ""))
        self.assertIn("Edited", done.err)
        self.assertIn("Unit B", done.err)
        self.assertEqual(everything(place), before)
        self.assertEqual(place.ok("batch", "undo", batch, "--skip-edited").out, "undone 1 skipped 2\n")
        self.assertEqual(place.rows("select name from unit order by code"), [("Edited",), ("Unit B",)])

    def test_unknown(self):
        place = units()
        self.assertEqual(place.run("batch", "undo", "01a20721-9ccc-7263-9b4b-66f10894ab8b").code, 1)


class Export(unittest.TestCase):
    def test_round_trip_of_what_is_awkward(self):
        place = units()
        place.sql("update unit set name = '=1+1', name_fold = '=1+1' where code = 'A'",
                  "update unit set name = 'x, \"y\"; z', name_fold = 'x' where code = 'B'",
                  "update unit set name = '@cmd é漢', name_fold = 'cmd' where code = 'C'")
        for fmt in ("csv", "xlsx"):
            done = place.ok("export", "units", "--format", fmt)
            path = os.path.join(SCRATCH, f"awkward.{fmt}")
            with open(path, "wb") as f:
                f.write(done.bytes)
            self.assertEqual(last(place.run("import", "units", path)), LAST.format(0, 0, 3, 0, 0), fmt)
        sheet = zipfile.ZipFile(path)
        self.assertFalse([n for n in sheet.namelist() if b"<f>" in sheet.read(n)])
        rows = json.loads(place.ok("export", "units", "--format", "json").out)
        self.assertEqual({r["name"] for r in rows}, {"=1+1", "x, \"y\"; z", "@cmd é漢"})

    def test_every_kind_exports_in_every_format(self):
        place = units()
        for entity in describe()["entities"]:
            for fmt in ("csv", "xlsx", "json"):
                self.assertEqual(place.run("export", entity["kind"], "--format", fmt).code, 0, (entity["kind"], fmt))


class Tokens(unittest.TestCase):
    def test_only_the_token(self):
        place = school()
        done = place.ok("token", "create", "--user", ADMIN, "--days", "1")
        self.assertTrue(re.fullmatch(r"[A-Za-z0-9_-]{40,}\n", done.out), done.out)
        self.assertEqual(done.err, "")
        self.assertNotIn(done.out.strip(), str(place.rows("select * from account_token")))
        self.assertEqual(place.run("token", "create", "--user", "nobody@school.example").code, 1)
        with Serve(place) as s:
            self.assertEqual(Client(s.host, done.out.strip()).get("/api/v1/units").status, 200)
            self.assertEqual(Client(s.host, done.out.strip()[:-1] + "~").get("/api/v1/units").status, 401)
            place.sql("update account_token set expires_ms = 1000")
            self.assertEqual(Client(s.host, done.out.strip()).get("/api/v1/units").status, 401)

    def test_as_an_account(self):
        place = units()
        place.ok("import", "units", file("u.csv", UNITS.replace("Unit A", "By her")), "--as", ADMIN)
        self.assertEqual(place.run("import", "units", file("u.csv", UNITS), "--as", "nobody@school.example").code, 1)
        rows = list(csv.DictReader(io.StringIO(place.ok("batch", "list", "--format", "csv").out)))
        self.assertEqual([r["actor"] for r in rows], [ADMIN, "operator"])


class Audit(unittest.TestCase):
    def test_verify_and_head(self):
        place = audited()
        n = int(place.one("select count(*) from audit_entry"))
        self.assertGreater(n, 5)
        self.assertEqual(place.ok("audit", "verify").out, f"entries {n} sealed {n} unsealed 0 erased 0\n")
        report = json.loads(place.ok("audit", "verify", "--json").out)
        self.assertEqual(report, {"whole": True, "entries": n, "sealed": n, "unsealed": 0, "erased": 0})
        head = place.ok("audit", "head").out
        chain = place.one("select chain from audit_entry where seq is not null order by seq desc limit 1")
        self.assertIn(chain, head)
        self.assertEqual(json.loads(place.ok("audit", "head", "--json").out)[0]["head"], chain)

    def test_erased_payloads_and_the_tail_are_counted(self):
        place = audited()
        place.sql("delete from audit_payload where entry = (select id from audit_entry where seq = 3)")
        n = int(place.one("select count(*) from audit_entry"))
        self.assertEqual(place.ok("audit", "verify").out, f"entries {n} sealed {n} unsealed 0 erased 1\n")

    def names(self, place, seq, *statements):
        """After these changes the log is broken, and the entry of this number is named."""
        row = place.rows(f"select id from audit_entry where seq = {seq}")
        place.sql(*statements)
        done = place.run("audit", "verify")
        self.assertEqual(done.code, 1, done.out)
        self.assertIn(f"seq {seq} ", done.out)
        report = json.loads(place.run("audit", "verify", "--json").out)
        self.assertFalse(report["whole"])
        self.assertEqual(report["seq"], seq)
        if row and place.rows(f"select id from audit_entry where seq = {seq}") == row:
            self.assertEqual(report["bad"], dashed(row[0][0]))
        self.assertEqual(place.run("check").code, 1)

    def test_a_changed_payload(self):
        place = audited()
        entry = place.one("select id from audit_entry where seq = 3")
        self.names(place, 3, f"update audit_payload set body = body || ' ' where entry = {{{entry}}}")

    def test_a_changed_entry(self):
        for column in ("actor", "act", "kind"):
            place = audited()
            self.names(place, 2, f"update audit_entry set {column} = {column} || 'x' where seq = 2")
        self.names(audited(), 2, "update audit_entry set at_ms = at_ms + 1 where seq = 2")

    def test_every_column_of_an_entry(self):
        for column in ("actor_id", "subject", "payload_hash", "chain", "note"):
            place = audited()
            other = "'x'" if column == "note" else f"(select {column} from audit_entry where seq = 4)" if column in ("payload_hash", "chain") else "{" + "7" * 32 + "}"
            self.names(place, 2, f"update audit_entry set {column} = {other} where seq = 2")
        place = audited()
        self.names(place, 3, "update audit_payload set salt = (select salt from (select * from audit_payload) p where entry = "
                             "(select id from audit_entry where seq = 4)) where entry = (select id from audit_entry where seq = 3)")

    def test_a_payload_of_another_entry(self):
        place = audited()
        self.names(place, 3, "update audit_payload set body = (select body from (select * from audit_payload) p where entry = "
                             "(select id from audit_entry where seq = 4)) where entry = (select id from audit_entry where seq = 3)")

    def test_an_added_entry(self):
        """One more, sealed as if it had been there: between the others there is no room, and at the end the head tells."""
        place = audited()
        columns = ", ".join(c for c, _, _ in place.columns("audit_entry") if c not in ("id", "seq"))
        end = int(place.one("select max(seq) from audit_entry"))
        place.sql(f"insert into audit_entry (id, seq, {columns}) select {{{'5' * 32}}}, {end + 1}, {columns} from audit_entry where seq = {end}")
        done = place.run("audit", "verify")
        self.assertEqual(done.code, 1, done.out)
        self.assertIn(f"seq {end + 1} ", done.out)

    def test_a_changed_head(self):
        place = audited()
        place.sql("update audit_head set chain = (select chain from audit_entry where seq = 2)")
        done = place.run("audit", "verify")
        self.assertEqual(done.code, 1, done.out)
        self.assertIn("why head", done.out)

    def test_a_removed_entry(self):
        place = audited()
        self.names(place, 2, "delete from audit_payload where entry = (select id from audit_entry where seq = 2)", "delete from audit_entry where seq = 2")

    def test_removed_from_the_end(self):
        place = audited()
        end = int(place.one("select max(seq) from audit_entry"))
        place.sql(f"delete from audit_payload where entry = (select id from audit_entry where seq = {end})",
                  f"delete from audit_entry where seq = {end}")
        done = place.run("audit", "verify")
        self.assertEqual(done.code, 1, done.out)
        self.assertIn("why head", done.out)

    def test_two_entries_swapped(self):
        self.names(audited(), 2, "update audit_entry set seq = -2 where seq = 2", "update audit_entry set seq = 2 where seq = 3",
                   "update audit_entry set seq = 3 where seq = -2")

    def test_one_byte_of_the_file(self):
        """Any byte of a payload, in the file itself."""
        if POSTGRES:
            self.skipTest("files of the server")
        place = audited()
        with contextlib.closing(sqlite3.connect(os.path.join(place.dir, "passerelle.db"))) as db:
            db.execute("pragma wal_checkpoint(truncate)")
        path = os.path.join(place.dir, "passerelle.db")
        with open(path, "r+b") as f:
            data = bytearray(f.read())
            body = place.one("select body from audit_payload where entry = (select id from audit_entry where seq = 3)").encode()
            at = data.find(body)
            self.assertGreater(at, 0)
            data[at + len(body) // 2] ^= 1
            f.seek(0)
            f.write(data)
        done = place.run("audit", "verify")
        self.assertEqual(done.code, 1, done.out + done.err)
        self.assertIn("seq 3 why payload", done.out)


class Backup(unittest.TestCase):
    def test_while_serving(self):
        place, path = units(), os.path.join(SCRATCH, f"hot-{Place.made}")
        with Serve(place) as s:
            api = Client(s.host, place.token())
            done = place.ok("backup", path)
            self.assertEqual(done.out, "")
            self.assertEqual(os.stat(path).st_mode & 0o077, 0)
            self.assertEqual(api.send("POST", "/api/v1/units", {"code": "Z", "name": "Later", "kind": kind_of_unit()[0]}).status, 201)
        before = everything(place)
        verified = (Place() if POSTGRES else place).ok("restore", path, "--verify")
        self.assertIn("audit ok", verified.out)
        self.assertEqual(everything(place), before)
        empty = Place()
        empty.ok("restore", path)
        self.assertEqual(empty.rows("select code from unit order by code"), [("A",), ("B",), ("C",)])
        self.assertEqual(empty.ok("check", "--derived").code, 0)
        self.assertEqual(empty.ok("audit", "verify").code, 0)
        with Serve(empty) as s:
            Client(s.host).sign_in()
        before = everything(place)
        self.assertEqual(place.run("restore", path).code, 1)
        self.assertEqual(everything(place), before)

    def test_damaged(self):
        place, path = units(), os.path.join(SCRATCH, f"damaged-{Place.made}")
        place.ok("backup", path)
        with open(path, "r+b") as f:
            f.truncate(os.path.getsize(path) // 2)
        empty = Place()
        self.assertNotEqual(empty.run("restore", path).code, 0)
        with open(path, "wb") as f:
            f.write(b"not a backup at all")
        self.assertNotEqual(empty.run("restore", path).code, 0)
        self.assertNotEqual(place.run("restore", path, "--verify").code, 0)
        self.assertEqual(place.ok("check").code, 0)


class Migrate(unittest.TestCase):
    def test_current(self):
        place = school()
        self.assertEqual(place.ok("migrate").out, "applied 0\n")

    def newer(self, place):
        place.sql("insert into schema_migration select 9999, 'later', sha256, applied_ms from schema_migration where number = 1")

    def test_newer_is_refused(self):
        place = school()
        columns = [c[0] for c in place.columns("schema_migration")]
        key = columns[0]
        place.sql(f"insert into schema_migration ({', '.join(columns)}) select 9999, {', '.join(columns[1:])} from schema_migration where {key} = 1")
        for words in (["migrate"], ["check"], ["export", "units"]):
            done = place.run(*words)
            self.assertEqual(done.code, 3, (words, done.err))
            self.assertIn("9999", done.err)
        self.assertRaises(RuntimeError, Serve, place)

    def test_old(self):
        """A migration that was not applied: the last one, whose tables and columns go."""
        place = units()
        key = place.columns("schema_migration")[0][0]
        number = max(int(r[0]) for r in place.rows(f"select {key} from schema_migration"))
        name = next(n for n in os.listdir(os.path.join(ROOT, "sql")) if n.startswith(f"{number:04d}-"))
        with open(os.path.join(ROOT, "sql", name), encoding="utf-8") as f:
            text = f.read()
        gone = [f"drop table {t}" + (" cascade" if POSTGRES else "") for t in re.findall(r"(?m)^create table (\w+)", text)]
        gone += [f"alter table {t} drop column {c}" for t, c in re.findall(r"(?m)^alter table (\w+) add column (\w+)", text)]
        self.assertTrue(gone, name)
        place.sql(*gone, f"delete from schema_migration where {key} = {number}")
        self.assertEqual(place.run("export", "units").code, 3)
        if POSTGRES:
            self.assertRaises(RuntimeError, Serve, place)
            self.assertEqual(place.ok("migrate").out, "applied 1\n")
            with Serve(place) as s:
                self.assertEqual(Client(s.host).get("/healthz").status, 200)
            return
        old = place.copy()
        with Serve(place) as s:  # by itself, after a backup
            self.assertEqual(Client(s.host).get("/healthz").status, 200)
        kept = [n for n in os.listdir(place.dir) if n.endswith(".backup")]
        self.assertEqual(len(kept), 1)
        back = Place()
        back.ok("restore", os.path.join(place.dir, kept[0]))
        self.assertEqual(back.run("export", "units").code, 3)
        self.assertEqual(old.ok("migrate").out, "applied 1\n")
        self.assertEqual(old.ok("check").code, 0)


class Demo(unittest.TestCase):
    def test_demo(self):
        place = Place()
        if POSTGRES:
            self.skipTest("the demo is for a directory")
        s = Serve(place, command="demo")
        accounts = [line.split(" ") for line in s.said if line.startswith("account ")]
        self.assertGreaterEqual({a[1] for a in accounts}, {"office", "head", "student"})
        for _, _, email, password in accounts:
            self.assertTrue(email.endswith(".example"), email)
            Client(s.host).sign_in(email, password)
        self.assertEqual(s.stop(), 0)
        again = Serve(place, command="demo")
        self.assertEqual(again.said[:-1], s.said[:-1])
        self.assertEqual(again.stop(), 0)
        self.assertRaises(RuntimeError, Serve, place)  # never a real school
        self.assertEqual(place.run("check", "--derived").code, 0)
        self.assertFalse([e for (e,) in place.rows("select email from person where email is not null") if not e.endswith(".example")])
        for address in ("0.0.0.0:0", "[::]:0", "192.0.2.1:0"):
            self.assertNotEqual(command("demo", "--listen", address, *place.args()).code, 0)
        self.assertEqual(school().run("demo", "--listen", "127.0.0.1:0").code, 1)


    def test_as_the_readme_says(self):
        """In a folder where nothing stands yet, without a word about where."""
        if POSTGRES:
            self.skipTest("the demo is for a directory")
        with tempfile.TemporaryDirectory(dir=SCRATCH) as fresh:
            s = Serve(None, command="demo", cwd=fresh)
            self.assertEqual(Client(s.host).get("/healthz").status, 200)
            self.assertEqual(s.stop(), 0)
            self.assertTrue(os.path.isfile(os.path.join(fresh, "data/demo/passerelle.db")))


class Serving(unittest.TestCase):
    def test_root_and_open_addresses_are_refused(self):
        place = school()
        if os.geteuid() == 0:
            self.assertEqual(place.run("serve", "--listen", "127.0.0.1:0").code, 3)
        root = ["--allow-root"] if os.geteuid() == 0 else []
        for address in ("0.0.0.0:0", "[::]:0"):
            self.assertEqual(place.run("serve", "--listen", address, *root).code, 3)
        self.assertEqual(place.run("serve", "--listen", "nonsense", *root).code, 3)

    def test_public_addresses(self):
        place = school()
        with Serve(place) as s:
            c = Client(s.host)
            self.assertEqual(c.get("/healthz").status, 200)
            self.assertEqual(c.get("/metrics").status, 200)
            api = c.get("/api/v1/openapi.json")
            self.assertEqual((api.status, api.json()["openapi"]), (200, "3.1.0"))
            self.assertEqual(c.get("/api/v1/units").status, 401)

    def test_problems_of_the_api(self):
        place = units()
        with Serve(place) as s:
            api = Client(s.host, place.token())
            row = api.get("/api/v1/units?sort=code&size=1").json()["items"][0]
            path = f"/api/v1/units/{row['id']}"
            for reply, status, code in ((api.send("PATCH", path, {"name": "x"}), 428, "precondition"),
                                        (api.send("PATCH", path, {"name": "x"}, If_Match='"99"'), 412, "stale"),
                                        (api.send("PATCH", path, {"kind": "nonsense"}, If_Match=f'"{row["version"]}"'), 422, "invalid"),
                                        (api.send("POST", "/api/v1/units", {"code": "A", "name": "x", "kind": row["kind"]}), 409, "conflict"),
                                        (api.get("/api/v1/units/" + dashed("0" * 32)), 404, "not-found"),
                                        (api.get("/api/v1/units?filter=nonsense:eq:1"), 422, "invalid"),
                                        (api.ask("POST", "/api/v1/units", "x", Content_Type="text/plain"), 415, "media-type")):
                self.assertEqual((reply.status, reply.header("Content-Type")), (status, "application/problem+json"), reply.text)
                problem = reply.json()
                self.assertEqual(problem["code"], code)
                if code == "invalid" and "kind" in reply.text:
                    self.assertIn("kind", str(problem))

    def test_commands_work_meanwhile(self):
        place = units()
        with Serve(place) as s:
            kind = kind_of_unit()[0]
            self.assertEqual(last(place.ok("import", "units", file("m.csv", f"code,name,kind\nM,Meanwhile,{kind}\n"))), LAST.format(1, 0, 0, 0, 0))
            api = Client(s.host, place.token())
            self.assertEqual(api.get("/api/v1/units?filter=code:eq:M").json()["count"], 1)
            self.assertEqual(place.ok("audit", "verify").code, 0)
            self.assertEqual(s.stop(), 0)


class Allocation(unittest.TestCase):
    seats = "option,capacity\nX,1\nY,1\nZ,0\n"
    choices = "student,rank,option,score\ns1,1,X,10\ns1,2,Y,10\ns2,1,X,20\ns3,1,X,5\ns3,2,Z,5\n"

    def files(self, choices=None):
        return ["--seats", file("seats.csv", self.seats), "--choices", file("choices.csv", choices or self.choices)]

    def test_run_verify_why(self):
        if POSTGRES:
            self.skipTest("needs no database")
        inputs = self.files()
        for mechanism in ("serial", "deferred"):
            out = tempfile.mkdtemp(dir=SCRATCH)
            done = command("allocation", "run", *inputs, "--mechanism", mechanism, "--seed", "t", "--out", out)
            self.assertEqual(done.code, 0, done.err)
            with open(os.path.join(out, "placements.csv")) as f:
                self.assertEqual(f.read().splitlines(), ["student,option,rank", "s1,Y,2", "s2,X,1", "s3,,"])
            with open(os.path.join(out, "report.json")) as f:
                report = json.load(f)
            self.assertEqual((report["mechanism"], report["placed"], report["unplaced"], report["rank_sum"]), (mechanism, 2, 1, 3))
            self.assertEqual(command("allocation", "verify", *inputs, "--result", out).code, 0)
            self.assertTrue(json.loads(command("allocation", "verify", *inputs, "--result", out, "--json").out)["valid"])
            why = command("allocation", "why", *inputs, "--result", out, "--student", "s1", "--option", "X")
            self.assertEqual(why.code, 0, why.err)
            json.loads(why.out)
            other = tempfile.mkdtemp(dir=SCRATCH)
            head, *rows = self.choices.splitlines()
            permuted = self.files("\n".join([head, *reversed(rows)]) + "\n")
            self.assertEqual(command("allocation", "run", *permuted, "--mechanism", mechanism, "--seed", "t", "--out", other, "--json").code, 0)
            for name in ("placements.csv", "certificate.csv"):
                with open(os.path.join(out, name), "rb") as a, open(os.path.join(other, name), "rb") as b:
                    self.assertEqual(a.read(), b.read())
            with open(os.path.join(out, "placements.csv"), "w") as f:
                f.write("student,option,rank\ns1,X,1\ns2,,\ns3,,\n")
            done = command("allocation", "verify", *inputs, "--result", out)
            self.assertEqual(done.code, 1)
            self.assertNotEqual(done.err, "")

    def test_exit_codes(self):
        if POSTGRES:
            self.skipTest("needs no database")
        inputs, out = self.files(), tempfile.mkdtemp(dir=SCRATCH)
        run = ["--mechanism", "serial", "--seed", "t", "--out", out]
        self.assertEqual(command("allocation").code, 2)
        self.assertEqual(command("allocation", "run", *inputs).code, 2)
        self.assertEqual(command("allocation", "run", *inputs, *run, "--nonsense").code, 2)
        self.assertEqual(command("allocation", "run", *inputs, *run[2:], "--mechanism", "nonsense").code, 2)
        self.assertEqual(command("allocation", "run", "--seats", "/nowhere", *inputs[2:], *run).code, 3)
        self.assertEqual(command("allocation", "run", *self.files("student,rank,option\ns1,1,Q\n"), *run).code, 1)
        self.assertEqual(command("allocation", "verify", *inputs, "--result", "/nowhere").code, 3)

    def test_faults_name_file_line_and_remedy(self):
        if POSTGRES:
            self.skipTest("needs no database")
        inputs, out = self.files(), tempfile.mkdtemp(dir=SCRATCH)
        run = ["--seed", "t", "--out", out, "--mechanism"]
        said = command("allocation", "run", *inputs, *run, "lots").err
        for name in ("serial", "deferred", "ranksum", "greedy", "generous"):
            self.assertIn(name, said)
        for name in ("\x00", "\x1b[31m", "\x7f", "\u0085"):  # neither cut short nor obeyed by a terminal
            done = command("allocation", "run", *self.files(f"student,rank,option\ns{name}1,1,Q\n"), *run, "serial")
            self.assertEqual(done.code, 1)
            self.assertNotIn(name, done.err)
            self.assertIn(f"s\\x{ord(name[0]):02x}", done.err)
            self.assertRegex(done.err, "line 2.*Remove it|line 2.*Define it")
        self.assertEqual(command("allocation", "run", *inputs, *run, "ranksum").code, 0)
        kept = {}
        for name in ("certificate.csv", "placements.csv", "report.json"):
            with open(os.path.join(out, name)) as f:
                kept[name] = f.read()
        self.assertIn("price,X,", kept["certificate.csv"])
        for name, text, expected in (
            ("certificate.csv", kept["certificate.csv"].replace("price,X,", "price,X,7:"), r"/certificate\.csv, line 2: "),
            ("certificate.csv", kept["certificate.csv"] + "price,X,1:1\n", r"/certificate\.csv, line \d+: "),
            ("certificate.csv", "kind,id,value\nprice,nobody,1:1\n", r"/certificate\.csv, line 2: "),
            ("placements.csv", "student,option,rank\nnobody,,\n", r"/placements\.csv, line 2: "),
            ("report.json", "student,option\n", r"/report\.json, line 1: .*student,option"),
            ("report.json", kept["report.json"].replace('"placed": ', '"placed": x'), r"/report\.json, line \d+: .*placed"),
            ("report.json", kept["report.json"].replace('"placed": 2', '"placed": 3'), r"placed"),
        ):
            self.assertNotEqual(text, kept[name], expected)
            with open(os.path.join(out, name), "w") as f:
                f.write(text)
            done = command("allocation", "verify", *inputs, "--result", out)
            self.assertEqual(done.code, 1, expected)
            self.assertRegex(done.err, expected)
            with open(os.path.join(out, name), "w") as f:
                f.write(kept[name])
        self.assertEqual(command("allocation", "verify", *inputs, "--result", out).code, 0)


if __name__ == "__main__":
    main()
