#!/usr/bin/env python3
"""What a user of a whole product notices, on the real program: the school's own zone."""
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

    def test_zone_must_exist(self):
        place = Place()
        done = place.run("init", "--hei", "other.example", "--name", "Other", "--admin", ADMIN, "--zone", "Pacific/Atlantis", input=PASSWORD + "\n")
        self.assertEqual(done.code, 1)
        self.assertIn("Pacific/Atlantis", done.err)


main()
