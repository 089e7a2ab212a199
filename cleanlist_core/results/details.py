"""The download that holds everything: the file, the results, and every fact known of each person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from cleanlist_core.api.answers import LABELS, PersonRecord
from cleanlist_core.results.beside import Beside, beside
from cleanlist_core.results.browsing import EVERYBODY, Among
from cleanlist_core.results.csv_files import as_columns
from cleanlist_core.results.own_cells import chunk_size, fields_of
from cleanlist_core.results.person import CODED, fact_in_words
from cleanlist_core.results.presets import RowChoice
from cleanlist_core.results.sheets import OUR_COLUMNS, Sheet, our_numbers, unique_names, with_ours
from cleanlist_core.store import results as stored
from cleanlist_core.store.database import Database
from cleanlist_core.store.people import unpacked

_NOTHING_KNOWN = ("",) * len(LABELS)
_CODED_PLACES = [place for place, label in enumerate(LABELS) if label in CODED]


def everything_known(
    database: Database, heading: stored.RunHeading, rows: RowChoice, among: Among = EVERYBODY
) -> Sheet:
    """All columns of the file, our results, and a column for each fact the API can tell of a person."""
    only, more = among.condition(database, heading), beside(database, heading)
    ours = (*OUR_COLUMNS, *more.header, *(f"Details: {label}" for label in LABELS))
    chunk = chunk_size(len(heading.columns) + len(ours))
    found = stored.detail_rows(database, heading, rows=rows, among=only, of_file=bool(more), chunk=chunk)
    return Sheet(
        header=heading.columns + unique_names(heading.columns, ours),
        rows=stored.count_rows(database, heading, rows=rows, among=only),
        chunks=(_with_details(heading, chunk, more) for chunk in found),
        number_columns=our_numbers(heading),
    )


def _with_details(heading: stored.RunHeading, chunk: Sequence[Any], more: Beside) -> list[pa.Array]:
    fields = fields_of(chunk)
    details = map(_details, fields["answer"], fields["known_answer"])
    return with_ours(heading, fields, more) + as_columns(details, len(LABELS))


def _details(answer: bytes | None, known: bytes | None) -> tuple[str, ...]:
    """One person's facts; what this run did not ask for is filled in from what was known before."""
    if answer is None or known is None:
        return _facts(answer or known)
    return tuple(new or old for new, old in zip(_facts(answer), _facts(known), strict=True))


def _facts(record: bytes | None) -> tuple[str, ...]:
    if record is None:
        return _NOTHING_KNOWN
    facts = list(PersonRecord.from_answer(unpacked(record)).listed())
    for place in _CODED_PLACES:
        facts[place] = facts[place] and fact_in_words(LABELS[place], facts[place])
    return tuple(facts)
