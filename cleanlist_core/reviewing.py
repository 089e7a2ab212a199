"""What a person looks at before anything is spent: what each column was taken for, and the rows to fix."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice

import pyarrow as pa

from cleanlist_core.carried_changes import carry_over, lost_lines
from cleanlist_core.domain import FIELDS
from cleanlist_core.errors import IntakeError
from cleanlist_core.intake.checking import CAUSES, DUPLICATE, prepare
from cleanlist_core.intake.column_names import column_names, place_of, quoted_names, shown_names
from cleanlist_core.intake.mapping import FIELD_LABELS, ColumnMapping, guess, recognise
from cleanlist_core.intake.readings import HowRead, as_kept
from cleanlist_core.intake.rejoining import ROW_COLUMN, row_id
from cleanlist_core.intake.tables import Note, ReadTable, Row
from cleanlist_core.results.csv_files import as_columns
from cleanlist_core.results.exporting import rejects_csv
from cleanlist_core.results.sheets import unique_names
from cleanlist_core.store.column_choices import (
    chosen_on,
    claim_choice,
    find_choice,
    forget_choice,
    remember_choice,
)
from cleanlist_core.store.database import Database
from cleanlist_core.store.list_files import read_file
from cleanlist_core.store.lists import StoredList, read_rows
from cleanlist_core.store.past_changes import past_changes
from cleanlist_core.uploads import Upload
from cleanlist_core.workspace import Workspace

SAMPLE_ROWS = 200
SAMPLE_VALUES = 3
ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """A field, the name of the column that feeds it, why that one, and some of its values.

    shown: the name as a person reads it.
    """

    field: str
    label: str
    header: str
    shown: str
    why: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FixGroup:
    """Rows of a list that share a cause. fixable: else they repeat other rows."""

    code: str
    title: str
    advice: str
    rows: int
    fixable: bool


def table_of(database: Database, listed: StoredList, *, rows: int | None = None) -> ReadTable:
    """The list as it was read from its file, to be mapped again. rows: only the first so many."""
    facts = listed.facts
    width = len(facts.columns)
    lines: list[int] = []
    chunks: list[pa.Table] = []
    stored = read_rows(database, listed.id, limit=rows)
    while chunk := list(islice(stored, ROWS_AT_ONCE)):
        lines += [row["line"] for row, _ in chunk]
        columns = as_columns((_padded(cells, width) for _, cells in chunk), width)
        chunks.append(pa.table(dict(zip(map(str, range(width)), columns, strict=True))))
    empty = pa.table({str(place): pa.array([], pa.string()) for place in range(width)})
    return ReadTable(
        columns=tuple(facts.columns),
        cells=pa.concat_tables(chunks) if chunks else empty,
        lines=pa.array(lines, pa.int32()),
        encoding=facts.encoding,
        delimiter=facts.delimiter,
        header_row=facts.header_row,
        sheet="",
        notes=tuple(Note("", text) for text in facts.notes),
        checksum=facts.checksum,
    )


def _padded(cells: list[str], width: int) -> list[str]:
    return (cells + [""] * width)[:width]


def mapped_columns(database: Database, listed: StoredList) -> tuple[MappedColumn, ...]:
    """What feeds each field, in the order of the fields, with the first values found in the file."""
    table = table_of(database, listed, rows=SAMPLE_ROWS)
    why, names, quoted = _reasons(table), column_names(table.columns), quoted_names(table.columns)
    shown = shown_names(table.columns)
    chosen = chosen_before(database, listed)
    return tuple(
        MappedColumn(
            field=field,
            label=FIELD_LABELS[field][:1].upper() + FIELD_LABELS[field][1:],
            header=names[place],
            shown=shown[place],
            why=(
                f"You chose {quoted[place]} for the {FIELD_LABELS[field]}."
                if chosen.get(field) == names[place]
                else why.get((field, names[place]))
                or f"{quoted[place]} is used for the {FIELD_LABELS[field]}."
            ),
            samples=_samples(table, place),
        )
        for field in FIELDS
        for name in listed.facts.mapping.get(field, ())[:1]
        if (place := place_of(name, table.columns)) is not None
    )


def guessed_columns(table: ReadTable) -> dict[str, str]:
    """Field → the column that would be taken for it unasked, also in a file that lacks what it needs."""
    return dict(_reasons(table).keys())


@dataclass(frozen=True, slots=True)
class SampledColumn:
    """A column by its name as a person reads it, and its first different values."""

    name: str
    samples: tuple[str, ...]


def sampled_columns(table: ReadTable) -> tuple[SampledColumn, ...]:
    """What a person chooses columns by; those without any value near the top are left out."""
    head = replace(table, cells=table.cells.slice(0, SAMPLE_ROWS))
    columns = (
        SampledColumn(name, _samples(head, place)) for place, name in enumerate(shown_names(table.columns))
    )
    return tuple(column for column in columns if column.samples)


def columns_not_used(database: Database, listed: StoredList) -> tuple[str, ...]:
    """Which columns are called like something that is used, and why they feed nothing, one sentence each."""
    table = table_of(database, listed, rows=SAMPLE_ROWS)
    used = {place_of(name, table.columns) for names in listed.facts.mapping.values() for name in names}
    return tuple(said for place, said in sorted(guess(table).against.items()) if place not in used)


def _reasons(table: ReadTable) -> Mapping[tuple[str, str], str]:
    """(field, column) → why it would be chosen unasked."""
    mapping = guess(table)
    names = column_names(table.columns)
    return {
        (field, names[positions[0]]): mapping.why.get(field, "")
        for field, positions in mapping.columns.items()
        if positions
    }


def _samples(table: ReadTable, place: int) -> tuple[str, ...]:
    values = table.cells.column(place).to_pylist()
    return tuple(islice(dict.fromkeys(value.strip() for value in values if value.strip()), SAMPLE_VALUES))


def fix_groups(listed: StoredList) -> tuple[FixGroup, ...]:
    """Why rows are not ready, the most frequent cause first."""
    return tuple(
        FixGroup(code, CAUSES[code].title, CAUSES[code].advice, rows, fixable=code != DUPLICATE)
        for code, rows in listed.facts.reasons.items()
        if code in CAUSES
    )


def rows_to_fix(database: Database, listed: StoredList) -> bytes:
    """The rows that need fixing as CSV: the file's own columns, the id of each row, and what to fix.

    By the id a corrected file finds its way back into the list.
    """
    columns = list(listed.facts.columns)
    broken = list(read_rows(database, listed.id, to_fix=True))
    return rejects_csv(
        [*columns, *unique_names(columns, [ROW_COLUMN])],
        ([*_padded(cells, len(columns)), row_id(listed.id, row["row_number"])] for row, cells in broken),
        (_advice(row["reason"]) for row, _ in broken),
        delimiter=listed.facts.delimiter,
    )


def _advice(code: str) -> str:
    cause = CAUSES.get(code)
    return f"{cause.title}. {cause.advice}" if cause else code


def recognise_as_before(database: Database, organization_id: str, table: ReadTable) -> ColumnMapping:
    """What the columns are, as they were chosen last time for a file with this header. Raises IntakeError."""
    chosen = find_choice(database, organization_id, table.columns)
    if chosen:
        with suppress(IntakeError):
            return recognise(table, chosen)
    return recognise(table)


def choose_columns(
    database: Database, organization_id: str, table: ReadTable, chosen: Mapping[str, str]
) -> ColumnMapping:
    """Follow a person's choice, and remember it for files with this header. Raises IntakeError."""
    mapping = recognise(table, chosen)
    unasked = guessed_columns(table)
    different = {field: header for field, header in chosen.items() if header != unasked.get(field, "")}
    remember_choice(database, organization_id, table.columns, different)
    return mapping


def chosen_before(database: Database, listed: StoredList) -> dict[str, str]:
    """What a person chose for files with the header of this list, field → column; empty when nothing."""
    return find_choice(database, listed.organization_id, listed.facts.columns)


def chosen_here(database: Database, listed: StoredList) -> bool:
    """Whether it was chosen on this very list, and not on an earlier one."""
    return chosen_on(database, listed.organization_id, listed.facts.columns) == listed.id


def claim_columns(database: Database, organization_id: str, table: ReadTable, list_id: str) -> None:
    """Keep in mind that what was just chosen was chosen on this list."""
    claim_choice(database, organization_id, table.columns, list_id)


def lost_by_columns(
    database: Database, listed: StoredList, corrections: Mapping[str, str]
) -> tuple[int, ...]:
    """Lines of the file with fixes that would not hold with other columns. Raises IntakeError."""
    if not past_changes(database, listed.id):
        return ()
    table = table_of(database, listed)
    mapping = recognise(table, {**_chosen_so_far(database, listed, table), **corrections})
    return lost_lines(database, listed, prepare(table, mapping).rows)


def change_columns(workspace: Workspace, listed: StoredList, corrections: Mapping[str, str]) -> str:
    """Read the stored list again with other columns. Returns the id of the list that takes its place.

    corrections: field → header, "" for none. Fixes stay where they still apply (see `lost_by_columns`).
    A list that was looked up before stays as it is.
    Raises IntakeError when no usable columns would be left; nothing is changed then.
    """
    table = table_of(workspace.database, listed)
    chosen = {**_chosen_so_far(workspace.database, listed, table), **corrections}
    mapping = choose_columns(workspace.database, listed.organization_id, table, chosen)
    return put_in_place(workspace, listed, table, mapping)


def _chosen_so_far(database: Database, listed: StoredList, table: ReadTable) -> Mapping[str, str]:
    return chosen_before(database, listed) or _earlier_choices(table, listed)


def lost_by_forgetting(database: Database, listed: StoredList) -> tuple[int, ...]:
    """Lines of the file with fixes that would not hold once the choice is forgotten."""
    if listed.runs or not past_changes(database, listed.id):
        return ()
    table = table_of(database, listed)
    try:
        return lost_lines(database, listed, prepare(table, recognise(table)).rows)
    except IntakeError:
        return ()


def forget_columns(workspace: Workspace, listed: StoredList) -> str:
    """Forget what was chosen for this header, and read the list again as if nobody had. Returns its new id.

    A list that was looked up before stays as it is, and so does one that cannot be read without the choice.
    """
    forget_choice(workspace.database, listed.organization_id, listed.facts.columns)
    if listed.runs:
        return listed.id
    table = table_of(workspace.database, listed)
    try:
        mapping = recognise(table)
    except IntakeError:
        return listed.id
    return put_in_place(workspace, listed, table, mapping)


def put_in_place(
    workspace: Workspace,
    listed: StoredList,
    table: ReadTable,
    mapping: ColumnMapping,
    file: Upload | None = None,
) -> str:
    """Let a list read anew take the place of one, with what was fixed in it. Returns its id.

    file: the one the table was read from, where it was. The old list goes last: nothing is lost half-way,
    and its address leads to the new one.
    """
    if file is None and (kept := read_file(workspace.database, listed.id)):
        file, table = workspace.hold(kept.pieces), _with_its_reading(table, as_kept(kept.how))
    list_id = workspace.add_list(
        listed.organization_id, table, mapping, file_name=listed.facts.file_name, data=file
    )
    new = workspace.get_list(listed.organization_id, list_id)
    carry_over(workspace.database, listed, new)
    claim_choice(workspace.database, listed.organization_id, table.columns, list_id, before=listed.id)
    if not listed.runs:
        workspace.rename_list(listed.organization_id, list_id, listed.facts.name)
        workspace.replace_list(listed.organization_id, listed.id, list_id)
    return list_id


def _with_its_reading(table: ReadTable, how: HowRead) -> ReadTable:
    return replace(
        table,
        sheet=how.sheet,
        notes=how.notes,
        reading=how.reading,
        top=tuple(Row(line, [text]) for line, text in how.top),
        sheets=how.sheets,
    )


def _earlier_choices(table: ReadTable, listed: StoredList) -> dict[str, str]:
    """field → header where a person has already decided otherwise."""
    unasked = _reasons(table)
    chosen = {}
    for field in FIELDS:
        header = next(iter(listed.facts.mapping.get(field, ())), "")
        if header != next((name for of, name in unasked if of == field), ""):
            chosen[field] = header
    return chosen
