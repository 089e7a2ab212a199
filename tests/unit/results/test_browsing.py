from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update

from cleanlist_core.domain import Outcome, RowFields, RunState
from cleanlist_core.errors import RunError
from cleanlist_core.intake.rechecking import recheck
from cleanlist_core.results.browsing import (
    CHIPS,
    COLUMNS,
    ELSEWHERE,
    ResultQuery,
    browse,
    chip_counts,
    is_too_short,
)
from cleanlist_core.store import schema, sizes
from cleanlist_core.store.batches import touch_run
from cleanlist_core.store.database import Database
from cleanlist_core.store.deleting import delete_list
from cleanlist_core.store.list_changes import change_rows
from cleanlist_core.store.row_checks import RowPatch
from tests.unit.results.building import LIST, NOON, ORGANIZATION, RUN, a_row, add_result, add_run, found_email

pytestmark = pytest.mark.both_databases


@pytest.fixture
def people(database: Database) -> Database:
    add_run(
        database,
        [
            found_email(
                "ilse@northgate.example",
                first_name="Ilse",
                last_name="Müller",
                company_name="Northgate",
                title="Head of 100% growth",
                location="Köln",
            ),
            found_email(
                "bo@harbor.example",
                status="catch-all",
                first_name="bo",
                last_name="Adams",
                phone="+12025550101",
            ),
            a_row(Outcome.NOTHING, ask="partial", first_name="Cy", last_name="O'Neil", company_name="a_b\\c"),
            a_row(Outcome.NEEDS_FIXING, company_name="Zed", own_email="zed@harbor.example"),
            a_row(
                Outcome.DUPLICATE, of=1, first_name="Ilse", last_name="Müller", email="ilse@northgate.example"
            ),
            a_row(Outcome.UNCERTAIN, first_name="Di"),
            a_row(Outcome.HAS_IT, first_name="Ed"),
        ],
    )
    return database


def rows_of(database: Database, **query: object) -> list[int]:
    return [row["Row"] for row in browse(database, RUN, ResultQuery(**query)).rows]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("chips", "expected"),
    [
        pytest.param((), [1, 2, 3, 4, 5, 6, 7], id="no filter shows every row"),
        pytest.param(("found",), [1, 2], id="found"),
        pytest.param(("nothing",), [3], id="nothing found"),
        pytest.param(("found", "nothing"), [1, 2, 3], id="two outcomes widen the choice"),
        pytest.param(("email_found",), [1, 2, 5], id="an email counts on duplicates too"),
        pytest.param(("email_found", "phone_found"), [2], id="two finds narrow the choice"),
        pytest.param(("safe_to_send",), [1], id="safe to send"),
        pytest.param(("needs_decision",), [6], id="needs a decision"),
        pytest.param(("already_known",), [7], id="already known"),
        pytest.param(("duplicates", "email_found"), [5], id="outcome and find together"),
        pytest.param(("not_sent",), [], id="none"),
    ],
)
def test_filters_choose_rows(people: Database, chips: tuple[str, ...], expected: list[int]) -> None:
    assert rows_of(people, chips=chips) == expected


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        pytest.param("ILSE", [1, 5], id="any case"),
        pytest.param("müller", [1, 5], id="an umlaut"),
        pytest.param("MÜLLER", [1, 5], id="a capital umlaut"),
        pytest.param("ilse north", [1, 5], id="all words, in any place"),
        pytest.param("harbor.example", [2, 4], id="the found and the file's own email"),
        pytest.param("555-0101", [], id="no such text"),
        pytest.param("5550101", [2], id="part of a phone"),
        pytest.param("100%", [1], id="a percent sign is a percent sign"),
        pytest.param("%", [1], id="not everything"),
        pytest.param("a_b", [3], id="an underscore is an underscore"),
        pytest.param("_", [3], id="not any letter"),
        pytest.param("b\\c", [3], id="a backslash"),
        pytest.param("/", [], id="the escape sign itself"),
        pytest.param("O'Neil", [3], id="a quote"),
        pytest.param("'; drop table run_row; --", [], id="not a command"),
        pytest.param("   ", [1, 2, 3, 4, 5, 6, 7], id="blanks search nothing"),
        pytest.param("il\0se nor\0th", [1, 5], id="a NUL, which no row holds, is as if not written"),
        pytest.param("\0 \0", [1, 2, 3, 4, 5, 6, 7], id="NULs alone search nothing"),
    ],
)
def test_search_looks_at_names_companies_and_finds(
    people: Database, search: str, expected: list[int]
) -> None:
    assert rows_of(people, search=search) == expected
    assert chip_counts(people, RUN, search)["all"] == len(expected)


@pytest.mark.parametrize(
    ("sort", "descending", "expected"),
    [
        pytest.param("row", True, [7, 6, 5, 4, 3, 2, 1], id="row, backwards"),
        pytest.param("name", False, [2, 3, 6, 7, 1, 5, 4], id="names in any case, nameless last"),
        pytest.param("name", True, [1, 5, 7, 6, 3, 2, 4], id="nameless last backwards too"),
        pytest.param("email", False, [2, 1, 5, 3, 4, 6, 7], id="email, none last"),
        pytest.param("email_quality", False, [1, 2, 3, 4, 5, 6, 7], id="best emails first"),
        pytest.param("outcome", False, [6, 1, 2, 3, 7, 5, 4], id="outcomes in the order of a run"),
        pytest.param("credits", True, [1, 2, 3, 4, 5, 6, 7], id="dearest first, then by row"),
    ],
)
def test_any_column_sorts(people: Database, sort: str, descending: bool, expected: list[int]) -> None:
    assert rows_of(people, sort=sort, descending=descending) == expected


@pytest.mark.parametrize("sort", COLUMNS)
@pytest.mark.parametrize("descending", [False, True])
def test_sorting_never_loses_a_row(people: Database, sort: str, descending: bool) -> None:
    assert sorted(rows_of(people, sort=sort, descending=descending)) == [1, 2, 3, 4, 5, 6, 7]


def test_a_row_is_ready_to_show(people: Database) -> None:
    (row,) = browse(people, RUN, ResultQuery(search="harbor adams")).rows

    assert list(row) == [*COLUMNS.values(), *ELSEWHERE.values()]
    assert (row["Row"], row["Name"], row["Email"]) == (2, "bo Adams", "bo@harbor.example")
    assert (row["Email quality"], row["Outcome"]) == ("Risky", "Found")
    assert (row["Looked up by"], row["Credits"]) == ("Name and website", 1)
    assert row["Checked on"].isoformat() == "2025-11-20T12:00:00+00:00"


@pytest.mark.parametrize("descending", [False, True], ids=["up", "down"])
def test_pages_in_any_order_hold_every_row_once(people: Database, descending: bool) -> None:
    for column in COLUMNS:
        asked = ResultQuery(sort=column, descending=descending)
        pages = [browse(people, RUN, replace(asked, page=page, size=2)) for page in range(4)]
        in_order = [row["Row"] for row in browse(people, RUN, asked).rows]
        assert [row["Row"] for page in pages for row in page.rows] == in_order, column
        assert sorted(in_order) == [1, 2, 3, 4, 5, 6, 7], column


def test_an_order_that_was_looked_at_holds_until_something_changes(people: Database) -> None:
    asked = ResultQuery(sort="credits", descending=True, size=1)
    (before,) = browse(people, RUN, asked).rows
    dearer = 5 if before["Row"] != 5 else 4
    with people.write() as connection:
        here = (schema.run_row.c.run_id == RUN, schema.run_row.c.row_number == dearer)
        connection.execute(update(schema.run_row).where(*here).values(credits=99))
        touch_run(connection, RUN)
    (after,) = browse(people, RUN, asked).rows
    assert (after["Row"], after["Credits"]) == (dearer, 99)


def test_statuses_and_kinds_of_the_api_are_told_in_plain_words(database: Database) -> None:
    statuses = {
        "reliable": "Confirmed",
        "likely_valid": "Probably right",
        "catch_all": "The company takes mail for any name",
        "catch-all": "The company takes mail for any name",
        "SPAM_TRAP": "Spam trap",
        "": "",
    }
    rows = [found_email("ilse@northgate.example", status=one, phone_type="direct_dial") for one in statuses]
    add_run(database, rows)

    shown = browse(database, RUN, ResultQuery()).rows

    assert [row["Email status"] for row in shown] == list(statuses.values())
    assert {row["Phone type"] for row in shown} == {"Direct dial"}


def test_words_that_many_rows_hold_are_found_together_as_rare_ones_are(
    people: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    rare = [rows_of(people, search=search) for search in ("ilse north", "harbor.example ada bo")]
    monkeypatch.setattr(sizes, "FEW", 0)

    assert [rows_of(people, search=search) for search in ("ilse north", "harbor.example ada bo")] == rare
    assert [rows_of(people, search="ilse north", sort="company"), rare[0]] == [[1, 5], [1, 5]]


def test_a_search_of_two_letters_is_too_short_for_a_long_list_in_a_file(
    people: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    searches = ("il", "il is", "il ilse", "")
    assert not any(is_too_short(people, RUN, search) for search in searches)

    monkeypatch.setattr(sizes, "LONG_LIST", 6)

    expected = [people.is_sqlite, people.is_sqlite, False, False]
    assert [is_too_short(people, RUN, search) for search in searches] == expected


def test_pages_divide_the_rows_and_a_page_past_the_end_is_the_last(people: Database) -> None:
    pages = [browse(people, RUN, ResultQuery(size=3, page=page)) for page in (0, 1, 2, 99)]

    assert [[row["Row"] for row in page.rows] for page in pages] == [[1, 2, 3], [4, 5, 6], [7], [7]]
    assert {(page.total, page.pages) for page in pages} == {(7, 3)}
    assert pages[3].page == 2


def test_an_empty_choice_is_one_empty_page(people: Database) -> None:
    page = browse(people, RUN, ResultQuery(search="nobody", page=4))

    assert (page.rows, page.total, page.page, page.pages) == ((), 0, 0, 1)


def test_each_chip_counts_what_it_would_show(people: Database) -> None:
    counts = chip_counts(people, RUN)

    assert counts.pop("all") == 7
    assert counts == {chip: len(rows_of(people, chips=(chip,))) for chip in CHIPS}


def test_chips_count_within_the_search(people: Database) -> None:
    counts = chip_counts(people, RUN, "ilse")

    assert (counts["all"], counts["found"], counts["duplicates"], counts["nothing"]) == (2, 1, 1, 0)


def test_another_run_of_the_same_list_does_not_mix_in(people: Database) -> None:
    add_run(people, [a_row(first_name="Other")] * 3, run_id="run-2", list_id="list-2")

    assert browse(people, RUN, ResultQuery()).total == 7
    assert browse(people, "run-2", ResultQuery(search="other")).total == 3


@pytest.mark.parametrize(
    ("query", "code"),
    [
        pytest.param(ResultQuery(chips=("nice",)), "unknown_filter", id="filter"),
        pytest.param(ResultQuery(sort="1; drop"), "unknown_column", id="column"),
    ],
)
def test_what_is_not_offered_is_refused(people: Database, query: ResultQuery, code: str) -> None:
    with pytest.raises(RunError) as refusal:
        browse(people, RUN, query)
    assert refusal.value.code == code


def test_counts_within_a_search_follow_the_list_that_was_edited(database: Database) -> None:
    rows = [
        a_row(Outcome.NOT_SENT, first_name=name, last_name="Lee", company_name="Acme")
        for name in ("Ann", "Bo")
    ]
    add_run(database, rows)
    assert chip_counts(database, RUN, "acme")["all"] == 2

    before = RowFields(first_name="Ann", last_name="Lee", company_name="Acme")
    patch = RowPatch(1, before, replace(before, company_name="Zeta"))
    # Once for what follows from any first change, and once more, which the run does not notice.
    change_rows(database, ORGANIZATION, LIST, [patch], kind="edit", text="", recheck=recheck)
    assert chip_counts(database, RUN, "acme")["all"] == 1
    again = replace(patch, before=patch.after, after=before)
    change_rows(database, ORGANIZATION, LIST, [again], kind="edit", text="", recheck=recheck)

    assert (
        chip_counts(database, RUN, "acme")["all"] == browse(database, RUN, ResultQuery(search="acme")).total
    )
    assert chip_counts(database, RUN, "acme")["all"] == 2


def test_what_has_changed_follows_the_answers_of_other_lists(database: Database) -> None:
    def add(run_id: str, list_id: str, email: str, found_at: float) -> None:
        result = add_result(
            database, "in:x", email=email, found_at=found_at, run_id=run_id, batch_id=f"batch of {run_id}"
        )
        found = found_email(email, identity="in:x", first_name="Ilse", result_id=result)
        add_run(database, [found], run_id=run_id, list_id=list_id)

    def changed() -> tuple[int, ...]:
        query = ResultQuery(chips=("changed",), sort="email")
        page = browse(database, RUN, query)
        counts = (chip_counts(database, RUN, search)["changed"] for search in ("", "ilse"))
        return (page.total, len(page.rows), *counts)

    add(RUN, LIST, "new@harbor.example", NOON)
    add("run-0", "list-0", "new@harbor.example", NOON - 200)
    assert changed() == (0, 0, 0, 0)
    add("run-2", "list-2", "old@harbor.example", NOON - 100)
    with database.write() as connection:
        touch_run(connection, "run-2")
        connection.execute(update(schema.run).values(state=RunState.FINISHED.value))
    assert changed() == (1, 1, 1, 1)
    delete_list(database, ORGANIZATION, "list-2")
    assert changed() == (0, 0, 0, 0)
