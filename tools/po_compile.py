#!/usr/bin/env python3
"""Compiles locale/<lang>/*.po into messages.h (enum msg) and messages.c (texts of every language).

Every key stands in one file of each language, with the same placeholders. What breaks that, and what breaks French
typography beyond what can be mended here, stops the build with file:line.
"""
import os
import re
import sys

LANGS = ("fr", "en")  # in the order of enum lang (base/cx.h)
KEY = re.compile(r"[A-Za-z0-9]+([._][A-Za-z0-9]+)*\Z")
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}
NBSP, NNBSP = "\u00a0", "\u202f"


class Errors:
    def __init__(self):
        self.lines = []

    def add(self, path, line, text):
        self.lines.append(f"{path}:{line}: {text}")


class Entry:
    def __init__(self, path, line):
        self.path, self.line = path, line
        self.key, self.plural, self.texts = None, False, {}

    def forms(self):
        return [self.texts[i] for i in sorted(self.texts)]

    def placeholders(self):
        return set(name for text in self.forms() for name in PLACEHOLDER.findall(text))


def unquote(raw, path, line, errors):
    raw = raw.strip()
    if len(raw) < 2 or raw[0] != '"' or raw[-1] != '"':
        errors.add(path, line, "a text stands between double quotes")
        return ""
    out, i, body = [], 0, raw[1:-1]
    while i < len(body):
        c = body[i]
        if c == "\\":
            i += 1
            if i >= len(body) or body[i] not in ESCAPES:
                errors.add(path, line, "unknown escape: \\n, \\t, \\\" and \\\\ are known")
                return ""
            c = ESCAPES[body[i]]
        elif c == '"':
            errors.add(path, line, 'a double quote inside a text is written \\"')
            return ""
        out.append(c)
        i += 1
    return "".join(out)


def read_po(path, errors):
    """The entries of one file; the header entry (empty msgid) is skipped."""
    entries, entry, target, fuzzy = [], None, None, False
    with open(path, encoding="utf-8") as f:
        lines = f.read().split("\n")
    for number, line in enumerate(lines, 1):
        line = line.strip()
        if line.startswith("#"):
            fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
            continue
        if not line:
            continue
        word = re.match(r"(msgid_plural|msgid|msgstr(?:\[(\d+)\])?)\s", line)
        if line.startswith('"'):
            if entry is None or target is None:
                errors.add(path, number, "a text without msgid or msgstr")
                continue
            text = unquote(line, path, number, errors)
            if target == "key":
                entry.key += text
            elif target != "plural":
                entry.texts[target] += text
            continue
        if not word:
            errors.add(path, number, "not understood: msgid, msgid_plural or msgstr is expected")
            target = None
            continue
        text = unquote(line[word.end():], path, number, errors)
        if word.group(1) == "msgid":
            entry = Entry(path, number)
            entry.key, target = text, "key"
            entries.append(entry)
            if fuzzy:
                errors.add(path, number, f"{text} is marked fuzzy: check it and take the mark away")
            fuzzy = False
        elif entry is None:
            errors.add(path, number, f"{word.group(1)} without msgid")
        elif word.group(1) == "msgid_plural":
            entry.plural, target = True, "plural"
        else:
            target = int(word.group(2) or 0)
            if (word.group(2) is not None) != entry.plural:
                errors.add(path, number, "msgstr[0] and msgstr[1] go with msgid_plural, msgstr without it")
            if target in entry.texts:
                errors.add(path, number, "this msgstr is given twice")
            entry.texts[target] = text
    return [e for e in entries if e.key != ""]


def check_entry(entry, errors):
    def bad(text):
        errors.add(entry.path, entry.line, f"{entry.key}: {text}")

    if not KEY.match(entry.key):
        bad("a key is words of letters and digits joined by dots or underscores")
    wanted = [0, 1] if entry.plural else [0]
    if sorted(entry.texts) != wanted:
        bad("needs msgstr[0] and msgstr[1]" if entry.plural else "needs msgstr")
        entry.texts = {i: entry.texts.get(i, "?") for i in wanted}
    for text in entry.forms():
        if text == "":
            bad("the text is empty")
        if text != text.strip(" \t\u00a0\u202f"):
            bad("the text begins or ends with a space")
        if "{" in PLACEHOLDER.sub("", text) or "}" in PLACEHOLDER.sub("", text):
            bad("a brace that is no placeholder: {name} takes small letters, digits and _")
        if any(ord(c) < 32 and c not in "\n\t" for c in text):
            bad("a control character")


def french(entry, errors):
    """No-break spaces and the apostrophe; a missing space is reported, since a machine cannot tell it from an address."""
    for i, text in entry.texts.items():
        text = text.replace("'", "\u2019")
        text = re.sub(r"[ \u00a0\u202f]([;!?%])", NNBSP + r"\1", text)
        text = re.sub(r"[ \u00a0\u202f]([:\u20ac\u00bb])", NBSP + r"\1", text)
        text = re.sub("\u00ab[ \u00a0\u202f]", "\u00ab" + NBSP, text)
        missing = re.search(r"[\w)}\u00bb]([;!?%\u20ac]|:(?=\s|\Z))", text)
        if missing:
            errors.add(entry.path, entry.line, f"{entry.key}: a space is missing before {missing.group(1)}")
        if re.search("\u00ab[^\u00a0]|[^\u00a0]\u00bb", text):
            errors.add(entry.path, entry.line, f"{entry.key}: a space is missing inside « »")
        entry.texts[i] = text


def constant(key):
    return key.replace(".", "_")


def read_language(root, lang, errors, files):
    folder = os.path.join(root, lang)
    found = {}
    files.append(folder)
    for name in sorted(n for n in os.listdir(folder) if n.endswith(".po")):
        path = os.path.join(folder, name)
        files.append(path)
        for entry in read_po(path, errors):
            check_entry(entry, errors)
            if lang == "fr":
                french(entry, errors)
            first = found.setdefault(constant(entry.key), entry)
            if first is not entry:
                errors.add(path, entry.line, f"{entry.key} stands already in {first.path}:{first.line}")
    return found


def check_pair(one, other, lang, errors):
    """Every key of `one` against the catalogue `other` of another language."""
    for name, entry in one.items():
        twin = other.get(name)
        if twin is None:
            errors.add(entry.path, entry.line, f"{entry.key} has no text in locale/{lang}")
        elif twin.key != entry.key:
            errors.add(entry.path, entry.line, f"{entry.key} and {twin.key} give the same constant M_{name}")
        elif twin.placeholders() - entry.placeholders():
            names = ", ".join("{%s}" % n for n in sorted(twin.placeholders() - entry.placeholders()))
            errors.add(entry.path, entry.line, f"{entry.key}: {names} of locale/{lang} is missing here")


def c_string(text):
    for a, b in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t")):
        text = text.replace(a, b)
    return f'"{text}"'


def write_if_changed(path, text):
    """An unchanged header keeps its time, so that a new sentence does not compile the whole house again."""
    try:
        with open(path, encoding="utf-8") as f:
            if f.read() == text:
                return
    except OSError:
        pass
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def header(names):
    lines = ["/* Generated from locale/ by tools/po_compile.py. */", "#pragma once", "enum msg {", "\tM_NONE = 0,"]
    lines += [f"\tM_{n}," for n in names]
    return "\n".join(lines + ["\tM_COUNT", "};", ""])


def tables(names, catalogues):
    lines = ["/* Generated from locale/ by tools/po_compile.py. */", '#include "platform/i18n/catalogue.h"', "",
             "const struct str msg_keys[M_COUNT] = {", "\t{0},"]
    lines += [f"\t[M_{n}] = {{{c_string(n)}, {len(n)}}}," for n in names]
    lines += ["};", "", "const struct msg_forms msg_catalogue[LANG_COUNT][M_COUNT] = {"]
    for lang in LANGS:
        lines.append(f"\t[LANG_{lang.upper()}] = {{")
        for n in names:
            entry = catalogues[lang][n]
            forms = entry.forms()
            texts = [f"{{{c_string(t)}, {len(t.encode())}}}" for t in forms]
            one, other = (texts[0], texts[1]) if entry.plural else ("{0}", texts[0])
            plain = "false" if entry.placeholders() else "true"
            lines.append(f"\t\t[M_{n}] = {{{one}, {other}, {plain}}},")
        lines.append("\t},")
    return "\n".join(lines + ["};", ""])


def main(argv):
    if len(argv) not in (4, 5):
        print("usage: po_compile.py LOCALE-FOLDER messages.h messages.c [DEPFILE]", file=sys.stderr)
        return 2
    root, errors, files = argv[1], Errors(), []
    catalogues = {lang: read_language(root, lang, errors, files) for lang in LANGS}
    for lang in LANGS:
        for other in LANGS:
            if lang != other:
                check_pair(catalogues[lang], catalogues[other], other, errors)
    if errors.lines:
        print("\n".join(errors.lines), file=sys.stderr)
        return 1
    names = sorted(catalogues[LANGS[0]], key=lambda n: n.encode())
    write_if_changed(argv[2], header(names))
    write_if_changed(argv[3], tables(names, catalogues))
    if len(argv) == 5:
        with open(argv[4], "w", encoding="utf-8") as f:
            f.write(f"{argv[2]}: " + " ".join(p.replace(" ", "\\ ") for p in files) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
