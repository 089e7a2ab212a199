"""Every repair on the rows it is for, and on rows that only look like it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanlist_core.domain import Contact, RowFields
from cleanlist_core.intake.checking import CAUSES
from cleanlist_core.intake.merged_cells import read_merged
from cleanlist_core.intake.rechecking import can_be_sent, cause_of, plain_fields
from cleanlist_core.intake.repairs import REPAIRS, RepairRow, find_repairs

Cells = dict[str, str]


def row_of(cells: Cells, *others: str, number: int = 1) -> RepairRow:
    """A row as intake would have left it. cells: field → the text of its column."""
    typed = Contact(**{name: cells.get(name, "") for name in Contact.__slots__})
    fields = plain_fields(typed, cells.get("email", ""))
    cause = cause_of(fields, typed)
    assert cause, "the row needs no repair"
    return RepairRow(number, fields, cause, {name: (text,) for name, text in cells.items()}, others)


def repaired(row: RepairRow) -> tuple[str, RowFields] | None:
    found = find_repairs([row])
    if not found:
        return None
    ((code, (mended,)),) = found.items()
    return code, mended.after


ACME = {"company_name": "Acme"}


@pytest.mark.parametrize(
    ("cells", "code", "expected"),
    [
        pytest.param(
            {"first_name": "Mara Quill", **ACME},
            "full_name_in_part",
            ("Mara", "Quill"),
            id="a full name as first name",
        ),
        pytest.param(
            {"last_name": "Quill, Mara", **ACME},
            "full_name_in_part",
            ("Mara", "Quill"),
            id="last name, comma, first name",
        ),
        pytest.param(
            {"first_name": "Dr. Jan van der Berg, MBA", **ACME},
            "full_name_in_part",
            ("Jan", "van der Berg"),
            id="a title, particles and letters behind",
        ),
        pytest.param(
            {"last_name": "Mara Quill <mara@acme.example>"},
            "merged_cells",
            ("Mara", "Quill"),
            id="a name with its email",
        ),
        pytest.param(
            {"email": "Mara Quill <m@acme.example>"},
            "merged_cells",
            ("Mara", "Quill"),
            id="a name in the email column",
        ),
        pytest.param(
            {"email": "mara.quill@acme.example"},
            "name_from_email",
            ("Mara", "Quill"),
            id="a name only in the email",
        ),
        pytest.param(
            {"first_name": "mara.quill@acme.example"},
            "name_from_email",
            ("Mara", "Quill"),
            id="an email as first name",
        ),
        pytest.param(
            {"first_name": "Mara", "email": "mara.quill@acme.example"},
            "name_from_email",
            ("Mara", "Quill"),
            id="half a name, completed by the email",
        ),
    ],
)
def test_names_are_found(cells: Cells, code: str, expected: tuple[str, str]) -> None:
    found = repaired(row_of(cells))
    assert found is not None
    assert (found[0], (found[1].first_name, found[1].last_name)) == (code, expected)
    assert can_be_sent(found[1])


@pytest.mark.parametrize(
    ("text", "name", "company", "email"),
    [
        pytest.param("Mara Quill, Acme Corp", "Mara Quill", "Acme Corp", "", id="comma"),
        pytest.param("Mara Quill - Acme", "Mara Quill", "Acme", "", id="dash"),
        pytest.param("Mara Quill – Blue Otter", "Mara Quill", "Blue Otter", "", id="long dash"),
        pytest.param("Mara Quill | Acme", "Mara Quill", "Acme", "", id="bar"),
        pytest.param("Mara Quill @ Acme", "Mara Quill", "Acme", "", id="at sign"),
        pytest.param("Mara Quill at Acme", "Mara Quill", "Acme", "", id="at"),
        pytest.param("Mara Quill, CEO at Acme", "Mara Quill", "Acme", "", id="with the job"),
        pytest.param("Mara Quill - CEO - Acme", "Mara Quill", "Acme", "", id="the job in between"),
        pytest.param("Mara Quill (Acme GmbH)", "Mara Quill", "Acme GmbH", "", id="in brackets"),
        pytest.param("Mara Quill <m@acme.example>", "Mara Quill", "", "m@acme.example", id="an email"),
        pytest.param("Quill, Mara <m@acme.example>", "Mara Quill", "", "m@acme.example", id="turned round"),
        pytest.param("Mara Quill m@acme.example", "Mara Quill", "", "m@acme.example", id="a bare email"),
        pytest.param("Anna Meier-Lotz - Acme", "Anna Meier-Lotz", "Acme", "", id="a hyphen in the name"),
    ],
)
def test_merged_cells_come_apart(text: str, name: str, company: str, email: str) -> None:
    merged = read_merged(text)
    assert merged is not None
    assert f"{merged.name.first} {merged.name.last}" == name
    assert (merged.company, merged.email) == (company, email)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Mara Quill", id="a name alone"),
        pytest.param("Quill, Mara", id="last name first"),
        pytest.param("Mara Quill, MBA", id="letters behind the name"),
        pytest.param("Mara Quill, Jr.", id="a generation"),
        pytest.param("Mara Quill (she/her)", id="pronouns"),
        pytest.param("Mara (Mari) Quill", id="a nickname"),
        pytest.param("Acme GmbH", id="a company"),
        pytest.param("Mara - Acme", id="half a name"),
        pytest.param("info@acme.example", id="an email alone"),
        pytest.param("", id="nothing"),
    ],
)
def test_other_cells_are_left_whole(text: str) -> None:
    assert read_merged(text) is None


def test_a_comma_is_no_company_where_names_are_written_last_name_first() -> None:
    double = row_of({"full_name": "Luna Ortiz, Maria", "first_name": "Maria", "last_name": "Luna Ortiz"})
    assert find_repairs([double])
    assert not find_repairs(
        [double, row_of({"full_name": "Quill, Mara", "first_name": "Mara", "last_name": "Quill"}, number=2)]
    )


NAMED = {"first_name": "Mara", "last_name": "Quill"}


@pytest.mark.parametrize(
    ("cells", "others", "code", "changed"),
    [
        pytest.param(
            NAMED,
            ("mara.quill@acme.example",),
            "website_from_email",
            {"company_domain": "acme.example", "email": "mara.quill@acme.example"},
            id="an email in a column that is not used",
        ),
        pytest.param(
            {"last_name": "Quill"},
            ("see https://www.linkedin.com/in/mara-quill/?x=1",),
            "profile_in_other_column",
            {"linkedin_slug": "mara-quill", "linkedin_url": "https://www.linkedin.com/in/mara-quill"},
            id="a profile in the notes",
        ),
        pytest.param(
            {**NAMED, "linkedin_url": "https://www.acme.example/team"},
            (),
            "website_from_link",
            {"company_domain": "acme.example"},
            id="a website in the LinkedIn column",
        ),
        pytest.param(
            {**NAMED, "linkedin_url": "https://www.linkedin.com/company/blue-otter/about/"},
            (),
            "company_from_page",
            {"company_name": "Blue Otter"},
            id="the company's page for the person's",
        ),
    ],
)
def test_what_else_is_missing_is_found(
    cells: Cells, others: tuple[str, ...], code: str, changed: Cells
) -> None:
    row = row_of(cells, *others)
    found = repaired(row)
    assert found is not None
    assert found[0] == code
    before = {name: getattr(row.fields, name) for name in RowFields.__slots__}
    assert {name: getattr(found[1], name) for name in RowFields.__slots__} == before | changed


@pytest.mark.parametrize(
    ("cells", "others"),
    [
        pytest.param({"first_name": "Mara Quill"}, (), id="split, but still without a company"),
        pytest.param({"first_name": "Mara", **ACME}, (), id="one word"),
        pytest.param({"first_name": "Mara Q.", **ACME}, (), id="an initial is no last name"),
        pytest.param(NAMED, ("mara@gmail.com",), id="a private email"),
        pytest.param(NAMED, ("otto.lind@acme.example",), id="somebody else's email"),
        pytest.param({"email": "sales.team@acme.example"}, (), id="an office's mailbox"),
        pytest.param({"email": "mara.quill@gmail.com"}, (), id="a name in a private email"),
        pytest.param({"first_name": "Otto", "email": "mara.quill@acme.example"}, (), id="another's name"),
        pytest.param(
            {**NAMED, "linkedin_url": "https://www.linkedin.com/company/1234"}, (), id="a page by number"
        ),
        pytest.param(
            {"linkedin_url": "https://www.linkedin.com/company/acme"}, (), id="a page without a name"
        ),
    ],
)
def test_what_would_still_not_be_ready_is_not_offered(cells: Cells, others: tuple[str, ...]) -> None:
    assert repaired(row_of(cells, *others)) is None


def test_each_row_is_offered_once_and_the_biggest_repair_comes_first() -> None:
    rows = [
        row_of({"first_name": "Mara Quill", **ACME}, "linkedin.com/in/mara-quill", number=1),
        row_of({"first_name": "Otto Lind", **ACME}, number=2),
        row_of({"first_name": "Ilse Varga", **ACME}, number=3),
    ]
    found = find_repairs(rows)
    assert {code: [one.number for one in mended] for code, mended in found.items()} == {
        "full_name_in_part": [2, 3],
        "profile_in_other_column": [1],
    }
    assert list(found) == ["full_name_in_part", "profile_in_other_column"]


def test_every_repair_is_explained_and_mends_causes_that_exist() -> None:
    assert len({repair.code for repair in REPAIRS}) == len(REPAIRS)
    for repair in REPAIRS:
        assert repair.title
        assert repair.does.endswith(".")
        assert repair.causes <= CAUSES.keys()


BITS = st.sampled_from(
    ("Mara", "Quill", "van", ",", " - ", " at ", "Acme", "GmbH", "<", ">", "@", "acme.example", "(", ")", " ",
     "mara.quill", "linkedin.com/in/", "linkedin.com/company/", "MBA", "gmail.com", "|", "é", "12")
)  # fmt: skip
CELL = st.lists(BITS, max_size=6).map("".join)


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.sampled_from([*Contact.__slots__, "full_name", "email"]), CELL),
    st.lists(CELL, max_size=2),
)
def test_whatever_stands_in_the_cells_a_repair_makes_the_row_ready_in_plain_form(
    cells: Cells, others: list[str]
) -> None:
    typed = Contact(**{name: cells.get(name, "") for name in Contact.__slots__})
    fields = plain_fields(typed, cells.get("email", ""))
    cause = cause_of(fields, typed)
    row = RepairRow(1, fields, cause, {name: (text,) for name, text in cells.items()}, others)
    for (mended,) in find_repairs([row]).values():
        assert cause
        after = mended.after
        assert can_be_sent(after)
        again = Contact(**{name: getattr(after, name) for name in Contact.__slots__})
        assert plain_fields(again, after.email) == after
