from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleanlist_core.domain import KeyKind, Outcome
from cleanlist_core.errors import RunError
from cleanlist_core.pricing import PUBLISHED_RATES
from cleanlist_core.results import metrics
from cleanlist_core.results.browsing import ResultQuery, browse, chip_counts
from cleanlist_core.store.database import Database
from tests.unit.results.building import (
    NOON,
    ORGANIZATION,
    RUN,
    a_row,
    add_batch,
    add_result,
    add_run,
    found_email,
    open_database,
)

pytestmark = pytest.mark.both_databases


LINKEDIN, DOMAIN = KeyKind.LINKEDIN.value, KeyKind.NAME_DOMAIN.value


@pytest.fixture
def mixed_run(database: Database) -> Database:
    """Ten rows: two new emails (one has a duplicate), a new phone beside a known email, and others."""
    add_run(
        database,
        [
            found_email("ada@northgate.example", key_kind=LINKEDIN),
            found_email("bo@northgate.example", status="risky"),
            a_row(Outcome.DUPLICATE, of=1, email="ada@northgate.example", email_quality="good"),
            a_row(
                ask="phone_only",
                email="cy@northgate.example",
                phone="+12025550101",
                known_result_id=7,
                credits=10,
            ),
            a_row(Outcome.NOTHING, ask="partial", key_kind=LINKEDIN),
            a_row(Outcome.KNOWN, email="di@northgate.example", email_quality="good"),
            a_row(Outcome.HAS_IT),
            a_row(Outcome.NEEDS_FIXING),
            a_row(Outcome.NOT_SENT),
            a_row(Outcome.IN_PROGRESS, ask="partial"),
        ],
    )
    return database


def test_the_totals_of_a_run_count_rows_people_and_credits(mixed_run: Database) -> None:
    totals = metrics.run_totals(mixed_run, RUN)

    assert (totals.uploaded, totals.sent, totals.already_known) == (10, 5, 2)
    assert (totals.duplicates, totals.needs_fixing, totals.not_sent) == (1, 1, 1)
    assert (totals.found, totals.nothing, totals.in_progress, totals.uncertain) == (3, 1, 1, 0)
    assert (totals.emails_found, totals.new_emails) == (4, 2)
    assert (totals.phones_found, totals.new_phones) == (1, 1)
    assert totals.filled_rows == 5
    assert (totals.credits_spent, totals.credits_unusable) == (12, 0)


def test_what_finds_cost_that_nobody_can_use_is_told_apart(database: Database) -> None:
    unusable = a_row(Outcome.NOTHING, ask="partial", credits=1)
    both = {"ask": "full", "phone": "+12025550143"}
    add_run(
        database,
        [
            found_email("ada@northgate.example"),
            found_email("bo@northgate.example", credits=11, **both),
            unusable,
            a_row(Outcome.DUPLICATE, of=3),
            found_email("cy@northgate.example", ask="full", credits=11),
        ],
        wanted="full",
    )
    totals = metrics.run_totals(database, RUN)
    assert (totals.credits_spent, totals.credits_unusable) == (1 + 11 + 1 + 11, 1 + 10)


def test_a_run_is_told_in_one_sentence(mixed_run: Database) -> None:
    assert metrics.run_sentence(mixed_run, RUN) == (
        "4 of 8 people have an email now: 2 found, 2 found before; 1 of 8 people has a phone now: 1 found;"
        " 1 still being looked up; 1 not sent; 1 row needs fixing"
    )


def test_who_has_an_email_now_is_counted_once_by_where_it_comes_from_first(database: Database) -> None:
    in_file = {"own_email": "own@northgate.example"}
    add_run(
        database,
        [
            found_email("ada@northgate.example", **in_file),
            a_row(Outcome.KNOWN, email="bo@northgate.example"),
            a_row(Outcome.HAS_IT, **in_file),
            a_row(Outcome.HAS_IT),
            a_row(Outcome.DUPLICATE, of=4, **in_file),
            a_row(Outcome.DUPLICATE, of=3, **in_file),
            a_row(Outcome.NOTHING, ask="partial", own_phone="+12025550143"),
            a_row(Outcome.NEEDS_FIXING, **in_file),
        ],
    )

    assert metrics.have_now(database, RUN) == (metrics.HaveNow("an email", new=1, before=1, in_file=2),)
    assert metrics.run_sentence(database, RUN) == (
        "4 of 5 people have an email now: 1 found, 1 found before, 2 in your file; 1 row needs fixing"
    )


@pytest.mark.parametrize(
    ("people", "of", "said"),
    [
        pytest.param(0, 1, "0 of 1 person has an email now", id="nobody of one"),
        pytest.param(1, 8, "1 of 8 people has an email now: 1 found", id="one of several"),
        pytest.param(0, 8, "0 of 8 people have an email now", id="nobody of several"),
    ],
)
def test_one_person_has_and_several_have(people: int, of: int, said: str) -> None:
    assert metrics.HaveNow("an email", new=people, before=0, in_file=0).sentence(of) == said


def test_who_was_found_before_and_not_now_is_no_miss_in_chart_and_filters(database: Database) -> None:
    add_run(
        database,
        [
            a_row(Outcome.NOTHING, ask="partial", first_name="Ada"),
            a_row(Outcome.NOTHING, ask="partial", first_name="Ada", phone="+12025550143", known_result_id=7),
        ],
    )

    told = {one.label: one.count for one in metrics.outcome_slices(database, RUN)}
    assert told == {"Nothing found": 1, "Nothing new found": 1}
    for search in ("", "ada"):
        counts = chip_counts(database, RUN, search)
        assert counts["nothing"] == counts["nothing_new"] == 1
    shown = [browse(database, RUN, ResultQuery((chip,))).rows for chip in ("nothing", "nothing_new")]
    assert [[row["Outcome"] for row in rows] for rows in shown] == [["Nothing found"], ["Nothing new found"]]


@pytest.mark.parametrize(
    ("doubtful", "charged"),
    [
        pytest.param(0, "nothing charged", id="failed at Cleanlist"),
        pytest.param(1, "may have been charged", id="never told of"),
    ],
)
def test_who_got_no_answer_is_told_apart_from_who_was_not_found(
    database: Database, doubtful: int, charged: str
) -> None:
    add_run(database, [a_row(Outcome.NOTHING, ask="partial"), a_row(Outcome.FAILED, ask="partial")])
    add_batch(database, "finished", size=2, doubtful_credits=doubtful)
    assert metrics.run_sentence(database, RUN) == (
        f"0 of 2 people have an email now; 1 got no answer ({charged}, can be looked up again)"
    )


def test_an_empty_list_has_a_sentence_too(database: Database) -> None:
    add_run(database, [])

    totals = metrics.run_totals(database, RUN)

    assert totals.uploaded == 0
    assert metrics.run_sentence(database, RUN) == "0 of 0 people have an email now"


def test_unanswered_requests_count_at_their_worst(database: Database) -> None:
    add_run(database, [a_row(Outcome.IN_PROGRESS)])
    add_batch(database, "sending", at_most=250)
    add_batch(database, "sent", at_most=100, settled_credits=40)
    add_batch(database, "uncertain", at_most=11)
    add_batch(database, "finished", at_most=250, settled_credits=200)
    add_batch(database, "refused", at_most=250)
    add_batch(database, "planned", at_most=250)

    totals = metrics.run_totals(database, RUN)

    assert totals.credits_in_flight == 250 + 60 + 11
    assert (totals.batches, totals.uncertain_batches) == (5, 1)


@settings(max_examples=25, deadline=None)
@given(
    drawn=st.lists(
        st.tuples(st.sampled_from(Outcome), st.sampled_from(["", "x@northgate.example"])), max_size=60
    )
)
def test_the_parts_always_add_up_to_what_was_uploaded(drawn: list[tuple[Outcome, str]]) -> None:
    rows = [a_row(outcome, email=email) for outcome, email in drawn]
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(Path(folder))
        add_run(database, rows)
        totals = metrics.run_totals(database, RUN)
        slices = metrics.outcome_slices(database, RUN)
        database.close()

    looked_up = totals.sent + totals.already_known
    not_asked = totals.not_chosen + totals.duplicates + totals.needs_fixing + totals.withheld
    parts = looked_up + not_asked + totals.not_sent
    assert totals.uploaded == parts == len(drawn)
    sent = (
        totals.in_progress
        + totals.uncertain
        + totals.found
        + totals.nothing
        + totals.tidied
        + totals.failed
        + totals.left_out
    )
    assert totals.sent == sent
    assert sum(one.count for one in slices) == totals.uploaded


def test_the_outcome_chart_names_each_outcome_and_its_share(mixed_run: Database) -> None:
    found = metrics.outcome_slices(mixed_run, RUN)[2]

    assert (found.label, found.caption, found.share) == ("Found", "3 of 10", 0.3)


def test_find_rates_of_a_run_count_only_people_asked_for_that_part(mixed_run: Database) -> None:
    linkedin, domain = metrics.find_rate_by_key_kind(mixed_run, RUN)

    assert (linkedin.kind, linkedin.emails.caption, linkedin.phones.caption) == (
        KeyKind.LINKEDIN,
        "1 of 2",
        "0 of 0",
    )
    assert (domain.kind, domain.emails.caption, domain.phones.caption) == (
        KeyKind.NAME_DOMAIN,
        "1 of 1",
        "1 of 1",
    )


def test_email_quality_counts_people_once(mixed_run: Database) -> None:
    qualities = {one.key: one.caption for one in metrics.email_quality_slices(mixed_run, RUN)}

    assert qualities == {"good": "2 of 4", "risky": "1 of 4", "unknown": "1 of 4"}


def test_credits_are_split_into_what_they_paid_for(database: Database) -> None:
    add_run(database, [a_row(credits=11), a_row(credits=10), a_row(credits=1), a_row(Outcome.NOTHING)])

    emails, phones = metrics.credit_slices(database, RUN)

    assert (emails.amount, emails.caption) == (2, "2 of 4")
    assert (phones.amount, phones.caption) == (20, "2 of 4")
    assert emails.amount + phones.amount == metrics.run_totals(database, RUN).credits_spent


def test_an_unknown_run_is_refused_in_plain_words(database: Database) -> None:
    with pytest.raises(RunError, match="no run with this id") as refusal:
        metrics.run_totals(database, "nobody")
    assert refusal.value.code == "unknown_run"


def add_answers(database: Database, *, asked: str, kind: str, found: int, of: int) -> None:
    value = "phone" if asked == "phone_only" else "email"
    for number in range(of):
        finds = {value: "x"} if number < found else {}
        add_result(
            database, f"{asked}-{kind}-{number}", asked=asked, key_kind=kind, credits=len(finds), **finds
        )


def test_published_rates_are_used_until_there_are_enough_results(database: Database) -> None:
    add_answers(database, asked="partial", kind=LINKEDIN, found=10, of=99)

    assert metrics.find_rates(database, ORGANIZATION) == PUBLISHED_RATES


def test_own_rates_replace_the_published_ones_part_by_part(database: Database) -> None:
    add_answers(database, asked="partial", kind=LINKEDIN, found=60, of=80)
    add_answers(database, asked="partial", kind=DOMAIN, found=10, of=20)

    rates = metrics.find_rates(database, ORGANIZATION)

    assert rates.email == {
        KeyKind.LINKEDIN: 0.75,
        KeyKind.NAME_DOMAIN: 0.5,
        KeyKind.NAME_COMPANY: 0.7,
        KeyKind.EMAIL: 0.7,
    }
    assert rates.phone == PUBLISHED_RATES.phone
    assert (rates.own_email, rates.own_phone) == (True, False)
    assert metrics.find_rates(database, "another") == PUBLISHED_RATES


def test_spending_is_told_since_a_moment(database: Database) -> None:
    add_run(database, [])
    add_batch(database, "finished", settled_credits=1, finished_at=NOON)
    add_batch(database, "finished", settled_credits=11, finished_at=NOON + 60)
    assert metrics.spent_since(database, ORGANIZATION, NOON + 1) == 11
    assert metrics.spent_since(database, "another", 0) == 0
