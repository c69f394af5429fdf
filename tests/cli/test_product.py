#!/usr/bin/env python3
"""What a user of a whole product notices, on the real program: one's own data to read and to take along, the school's own zone."""
import html
import unittest

from kit import *

STUDENT = "ines@school.example"


def words_of(reply):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", reply.text.split("<main")[-1].split("</main")[0])))


def pdf_text(reply):
    """None without poppler."""
    if not shutil.which("pdftotext"):
        return None
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=reply.body, capture_output=True, check=True)
    return re.sub(r"\s+", " ", done.stdout.decode())


class School(unittest.TestCase):
    zone = []

    @classmethod
    def setUpClass(cls):
        cls.place = Place()
        cls.place.ok("init", "--hei", "school.example", "--name", "School", "--admin", ADMIN, *cls.zone, input=PASSWORD + "\n")
        cls.api = Client(None, cls.place.token())
        cls.serve = Serve(cls.place)
        cls.api.host = cls.serve.host

    @classmethod
    def tearDownClass(cls):
        if cls.serve.stop() != 0:
            raise AssertionError(f"{cls.serve.process.returncode} {cls.serve.problems()}")

    @classmethod
    def make(cls, kind, /, **values):
        reply = cls.api.send("POST", f"/api/v1/{kind}", values)
        if reply.status != 201:
            raise AssertionError(f"{kind}: {reply.status} {reply.text}")
        return reply.json()["id"]

    def reader(self, lang="en"):
        client = Client(self.serve.host).sign_in()
        client.get(f"/language/{lang}?back=/")
        return client


class OwnData(School):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.me = cls.make("people", family="Bouchard", given="Inès", email=STUDENT, birth_date="2005-06-05", nationality="FR")
        cls.other = cls.make("people", family="Lenoir", given="Marc", email="marc@school.example", preferred="Marcus Secretus")
        cls.make("identifiers", person=cls.me, scheme="ine", value="0123456789A")
        cls.make("identifiers", person=cls.other, scheme="ine", value="9876543210Z")
        cls.make("language-levels", person=cls.me, language="es", cefr="B1", proof="course")
        contract = cls.make("apprenticeships", person=cls.me, employer="Chimie du Nord", starts="2026-09-01", ends="2028-08-31")
        cls.make("apprenticeship-periods", contract=contract, kind="company", starts="2026-09-14", ends="2026-10-16")
        cls.make("partners", name="Universitetet i Bergen", kind="university", country="NO", owner=cls.me)
        account = cls.place.one("select id from account")
        cls.place.sql(f"insert into account_person (tenant, account, person) values (1, {{{account}}}, {{{cls.me.replace('-', '')}}})",
                      "insert into mail (tenant, id, state, recipient, subject, body, lang, kind, created_ms, not_before, attempts) values (1, "
                      f"{{0190ffff000070008000000000000009}}, 'sent', '{ADMIN}', 'Your seat', 'Bergen is yours', 'en', 'placement', 1, 1, 1)")

    def test_page_tells_all(self):
        for lang, words in (("en", ["My data", "Date of birth", "5 June 2005", "This record names you as: Responsible", "Bergen is yours"]),
                            ("fr", ["Mes données", "Date de naissance", "5 juin 2005", "Bergen is yours"])):
            text = words_of(self.reader(lang).get("/my/data"))
            words += ["Bouchard Inès", STUDENT, "0123456789A", "es B1", "Chimie du Nord", "Universitetet i Bergen", ADMIN]
            for word in words:
                if word.startswith("This record names you as"):
                    word = word.split(": ")[0]
                self.assertIn(word, text, lang)
            self.assertNotIn("Secretus", text)
            self.assertNotIn("9876543210Z", text)

    def test_json_holds_every_field(self):
        reply = self.reader().get("/my/data.json")
        self.assertEqual((reply.status, reply.header("Content-Type").split(";")[0]), (200, "application/json"))
        self.assertIn("attachment", reply.header("Content-Disposition"))
        data = reply.json()
        kinds = [r["kind"] for r in data["records"]]
        self.assertEqual(sorted(kinds), ["apprenticeship-periods", "apprenticeships", "identifiers", "language-levels", "partners", "people"])
        person = next(r["record"] for r in data["records"] if r["kind"] == "people")
        described = next(e for e in describe()["entities"] if e["kind"] == "people")
        self.assertLessEqual({f["name"] for f in described["fields"]}, set(person))
        self.assertEqual((person["id"], person["birth_date"], person["nationality"]), (self.me, "2005-06-05", "FR"))
        partner = next(r for r in data["records"] if r["kind"] == "partners")
        self.assertEqual((partner["title"], partner["reference"]), ("Universitetet i Bergen", "owner"))
        self.assertEqual(data["account"][0]["email"], ADMIN)
        self.assertEqual({r["role"] for r in data["roles"]}, {"admin", "office"})
        self.assertEqual(data["mails"][0]["text"], "Bergen is yours")
        self.assertNotIn("Secretus", reply.text)

    def test_paper_in_the_readers_language(self):
        for lang, words in (("en", ["Data held about", "Date of birth", "5 June 2005"]), ("fr", ["Données conservées sur", "Date de naissance", "5 juin 2005"])):
            reply = self.reader(lang).get("/my/data.pdf")
            self.assertTrue(reply.body.startswith(b"%PDF-"), reply.status)
            text = pdf_text(reply)
            if text is None:
                self.skipTest("poppler-utils is not installed")
            for word in words + ["Bouchard Inès", "Chimie du Nord", "Universitetet i Bergen"]:
                self.assertIn(word, text, lang)

    def test_taking_it_along_is_audited(self):
        def notes():
            return [r[0] for r in self.place.rows("select note from audit_entry where act = 'own_data' order by id")]
        before = len(notes())
        reader = self.reader()
        reader.get("/my/data")
        self.assertEqual(len(notes()), before)
        reader.get("/my/data.json")
        reader.get("/my/data.pdf")
        self.assertEqual(notes()[before:], ["json", "pdf"])
        self.assertIn("Own data taken along", words_of(reader.get(f"/people/{self.me}")))

    def test_nobody_elses(self):
        nobody = Client(self.serve.host)
        for path in ("/my/data", "/my/data.json", "/my/data.pdf"):
            self.assertIn(nobody.get(path).status, (303, 401), path)


class Words(School):
    """Titles and sentences instead of keys and codes; each failure told once; no secret left behind."""

    def test_conflict_and_history_name_what_is_referred_to(self):
        a, b = self.make("units", code="A", name="Chimie organique", kind="department"), self.make("units", code="B", name="Génie des procédés", kind="department")
        person = self.make("people", number="E1", family="Durand", unit=a)
        path = os.path.join(SCRATCH, "people.csv")
        with open(path, "w", encoding="utf-8") as f:
            f.write("number,family,unit\nE1,Durand,B\n")
        done = self.place.run("import", "people", path)
        told = done.out + done.err
        self.assertIn("Chimie organique", told)
        self.assertNotIn(a, told)
        reply = self.api.send("PATCH", f"/api/v1/people/{person}", {"unit": b}, If_Match='"1"')
        self.assertEqual(reply.status, 200, reply.text)
        history = words_of(self.reader().get(f"/people/{person}")).split("History")[-1]
        self.assertIn("Unit: Chimie organique Génie des procédés", history)

    def test_failure_is_told_once(self):
        for words in (["check", "--data", os.path.join(SCRATCH, "nowhere")], ["check", "--config", os.path.join(SCRATCH, "no-such-config")]):
            done = command(*words)
            self.assertNotEqual(done.code, 0)
            self.assertEqual(len(done.err.strip().splitlines()), 1, done.err)
            self.assertTrue(done.err.startswith("passerelle: "), done.err)

    def test_settled_mail_keeps_no_secret(self):
        token, mail = "t" * 43, "0190ffff000070008000000000000007"
        self.place.sql("insert into mail (tenant, id, state, recipient, subject, body, lang, kind, created_ms, not_before, attempts) values (1, "
                       f"{{{mail}}}, 'unsure', 'a@school.example', 'Password', 'Open https://x/password/{token} today', 'en', 'reset', 1, 1, 1)")
        reader = self.reader()
        reply = reader.form(f"/mails/{dashed(mail)}/settled", csrf=reader.csrf)
        self.assertEqual(reply.status, 303, reply.text[:500])
        self.assertEqual(self.place.rows("select state, body from mail where subject = 'Password'"), [("sent", "Open https://x/password/\u2026 today")])

    def test_partners_whose_agreement_ends_this_year(self):
        year = time.gmtime().tm_year
        host = {"kind": "university", "country": "NO"}
        soon, late, over = (self.make("partners", name=name, **host) for name in ("Bergen", "Oslo", "Tromsø"))
        for partner, ends, more in ((soon, f"{year}-12-31", {}), (late, f"{year + 1}-12-31", {}), (over, f"{year}-12-31", {"ended": f"{year}-01-15"})):
            self.make("agreements", partner=partner, kind="mobility", valid_from=f"{year - 2}-01-01", valid_to=ends, **more)
        for lang, word in (("en", "Expiring this year"), ("fr", "Expirent cette année")):
            reader = self.reader(lang)
            page = reader.get("/partners?view=list").text
            tab = re.search(rf'<a href="(/partners[^"]*)"[^>]*>{word}\s*<span class="n">(\d+)', page)
            self.assertIsNotNone(tab, lang)
            self.assertEqual(tab[2], "1")
            rows = words_of(reader.get(html.unescape(tab[1]) + "&view=list"))
            self.assertIn("Bergen", rows)
            self.assertNotIn("Oslo", rows)
            self.assertNotIn("Tromsø", rows)


class Zone(School):
    """Nouméa is eleven hours ahead of UTC: its day is another one."""
    zone = ["--zone", "Pacific/Noumea"]

    def test_times_are_the_schools(self):
        person = self.make("people", family="Kanak", given="Jean")
        created = int(self.place.one("select created_ms from person"))
        civil = time.gmtime((created + 11 * 3600 * 1000) // 1000)
        said = f"{civil.tm_mday} {time.strftime('%B %Y', civil)} at {civil.tm_hour}:{civil.tm_min:02d}"
        text = words_of(self.reader().get(f"/people/{person}"))
        self.assertGreaterEqual(text.count(said), 2, text)  # where it comes from, and its history

    def test_a_moment_is_typed_as_the_clock_shows_it(self):
        year = self.make("academic-years", code="2026-27", starts="2026-09-01", ends="2027-08-31")
        values = {"title": "Séjours", "academic_year": year, "zone": "Pacific/Noumea", "activity": "study", "scheme": "short", "max_choices": 3}
        campaign = self.make("campaigns", opens_ms="2026-12-01T00:00:00Z", closes_ms="2026-12-05T07:00:00Z", answer_by_ms="2026-12-09T07:00:30Z", **values)
        reader = self.reader()
        page = reader.get(f"/campaigns/{campaign}/edit").text
        shown = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1] for name in ("opens_ms", "closes_ms", "answer_by_ms")}
        self.assertEqual(shown, {"opens_ms": "01/12/2026 11:00", "closes_ms": "05/12/2026 18:00", "answer_by_ms": "2026-12-09T07:00:30.000Z"})
        form = {m[1]: html.unescape(m[2]) for m in re.finditer(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page)}
        form |= {"title": "Séjours", "academic_year": year, "activity": "study", "scheme": "short", "max_choices": "3"}
        for typed, stored in (("06/12/2026 18h30", "2026-12-06T07:30:00.000Z"), ("2026-12-07 9:05", "2026-12-06T22:05:00.000Z"), ("2026-12-08T01:02:03Z", "2026-12-08T01:02:03.000Z")):
            version = self.api.send("GET", f"/api/v1/campaigns/{campaign}").json()["version"]
            sent = reader.form(f"/campaigns/{campaign}/edit", **{**form, "csrf": reader.csrf, "closes_ms": typed, "answer_by_ms": "", "version": str(version)})
            self.assertEqual(sent.status, 303, words_of(sent))
            self.assertEqual(self.api.send("GET", f"/api/v1/campaigns/{campaign}").json()["closes_ms"], stored, typed)
        for wrong in ("06/12/2026 25:00", "06/12/2026", "31/11/2026 10:00", "soon 10:00", "06/12/2026 10h"):
            sent = reader.form(f"/campaigns/{campaign}/edit", **{**form, "csrf": reader.csrf, "closes_ms": wrong, "version": str(version + 1)})
            self.assertEqual(sent.status, 422, wrong)
            self.assertIn(wrong, html.unescape(sent.text))

    def test_nothing_here_is_told_in_the_readers_shell(self):
        reader = self.reader()
        for lang in ("en", "fr"):
            reader.get(f"/language/{lang}?back=/")
            gone = reader.get("/there/is/nothing")
            self.assertEqual(gone.status, 404)
            self.assertNotIn("/sign-in", gone.text)
            self.assertIn('href="/partners"', gone.text)
        self.assertIn("/sign-in", Client(self.serve.host).get("/there/is/nothing").text)

    def test_zone_must_exist(self):
        place = Place()
        done = place.run("init", "--hei", "other.example", "--name", "Other", "--admin", ADMIN, "--zone", "Pacific/Atlantis", input=PASSWORD + "\n")
        self.assertEqual(done.code, 1)
        self.assertIn("Pacific/Atlantis", done.err)


main()
