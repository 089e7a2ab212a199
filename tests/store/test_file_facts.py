"""What the rows of a run tell of its file is what the file says now, however its list was changed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from cleanlist_core import fixing
from cleanlist_core.domain import EnrichmentType, RowFields
from cleanlist_core.intake.mapping import recognise
from cleanlist_core.intake.rechecking import recheck
from cleanlist_core.settings import read_settings
from cleanlist_core.store import large_changes, list_changes
from cleanlist_core.store.database import open_url
from cleanlist_core.store.file_facts import fill_in, read_fact
from cleanlist_core.store.lists import read_rows
from cleanlist_core.store.organizations import remember_organization
from cleanlist_core.store.row_checks import RowPatch
from cleanlist_core.store.schema import run_row
from cleanlist_core.store.tallies import count_in_file
from cleanlist_core.workspace import Workspace
from tests.databases import NewUrl

ORG = "org_facts"
HEADER = ("First Name", "Last Name", "Website", "LinkedIn URL", "Email", "Phone")
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["Jane", "Otto", ""]),
        st.sampled_from(["Doe", "Doe", "Lind"]),
        st.sampled_from(["acme.example", "acme.example", "beta.example"]),
        st.sampled_from(["", "", "https://www.linkedin.com/in/jane", "https://www.linkedin.com/in/otto"]),
        st.sampled_from(["", "", "jane@mail.example"]),
        st.sampled_from(["", "", "+12025550143"]),
    ),
    min_size=2,
    max_size=8,
)
FIELDS = st.builds(
    RowFields,
    linkedin_slug=st.sampled_from(["", "", "jane", "otto"]),
    first_name=st.sampled_from(["Jane", "Otto"]),
    last_name=st.sampled_from(["Doe", "Lind"]),
    company_domain=st.sampled_from(["acme.example", "beta.example"]),
    email=st.sampled_from(["", "otto@mail.example"]),
)
EDITS = st.lists(st.tuples(st.integers(1, 8), FIELDS), min_size=1, max_size=4)


@pytest.fixture
def workspace(tmp_path: Path, new_url: NewUrl) -> Iterator[Workspace]:
    database = open_url(new_url(tmp_path))
    remember_organization(database, ORG, "user")
    opened = Workspace(read_settings(), database)
    yield opened
    opened.close()


def add(workspace: Workspace, rows: list[tuple[str, ...]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADER, *rows])
    table = workspace.read_upload(text.getvalue().encode(), "fair.csv")
    return workspace.add_list(ORG, table, recognise(table), file_name="fair.csv")


def start(workspace: Workspace, list_id: str) -> str:
    estimate = workspace.orders.estimates(ORG, list_id)[EnrichmentType.FULL]
    return workspace.orders.start_run(ORG, list_id, EnrichmentType.FULL, budget=100, estimate=estimate)


Facts = list[tuple[str | None, bool, bool]]


def facts_in(workspace: Workspace, run_id: str) -> Facts:
    query = select(run_row.c.in_file).where(run_row.c.run_id == run_id).order_by(run_row.c.row_number)
    with workspace.database.read() as connection:
        return [read_fact(fact) for fact in connection.execute(query).scalars()]


def facts_of_the_file(workspace: Workspace, list_id: str) -> Facts:
    rows = [row for row, _cells in read_rows(workspace.database, list_id)]
    emails, phones = ({row["leader"] for row in rows if row[name]} for name in ("email", "phone"))
    return [(row["key_kind"] or None, row["leader"] in emails, row["leader"] in phones) for row in rows]


@pytest.mark.both_databases
@pytest.mark.parametrize("at_once", [pytest.param(150, id="at once"), pytest.param(0, id="in slices")])
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(rows=ROWS, edits=EDITS)
def test_whatever_is_changed_in_a_list_its_runs_know_what_it_says(
    workspace: Workspace, at_once: int, rows: list[tuple[str, ...]], edits: list[tuple[int, RowFields]]
) -> None:
    list_id = add(workspace, rows)
    run_id = start(workspace, list_id)
    listed = workspace.get_list(ORG, list_id)

    def check() -> None:
        assert facts_in(workspace, run_id) == facts_of_the_file(workspace, list_id)

    check()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(list_changes, "AT_ONCE", at_once)
        patched.setattr(large_changes, "SLICE_ROWS", 1)
        patched.setattr(large_changes, "PAUSE_SECONDS", 0)
        now = {row["row_number"]: fixing.row_fields(row) for row, _ in read_rows(workspace.database, list_id)}
        patches = [
            RowPatch(number, now[number], after) for number, after in dict(edits).items() if number in now
        ]
        list_changes.change_rows(
            workspace.database, ORG, list_id, patches, kind="test", text="", recheck=recheck
        )
        check()
        for made in fixing.changes(workspace.database, listed):
            fixing.undo(workspace.database, listed, made.id)
        check()


@pytest.mark.both_databases
def test_an_email_that_a_fix_brings_counts_at_once(workspace: Workspace) -> None:
    ready = ("Jane", "Doe", "acme.example", "", "", "")
    list_id = add(workspace, [ready, ready])
    run_id = start(workspace, list_id)
    assert count_in_file(workspace.database, run_id) == (0, 0)
    rows = [row for row, _ in read_rows(workspace.database, list_id)]
    before = fixing.row_fields(rows[1])
    patch = RowPatch(2, before, replace(before, email="jane@mail.example"))
    list_changes.change_rows(workspace.database, ORG, list_id, [patch], kind="test", text="", recheck=recheck)
    assert count_in_file(workspace.database, run_id) == (1, 0)


def test_a_run_of_an_older_version_is_told_what_its_file_says(workspace: Workspace) -> None:
    list_id = add(
        workspace,
        [
            ("Jane", "Doe", "acme.example", "", "", ""),
            ("Jane", "Doe", "acme.example", "", "", "+12025550143"),
        ],
    )
    run_id = start(workspace, list_id)
    with workspace.database.write() as connection:
        connection.execute(run_row.update().values(in_file=""))
        fill_in(connection)
    assert facts_in(workspace, run_id) == [("name_domain", False, True)] * 2
