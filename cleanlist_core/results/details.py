"""The download that holds everything: the file, the results, and every fact known of each person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from cleanlist_core.api.answers import LABELS, PersonRecord
from cleanlist_core.results.browsing import EVERYBODY, Among
from cleanlist_core.results.csv_files import as_columns
from cleanlist_core.results.presets import RowChoice
from cleanlist_core.results.sheets import (
    OUR_COLUMNS,
    Sheet,
    chunk_size,
    original_columns,
    our_columns,
    unique_names,
)
from cleanlist_core.store import results as stored
from cleanlist_core.store.database import Database
from cleanlist_core.store.people import unpacked

_WIDTH = len(OUR_COLUMNS) + len(LABELS)
_NOTHING_KNOWN = ("",) * len(LABELS)


def everything_known(
    database: Database, heading: stored.RunHeading, rows: RowChoice, among: Among = EVERYBODY
) -> Sheet:
    """All columns of the file, our results, and a column for each fact the API can tell of a person."""
    only = among.condition(database, heading)
    names = unique_names(heading.columns, (*OUR_COLUMNS, *(f"Details: {label}" for label in LABELS)))
    chunk = chunk_size(len(heading.columns) + _WIDTH)
    return Sheet(
        header=heading.columns + names,
        rows=stored.count_rows(database, heading, rows=rows, among=only),
        chunks=_chunks(heading, stored.detail_rows(database, heading, rows=rows, among=only, chunk=chunk)),
    )


def _chunks(heading: stored.RunHeading, rows: Iterator[Sequence[Any]]) -> Iterator[list[pa.Array]]:
    width = len(heading.columns)
    names = ("cells", *stored.RESULT_FIELDS, "answer", "known_answer")
    for chunk in rows:
        fields = dict(zip(names, zip(*chunk, strict=True), strict=True))
        ours = [pa.array(column, pa.string()) for column in our_columns(fields)]
        details = map(_details, fields["answer"], fields["known_answer"])
        yield original_columns(fields["cells"], width) + ours + as_columns(details, len(LABELS))


def _details(answer: bytes | None, known: bytes | None) -> tuple[str, ...]:
    """One person's facts; what this run did not ask for is filled in from what was known before."""
    if answer is None or known is None:
        return _facts(answer or known)
    return tuple(new or old for new, old in zip(_facts(answer), _facts(known), strict=True))


def _facts(record: bytes | None) -> tuple[str, ...]:
    if record is None:
        return _NOTHING_KNOWN
    return PersonRecord.from_answer(unpacked(record)).listed()
