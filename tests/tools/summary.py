"""Adds up the TAP results of a meson run (its testlog.json) and of further TAP files.

The last line is "N passed, N failed, N skipped"; exit 1 when anything failed or nothing passed.
"""
import json
import re
import sys

passed = failed = skipped = 0


def count(out, name):
    ok = not_ok = skip = 0
    for line in out.splitlines():
        if re.match(r"not ok\b", line):
            not_ok += 1
            print(f"failed: {name}: {line}")
        elif re.match(r"ok\b", line):
            if re.search(r"#\s*skip", line, re.I):
                skip += 1
                print(f"skipped: {name}: {line}")
            else:
                ok += 1
        elif re.match(r"1\.\.0\s*#\s*skip", line, re.I):
            skip += 1
            print(f"skipped: {name}: {line}")
    return ok, not_ok, skip


for line in open(sys.argv[1], encoding="utf-8"):
    test = json.loads(line)
    ok, not_ok, skip = count(test.get("stdout") or "", test["name"])
    good = test["result"] in ("OK", "EXPECTEDFAIL")
    if ok + not_ok + skip == 0:  # a program without TAP counts as one
        ok, skip = (1, 0) if good else (0, 1) if test["result"] == "SKIP" else (0, 0)
    if not good and test["result"] != "SKIP" and not not_ok:
        not_ok = 1
        print(f"failed: {test['name']}: {test['result']}")
    passed, failed, skipped = passed + ok, failed + not_ok, skipped + skip
for path in sys.argv[2:]:
    ok, not_ok, skip = count(open(path, encoding="utf-8", errors="replace").read(), path)
    passed, failed, skipped = passed + ok, failed + not_ok, skipped + skip
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(1 if failed or not passed else 0)
