#!/usr/bin/env python3
"""Writes db_migrations[] from sql/NNNN-name.sql and its overrides NNNN-name.sqlite.sql, NNNN-name.postgres.sql.

usage: embed_sql.py SQL_DIR OUTPUT.c DEPFILE
"""
import os
import re
import sys

NAME = re.compile(r"^(\d{4})-([a-z0-9-]+)(?:\.(sqlite|postgres))?\.sql$")


def literal(text):
    if text is None:
        return "NULL"
    def line(s):
        out = []
        for b in s.encode("utf-8"):
            c = chr(b)
            if c in '"\\?':
                out.append("\\" + c)
            elif c == "\n":
                out.append("\\n")
            elif c == "\t":
                out.append("\\t")
            elif 32 <= b < 127:
                out.append(c)
            else:
                out.append("\\%03o" % b)
        return '\t "%s"' % "".join(out)
    return "\n" + "\n".join(line(s) for s in text.splitlines(keepends=True) or [""])


def main():
    folder, output, depfile = sys.argv[1:]
    found, read = {}, [folder]
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        if not name.endswith(".sql"):
            continue
        m = NAME.match(name)
        if not m:
            sys.exit(f"{folder}/{name}: not NNNN-name.sql, NNNN-name.sqlite.sql or NNNN-name.postgres.sql")
        number, title, engine = int(m[1]), m[2], m[3] or "both"
        path = os.path.join(folder, name)
        read.append(path)
        entry = found.setdefault(number, {"name": title})
        if entry["name"] != title or engine in entry:
            sys.exit(f"{path}: number {number} is used twice")
        with open(path, encoding="utf-8", newline="") as f:
            entry[engine] = f.read()
    for number, entry in found.items():
        if "both" not in entry and not ("sqlite" in entry and "postgres" in entry):
            sys.exit(f"{folder}: migration {number} has no text for one engine")
    with open(output, "w", encoding="utf-8") as f:
        f.write("/* Generated from sql/ by tools/embed_sql.py. */\n#include \"platform/db/db.h\"\n\n")
        f.write("const struct db_migration db_migrations[] = {\n")
        for number in sorted(found):
            e = found[number]
            f.write("\t{%d, \"%s\", %s, %s, %s},\n" % (number, e["name"], literal(e.get("both")),
                                                       literal(e.get("sqlite")), literal(e.get("postgres"))))
        f.write("\t{0},\n};\nconst size_t db_migrations_count = ARRAY_LEN(db_migrations) - 1;\n")
    with open(depfile, "w", encoding="utf-8") as f:
        f.write("%s: %s\n" % (output, " ".join(p.replace(" ", "\\ ") for p in read)))


main()
