#!/usr/bin/env python3
"""Writes Sources/Rendering/DisplayWidthTables.swift from the Unicode data of this Python.

    Scripts/width_tables.py > Sources/Rendering/DisplayWidthTables.swift
"""
import unicodedata

# Unassigned code points of these blocks are wide by default (EastAsianWidth.txt).
WIDE_BLOCKS = [(0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FFFD), (0x30000, 0x3FFFD)]
# Hangul vowels and final consonants join the syllable before them.
JOINING_JAMO = [(0x1160, 0x11FF), (0xD7B0, 0xD7FF)]


def inside(code, ranges):
    return any(low <= code <= high for low, high in ranges)


def is_zero(code):
    # The soft hyphen is a format character that terminals show.
    return code != 0xAD and (unicodedata.category(chr(code)) in ("Mn", "Me", "Cf") or inside(code, JOINING_JAMO))


def is_wide(code):
    return not is_zero(code) and (unicodedata.east_asian_width(chr(code)) in "WF" or inside(code, WIDE_BLOCKS))


def ranges(test):
    found = []
    for code in range(0x80, 0x110000):
        if 0xD800 <= code <= 0xDFFF or not test(code):
            continue
        if found and found[-1][1] == code - 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return found


def literal(name, comment, pairs):
    print(f"    /// {comment}: first and last scalar of each range, ascending.")
    print(f"    static let {name}: [UInt32] = [")
    for start in range(0, len(pairs), 6):
        row = ", ".join(f"0x{low:X}, 0x{high:X}" for low, high in pairs[start:start + 6])
        print(f"        {row},")
    print("    ]")


print(f"// Written by Scripts/width_tables.py from Unicode {unicodedata.unidata_version}; do not edit.\n")
print("enum DisplayWidthTables {")
literal("zero", "Marks and format characters, which take no column", ranges(is_zero))
print()
literal("wide", "East Asian wide and full-width characters and emoji, which take two columns", ranges(is_wide))
print("}")
