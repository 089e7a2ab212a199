"""Balances, how far they go, and a receipt for everything spent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import update

from cleanlist_core.accounts import LOW_BALANCE, account, receipts, runway_sentence
from cleanlist_core.domain import KeyKind
from cleanlist_core.pricing import PUBLISHED_RATES, FindRates
from cleanlist_core.receipts import receipts_csv
from cleanlist_core.store.database import Database, open_sqlite
from cleanlist_core.store.organizations import add_reading, remember_organization
from cleanlist_core.store.schema import run
from tests.unit.results.building import ORGANIZATION, RUN, add_batch, add_run, found_email

NOW = datetime(2025, 11, 20, 12, tzinfo=UTC).timestamp()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_sqlite(tmp_path / "accounts.sqlite3", clock=lambda: NOW)
    remember_organization(opened, ORGANIZATION, "user-1")
    yield opened
    opened.close()


def read(database: Database, balance: str, *, at: float, why: str = "on view", **more: object) -> None:
    given = {"used_this_month": None, **more}
    add_reading(database, ORGANIZATION, Decimal(balance), read_at=at, why=why, **given)  # type: ignore[arg-type]


def test_before_the_first_reading_nothing_is_claimed(database: Database) -> None:
    seen = account(database, ORGANIZATION)
    assert (seen.balance, seen.read_at, seen.runway_sentence) == (None, None, "")
    assert seen.used_this_month == 0
    assert not seen.low


def test_the_newest_reading_counts_whatever_order_they_came_in(database: Database) -> None:
    read(database, "250.50", at=NOW)
    read(database, "900", at=NOW - 60)
    seen = account(database, ORGANIZATION, user_id="user-1")
    assert (seen.balance, seen.read_at, seen.user_id) == (Decimal("250.50"), NOW, "user-1")


@pytest.mark.parametrize(("balance", "low"), [(0, True), (LOW_BALANCE - 1, True), (LOW_BALANCE, False)])
def test_a_low_balance_is_called_low(database: Database, balance: int, low: bool) -> None:
    read(database, str(balance), at=NOW)
    assert account(database, ORGANIZATION).low is low


def test_the_apis_own_figure_for_the_month_goes_first(database: Database) -> None:
    read(database, "900", at=NOW, used_this_month=Decimal(77))
    seen = account(database, ORGANIZATION)
    assert (seen.used_this_month, seen.used_this_month_is_ours) == (Decimal(77), False)


def test_our_own_figure_counts_this_month_only(database: Database) -> None:
    add_run(database, [found_email("a@firm.example.com")])
    add_batch(database, "finished", settled_credits=5, finished_at=NOW - 86_400)
    add_batch(database, "finished", settled_credits=90, finished_at=NOW - 40 * 86_400)
    read(database, "900", at=NOW)
    seen = account(database, ORGANIZATION)
    assert (seen.used_this_month, seen.used_this_month_is_ours) == (Decimal(5), True)


@pytest.mark.parametrize(
    ("balance", "shown"),
    [("1240", "1,240 credits"), ("100", "100 credits"), ("12.50", "12.5 credits")],
)
def test_the_runway_shows_the_balance_as_it_is(balance: str, shown: str) -> None:
    assert runway_sentence(Decimal(balance), PUBLISHED_RATES).startswith(shown)


@pytest.mark.parametrize(
    ("balance", "shown"),
    [
        pytest.param("0", "No whole credit is left to look anybody up.", id="nothing"),
        pytest.param("1", "1 credit is likely to cover the emails of about 1 person, by", id="one email"),
        pytest.param("9", "9 credits are likely to cover the emails of about 10 people, by", id="no phone"),
    ],
)
def test_the_runway_of_a_few_credits_promises_only_what_they_pay_for(balance: str, shown: str) -> None:
    assert runway_sentence(Decimal(balance), PUBLISHED_RATES).startswith(shown)


def test_the_runway_counts_people_and_says_on_what_it_rests() -> None:
    rates = FindRates(dict.fromkeys(KeyKind, 0.5), dict.fromkeys(KeyKind, 0.25), own_email=True)
    sentence = runway_sentence(Decimal(1000), rates)
    assert "emails of about 2,000 people" in sentence
    assert "phones of about 400" in sentence
    assert "by your own find rate for emails and our guess for phones" in sentence
    nothing_found = FindRates(dict.fromkeys(KeyKind, 0.0), dict.fromkeys(KeyKind, 0.0))
    assert "phones of about" not in runway_sentence(Decimal(9), nothing_found)
    assert runway_sentence(Decimal(9), nothing_found).endswith(", by the published find rates.")


@pytest.fixture
def a_run(database: Database) -> Database:
    add_run(database, [found_email("a@firm.example.com"), found_email("b@firm.example.com")])
    add_batch(database, "finished", size=2, settled_credits=2, emails_so_far=2, finished_at=NOW + 60)
    return database


@pytest.mark.parametrize(
    ("state", "more", "note"),
    [
        pytest.param("left_out", {"at_most": 20}, "Up to 20 credits more", id="left out"),
        pytest.param("uncertain", {"at_most": 1}, "Up to 1 credit more", id="not decided yet"),
        pytest.param("finished", {"doubtful_credits": 3}, "Up to 3 credits more", id="people never told of"),
        pytest.param("refused", {"at_most": 20}, "", id="a definite no"),
        pytest.param("finished", {"at_most": 20}, "", id="everybody answered"),
    ],
)
def test_a_receipt_says_what_a_lost_answer_may_have_cost(
    a_run: Database, state: str, more: dict[str, int], note: str
) -> None:
    add_batch(a_run, state, **more)
    read(a_run, "100", at=NOW - 5, why="before the run", run_id=RUN)
    read(a_run, "98", at=NOW + 90, why="after the run", run_id=RUN)
    [receipt] = receipts(a_run, ORGANIZATION)
    assert receipt.credits == 2
    assert note in receipt.note
    assert bool(receipt.note) == bool(note)


@pytest.mark.parametrize(
    ("budget", "estimate", "at_most"),
    [
        pytest.param(50, 200, 50, id="a budget below the estimate"),
        pytest.param(500, 200, 200, id="a budget above it"),
        pytest.param(0, 0, 0, id="nobody to pay for"),
    ],
)
def test_a_receipt_says_the_most_its_run_could_cost(
    a_run: Database, budget: int, estimate: int, at_most: int
) -> None:
    with a_run.write() as connection:
        connection.execute(update(run).values(budget=budget, confirmed_at_most=estimate))
    [receipt] = receipts(a_run, ORGANIZATION)
    assert receipt.at_most == at_most
    assert f",{at_most}," in receipts_csv([receipt]).decode("utf-8-sig")


def test_a_receipt_without_readings_claims_no_balance(a_run: Database) -> None:
    [receipt] = receipts(a_run, ORGANIZATION)
    assert (receipt.run_id, receipt.people_sent, receipt.emails, receipt.credits) == (RUN, 2, 2, 2)
    assert (receipt.balance_before, receipt.balance_after, receipt.note) == (None, None, "")


@pytest.mark.parametrize(
    ("after", "note"),
    [
        pytest.param("98", "", id="explained by the finds"),
        pytest.param("90", "8 credits less than what was found", id="something else was charged"),
        pytest.param("598", "500 credits more than what was found", id="a top-up"),
        pytest.param("97.5", "0.5 credits less", id="a fraction"),
    ],
)
def test_a_difference_to_the_balance_is_said_and_not_hidden(a_run: Database, after: str, note: str) -> None:
    read(a_run, "100", at=NOW - 5, why="before the run", run_id=RUN)
    read(a_run, after, at=NOW + 90, why="after the run", run_id=RUN)
    read(a_run, "7", at=NOW + 900)
    [receipt] = receipts(a_run, ORGANIZATION)
    assert (receipt.balance_before, receipt.balance_after) == (Decimal(100), Decimal(after))
    assert note in receipt.note
    assert bool(receipt.note) == bool(note)


@pytest.mark.parametrize(
    ("sent", "settled", "after", "note"),
    [
        pytest.param(10, 20, "48", "", id="all of it between the readings"),
        pytest.param(-60, 20, "48", "", id="begun before, and charged after the first reading"),
        pytest.param(-60, 20, "98", "", id="begun before, and charged before the first reading"),
        pytest.param(80, 120, "78", "", id="under way at the second reading, and charged in part"),
        pytest.param(10, 20, "40", "8 credits less", id="something else was charged too"),
        pytest.param(10, 20, "60", "12 credits more", id="a top-up meanwhile"),
        pytest.param(100, 120, "48", "50 credits less", id="charged only after the second reading"),
        pytest.param(-60, -10, "48", "50 credits less", id="charged before the first reading"),
    ],
)
def test_what_another_list_was_charged_between_the_readings_is_no_other_use(
    a_run: Database, sent: int, settled: int, after: str, note: str
) -> None:
    add_run(a_run, [], run_id="run-2", list_id="list-2")
    times = {"sent_at": NOW + sent, "finished_at": NOW + settled}
    add_batch(a_run, "finished", run_id="run-2", settled_credits=50, **times)
    read(a_run, "100", at=NOW - 5, why="before the run", run_id=RUN)
    read(a_run, after, at=NOW + 90, why="after the run", run_id=RUN)
    told = {receipt.run_id: receipt.note for receipt in receipts(a_run, ORGANIZATION)}[RUN]
    assert note in told
    assert bool(told) == bool(note)


def test_receipts_of_others_are_not_shown(a_run: Database) -> None:
    remember_organization(a_run, "org-2", "")
    assert receipts(a_run, "org-2") == []
