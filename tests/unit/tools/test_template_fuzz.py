"""Random templates, made of the words of the language and of kept ones that were broken: the compiler compiles them or names the
line, and never ends in another way. PASSERELLE_FUZZ_S: seconds (3 without); the seed of a failure is told and can be given."""
import glob
import os
import random
import sys
import tempfile
import time
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")
sys.path.insert(0, os.path.join(ROOT, "tools"))
import template_compile  # noqa: E402

PIECES = ["{{", "}}", "{%", "%}", "{#", "#}", "{{ name }}", "{{ a.b.c }}", "{{ url u }}", "{{ query q }}", "{{", " ", "\n", "{% if a %}", "{% elif b == 3 %}",
          "{% else %}", "{% end %}", "{% each x in rows %}", "{% each x, i in rows %}", "{% t page.save %}", "{% call f(x) %}", "{% icon file small %}",
          "{# template t(struct thing *p) #}", "{# include \"a/b.h\" #}", "<p>", "</p>", "<a href=\"", "\">", "<a href='{{ x }}'>", "<img src=", "<script>",
          "</script>", "<style>", "<!-- ", " -->", "<br>", "<", ">", "&amp;", "&", "\"", "'", "=", "é", "\0", "\\", "not", "and", "or", "==", "(", ")", ",", "on",
          "onclick=\"{{ x }}\"", "style=\"{{ x }}\"", "<svg>", "</svg>", "class", "0", "-1", "9" * 40, "x" * 3000, "{% include w %}", "{% raw x %}"]


def kept():
    texts = []
    for path in sorted(glob.glob(os.path.join(ROOT, "src", "**", "*.html"), recursive=True)):
        with open(path, encoding="utf-8") as f:
            texts.append(f.read())
    return texts


def broken(r, text):
    """A template with something cut, doubled, moved or put in."""
    for _ in range(r.randint(1, 4)):
        at, to = sorted((r.randint(0, len(text)), r.randint(0, len(text))))
        to = min(to, at + r.choice((1, 3, 40, 400)))
        how = r.randint(0, 3)
        if how == 0:
            text = text[:at] + text[to:]
        elif how == 1:
            text = text[:at] + r.choice(PIECES) + text[at:]
        elif how == 2:
            text = text[:to] + text[at:]
        else:
            text = text[:at] + text[at:to][::-1] + text[to:]
    return text


def invented(r):
    head = "{# template t(struct thing *p) #}" if r.random() < 0.8 else ""
    return head + "".join(r.choice(PIECES) for _ in range(r.randint(0, 40)))


class Fuzz(unittest.TestCase):
    def compile(self, text):
        """Compiled, or the error."""
        compiler = template_compile.Compiler(text)
        try:
            compiler.compile("t.html")
        except template_compile.TemplateError as e:
            self.assertTrue(e.text)
            self.assertTrue(1 <= e.line <= text.count("\n") + 1, e.line)
            return e
        compiler.code_text("t.tpl.h")
        compiler.header_text()
        return None

    def test_random(self):
        texts = kept()
        self.assertGreater(len(texts), 3)
        seed = int(os.environ.get("PASSERELLE_FUZZ_SEED", random.SystemRandom().getrandbits(48)))
        end, n, good = time.monotonic() + float(os.environ.get("PASSERELLE_FUZZ_S", "3")), 0, 0
        while time.monotonic() < end:
            r = random.Random(seed + n)
            text = invented(r) if r.random() < 0.5 else broken(r, r.choice(texts))
            try:
                good += self.compile(text) is None
            except Exception as e:
                self.fail(f"PASSERELLE_FUZZ_SEED={seed + n}: {type(e).__name__} {e}\n{text[:2000]}")
            n += 1
        self.assertGreater(n, 100)
        self.assertGreater(good, 0, "none compiles: nothing is tried behind the first check")

    def test_nesting_is_bounded_by_an_error_or_compiles(self):
        for piece, close in (("{% if a %}", "{% end %}"), ("<div>", "</div>"), ("{% each x in rows %}", "{% end %}")):
            self.compile("{# template t(struct thing *p) #}" + piece * 3000 + close * 3000)

    def test_bytes_that_are_no_text(self):
        """As the build calls it: exit 1 and a line, no traceback."""
        with tempfile.TemporaryDirectory() as d:
            path = os.path.join(d, "t.html")
            with open(path, "wb") as f:
                f.write(b"{# template t(struct thing *p) #}\n\xff\xfe")
            stderr, sys.stderr = sys.stderr, open(os.devnull, "w", encoding="utf-8")
            try:
                self.assertEqual(template_compile.main(["", path, path + ".c", path + ".h"]), 1)
            finally:
                sys.stderr.close()
                sys.stderr = stderr


if __name__ == "__main__":
    unittest.main()
