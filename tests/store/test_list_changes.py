"""Changes to rows of a list: they add up, are undone exactly, and nobody is paid for twice."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from cleanlist_core import fixing
from cleanlist_core.domain import Contact, Outcome, RowFields, RunState
from cleanlist_core.errors import RunError
from cleanlist_core.intake.mapping import recognise
from cleanlist_core.intake.rechecking import recheck
from cleanlist_core.settings import read_settings
from cleanlist_core.store import list_changes, row_checks
from cleanlist_core.store.database import open_url
from cleanlist_core.store.lists import StoredList, read_rows
from cleanlist_core.store.organizations import forget_organizations, remember_organization
from cleanlist_core.store.row_checks import RowPatch
from cleanlist_core.store.schema import list_change, list_change_row
from cleanlist_core.workspace import Workspace
from tests.databases import NewUrl
from tests.runs.scene import Scene, open_scene

ORG = "org_changes"
HEADER = ("First Name", "Last Name", "Company", "Website", "LinkedIn URL")
MAPPED = ("first_name", "last_name", "company_name", "company_domain", "linkedin_url")
CONTACTS = st.builds(
    Contact,
    linkedin_url=st.sampled_from(["", "", "linkedin.com/in/jane", "linkedin.com/in/otto"]),
    first_name=st.sampled_from(["Jane", "Otto", ""]),
    last_name=st.sampled_from(["Doe", "Lind", ""]),
    company_domain=st.sampled_from(["acme.example", "beta.example", ""]),
    company_name=st.sampled_from(["Acme", "Beta", ""]),
)
LISTS = st.lists(CONTACTS.filter(lambda one: one != Contact()), min_size=1, max_size=10)
EDITS = st.lists(st.tuples(st.integers(1, 10), CONTACTS), min_size=1, max_size=5)
QUICK = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def workspace(tmp_path: Path, new_url: NewUrl) -> Iterator[Workspace]:
    database = open_url(new_url(tmp_path))
    remember_organization(database, ORG, "user")
    opened = Workspace(read_settings(), database)
    yield opened
    opened.close()


def add(workspace: Workspace, contacts: list[Contact]) -> StoredList:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADER, *([getattr(one, name) for name in MAPPED] for one in contacts)])
    table = workspace.read_upload(text.getvalue().encode(), "fair.csv")
    mapping = recognise(table, dict(zip(MAPPED, HEADER, strict=True)))
    return workspace.get_list(ORG, workspace.add_list(ORG, table, mapping, file_name="fair.csv"))


def rows_of(workspace: Workspace, listed: StoredList) -> list[dict[str, Any]]:
    return [{**row, "cells": cells} for row, cells in read_rows(workspace.database, listed.id)]


def facts_of(workspace: Workspace, listed: StoredList) -> Any:
    return workspace.get_list(ORG, listed.id).facts


def edit(workspace: Workspace, listed: StoredList, edits: list[tuple[int, Contact]]) -> None:
    for number, typed in edits:
        if number <= listed.facts.rows:
            fixing.edit_row(workspace.database, listed, number, typed)


@QUICK
@given(LISTS, EDITS)
def test_whatever_is_changed_adds_up_and_is_undone_exactly(
    workspace: Workspace, contacts: list[Contact], edits: list[tuple[int, Contact]]
) -> None:
    listed = add(workspace, contacts)
    before = rows_of(workspace, listed)
    edit(workspace, listed, edits)
    facts, now = facts_of(workspace, listed), rows_of(workspace, listed)
    assert facts.rows == facts.ready + facts.invalid + facts.duplicates == len(before)
    assert sum(facts.reasons.values()) == facts.invalid + facts.duplicates
    ready = {row["identity"]: row["row_number"] for row in now if row["checked"] == "ready"}
    assert len(ready) == facts.ready
    for row in now:
        expected = row["row_number"] if row["checked"] == "invalid" else ready[row["identity"]]
        assert row["leader"] == expected
    for change in fixing.changes(workspace.database, listed):
        fixing.undo(workspace.database, listed, change.id)
    assert rows_of(workspace, listed) == before
    assert facts_of(workspace, listed) == listed.facts


@QUICK
@given(LISTS, EDITS)
def test_a_changed_list_is_what_a_file_with_those_values_would_be(
    workspace: Workspace, contacts: list[Contact], edits: list[tuple[int, Contact]]
) -> None:
    listed = add(workspace, contacts)
    edits = [one for one in edits if one[0] <= len(contacts) and one[1] != Contact()]
    edit(workspace, listed, edits)
    changed = dict(enumerate(contacts, 1)) | dict(edits)
    other = add(workspace, [changed[number] for number in sorted(changed)])
    leave_out = {"list_id", "cells", "line"}
    found, expected = (
        [{name: row[name] for name in row if name not in leave_out} for row in rows_of(workspace, one)]
        for one in (listed, other)
    )
    assert found == expected


@QUICK
@given(LISTS, EDITS)
def test_looking_at_all_rows_comes_to_the_same_as_looking_at_those_concerned(
    workspace: Workspace, contacts: list[Contact], edits: list[tuple[int, Contact]]
) -> None:
    few, all_rows = add(workspace, contacts), add(workspace, contacts)
    edit(workspace, few, edits)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(row_checks, "FEW_KEYS", 0)
        edit(workspace, all_rows, edits)
    leave_out = {"list_id"}
    found, expected = (
        [{name: row[name] for name in row if name not in leave_out} for row in rows_of(workspace, one)]
        for one in (few, all_rows)
    )
    assert found == expected


@pytest.mark.both_databases
def test_changes_of_a_deleted_list_are_deleted(workspace: Workspace) -> None:
    listed = add(workspace, [Contact("", "Jane", "Doe")])
    edit(workspace, listed, [(1, Contact("", "Jane", "Doe", "acme.example"))])
    workspace.delete_list(ORG, listed.id)
    with workspace.database.read() as connection:
        assert connection.execute(select(list_change)).all() == []
        assert connection.execute(select(list_change_row)).all() == []


@pytest.mark.both_databases
def test_organizations_are_forgotten_with_their_changes(workspace: Workspace) -> None:
    listed = add(workspace, [Contact("", "Jane", "Doe")])
    edit(workspace, listed, [(1, Contact("", "Jane", "Doe", "acme.example"))])
    forget_organizations(workspace.database, older_than_seconds=-10)
    with workspace.database.read() as connection:
        assert connection.execute(select(list_change)).all() == []


@pytest.mark.both_databases
def test_lists_of_others_are_out_of_reach(workspace: Workspace) -> None:
    listed = add(workspace, [Contact("", "Jane", "Doe")])
    patch = RowPatch(1, RowFields(first_name="Jane", last_name="Doe"), RowFields(first_name="X"))
    with pytest.raises(RunError, match="another organization"):
        list_changes.change_rows(
            workspace.database, "somebody else", listed.id, [patch], kind="x", text="x", recheck=recheck
        )
    assert fixing.changes(workspace.database, listed) == []


# Lists that were looked up


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with open_scene(tmp_path / "data") as opened:
        yield opened


def row_states(scene: Scene, run_id: str) -> list[tuple[str, int, bool]]:
    return [(row.outcome, row.leader, bool(row.ask)) for row in scene.rows(run_id)]


def listed_in(scene: Scene, list_id: str) -> StoredList:
    return scene.workspace.get_list(scene.organization_id, list_id)


PEOPLE = [
    {"LinkedIn URL": "https://www.linkedin.com/in/invented-one-1"},
    {"First Name": "Mara", "Last Name": "", "Website": "firm-1.example.com"},
    {"First Name": "Otto", "Last Name": "Lind", "Website": "firm-2.example.com"},
]


def test_rows_that_were_looked_up_stay_and_others_can_be_fixed(scene: Scene) -> None:
    list_id = scene.add_list(PEOPLE)
    scene.drive(scene.start(list_id))
    listed = listed_in(scene, list_id)
    with pytest.raises(RunError, match="looked up already"):
        fixing.edit_row(scene.database, listed, 3, Contact("", "Otto", "Berg", "firm-2.example.com"))
    assert (
        fixing.edit_row(scene.database, listed, 2, Contact("", "Mara", "Quill", "firm-1.example.com")) is None
    )
    second = scene.start(list_id)
    assert [state[0] for state in row_states(scene, second)] == ["known", "not_sent", "known"]


def test_a_fix_cannot_be_undone_once_the_row_was_looked_up(scene: Scene) -> None:
    list_id = scene.add_list(PEOPLE)
    listed = listed_in(scene, list_id)
    fixing.edit_row(scene.database, listed, 2, Contact("", "Mara", "Quill", "firm-1.example.com"))
    scene.drive(scene.start(list_id))
    (change,) = fixing.changes(scene.database, listed)
    with pytest.raises(RunError, match="looked up since"):
        fixing.undo(scene.database, listed, change.id)


def test_a_waiting_row_that_becomes_a_repeat_leaves_its_run(scene: Scene) -> None:
    list_id = scene.add_list(PEOPLE)
    run_id = scene.start(list_id, budget=1)
    listed = listed_in(scene, list_id)
    fixing.edit_row(scene.database, listed, 2, Contact("", "Otto", "Lind", "firm-2.example.com"))
    assert row_states(scene, run_id) == [
        (Outcome.NOT_SENT.value, 1, True),
        (Outcome.NOT_SENT.value, 2, False),
        (Outcome.DUPLICATE.value, 2, False),
    ]


def test_whatever_is_fixed_between_runs_nobody_is_paid_for_twice(scene: Scene) -> None:
    list_id = scene.add_list(PEOPLE)
    first = scene.start(list_id, budget=0)
    scene.workspace.stop(scene.organization_id, first)
    assert scene.drive(first).state is RunState.FINISHED
    listed = listed_in(scene, list_id)
    fixing.edit_row(scene.database, listed, 2, Contact("", "Otto", "Lind", "firm-2.example.com"))
    scene.drive(scene.start(list_id, budget=100))
    scene.workspace.raise_budget(scene.organization_id, first, 100)
    assert scene.drive(first).state is RunState.FINISHED
    assert sorted(scene.accepted().values()) == [1, 1]
    scene.check_the_numbers(first)


def test_taking_back_a_fix_takes_the_row_out_of_a_run_that_waits(scene: Scene) -> None:
    list_id = scene.add_list(PEOPLE)
    listed = listed_in(scene, list_id)
    fixing.edit_row(scene.database, listed, 2, Contact("", "Mara", "Quill", "firm-1.example.com"))
    run_id = scene.start(list_id, budget=1)
    fixing.undo(scene.database, listed, fixing.changes(scene.database, listed)[0].id)
    assert row_states(scene, run_id)[1] == (Outcome.NEEDS_FIXING.value, 2, False)
