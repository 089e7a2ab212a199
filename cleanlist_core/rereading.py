"""Reading the file of a list another way, when a person says that it was not read right."""

from __future__ import annotations

from collections.abc import Mapping

from cleanlist_core.carried_changes import lost_lines
from cleanlist_core.errors import RunError
from cleanlist_core.intake.checking import prepare
from cleanlist_core.intake.mapping import ColumnMapping
from cleanlist_core.intake.readings import HowRead, as_kept
from cleanlist_core.intake.tables import Reading, ReadTable
from cleanlist_core.reviewing import choose_columns, put_in_place, recognise_as_before
from cleanlist_core.store.database import Database
from cleanlist_core.store.list_files import how_read, read_file
from cleanlist_core.store.lists import StoredList
from cleanlist_core.store.past_changes import past_changes
from cleanlist_core.uploads import Upload
from cleanlist_core.workspace import Workspace


def how_it_was_read(database: Database, listed: StoredList) -> HowRead | None:
    """How the list's file was read; None where there is no file, as for one person typed in."""
    how = how_read(database, listed.id)
    return as_kept(how) if how else None


_LEFT_OUT = ("sheet", "stray_cells", "notes_above", "header_again", "totals_below", "blank_rows")


def left_out_in_reading(database: Database, list_id: str) -> tuple[str, ...]:
    """What of the file of a list is none of its rows, and so in no download either, one sentence each."""
    how = how_read(database, list_id)
    return tuple(note.text for note in as_kept(how).notes if note.code in _LEFT_OUT) if how else ()


def table_read(workspace: Workspace, listed: StoredList, reading: Reading) -> tuple[ReadTable, Upload]:
    """The file of a list read another way, and the file. Raises IntakeError, RunError without a file."""
    kept = read_file(workspace.database, listed.id)
    if kept is None:
        raise RunError(
            "The file of this list is not kept here. Nothing was changed. Drop it in again as a new list.",
            code="no_file",
        )
    file = workspace.hold(kept.pieces)
    return workspace.read_upload(file.read(), listed.facts.file_name, reading), file


def lost_by_reading(workspace: Workspace, listed: StoredList, reading: Reading) -> tuple[int, ...]:
    """Lines of the file with fixes that would not hold when it is read that way. Raises as `read_again`."""
    if not past_changes(workspace.database, listed.id):
        return ()
    table, _ = table_read(workspace, listed, reading)
    mapping = recognise_as_before(workspace.database, listed.organization_id, table)
    return lost_lines(workspace.database, listed, prepare(table, mapping).rows)


def read_again(
    workspace: Workspace, listed: StoredList, reading: Reading, chosen: Mapping[str, str] | None = None
) -> str:
    """Read the file of a list another way. Returns the id of the list that takes its place.

    chosen: what each column is, field → column, where nobody could tell. Fixes stay where they still apply;
    a list that was looked up before stays as it is.
    Raises IntakeError (no_usable_column where `chosen` is needed) and RunError; nothing is changed then.
    """
    table, file = table_read(workspace, listed, reading)
    return put_in_place(workspace, listed, table, _mapping(workspace, listed, table, chosen), file)


def _mapping(
    workspace: Workspace, listed: StoredList, table: ReadTable, chosen: Mapping[str, str] | None
) -> ColumnMapping:
    database, organization_id = workspace.database, listed.organization_id
    if chosen:
        return choose_columns(database, organization_id, table, chosen)
    return recognise_as_before(database, organization_id, table)
