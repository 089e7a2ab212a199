"""Cells a spreadsheet would run as a formula when it opens a CSV file, made harmless.

A cell is alive when it starts with `=`, `@`, a tab or a carriage return, or with `+` or `-` unless it is a
phone number (or several, with `;` between), a plain number or a row of dashes. A living cell gets an
apostrophe in front, which spreadsheets take as "this is text". Source: OWASP, "CSV Injection".
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

SUSPECT = r"^[=@\t\r+\-]"
# Digits and the punctuation of phones and numbers can at worst be added up; without letters, quotes,
# `|` or `!` no function and no program can be called.
NUMBER = (
    r"[\d ().,'/\-\x{00A0}\x{2009}\x{202F}\x{2010}-\x{2014}]*"
    r"(?:[eE][+\-]?\d+)?%?(?: ?(?:[eE][xX][tT]\.?|[xX]|#) ?\d{1,6})?"
)
HARMLESS = rf"^[+\-]{NUMBER}(?:; ?\+?{NUMBER})*$"


def neutralise(column: pa.Array) -> tuple[pa.Array, int]:
    """The column with an apostrophe before each living cell, and how many there were.

    column: strings without nulls.
    """
    suspects = pc.match_substring_regex(column, SUSPECT)
    if not pc.any(suspects).as_py():
        return column, 0
    alive = pc.and_not(suspects, pc.match_substring_regex(column, HARMLESS))
    return pc.if_else(alive, pc.binary_join_element_wise("'", column, ""), column), pc.sum(alive).as_py() or 0
