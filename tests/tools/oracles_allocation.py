#!/usr/bin/env python3
"""Optimal values of `passerelle allocation` beside those of three solvers that share nothing with it: GLPK and CBC on an integer
programme, digit after digit, with caps and floors; LEMON's network simplex on larger questions.

oracles_allocation.py COMMAND INSTANCES [LEMON]    INSTANCES: bench_instances, LEMON: bench_lemon
A solver that is not here is passed over, with a word."""
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from allocation_optimum import OPTIMISING, Wrong, floor_node, members
from check_allocation import Question, claimed, question, text_of, write


def run(command, paths, mechanism, folder, threads=1):
    inputs = [word for name, path in paths.items() for word in ("--" + name, path)]
    done = subprocess.run([command, "run", *inputs, "--mechanism", mechanism, "--seed", "oracle", "--out", folder, "--threads",
                           str(threads)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Wrong(f"{mechanism}: {done.returncode} {done.stderr}")
    return json.loads(text_of(folder, "report.json"))


class Programme:
    """max or min of one digit over 0-1 variables, one for each choice; what was reached before is kept as an equation."""
    def __init__(self, q):
        self.x = {}
        for s in q.order:
            for _, o in q.lists.get(s, []):
                self.x[s, o] = f"x{len(self.x)}"
        self.equations, self.short = [], []
        for s in q.order:
            self.at_most([self.x[s, o] for _, o in q.lists.get(s, [])], 1)
        for node, seats in q.capacity.items():
            self.at_most([v for (_, o), v in self.x.items() if node in q.path(o)], seats)
        for number, (target, group, floor) in enumerate(q.floors):
            inside = [v for (s, o), v in self.x.items() if q.group.get(s) == group and floor_node(q, target) in q.path(o)]
            self.short.append(f"f{number}")
            self.equations.append(f"{' + '.join(inside + [f'f{number}'])} >= {floor}")

    def at_most(self, names, number):
        if names:
            self.equations.append(f"{' + '.join(names)} <= {number}")

    def least(self, solver, terms, folder):
        """The least sum of coefficient times variable; it is kept."""
        terms = [(c, v) for c, v in terms if c]
        if not terms:
            return 0
        text = " ".join(f"{'+' if c > 0 else '-'} {abs(c)} {v}" for c, v in terms)
        path, out = os.path.join(folder, "p.lp"), os.path.join(folder, "p.out")
        with open(path, "w", encoding="utf-8") as f:
            f.write("Minimize\n obj: " + text + "\nSubject To\n")
            f.writelines(f" r{k}: {e}\n" for k, e in enumerate(self.equations))
            f.write("Bounds\n" + "".join(f" {v} >= 0\n" for v in self.short))
            f.write("Generals\n " + " ".join(self.short) + "\n" if self.short else "")
            f.write("Binary\n " + "\n ".join(self.x.values()) + "\nEnd\n")
        value = solver(path, out)
        self.equations.append(f"{text} = {value}")
        return value


def glpk(path, out):
    done = subprocess.run(["glpsol", "--lp", path, "-o", out], capture_output=True, text=True, check=False)
    with open(out, encoding="utf-8") as f:
        text = f.read()
    found = re.search(r"Objective:\s+obj = (\S+) \(MINimum\)", text)
    if "INTEGER OPTIMAL" not in text or not found:
        raise Wrong("glpsol: " + done.stdout[-300:] + text[:300])
    return round(float(found.group(1)))


def cbc(path, out):
    done = subprocess.run(["cbc", path, "ratio", "0", "allow", "0", "solve", "solu", out], capture_output=True, text=True, check=False)
    with open(out, encoding="utf-8") as f:
        found = re.match(r"Optimal - objective value (\S+)", f.readline())
    if not found:
        raise Wrong("cbc: " + done.stdout[-300:])
    return round(float(found.group(1)))


def best(q, mechanism, solver, folder):
    """Placed, shortfall, and the digits of the mechanism, in this order."""
    p = Programme(q)
    ranks = {v: q.rank(s, o) for (s, o), v in p.x.items()}
    used = sorted(set(ranks.values()), reverse=mechanism == "generous")
    values = [-p.least(solver, [(-1, v) for v in ranks], folder), p.least(solver, [(1, v) for v in p.short], folder)]
    if mechanism == "ranksum":
        return values + [p.least(solver, [(r, v) for v, r in ranks.items()], folder)]
    sign = -1 if mechanism == "greedy" else 1
    return values + [sign * p.least(solver, [(sign, v) for v, r in ranks.items() if r == rank], folder) for rank in used]


def told(q, mechanism, report, held):
    values = [report["placed"], sum(max(0, floor - members(q, held, floor_node(q, target), group)) for target, group, floor in q.floors)]
    if mechanism == "ranksum":
        return values + [report["rank_sum"]]
    used = sorted({rank for listed in q.lists.values() for rank, _ in listed}, reverse=mechanism == "generous")
    return values + [report["profile"][rank - 1] for rank in used]


def programmes(command, solver, name, numbers):
    shown = 0
    for number in numbers:
        rnd = random.Random(number)
        with tempfile.TemporaryDirectory() as folder:
            tables = question(rnd)
            paths = write(folder, tables)
            q = Question(paths)
            for mechanism in OPTIMISING:
                out = os.path.join(folder, "out")
                report = run(command, paths, mechanism, out)
                found = told(q, mechanism, report, claimed(q, text_of(out, "placements.csv")))
                want = best(q, mechanism, solver, folder)
                if found != want:
                    raise Wrong(f"question {number}, {mechanism}: {found}, with {name} {want}")
                shown += found[0]
    return f"{name}: {len(numbers)} questions, {shown} placed"


def instances(maker, folder, *words):
    subprocess.run([maker, folder, *words], check=True)
    files = {n: os.path.join(folder, n + ".csv") for n in ("seats", "choices", "caps")}
    return {n: f for n, f in files.items() if os.path.exists(f)}


MEDIUM = (("students=1500", "options=120"), ("students=1500", "options=300", "cross=0"), ("students=800", "options=100", "caps=25"),
          ("students=1200", "options=90", "ties=40", "shuffle=0"), ("students=1000", "options=80", "fill=300", "zipf=7"),
          ("students=1000", "options=200", "length=3", "fill=50"), ("students=500", "options=500", "shape=chain"),
          ("students=700", "options=90", "shape=same"), ("students=700", "options=90", "shape=huge"), ("students=300", "fill=0"))


def lemon(command, maker, peer):
    shown = 0
    for number, words in enumerate(MEDIUM):
        with tempfile.TemporaryDirectory() as folder:
            paths = instances(maker, folder, f"seed={number}", *words)
            for mechanism in OPTIMISING:
                report = run(command, paths, mechanism, os.path.join(folder, "out"))
                want = json.loads(subprocess.run([peer, mechanism, *paths.values()], capture_output=True, text=True, check=True).stdout)
                names = ("placed", "rank_sum") if mechanism == "ranksum" else ("placed", "rank_sum", "profile")
                for name in names:
                    if report[name] != want[name]:
                        raise Wrong(f"{words}, {mechanism}: {name} {report[name]}, with LEMON {want[name]}")
                shown += report["placed"]
    return f"LEMON: {len(MEDIUM)} larger questions, {shown} placed"


def threads(command, maker):
    """Two threads on a question of separate areas give the same bytes as one."""
    with tempfile.TemporaryDirectory() as folder:
        paths = instances(maker, folder, "students=9000", "options=900", "cross=0", "scores=2", "ties=20")
        for mechanism in ("serial", "deferred") + OPTIMISING:
            results = []
            for number in (1, 2, 3):
                run(command, paths, mechanism, os.path.join(folder, "out"), number)
                results.append([text_of(os.path.join(folder, "out"), name) for name in ("placements.csv", "certificate.csv")])
            if results[0] != results[1] or results[0] != results[2]:
                raise Wrong(f"{mechanism}: the number of threads changes the result")
    return "one, two and three threads alike"


def main():
    command, maker, peer = sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None
    said = [threads(command, maker)]
    for name, solver, numbers in (("glpsol", glpk, range(100, 125)), ("cbc", cbc, range(200, 215))):
        said.append(programmes(command, solver, name, numbers) if shutil.which(name) else f"{name} is not here: passed over")
    said.append(lemon(command, maker, peer) if peer else "LEMON is not here: passed over")
    print("\n".join(said))


if __name__ == "__main__":
    try:
        main()
    except Wrong as wrong:
        print(wrong, file=sys.stderr)
        sys.exit(1)
