"""Leaving people out because of what the file says of them: counted, taken back, never sent."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cleanlist_core import fixing
from cleanlist_core.domain import Contact, EnrichmentType, Outcome
from cleanlist_core.errors import RunError
from cleanlist_core.fixing import Offer, Rejoined
from cleanlist_core.intake.mapping import recognise
from cleanlist_core.results.exporting import export_bytes
from cleanlist_core.results.metrics import run_sentence, run_totals
from cleanlist_core.reviewing import change_columns, fix_groups, rows_to_fix
from cleanlist_core.settings import read_settings
from cleanlist_core.store import large_changes, list_changes
from cleanlist_core.store.database import open_url
from cleanlist_core.store.lists import StoredList, read_rows
from cleanlist_core.store.organizations import remember_organization
from cleanlist_core.workspace import Workspace
from tests.databases import NewUrl
from tests.runs.scene import Scene, open_scene

DATA = Path(__file__).parents[1] / "data"
ORG = "org_guests"
HEADER = ("first_name", "last_name", "company", "email", "approval_status")
GUESTS = (
    ("Mara", "Quill", "Northlantern", "", "declined"),
    ("Jon", "Haugen", "Tidewick", "", "approved"),
    ("Mara", "Quill", "Northlantern", "", "approved"),
    ("Ilse", "", "Tidewick", "", " Declined "),
    ("Ada", "Roth", "Solvane", "", "not_going"),
)


def as_csv(*rows: tuple[str, ...]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


@pytest.fixture
def workspace(tmp_path: Path, new_url: NewUrl) -> Iterator[Workspace]:
    database = open_url(new_url(tmp_path))
    remember_organization(database, ORG, "user")
    opened = Workspace(read_settings(), database)
    yield opened
    opened.close()


def store(workspace: Workspace, data: bytes, name: str = "guests.csv", organization: str = ORG) -> StoredList:
    table = workspace.read_upload(data, name)
    list_id = workspace.add_list(organization, table, recognise(table), file_name=name, data=[data])
    return workspace.get_list(organization, list_id)


def guests(workspace: Workspace) -> StoredList:
    return store(workspace, as_csv(HEADER, *GUESTS))


def again(workspace: Workspace, listed: StoredList) -> StoredList:
    """The list as it is now; its numbers add up."""
    listed = workspace.get_list(listed.organization_id, listed.id)
    facts = listed.facts
    assert facts.rows == facts.ready + facts.duplicates + facts.to_fix + facts.left_out
    assert sum(facts.reasons.values()) == facts.invalid + facts.duplicates
    return listed


def rows_of(workspace: Workspace, listed: StoredList) -> list[dict[str, Any]]:
    return [{**row, "cells": cells} for row, cells in read_rows(workspace.database, listed.id)]


def only_offer(workspace: Workspace, listed: StoredList) -> Offer:
    (offer,) = fixing.leave_out_offers(workspace.database, listed)
    return offer


def leave_out(workspace: Workspace, listed: StoredList) -> StoredList:
    fixing.take_offer(workspace.database, listed, only_offer(workspace, listed))
    return again(workspace, listed)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("file", "offered"),
    [
        pytest.param("luma.csv", {"declined": [6]}, id="a guest who declined"),
        pytest.param("eventbrite.csv", {"not_attending": [5]}, id="an attendee who is not attending"),
        pytest.param("evaboot.csv", {"no_match": [4]}, id="somebody outside of the search"),
        pytest.param("zoom_webinar.csv", {"absent": [1, 3, 5, 7]}, id="those who did not come"),
        pytest.param("hubspot.csv", {}, id="nobody in a file that says nothing"),
    ],
)
def test_known_exports_say_who_may_be_left_out(
    workspace: Workspace, file: str, offered: dict[str, list[int]]
) -> None:
    listed = store(workspace, (DATA / file).read_bytes(), file)
    found = fixing.leave_out_offers(workspace.database, listed)
    assert {offer.code: [row.number for row in offer.rows] for offer in found} == offered


@pytest.mark.parametrize(
    ("header", "values", "rows"),
    [
        pytest.param(
            "Attendee Status",
            ["Attending", "Refunded", "Not Attending", "Cancelled", "Deleted", "Checked In", ""],
            [2, 3, 4, 5],
            id="every way not to come to an event",
        ),
        pytest.param(
            "RSVP",
            ["going", "Not Going", "declined", "maybe", "pending_approval", "waitlist"],
            [2, 3],
            id="only a plain no, not a perhaps",
        ),
        pytest.param("Matches Filters", ["NO", "no", "YES", "NORTH"], [1, 2], id="the whole word"),
        pytest.param("Attended", ["No", "No", "No"], [], id="nobody where nobody would be left"),
        pytest.param("Notes", ["declined", "going"], [], id="nobody by any other column"),
    ],
)
def test_who_may_be_left_out(workspace: Workspace, header: str, values: list[str], rows: list[int]) -> None:
    people = [(f"Ada{number}", "Roth", "Solvane", value) for number, value in enumerate(values)]
    data = as_csv(("First name", "Last name", "Company", header), *people)
    found = fixing.leave_out_offers(workspace.database, store(workspace, data))
    assert [row.number for offer in found for row in offer.rows] == rows


@pytest.mark.both_databases
def test_people_left_out_are_neither_ready_nor_a_fault_and_come_back_unchanged(workspace: Workspace) -> None:
    listed = guests(workspace)
    before = rows_of(workspace, listed)
    assert (listed.facts.ready, listed.facts.duplicates, listed.facts.to_fix) == (3, 1, 1)
    offer = only_offer(workspace, listed)
    assert [(row.number, row.said) for row in offer.preview] == [
        (1, "approval_status: declined"),
        (4, "approval_status: Declined"),
        (5, "approval_status: not_going"),
    ]
    now = leave_out(workspace, listed)
    assert (now.facts.ready, now.facts.duplicates, now.facts.to_fix, now.facts.left_out) == (2, 0, 0, 3)
    assert fix_groups(now) == ()
    assert fixing.leave_out_offers(workspace.database, now) == ()
    assert fixing.repair_offers(workspace.database, now) == ()
    assert fixing.broken_rows(workspace.database, now) == []
    assert len(rows_to_fix(workspace.database, now).splitlines()) == 1
    after = rows_of(workspace, now)
    assert [row["cells"] for row in after] == [row["cells"] for row in before]
    # The row of the same person that says otherwise is looked up.
    assert [row["checked"] for row in after] == ["invalid", "ready", "ready", "invalid", "invalid"]
    (change,) = fixing.changes(workspace.database, now)
    assert (change.text, change.rows) == ("Left out: declined or not approved", 3)
    assert fixing.undo(workspace.database, now, change.id) == 3
    assert rows_of(workspace, now) == before
    assert again(workspace, now).facts == listed.facts


def test_many_are_left_out_and_taken_back_in_slices_as_in_one_go(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_changes, "AT_ONCE", 0)
    monkeypatch.setattr(large_changes, "SLICE_ROWS", 1)
    monkeypatch.setattr(large_changes, "PAUSE_SECONDS", 0)
    listed = guests(workspace)
    before = rows_of(workspace, listed)
    assert leave_out(workspace, listed).facts.left_out == 3
    (change,) = fixing.changes(workspace.database, listed)
    fixing.undo(workspace.database, listed, change.id)
    assert rows_of(workspace, listed) == before
    assert again(workspace, listed).facts == listed.facts


@pytest.mark.parametrize("at_once", [0, 150], ids=["in slices", "in one go"])
def test_nothing_but_undoing_takes_somebody_in_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(list_changes, "AT_ONCE", at_once)
    people = [("Ada Roth", "", "Solvane", "", "declined"), ("Otto", "Lind", "Solvane", "", "approved")]
    listed = store(workspace, as_csv(HEADER, *people))
    (repair,) = fixing.repair_offers(workspace.database, listed)
    leaving = only_offer(workspace, listed)
    corrected = rows_to_fix(workspace.database, listed).replace(b"Ada Roth,,", b"Ada,Roth,")
    leave_out(workspace, listed)

    assert fixing.take_offer(workspace.database, listed, repair).stale == (1,)
    assert fixing.take_offer(workspace.database, listed, leaving).stale == (1,)
    with pytest.raises(RunError, match="was left out"):
        fixing.edit_row(workspace.database, listed, 1, Contact("", "Ada", "Roth", "", "Solvane"))
    table = workspace.read_upload(corrected, "corrected.csv")
    found = fixing.take_corrected(workspace.database, listed, table, "corrected.csv")
    assert found == Rejoined(left_out=1)
    assert again(workspace, listed).facts.left_out == 1
    assert len(fixing.changes(workspace.database, listed)) == 1


def test_who_was_left_out_stays_so_when_the_columns_are_chosen_anew(workspace: Workspace) -> None:
    listed = leave_out(workspace, guests(workspace))
    new = workspace.get_list(ORG, change_columns(workspace, listed, {"title": "approval_status"}))
    assert again(workspace, new).facts.left_out == 3
    (change,) = fixing.changes(workspace.database, new)
    fixing.undo(workspace.database, new, change.id)
    assert again(workspace, new).facts.ready == 3


# With a look-up


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with open_scene(tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def listed(scene: Scene) -> StoredList:
    return store(scene.workspace, as_csv(HEADER, *GUESTS), organization=scene.organization_id)


def test_people_left_out_are_not_sent_and_keep_their_rows_with_a_reason(
    scene: Scene, listed: StoredList
) -> None:
    listed = leave_out(scene.workspace, listed)
    assert (
        scene.workspace.orders.estimates(scene.organization_id, listed.id)[EnrichmentType.PARTIAL].to_send
        == 2
    )
    run_id = scene.start(listed.id)
    scene.drive(run_id)
    scene.check_the_numbers(run_id)
    sent = [contact["first_name"] for one in scene.workflows() for contact in one.contacts]
    assert sorted(sent) == ["Jon", "Mara"]
    totals = run_totals(scene.database, run_id)
    assert (totals.uploaded, totals.sent, totals.withheld, totals.needs_fixing) == (5, 2, 3, 0)
    assert run_sentence(scene.database, run_id).endswith("; 3 rows left out by you")

    text = export_bytes(scene.database, run_id).decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert [tuple(row[: len(HEADER)]) for row in rows] == list(GUESTS)
    result, reason = header.index("Cleanlist Result"), header.index("Cleanlist Reason")
    assert [row[result] == "Left out by you" for row in rows] == [True, False, False, True, True]
    assert rows[0][reason] == (
        "You left this person out. The file says that they are not going, or were not let in."
        " Nothing was sent and nothing was charged."
    )


def test_who_waits_in_a_look_up_leaves_it_and_is_not_paid_for(scene: Scene, listed: StoredList) -> None:
    run_id = scene.start(listed.id, budget=0)
    leave_out(scene.workspace, listed)
    assert scene.outcomes(run_id)[Outcome.WITHHELD] == 2
    scene.workspace.raise_budget(scene.organization_id, run_id, 10)
    scene.drive(run_id)
    scene.check_the_numbers(run_id)
    assert sum(len(one.contacts) for one in scene.workflows()) == 1


def test_taking_somebody_in_again_after_a_look_up_offers_a_new_one(scene: Scene, listed: StoredList) -> None:
    listed = leave_out(scene.workspace, listed)
    run_id = scene.start(listed.id)
    scene.drive(run_id)
    (change,) = fixing.changes(scene.database, listed)
    fixing.undo(scene.database, listed, change.id)
    assert again(scene.workspace, listed).facts.left_out == 0
    ada = scene.rows(run_id)[4]
    assert (ada.outcome, ada.ask) == (Outcome.NOT_SENT, "")
    assert "Start a new one" in ada.reason
    scene.check_the_numbers(run_id)


def test_rows_that_were_looked_up_are_left_alone(scene: Scene, listed: StoredList) -> None:
    run_id = scene.start(listed.id)
    scene.drive(run_id)
    offer = only_offer(scene.workspace, listed)
    changed = fixing.take_offer(scene.database, listed, offer)
    assert (changed.rows, changed.looked_up) == (1, (1, 5))
    assert again(scene.workspace, listed).facts.left_out == 1
