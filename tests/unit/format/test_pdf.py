#!/usr/bin/env python3
"""Documents as PDF: their own bytes, and what pdftotext, pdfinfo and qpdf read where they are there.

usage: test_pdf.py PDF_SAMPLE [unittest arguments]
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SAMPLE = sys.argv.pop(1)


def made(paragraphs):
    return subprocess.run([SAMPLE, str(paragraphs)], capture_output=True, check=True).stdout


class Pdf(unittest.TestCase):
    def asked(self, pdf, *command):
        if not shutil.which(command[0]):
            self.skipTest(f"{command[0]} is absent")
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "d.pdf"
            path.write_bytes(pdf)
            run = subprocess.run([a.replace("FILE", str(path)) for a in command], capture_output=True)
            self.assertEqual(run.returncode, 0, run.stderr + run.stdout)
            return run.stdout.decode()

    def test_structure_and_language(self):
        pdf = made(3)
        self.assertTrue(pdf.startswith(b"%PDF-") and pdf.endswith(b"%%EOF\n"))
        for wanted in (b"/Lang (fr)", b"/DisplayDocTitle true", b"/StructTreeRoot", b"/Marked true",
                       b"/S /H1", b"/S /TH", b"/S /TD", b"/S /P"):
            self.assertIn(wanted, pdf)

    def test_text_and_pages(self):
        text = self.asked(made(60), "pdftotext", "-layout", "FILE", "-")
        for wanted in ("Politechnika Gdańska", "Inès Bouchard", "SHA-256 0123456789abcdef"):
            self.assertIn(wanted, text)
        pages = text.count("\f")
        self.assertGreater(pages, 2)
        for n in range(1, pages + 1):
            self.assertIn(f"Page {n} sur {pages}", text)
        self.assertEqual(text.count("Une règle publiée décide"), 60)

    def test_one_page(self):
        self.assertIn("Page 1 sur 1", self.asked(made(1), "pdftotext", "FILE", "-"))

    def test_known_to_readers(self):
        info = self.asked(made(3), "pdfinfo", "FILE")
        self.assertIn("Reçu D-2027-0042", info)
        self.assertRegex(info, r"Tagged:\s+yes")
        self.assertIn("H1", self.asked(made(3), "pdfinfo", "-struct", "FILE"))

    def test_well_formed(self):
        self.asked(made(60), "qpdf", "--check", "FILE")


if __name__ == "__main__":
    unittest.main(verbosity=2)
