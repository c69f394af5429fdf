#!/usr/bin/env python3
"""Compiles reference/*.csv into one C file of constant tables: reference_compile.py OUT.c FILE.csv...

A file opens with lines of '#'; one of them says "# key: column,column". The key columns come first; the last five columns
are valid_from, valid_to, source, mark, note. Stops the build with file:line when a date is no date, a source or mark is
missing, or two rows of one key are valid on the same day.
"""
import csv
import datetime
import os
import re
import sys

TAIL = ["valid_from", "valid_to", "source", "mark", "note"]
MARKS = {"V", "v", "S", "M", "M?", "C"}
EPOCH = datetime.date(1970, 1, 1)


def literal(s):
    out = []
    for byte in s.encode("utf-8"):
        c = chr(byte)
        out.append("\\" + c if c in '"\\' else c if 32 <= byte < 127 else f"\\{byte:03o}")
    return '"' + "".join(out) + '"'


class Table:
    def __init__(self, path):
        self.path, self.name = path, os.path.splitext(os.path.basename(path))[0]
        self.columns, self.keys, self.rows, self.errors = [], [], [], []

    def error(self, line, text):
        self.errors.append(f"{self.path}:{line}: {text}")

    def day(self, line, text):
        if not text:
            return None
        try:
            return (datetime.date.fromisoformat(text) - EPOCH).days
        except ValueError:
            self.error(line, f"{text} is not a date such as 2027-06-30")

    def read(self):
        with open(self.path, encoding="utf-8", newline="") as f:
            lines = f.read().split("\n")
        head = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
        for line in lines[:head]:
            found = re.match(r"# key: ([a-z0-9_,]+)$", line)
            if found:
                self.keys = found.group(1).split(",")
        records = list(csv.reader(lines[head:], strict=True))
        self.columns = records[0] if records else []
        if self.columns[: len(self.keys)] != self.keys or not self.keys:
            self.error(head + 1, "the key columns named in '# key:' do not come first")
        if self.columns[-5:] != TAIL:
            self.error(head + 1, f"the last columns are not {','.join(TAIL)}")
        if not self.errors:
            for i, record in enumerate(records[1:], head + 2):
                if record:
                    self.row(i, record)
            self.overlaps()
        return self

    def row(self, line, record):
        if len(record) != len(self.columns):
            self.error(line, f"{len(record)} values for {len(self.columns)} columns")
            return
        valid_from, valid_to, source, mark, _ = record[-5:]
        first, last = self.day(line, valid_from), self.day(line, valid_to)
        if first is not None and last is not None and first > last:
            self.error(line, "ends before it begins")
        if not source:
            self.error(line, "no source")
        if mark not in MARKS:
            self.error(line, f"mark {mark!r} is not one of {' '.join(sorted(MARKS))}")
        if any("\n" in v or v != v.strip() for v in record):
            self.error(line, "a value with spaces around it or a line break in it")
        self.rows.append((line, "/".join(record[: len(self.keys)]), first, last, record))

    def overlaps(self):
        least, most = -(2**62), 2**62
        by_key = {}
        for line, key, first, last, _ in self.rows:
            span = (least if first is None else first, most if last is None else last)
            for other_line, other in by_key.setdefault(key, []):
                if span[0] <= other[1] and other[0] <= span[1]:
                    self.error(line, f"key {key} is valid at the same time as line {other_line}")
            by_key[key].append((line, span))

    def write(self, out):
        n, name = len(self.columns), self.name
        out.append(f"static const char *const {name}_columns[] = {{{', '.join(map(literal, self.columns))}}};")
        out.append(f"static const char *const {name}_cells[][{n}] = {{")
        for _, _, _, _, record in self.rows:
            out.append("\t{" + ", ".join(literal(v) if v else "NULL" for v in record) + "},")
        out.append("};")
        out.append(f"static const struct reference_shipped {name}_rows[] = {{")
        for i, (_, key, first, last, _) in enumerate(self.rows):
            dates = ", ".join("INT64_MIN" if d is None else str(d) for d in (first, last))
            out.append(f"\t{{{literal(key)}, {dates}, {name}_cells[{i}]}},")
        out.append("};")
        order = sorted(range(len(self.rows)), key=lambda i: (self.rows[i][1].encode(), self.rows[i][2] or -(2**62)))
        out.append(f"static const uint16_t {name}_order[] = {{{', '.join(map(str, order))}}};")


def main():
    target, paths = sys.argv[1], sorted(sys.argv[2:], key=os.path.basename)
    tables = [Table(p).read() for p in paths]
    errors = [e for t in tables for e in t.errors]
    if errors:
        sys.exit("\n".join(errors))
    out = ['/* Made from the tables in reference/ by tools/reference_compile.py. */', '#include "platform/reference/tables.h"', ""]
    for t in tables:
        t.write(out)
    out.append("const struct reference_table reference_tables[] = {")
    for t in tables:
        out.append(f'\t{{"{t.name}", {t.name}_columns, {len(t.columns)}, {len(t.keys)}, {t.name}_rows, {t.name}_order, {len(t.rows)}}},')
    out.append("};")
    out.append(f"const size_t reference_tables_count = {len(tables)};")
    with open(target, "w", encoding="ascii") as f:
        f.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
