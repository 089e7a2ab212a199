"""What stands beside a row though nothing of it was found: other rows of the person, and what was used."""

from __future__ import annotations

import csv
import io

import pytest

from cleanlist_core.domain import Outcome
from cleanlist_core.results import exporting
from cleanlist_core.results.beside import IN_ANOTHER_ROW, USED
from cleanlist_core.results.browsing import ELSEWHERE, ResultQuery, browse
from cleanlist_core.results.person import person_card
from cleanlist_core.results.preset_sheets import preview
from cleanlist_core.store.database import Database
from cleanlist_core.store.results import count_in_other_rows, run_heading
from tests.unit.results.building import RUN, a_row, add_run, found_email

pytestmark = pytest.mark.both_databases

EMAIL, PHONE = IN_ANOTHER_ROW.values()
MAPPING = {
    "full_name": ["Name"],
    "company_name": ["Company"],
    "company_domain": ["Website"],
    "linkedin_url": ["Profile"],
    "email": ["Email"],
}


def exported(database: Database, preset: str = "everything") -> list[dict[str, str]]:
    data = exporting.export_bytes(database, RUN, preset=preset).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(data, newline=""), strict=True))


@pytest.fixture
def several_rows(database: Database) -> Database:
    """Ilse stands in three rows, each with something else; Bo in two alike; Cy in one."""
    add_run(
        database,
        [
            a_row(Outcome.HAS_IT, first_name="Ilse", own_email="ilse@northgate.example"),
            a_row(Outcome.DUPLICATE, of=1, first_name="Ilse", own_phone="+44 20 7946 0991"),
            a_row(Outcome.DUPLICATE, of=1, first_name="Ilse", own_phone="+44 20 7946 0992"),
            found_email("bo@harbor.example", first_name="Bo"),
            a_row(Outcome.DUPLICATE, of=4, first_name="Bo", email="bo@harbor.example"),
            a_row(Outcome.NOTHING, first_name="Cy", ask="partial"),
        ],
    )
    return database


@pytest.mark.parametrize("preset", ["everything", "details"])
def test_a_file_has_what_another_row_of_the_person_says_in_a_column_of_its_own(
    several_rows: Database, preset: str
) -> None:
    rows = exported(several_rows, preset)

    assert [row[EMAIL] for row in rows] == ["", *["ilse@northgate.example"] * 2, "", "", ""]
    assert [row[PHONE] for row in rows] == ["+44 20 7946 0991", "", "", "", "", ""]
    assert {row["Cleanlist Email"] for row in rows[:3]} == {""}
    assert sum(int(row["Cleanlist Credits"]) for row in rows) == 1


def test_a_list_in_which_no_row_lacks_what_another_has_gets_no_further_column(database: Database) -> None:
    alike = {"own_email": "ilse@northgate.example"}
    add_run(database, [a_row(Outcome.HAS_IT, **alike), a_row(Outcome.DUPLICATE, of=1, **alike)])
    assert {EMAIL, PHONE, *USED}.isdisjoint(exported(database)[0])


def test_a_tool_is_told_how_many_rows_take_a_value_from_another_row(several_rows: Database) -> None:
    (google,) = [row for row in exported(several_rows, "google") if row["First Name"] == "Ilse"]

    assert google["Phone 1 - Value"] == "+442079460991"
    assert preview(several_rows, RUN, "google").notes[-1] == (
        "1 row has an email or a phone that stands in another row of the same person in your file."
    )


def test_the_screen_tells_it_apart_from_what_the_row_has_itself(several_rows: Database) -> None:
    first, second, *_ = browse(several_rows, RUN, ResultQuery()).rows

    assert (first["Phone"], first["Phone in your file"], first[ELSEWHERE["phone"]]) == (
        "",
        "",
        "+44 20 7946 0991",
    )
    assert (second["Phone in your file"], second[ELSEWHERE["phone"]]) == ("+44 20 7946 0991", "")
    card = person_card(several_rows, RUN, 2)
    assert card.elsewhere == ((ELSEWHERE["email"], "ilse@northgate.example"),)
    assert card.found == ()


def test_rows_are_counted_whose_value_stands_in_another_row_alone(several_rows: Database) -> None:
    heading = run_heading(several_rows, RUN)
    counts = [count_in_other_rows(several_rows, heading, name) for name in ("email", "phone")]
    assert counts == [2, 1]


def test_what_was_used_for_a_look_up_stands_beside_rows_that_say_something_else(database: Database) -> None:
    profile = "https://www.linkedin.com/in/ilse-varga"
    used = {
        "first_name": "Ilse",
        "last_name": "Varga",
        "company_name": "Northgate",
        "company_domain": "northgate.example",
        "linkedin_url": profile,
    }
    as_used = ["Ilse  Varga", "Northgate", "https://www.Northgate.example/about", profile + "?trk=1", ""]
    otherwise = ["VARGA, Ilse (Dr.)", "Northgate GmbH", "northgatte.example", profile, ""]
    by_email = ["Ilse Varga", "Northgate", "", "", "ilse@northgate.example"]
    add_run(
        database,
        [
            found_email("ilse@northgate.example", cells=as_used, **used),
            found_email("ilse@northgate.example", cells=otherwise, **used),
            a_row(
                Outcome.HAS_IT,
                cells=by_email,
                own_email="ilse@northgate.example",
                **{**used, "linkedin_url": ""},
            ),
            a_row(Outcome.DUPLICATE, of=2, cells=otherwise, **used),
        ],
        columns=("Name", "Company", "Website", "Profile", "Email"),
        mapping=MAPPING,
    )

    rows = exported(database)

    shown = [name for name in USED if name in rows[0]]
    assert shown == ["Name Used", "Company Used", "Website Used"]
    assert [[row[name] for name in shown] for row in rows] == [
        ["", "", ""],
        ["Ilse Varga", "Northgate", "northgate.example"],
        ["", "", ""],
        ["", "", ""],
    ]
    assert [row["Name"] for row in rows] == [as_used[0], otherwise[0], by_email[0], otherwise[0]]
