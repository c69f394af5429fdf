"""What the message compiler writes and what it refuses, with file and line."""
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "..", "tools"))
import po_compile  # noqa: E402


def entry(key, text, plural=None):
    if plural is None:
        return f'msgid "{key}"\nmsgstr "{text}"\n'
    return f'msgid "{key}"\nmsgid_plural "{key}"\nmsgstr[0] "{text}"\nmsgstr[1] "{plural}"\n'


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        for lang in po_compile.LANGS:
            os.mkdir(self.path("locale", lang, make=True))

    def path(self, *parts, make=False):
        if make:
            os.makedirs(os.path.join(self.folder.name, *parts[:-1]), exist_ok=True)
        return os.path.join(self.folder.name, *parts)

    def put(self, lang, text, name="a.po"):
        with open(self.path("locale", lang, name), "w", encoding="utf-8") as f:
            f.write(text)

    def run_compiler(self):
        """The exit code and what was said."""
        error_file = self.path("errors")
        saved, sys.stderr = sys.stderr, open(error_file, "w", encoding="utf-8")
        try:
            code = po_compile.main(["", self.path("locale"), self.path("m.h"), self.path("m.c"), self.path("m.d")])
        finally:
            sys.stderr.close()
            sys.stderr = saved
        with open(error_file, encoding="utf-8") as f:
            return code, f.read()

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as f:
            return f.read()

    def refused(self, en, fr, wanted):
        self.put("en", en)
        self.put("fr", fr)
        code, said = self.run_compiler()
        self.assertEqual(code, 1)
        self.assertRegex(said, wanted)
        self.assertFalse(os.path.exists(self.path("m.h")))

    def french(self, text):
        self.put("en", entry("k", "x"))
        self.put("fr", entry("k", text))
        code, said = self.run_compiler()
        self.assertEqual((code, said), (0, ""))
        line = [ln for ln in self.read("m.c").split("\n") if "[M_k] = {{0}" in ln][0]
        return line.split('"')[1]


class Accepted(Folder):
    def test_output(self):
        self.put("en", entry("b.two", "Two {n}", "Twos {n}") + entry("a", "A"))
        self.put("fr", entry("a", "À") + 'msgid "b.two"\nmsgid_plural "b.two"\nmsgstr[0] ""\n"Deux "\n"{n}"\nmsgstr[1] "Deux {n}"\n')
        self.assertEqual(self.run_compiler(), (0, ""))
        self.assertIn("\tM_NONE = 0,\n\tM_a,\n\tM_b_two,\n\tM_COUNT", self.read("m.h"))
        self.assertIn('[M_b_two] = {{"Deux {n}", 8}, {"Deux {n}", 8}, false}', self.read("m.c"))
        self.assertIn('[M_a] = {{0}, {"À", 2}, true}', self.read("m.c"))
        self.assertIn(self.path("locale", "fr", "a.po"), self.read("m.d"))

    def test_unchanged_header_keeps_its_time(self):
        self.french("x")
        os.utime(self.path("m.h"), (1, 1))
        self.french("y")
        self.assertEqual(os.stat(self.path("m.h")).st_mtime, 1)

    def test_typography(self):
        self.assertEqual(self.french("l'été"), "l’été")
        self.assertEqual(self.french("Quoi ? Oui ! Bien ; 5 %"), "Quoi\u202f? Oui\u202f! Bien\u202f; 5\u202f%")
        self.assertEqual(self.french("À vous : « oui » 5 €"), "À vous\u00a0: «\u00a0oui\u00a0» 5\u00a0€")
        self.assertEqual(self.french("https://a.example/?b=c 12:30"), "https://a.example/?b=c 12:30")


class Refused(Folder):
    def test_missing_language(self):
        self.refused(entry("a", "A") + entry("b", "B"), entry("a", "A"), r"en/a\.po:3: b has no text in locale/fr")

    def test_missing_other_language(self):
        self.refused(entry("a", "A"), entry("a", "A") + entry("b", "B"), r"fr/a\.po:3: b has no text in locale/en")

    def test_placeholders(self):
        self.refused(entry("a", "A {n}"), entry("a", "A {m}"), r"fr/a\.po:1: a: \{n\} of locale/en is missing here")

    def test_duplicate_between_files(self):
        self.put("en", entry("a", "A"), "b.po")
        self.refused(entry("a", "A"), entry("a", "A"), r"en/b\.po:1: a stands already in .*en/a\.po:1")

    def test_same_constant(self):
        self.refused(entry("a.b", "A") + entry("a_b", "A"), entry("a.b", "A"), r"a_b stands already")

    def test_same_constant_between_languages(self):
        self.refused(entry("a.b", "A"), entry("a_b", "A"), "give the same constant M_a_b")

    def test_empty(self):
        self.refused(entry("a", ""), entry("a", "A"), r"en/a\.po:1: a: the text is empty")

    def test_plural_forms(self):
        self.refused('msgid "a"\nmsgid_plural "a"\nmsgstr[0] "A"\n', entry("a", "A"), r"needs msgstr\[0\] and msgstr\[1\]")

    def test_plural_without_msgid_plural(self):
        self.refused('msgid "a"\nmsgstr[0] "A"\nmsgstr[1] "A"\n', entry("a", "A"), "go with msgid_plural")

    def test_brace(self):
        self.refused(entry("a", "A {"), entry("a", "A"), "a brace that is no placeholder")

    def test_bad_placeholder(self):
        self.refused(entry("a", "A {Name}"), entry("a", "A"), "a brace that is no placeholder")

    def test_bad_key(self):
        self.refused(entry("a b", "A"), entry("a b", "A"), "a key is words")

    def test_edge_space(self):
        self.refused(entry("a", "A "), entry("a", "A"), "begins or ends with a space")

    def test_fuzzy(self):
        self.refused("#, fuzzy\n" + entry("a", "A"), entry("a", "A"), r"en/a\.po:2: a is marked fuzzy")

    def test_escape(self):
        self.refused('msgid "a"\nmsgstr "A\\q"\n', entry("a", "A"), r"en/a\.po:2: unknown escape")

    def test_unquoted(self):
        self.refused('msgid "a"\nmsgstr A\n', entry("a", "A"), r"en/a\.po:2: a text stands between double quotes")

    def test_unknown_line(self):
        self.refused('msgctxt "x"\n' + entry("a", "A"), entry("a", "A"), r"en/a\.po:1: not understood")

    def test_french_space_missing(self):
        self.refused(entry("a", "A?"), entry("a", "Quoi?"), r"fr/a\.po:1: a: a space is missing before \?")

    def test_french_colon(self):
        self.refused(entry("a", "A"), entry("a", "À vous: oui"), "a space is missing before :")

    def test_french_quotes(self):
        self.refused(entry("a", "A"), entry("a", "«oui»"), "a space is missing inside « »")


if __name__ == "__main__":
    unittest.main()
