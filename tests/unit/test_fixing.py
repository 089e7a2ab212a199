"""Fixing a stored list: offers, edits, corrected files and people who are there several times."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace

import pytest

from cleanlist_core import fixing
from cleanlist_core.domain import Contact, KeyKind, RowFields
from cleanlist_core.errors import IntakeError, RunError
from cleanlist_core.fixing import Rejoined
from cleanlist_core.intake.mapping import recognise
from cleanlist_core.reviewing import rows_to_fix
from cleanlist_core.store.lists import StoredList, read_rows
from cleanlist_core.workspace import Workspace
from tests.unit.conftest import ORG

HEADER = ("LinkedIn URL", "First name", "Last name", "Company", "Website", "Email", "Notes")
READY = ("https://www.linkedin.com/in/otto-lind", "Otto", "Lind", "Tidewick", "tidewick.example", "", "")
SPLIT = ("", "Mara Quill", "", "Northlantern", "", "", "")
ALONE = ("", "Ilse", "Varga", "", "", "", "")

Row = tuple[str, ...]
Add = Callable[..., StoredList]


def as_csv(*rows: Row) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


@pytest.fixture
def add(workspace: Workspace) -> Add:
    def stored(*rows: Row) -> StoredList:
        table = workspace.read_upload(as_csv(HEADER, *rows), "fair.csv")
        chosen = dict(zip(("linkedin_url", "first_name", "last_name"), HEADER, strict=False))
        list_id = workspace.add_list(ORG, table, recognise(table, chosen), file_name="fair.csv")
        return workspace.get_list(ORG, list_id)

    return stored


def rows_of(workspace: Workspace, listed: StoredList) -> list[dict[str, object]]:
    return [{**row, "cells": cells} for row, cells in read_rows(workspace.database, listed.id)]


def again(workspace: Workspace, listed: StoredList) -> StoredList:
    """The list as it is now; its numbers add up."""
    listed = workspace.get_list(ORG, listed.id)
    facts = listed.facts
    assert facts.rows == facts.ready + facts.invalid + facts.duplicates
    assert sum(facts.reasons.values()) == facts.invalid + facts.duplicates
    return listed


def test_a_repair_makes_rows_ready_and_leaves_the_file_alone(workspace: Workspace, add: Add) -> None:
    listed = add(READY, SPLIT, ALONE)
    before = rows_of(workspace, listed)
    (offer,) = fixing.repair_offers(workspace.database, listed)
    assert (offer.code, len(offer.rows)) == ("full_name_in_part", 1)
    changed = fixing.take_offer(workspace.database, listed, offer)
    assert (changed.rows, changed.ready) == (1, 1)
    after = rows_of(workspace, listed)
    assert [row["cells"] for row in after] == [row["cells"] for row in before]
    assert (after[1]["first_name"], after[1]["last_name"], after[1]["checked"]) == ("Mara", "Quill", "ready")
    assert again(workspace, listed).facts.reasons == {"no_company": 1}
    assert fixing.repair_offers(workspace.database, again(workspace, listed)) == ()


def test_undo_brings_everything_back(workspace: Workspace, add: Add) -> None:
    listed = add(READY, SPLIT, ("", "Mara", "Quill", "Northlantern", "", "", ""))
    before, facts = rows_of(workspace, listed), listed.facts
    (offer,) = fixing.repair_offers(workspace.database, listed)
    fixing.take_offer(workspace.database, listed, offer)
    assert again(workspace, listed).facts.duplicates == 1
    (change,) = fixing.changes(workspace.database, listed)
    assert (change.text, change.rows) == ("Full names in one column", 1)
    assert fixing.undo(workspace.database, listed, change.id) == 1
    assert rows_of(workspace, listed) == before
    assert again(workspace, listed).facts == facts
    assert fixing.changes(workspace.database, listed) == []
    with pytest.raises(RunError, match="undone already"):
        fixing.undo(workspace.database, listed, change.id)


def test_an_offer_that_is_out_of_date_changes_nothing_that_changed_meanwhile(
    workspace: Workspace, add: Add
) -> None:
    listed = add(READY, SPLIT)
    (offer,) = fixing.repair_offers(workspace.database, listed)
    fixing.edit_row(workspace.database, listed, 2, Contact("", "Mara", "Quill-Roe", "", "Northlantern"))
    changed = fixing.take_offer(workspace.database, listed, offer)
    assert (changed.rows, changed.stale) == (0, (2,))
    assert rows_of(workspace, listed)[1]["last_name"] == "Quill-Roe"


def test_an_earlier_change_waits_for_the_later_one(workspace: Workspace, add: Add) -> None:
    listed = add(READY, SPLIT)
    fixing.edit_row(workspace.database, listed, 2, Contact("", "Mara", "Q", "", "Northlantern"))
    fixing.edit_row(workspace.database, listed, 2, Contact("", "Mara", "Quill", "", "Northlantern"))
    later, earlier = fixing.changes(workspace.database, listed)
    assert (later.blocked, earlier.blocked) == (False, True)
    with pytest.raises(RunError, match="Undo the later change first"):
        fixing.undo(workspace.database, listed, earlier.id)
    fixing.undo(workspace.database, listed, later.id)
    assert rows_of(workspace, listed)[1]["last_name"] == "Q"
    fixing.undo(workspace.database, listed, earlier.id)


@pytest.mark.parametrize(
    ("typed", "cause"),
    [
        pytest.param(Contact("", "Ilse", "Varga", "tidewick.example"), "", id="a website is enough"),
        pytest.param(Contact("linkedin.com/in/ilse-varga/"), "", id="a profile is enough"),
        pytest.param(Contact("", "Ilse", "Varga", "gmail.com"), "No company", id="still no company"),
        pytest.param(Contact("", "Ilse"), "Only one part of the name", id="a part was deleted"),
    ],
)
def test_a_row_is_edited_and_checked_at_once(
    workspace: Workspace, add: Add, typed: Contact, cause: str
) -> None:
    listed = add(READY, ALONE)
    before = rows_of(workspace, listed)
    found = fixing.edit_row(workspace.database, listed, 2, typed)
    assert (found.title if found else "") == cause
    assert again(workspace, listed).facts.ready == (2 if not cause else 1)
    for change in fixing.changes(workspace.database, listed):
        fixing.undo(workspace.database, listed, change.id)
    assert rows_of(workspace, listed) == before


def test_a_row_to_edit_shows_what_the_file_says(workspace: Workspace, add: Add) -> None:
    page = ("https://www.linkedin.com/company/tidewick", "Otto", "", "Tidewick", "", "", "")
    (row,) = fixing.broken_rows(workspace.database, add(READY, page))
    assert row.number == 2
    assert row.line == 3
    assert row.given == Contact("https://www.linkedin.com/company/tidewick", "Otto", "", "", "Tidewick")
    assert row.cause is not None


def test_any_row_is_found_by_its_number_or_by_what_it_says(workspace: Workspace, add: Add) -> None:
    ann = ("", "Ann", "Lee", "Tidewick", "", "ann@tidewick.example", "")
    listed = add(READY, ALONE, ann, READY)

    def numbers(wanted: str) -> list[int]:
        return [row.number for row in fixing.find_rows(workspace.database, listed, wanted)]

    assert numbers("") == [1, 2, 3, 4]
    assert (numbers("3"), numbers(" #3 "), numbers("9")) == ([3], [3], [])
    assert numbers("TIDEWICK") == [1, 3, 4]
    assert (numbers("ilse varga"), numbers("ann@"), numbers("nobody")) == ([2], [3], [])
    ready, alone, _, again_ready = fixing.find_rows(workspace.database, listed, "")
    assert ready.given == Contact(READY[0], "Otto", "Lind", "tidewick.example", "Tidewick")
    assert (ready.cause, alone.cause is not None) == (None, True)
    assert (again_ready.number, again_ready.leader) == (4, 1)


def test_a_row_that_is_ready_can_be_changed_broken_and_taken_back(workspace: Workspace, add: Add) -> None:
    listed = add(READY, ("", "Ann", "Lee", "Tidewick", "", "", ""))
    before = rows_of(workspace, listed)
    same = fixing.edit_row(workspace.database, listed, 2, Contact("", "Ann", "Lee", "", "Tidewick"))
    assert same is None
    assert fixing.changes(workspace.database, listed) == []
    better = Contact("", "Ann", "Lee-Roth", "tidewick.example", "Tidewick")
    assert fixing.edit_row(workspace.database, listed, 2, better) is None
    assert rows_of(workspace, listed)[1]["key_kind"] == "name_domain"
    worse = fixing.edit_row(workspace.database, listed, 2, Contact("", "Ann"))
    assert worse is not None
    assert again(workspace, listed).facts.ready == 1
    for change in fixing.changes(workspace.database, listed):
        fixing.undo(workspace.database, listed, change.id)
    assert rows_of(workspace, listed) == before


def test_editing_a_row_that_is_not_there_says_so(workspace: Workspace, add: Add) -> None:
    with pytest.raises(RunError, match="not in the list"):
        fixing.edit_row(workspace.database, add(READY), 9, Contact())


# A corrected file


def corrected(
    workspace: Workspace, listed: StoredList, change: Callable[[list[str], list[list[str]]], None]
) -> bytes:
    """The rows to fix as a person would send them back."""
    text = rows_to_fix(workspace.database, listed).decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    change(header, rows)
    return as_csv(tuple(header), *map(tuple, rows))


def drop(workspace: Workspace, listed: StoredList, data: bytes) -> Rejoined:
    table = workspace.read_upload(data, "corrected.csv")
    return fixing.take_corrected(workspace.database, listed, table, "corrected.csv")


@pytest.mark.parametrize("delimiter", [";", "\t"], ids=["semicolons", "tabs"])
@pytest.mark.parametrize("saved_with", [",", ";", "\t"], ids=["a comma", "a semicolon", "a tab"])
def test_rows_to_fix_have_the_separator_of_the_file_and_come_back_with_any(
    workspace: Workspace, delimiter: str, saved_with: str
) -> None:
    rows = (
        ("First name", "Last name", "Company", "Notes"),
        ("Ilse", "Varga", "", "a, b; c"),
        ("Jon", "", "", ""),
    )
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    table = workspace.read_upload(text.getvalue().encode(), "fair.csv")
    list_id = workspace.add_list(ORG, table, recognise(table), file_name="fair.csv")
    listed = workspace.get_list(ORG, list_id)
    written = rows_to_fix(workspace.database, listed).decode("utf-8-sig")
    header, *broken = csv.reader(io.StringIO(written, newline=""), delimiter=delimiter)
    assert header[:4] == list(rows[0])
    assert [row[:4] for row in broken] == [list(row) for row in rows[1:]]
    broken[0][2] = "Tidewick"
    back = io.StringIO(newline="")
    csv.writer(back, delimiter=saved_with).writerows([header, *broken])
    assert drop(workspace, listed, back.getvalue().encode()) == Rejoined(fixed=1, same=1)


def test_apostrophes_that_make_formulas_harmless_are_no_correction(workspace: Workspace, add: Add) -> None:
    formulas = ("=1+1", "x; =cmd()", "two\n@lines", "'own; '=1")
    listed = add(*(("", name, "Varga", "", "", "", "") for name in formulas), READY)
    assert listed.facts.to_fix == len(formulas)
    data = rows_to_fix(workspace.database, listed)
    assert b"; '=cmd()" in data
    assert drop(workspace, listed, data) == Rejoined(same=len(formulas))


def test_corrected_rows_find_their_places_whatever_their_order(workspace: Workspace, add: Add) -> None:
    listed = add(ALONE, READY, ("", "Jon", "", "Tidewick", "", "", ""), ("", "Ann", "Lee", "", "", "", ""))

    def fix(header: list[str], rows: list[list[str]]) -> None:
        rows[0][header.index("Company")] = "Bluewharf"
        rows[1][header.index("Last name")] = "Haugen"
        rows.reverse()

    before = rows_of(workspace, listed)
    data = corrected(workspace, listed, fix)
    assert drop(workspace, listed, data) == Rejoined(fixed=2, same=1)
    after = rows_of(workspace, listed)
    assert [row["checked"] for row in after] == ["ready", "ready", "ready", "invalid"]
    assert (after[0]["company_name"], after[2]["last_name"]) == ("Bluewharf", "Haugen")
    assert [row["cells"] for row in after] == [row["cells"] for row in before]
    assert (after[1], after[3]) == (before[1], before[3])
    assert drop(workspace, listed, data) == Rejoined(as_here=2, same=1)
    assert len(fixing.changes(workspace.database, listed)) == 1
    assert again(workspace, listed).facts.ready == 3


def test_rows_fixed_by_hand_meanwhile_are_not_called_uncorrected(workspace: Workspace, add: Add) -> None:
    listed = add(ALONE, ("", "Jon", "", "Tidewick", "", "", ""), ("", "Ann", "Lee", "", "", "", ""), READY)

    def fix(header: list[str], rows: list[list[str]]) -> None:
        rows[0][header.index("Company")] = "Bluewharf"

    mailed = corrected(workspace, listed, fix)
    fixing.edit_row(workspace.database, listed, 1, Contact("", "Ilse", "Varga", "", "Bluewharf"))
    fixing.edit_row(workspace.database, listed, 2, Contact("", "Jon", "Haugen", "", "Tidewick"))
    before = rows_of(workspace, listed)
    assert drop(workspace, listed, mailed) == Rejoined(as_here=1, settled=1, same=1)
    assert rows_of(workspace, listed) == before


def test_a_column_that_was_added_counts(workspace: Workspace) -> None:
    table = workspace.read_upload(b"First name,Last name,Company\nIlse,Varga,\nJon,Haugen,Acme\n", "x.csv")
    listed = workspace.get_list(ORG, workspace.add_list(ORG, table, recognise(table), file_name="x.csv"))

    def fix(header: list[str], rows: list[list[str]]) -> None:
        header.append("Website")
        rows[0].append("tidewick.example")

    assert drop(workspace, listed, corrected(workspace, listed, fix)) == Rejoined(fixed=1)
    assert rows_of(workspace, listed)[0]["company_domain"] == "tidewick.example"


def test_rows_that_cannot_be_placed_are_counted(workspace: Workspace, add: Add) -> None:
    listed = add(ALONE, ("", "Jon", "", "Tidewick", "", "", ""))
    other = add(("", "Ann", "", "Tidewick", "", "", ""), READY)

    def fix(header: list[str], rows: list[list[str]]) -> None:
        place = header.index("Cleanlist Row")
        for row in rows:
            row[header.index("Last name")] = "Haugen"
        foreign, numberless, far = list(rows[1]), list(rows[1]), list(rows[1])
        foreign[place], numberless[place] = f"row-1-{other.id[:6]}", ""
        far[place] = rows[1][place].replace("row-2", "row-77")
        rows[:] = [rows[0], rows[0], rows[1], foreign, numberless, far]

    found = drop(workspace, listed, corrected(workspace, listed, fix))
    assert found == Rejoined(fixed=1, unknown=3, repeated=(1,))


def test_a_formula_made_harmless_in_the_download_is_no_correction(workspace: Workspace, add: Add) -> None:
    listed = add(READY, ("", "=Ilse", "", "-", "", "", ""))
    assert drop(workspace, listed, corrected(workspace, listed, lambda *_: None)) == Rejoined(same=1)


def test_a_correction_that_does_not_help_is_counted_as_such(workspace: Workspace, add: Add) -> None:
    listed = add(READY, ("", "Jon", "", "", "", "", ""))

    def fix(header: list[str], rows: list[list[str]]) -> None:
        rows[0][header.index("Last name")] = "Haugen"

    assert drop(workspace, listed, corrected(workspace, listed, fix)) == Rejoined(broken=1)
    assert again(workspace, listed).facts.reasons == {"no_company": 1}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(as_csv(HEADER, ALONE, READY), "no column “Cleanlist Row”", id="no ids"),
        pytest.param(
            as_csv((*HEADER, "Cleanlist Row"), (*ALONE, "row-1-abcdef")), "another list", id="other ids"
        ),
    ],
)
def test_a_file_without_ids_of_the_list_changes_nothing(
    workspace: Workspace, add: Add, data: bytes, message: str
) -> None:
    listed = replace(add(ALONE, READY))
    before = rows_of(workspace, listed)
    with pytest.raises(IntakeError, match=message):
        drop(workspace, listed, data)
    assert rows_of(workspace, listed) == before


# The same person several times


PROFILE = "https://www.linkedin.com/in/mara-quill"


def test_people_who_are_there_several_times_are_explained(workspace: Workspace, add: Add) -> None:
    listed = add(
        (PROFILE, "Mara", "Quill", "Northlantern", "", "", ""),
        ("", "Jon", "Haugen", "Tidewick", "tidewick.example", "", ""),
        (PROFILE, "Mara", "Quill", "Bluewharf", "", "", ""),
        ("", "JON", "Haugen", "", "tidewick.example", "", ""),
        ("", "Jon", "Haugen", "Tidewick", "", "", ""),
    )
    mara, jon = fixing.repeated_people(workspace.database, listed)
    assert mara.differing == ("company_name",)
    assert [(row.number, row.why) for row in mara.rows] == [(1, ""), (3, "same LinkedIn profile")]
    assert jon.differing == ()
    assert [(row.number, row.why) for row in jon.rows] == [
        (2, ""),
        (4, "same name and website"),
        (5, "same name and company"),
    ]


def test_another_row_of_a_person_can_be_used_and_taken_back(workspace: Workspace, add: Add) -> None:
    listed = add(
        (PROFILE, "Mara", "Quill", "Northlantern", "northlantern.example", "", ""),
        (PROFILE, "Mara", "Quill-Roe", "Bluewharf", "", "", ""),
    )
    before = rows_of(workspace, listed)
    (mara,) = fixing.repeated_people(workspace.database, listed)
    fixing.use_other_row(workspace.database, listed, mara, 2)
    first = rows_of(workspace, listed)[0]
    assert (first["last_name"], first["company_name"], first["company_domain"]) == (
        "Quill-Roe",
        "Bluewharf",
        "",
    )
    assert again(workspace, listed).facts.duplicates == 1
    (change,) = fixing.changes(workspace.database, listed)
    fixing.undo(workspace.database, listed, change.id)
    assert rows_of(workspace, listed) == before


# Better keys


@pytest.mark.parametrize(
    ("rows", "code", "number", "expected"),
    [
        pytest.param(
            [("", "Mara", "Quill", "Northlantern", "", "", "mara.quill@northlantern.example")],
            "better_website",
            1,
            {"company_domain": "northlantern.example", "email": "mara.quill@northlantern.example"},
            id="a work email in the notes",
        ),
        pytest.param(
            [("", "Mara", "Quill", "www.northlantern.example", "", "", "")],
            "better_website",
            1,
            {"company_domain": "northlantern.example"},
            id="a website as company",
        ),
        pytest.param(
            [("", "Mara", "Quill", "Northlantern", "", "", PROFILE)],
            "better_profile",
            1,
            {"linkedin_slug": "mara-quill", "linkedin_url": PROFILE},
            id="a profile in the notes",
        ),
        pytest.param(
            [
                ("", "Mara", "Quill", "Northlantern", "", "", ""),
                ("", "Jon", "Haugen", "NORTHLANTERN", "northlantern.example", "", ""),
            ],
            "better_colleague",
            1,
            {"company_domain": "northlantern.example"},
            id="a colleague's website",
        ),
        pytest.param(
            [
                ("", "Mara", "Quill", "Northlantern", "northlantern.example", "", ""),
                (PROFILE, "Mara", "Quill", "", "northlantern.example", "", ""),
            ],
            "better_repeat",
            1,
            {"linkedin_slug": "mara-quill", "linkedin_url": PROFILE},
            id="a later row has the profile",
        ),
    ],
)
def test_better_keys_are_offered(
    workspace: Workspace, add: Add, rows: list[Row], code: str, number: int, expected: dict[str, str]
) -> None:
    listed = add(*rows, READY)
    before = rows_of(workspace, listed)
    (offer,) = fixing.upgrade_offers(workspace.database, listed)
    assert offer.code == code
    (mended,) = offer.rows
    assert mended.number == number
    differing = {
        name: getattr(mended.after, name)
        for name in RowFields.__slots__
        if getattr(mended.after, name) != getattr(mended.before, name)
    }
    assert differing == expected
    fixing.take_offer(workspace.database, listed, offer)
    assert fixing.upgrade_offers(workspace.database, again(workspace, listed)) == ()
    fixing.undo(workspace.database, listed, fixing.changes(workspace.database, listed)[0].id)
    assert rows_of(workspace, listed) == before


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(("", "Mara", "Quill", "Acme", "", "", "otto@acme.example"), id="somebody else's email"),
        pytest.param(("", "Mara", "Quill", "Acme", "", "", "mara.quill@gmail.com"), id="a private email"),
        pytest.param(("", "Mara", "Quill", "Tidewick", "", "", ""), id="two websites under one name"),
    ],
)
def test_what_is_not_sure_is_not_offered(workspace: Workspace, add: Add, row: Row) -> None:
    other = ("", "Ann", "Lee", "Tidewick", "tidewick-taps.example", "", "")
    assert fixing.upgrade_offers(workspace.database, add(row, READY, other)) == ()


def test_a_website_under_two_companies_is_nobodys_for_sure(workspace: Workspace, add: Add) -> None:
    listed = add(
        READY,
        ("", "Ann", "Lee", "Bluewharf", "tidewick.example", "", ""),
        ("", "Mara", "Quill", "Tidewick", "", "", ""),
    )
    assert fixing.upgrade_offers(workspace.database, listed) == ()


def swapped(*more: Row) -> list[Row]:
    names = [("Quill", "Mara"), ("Haugen", "Jon"), ("Lee", "Ann"), ("Berg", "Ida"), ("Roth", "Max")]
    names += [("Lotz", "Eva"), ("Marsh", "Tom"), ("Kemp", "Una"), ("Frey", "Kai"), ("Holt", "Ben")]
    return [
        ("", first, last, "Acme", "acme.example", f"{last}.{first}@acme.example".lower(), "")
        for first, last in names
    ] + list(more)


def test_names_in_each_others_columns_are_exchanged(workspace: Workspace, add: Add) -> None:
    listed = add(*swapped(("", "Varga", "Ilse", "Acme", "", "", ""), READY))
    offer = next(
        offer for offer in fixing.upgrade_offers(workspace.database, listed) if offer.code == "swapped_names"
    )
    assert "In 10 rows" in offer.does
    fixing.take_offer(workspace.database, listed, offer)
    names = [(row["first_name"], row["last_name"]) for row in rows_of(workspace, listed)]
    assert names[0] == ("Mara", "Quill")
    assert names[10:] == [("Ilse", "Varga"), ("Otto", "Lind")]


def test_a_few_odd_addresses_prove_nothing(workspace: Workspace, add: Add) -> None:
    right = [
        ("", first, last, "Acme", "acme.example", f"{first}.{last}@acme.example".lower(), "")
        for first, last in (("Jon", "Berg"), ("Ada", "Roth"))
    ]
    assert fixing.upgrade_offers(workspace.database, add(*swapped(*right))) == ()


def test_best_keys_are_counted(workspace: Workspace, add: Add) -> None:
    listed = add(READY, ("", "Mara", "Quill", "Acme", "", "", ""), ALONE)
    counts = fixing.key_counts(workspace.database, listed)
    assert counts == {KeyKind.LINKEDIN: 1, KeyKind.NAME_DOMAIN: 0, KeyKind.NAME_COMPANY: 1, KeyKind.EMAIL: 0}


def test_a_domain_of_the_own_email_is_told_from_a_website(workspace: Workspace) -> None:
    rows = (
        b"Name,Company,Email\n"
        b"Mara Quill,Tidewick,mara@mail.tidewick.example\nIlse Varga,Acme,\nOtto Lind,,o@gmail.com\n"
    )
    table = workspace.read_upload(rows, "fair.csv")
    listed = workspace.get_list(ORG, workspace.add_list(ORG, table, recognise(table), file_name="fair.csv"))
    assert fixing.key_counts(workspace.database, listed)[KeyKind.NAME_DOMAIN] == 1
    assert fixing.by_domains_of_emails(workspace.database, listed) == 1
    with_website = rows.replace(b"Name,Company,Email", b"Name,Company,Email,Website")
    table = workspace.read_upload(with_website, "fair.csv")
    chosen = recognise(table, {"company_domain": "Website"})
    listed = workspace.get_list(ORG, workspace.add_list(ORG, table, chosen, file_name="fair.csv"))
    assert fixing.by_domains_of_emails(workspace.database, listed) == 0


TWICE = ("Name", "Name", "Last name", "Company")
"""The first `Name` is that of a fair; the second, called Column 2, is the person's."""


@pytest.fixture
def add_twice(workspace: Workspace) -> Add:
    def stored(*rows: Row) -> StoredList:
        table = workspace.read_upload(as_csv(TWICE, *rows), "fair.csv")
        chosen = {"full_name": "", "first_name": "Column 2", "last_name": "Last name"}
        list_id = workspace.add_list(ORG, table, recognise(table, chosen), file_name="fair.csv")
        return workspace.get_list(ORG, list_id)

    return stored


def test_a_repair_looks_into_the_right_one_of_two_columns_of_one_name(
    workspace: Workspace, add_twice: Add
) -> None:
    listed = add_twice(("Harbour Fair", "Mara Quill", "", "Northlantern"))
    (offer,) = fixing.repair_offers(workspace.database, listed)
    assert (offer.rows[0].after.first_name, offer.rows[0].after.last_name) == ("Mara", "Quill")


def test_a_corrected_file_knows_two_columns_of_one_name_apart(workspace: Workspace, add_twice: Add) -> None:
    listed = add_twice(("Harbour Fair", "Ilse", "", "Tidewick"))
    header, row, *_ = csv.reader(io.StringIO(rows_to_fix(workspace.database, listed).decode("utf-8-sig")))
    row[2] = "Varga"
    table = workspace.read_upload(as_csv(tuple(header), tuple(row)), "corrected.csv")
    assert fixing.take_corrected(workspace.database, listed, table, "corrected.csv") == Rejoined(fixed=1)
    (fixed,) = rows_of(workspace, again(workspace, listed))
    assert (fixed["first_name"], fixed["last_name"]) == ("Ilse", "Varga")
