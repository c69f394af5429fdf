#!/usr/bin/env python3
"""Checks results of `passerelle allocation` without sharing a line with it: the rules told again, in another language.

check_allocation.py check --seats F --choices F [--caps F] [--students F] [--floors F] [--pairs F] --result DIR
    works the placement out anew, or proves an optimum from its prices, and compares all three files of the result; exit 1
    and the first difference.
check_allocation.py test COMMAND...
    random questions through COMMAND run, verify and why; rows permuted; results tampered with.
"""
import argparse
import collections
import csv
import hashlib
import hmac
import io
import json
import os
import random
import subprocess
import sys
import tempfile

import allocation_optimum
from allocation_optimum import OPTIMISING, Wrong

INPUTS = ("seats", "choices", "caps", "students", "floors", "pairs")


def rows(path):
    with open(path, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def by_bytes(text):
    return text.encode("utf-8")


class Question:
    def __init__(self, paths):
        self.capacity, self.up, self.students, self.group = {}, {}, set(), {}
        self.lists, self.score = {}, {}
        for row in rows(paths["caps"]) if paths.get("caps") else []:
            self.capacity["cap", row["cap"]] = int(row["capacity"])
            self.up["cap", row["cap"]] = ("cap", row["parent"]) if row["parent"] else None
        self.options = []
        for row in rows(paths["seats"]):
            self.options.append(row["option"])
            self.capacity["option", row["option"]] = int(row["capacity"])
            self.up["option", row["option"]] = ("cap", row["cap"]) if row.get("cap") else None
        self.options.sort(key=by_bytes)
        for row in rows(paths["students"]) if paths.get("students") else []:
            self.students.add(row["student"])
            self.group[row["student"]] = row["group"]
        for row in rows(paths["choices"]):
            self.students.add(row["student"])
            self.lists.setdefault(row["student"], []).append((int(row["rank"]), row["option"]))
            self.score[row["student"], row["option"]] = int(row.get("score") or 0)
        self.order = sorted(self.students, key=by_bytes)
        self.floors = [(row["option_or_cap"], row["group"], int(row["floor"]))
                       for row in (rows(paths["floors"]) if paths.get("floors") else [])]
        self.partner = {}
        for row in rows(paths["pairs"]) if paths.get("pairs") else []:
            self.partner[row["student"]], self.partner[row["partner"]] = row["partner"], row["student"]
        digest = hashlib.sha256()
        for name in INPUTS:
            if paths.get(name):
                with open(paths[name], "rb") as f:
                    digest.update(f.read())
        self.sha256 = digest.hexdigest()

    def path(self, option):
        """The nodes whose seats the option uses, from itself to the root."""
        node, nodes = ("option", option), []
        while node:
            nodes.append(node)
            node = self.up[node]
        return nodes

    def rank(self, student, option):
        return next(rank for rank, o in self.lists[student] if o == option)


def draw(seed, *parts):
    return hmac.new(seed.encode("utf-8"), b"\x1f".join(by_bytes(p) for p in parts), hashlib.sha256).digest()


def own_order(q, seed, student):
    """The list of a student, ties by the larger number first."""
    return [o for _, _, o in sorted((rank, bytes(255 - b for b in draw(seed, student, o)), o)
                                    for rank, o in q.lists.get(student, []))]


def key(q, seed, mechanism, student, option):
    """What decides at a seat; larger first."""
    if mechanism == "serial":
        return max((q.score[student, o] for _, o in q.lists.get(student, [])), default=0), draw(seed, student)
    return q.score[student, option], draw(seed, student)


def serial(q, seed):
    left, held = dict(q.capacity), {}

    def take(s, options, seats=1):
        for o in options:
            if all(left[n] >= seats for n in q.path(o)):
                held[s] = o
                for n in q.path(o):
                    left[n] -= 1
                return o
        return None

    turn = sorted(q.students, key=lambda s: key(q, seed, "serial", s, None), reverse=True)
    for place, s in enumerate(turn):
        other = q.partner.get(s)
        if not other:
            take(s, own_order(q, seed, s))
        elif other in turn[:place]:
            both = {o for _, o in q.lists.get(s, [])} & {o for _, o in q.lists.get(other, [])}
            both = sorted(both, key=lambda o: (q.rank(s, o) + q.rank(other, o), max(q.rank(s, o), q.rank(other, o)),
                                               bytes(255 - b for b in draw(seed, other, o))))
            common = take(other, both, 2)
            if common:
                take(s, [common])
            else:
                take(other, own_order(q, seed, other))
                take(s, own_order(q, seed, s))
    return held


def turn_of(q, seed, mechanism, student, option):
    """As key, but a pair has the turn of the later of the two."""
    keys = [key(q, seed, mechanism, student, option)]
    if mechanism == "serial" and student in q.partner:
        keys.append(key(q, seed, mechanism, q.partner[student], None))
    return min(keys)


def deferred(q, seed):
    """All who hold nothing ask at once; then options, and caps from the leaves up, keep their best."""
    lists = {s: own_order(q, seed, s) for s in q.students}
    at, held = {s: 0 for s in q.students}, {}
    depth = {n: 0 for n in q.capacity}
    for n in q.capacity:
        m = q.up[n]
        while m:
            depth[n] += 1
            m = q.up[m]
    while True:
        askers = [s for s in q.students if s not in held and at[s] < len(lists[s])]
        if not askers:
            return held
        for s in askers:
            held[s] = lists[s][at[s]]
        for node in sorted(q.capacity, key=lambda n: -depth[n]):
            inside = sorted((s for s, o in held.items() if node in q.path(o)),
                            key=lambda s: key(q, seed, "deferred", s, held[s]), reverse=True)
            for s in inside[q.capacity[node]:]:
                del held[s]
                at[s] += 1


def cutoffs(q, seed, mechanism, held):
    """Of every option that is full below some node: the strictest last key; none where a node has no seat at all."""
    inside = {n: [] for n in q.capacity}
    for s, o in held.items():
        for n in q.path(o):
            inside[n].append(turn_of(q, seed, mechanism, s, o))
    result = {}
    for o in q.options:
        path = q.path(o)
        if any(q.capacity[n] == 0 for n in path):
            continue
        full = [min(inside[n]) for n in path if len(inside[n]) == q.capacity[n]]
        if full:
            score, lottery = max(full)
            result[o] = f"{score}:{lottery.hex()}"
    return result


def same(what, found, expected):
    if found != expected:
        raise Wrong(f"{what} is {found!r}, not {expected!r}")


def table(header, lines):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(lines)
    return out.getvalue()


def shortfall(q, held):
    return sum(max(0, floor - allocation_optimum.members(q, held, allocation_optimum.floor_node(q, target), group))
               for target, group, floor in q.floors)


def text_of(result, name):
    with open(os.path.join(result, name), encoding="utf-8", newline="") as f:
        return f.read()


def claimed(q, text):
    """Who holds what, from placements.csv; what is listed is compared later, line by line."""
    lines = list(csv.reader(io.StringIO(text)))
    held = {line[0]: line[1] for line in lines[1:] if len(line) == 3 and line[1]}
    for student, option in held.items():
        if option not in [o for _, o in q.lists.get(student, [])]:
            raise Wrong(f"{student!r} did not list {option!r}")
    return held


def prove(q, mechanism, seed, held, certificate, floor_state=None):
    """An optimum is proven by its prices; where floors at caps left none, by trying everything, if that can be done."""
    costs = allocation_optimum.Costs(q, seed, mechanism, draw, own_order)
    lines = list(csv.reader(io.StringIO(certificate)))
    same("certificate.csv", certificate, table(["kind", "id", "value"], lines[1:]))
    if any(len(line) != 3 for line in lines):
        raise Wrong("certificate.csv has a row of another length")
    if allocation_optimum.cap_floors(q) and floor_state != "priced":
        same("certificate.csv", lines[1:], [])
        if floor_state == "searched":
            same("the optimum", held, allocation_optimum.exhaustive(q, costs) or held)
        return costs
    allocation_optimum.prove(q, costs, held, *allocation_optimum.certificate(q, costs, lines[1:]))
    return costs


def check(paths, result):
    q = Question(paths)
    report = json.loads(text_of(result, "report.json"))
    mechanism, seed = report["mechanism"], report["seed"]
    same("a seed that no other draws like", "\0" not in seed, True)
    found, certificate = text_of(result, "placements.csv"), text_of(result, "certificate.csv")
    if mechanism in OPTIMISING:
        held = claimed(q, found)
        prove(q, mechanism, seed, held, certificate, report.get("floor_state"))
        same("floor_state", "floor_state" in report, allocation_optimum.cap_floors(q))
        if report.get("floor_state") in ("priced", "searched"):
            same("floor_shortfall_at_least", report["floor_shortfall_at_least"], report["group_shortfall"])
    else:
        held = {"serial": serial, "deferred": deferred}[mechanism](q, seed)
    expected = table(["student", "option", "rank"],
                     [[s, held.get(s, ""), q.rank(s, held[s]) if s in held else ""] for s in q.order])
    for line, (a, b) in enumerate(zip(found.split("\n"), expected.split("\n")), 1):
        same(f"placements.csv line {line}", a, b)
    same("placements.csv", found, expected)
    if mechanism not in OPTIMISING:
        same("certificate.csv", certificate, table(["kind", "id", "value"], [
            ["cutoff", o, v] for o, v in sorted(cutoffs(q, seed, mechanism, held).items(), key=lambda x: by_bytes(x[0]))]))
    ranks = [q.rank(s, o) for s, o in held.items()]
    most = max((rank for listed in q.lists.values() for rank, _ in listed), default=0)
    for name, value in (("students", len(q.students)), ("options", len(q.options)), ("placed", len(held)),
                        ("unplaced", len(q.students) - len(held)), ("rank_sum", sum(ranks)),
                        ("profile", [ranks.count(k) for k in range(1, most + 1)]), ("group_shortfall", shortfall(q, held)),
                        ("input_sha256", q.sha256)):
        same("report.json " + name, report[name], value)
    return report


NAMES = ["Kyōto", "osaka 1", "a,b", 'say "hi"', "lund", "Łódź", "10", "9", "-", "x\ny"]


def question(rnd):
    """A random question as tables: name to (header, rows)."""
    caps = [f"c{i}" for i in range(rnd.randint(0, 4))]
    options = rnd.sample(NAMES, rnd.randint(1, 8))
    if caps and rnd.random() < 0.2:
        options[0] = caps[-1]
    students = rnd.sample(["é", "s,1", "b"] + [f"s{i}" for i in range(30)], rnd.randint(0, 25))
    groups, scored, step = ["g", "h", ""], rnd.random() < 0.8, rnd.randint(1, 4)
    tables = {"seats": (["option", "capacity", "cap"], [[o, rnd.randint(0, 5), rnd.choice(caps + [""])] for o in options]),
              "caps": (["cap", "parent", "capacity"],
                       [[c, rnd.choice(caps[:i] + [""]), rnd.randint(0, 9)] for i, c in enumerate(caps)]),
              "students": (["student", "group"], [[s, rnd.choice(groups)] for s in students if rnd.random() < 0.8]),
              "floors": (["option_or_cap", "group", "floor"],
                         [[t, g, rnd.randint(0, 4)] for t in options + caps for g in groups[:2]
                          if rnd.random() < 0.3 and (options + caps).count(t) == 1])}
    choices = []
    for s in students:
        rank, common = 0, rnd.randint(-2, 6)
        for o in rnd.sample(options, rnd.randint(0, len(options))):
            rank += rnd.choice([0, 1, step]) if rank else 1
            choices.append([s, rank, o] + ([rnd.choice([common, common, rnd.randint(-2, 6)])] if scored else []))
    tables["choices"] = (["student", "rank", "option"] + (["score"] if scored else []), choices)
    return tables


def add_pairs(rnd, tables):
    """Some students of the question go together; the lists of partners are alike."""
    names = sorted({row[0] for name in ("students", "choices") for row in tables[name][1]})
    names = rnd.sample(names, len(names) // 4 * 2)
    pairs = list(zip(names[::2], names[1::2]))
    tables["pairs"] = (["student", "partner"], pairs)
    for student, partner in pairs:
        if rnd.random() < 0.6:
            header, lines = tables["choices"]
            own = [row for row in lines if row[0] == student]
            if own:
                tables["choices"] = (header, [row for row in lines if row[0] != partner] + [[partner] + row[1:] for row in own])


def write(folder, tables, rnd=None):
    paths = {}
    for name, (header, lines) in tables.items():
        if not lines and name in ("caps", "students", "floors", "pairs"):
            continue
        paths[name] = os.path.join(folder, name + ".csv")
        lines = rnd.sample(lines, len(lines)) if rnd else lines
        with open(paths[name], "w", encoding="utf-8", newline="") as f:
            csv.writer(f, lineterminator="\r\n" if rnd else "\n").writerows([header] + lines)
    return paths


def call(command, act, paths, *more):
    args = [x for name, path in paths.items() for x in ("--" + name, path)]
    done = subprocess.run([*command, act, *args, *more], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def read(folder, name):
    with open(os.path.join(folder, name), "rb") as f:
        return f.read()


def is_optimum(paths, result, seed, mechanism):
    """The slow solver finds what the program found, and the same prices wherever anybody can come; its own prove it as well."""
    q = Question(paths)
    costs = allocation_optimum.Costs(q, seed, mechanism, draw, own_order)
    if allocation_optimum.cap_floors(q):
        held = allocation_optimum.exhaustive(q, costs)
        if held is not None:
            same("the optimum", claimed(q, text_of(result, "placements.csv")), held)
        return int(held is not None)
    found = allocation_optimum.optimum(q, costs)
    same("the optimum", claimed(q, text_of(result, "placements.csv")), found[0])
    allocation_optimum.prove(q, costs, *found)
    lines = [(row["kind"], row["id"], row["value"]) for row in csv.DictReader(io.StringIO(text_of(result, "certificate.csv")))]
    price, _ = allocation_optimum.certificate(q, costs, lines)
    for option in q.options:
        if all(q.capacity[node] for node in q.path(option)):
            for node in q.path(option):
                same(f"the price of {node[1]}", price.get(node, costs.zero()), found[1][node])
    return 0


def refused(paths, result):
    """Why the checker does not take the result; None when it does."""
    try:
        check(paths, result)
    except (Wrong, ValueError, KeyError, IndexError, StopIteration) as e:
        return str(e) or repr(e)
    return None


def put(result, name, text):
    with open(os.path.join(result, name), "w", encoding="utf-8", newline="") as f:
        f.write(text)


def moves(rnd, q, held):
    """Every placement that differs by one swap, removal, or addition, or that gives one seat twice."""
    students = sorted(q.students, key=by_bytes)
    for s in students:
        options = [o for _, o in q.lists.get(s, [])]
        if s in held:
            yield {**{x: o for x, o in held.items() if x != s}}
        for o in options:
            if held.get(s) != o:
                yield {**held, s: o}
    for x in students:
        for y in students[students.index(x) + 1:]:
            if held.get(x) != held.get(y):
                swapped = {**held, x: held.get(y), y: held.get(x)}
                yield {s: o for s, o in swapped.items() if o}


def placements_of(q, held):
    rank = {(s, o): r for s in q.students for r, o in q.lists.get(s, [])}
    return table(["student", "option", "rank"], [[s, held.get(s, ""), rank.get((s, held.get(s)), "")] for s in q.order])


def tamper_all(rnd, command, paths, result, known=8):
    """All changed placements are refused by the checker; some of them, drawn, by the program too. It refuses every changed
    certificate; the checker, whose one pass is a proof and no more, takes what proves the same placement."""
    q, written = Question(paths), text_of(result, "report.json")
    report = {**json.loads(written), "seconds_read": 0, "seconds_solve": 0}
    placements, certificate = text_of(result, "placements.csv"), text_of(result, "certificate.csv")
    held = claimed(q, placements)
    changed = list(moves(rnd, q, held))
    rnd.shuffle(changed)
    for number, other in enumerate(changed[:400]):
        put(result, "placements.csv", placements_of(q, other))
        ranks = [q.rank(s, o) for s, o in other.items() if (s, o) in q.score]
        honest = {**report, "placed": len(other), "unplaced": len(q.students) - len(other), "rank_sum": sum(ranks),
                  "profile": [ranks.count(k + 1) for k in range(len(report["profile"]))], "group_shortfall": shortfall(q, other)}
        put(result, "report.json", json.dumps(honest))
        if not refused(paths, result):
            raise Wrong(f"the checker takes {other} for {held}")
        if number < known and call(command, "verify", paths, "--result", result)[0] != 1:
            raise Wrong(f"verify takes {other} for {held}")
    put(result, "placements.csv", placements)
    put(result, "report.json", written)
    verdicts = collections.Counter()
    for text in (price_changed(rnd, certificate) for _ in range(known)):
        put(result, "certificate.csv", text)
        why = refused(paths, result)
        code, _, error = call(command, "verify", paths, "--result", result)
        if code != (1 if text != certificate else 0) or (why and text == certificate):
            raise Wrong(f"verify gives {code} ({error.strip()}) where the checker says {why!r} of {text!r}")
        verdicts[bool(why)] += 1
    put(result, "certificate.csv", certificate)
    return len(changed), verdicts


def price_changed(rnd, certificate):
    lines = [line for line in certificate.split("\n") if line]
    k = rnd.randrange(1, len(lines)) if len(lines) > 1 else 0
    if k == 0 or rnd.random() < 0.1:
        return certificate + rnd.choice(["price,nowhere,1:0\n", "cutoff,lund,1:00\n", "x\n"])
    change = rnd.random()
    if change < 0.15:
        del lines[k]
    elif change < 0.25:
        lines.insert(k, lines[k])
    else:
        head, _, value = lines[k].rpartition(",")
        digits = [int(d) for d in value.split(":") if d.lstrip("-").isdigit()]
        if digits:
            digits[rnd.randrange(len(digits))] += rnd.choice([-1, 1, -2, 5, 1 << 44])
        lines[k] = head + "," + ":".join(map(str, digits))
    return "\n".join(lines) + "\n"


def tamper(rnd, command, paths, result):
    """One change anywhere in a result: verify must name it."""
    name = rnd.choice(["placements.csv", "certificate.csv"])
    was = read(result, name)
    lines = was.split(b"\n")
    change = rnd.choice(["drop", "double", "edit"])
    k = rnd.randrange(1, len(lines) - 1) if len(lines) > 2 else None
    if k is None:
        return
    if change == "drop":
        del lines[k]
    elif change == "double":
        lines.insert(k, lines[k])
    else:
        at = rnd.randrange(len(lines[k]))
        lines[k] = lines[k][:at] + (b"7" if lines[k][at:at + 1] != b"7" else b"8") + lines[k][at + 1:]
    with open(os.path.join(result, name), "wb") as f:
        f.write(b"\n".join(lines))
    code, _, error = call(command, "verify", paths, "--result", result)
    with open(os.path.join(result, name), "wb") as f:
        f.write(was)
    if code != 1 or not error.strip():
        raise Wrong(f"verify gave {code} and {error!r} for a {change} in {name}")


def without_program(rnd, folder):
    """The slow solver's own results are taken with its prices, and no other placement is."""
    tables = question(rnd)
    caps = {row[0] for row in tables["caps"][1]}
    tables["floors"] = (tables["floors"][0], [row for row in tables["floors"][1] if row[0] not in caps])
    q, tried = Question(write(folder, tables)), 0
    for mechanism in OPTIMISING:
        costs = allocation_optimum.Costs(q, "seed", mechanism, draw, own_order)
        held, price, floor_price = allocation_optimum.optimum(q, costs)
        allocation_optimum.prove(q, costs, held, price, floor_price)
        for other in moves(rnd, q, held):
            listed = all(o in [x for _, x in q.lists.get(s, [])] for s, o in other.items())
            tried += listed
            try:
                if listed:
                    allocation_optimum.prove(q, costs, other, price, floor_price)
            except Wrong:
                continue
            if listed:
                raise Wrong(f"{mechanism}: {other} is taken for {held}")
    return tried


def value(rnd, command, folder, tables, paths, mechanism, seed, report):
    """What a seat more or less is said to be worth, against the question with it run again."""
    code, out, error = call(command, "value", paths, "--result", os.path.join(folder, "result"))
    if code:
        raise Wrong(f"value gave {code}: {error}")
    values = json.loads(out)
    order = [("option", o) for o in sorted((row[0] for row in tables["seats"][1]), key=by_bytes)]
    order += [("cap", c) for c in sorted((row[0] for row in tables["caps"][1]), key=by_bytes)]
    same("what value lists", [next(iter(v.items())) for v in values], order)
    kind, name = rnd.choice(order)
    found, table = values[order.index((kind, name))], "seats" if kind == "option" else "caps"
    column = tables[table][0].index("capacity")
    for key, more in (("plus", 1), ("minus", -1)):
        changed = [[x + more if row[0] == name and i == column else x for i, x in enumerate(row)] for row in tables[table][1]]
        if any(row[column] < 0 for row in changed):
            same(f"{key} of {name}", found[key], None)
            continue
        where = os.path.join(folder, key)
        os.mkdir(where)
        code, _, error = call(command, "run", write(where, {**tables, table: (tables[table][0], changed)}), "--mechanism", mechanism,
                              "--seed", seed, "--out", os.path.join(where, "result"))
        if code:
            raise Wrong(f"run with another seat gave {code}: {error}")
        after = json.loads(read(os.path.join(where, "result"), "report.json"))
        expected = {"placed": after["placed"] - report["placed"],
                    "profile": [y - x for x, y in zip(report["profile"], after["profile"])]}
        if "shortfall" in found[key]:
            expected["shortfall"] = after["group_shortfall"] - report["group_shortfall"]
        same(f"{key} of {name} under {mechanism}", found[key], expected)


def one(rnd, command, folder, mechanisms, thorough):
    everything = 0
    tables, mechanism, seed = question(rnd), rnd.choice(mechanisms), rnd.choice(["2027", "é\"\\", ""])
    if mechanism == "serial" and rnd.random() < 0.5:
        add_pairs(rnd, tables)
    paths, result = write(folder, tables), os.path.join(folder, "result")
    code, _, error = call(command, "run", paths, "--mechanism", mechanism, "--seed", seed, "--out", result)
    if code:
        raise Wrong(f"run gave {code}: {error}")
    report = check(paths, result)
    code, _, error = call(command, "verify", paths, "--result", result)
    if code:
        raise Wrong(f"verify gave {code}: {error}")
    if mechanism in OPTIMISING:
        everything = is_optimum(paths, result, seed, mechanism)
    thorough = thorough and report.get("floor_state", "priced") == "priced"
    verdicts = tamper_all(rnd, command, paths, result) if thorough else (0, {})
    if tables["choices"][1]:
        student, _, option = tables["choices"][1][rnd.randrange(len(tables["choices"][1]))][:3]
        code, out, error = call(command, "why", paths, "--result", result, "--student", student, "--option", option)
        if code or json.loads(out)["option"] != option:
            raise Wrong(f"why gave {code}: {out} {error}")
        if (json.loads(out)["code"] == "PLACED") != (json.loads(out)["holds"] == option):
            raise Wrong(f"why says {out}")
    value(rnd, command, folder, tables, paths, mechanism, seed, report)
    if mechanism not in OPTIMISING:
        tamper(rnd, command, paths, result)
    os.mkdir(os.path.join(folder, "other"))
    other = write(os.path.join(folder, "other"), tables, rnd)
    again = os.path.join(folder, "again")
    code, _, error = call(command, "run", other, "--mechanism", mechanism, "--seed", seed, "--out", again, "--threads", "2")
    if code:
        raise Wrong(f"run of permuted rows gave {code}: {error}")
    for name in ("placements.csv", "certificate.csv"):
        same(name + " of permuted rows", read(again, name), read(result, name))
    if tables["choices"][1]:
        code, _, error = call(command, "verify", other, "--result", result)
        same("verify against other bytes", (code, "SHA-256" in error), (1, True))
    return report["placed"], *verdicts, everything


def usage(command, folder):
    """Exit codes: 0 done, 1 refused with a reason, 2 usage, 3 environment."""
    seats, choices = os.path.join(folder, "seats.csv"), os.path.join(folder, "choices.csv")
    with open(seats, "w", encoding="utf-8") as f:
        f.write("option,capacity\nlund,x\n")
    with open(choices, "w", encoding="utf-8") as f:
        f.write("student,rank,option\n")
    inputs = {"seats": seats, "choices": choices}
    full = ["--mechanism", "serial", "--seed", "1", "--out", os.path.join(folder, "out")]
    code, _, error = call(command, "run", inputs, *full)
    same("a wrong capacity", (code, error), (
        1, f"{seats}, line 2, column capacity: “x” is not a whole number. Write digits only, such as 12.\n"))
    same("nothing written", os.path.exists(os.path.join(folder, "out")), False)
    for args, expected in ((["--nonsense"], 2), (full[:4], 2), (full + ["--threads", "0"], 2), (full + ["--seed"], 2),
                           (full + ["--seed", "2"], 2), (["--mechanism", "magic"] + full[2:], 2), (["--help"], 0)):
        same(f"exit code with {args}", call(command, "run", inputs, *args)[0], expected)
    with open(seats, "w", encoding="utf-8") as f:
        f.write("option,capacity\nlund,1\n")
    same("a file that is not there", call(command, "run", {"seats": seats, "choices": seats + "x"}, *full)[0], 3)
    same("a folder that cannot be", call(command, "run", inputs, *full[:5], os.path.join(seats, "out"))[0], 3)
    same("nothing to place", call(command, "run", inputs, *full)[0], 0)
    check(inputs, os.path.join(folder, "out"))
    same("nobody of that name", call(command, "why", inputs, "--result", os.path.join(folder, "out"), "--student", "x",
                                     "--option", "lund")[0], 1)
    same("no act", subprocess.run(command, capture_output=True, check=False).returncode, 2)


def available(command, folder):
    """The mechanisms that this program runs; the others it must name."""
    paths = write(folder, {"seats": (["option", "capacity"], [["lund", 1]]), "choices": (["student", "rank", "option"], [["s", 1, "lund"]])})
    return [m for m in ("serial", "deferred") + OPTIMISING
            if call(command, "run", paths, "--mechanism", m, "--seed", "1", "--out", os.path.join(folder, "out"))[0] == 0]


def test(command):
    placed, tried, changed, verdicts, everything = 0, 0, 0, collections.Counter(), 0
    with tempfile.TemporaryDirectory() as folder:
        usage(command, folder)
        mechanisms = available(command, folder)
    for number in range(40):
        with tempfile.TemporaryDirectory() as folder:
            tried += without_program(random.Random(1000 + number), folder)
    for number in range(60):
        with tempfile.TemporaryDirectory() as folder:
            try:
                found = one(random.Random(number), command, folder, mechanisms, number % 3 == 0)
            except Wrong as wrong:
                raise Wrong(f"question {number}: {wrong}") from wrong
        placed, changed = placed + found[0], changed + found[1]
        verdicts.update(found[2])
        everything += found[3]
    if everything < 5 or placed < 100 or tried < 1000 or changed < 500 or verdicts[True] < 50:
        raise Wrong(f"{placed} placed, {tried} and {changed} changed, {verdicts} refused, {everything} tried: the questions test nothing")
    print(f"{', '.join(mechanisms)}: {placed} placed and checked, {changed + tried} changed placements refused, "
          f"{verdicts[True]} of {verdicts.total()} changed certificates; {everything} with floors at caps tried in full")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    acts = parser.add_subparsers(dest="act", required=True)
    checking = acts.add_parser("check")
    for name in INPUTS:
        checking.add_argument("--" + name, required=name in ("seats", "choices"))
    checking.add_argument("--result", required=True)
    acts.add_parser("test").add_argument("command", nargs="+")
    args = parser.parse_args()
    try:
        if args.act == "test":
            test(args.command)
        else:
            check(vars(args), args.result)
            print("valid")
    except Wrong as wrong:
        print(wrong, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
