#!/usr/bin/env python3
"""What is in the demo school, counted through the API as its office sees it: as many people, contracts, partners, applications and
stays as a school of that size has, and nobody who exists."""
import collections
import csv
import datetime
import unicodedata
import unittest

from kit import *

CONTINENT = {code: name for name, codes in {
    "Europe": "AT BE CH CZ DE DK EE ES FI FR GR HR HU IE IT NL NO PL PT RO SE SI", "Africa": "CM MA SN TN ZA", "America": "AR BR CA CL CO MX US",
    "Asia": "CN JP MY TH VN", "Oceania": "AU NZ"}.items() for code in codes.split()}
# Real universities that neither public list spells as they do themselves.
SPELT_OTHERWISE = {"Aristoteleio Panepistimio Thessalonikis", "LUT University", "Université Cheikh Anta Diop de Dakar", "Université Mohammed V de Rabat"}
ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+|https?://[^\s\"'<>/]+")


def words(text):
    plain = unicodedata.normalize("NFKD", text.lower().replace("ł", "l").replace("đ", "d"))
    return frozenset(re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c))))


class Numbers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = Place()
        cls.serve = Serve(cls.place, command="demo")
        office = next(line.split(" ")[2] for line in cls.serve.said if line.startswith("account office "))
        cls.api = Client(cls.serve.host, cls.place.token(office))
        cls.kinds = {e["kind"]: cls.every(e["kind"]) for e in describe()["entities"]}

    @classmethod
    def tearDownClass(cls):
        if cls.serve.stop() != 0:
            raise AssertionError(cls.serve.problems())

    @classmethod
    def every(cls, kind):
        rows, page = [], 1
        while True:
            found = cls.api.get(f"/api/v1/{kind}?size=1000&page={page}&count=all").json()
            rows += found["items"]
            page += 1
            if not found["items"] or len(rows) >= found["count"]:
                return rows

    def years(self):
        """Academic years by id, and the one that runs."""
        today = datetime.date.today().isoformat()
        years = {y["id"]: y for y in self.kinds["academic-years"]}
        return years, next(i for i, y in years.items() if y["starts"] <= today <= y["ends"])

    def test_students(self):
        _, now = self.years()
        enrolled = [e for e in self.kinds["enrolments"] if e["academic_year"] == now]
        self.assertEqual(len({e["person"] for e in enrolled}), len(enrolled))
        self.assertTrue(620 <= len(enrolled) <= 680, len(enrolled))
        by_year = collections.Counter(e["year"] for e in enrolled)
        self.assertEqual(sorted(by_year), [1, 2, 3, 4, 5])
        self.assertGreater(min(by_year.values()), 60)

    def test_apprentices(self):
        _, now = self.years()
        apprentices = {e["person"] for e in self.kinds["enrolments"] if e["academic_year"] == now and e["status"] == "apprentice"}
        self.assertEqual(len(apprentices), 60)
        contracts = {c["id"]: c for c in self.kinds["apprenticeships"]}
        self.assertEqual({c["person"] for c in contracts.values()}, apprentices)
        periods = collections.defaultdict(list)
        for p in self.kinds["apprenticeship-periods"]:
            periods[p["contract"]].append((p["starts"], p["ends"], p["kind"]))
        self.assertEqual(set(periods), set(contracts))
        for contract, days in periods.items():
            days.sort()
            self.assertLessEqual({"school", "company"}, {kind for _, _, kind in days})
            self.assertTrue(contracts[contract]["starts"] <= days[0][0] and days[-1][1] <= contracts[contract]["ends"])
            for before, after in zip(days, days[1:]):
                self.assertLess(before[1], after[0], "two periods of one contract overlap")

    def test_staff(self):
        self.assertEqual(len({s["person"] for s in self.kinds["staff"]}), 40)

    def test_partners(self):
        partners = self.kinds["partners"]
        self.assertEqual(len(partners), 60)
        self.assertEqual({CONTINENT[p["country"]] for p in partners}, {"Europe", "Africa", "America", "Asia", "Oceania"})
        self.assertEqual({p["kind"] for p in partners}, {"university", "laboratory", "company"})
        institutions = {i["id"]: i["name"] for i in self.kinds["institutions"]}
        for p in partners:
            if p["kind"] == "university":
                self.assertEqual(institutions[p["institution"]], p["name"])

    def test_institutions_are_real(self):
        lists = [(INSTITUTIONS, "legal_name"), (os.path.join(SHARED, "data", "hei", "world_universities_domains.csv"), "name")]
        if not all(os.path.exists(path) for path, _ in lists):
            self.skipTest("the shared data is not there")
        real = set()
        for path, column in lists:
            with open(path, encoding="utf-8", newline="") as f:
                real |= {words(row[column]) for row in csv.DictReader(f)}
        strange = {p["name"] for p in self.kinds["partners"] if p["kind"] == "university" and not any(words(p["name"]) <= w for w in real)}
        self.assertLessEqual(strange, SPELT_OTHERWISE)

    def test_campaign_that_runs(self):
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
        running = [c for c in self.kinds["campaigns"] if c["opened_ms"] and c["opens_ms"] <= now < c["closes_ms"]]
        self.assertEqual(len(running), 1)
        sent = [a for a in self.kinds["applications"] if a["campaign"] == running[0]["id"] and not a["withdrawn_ms"]]
        self.assertTrue(110 <= len(sent) <= 130, len(sent))
        self.assertEqual(len({a["person"] for a in sent}), len(sent))
        chosen = {c["application"] for c in self.kinds["choices"]}
        self.assertLessEqual({a["id"] for a in sent}, chosen)

    def test_stays_of_past_years(self):
        years, now = self.years()
        past = {i for i, y in years.items() if y["ends"] < years[now]["starts"]}
        self.assertEqual(len(past), 5)
        count = collections.Counter((s["academic_year"], s["direction"]) for s in self.kinds["stays"])
        for year in past:
            self.assertGreaterEqual(count[year, "out"], 20, years[year]["code"])
            self.assertGreaterEqual(count[year, "in"], 5, years[year]["code"])

    def test_reserved_seats(self):
        """Seats kept for apprentices enter the question, bend the rules that fill the most seats, and are released when unused."""
        _, _, email, password = next(line.split(" ") for line in self.serve.said if line.startswith("account office "))
        office = Client(self.serve.host)
        office.sign_in(email, password)
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
        checking = next(c for c in self.kinds["campaigns"] if c["opened_ms"] and c["closes_ms"] < now and not c["published_ms"])
        path = f"/campaigns/{checking['id']}"
        kept = {o["id"]: o["reserved"] for o in self.kinds["opportunities"] if o["campaign"] == checking["id"] and o["reserved"]}
        self.assertTrue(kept)
        for rule in ("serial", "ranksum", "greedy", "generous"):
            self.assertEqual(office.form(path + "/allocate", csrf=csrf_of(office.get(path + "/allocate")), mechanism=rule).status, 303)
            files = {name: list(csv.DictReader(office.get(f"{path}/allocation/{name}.csv").text.splitlines())) for name in ("floors", "students", "placements", "choices")}
            self.assertEqual({f["option_or_cap"]: int(f["floor"]) for f in files["floors"]}, kept)
            apprentices = {s["student"] for s in files["students"] if s["group"] == "apprentice"}
            self.assertTrue(apprentices)
            held = collections.Counter(p["option"] for p in files["placements"] if p["student"] in apprentices)
            used = sum(min(kept[o], held[o]) for o in kept)
            page = office.get(path + "/allocate").text
            card = next(c for c in page.split('<label class="mech')[1:] if f'value="{rule}"' in c)
            self.assertIn(f"{used} sur {sum(kept.values())}", card.replace("\u00a0", " "), rule)
            self.assertIn('class="proof', page)
            wanted = {o for o in kept for c in files["choices"] if c["student"] in apprentices and c["option"] == o}
            if rule != "serial":
                self.assertGreaterEqual(used, min(1, len(wanted)), "an apprentice asked for a kept seat")
        self.assertEqual(office.form(path + "/allocate/undo", csrf=csrf_of(office.get(path + "/allocate"))).status, 303)

    def test_every_address_is_invented(self):
        """In every field of every row, and in every mail that waits."""
        for kind, rows in self.kinds.items():
            for row in rows:
                for address in ADDRESS.findall(json.dumps(row, ensure_ascii=False)):
                    self.assertTrue(address.endswith(".example"), f"{kind}: {address}")
        mails = self.place.rows("select recipient from mail")
        self.assertFalse([m for m in mails if not m[0].endswith(".example")])
        self.assertFalse([a for a in self.place.rows("select email from account") if not a[0].endswith(".example")])


if __name__ == "__main__":
    main()
