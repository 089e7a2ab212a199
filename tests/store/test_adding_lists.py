"""A large list is stored in slices: others go on meanwhile, and half a list is never met."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select, update

from cleanlist_core.intake.mapping import recognise
from cleanlist_core.settings import read_settings
from cleanlist_core.store.database import Database, open_sqlite, open_url
from cleanlist_core.store.lists import ROWS_PER_INSERT, find_lists, read_rows
from cleanlist_core.store.organizations import remember_organization
from cleanlist_core.store.schema import contact_list, list_cells, list_file, list_reading, list_row
from cleanlist_core.workspace import Workspace
from tests.databases import NewUrl

ORG = "org_adding"
ROWS = 2 * ROWS_PER_INSERT + 1
TABLES = (contact_list, list_row, list_cells, list_file, list_reading)
AN_HOUR_LATER = 3_601.0


@pytest.fixture
def workspace(tmp_path: Path, new_url: NewUrl) -> Iterator[Workspace]:
    database = open_url(new_url(tmp_path))
    remember_organization(database, ORG, "user")
    opened = Workspace(read_settings(), database)
    yield opened
    opened.close()


def store(workspace: Workspace, rows: int, progress: Callable[[float], None] = lambda _share: None) -> str:
    lines = "".join(f"Ada {number},Lind,Acme {number % 7}\n" for number in range(rows))
    data = f"First Name,Last Name,Company\n{lines}".encode()
    table = workspace.read_upload(data, "fair.csv")
    return workspace.add_list(
        ORG, table, recognise(table), file_name="fair.csv", data=[data], progress=progress
    )


def counts(database: Database) -> list[int]:
    with database.read() as connection:
        return [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in TABLES]


@pytest.mark.both_databases
def test_while_a_list_is_stored_others_write_and_nobody_meets_half_of_it(workspace: Workspace) -> None:
    other = open_url(workspace.database.engine.url.render_as_string(hide_password=False))
    met: list[int] = []
    shares: list[float] = []

    def look(share: float) -> None:
        shares.append(share)
        met.append(len(find_lists(other, ORG)))
        remember_organization(other, f"org_{len(shares)}", "somebody else")

    list_id = store(workspace, ROWS, look)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) == 3
    assert met == [0, 0, 0]
    assert [one.id for one in find_lists(other, ORG)] == [list_id]
    first_names = [cells[0] for _, cells in read_rows(other, list_id)]
    assert first_names == [f"Ada {number}" for number in range(ROWS)]
    other.close()


@pytest.mark.both_databases
def test_a_person_who_leaves_while_a_list_is_stored_leaves_nothing_behind(workspace: Workspace) -> None:
    def leave(_share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store(workspace, ROWS, leave)
    assert counts(workspace.database) == [0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("later", "stays"),
    [
        pytest.param(10.0, ROWS_PER_INSERT, id="another process may still be storing it"),
        pytest.param(AN_HOUR_LATER, 0, id="an hour later the next list clears it away"),
    ],
)
def test_what_a_power_cut_left_of_a_list_is_never_met_and_cleared_away(
    workspace: Workspace, tmp_path: Path, later: float, stays: int
) -> None:
    after = tmp_path / "after the power cut"
    after.mkdir()

    def cut_the_power(_share: float) -> None:
        if not list(after.iterdir()):
            for file in tmp_path.glob("cleanlist.sqlite3*"):
                shutil.copy(file, after)

    store(workspace, ROWS, cut_the_power)
    started = workspace.database.clock()
    database = open_sqlite(after / "cleanlist.sqlite3", clock=lambda: started + later)
    reopened = Workspace(read_settings(), database)
    assert find_lists(database, ORG) == []
    assert counts(database)[1] == ROWS_PER_INSERT
    list_id = store(reopened, 2)
    assert [one.id for one in find_lists(database, ORG)] == [list_id]
    assert counts(database)[1] == stays + 2
    reopened.close()


@pytest.mark.both_databases
def test_a_slow_upload_that_ends_while_leftovers_are_cleared_away_stays(workspace: Workspace) -> None:
    database = workspace.database
    other = open_url(database.engine.url.render_as_string(hide_password=False))
    slow = store(workspace, 3)
    begun = database.clock() - AN_HOUR_LATER
    with database.write() as connection:
        connection.execute(update(contact_list).values(deleted_at=begun))
    ended: list[str] = []

    def end_the_upload(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "EXISTS" in statement and not ended:
            ended.append(slow)
            with other.write_at_once() as connection:
                connection.execute(update(contact_list).values(deleted_at=None))

    event.listen(database.engine, "after_cursor_execute", end_the_upload)
    new = store(workspace, 2)
    assert ended == [slow]
    assert {one.id for one in find_lists(database, ORG)} == {slow, new}
    assert len(list(read_rows(database, slow))) == 3
    other.close()
