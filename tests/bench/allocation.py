"""The allocation against LEMON on the same files, also where many want few, against the reading of its files, and in its worst cases.

What is compared is processor time: of a mechanism, that of the whole process less that of `serial` on the same files, which
leaves reading, digest and writing out; of LEMON, that of its network simplex from the graph to the flow, without reading the
files and without building the graph. No ratio is told before values and profiles were found equal. Times on the clock, for
reading, small questions and threads, are the least of several runs: the one that others disturbed least."""
import json, os, statistics, subprocess
from tools import say

RANKS = ("ranksum", "greedy", "generous")
SMALL, LARGE = ("students=100000", "options=5000"), ("students=1300000", "options=50000")
CROWDS = (("100,000 students on 20 options", ("students=100000", "options=20")), ("200,000 students on 300 options", ("students=200000", "options=300")),
          ("200,000 students on 1,000 options", ("students=200000", "options=1000")),
          ("200,000 students on 1,000 options under 100 caps", ("students=200000", "options=1000", "caps=100")))
WORST = [("all the same list", ("shape=same",)), ("one long chain", ("shape=chain", "students=50000", "options=50000")), ("one huge option", ("shape=huge",)),
         ("no seat at all", ("fill=0",)), ("1,000 caps", ("caps=1000",)), ("half of all choices tied", ("ties=50",)),
         ("seats for everybody three times", ("fill=300",))]

class Question:
    """The files of one question, made once; and what was measured of it."""
    def __init__(self, work, name, *words):
        self.work, self.folder, self.known = work, work.path(name), {}
        subprocess.run(work.bench("instances", self.folder, *words), check=True)
        self.files = {n: f"{self.folder}/{n}.csv" for n in ("seats", "choices", "caps", "students", "floors", "pairs")}
        self.files = {n: f for n, f in self.files.items() if os.path.exists(f)}
        self.bytes = sum(os.path.getsize(f) for f in self.files.values())

    def argv(self, mechanism, threads=1):
        inputs = [w for n, f in self.files.items() for w in ("--" + n, f)]
        return [self.work.program, "allocation", "run", *inputs, "--mechanism", mechanism, "--seed", "bench",
                "--threads", str(threads), "--out", self.folder + "/out"]

    def has(self, mechanism):
        return subprocess.run(self.argv(mechanism), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0

    def solve(self, mechanism, runs, threads=1):
        """Of several runs: the median of processor seconds, the least on the clock, the largest memory; one report."""
        if (mechanism, threads) not in self.known:
            all_spent, reports = [], []
            for _ in range(runs):
                all_spent.append(self.work.spent(self.argv(mechanism, threads), pinned=threads == 1))
                with open(self.folder + "/out/report.json") as f:
                    reports.append(json.load(f))
            self.known[mechanism, threads] = {
                "cpu_s": statistics.median(s.cpu_s for s in all_spent), "read_s": min(r["seconds_read"] for r in reports),
                "solve_s": min(r["seconds_solve"] for r in reports),
                "mib": max(s.kib for s in all_spent) / 1024, "report": reports[0]}
            with open(self.folder + "/out/placements.csv", "rb") as f:
                self.known[mechanism, threads]["placements"] = hash(f.read())
        return self.known[mechanism, threads]

    def over_serial_s(self, mechanism, runs):
        return self.solve(mechanism, runs)["cpu_s"] - self.solve("serial", runs)["cpu_s"]

    def lemon(self, mechanism, runs):
        files = [self.files[n] for n in ("seats", "choices", "caps") if n in self.files]
        results = [json.loads(self.work.spent(self.work.bench("lemon", mechanism, *files)).out) for _ in range(runs)]
        return {**results[0], "seconds_solve": statistics.median(r["seconds_solve"] for r in results),
                "mib": max(r["peak_bytes"] for r in results) / 1048576}

def equal(question, mechanism, peer, report):
    names = ("placed", "rank_sum") + (("profile",) if mechanism != "ranksum" else ())
    for name in names:
        if report[name] != peer[name]:
            raise SystemExit(f"{question.folder}, {mechanism}: {name} is {report[name]}, with LEMON {peer[name]}")

def against_lemon(table, question, mechanism, what, runs, target, memory=None):
    peer, report = question.lemon(mechanism, runs), question.solve(mechanism, runs)["report"]
    equal(question, mechanism, peer, report)
    own, ratio = question.over_serial_s(mechanism, runs), question.over_serial_s(mechanism, runs) / peer["seconds_solve"]
    table.add(f"Allocation of {what} by {mechanism}", f"LEMON's network simplex, same values: {peer['seconds_solve']:.2f} s",
              f"{own:.2f} s = {ratio:.2f}", f"{target:.2f}", ratio <= target)
    if memory:
        mib = question.solve(mechanism, runs)["mib"]
        table.add("... memory at most", f"{peer['mib']:.0f} MiB", f"{mib:.0f} MiB = {mib / peer['mib']:.2f}", f"{memory:.2f}",
                  mib <= memory * peer["mib"])

def reading(table, one_score, each_score):
    for question, what in ((one_score, "one score for a student"), (each_score, "one for each choice")):
        s = question.solve("serial", 5)
        rate = question.bytes / s["read_s"] / 1e6
        table.add(f"Reading of 1,300,000 students' choices, {what}", f"{question.bytes / 1e6:.0f} MB", f"{rate:.0f} MB/s", "200 MB/s", rate >= 200)
    for question, mechanism, most in ((one_score, "serial", 3), (each_score, "deferred", 10)):
        s = question.solve(mechanism, 5)
        ratio = s["solve_s"] / s["read_s"]
        table.add(f"... {mechanism}, beside the reading", f"{s['read_s']:.2f} s", f"{s['solve_s']:.2f} s = {ratio:.1f} times", f"{most} times", ratio <= most)

def sixty(work, table, mechanisms):
    question = Question(work, "sixty", "scores=2")
    for mechanism in mechanisms:
        us = question.solve(mechanism, 15)["solve_s"] * 1e6
        table.add(f"Allocation of 60 students by {mechanism}", "", f"{us:.0f} µs", "under 1 ms", us < 1000)

def threads(work, table, mechanisms):
    question = Question(work, "apart", *LARGE, "cross=0")
    for mechanism in mechanisms:
        one, two = question.solve(mechanism, 3), question.solve(mechanism, 3, threads=2)
        if one["placements"] != two["placements"]:
            raise SystemExit(f"{mechanism}: two threads place otherwise than one")
        ratio = one["solve_s"] / two["solve_s"]
        table.add(f"1,300,000 students in 60 separate areas by {mechanism}, two threads", f"one: {one['solve_s']:.1f} s",
                  f"{two['solve_s']:.1f} s = {ratio:.2f} times as fast", "1.5 times", ratio >= 1.5)

def worst(work, table, mechanisms):
    for what, words in WORST:
        question = Question(work, "worst", *SMALL, *words)
        told = ", ".join(f"{m} {question.solve(m, 1)['solve_s']:.2f} s" for m in mechanisms)
        students = question.solve("serial", 1)["report"]["students"]
        table.note(f"Worst cases: {what}, {students:,} students", "", told)
        for name in question.files.values():
            os.remove(name)

def measure(work, table):
    mechanisms = ["serial", "deferred"] + [m for m in RANKS if Question(work, "try").has(m)]
    ranks = [m for m in RANKS if m in mechanisms]
    sixty(work, table, mechanisms)
    small, large = Question(work, "small", *SMALL), Question(work, "large", *LARGE)
    reading(table, large, Question(work, "scores", *LARGE, "scores=2"))
    if not work.lemon:
        say("  LEMON (liblemon-dev) is not here: no ratio against it")
    for mechanism in ranks:
        if work.lemon:
            against_lemon(table, small, mechanism, "100,000 students, 15 % of choices outside the area", 5, 1)
            if mechanism == "ranksum":
                against_lemon(table, large, mechanism, "1,300,000 students, 15 % of choices outside the area", 1, 0.5, 0.25)
        if mechanism != "ranksum":
            own, base = large.over_serial_s(mechanism, 1), large.over_serial_s("ranksum", 1)
            table.add(f"Allocation of 1,300,000 students by {mechanism}", f"by ranksum: {base:.1f} s", f"{own:.1f} s = {own / base:.1f} times",
                      "under 10", own < 10 * base)
    for what, words in CROWDS if work.lemon and "ranksum" in ranks else ():
        against_lemon(table, Question(work, "crowd", *words), "ranksum", what, 1, 1)
    threads(work, table, ranks)
    worst(work, table, mechanisms)
