"""The compiler of the reference tables refuses what would make a value doubtful, and names the line."""
import pathlib
import subprocess
import sys
import tempfile

TOOL = pathlib.Path(sys.argv[1]) / "tools" / "reference_compile.py"
HEAD = "# key: k\nk,v,valid_from,valid_to,source,mark,note\n"
CASES = [
    ("a,1,2024-01-01,,S1,V,\n", None),
    ("a,1,,2023-12-31,S1,V,\na,2,2024-01-01,,S1,V,\n", None),
    ("a,1,2024-02-30,,S1,V,\n", "t.csv:3: 2024-02-30 is not a date"),
    ("a,1,2024-01-01,2023-01-01,S1,V,\n", "t.csv:3: ends before it begins"),
    ("a,1,,,,V,\n", "t.csv:3: no source"),
    ("a,1,,,S1,X,\n", "t.csv:3: mark 'X'"),
    ("a,1,,,S1,V,\nb,1,,,S1,V,\na,2,2024-01-01,,S1,V,\n", "t.csv:5: key a is valid at the same time as line 3"),
    ("a,1,,2024-01-01,S1,V,\na,2,2024-01-01,,S1,V,\n", "t.csv:4: key a is valid at the same time as line 3"),
    ("a,1,,,S1,V\n", "t.csv:3: 6 values for 7 columns"),
    ("a, 1,,,S1,V,\n", "t.csv:3: a value with spaces"),
]
failed = 0
with tempfile.TemporaryDirectory() as folder:
    path, out = pathlib.Path(folder) / "t.csv", pathlib.Path(folder) / "t.c"
    tests = [(HEAD + rows, want) for rows, want in CASES]
    tests.append(("# key: v\n" + HEAD.split("\n", 1)[1], "t.csv:2: the key columns"))
    tests.append(("# key: k\nk,v,source\n", "t.csv:2: the last columns"))
    for text, want in tests:
        path.write_text(text, encoding="utf-8")
        run = subprocess.run([sys.executable, TOOL, out, path], capture_output=True, text=True)
        if (run.returncode == 0) != (want is None) or (want and want not in run.stderr):
            failed += 1
            print(f"expected {want}, got {run.returncode} {run.stderr}\n{text}")
sys.exit(failed > 0)
