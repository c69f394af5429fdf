"""Adds up the TAP results of a meson run: the last line is "N passed, N failed, N skipped"."""
import json
import re
import sys

passed = failed = skipped = 0
for line in open(sys.argv[1], encoding="utf-8"):
    test = json.loads(line)
    ok = not_ok = skip = 0
    for out in (test.get("stdout") or "").splitlines():
        if re.match(r"not ok\b", out):
            not_ok += 1
        elif re.match(r"ok\b", out):
            if re.search(r"#\s*skip", out, re.I):
                skip += 1
                print(f"skipped: {test['name']}: {out}")
            else:
                ok += 1
    good = test["result"] in ("OK", "EXPECTEDFAIL")
    if ok + not_ok + skip == 0:  # a program without TAP counts as one
        ok, skip = (1, 0) if good else (0, 1) if test["result"] == "SKIP" else (0, 0)
    if not good and test["result"] != "SKIP" and not not_ok:
        not_ok = 1
        print(f"failed: {test['name']}: {test['result']}")
    passed, failed, skipped = passed + ok, failed + not_ok, skipped + skip
print(f"{passed} passed, {failed} failed, {skipped} skipped")
