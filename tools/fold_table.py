#!/usr/bin/env python3
"""Writes src/base/fold_table.h, what utf8_fold makes of each letter. Run by hand, its result is kept with the sources:
stored fold columns must not change because a build machine has newer Unicode data.

    python3 tools/fold_table.py > src/base/fold_table.h
"""
import unicodedata

RANGES = [(0x00A0, 0x0530), (0x1E00, 0x2070), (0x2C60, 0x2C80), (0xFB00, 0xFB07)]

# Letters that Unicode does not decompose, as people without that keyboard type them.
SPELT = {
    'ß': 'ss', 'ẞ': 'ss', 'æ': 'ae', 'œ': 'oe', 'ø': 'o', 'đ': 'd', 'ð': 'd', 'þ': 'th', 'ħ': 'h', 'ı': 'i', 'ĸ': 'k', 'ł': 'l',
    'ŋ': 'n', 'ŧ': 't', 'ſ': 's', 'ŉ': "'n", 'ŀ': 'l', 'ɑ': 'a', 'ɡ': 'g', 'ɫ': 'l', 'ɽ': 'r', 'ⱡ': 'l', 'ⱨ': 'h', 'ⱪ': 'k', 'ⱬ': 'z', 'ĳ': 'ij', 'ƀ': 'b', 'ɓ': 'b', 'ƃ': 'b', 'ƈ': 'c', 'ɖ': 'd', 'ɗ': 'd', 'ƌ': 'd', 'ǝ': 'e',
    'ə': 'e', 'ɛ': 'e', 'ƒ': 'f', 'ǥ': 'g', 'ɠ': 'g', 'ɣ': 'g', 'ƕ': 'hv', 'ɨ': 'i', 'ɩ': 'i', 'ƙ': 'k', 'ƚ': 'l', 'ɲ': 'n', 'ƞ': 'n',
    'ɔ': 'o', 'ɵ': 'o', 'ƣ': 'oi', 'ƥ': 'p', 'ƫ': 't', 'ƭ': 't', 'ʈ': 't', 'ʊ': 'u', 'ʋ': 'v', 'ƴ': 'y', 'ƶ': 'z', 'ʒ': 'z', 'ȥ': 'z',
    'ǆ': 'dz', 'ǉ': 'lj', 'ǌ': 'nj', 'ǳ': 'dz', 'ȡ': 'd', 'ȴ': 'l', 'ȵ': 'n', 'ȶ': 't', 'ȷ': 'j', 'ȸ': 'db', 'ȹ': 'qp', 'ⱥ': 'a', 'ȼ': 'c',
    'ⱦ': 't', 'ȿ': 's', 'ɀ': 'z', 'ƀ': 'b', 'ʉ': 'u', 'ʌ': 'v', 'ɇ': 'e', 'ɉ': 'j', 'ɋ': 'q', 'ɍ': 'r', 'ɏ': 'y', 'ȝ': 'y', 'ƿ': 'w',
    'ẚ': 'a', 'ẜ': 's', 'ẝ': 's', 'ỻ': 'll', 'ỽ': 'v', 'ỿ': 'y', 'ª': 'a', 'º': 'o', 'ς': 'σ', 'ϐ': 'β', 'ϑ': 'θ', 'ϕ': 'φ', 'ϖ': 'π',
    'ϰ': 'κ', 'ϱ': 'ρ', 'ϲ': 'σ', 'ϵ': 'ε', 'ϒ': 'υ', 'µ': 'μ', '²': '2', '³': '3', '¹': '1',
    'ﬀ': 'ff', 'ﬁ': 'fi', 'ﬂ': 'fl', 'ﬃ': 'ffi', 'ﬄ': 'ffl', 'ﬅ': 'st', 'ﬆ': 'st',
    'ґ': 'г', 'ғ': 'г', 'җ': 'ж', 'ҙ': 'з', 'қ': 'к', 'ҡ': 'к', 'ң': 'н', 'ҫ': 'с', 'ү': 'у', 'ұ': 'у', 'ҳ': 'х', 'ҷ': 'ч', 'ө': 'о',
    'һ': 'х', 'ӏ': 'і',
    '‘': "'", '’': "'", '‛': "'", 'ʹ': "'", 'ʻ': "'", 'ʼ': "'", 'ʽ': "'", '´': "'", '′': "'", '“': '"', '”': '"', '„': '"', '«': '"', '»': '"',
    '‐': '-', '‑': '-', '‒': '-', '–': '-', '—': '-', '―': '-', '…': '...',
}
# Invisible signs, the half rings of transliterated Arabic, and the middle dot of Catalan "col·legi" and of "étudiant·es".
DROPPED = {0x00AD, 0x00B7, 0x02BE, 0x02BF, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2060, 0x2066, 0x2067,
           0x2068, 0x2069}


def fold(cp):
    c = chr(cp)
    if cp in DROPPED or unicodedata.category(c) == 'Mn':
        return ''
    if unicodedata.category(c) in ('Zs', 'Zl', 'Zp'):
        return ' '
    out = ''
    if c in SPELT:
        return SPELT[c]
    for part in unicodedata.normalize('NFD', c):
        for low in unicodedata.normalize('NFD', part.lower()):
            if unicodedata.category(low) != 'Mn' and ord(low) not in DROPPED:
                out += SPELT.get(low, low)
    # A letter with a stroke may decompose no further than to one that is spelt out.
    return ''.join(SPELT.get(x, x) for x in out)


def main():
    print('/* What utf8_fold makes of the code points of a few ranges: written by tools/fold_table.py from Unicode %s.\n'
          ' * Never longer than the UTF-8 of the letter itself. */\n'
          '#pragma once\n'
          '#include <stdint.h>\n\n'
          'struct fold_entry {\n\tuint8_t len;\n\tchar text[3];\n};\n' % unicodedata.unidata_version)
    names = []
    for start, end in RANGES:
        name = 'fold_%04x' % start
        names.append((start, end, name))
        print('static const struct fold_entry %s[] = {' % name)
        line = '\t'
        for cp in range(start, end):
            raw = fold(cp).encode()
            assert len(raw) <= len(chr(cp).encode()), hex(cp)
            entry = '{%d, "%s"},' % (len(raw), ''.join('\\%03o' % b if b > 126 or b in (34, 92) else chr(b) for b in raw))
            if len(line) + len(entry) > 118:
                print(line.rstrip())
                line = '\t'
            line += entry + ' '
        print(line.rstrip() + '\n};\n')
    print('static const struct fold_range {\n\tuint32_t first, end;\n\tconst struct fold_entry *entries;\n} fold_ranges[] = {')
    for start, end, name in names:
        print('\t{0x%04x, 0x%04x, %s},' % (start, end, name))
    print('};')


main()
