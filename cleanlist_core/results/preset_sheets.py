"""The rows a CRM or sending tool gets, and which are left out, known before the download."""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from cleanlist_core.domain import (
    COLUMN_NAMES,
    KNOWN_MISS_LABEL,
    KNOWN_OUTCOMES,
    NO_NEWS_LABEL,
    PASTED_ROWS,
    EmailQuality,
    EnrichmentType,
    Outcome,
    outcome_in_words,
)
from cleanlist_core.results.browsing import EVERYBODY, Among
from cleanlist_core.results.csv_files import as_columns
from cleanlist_core.results.details import everything_known
from cleanlist_core.results.own_cells import chunk_size
from cleanlist_core.results.people import (
    Values,
    has_new_value,
    is_from_another_row,
    person_reader,
    places,
    usable_email,
)
from cleanlist_core.results.presets import (
    COMPANION_TITLES,
    DETAILS,
    EVERYTHING,
    FAILED,
    NEEDS_FIXING,
    NOT_FOUND,
    PRESETS,
    Preset,
    RowChoice,
    check_preset,
)
from cleanlist_core.results.sheets import (
    Sheet,
    everything,
    needs_fixing,
    not_found,
    refuse_deleted,
    tidied,
    without_answer,
)
from cleanlist_core.store import results as stored
from cleanlist_core.store.corrected_cells import corrected_cells, with_corrections
from cleanlist_core.store.database import Database
from cleanlist_core.store.results import Condition, RunHeading, run_heading

SAME_PERSON = "The same person as an earlier row"
NAMES_OF_COLUMNS = "The column names again"
NOT_SAFE = "No email that is safe to send"
ANSWERED = (Outcome.FOUND, Outcome.NOTHING, Outcome.TIDIED)
_KNOWN_WITHOUT_NEWS = {Outcome.KNOWN: "Found before, nothing new", Outcome.HAS_IT: Outcome.HAS_IT.label}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """reason: in plain words. rows: how many."""

    reason: str
    rows: int


@dataclass(frozen=True, slots=True)
class PresetPreview:
    """A download before it is made. total: rows of the list; rows: rows the file will have."""

    preset: str
    title: str
    header: tuple[str, ...]
    choice: RowChoice
    total: int
    rows: int
    left_out: tuple[LeftOut, ...]
    notes: tuple[str, ...]

    def sentence(self) -> str:
        """Such as "940 of 1,200 rows; left out: 260 (nothing found)"."""
        start = f"{self.rows:,} of {self.total:,} {'row' if self.total == 1 else 'rows'}"
        reasons = "; ".join(
            f"{one.rows:,} ({one.reason[0].lower()}{one.reason[1:]})" for one in self.left_out
        )
        return f"{start}. Left out: {reasons}." if reasons else f"{start}."


def sheet_for(
    database: Database, run_id: str, preset: str, rows: RowChoice | None, among: Among = EVERYBODY
) -> Sheet:
    """What a download holds. among: the companion files hold all their rows, whatever is chosen.

    Raises RunError `unknown_preset`, `unknown_run`, `unknown_filter`, `list_deleted`.
    """
    check_preset(preset)
    heading = run_heading(database, run_id)
    refuse_deleted(heading)
    if preset in PRESETS:
        return _preset_sheet(database, heading, _Selection(database, PRESETS[preset], heading, rows), among)
    return replace(_own_file(database, heading, preset, rows, among), delimiter=own_delimiter(heading))


def own_delimiter(heading: RunHeading) -> str:
    """Semicolons for a file that came with them, or with tabs: a spreadsheet there splits at no comma."""
    apart = heading.delimiter in (";", "\t") and heading.file_name != PASTED_ROWS
    return ";" if apart else ","


def _own_file(
    database: Database, heading: RunHeading, preset: str, rows: RowChoice | None, among: Among
) -> Sheet:
    """The person's own file with something beside it, or some rows of it."""
    if preset == EVERYTHING and heading.wanted is EnrichmentType.NONE and rows in (None, "all"):
        return tidied(database, heading, among)
    if preset == EVERYTHING:
        return everything(database, heading, rows or "all", among)
    if preset == DETAILS:
        return everything_known(database, heading, rows or "all", among)
    if preset == NOT_FOUND:
        return not_found(database, heading)
    if preset == FAILED:
        return without_answer(database, heading)
    return needs_fixing(database, heading)


def preview(
    database: Database,
    run_id: str,
    preset: str,
    rows: RowChoice | None = None,
    among: Among = EVERYBODY,
) -> PresetPreview:
    """Which rows a preset takes and why others are left out. Raises as `sheet_for` does."""
    sheet = sheet_for(database, run_id, preset, rows, among)
    heading = run_heading(database, run_id)
    only = None if preset in COMPANION_TITLES else among.condition(database, heading)
    total = stored.count_rows(database, heading, among=only)
    if preset not in PRESETS:
        left: tuple[LeftOut, ...] = ()
        if preset in _NOT_IN_COMPANION and total > sheet.rows:
            left = (LeftOut(_NOT_IN_COMPANION[preset], total - sheet.rows),)
        elif total > sheet.rows:
            left = _left_out_of_all(database, heading, rows or "all", only)
        title = check_preset(preset)
        return PresetPreview(preset, title, sheet.header, rows or "all", total, sheet.rows, left, ())
    selection = _Selection(database, PRESETS[preset], heading, rows)
    for chunk in stored.people_rows(database, heading, among=only, chunk=selection.chunk):
        for row in chunk:
            selection.values_of(row)
    return PresetPreview(
        preset=preset,
        title=selection.preset.title,
        header=sheet.header,
        choice=selection.choice,
        total=total,
        rows=selection.taken,
        left_out=selection.reasons(),
        notes=selection.notes(),
    )


_NOT_IN_COMPANION = {
    NOT_FOUND: "Found, not looked up, or without an answer",
    FAILED: "Answered, or not looked up",
    NEEDS_FIXING: "Nothing to fix",
}


def _left_out_of_all(
    database: Database, heading: RunHeading, choice: RowChoice, only: Condition | None
) -> tuple[LeftOut, ...]:
    left: Counter[str] = Counter()
    for outcome, count in stored.count_outside(database, heading, rows=choice, among=only).items():
        left[_why_left(outcome, choice, found=False)] += count
    return _most_first(left)


def _most_first(left: Counter[str]) -> tuple[LeftOut, ...]:
    return tuple(
        LeftOut(reason, rows) for reason, rows in sorted(left.items(), key=lambda one: (-one[1], one[0]))
    )


def _why_left(outcome: Outcome, choice: RowChoice, *, found: bool) -> str:
    """Why a row without a new, or a safe, value has none: that nothing was found is said of answers alone.

    found: whether it has an email or a phone from Cleanlist all the same.
    """
    if choice == "found" and outcome in _KNOWN_WITHOUT_NEWS:
        if outcome is Outcome.KNOWN and not found:
            return KNOWN_MISS_LABEL
        return _KNOWN_WITHOUT_NEWS[outcome]
    if outcome is Outcome.DUPLICATE:
        return SAME_PERSON
    if outcome in (*ANSWERED, *KNOWN_OUTCOMES):
        return NOT_SAFE if choice == "safe" else _without_news(outcome, found=found)
    return outcome.label


def _without_news(outcome: Outcome, *, found: bool) -> str:
    return outcome_in_words(outcome, found=found) if outcome is Outcome.NOTHING else NO_NEWS_LABEL


def preset_notes(preset: Preset, rows: int) -> tuple[str, ...]:
    """What a person should know before importing."""
    notes = [preset.advice] if preset.advice else []
    if preset.max_rows and rows > preset.max_rows:
        notes.append(
            f"{preset.title} takes at most {preset.max_rows:,} rows in one file; this one has {rows:,}."
            " Split it before you import it."
        )
    return tuple(notes)


def _doubtful_notes(emails: Mapping[EmailQuality, int], unchecked: int) -> tuple[str, ...]:
    """How many of the emails are not known to be safe, and what leaves them out.

    unchecked: emails of the uploaded file, about which Cleanlist was not asked.
    """
    counts = [
        f"{emails[quality]:,} {quality.label.lower()}" for quality in EmailQuality if emails.get(quality)
    ]
    counts += [f"{unchecked:,} from your file, not checked by Cleanlist"] if unchecked else []
    if not counts:
        return ()
    return (
        f"Not all emails in this file are known to be safe to send: {', '.join(counts)}."
        " Choose the rows “Safe to send” to leave them out.",
    )


def _other_row_notes(rows: int) -> tuple[str, ...]:
    """How many rows have a value that was neither found nor stands in the row itself."""
    if not rows:
        return ()
    have = "1 row has" if rows == 1 else f"{rows:,} rows have"
    return (f"{have} an email or a phone that stands in another row of the same person in your file.",)


def _shared_email_notes(emails: array[int]) -> tuple[str, ...]:
    """How many rows of different people have an email in common, which a CRM takes for one contact.

    emails: a hash of each, so that a list of a million stays small.
    """
    _, rows = np.unique(np.frombuffer(emails, np.int64), return_counts=True)
    shared = rows[rows > 1]
    if not len(shared):
        return ()
    several = "1 email stands" if len(shared) == 1 else f"{len(shared):,} emails stand"
    return (
        f"{several} with more than one person ({shared.sum():,} rows). A tool that matches by email makes"
        " one contact of them: look at these rows before you import.",
    )


class _Selection:
    """Decides row by row what a preset takes, and counts why it leaves others out."""

    def __init__(
        self, database: Database, preset: Preset, heading: RunHeading, rows: RowChoice | None
    ) -> None:
        self.preset = preset
        self.choice: RowChoice = rows or preset.rows
        kept = {} if heading.source in preset.not_from else places(heading.columns, preset.ids)
        self.ids = kept
        self.taken = 0
        self.left_out: Counter[str] = Counter()
        self.doubtful: Counter[EmailQuality] = Counter()
        self.unchecked = 0
        self.emails = array("q")
        self.from_other_rows = 0
        self.chunk = chunk_size(len(heading.columns) + 30)
        self._corrected = corrected_cells(database, heading.list_id)
        self._read = person_reader(heading.columns, heading.mapping)

    @property
    def header(self) -> tuple[str, ...]:
        return (*self.ids, *(name for name, _ in self.preset.columns))

    def reasons(self) -> tuple[LeftOut, ...]:
        return _most_first(self.left_out)

    def notes(self) -> tuple[str, ...]:
        """What a person should know before importing the rows taken so far."""
        notes = preset_notes(self.preset, self.taken) + _doubtful_notes(self.doubtful, self.unchecked)
        return notes + _other_row_notes(self.from_other_rows) + _shared_email_notes(self.emails)

    def values_of(self, row: Any) -> tuple[str, ...] | None:
        """The cells of a row, or None when it is left out; either way it is counted."""
        reason = self._refused(row)
        if not reason:
            cells = with_corrections(json.loads(row.cells), self._corrected.get(row.row_number))
            person = self._read(row, cells)
            if self.preset.rule.admits(person):
                self.taken += 1
                self.from_other_rows += is_from_another_row(row)
                if person["email"] and row.outcome != Outcome.DUPLICATE:
                    self.emails.append(hash(person["email"]))
                self._look_at_email(row, person["email"])
                ids = [cells[place] if place < len(cells) else "" for place in self.ids.values()]
                return (*ids, *(_value(person, name) for _, name in self.preset.columns))
            reason = self.preset.rule.reason
        self.left_out[reason] += 1
        return None

    def _look_at_email(self, row: Any, email: str) -> None:
        """Count an email that goes into the file and may not be safe to send."""
        if not email:
            return
        if email != row.email.strip().lower():
            self.unchecked += 1
        elif row.email_quality != EmailQuality.GOOD:
            self.doubtful[EmailQuality(row.email_quality or EmailQuality.UNKNOWN)] += 1

    def _refused(self, row: Any) -> str:
        if row.outcome == Outcome.NEEDS_FIXING and row.cause in COLUMN_NAMES:
            return NAMES_OF_COLUMNS
        # With ids each row is a record the CRM has already; without, a second row would make a second one.
        if row.outcome == Outcome.DUPLICATE and not self.ids:
            return SAME_PERSON
        safe = usable_email(row) and row.email_quality == EmailQuality.GOOD
        taken = {"all": True, "found": has_new_value(row), "safe": safe}[self.choice]
        found = bool(row.email or row.phone)
        return "" if taken else _why_left(Outcome(row.outcome), self.choice, found=found)


def _value(person: Values, name: str) -> str:
    return name[1:] if name.startswith("=") else person[name]


def _preset_sheet(database: Database, heading: RunHeading, selection: _Selection, among: Among) -> Sheet:
    only = among.condition(database, heading)
    rows = stored.people_rows(database, heading, among=only, chunk=selection.chunk)
    return Sheet(
        header=selection.header,
        rows=stored.count_rows(database, heading, among=only),
        chunks=_preset_chunks(rows, selection),
        notes=lambda: _sheet_notes(selection),
    )


def _sheet_notes(selection: _Selection) -> tuple[str, ...]:
    left = tuple(
        f"{one.rows:,} {'row is' if one.rows == 1 else 'rows are'} left out: "
        f"{one.reason[0].lower()}{one.reason[1:]}."
        for one in selection.reasons()
    )
    return left + selection.notes()


def _preset_chunks(rows: Iterator[Sequence[Any]], selection: _Selection) -> Iterator[list[pa.Array]]:
    choose: Callable[[Any], tuple[str, ...] | None] = selection.values_of
    for chunk in rows:
        taken = [cells for row in chunk if (cells := choose(row)) is not None]
        yield as_columns(taken, len(selection.header))
