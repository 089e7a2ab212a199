"""What becomes of each row: ready, needs fixing, or the same person again."""

from __future__ import annotations

import csv
import io

import pytest

from cleanlist_core.intake.checking import CAUSES, PreparedList, prepare
from cleanlist_core.intake.mapping import recognise
from cleanlist_core.intake.reading import read_table
from cleanlist_core.store.schema import list_row

HEADER = ("LinkedIn URL", "First Name", "Last Name", "Company", "Website", "Email")
SLUG = "https://www.linkedin.com/in/jane-doe"
FILLER = ("https://www.linkedin.com/in/someone-else", "Some", "Body", "Else", "else.example", "")


def check(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> PreparedList:
    file = io.StringIO(newline="")
    csv.writer(file).writerows([header, *rows])
    table = read_table(file.getvalue().encode(), "people.csv")
    return prepare(table, recognise(table))


def identities(prepared: PreparedList) -> list[str]:
    found: list[str] = prepared.rows["identity"].to_pylist()
    return found


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        pytest.param((SLUG, "", "", "", "", ""), "linkedin", id="a profile alone"),
        pytest.param(("", "Jane", "Doe", "", "acme.example", ""), "name_domain", id="name and website"),
        pytest.param(("", "Jane", "Doe", "", "", "j@acme.example"), "name_domain", id="name and work email"),
        pytest.param(("", "Jane", "Doe", "Acme", "", ""), "name_company", id="name and company"),
    ],
)
def test_what_can_be_looked_up(row: tuple[str, ...], kind: str) -> None:
    prepared = check(row, FILLER)
    assert prepared.rows["checked"][0].as_py() == "ready"
    assert prepared.rows["key_kind"][0].as_py() == kind
    assert prepared.rows["reason"][0].as_py() == ""


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        pytest.param(
            ("https://www.linkedin.com/company/acme", "", "", "Acme", "", ""),
            "company_page_instead_of_person",
            id="a company's page",
        ),
        pytest.param(("", "Jane", "", "Acme", "", ""), "only_one_name", id="first name only"),
        pytest.param(("", "", "Doe", "Acme", "", ""), "only_one_name", id="last name only"),
        pytest.param(("", "", "", "Acme", "", "a@acme.example"), "no_name", id="company without person"),
        pytest.param(("", "Jane", "Doe", "", "", ""), "no_company", id="name without company"),
        pytest.param(("", "Jane", "Doe", "", "", "jane@gmail.com"), "no_company", id="private email"),
        pytest.param(("", "Jane", "Doe", "Self-employed", "", ""), "no_company", id="no real company"),
        pytest.param(("", "jane@acme.example", "", "Acme", "", ""), "not_a_person", id="email as name"),
        pytest.param(("x", "", "", "", "", ""), "nothing_usable", id="nothing of use"),
        pytest.param(HEADER, "repeated_header", id="the header again"),
        pytest.param(
            ("LinkedIn", "firstName", "Surname", "Organisation", "Web", "Mail"),
            "repeated_header",
            id="another tool's header in the same order",
        ),
        pytest.param(
            ("", "Nachname", "Vorname", "Firma", "", "E-Mail"),
            "other_header",
            id="another tool's header in another order",
        ),
        pytest.param(
            ("Mail", "Prénom", "Nom", "Société", "", "Téléphone"),
            "other_header",
            id="another tool's header in another language",
        ),
    ],
)
def test_what_needs_fixing(row: tuple[str, ...], cause: str) -> None:
    prepared = check(FILLER, row)
    assert prepared.rows["checked"].to_pylist() == ["ready", "invalid"]
    assert prepared.rows["reason"][1].as_py() == cause
    assert prepared.reasons == {cause: 1}
    assert identities(prepared)[1] == ""


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(("", "Mark", "Contact", "Domain", "domain.example", ""), id="a website that is one"),
        pytest.param(("", "Nom", "Role", "Account", "", "nom@account.example"), id="an email that is one"),
        pytest.param(("", "Portable", "Land", "Firma Land GmbH", "", ""), id="a company that is one"),
    ],
)
def test_a_person_named_like_columns_is_a_person(row: tuple[str, ...]) -> None:
    assert check(FILLER, row).rows["reason"].to_pylist() == ["", ""]


def test_another_tools_header_says_that_the_rows_below_may_stand_otherwise() -> None:
    assert "rows below it may stand in that other order" in CAUSES["other_header"].advice
    assert "rows below" not in CAUSES["repeated_header"].advice


def test_every_cause_is_explained() -> None:
    assert all(cause.title and cause.advice.endswith(".") for cause in CAUSES.values())


def test_the_rows_are_those_of_the_store() -> None:
    stored = [column.name for column in list_row.columns if column.name != "list_id"]
    assert check(FILLER).rows.column_names == stored


def test_the_same_profile_is_the_same_person_whatever_the_company() -> None:
    prepared = check(
        (SLUG, "Jane", "Doe", "Acme", "", ""), (SLUG + "/de?x=1", "J.", "Doe-Roe", "Beta", "", "")
    )
    assert prepared.rows["checked"].to_pylist() == ["ready", "duplicate"]
    assert prepared.rows["leader"].to_pylist() == [1, 1]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["profile first", "profile last"])
def test_a_row_without_profile_is_linked_by_name_and_domain(order: tuple[int, int]) -> None:
    pair = ((SLUG, "Jane", "Doe", "", "acme.example", ""), ("", "JANE", "doe", "", "www.acme.example", ""))
    prepared = check(*(pair[place] for place in order))
    assert identities(prepared) == ["in:jane-doe", "in:jane-doe"]
    assert prepared.counts.duplicates == 1


def test_two_profiles_under_one_name_are_not_linked_to_a_third_row() -> None:
    prepared = check(
        (SLUG, "Jane", "Doe", "", "acme.example", ""),
        (SLUG + "-2", "Jane", "Doe", "", "acme.example", ""),
        ("", "Jane", "Doe", "", "acme.example", ""),
    )
    assert identities(prepared) == ["in:jane-doe", "in:jane-doe-2", "nd:jane|doe|acme.example"]


def test_name_and_company_link_to_the_one_with_a_domain() -> None:
    prepared = check(
        ("", "Jane", "Doe", "Acme, Inc.", "", ""), ("", "Jane", "Doe", "ACME", "acme.example", ""), FILLER
    )
    assert identities(prepared)[:2] == ["nd:jane|doe|acme.example"] * 2
    assert prepared.rows["leader"].to_pylist() == [1, 1, 3]


def test_links_are_followed_to_the_end() -> None:
    prepared = check(
        ("", "Jane", "Doe", "Acme", "", ""),
        ("", "Jane", "Doe", "Acme", "acme.example", ""),
        (SLUG, "Jane", "Doe", "Acme Group", "acme.example", ""),
    )
    assert identities(prepared) == ["in:jane-doe"] * 3


def test_companies_of_one_name_with_different_websites_stay_apart() -> None:
    prepared = check(
        (SLUG, "Jane", "Doe", "Delta", "delta.example", ""),
        ("", "Jane", "Doe", "Delta", "delta-taps.example", ""),
    )
    assert len(set(identities(prepared))) == 2


def test_a_leader_is_never_a_row_that_needs_fixing() -> None:
    prepared = check(
        ("", "Jane", "", "Acme", "", ""),
        ("", "Jane", "Doe", "Acme", "", ""),
        ("", "Jane", "Doe", "Acme", "", ""),
    )
    assert prepared.rows["leader"].to_pylist() == [1, 2, 2]
    assert prepared.reasons == {"only_one_name": 1, "duplicate": 1}


def test_a_full_name_fills_what_the_parts_lack() -> None:
    prepared = check(
        ("Doe, Jane", "", "", "Acme"),
        ("", "John", "Roe", "Acme"),
        header=("Full Name", "First Name", "Last Name", "Company"),
    )
    assert prepared.rows["first_name"].to_pylist() == ["Jane", "John"]
    assert prepared.rows["last_name"].to_pylist() == ["Doe", "Roe"]


def test_the_website_comes_before_the_domain_of_the_email() -> None:
    prepared = check(("", "Jane", "Doe", "", "acme.example", "jane@other.example"), FILLER)
    assert prepared.rows["company_domain"][0].as_py() == "acme.example"


def test_a_list_without_rows_that_can_be_used_still_adds_up() -> None:
    prepared = check(("x", "", "", "", "", ""), ("", "", "", "Acme", "", ""))
    counts = prepared.counts
    assert (counts.rows, counts.ready, counts.invalid, counts.duplicates) == (2, 0, 2, 0)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param(("Lyon", "Rhône", "France"), "Lyon, Rhône, France", id="all parts"),
        pytest.param(("", "", "France"), "France", id="only the country"),
        pytest.param((" Lyon ", "", "France"), "Lyon, France", id="no state"),
        pytest.param(("", "", ""), "", id="nowhere"),
    ],
)
def test_a_place_is_joined_of_the_parts_that_are_there(parts: tuple[str, str, str], expected: str) -> None:
    header = ("LinkedIn URL", "City", "State", "Country")
    prepared = check((SLUG, *parts), (FILLER[0], "Austin", "TX", "US"), header=header)
    assert prepared.rows["location"].to_pylist() == [expected, "Austin, TX, US"]
