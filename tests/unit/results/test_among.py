"""Files of some rows only: those that were ticked, or all that filters and search leave."""

from __future__ import annotations

import csv
import io

import pytest

from cleanlist_core.domain import Outcome
from cleanlist_core.errors import RunError
from cleanlist_core.results.browsing import Among, ResultQuery, browse, chip_counts
from cleanlist_core.results.exporting import export_bytes
from cleanlist_core.results.person import person_card
from cleanlist_core.results.preset_sheets import preview
from cleanlist_core.store.database import Database
from tests.unit.results.building import NOON, RUN, a_row, add_result, add_run, found_email


@pytest.fixture
def people(database: Database) -> Database:
    add_run(
        database,
        [
            found_email("ilse@northgate.example", first_name="Ilse", last_name="Osei"),
            found_email("bo@harbor.example", status="catch-all", first_name="Bo", last_name="Osei"),
            a_row(Outcome.NOTHING, ask="partial", first_name="Cy", last_name="Osei"),
            found_email("di@harbor.example", status="risky", first_name="Di", last_name="Lind"),
        ],
    )
    return database


def exported(database: Database, preset: str, among: Among) -> list[str]:
    text = export_bytes(database, RUN, "csv", preset=preset, rows="all", among=among).decode("utf-8-sig")
    return [row["First Name"] for row in csv.DictReader(io.StringIO(text))]


@pytest.mark.parametrize(
    ("among", "expected"),
    [
        pytest.param(Among(), ["1", "2", "3", "4"], id="everybody"),
        pytest.param(Among(numbers=(2, 4)), ["2", "4"], id="ticked rows"),
        pytest.param(Among(numbers=(4,), search="osei"), ["4"], id="ticked rows, whatever is searched"),
        pytest.param(Among(search="osei"), ["1", "2", "3"], id="all that a search leaves"),
        pytest.param(Among(chips=("nothing",)), ["3"], id="all that a filter leaves"),
        pytest.param(Among(chips=("risky",), search="harbor"), ["2", "4"], id="filter and search"),
        pytest.param(Among(search="nobody at all"), [], id="nobody"),
    ],
)
def test_a_file_holds_the_chosen_rows_and_the_preview_counts_them(
    people: Database, among: Among, expected: list[str]
) -> None:
    whole_file = exported(people, "everything", among)
    assert whole_file == [f"First Name {number}" for number in expected]
    assert preview(people, RUN, "everything", "all", among).rows == len(expected)
    assert len(exported(people, "apollo", among)) == preview(people, RUN, "apollo", "all", among).rows


def test_each_choice_has_a_name_of_its_own() -> None:
    choices = [Among(), Among((1,)), Among((2,)), Among(chips=("found",)), Among(search="found")]
    assert len({one.key for one in choices}) == len(choices)
    assert Among().key == ""
    assert not Among(search="  ")


def test_a_filter_that_is_not_offered_is_refused(people: Database) -> None:
    with pytest.raises(RunError) as refusal:
        export_bytes(people, RUN, among=Among(chips=("1; drop",)))
    assert refusal.value.code == "unknown_filter"


@pytest.mark.parametrize(
    ("chips", "expected"),
    [
        pytest.param(("risky",), [2, 4], id="one quality"),
        pytest.param(("risky", "safe_to_send"), [1, 2, 4], id="two qualities widen the choice"),
        pytest.param(("risky", "nothing"), [], id="a quality narrows an outcome"),
        pytest.param(("not_verified",), [], id="no email is not an email that is not verified"),
    ],
)
def test_emails_are_filtered_by_their_quality(
    people: Database, chips: tuple[str, ...], expected: list[int]
) -> None:
    assert [row["Row"] for row in browse(people, RUN, ResultQuery(chips)).rows] == expected


DAY = 86_400


@pytest.mark.parametrize(
    ("earlier", "changed"),
    [
        pytest.param([], False, id="nobody asked before"),
        pytest.param([("old@harbor.example", "", 9)], True, id="another email"),
        pytest.param([("NEW@harbor.example", "", 9)], False, id="the same in capitals"),
        pytest.param([("", "", 9)], False, id="nothing was known before"),
        pytest.param(
            [("new@harbor.example", "", 2), ("old@harbor.example", "", 9)], False, id="as last time"
        ),
        pytest.param([("new@harbor.example", "+12025550100", 9)], False, id="a phone this run did not ask"),
        pytest.param([("old@harbor.example", "", -3)], False, id="only a later answer differs"),
    ],
)
def test_who_has_another_email_than_last_time_is_shown(
    database: Database, earlier: list[tuple[str, str, int]], *, changed: bool
) -> None:
    for number, (email, phone, days) in enumerate(earlier):
        add_run(database, [], run_id=f"before-{number}", list_id=f"earlier-{number}")
        add_result(
            database,
            "in:ada",
            email=email,
            phone=phone,
            found_at=NOON - days * DAY,
            run_id=f"before-{number}",
        )
    now = add_result(database, "in:ada", email="new@harbor.example", found_at=NOON)
    add_run(database, [found_email("new@harbor.example", result_id=now, identity="in:ada")])
    assert chip_counts(database, RUN)["changed"] == changed
    assert browse(database, RUN, ResultQuery(("changed",))).total == changed
    told = person_card(database, RUN, 1).changes
    assert told == (("Email changed: it was old@harbor.example on 11 November 2025",) if changed else ())
