"""Cells a spreadsheet would run as a formula when it opens a CSV file, made harmless.

A cell is alive when it starts with `=`, `@`, a tab or a carriage return, or with `+` or `-` unless it is a
phone number (or several, with `;` between), a plain number or a row of dashes. A living cell gets an
apostrophe in front, which spreadsheets take as "this is text". Where commas are for decimals, a spreadsheet
ends cells at a semicolon, a tab or a line's end instead, even within quotation marks; so what would come
alive behind one of those gets its apostrophe there. Source: OWASP, "CSV Injection".
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


# A dash behind a line's end is mostly a list in a note; it is harmful only with a call behind it.
INSIDE = r"([;\t\r\n][\s\"]*)([=@]|[+\-][^;\t\r\n]*[A-Za-z][\w.]*[|(])"


def neutralise(column: pa.Array) -> tuple[pa.Array, int]:
    """The column with an apostrophe before whatever is alive in a cell, and how many cells there were.

    column: strings without nulls.
    """
    column, changed = _safe_inside(column)
    suspects = pc.match_substring_regex(column, SUSPECT)
    if pc.any(suspects).as_py():
        alive = pc.and_not(suspects, pc.match_substring_regex(column, HARMLESS))
        column = pc.if_else(alive, pc.binary_join_element_wise("'", column, ""), column)
        changed = alive if changed is None else pc.or_(alive, changed)
    return column, 0 if changed is None else pc.sum(changed).as_py() or 0


def _safe_inside(column: pa.Array) -> tuple[pa.Array, pa.Array | None]:
    """The column without anything alive past the start of a cell, and which cells were changed."""
    if not pc.any(pc.match_substring_regex(column, r"[;\t\r\n]")).as_py():
        return column, None
    changed = pc.match_substring_regex(column, INSIDE)
    if not pc.any(changed).as_py():
        return column, None
    return pc.replace_substring_regex(column, INSIDE, r"\1'\2"), changed
