"""From how many rows on lists are read in other ways.

Read as attributes of this module, so that whoever needs other sizes sets them in this place alone.
"""

from __future__ import annotations

LONG_LIST = 100_000
"""Rows of a list that are not all read for every letter somebody types, and take a moment to sort."""
FEW = 2_000
"""Rows that are read one by one without anybody noticing."""
