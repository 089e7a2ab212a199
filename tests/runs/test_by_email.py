"""One person by email: the same money rules as for a list, over a service that answers once and at once."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from functools import cache

import pytest

from cleanlist_core.api.client import CleanlistClient
from cleanlist_core.domain import EnrichmentType, RunState
from cleanlist_core.errors import RunError, UnknownIdError
from cleanlist_core.results.metrics import run_totals
from cleanlist_core.results.person import person_card
from cleanlist_core.runs.driver import take_over_from_the_dead
from cleanlist_core.sandbox import SandboxOptions
from cleanlist_core.sandbox.answers import DIALECTS
from tests.runs.faulty_api import (
    HTML,
    Fault,
    breaks_off,
    changes,
    cuts_the_answer,
    hangs_after_accepting,
    hangs_unread,
    resets_after_accepting,
    resets_unread,
    says,
)
from tests.runs.fronts import HANGING, Front
from tests.runs.scene import QUICK, Scene, open_scene
from tests.runs.test_kill import a_process

PARTIAL, PHONE, FULL = EnrichmentType.PARTIAL, EnrichmentType.PHONE_ONLY, EnrichmentType.FULL
AT_MOST = 11


@pytest.fixture
def caller(scene: Scene) -> Scene:
    return scene.with_email_key()


def emails(count: int) -> list[str]:
    return [f"ilse.varga{number}@firm-{number}.example" for number in range(count)]


@cache
def somebody(base_url: str, key: str, *, email: bool, phone: bool) -> str:
    """An email whose person the sandbox knows, with the parts it finds; it finds the same for everybody."""
    with CleanlistClient(base_url, key) as client:
        for address in emails(400):
            with suppress(UnknownIdError):
                answer = client.enrich_contact(email=address)
                if answer.credits_used == email + 10 * phone and bool(answer.record.phones) is phone:
                    return address
    raise AssertionError("the sandbox knows nobody like that")


def email_of_somebody_with(scene: Scene, *, phone: bool, email: bool = True) -> str:
    key = scene.sandbox.issue_key(scene.sandbox.new_organization().organization_id, kind="single")
    return somebody(scene.sandbox_url, key, email=email, phone=phone)


def unknown(scene: Scene) -> str:
    """An email of nobody the sandbox knows."""
    key = scene.sandbox.issue_key(scene.sandbox.new_organization().organization_id, kind="single")
    with CleanlistClient(scene.sandbox_url, key) as client:
        for address in emails(400):
            try:
                client.enrich_contact(email=address)
            except UnknownIdError:
                return address
    raise AssertionError("the sandbox knows everybody")


@pytest.mark.both_databases
def test_what_is_found_is_what_is_paid_and_nobody_is_asked_a_second_time(caller: Scene) -> None:
    rows = {email: caller.look_up_email(email) for email in [*emails(12), unknown(caller)]}
    paid = {look_up.contact["email"]: look_up.credits for look_up in caller.look_ups()}
    assert {email: row.credits for email, row in rows.items()} == {
        email: paid.get(email, 0) for email in rows
    }
    assert {row.outcome for row in rows.values()} == {"found", "nothing"}
    assert len(caller.look_ups()) == len(paid), "each was looked up once"
    for email, row in rows.items():
        assert row.email in ("", email)
        assert row.credits == bool(row.email) + 10 * bool(row.phone)
        assert ("Nothing was charged" in row.reason) is (row.credits == 0)


def test_the_receipt_has_the_most_it_could_cost_and_what_it_did(caller: Scene) -> None:
    row = caller.look_up_email(email_of_somebody_with(caller, phone=True))
    (receipt,) = caller.workspace.receipts(caller.organization_id)
    assert (receipt.people_sent, receipt.emails, receipt.phones) == (1, 1, 1)
    assert (receipt.credits, receipt.at_most) == (row.credits, AT_MOST)
    assert receipt.note == ""
    assert receipt.balance_before is not None
    assert receipt.balance_after is not None
    assert receipt.balance_before - receipt.balance_after == AT_MOST


@pytest.mark.both_databases
def test_the_same_email_again_is_free_and_says_so(caller: Scene) -> None:
    email = email_of_somebody_with(caller, phone=False)
    first = caller.look_up_email(email)
    run_id = caller.start_email(f"  {email.upper()} ")
    caller.drive(run_id)
    (again,) = caller.rows(run_id)
    assert caller.view(run_id).budget == 0
    assert (again.outcome, again.email, again.credits) == ("known", first.email, 0)
    assert "nothing was charged" in again.reason
    assert len(caller.look_ups()) == 1
    assert dict(person_card(caller.database, run_id, 1).found)["Email"] == email
    caller.check_the_numbers(run_id)


def test_a_fresh_look_up_pays_again_because_a_person_said_so(caller: Scene) -> None:
    email = email_of_somebody_with(caller, phone=False)
    caller.look_up_email(email)
    caller.look_up_email(email, fresh=True)
    assert len(caller.look_ups()) == 2


def test_an_email_a_list_has_found_is_known_already(caller: Scene) -> None:
    person = {"First Name": "Ilse", "Last Name": "Varga", "Website": "northgate-labs.example"}
    (found,) = caller.rows(caller.look_up([person]))
    assert found.email
    row = caller.look_up_email(found.email)
    assert (row.outcome, row.email) == ("known", found.email)
    assert caller.look_ups() == []


@pytest.mark.parametrize("phone", [True, False], ids=["email and phone", "an email alone"])
def test_who_was_found_by_email_is_not_paid_for_in_a_later_list(caller: Scene, phone: bool) -> None:
    email = email_of_somebody_with(caller, phone=phone)
    run_id = caller.start_email(email)
    caller.drive(run_id)
    facts = {
        label: value
        for section in person_card(caller.database, run_id, 1).sections
        for label, value in section.facts
    }
    profile = {"LinkedIn URL": facts["LinkedIn profile"]}
    name = {"First Name": facts["First name"], "Last Name": facts["Last name"]}
    for person in (profile, {**name, "Website": facts["Website"]}, {**name, **profile}):
        (row,) = caller.rows(caller.look_up([person], FULL))
        assert (row.outcome, row.email) == ("known", email)
    assert caller.workflows() == []


def test_an_address_that_could_not_be_confirmed_is_no_email_for_a_later_list(caller: Scene) -> None:
    doubtful = caller.look_up_email(email_of_somebody_with(caller, email=False, phone=True))
    assert (doubtful.email, doubtful.credits) == ("", 10)
    facts = {
        label: value
        for section in person_card(caller.database, doubtful.run_id, 1).sections
        for label, value in section.facts
    }
    assert "could not be confirmed" in doubtful.reason
    run_id = caller.start(caller.add_list([{"LinkedIn URL": facts["LinkedIn profile"]}]), FULL)
    (row,) = caller.rows(run_id)
    assert (row.ask, row.phone) == ("partial", doubtful.phone)


def test_who_is_unknown_is_remembered_as_unknown_and_cost_nothing(caller: Scene) -> None:
    email = unknown(caller)
    first, again = caller.look_up_email(email), caller.look_up_email(email)
    assert (first.outcome, first.credits) == ("nothing", 0)
    assert "knows nobody by this email. Nothing was charged" in first.reason
    assert again.outcome == "known"
    assert "neither a work email nor a phone was found" in again.reason


@pytest.mark.parametrize("wanted", [PARTIAL, PHONE, FULL])
def test_whatever_type_it_is_started_as_the_price_is_that_of_everything(
    caller: Scene, wanted: EnrichmentType
) -> None:
    listed = caller.workspace.add_email(caller.organization_id, emails(1)[0])
    for fresh in (False, True):
        estimates = caller.workspace.orders.estimates(caller.organization_id, listed, fresh=fresh)
        assert estimates[wanted].at_most == AT_MOST
    run_id = caller.start(listed, wanted)
    assert [row.ask for row in caller.rows(run_id)] == ["full"]
    caller.drive(run_id)
    assert [one.at_most for one in caller.batches(run_id)] == [AT_MOST]


def test_tidying_up_an_email_asks_for_nothing(caller: Scene) -> None:
    listed = caller.workspace.add_email(caller.organization_id, emails(1)[0])
    run_id = caller.start(listed, EnrichmentType.NONE)
    caller.drive(run_id)
    assert caller.view(run_id).state is RunState.FINISHED
    assert (caller.look_ups(), caller.batches(run_id)) == ([], [])


def test_a_budget_below_the_price_sends_nothing(caller: Scene) -> None:
    listed = caller.workspace.add_email(caller.organization_id, emails(1)[0])
    run_id = caller.start(listed, FULL, budget=AT_MOST - 1)
    caller.drive(run_id)
    assert (caller.view(run_id).state, caller.view(run_id).waiting_for) == (RunState.NEEDS_YOU, "budget")
    assert caller.look_ups() == []


def test_a_balance_below_the_price_sends_nothing(scene: Scene) -> None:
    poor = scene.newcomer(credits_given=AT_MOST - 1).with_email_key()
    run_id = poor.start_email(emails(1)[0])
    poor.drive(run_id)
    assert (poor.view(run_id).state, poor.view(run_id).waiting_for) == (RunState.WAITING, "no_credits")
    assert poor.look_ups() == []


# Keys


def test_without_a_key_for_it_nothing_is_stored_or_sent(scene: Scene) -> None:
    with pytest.raises(RunError, match="starts with clnl_"):
        scene.workspace.add_email(scene.organization_id, emails(1)[0])
    assert scene.workspace.lists(scene.organization_id) == []


@pytest.mark.parametrize(
    "email",
    ["", "ada", "ada@firm", "@firm.example", "a b@firm.example", "ada@firm.example, b@firm.example",
     "ada@firm..example", f"{'a' * 65}@firm.example", f"ada@{'firm.' * 60}example", "ada\x07@firm.example"],
)  # fmt: skip
def test_what_is_no_address_is_not_sent(caller: Scene, email: str) -> None:
    with pytest.raises(RunError, match="not an email address"):
        caller.workspace.add_email(caller.organization_id, email)
    assert caller.workspace.lists(caller.organization_id) == []


@pytest.mark.both_databases
def test_a_key_that_is_gone_after_a_restart_is_waited_for_and_goes_on(caller: Scene) -> None:
    run_id = caller.start_email(email_of_somebody_with(caller, phone=False))
    caller.workspace.keys.forget(caller.organization_id, "email")
    without = Scene(**{**vars(caller), "email_key": ""})
    without.drive(run_id)
    view = caller.view(run_id)
    assert (view.state, view.waiting_for) == (RunState.WAITING, "no_email_key")
    assert "starts with clnl_" in view.why
    assert caller.look_ups() == []

    back = caller.with_email_key()
    assert back.drive(run_id).state is RunState.FINISHED
    assert len(caller.look_ups()) == 1


@pytest.mark.parametrize("kind", ["withdrawn", "for lists"])
def test_a_key_that_is_refused_costs_nothing_and_the_next_one_goes_on(caller: Scene, kind: str) -> None:
    if kind == "withdrawn":
        caller.sandbox.revoke_key(caller.email_key)
        wrong = caller
    else:
        wrong = Scene(**{**vars(caller), "email_key": caller.key})
    run_id = caller.start_email(email_of_somebody_with(caller, phone=False))
    wrong.drive(run_id)
    view = caller.view(run_id)
    assert (view.state, view.waiting_for) == (RunState.WAITING, "email_key_rejected")
    assert "needs the other kind of key, which starts with clnl_" in caller.log(run_id)
    assert caller.key not in caller.log(run_id)
    assert caller.look_ups() == []
    assert caller.with_email_key().drive(run_id).state is RunState.FINISHED
    assert len(caller.look_ups()) == 1


def test_the_key_for_emails_is_written_nowhere(caller: Scene) -> None:
    caller.look_up_email(emails(1)[0])
    wrong = Scene(**{**vars(caller), "email_key": "clnl_live_invented_and_refused"})
    wrong.drive(wrong.start_email(emails(2)[1]))
    stored = b"".join(
        path.read_bytes() for path in caller.workspace.settings.data_dir.rglob("*") if path.is_file()
    )
    assert caller.organization_id.encode() in stored
    for key in (caller.email_key, wrong.email_key):
        assert key.encode() not in stored
        assert key not in repr([vars(held) for held in vars(caller.workspace.keys)["_held"].values()])


# Faults: sent once, whatever comes back


@pytest.fixture
def emailing(front: Front) -> Front:
    return Front(front.scene.with_email_key(), front.api)


def ask(front: Front, *faults: Fault) -> str:
    run_id = front.scene.start_email(email_of_somebody_with(front.scene, phone=True))
    front.api.seen.clear()
    front.api.faults["send"] = list(faults)
    front.drive(run_id, waits=any(fault in HANGING for fault in faults))
    return run_id


LOST = [
    pytest.param(resets_unread, 0, id="reset before it was read"),
    pytest.param(resets_after_accepting, 1, id="reset after it was paid"),
    pytest.param(hangs_unread, 0, id="no answer in time, not read"),
    pytest.param(hangs_after_accepting, 1, id="no answer in time, paid"),
    pytest.param(breaks_off, 1, id="the answer breaks off"),
    pytest.param(says(502, HTML), 0, id="a gateway's error page"),
    pytest.param(says(500, {"detail": "?"}), 0, id="a fault of the API"),
    pytest.param(cuts_the_answer, 1, id="half an answer"),
    pytest.param(says(200, HTML), 0, id="a page for an answer"),
    pytest.param(changes(lambda answer: {"ok": answer["id"]}), 1, id="an answer without the person"),
    pytest.param(
        says(202, {"id": "x", "status": "processing", "contact": {}}), 0, id="an answer before the end"
    ),
]


@pytest.mark.parametrize(("fault", "paid"), LOST)
def test_an_unknown_outcome_is_flagged_and_never_sent_again_by_the_program(
    emailing: Front, fault: Fault, paid: int
) -> None:
    run_id = ask(emailing, fault)
    scene = emailing.scene
    assert not scene.workspace.drive_here(run_id, scene.organization_id), "there is nothing to drive"
    assert emailing.requests() == ["send"]
    assert len(scene.look_ups()) == paid
    view = scene.view(run_id)
    assert (view.state, view.waiting_for) == (RunState.NEEDS_YOU, "uncertain")
    (decision,) = scene.workspace.uncertain(scene.organization_id, run_id)
    assert (decision.batch.people, decision.batch.at_most) == (1, AT_MOST)
    assert decision.batch.by_email
    assert decision.balance_hint
    assert run_totals(scene.database, run_id).sent == 1


@pytest.mark.both_databases
def test_sending_again_is_a_persons_decision_with_its_own_budget(emailing: Front) -> None:
    run_id = ask(emailing, resets_after_accepting)
    scene = emailing.scene
    (decision,) = scene.workspace.uncertain(scene.organization_id, run_id)
    scene.workspace.resolve(scene.organization_id, run_id, decision.batch.batch_id, "send_again")
    scene.drive(run_id)
    assert scene.view(run_id).state is RunState.FINISHED
    assert scene.view(run_id).budget == 2 * AT_MOST
    assert len(scene.look_ups()) == 2
    assert [row.outcome for row in scene.rows(run_id)] == ["found"]


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(says(503, {"detail": "busy"}), id="the API's own busy"),
        pytest.param(says(429, {"detail": "slow down"}, retry_after="0"), id="too many requests"),
    ],
)
def test_what_certainly_did_not_arrive_goes_again(emailing: Front, fault: Fault) -> None:
    run_id = ask(emailing, fault)
    assert emailing.scene.view(run_id).state is RunState.FINISHED
    assert emailing.requests() == ["send", "send"]
    assert len(emailing.scene.look_ups()) == 1


def test_a_service_that_is_not_there_is_not_taken_for_nobody_found(emailing: Front) -> None:
    run_id = ask(emailing, says(404, {"detail": "Not Found"}))
    scene = emailing.scene
    assert (scene.view(run_id).state, scene.view(run_id).waiting_for) == (RunState.NEEDS_YOU, "refused")
    assert [row.outcome for row in scene.rows(run_id)] == ["not_sent"]


def test_an_address_the_service_cannot_use_is_set_aside_for_nothing(emailing: Front) -> None:
    run_id = ask(emailing, says(422, {"detail": [{"type": "value_error", "loc": ["body", "email"]}]}))
    (row,) = emailing.scene.rows(run_id)
    assert (row.outcome, row.credits) == ("needs_fixing", 0)
    assert "Nothing was charged" in row.reason


def test_a_look_up_that_failed_is_told_as_failed_and_not_remembered_as_nothing(emailing: Front) -> None:
    run_id = ask(emailing, says(200, {"id": "x", "status": "failed", "error": "timeout", "contact": {}}))
    scene = emailing.scene
    (row,) = scene.rows(run_id)
    assert (row.outcome, row.credits) == ("failed", 0)
    assert "failed at Cleanlist. Nothing was charged" in row.reason
    (again,) = scene.rows(scene.start_email(email_of_somebody_with(scene, phone=True)))
    assert again.ask, "it is looked up anew"


@pytest.mark.parametrize(
    ("said", "booked"),
    [(3, 3), (2.5, 3), (-4, AT_MOST), (10**12, AT_MOST), ("many", AT_MOST), (None, AT_MOST)],
)
def test_the_price_is_what_the_service_says_where_that_can_be_a_price(
    emailing: Front, said: object, booked: int
) -> None:
    def with_price(answer: dict[str, object]) -> dict[str, object]:
        return {**answer, "meta": {"credits_used": said}}

    run_id = ask(emailing, changes(with_price))
    (row,) = emailing.scene.rows(run_id)
    assert (row.outcome, row.credits) == ("found", booked)
    assert ("Cleanlist charged 3 credits" in row.reason) is (booked == 3)
    emailing.scene.check_the_numbers(run_id)


# Kill


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL and process ids are POSIX's")
@pytest.mark.parametrize(
    ("step", "paid", "ends"),
    [
        ("slot taken", 1, RunState.FINISHED),
        ("intent written", 0, RunState.NEEDS_YOU),
        ("answer in", 1, RunState.NEEDS_YOU),
        ("acceptance written", 1, RunState.FINISHED),
        ("answer read", 1, RunState.FINISHED),
        ("settled", 1, RunState.FINISHED),
        ("balance read", 1, RunState.FINISHED),
    ],
)
def test_killed_at_a_step_the_person_is_paid_once_and_the_answer_kept_or_the_doubt_told(
    killed_scene: Scene, step: str, paid: int, ends: RunState
) -> None:
    scene = killed_scene
    run_id = scene.start_email(email_of_somebody_with(scene, phone=True))
    with a_process(scene, run_id, step=step, occurrence=1) as victim:
        assert victim.end(30) == -signal.SIGKILL
    take_over_from_the_dead(scene.database)
    assert scene.drive(run_id).state is ends
    assert len(scene.look_ups()) == paid
    (row,) = scene.rows(run_id)
    if ends is RunState.FINISHED:
        assert (row.outcome, row.credits) == ("found", AT_MOST)
        scene.check_the_numbers(run_id)
    else:
        assert row.outcome == "uncertain"
        assert scene.view(run_id).waiting_for == "uncertain"


@pytest.fixture
def killed_scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:  # type: ignore[misc]
    folder = tmp_path_factory.mktemp("killed")
    with open_scene(folder, options=QUICK, state_path=folder / "sandbox.sqlite3") as opened:
        yield opened.with_email_key()


# Dialects


@pytest.mark.parametrize("dialect", list(DIALECTS))
def test_in_every_dialect_what_is_booked_is_what_is_charged(
    tmp_path_factory: pytest.TempPathFactory, dialect: str
) -> None:
    options = SandboxOptions(time_factor=600, rate_limit=100_000, credits=10_000, dialect=dialect)
    with open_scene(tmp_path_factory.mktemp("dialect"), options=options) as opened:
        caller = opened.with_email_key()
        rows = {email: caller.look_up_email(email) for email in emails(5)}
        paid = {look_up.contact["email"]: look_up.credits for look_up in caller.look_ups()}
    assert {email: row.credits for email, row in rows.items()} == {
        email: paid.get(email, 0) for email in rows
    }
    assert any(row.email == email for email, row in rows.items())
