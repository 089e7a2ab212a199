"""Changes written in slices: the same in the end, right after each slice, and open to others in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from sqlalchemy import select, update

from cleanlist_core import fixing
from cleanlist_core.domain import Contact, RunState
from cleanlist_core.intake.rechecking import cause_of, plain_fields, recheck
from cleanlist_core.store import browsing, large_changes, list_changes, row_ranks
from cleanlist_core.store.lists import StoredList
from cleanlist_core.store.results import run_heading
from cleanlist_core.store.row_checks import RowPatch
from cleanlist_core.store.schema import list_change_row, run
from cleanlist_core.workspace import Workspace
from tests.runs.scene import Scene, open_scene
from tests.store.test_list_changes import (
    EDITS,
    LISTS,
    ORG,
    QUICK,
    add,
    facts_of,
    listed_in,
    rows_of,
    workspace,
)

__all__ = ["workspace"]

ROWS = [Contact("", "Jane", "", f"firm-{number}.example", "") for number in range(6)]
NAMED = [(number + 1, Contact("", "Jane", "Doe", one.company_domain, "")) for number, one in enumerate(ROWS)]


class PowerCutError(Exception):
    """The program ends here."""


@pytest.fixture(autouse=True)
def one_row_at_a_time() -> Iterator[None]:
    """Every change is a large one, and every slice as small as can be."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(list_changes, "AT_ONCE", 0)
        patched.setattr(large_changes, "SLICE_ROWS", 1)
        patched.setattr(large_changes, "PAUSE_SECONDS", 0)
        yield


def change(
    workspace: Workspace, listed: StoredList, edits: list[tuple[int, Contact]]
) -> list_changes.Changed:
    """All edits as one change."""
    rows = {row["row_number"]: row for row in rows_of(workspace, listed)}
    patches = []
    for number, typed in dict(edits).items():
        if number in rows:
            after = plain_fields(typed)
            patches.append(RowPatch(number, fixing.row_fields(rows[number]), after, cause_of(after, typed)))
    return list_changes.change_rows(
        workspace.database, ORG, listed.id, patches, kind="test", text="", recheck=recheck
    )


def comparable(workspace: Workspace, listed: StoredList) -> list[dict[str, Any]]:
    return [{name: row[name] for name in row if name != "list_id"} for row in rows_of(workspace, listed)]


def check_it_is_right(workspace: Workspace, listed: StoredList) -> None:
    """The list is what its fields say, and its numbers add up."""
    rows, facts = rows_of(workspace, listed), facts_of(workspace, listed)
    counted = [row["checked"] for row in rows]
    found = (facts.ready, facts.invalid, facts.duplicates)
    assert found == tuple(counted.count(state) for state in ("ready", "invalid", "duplicate"))
    assert facts.reasons == {
        code: sum(row["reason"] == code for row in rows) for code in {row["reason"] for row in rows} - {""}
    }
    with workspace.database.read() as connection:
        before = large_changes.rows_at(connection, listed.id, None)
    anew = recheck(large_changes.as_table(before, {}))
    for name in large_changes.CHECKED:
        assert anew[name].to_pylist() == before[name].to_pylist()


def in_the_pause(do: Callable[[], object]) -> pytest.MonkeyPatch:
    """Do something once, while the first slice is written and the others are not."""
    patched = pytest.MonkeyPatch()
    done: list[object] = []

    def pause(_seconds: float) -> None:
        if not done:
            done.append(1)
            do()

    patched.setattr(large_changes, "sleep", pause)
    return patched


@QUICK
@given(LISTS, EDITS)
def test_slices_come_to_the_same_as_one_transaction(
    workspace: Workspace, contacts: list[Contact], edits: list[tuple[int, Contact]]
) -> None:
    sliced, whole = add(workspace, contacts), add(workspace, contacts)
    before = comparable(workspace, sliced)
    done = change(workspace, sliced, edits)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(list_changes, "AT_ONCE", 1_000)
        expected = change(workspace, whole, edits)
    assert (done.rows, done.ready) == (expected.rows, expected.ready)
    assert comparable(workspace, sliced) == comparable(workspace, whole)
    assert facts_of(workspace, sliced).reasons == facts_of(workspace, whole).reasons
    check_it_is_right(workspace, sliced)
    for made in fixing.changes(workspace.database, sliced):
        assert fixing.undo(workspace.database, sliced, made.id) == done.rows
    assert comparable(workspace, sliced) == before
    assert facts_of(workspace, sliced) == sliced.facts
    assert not fixing.changes(workspace.database, sliced)


@QUICK
@given(LISTS, EDITS)
def test_a_power_cut_after_any_slice_leaves_a_right_list_that_can_be_brought_back(
    workspace: Workspace, contacts: list[Contact], edits: list[tuple[int, Contact]]
) -> None:
    listed = add(workspace, contacts)
    before = comparable(workspace, listed)

    def cut() -> None:
        raise PowerCutError

    patched = in_the_pause(cut)
    try:
        change(workspace, listed, edits)
        assume(False)  # nothing to change: no slice, no pause
    except PowerCutError:
        pass
    finally:
        patched.undo()
    check_it_is_right(workspace, listed)
    (made,) = fixing.changes(workspace.database, listed)
    with workspace.database.read() as connection:
        query = select(list_change_row.c.row_number).where(list_change_row.c.change_id == made.id)
        assert len(connection.execute(query).all()) == made.rows > 0
    fixing.undo(workspace.database, listed, made.id)
    assert comparable(workspace, listed) == before
    assert facts_of(workspace, listed) == listed.facts


def test_a_power_cut_while_undoing_leaves_the_rest_to_be_undone(workspace: Workspace) -> None:
    listed = add(workspace, ROWS)
    before = comparable(workspace, listed)
    change_id = change(workspace, listed, NAMED).change_id
    assert change_id is not None

    def cut() -> None:
        raise PowerCutError

    patched = in_the_pause(cut)
    with pytest.raises(PowerCutError):
        fixing.undo(workspace.database, listed, change_id)
    patched.undo()
    check_it_is_right(workspace, listed)
    assert [made.rows for made in fixing.changes(workspace.database, listed)] == [len(ROWS) - 1]
    assert fixing.undo(workspace.database, listed, change_id) == len(ROWS) - 1
    assert comparable(workspace, listed) == before


def test_the_rest_of_a_change_cut_short_is_made_by_the_same_click(workspace: Workspace) -> None:
    listed = add(workspace, [Contact("", f"Jane Doe{number}", "", "", "Acme") for number in range(5)])

    def cut() -> None:
        raise PowerCutError

    (offer,) = fixing.repair_offers(workspace.database, listed)
    patched = in_the_pause(cut)
    with pytest.raises(PowerCutError):
        fixing.take_offer(workspace.database, listed, offer)
    patched.undo()
    (rest,) = fixing.repair_offers(workspace.database, listed)
    assert (len(offer.rows), len(rest.rows)) == (5, 4)
    assert fixing.take_offer(workspace.database, listed, rest).ready == 4
    assert facts_of(workspace, listed).ready == 5


def test_others_write_between_the_slices_and_what_follows_is_worked_out_anew(workspace: Workspace) -> None:
    listed = add(workspace, ROWS)

    def edit_by_hand() -> None:
        typed = Contact("", "Otto", "Lind", "firm-5.example", "")
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(list_changes, "AT_ONCE", 1_000)
            assert fixing.edit_row(workspace.database, listed, 6, typed) is None
            typed = Contact("linkedin.com/in/jane", "Jane", "Doe", "firm-4.example", "")
            assert fixing.edit_row(workspace.database, listed, 1, typed) is None

    patched = in_the_pause(edit_by_hand)
    done = change(workspace, listed, NAMED)
    patched.undo()
    assert (done.rows, done.stale) == (5, (6,))
    check_it_is_right(workspace, listed)
    rows = rows_of(workspace, listed)
    assert rows[5]["first_name"] == "Otto"
    assert (rows[4]["checked"], rows[4]["leader"]) == ("duplicate", 1)


def test_what_is_made_of_a_list_between_two_slices_does_not_outlast_the_second(scene: Scene) -> None:
    people = [
        {"First Name": "Mara", "Last Name": f"Quill{letter}", "Website": f"firm-{letter}.example.com"}
        for letter in "ab"
    ]
    listed = listed_in(scene, scene.add_list(people))
    run_id = scene.start(listed.id)
    made_between: list[bool] = []

    def has_places() -> bool:
        return row_ranks.ranks_at_hand(scene.database, run_id, "website") is not None

    def make_places() -> None:
        with scene.database.write() as connection:
            connection.execute(update(run).values(state=RunState.FINISHED.value))
        heading = run_heading(scene.database, run_id)
        row_ranks.keep_ranks(scene.database, run_id, browsing.rank_queries(scene.database, heading))
        made_between.append(has_places())

    with scene.database.read() as connection:
        rows = large_changes.rows_at(connection, listed.id, None).to_pylist()
    before = [fixing.row_fields(row) for row in rows]
    after = [replace(one, company_domain=f"else-{number}.example.com") for number, one in enumerate(before)]
    patches = [RowPatch(number, *pair) for number, pair in enumerate(zip(before, after, strict=True), 1)]
    patched = in_the_pause(make_places)
    made = list_changes.change_rows(
        scene.database, listed.organization_id, listed.id, patches, kind="test", text="", recheck=recheck
    )
    patched.undo()
    assert (made.rows, made_between, has_places()) == (2, [True], False)
    assert made.change_id is not None
    patched = in_the_pause(make_places)
    assert fixing.undo(scene.database, listed, made.change_id) == 2
    patched.undo()
    assert (made_between, has_places()) == ([True, True], False)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with open_scene(tmp_path / "data") as opened:
        yield opened


def test_rows_that_a_run_looks_up_between_the_slices_stay_as_they_are(scene: Scene) -> None:
    people = [
        {"First Name": "Mara", "Last Name": f"Quill{letter}", "Website": f"firm-{letter}.example.com"}
        for letter in "abcd"
    ]
    list_id = scene.add_list(people)
    listed = listed_in(scene, list_id)
    with scene.database.read() as connection:
        rows = large_changes.rows_at(connection, list_id, None).to_pylist()
    patches = [
        RowPatch(
            row["row_number"],
            fixing.row_fields(row),
            plain_fields(Contact("", "Mara", "Quill", "firm-1.example.com", "")),
        )
        for row in rows
    ]
    patched = in_the_pause(lambda: scene.drive(scene.start(list_id)))
    done = list_changes.change_rows(
        scene.database, listed.organization_id, list_id, patches, kind="test", text="", recheck=recheck
    )
    patched.undo()
    assert done.rows + len(done.looked_up) == len(people)
    scene.drive(scene.start(list_id))
    assert set(scene.accepted().values()) == {1}
