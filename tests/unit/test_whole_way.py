"""Any table of text goes in as a file and comes back in the download as it was, through the real store."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleanlist_core import fixing
from cleanlist_core.domain import EnrichmentType
from cleanlist_core.intake.mapping import recognise
from cleanlist_core.intake.normalising import normalise
from cleanlist_core.intake.reading import read_table
from cleanlist_core.intake.tables import ReadTable
from cleanlist_core.results.exporting import export_csv
from cleanlist_core.settings import read_settings
from cleanlist_core.store.database import open_sqlite
from cleanlist_core.store.lists import StoredList, read_rows
from cleanlist_core.store.organizations import remember_organization
from cleanlist_core.workspace import Workspace

ORG = "org_whole_way"
KNOWN = ("First name", "Last name", "Company")
PERSON = ("Mara", "Quill", "Northlantern")
WIDEST = 4
MOST_REPAIRS = 50

Rows = Sequence[Sequence[str]]

FEW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
ODD = st.sampled_from(
    ["", "007", "1e5", "NA", "null", "TRUE", " x ", 'say "hi"', "a,b;c\td|e", "two\nlines", "=1+1", "-2+3",
     "@x", "'quoted", "+14155550123", "12 Mar 2024", "11-50", "0.10", "_x0041_", "Søren", "株式会社", "🙂"]
)  # fmt: skip
CELL = ODD | st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"]), max_size=12)
HEADINGS = st.lists(
    st.sampled_from(["Notes", "Notes", "Tags", "Größe, €", 'The "best"', "Record ID", "Cleanlist Email"]),
    max_size=WIDEST,
)
"""Headings beside those of the person, some of them twice."""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    database = open_sqlite(tmp_path_factory.mktemp("whole way") / "lists.sqlite3")
    remember_organization(database, ORG, "user")
    opened = Workspace(read_settings(), database)
    yield opened
    opened.close()


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """A header and rows of one width; each row has a person, so that none is empty."""
    more = draw(HEADINGS)
    rows = draw(st.lists(st.lists(CELL, min_size=len(more), max_size=len(more)), min_size=1, max_size=8))
    return [[*KNOWN, *more], *([*PERSON, *row] for row in rows)]


def as_csv(rows: Rows) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def as_xlsx(rows: Rows) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(rows):
            for column, text in enumerate(row):
                sheet.write_string(place, column, text)
    return file.getvalue()


def add(workspace: Workspace, data: bytes, file_name: str) -> tuple[ReadTable, StoredList]:
    table = workspace.read_upload(data, file_name)
    list_id = workspace.add_list(ORG, table, recognise(table), file_name=file_name, data=[data])
    return table, workspace.get_list(ORG, list_id)


def downloaded(workspace: Workspace, listed: StoredList) -> list[list[str]]:
    """What a person gets back for a list, header first, without our own columns on the right."""
    wanted = EnrichmentType.PARTIAL
    price = workspace.orders.estimates(ORG, listed.id)[wanted]
    run_id = workspace.orders.start_run(ORG, listed.id, wanted, budget=1, estimate=price)
    file = io.BytesIO()
    export_csv(workspace.database, run_id, file, formulas="keep")
    rows = csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"), newline=""), strict=True)
    return [row[: len(listed.facts.columns)] for row in rows]


@FEW
@pytest.mark.parametrize(("written", "name"), [(as_csv, "fair.csv"), (as_xlsx, "fair.xlsx")])
@given(rows=tables())
def test_any_table_comes_back_as_it_was_uploaded(
    workspace: Workspace, written: Callable[[Rows], bytes], name: str, rows: list[list[str]]
) -> None:
    table, listed = add(workspace, written(rows), name)
    assert [list(table.columns), *(list(row.values()) for row in table.cells.to_pylist())] == rows
    assert downloaded(workspace, listed) == rows
    facts = listed.facts
    assert facts.rows == facts.ready + facts.invalid + facts.duplicates == len(rows) - 1


LIKELY = st.sampled_from(
    ["", "", "Mara", "Quill", "Mara Quill", "Quill, Mara", "Dr. Ada Roth, MBA", "MARA", "Northlantern",
     "northlantern.example", "mara.quill@northlantern.example", "ada.roth@gmail.com",
     "https://www.linkedin.com/in/mara-quill", "https://www.linkedin.com/company/northlantern",
     "Mara Quill (Northlantern)", "Mara Quill <mara.quill@northlantern.example>", "n/a", "=1+1"]
)  # fmt: skip
FIX_HEADER = ("LinkedIn URL", "First name", "Last name", "Company", "Website", "Email", "Notes")
FIX_COLUMNS = dict(
    zip(
        ("linkedin_url", "first_name", "last_name", "company_name", "company_domain", "email"),
        FIX_HEADER,
        strict=False,
    )
)


def adds_up(workspace: Workspace, listed: StoredList) -> tuple[int, int, int, int]:
    """The numbers above the list, once it is sure that they are those of its rows."""
    facts = workspace.get_list(ORG, listed.id).facts
    checked = Counter(row["checked"] for row, _ in read_rows(workspace.database, listed.id))
    numbers = (facts.rows, facts.ready, facts.invalid, facts.duplicates)
    assert numbers == (checked.total(), checked["ready"], checked["invalid"], checked["duplicate"])
    assert sum(facts.reasons.values()) == facts.invalid + facts.duplicates
    return numbers


@FEW
@given(rows=st.lists(st.lists(LIKELY, min_size=7, max_size=7), min_size=2, max_size=8))
def test_the_numbers_add_up_after_every_repair_and_undo(workspace: Workspace, rows: list[list[str]]) -> None:
    # A row number keeps rows from being blank, which reading leaves out on purpose.
    numbered = [[*row[:6], f"n{number} {row[6]}"] for number, row in enumerate(rows)]
    table = read_table(as_csv([FIX_HEADER, *numbered]), "fair.csv")
    list_id = workspace.add_list(ORG, table, recognise(table, FIX_COLUMNS), file_name="fair.csv")
    listed, database = workspace.get_list(ORG, list_id), workspace.database
    seen = [adds_up(workspace, listed)]
    while offers := fixing.repair_offers(database, listed) or fixing.upgrade_offers(database, listed):
        changed = fixing.take_offer(database, listed, offers[0])
        assert changed.rows == len(offers[0].rows) > 0
        seen.append(adds_up(workspace, listed))
        assert len(seen) < MOST_REPAIRS
    cells = [cells for _, cells in read_rows(database, listed.id)]
    assert cells == numbered
    for change in fixing.changes(database, listed):
        seen.pop()
        fixing.undo(database, listed, change.id)
        assert adds_up(workspace, listed) == seen[-1]


def as_columns_again(table: ReadTable) -> ReadTable:
    """What would be sent of a table, as a table of its own."""
    people = normalise(table, recognise(table, FIX_COLUMNS))
    columns = [getattr(people, field).to_pylist() for field in FIX_COLUMNS]
    notes = table.cells.column(len(FIX_COLUMNS)).to_pylist()
    return read_table(as_csv([FIX_HEADER, *zip(*columns, notes, strict=True)]), "fair.csv")


@FEW
@given(rows=st.lists(st.lists(LIKELY | CELL, min_size=6, max_size=6), min_size=1, max_size=8))
def test_what_is_plain_once_stays_as_it_is(rows: list[list[str]]) -> None:
    numbered = [[*row, f"n{number}"] for number, row in enumerate(rows)]
    once = as_columns_again(read_table(as_csv([FIX_HEADER, *numbered]), "fair.csv"))
    assert as_columns_again(once).cells.to_pylist() == once.cells.to_pylist()
