#!/usr/bin/env python3
"""The house, checked: who may include whom, where third-party headers and SQL may stand, how large files and functions are.

Prints TAP. Rules come from docs/architecture.md; an exception needs a line in EXCEPTIONS with its reason.
"""
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLATFORM = ["crypto", "format", "i18n", "net", "db", "reference", "rule", "entity", "audit", "record", "jobs", "assets", "web"]
OFFICE = ["people", "programmes", "partners", "agreements", "stays", "learning", "recognition", "grants", "campaigns", "degrees", "companies",
          "projects", "strategy", "quality", "desk"]
ADAPTERS = {
    r"openssl/|argon2": ["src/platform/crypto"],
    r"libxml/|zip\.h|xlsxwriter|cairo|pango|hpdf|qpdf": ["src/platform/format"],
    r"curl/": ["src/platform/net"],
    r"sqlite3\.h|libpq-fe": ["src/platform/db"],
    r"microhttpd": ["src/platform/web/server.c"],
}
# Capability folders: what each room may include of another folder's rooms.
ROOMS_OF_OTHERS = ("model.h", "flow.h", "roles.h", "pages.h", "vocabulary.h", "rules.h", "rates.h", "accounts.h", "school.h", "store.h", "checks.h",
                   "tasks.h")
EXCEPTIONS = {
    # file -> reason for standing over the limit
}
FILE_MAX, FUNCTION_MAX = 700, 80

failures = []


def fail(rule, where, what):
    failures.append((rule, f"{where}: {what}"))


def layer(path):
    """A number that grows from base to app."""
    parts = path.split("/")
    if parts[0] == "base":
        return 0
    if parts[0] == "allocation":
        return 1
    if parts[0] == "platform":
        return 10 + PLATFORM.index(parts[1])
    if parts[0] == "office":
        return 100 + OFFICE.index(parts[1])
    return {"ewp": 200, "app": 300}.get(parts[0], None)


def check_includes(rel, text):
    own = layer(rel)
    for n, line in enumerate(text.splitlines(), 1):
        m = re.match(r'\s*#include\s+["<]([^">]+)[">]', line)
        if not m:
            continue
        target = m.group(1)
        for pattern, places in ADAPTERS.items():
            if re.search(pattern, target) and not target.startswith(("platform/", "office/")) and not any(
                    f"src/{rel}".startswith(p) for p in places):
                fail("third-party headers stand in their adapter", f"{rel}:{n}", target)
        if "/" not in target or not (ROOT / "src" / target).exists():
            continue
        theirs = layer(target)
        if theirs is None or own is None:
            continue
        if own == 1 and theirs > 1:
            fail("allocation stands on base alone", f"{rel}:{n}", target)
        elif theirs > own:
            fail("a folder includes only what stands before it", f"{rel}:{n}", target)
        if rel.startswith("office/") and target.startswith("office/") and rel.split("/")[1] != target.split("/")[1]:
            if target.split("/")[-1] not in ROOMS_OF_OTHERS:
                fail("of another capability only its open rooms", f"{rel}:{n}", target)
        if rel.startswith("office/") and rel.endswith("rules.c") and re.match(r"platform/(db|web|jobs|net|audit|record)/", target):
            fail("rules do no input or output", f"{rel}:{n}", target)


def check_sql(rel, text):
    if rel.startswith("platform/db/"):
        return
    name = rel.rsplit("/", 1)[-1]
    room = any(w in name for w in ("store", "sign_in", "accounts", "school", "queue", "outbox"))
    for n, line in enumerate(text.splitlines(), 1):
        if "SQL(" in line and rel.startswith("office/") and not room:
            fail("SQL of a capability stands in its store", f"{rel}:{n}", line.strip()[:60])
        if re.search(r"\(struct sql\)\s*\{", line) and not rel.startswith(("platform/entity/", "platform/record/")):
            fail("SQL text is made from descriptors only", f"{rel}:{n}", line.strip()[:60])


def check_sizes(rel, text):
    lines = text.splitlines()
    if len(lines) > FILE_MAX and rel not in EXCEPTIONS and not rel.endswith("_table.h"):
        fail(f"files stay under {FILE_MAX} lines", rel, len(lines))
    start = None
    for n, line in enumerate(lines, 1):
        if line == "{":
            start = n
        elif line == "}" and start:
            if n - start - 1 > FUNCTION_MAX:
                fail(f"functions stay under {FUNCTION_MAX} lines", f"{rel}:{start}", n - start - 1)
            start = None


def check_purpose(rel, text):
    if not text.lstrip().startswith(("/*", "// clang-format")):
        fail("every file opens with its purpose", rel, text[:40].strip())


RULES = [
    "third-party headers stand in their adapter", "allocation stands on base alone", "a folder includes only what stands before it",
    "of another capability only its open rooms", "rules do no input or output", "SQL of a capability stands in its store",
    "SQL text is made from descriptors only", f"files stay under {FILE_MAX} lines", f"functions stay under {FUNCTION_MAX} lines",
    "every file opens with its purpose",
]


def main():
    files = subprocess.run(["git", "ls-files", "src"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    for f in files:
        if not f.endswith((".c", ".h")) or not (ROOT / f).exists():
            continue
        text = (ROOT / f).read_text(encoding="utf-8")
        rel = f[len("src/"):]
        check_includes(rel, text)
        check_sql(rel, text)
        check_sizes(rel, text)
        check_purpose(rel, text)
    for i, rule in enumerate(RULES, 1):
        bad = [w for r, w in failures if r == rule]
        print(f"{'not ok' if bad else 'ok'} {i} - {rule}")
        for w in bad:
            print(f"# {w}")
    print(f"1..{len(RULES)}")
    return 1 if failures else 0


sys.exit(main())
