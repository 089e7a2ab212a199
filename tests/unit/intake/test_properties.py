"""What holds for any table: reading back, adding up, and the quick way agreeing with the plain one."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from contextlib import suppress
from unittest.mock import patch

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cleanlist_core.domain import COLUMN_NAMES
from cleanlist_core.intake import cell_places, delimited
from cleanlist_core.intake.checking import prepare
from cleanlist_core.intake.companies import clean_company, company_key
from cleanlist_core.intake.delimited import TextPart, read_forgivingly, read_quickly
from cleanlist_core.intake.domains import company_domain, email_address
from cleanlist_core.intake.given_names import GIVEN_NAMES
from cleanlist_core.intake.linkedin import linkedin_slug, read_linkedin
from cleanlist_core.intake.mapping import recognise
from cleanlist_core.intake.names import clean_name, name_key, speaks_in_one_case
from cleanlist_core.intake.normalising import (
    PLAIN_DOMAIN,
    PLAIN_EMAIL,
    PLAIN_LINKEDIN,
    PLAIN_PHONE,
    ranked_slug,
)
from cleanlist_core.intake.phones import plain_phone
from cleanlist_core.intake.reading import Limits, read_table
from cleanlist_core.intake.records import Dialect, Repairs
from cleanlist_core.intake.repetition import Shortcut, on_different_values

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
CELL = TEXT | st.sampled_from(["", "007", "1e5", "NA", " x ", 'say "hi"', "a,b;c\td|e", "two\nlines", "\r\n"])
HEADER = ["First Name", "Last Name", "Company", "Notes"]
BITS = st.sampled_from(
    ("jane", "Doe", "-", ".", "@", "acme", ".com", ".co.uk", "www.", "https://", "/in/", "linkedin.com",
     "gmail", "/", " ", "é", "İ", "Σ", "ς", "ß", ",", "MBA", "Dr.", "(x)", "'", "%C3%A9", "ACoAAB", "12", "_",
     "🚀", "Inc", "e\u0301")
)  # fmt: skip
MIXED = st.lists(BITS, max_size=8).map("".join) | TEXT


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    rows = draw(st.lists(st.lists(CELL, min_size=4, max_size=4), min_size=1, max_size=12))
    # A row number keeps rows from being blank, which reading leaves out on purpose.
    return [[f"n{number}", *row[1:]] for number, row in enumerate(rows)]


def written(rows: list[list[str]], delimiter: str, line_end: str) -> str:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter, lineterminator=line_end).writerows([HEADER, *rows])
    return file.getvalue()


@QUICK
@given(
    tables(),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_any_table_reads_back_unchanged(
    rows: list[list[str]], delimiter: str, line_end: str, codec: str
) -> None:
    table = read_table(written(rows, delimiter, line_end).encode(codec), "x.csv")
    columns = [column.to_pylist() for column in table.cells.columns]
    assert table.columns == tuple(HEADER)
    assert [list(row) for row in zip(*columns, strict=True)] == rows


LOOSE = st.lists(
    st.sampled_from(["a", "b", ",", ",", '"', '""', "\n", "\r\n", "\r", " ", "é", '"x"']), max_size=40
)


@settings(max_examples=600, deadline=None)
@given(LOOSE.map("".join), st.integers(1, 4), st.sampled_from([1, 2, 5, 1_000]))
def test_the_quick_reader_agrees_with_the_forgiving_one(text: str, width: int, piece: int) -> None:
    part = TextPart(text.encode(), 0, 1)
    with patch.object(delimited, "_PIECE_BYTES", piece):
        quick = read_quickly(part, Dialect(), width, Limits())
    if quick is None:
        return
    careful = read_forgivingly(part, Dialect(), width, Limits(), Repairs())
    assert quick.cells.to_pylist() == careful.cells.to_pylist()
    assert quick.lines.to_pylist() == careful.lines.to_pylist()
    assert quick.blank == careful.blank


SHEET = st.lists(
    st.sampled_from(
        ('<c r="A1"/>', '<c r="XFD1048576"/>', '<c r="ZZZZ99"/>', '<c r="B', "2", '"/>', "<c/>", "<c>",
         "</c>", "<x:c/>", "<cols/>", "<c r='A1'/>", '<c  r="A1"/>', '<c r="a1"/>', '<c r="A0"/>', "é")
    ),
    max_size=12,
)  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(SHEET.map("".join), st.sampled_from([1, 2, 7, 40, 1_000]))
def test_places_of_cells_found_all_at_once_are_those_found_element_by_element(text: str, piece: int) -> None:
    sheet = f'<sheet xmlns:x="urn:x">{text}</sheet>'.encode()
    with patch.object(cell_places, "_PIECE_BYTES", piece):
        places = cell_places.usual_places(sheet)
    with suppress(ValueError):
        extent = cell_places.extent_of(sheet)
        if places is not None:
            columns, rows = (found.tolist() for found in places)
            assert (len(rows), max(rows, default=0)) == (extent.cells, extent.last_row)
            assert max(columns, default=0) == extent.last_column


@QUICK
@given(st.lists(st.tuples(MIXED, MIXED, MIXED, MIXED, MIXED), max_size=12))
def test_every_row_is_ready_invalid_or_a_duplicate(rows: list[tuple[str, ...]]) -> None:
    header = ("First Name", "Last Name", "Company", "Website", "LinkedIn URL")
    file = io.StringIO(newline="")
    good = ("Jane", "Doe", "Acme", "acme.example", "https://www.linkedin.com/in/jane-doe")
    csv.writer(file).writerows([header, good, *rows])
    table = read_table(file.getvalue().encode(), "x.csv")
    prepared = prepare(table, recognise(table))
    counts, listed = prepared.counts, prepared.rows.to_pylist()
    assert counts.rows == counts.ready + counts.invalid + counts.duplicates == len(listed)
    assert counts.rows == table.cells.num_rows
    assert sum(prepared.reasons.values()) == counts.invalid + counts.duplicates
    ready = {row["identity"]: row["row_number"] for row in listed if row["checked"] == "ready"}
    assert len(ready) == counts.ready
    for row in listed:
        assert (row["reason"] == "") == (row["checked"] == "ready")
        expected = row["row_number"] if row["checked"] == "invalid" else ready[row["identity"]]
        assert row["leader"] == expected


NAME = st.sampled_from(sorted(GIVEN_NAMES)).map(str.title)
TITLE = st.sampled_from(
    ["", "Account Manager", "Position", "Country Manager", "Head of Company", "Title", "Lead"]
)
COMPANY = st.sampled_from(
    ["Acme", "Phone House", "First Domain Ltd", "Contact GmbH", "Website AG", "", "Land"]
)


@QUICK
@given(
    st.lists(
        st.tuples(NAME, NAME | st.sampled_from(["Contact", "Land"]), COMPANY, TITLE), min_size=1, max_size=12
    )
)
def test_ordinary_people_are_never_taken_for_column_names(rows: list[tuple[str, ...]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerows([("First Name", "Last Name", "Company", "Job Title"), *rows])
    table = read_table(file.getvalue().encode(), "x.csv")
    assert not prepare(table, recognise(table)).reasons.keys() & set(COLUMN_NAMES)


PLACE = st.sampled_from(["", "Austin", " Lyon ", "TX", "|", ", "])


@QUICK
@given(st.lists(st.tuples(PLACE, PLACE, PLACE), min_size=1, max_size=12))
def test_a_location_joins_what_is_there_of_city_state_and_country(places: list[tuple[str, ...]]) -> None:
    file = io.StringIO(newline="")
    rows = [("Jane", "Doe", "Acme", *place) for place in places]
    csv.writer(file).writerows([("First Name", "Last Name", "Company", "City", "State", "Country"), *rows])
    table = read_table(file.getvalue().encode(), "x.csv")
    expected = [", ".join(filter(None, map(str.strip, place))) for place in places]
    assert prepare(table, recognise(table)).rows["location"].to_pylist() == expected


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(["DOE", "doe", "Doe", "X", "李", "", "McDoe"]), max_size=60))
def test_names_speak_in_one_case_when_nearly_all_that_have_a_case_do(names: list[str]) -> None:
    cased = [name for name in names if len(name) > 1 and name.upper() != name.lower()]
    loudest = max(sum(map(str.isupper, cased)), sum(map(str.islower, cased)))
    assert speaks_in_one_case(names) == (len(cased) >= 3 and loudest >= 0.95 * len(cased))


@QUICK
@pytest.mark.parametrize(
    "plain", [clean_name, clean_company, company_domain, email_address, plain_phone, name_key, company_key]
)
@given(MIXED)
@example("0:AG\U00011af9E")
@example("The Acme AG y")
def test_normalising_twice_changes_nothing_more(plain: Callable[[str], str], text: str) -> None:
    once = plain(text)
    assert plain(once) == once


@QUICK
@given(MIXED)
def test_the_address_of_a_profile_leads_to_the_same_profile(text: str) -> None:
    address = read_linkedin(text)
    assert linkedin_slug(address.url) == address.slug


@settings(max_examples=400, deadline=None)
@pytest.mark.parametrize(
    ("plain", "shortcut"),
    [
        (ranked_slug, PLAIN_LINKEDIN),
        (email_address, PLAIN_EMAIL),
        (company_domain, PLAIN_DOMAIN),
        (plain_phone, PLAIN_PHONE),
    ],
    ids=["profiles", "emails", "domains", "phones"],
)
@given(st.lists(MIXED, max_size=8))
def test_shortcuts_agree_with_the_plain_functions(
    plain: Callable[[str], str], shortcut: Shortcut, values: list[str]
) -> None:
    column = pa.array(values, pa.string())
    assert on_different_values(column, plain, shortcut).to_pylist() == [plain(value) for value in values]


@settings(max_examples=300, deadline=None)
@pytest.mark.parametrize(
    ("pattern", "plain", "shortcut"),
    [
        (r"(https?://)?(www\.)?linkedin\.com/in/[a-z0-9-]{1,9}/?", ranked_slug, PLAIN_LINKEDIN),
        (r"[a-z0-9._+-]{1,9}@[a-z0-9-]{1,6}\.(com|de|example|co\.uk)", email_address, PLAIN_EMAIL),
        (r"(https?://)?(www\.)?[a-z0-9-]{1,6}\.(com|de|example|co\.uk)/?", company_domain, PLAIN_DOMAIN),
        (r"\+?[0-9]{1,5}([ -]?[0-9]{1,4}){1,4}", plain_phone, PLAIN_PHONE),
    ],
    ids=["profiles", "emails", "domains", "phones"],
)
@given(st.data())
def test_shortcuts_agree_on_what_they_are_made_for(
    pattern: str, plain: Callable[[str], str], shortcut: Shortcut, data: st.DataObject
) -> None:
    values = data.draw(st.lists(st.from_regex(pattern, fullmatch=True), max_size=8))
    column = pa.array(values, pa.string())
    assert on_different_values(column, plain, shortcut).to_pylist() == [plain(value) for value in values]
