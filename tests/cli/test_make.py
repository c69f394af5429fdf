#!/usr/bin/env python3
"""make: each target that help lists does what help says, read without doing it; nothing here needs a network.

usage: test_make.py
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ASKED = {  # target: (packages installed for it, words of what it then does)
    "build": ("build", [r"meson setup build .*--buildtype=release", r"ninja -C build\b", r"build/passerelle"]),
    "demo": ("build", [r"build/passerelle demo --listen 127\.0\.0\.1:8080"]),
    "test": ("test", [r"tests/run build-test\b"]),
    "bench": ("bench", [r"ninja -C build-bench\b", r"tests/bench/run build-bench\b"]),
    "format": ("test", [r"git ls-files '\*\.c' '\*\.h'.*clang-format -i"]),
    "fuzz": ("test", [r"tests/fuzz/run 20\b"]),
}


def run(*words, **options):
    # Called by make, it would speak of its folder and keep the caller's flags.
    env = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(words, cwd=options.pop("cwd", ROOT), env=env, capture_output=True, text=True, timeout=60, **options)


@unittest.skipUnless(shutil.which("make"), "make is not installed")
class Make(unittest.TestCase):
    def test_help_lists_what_there_is(self):
        for words in (["make"], ["make", "help"]):
            done = run(*words)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            listed = {line.split()[0]: line.split(None, 1)[1] for line in done.stdout.splitlines()}
            self.assertEqual(set(listed), {"help", "build", "demo", "test", "bench", "format", "fuzz", "clean"})

    def test_each_does_what_it_says(self):
        with tempfile.TemporaryDirectory() as empty:  # as if nothing had been built yet
            for target, (packages, wanted) in ASKED.items():
                folders = [f"{v}={os.path.join(empty, d)}" for v, d in (("BUILD", "build"), ("TESTBUILD", "build-test"), ("BENCHBUILD", "build-bench"))]
                done = run("make", "-n", target, *folders)
                with self.subTest(target):
                    self.assertEqual((done.returncode, done.stderr), (0, ""))
                    text = done.stdout.replace(empty + "/", "")
                    self.assertTrue(text.startswith(f"tools/deps {packages}\n"), text)
                    for words in wanted:
                        self.assertRegex(text, words)

    def test_listen_and_jobs(self):
        self.assertIn("--listen 127.0.0.1:9000", run("make", "-n", "demo", "LISTEN=127.0.0.1:9000").stdout)
        self.assertRegex(run("make", "-n", "test", "JOBS=7").stdout, r"tests/run build-test 7\b")

    def test_what_is_called_exists(self):
        for path in ("tools/deps", "tests/run", "tests/fuzz/run", "tests/bench/run", ".ci/run"):
            self.assertTrue(os.access(os.path.join(ROOT, path), os.X_OK), path)
            with open(os.path.join(ROOT, path), encoding="utf-8") as f:
                if "sh" in f.readline():
                    self.assertEqual(run("sh", "-n", path).returncode, 0, path)
        self.assertEqual(run("tools/deps", "nonsense").returncode, 2)

    def test_clean_removes_what_was_built_alone(self):
        with tempfile.TemporaryDirectory() as place:
            shutil.copy(os.path.join(ROOT, "Makefile"), place)
            built = ["build", "build-test", "build-bench", "build-fuzz", "build-tsan", "build-clang"]
            for name in built + ["data/demo", "src", "node_modules"]:
                os.makedirs(os.path.join(place, name))
            self.assertEqual(run("make", "clean", cwd=place).returncode, 0)
            self.assertEqual(sorted(os.listdir(place)), ["Makefile", "data", "node_modules", "src"])
            self.assertTrue(os.path.isdir(os.path.join(place, "data/demo")))

    @unittest.skipUnless(shutil.which("clang-format"), "clang-format is not installed")
    def test_format_settles(self):
        """The settings are read, and what has been formatted stays as it is."""
        with tempfile.TemporaryDirectory() as place:
            shutil.copy(os.path.join(ROOT, ".clang-format"), place)
            for path in ("src/base/str.c", "src/base/str.h", "src/platform/entity/list.c"):
                here = os.path.join(place, os.path.basename(path))
                shutil.copy(os.path.join(ROOT, path), here)
                for _ in range(2):
                    done = run("clang-format", "-i", here, cwd=place)
                    self.assertEqual((done.returncode, done.stderr), (0, ""))
                done = run("clang-format", "--dry-run", "-Werror", here, cwd=place)
                self.assertEqual((done.returncode, done.stderr), (0, ""), path)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]] + sys.argv[1:])
