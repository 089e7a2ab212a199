"""Nobody is paid for twice: not in another list, not by a colleague, not under another key of theirs."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest
from sqlalchemy import update

from cleanlist_core.domain import EnrichmentType, RunState
from cleanlist_core.pricing import price_at_most
from cleanlist_core.results.metrics import run_totals
from cleanlist_core.store.schema import run
from tests.runs.scene import Person, Scene, by_company, by_domain, by_profile, people

PARTIAL, PHONE, FULL = EnrichmentType.PARTIAL, EnrichmentType.PHONE_ONLY, EnrichmentType.FULL

LINK = "https://www.linkedin.com/in/invented-ada"
NAME = {"First Name": "Ada", "Last Name": "Invented"}
SITE = {"Website": "ada-works.example.com"}
FIRM = {"Company Name": "Ada Works"}


def person(*parts: dict[str, str], link: str = "") -> Person:
    return {"LinkedIn URL": link} | {name: value for part in parts for name, value in part.items()}


def sent_sizes(scene: Scene, run_id: str) -> int:
    return sum(one.size for one in scene.batches(run_id))


@pytest.mark.both_databases
@pytest.mark.parametrize("make", [by_profile, by_domain, by_company])
def test_the_same_list_again_costs_nothing_and_says_what_is_known(scene: Scene, make: object) -> None:
    rows = people(40, make=make)  # type: ignore[arg-type]
    first = scene.look_up(rows)
    misses = scene.outcomes(first)["nothing"]
    price = scene.workspace.orders.estimates(scene.organization_id, scene.view(first).list_id)[PARTIAL]
    assert price.known_misses == misses
    again = scene.look_up(rows)
    assert run_totals(scene.database, again).known_misses == misses
    failed = scene.outcomes(first)["failed"]
    assert sent_sizes(scene, again) == failed, "only who got no answer is asked about again"
    assert scene.outcomes(again)["known"] == 40 - failed
    assert misses == sum("no work email was found" in row.reason for row in scene.rows(again))
    assert [row.email for row in scene.rows(again)] == [row.email for row in scene.rows(first)]
    assert all(row.credits == 0 for row in scene.rows(again))


@pytest.mark.both_databases
def test_a_fresh_look_up_asks_again_because_a_person_said_so(scene: Scene) -> None:
    rows = people(10)
    scene.look_up(rows)
    estimate = scene.workspace.orders.estimates(scene.organization_id, scene.add_list(rows))
    assert estimate[PARTIAL].to_send == 0
    again = scene.look_up(rows, fresh=True)
    assert sent_sizes(scene, again) == 10
    assert set(scene.accepted().values()) == {2}


@pytest.mark.both_databases
def test_an_answer_counts_for_as_long_as_it_is_set(scene: Scene) -> None:
    rows = people(5)
    scene.look_up(rows)
    listed = scene.add_list(rows)
    days = scene.workspace.settings.reuse_days
    here = scene.database.clock
    scene.database.clock = lambda: here() + (days + 1) * 86_400
    try:
        assert scene.workspace.orders.estimates(scene.organization_id, listed)[PARTIAL].to_send == 5
    finally:
        scene.database.clock = here
    assert scene.workspace.orders.estimates(scene.organization_id, listed)[PARTIAL].to_send == 0


@pytest.mark.both_databases
def test_an_email_in_the_file_is_not_asked_for_and_the_phone_is(scene: Scene) -> None:
    rows = [by_profile(1, Email="one@firm.example.com"), by_profile(2)]
    emails = scene.look_up(rows, PARTIAL)
    assert scene.outcomes(emails)["has_it"] == 1
    assert sent_sizes(scene, emails) == 1
    everything = scene.start(scene.add_list(rows), FULL)
    assert [row.ask for row in scene.rows(everything)] == ["phone_only", "phone_only"]
    scene.drive(everything)
    assert set(scene.accepted(asking="email").values()) == {1}
    assert set(scene.accepted(asking="phone").values()) == {1}


@pytest.mark.both_databases
def test_emails_then_phones_then_both_asks_for_each_part_once(scene: Scene) -> None:
    rows = people(30)
    for wanted in (PARTIAL, PHONE, FULL):
        scene.look_up(rows, wanted)
    failed = 1
    assert max(scene.accepted(asking="email").values()) <= 1 + failed
    assert sum(scene.accepted(asking="email").values()) <= 30 + failed
    assert sum(scene.accepted(asking="phone").values()) <= 30 + failed


@pytest.mark.both_databases
def test_duplicates_are_looked_up_once_and_all_filled(scene: Scene) -> None:
    rows = [by_profile(1), by_profile(2), by_profile(1), by_profile(2), by_profile(1)]
    run_id = scene.look_up(rows)
    emails = [row.email for row in scene.rows(run_id)]
    assert emails[0] == emails[2] == emails[4]
    assert emails[1] == emails[3]
    assert any(emails)
    assert sent_sizes(scene, run_id) == 2
    scene.check_the_numbers(run_id)


PHONE_IN = {"Phone": "+44 20 7946 0991"}
OTHER_PHONE = {"Phone": "+44 20 7946 0992"}
EMAIL_IN = {"Email": "ada@ada-works.example.com"}


@pytest.mark.parametrize(
    ("first", "second", "asked"),
    [
        pytest.param({}, PHONE_IN, {PARTIAL: PARTIAL, PHONE: None, FULL: PARTIAL}, id="a phone below"),
        pytest.param(PHONE_IN, {}, {PARTIAL: PARTIAL, PHONE: None, FULL: PARTIAL}, id="a phone above"),
        pytest.param(PHONE_IN, OTHER_PHONE, {PARTIAL: PARTIAL, PHONE: None, FULL: PARTIAL}, id="two phones"),
        pytest.param({}, EMAIL_IN, {PARTIAL: None, PHONE: PHONE, FULL: PHONE}, id="an email below"),
        pytest.param(EMAIL_IN, PHONE_IN, {PARTIAL: None, PHONE: None, FULL: None}, id="one in each row"),
    ],
)
def test_what_any_row_of_a_person_has_is_not_paid_for(
    scene: Scene, first: Person, second: Person, asked: dict[EnrichmentType, EnrichmentType | None]
) -> None:
    listed = scene.add_list([by_profile(1, **first), by_profile(2), by_profile(1, **second)])
    prices = scene.workspace.orders.estimates(scene.organization_id, listed)
    for wanted, part in asked.items():
        assert prices[wanted].at_most == price_at_most(wanted) + (price_at_most(part) if part else 0)
        run_id = scene.start(listed, wanted)
        rows = scene.rows(run_id)
        assert [row.ask for row in rows] == [part.value if part else "", wanted.value, ""]
        assert rows[0].outcome == ("not_sent" if part else "has_it")
        assert prices[wanted].to_send == scene.outcomes(run_id)["not_sent"]
        scene.check_the_numbers(run_id)
    anew = scene.workspace.orders.estimates(scene.organization_id, listed, fresh=True)
    assert {wanted: anew[wanted].at_most for wanted in asked} == {PARTIAL: 2, PHONE: 20, FULL: 22}
    fresh = scene.start(scene.add_list([by_profile(1, **first), by_profile(1, **second)]), FULL, fresh=True)
    assert [row.ask for row in scene.rows(fresh)] == ["full", ""]


def test_a_phone_in_another_row_is_said_to_be_there_and_stays_known_with_what_was_found(scene: Scene) -> None:
    rows = [by_profile(1), by_profile(2), by_profile(1, **PHONE_IN)]
    emails = scene.look_up(rows, PARTIAL)
    phones = scene.look_up(rows, PHONE)
    assert scene.rows(phones)[0].outcome == "has_it"
    assert scene.rows(phones)[0].reason == "Another row of this person in your file already has a phone."
    everything = scene.workspace.orders.estimates(scene.organization_id, scene.add_list(rows))[FULL]
    failed = sum(scene.outcomes(run_id)["failed"] for run_id in (emails, phones))
    assert everything.to_send <= failed
    assert scene.charged() == scene.spent(emails) + scene.spent(phones)
    assert sum(scene.accepted(asking="phone").values()) == 1


def test_the_rest_of_a_test_is_not_asked_for_what_another_row_has(scene: Scene) -> None:
    rows = [*people(30), *(by_profile(number, **PHONE_IN) for number in range(30))]
    test = scene.start(scene.add_list([*rows, *people(20, start=100)]), PHONE, sample=True)
    assert sent_after_driving(scene, test) == 10
    rest = scene.workspace.orders.rest(scene.organization_id, test)
    assert rest is not None
    assert (rest.to_send, rest.at_most) == (10, 100)
    scene.workspace.orders.find_rest(scene.organization_id, test, budget=100, estimate=rest)
    assert scene.outcomes(test)["not_sent"] == 10
    assert {row.ask for row in scene.rows(test)[:60]} == {""}


def sent_after_driving(scene: Scene, run_id: str) -> int:
    scene.drive(run_id)
    return sent_sizes(scene, run_id)


WAYS = {
    "profile": person(link=LINK),
    "profile and site": person(NAME, SITE, link=LINK),
    "profile and firm": person(NAME, FIRM, link=LINK),
    "all": person(NAME, SITE, FIRM, link=LINK),
    "site": person(NAME, SITE),
    "firm": person(NAME, FIRM),
    "site and firm": person(NAME, SITE, FIRM),
}

CHAINS = [
    ("site", "profile and site", "site"),
    ("site", "profile and site", "profile and site"),
    ("firm", "site and firm", "site and firm"),
    ("firm", "site and firm", "firm"),
    ("profile and firm", "firm", "all"),
    ("profile and site", "site", "all"),
    ("all", "profile", "site"),
    ("firm", "all", "site"),
    ("site and firm", "all", "profile"),
    ("profile", "all", "site"),
    ("site", "site and firm", "firm"),
]


def look_up_written_in_turn(scene: Scene, chain: Sequence[str], kinds: Sequence[EnrichmentType]) -> None:
    """Each part of this person is asked for once, whichever way the person is written."""
    for way, wanted in zip(chain, kinds, strict=True):
        scene.look_up([WAYS[way]], wanted)
    emails = sum(scene.accepted(asking="email").values())
    phones = sum(scene.accepted(asking="phone").values())
    assert (emails, phones) == (1, 1)


@pytest.mark.parametrize("chain", [pytest.param(chain, id=", then ".join(chain)) for chain in CHAINS])
@pytest.mark.parametrize("kinds", [(PARTIAL, PHONE, FULL), (PHONE, PARTIAL, PARTIAL), (FULL, FULL, PARTIAL)])
def test_one_person_written_in_different_ways_is_paid_once_per_part(
    scene: Scene, chain: Sequence[str], kinds: Sequence[EnrichmentType]
) -> None:
    look_up_written_in_turn(scene, chain, kinds)


@pytest.mark.both_databases
@pytest.mark.parametrize("chain", [pytest.param(chain, id=", then ".join(chain)) for chain in CHAINS[::3]])
def test_ways_of_writing_are_matched_by_either_database(scene: Scene, chain: Sequence[str]) -> None:
    look_up_written_in_turn(scene, chain, (PARTIAL, PHONE, FULL))


@pytest.mark.both_databases
def test_two_profiles_of_one_name_at_one_company_are_two_people(scene: Scene) -> None:
    first, second = (person(NAME, SITE, link=f"{LINK}-{number}") for number in (1, 2))
    scene.look_up([first])
    run_id = scene.look_up([second])
    assert sent_sizes(scene, run_id) == 1
    both = scene.look_up([first, second])
    assert sent_sizes(scene, both) == 0
    name_alone = scene.look_up([person(NAME, SITE)])
    assert sent_sizes(scene, name_alone) == 1, "nobody can tell which of the two is meant"
    again = scene.look_up([person(NAME, SITE)])
    assert sent_sizes(scene, again) == 0, "but the name itself has an answer now"


@pytest.mark.both_databases
def test_who_takes_a_known_answer_is_told_apart_from_a_namesake_who_comes_later(scene: Scene) -> None:
    scene.look_up([person(NAME, FIRM)])
    (taken,) = scene.rows(scene.look_up([person(NAME, SITE, FIRM, link=f"{LINK}-1")]))
    assert taken.outcome == "known"
    namesake = scene.look_up([person(NAME, SITE, link=f"{LINK}-2")])
    assert sent_sizes(scene, namesake) == 1, "another profile is another person"
    nobody_sure = scene.look_up([person(NAME, SITE)])
    assert sent_sizes(scene, nobody_sure) == 1


@pytest.mark.both_databases
def test_what_was_learned_outlasts_the_deletion_of_another_list(scene: Scene) -> None:
    scene.look_up([person(NAME, FIRM)])
    scene.look_up([person(NAME, SITE, FIRM, link=LINK)])
    other = scene.look_up(people(3))
    scene.workspace.delete_list(scene.organization_id, scene.view(other).list_id)
    again = scene.look_up([person(NAME, SITE)])
    assert sent_sizes(scene, again) == 0


@pytest.mark.both_databases
def test_what_is_known_by_name_alone_is_not_given_to_two_profiles_at_once(scene: Scene) -> None:
    scene.look_up([person(NAME, SITE)])
    both = [person(NAME, SITE, link=f"{LINK}-{number}") for number in (1, 2)]
    run_id = scene.look_up(both)
    assert sent_sizes(scene, run_id) == 2


def drive_both(scene: Scene, *run_ids: str) -> None:
    threads = [threading.Thread(target=scene.drive, args=(run_id,)) for run_id in run_ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()


@pytest.mark.both_databases
def test_two_lists_with_the_same_people_at_once_pay_for_each_of_them_once(scene: Scene) -> None:
    one, other = people(300), people(300, start=100)
    runs = [scene.start(scene.add_list(rows)) for rows in (one, other)]
    drive_both(scene, *runs)
    assert len(scene.accepted()) == 400
    failed = sum(scene.outcomes(run_id)["failed"] for run_id in runs)
    assert sum(scene.accepted().values()) <= 400 + failed
    for run_id in runs:
        assert scene.view(run_id).state is RunState.FINISHED
        scene.check_the_numbers(run_id)
    emails = [{row.row_number: row.email for row in scene.rows(run_id)} for run_id in runs]
    shared = [(emails[0][number + 100], emails[1][number]) for number in range(1, 201)]
    answered = [pair for pair in shared if any(pair)]
    assert answered
    assert all(mine == theirs for mine, theirs in answered)


@pytest.mark.both_databases
def test_two_lists_that_know_the_same_people_by_different_keys_pay_once(scene: Scene) -> None:
    def with_profile(number: int) -> Person:
        return {**by_domain(number), **by_profile(number)}

    runs = [scene.start(scene.add_list(people(60, make=make))) for make in (with_profile, by_domain)]
    drive_both(scene, *runs)
    failed = sum(scene.outcomes(run_id)["failed"] for run_id in runs)
    assert sum(scene.accepted().values()) <= 60 + failed


@pytest.mark.both_databases
def test_the_email_and_the_full_run_of_one_list_at_once_pay_for_each_part_once(scene: Scene) -> None:
    listed = scene.add_list(people(30))
    runs = [scene.start(listed, wanted) for wanted in (PARTIAL, FULL)]
    drive_both(scene, *runs)
    assert {scene.view(run_id).state for run_id in runs} == {RunState.FINISHED}
    failed = sum(scene.outcomes(run_id)["failed"] for run_id in runs)
    assert sum(scene.accepted(asking="email").values()) <= 30 + failed
    assert sum(scene.accepted(asking="phone").values()) <= 30 + failed
    for run_id in runs:
        scene.check_the_numbers(run_id)


@pytest.mark.both_databases
def test_a_clock_set_back_an_hour_makes_nobody_pay_twice(scene: Scene) -> None:
    rows = people(10)
    waiting = scene.start(scene.add_list(rows))
    with scene.database.write() as connection:
        later = run.c.confirmed_at + 3_600  # by the clock as it went before it was set back
        connection.execute(update(run).where(run.c.id == waiting).values(confirmed_at=later))
    first = scene.look_up(rows)
    scene.drive(waiting, scene.options(reuse_seconds=90 * 86_400))
    failed = scene.outcomes(first)["failed"]
    assert sent_sizes(scene, waiting) == failed
    assert scene.outcomes(waiting)["known"] == 10 - failed


@pytest.mark.both_databases
def test_who_never_reuses_answers_is_given_none_from_before_the_run(scene: Scene) -> None:
    rows = people(3)
    scene.look_up(rows)
    run_id = scene.start(scene.add_list(rows), fresh=True)
    scene.drive(run_id, scene.options(reuse_seconds=0))
    assert sent_sizes(scene, run_id) == 3


@pytest.mark.both_databases
def test_a_second_click_a_second_tab_and_a_colleague_start_one_run(scene: Scene) -> None:
    listed = scene.add_list(people(3))
    started: list[str] = []
    threads = [threading.Thread(target=lambda: started.append(scene.start(listed))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(started) == 4
    assert len(set(started)) == 1
    drive_both(scene, started[0]) if scene.view(started[0]).active else None
    assert set(scene.accepted().values()) == {1}


@pytest.mark.both_databases
def test_two_drivers_of_one_run_are_one(scene: Scene) -> None:
    run_id = scene.start(scene.add_list(people(260)))
    drove: list[bool] = []

    def drive() -> None:
        drove.append(scene.workspace.drive_here(run_id, scene.organization_id, scene.options()))

    threads = [threading.Thread(target=drive) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert drove.count(True) == 1
    assert set(scene.accepted().values()) == {1}


@pytest.mark.both_databases
def test_the_people_of_a_deleted_list_are_forgotten_and_its_receipt_stays(scene: Scene) -> None:
    run_id = scene.look_up(people(10))
    spent = scene.spent(run_id)
    scene.workspace.delete_list(scene.organization_id, scene.view(run_id).list_id)
    again = scene.start(scene.add_list(people(10)))
    assert scene.outcomes(again)["not_sent"] == 10
    receipts = scene.workspace.receipts(scene.organization_id)
    assert spent in [receipt.credits for receipt in receipts]


@pytest.mark.both_databases
def test_another_list_keeps_what_it_knows_when_the_first_is_deleted(scene: Scene) -> None:
    first = scene.look_up(people(10))
    second = scene.look_up(people(10, start=5))
    scene.workspace.delete_list(scene.organization_id, scene.view(first).list_id)
    again = scene.look_up(people(5, start=10))
    assert sent_sizes(scene, again) <= scene.outcomes(second)["failed"]


@pytest.mark.both_databases
def test_the_whole_list_may_start_while_its_test_still_runs_and_pays_nobody_twice(scene: Scene) -> None:
    list_id = scene.add_list(people(40))
    test = scene.start(list_id, sample=True)
    whole = scene.start(list_id)

    assert whole != test
    scene.drive(test)
    scene.drive(whole)
    assert set(scene.accepted().values()) == {1}
    assert len(scene.accepted()) == 40
