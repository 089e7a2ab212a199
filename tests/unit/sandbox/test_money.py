from __future__ import annotations

import json

import pytest

from cleanlist_core.sandbox import IssuedKey, Sandbox, SandboxOptions
from cleanlist_core.sandbox.ledger import Organization
from cleanlist_core.sandbox.refusals import Refusal
from cleanlist_core.sandbox.workflows import Workflow
from tests.unit.sandbox.conftest import Clock, people


@pytest.fixture
def caller(sandbox: Sandbox, organization: IssuedKey) -> Organization:
    return sandbox.admit(f"Bearer {organization.key}")


def submit(sandbox: Sandbox, caller: Organization, wanted: str, contacts: list[dict[str, str]]) -> Workflow:
    return sandbox.submit(caller, json.dumps({"enrichment_type": wanted, "contacts": contacts}).encode())


def caller_with(sandbox: Sandbox, credits_given: float) -> Organization:
    return sandbox.admit(f"Bearer {sandbox.new_organization(credits=credits_given).key}")


@pytest.mark.parametrize(
    ("wanted", "price"),
    [("none", 0), ("partial", 1), ("phone_only", 10), ("full", 11), ("prospecting_only", 2)],
)
def test_the_balance_must_cover_the_worst_case(sandbox: Sandbox, wanted: str, price: int) -> None:
    enough = caller_with(sandbox, 20 * price)
    assert submit(sandbox, enough, wanted, people(20)).worst_case == 20 * price
    if price:
        short = caller_with(sandbox, 20 * price - 1)
        with pytest.raises(Refusal) as refusal:
            submit(sandbox, short, wanted, people(20))
        assert (refusal.value.status, refusal.value.detail) == (402, "Insufficient credits")
        assert refusal.value.facts["shortfall_credits"] == 1


def test_running_workflows_hold_their_worst_case_and_give_back_what_was_not_found(
    sandbox: Sandbox, clock: Clock
) -> None:
    caller = caller_with(sandbox, 60)
    submit(sandbox, caller, "partial", people(40))
    with pytest.raises(Refusal):
        submit(sandbox, caller, "partial", people(21, offset=100))
    clock.advance(60)
    assert sandbox.settled(caller).credits > 20
    submit(sandbox, caller, "partial", people(21, offset=100))


def test_finds_are_charged_one_by_one_when_the_workflow_ends(
    sandbox: Sandbox, caller: Organization, clock: Clock
) -> None:
    workflow = submit(sandbox, caller, "full", people(100))
    clock.now = workflow.ends_at - 0.01
    assert sandbox.settled(caller).credits == 5000
    assert sandbox.ledger()[0].held == 1100
    clock.now = workflow.ends_at
    emails = sum(outcome.email_found for outcome in workflow.outcomes)
    phones = sum(outcome.phone_found for outcome in workflow.outcomes)
    assert sandbox.settled(caller).credits == 5000 - emails - 10 * phones
    (entry,) = sandbox.ledger()[0].workflows
    assert entry.charged == emails + 10 * phones
    assert sandbox.ledger()[0].held == 0
    for charge in entry.charges:
        outcome = workflow.outcomes[charge.position]
        assert charge.task_id == workflow.task_ids[charge.position]
        assert outcome.email_found if charge.reason == "email" else outcome.phone_found


def test_nothing_is_charged_for_tidying_up(sandbox: Sandbox, clock: Clock) -> None:
    caller = caller_with(sandbox, 0)
    workflow = submit(sandbox, caller, "none", people(250))
    clock.advance(60)
    assert sandbox.settled(caller).credits == 0
    assert workflow.progress(clock.now).status == "completed"


def test_the_same_person_is_charged_as_often_as_sent(
    sandbox: Sandbox, caller: Organization, clock: Clock
) -> None:
    """The sandbox never forgives a double send, so that a client's mistake shows."""
    submit(sandbox, caller, "partial", people(10) + people(10))
    clock.advance(60)
    once = sandbox.ledger()[0].workflows[0].charged
    submit(sandbox, caller, "partial", people(10))
    clock.advance(60)
    assert once == 2 * sandbox.ledger()[0].workflows[1].charged > 0


def test_a_top_up_helps_at_once(sandbox: Sandbox) -> None:
    caller = caller_with(sandbox, 0)
    sandbox.add_credits(caller.organization_id, 10)
    submit(sandbox, caller, "phone_only", people(1))
    assert sandbox.ledger()[-1].granted == 10


def test_the_limit_counts_per_organization_and_says_how_long_to_wait(clock: Clock) -> None:
    with Sandbox(SandboxOptions(time_factor=10, rate_limit=60), clock=clock) as sandbox:
        first, other = sandbox.new_organization(), sandbox.new_organization()
        second_key = sandbox.issue_key(first.organization_id)
        for _ in range(30):
            sandbox.admit(f"Bearer {first.key}")
            sandbox.admit(f"Bearer {second_key}")
            if len(sandbox.ledger()[0].requests) > 1:
                pytest.fail("the window changed although the clock stands still")
        with pytest.raises(Refusal) as refusal:
            sandbox.admit(f"Bearer {first.key}")
        assert (refusal.value.status, refusal.value.detail) == (429, "Rate limit exceeded")
        wait = int(refusal.value.headers["Retry-After"])
        assert 1 <= wait <= 6
        sandbox.admit(f"Bearer {other.key}")
        clock.advance(wait)
        sandbox.admit(f"Bearer {first.key}")
        counts = [(window.accepted, window.refused) for window in sandbox.ledger()[0].requests]
        assert counts == [(60, 1), (1, 0)]
        assert sandbox.ledger()[0].requests[0].ends_at - sandbox.ledger()[0].requests[
            0
        ].started_at == pytest.approx(6)


def test_where_windows_start_differs_by_organization(sandbox: Sandbox) -> None:
    for _ in range(5):
        sandbox.admit(f"Bearer {sandbox.new_organization().key}")
    assert len({entry.requests[0].started_at for entry in sandbox.ledger()}) == 5


def test_sweeping_forgets_old_organizations_and_all_that_was_theirs(
    sandbox: Sandbox, caller: Organization, organization: IssuedKey, clock: Clock
) -> None:
    submit(sandbox, caller, "full", people(3))
    clock.advance(86_401)
    young = sandbox.new_organization()
    assert sandbox.sweep(86_400) == 1
    assert [entry.organization_id for entry in sandbox.ledger()] == [young.organization_id]
    assert sandbox.key_for(organization.organization_id) is None
    with pytest.raises(Refusal) as refusal:
        sandbox.admit(f"Bearer {organization.key}")
    assert refusal.value.status == 401


def test_a_chosen_key_opens_the_same_organization_again(sandbox: Sandbox) -> None:
    key = "clapi_" + "p" * 64
    first = sandbox.new_organization(key=key, credits=7)
    again = sandbox.new_organization(key=key, credits=9)
    assert first == again
    assert sandbox.ledger()[-1].granted == 7


@pytest.mark.parametrize("key", ["secret", "clapi_short", "clext_" + "p" * 64, "clapi_" + "ä" * 64])
def test_a_chosen_key_must_look_like_one(sandbox: Sandbox, key: str) -> None:
    with pytest.raises(ValueError, match="clapi_"):
        sandbox.new_organization(key=key)


def test_a_key_for_nobody_cannot_be_issued(sandbox: Sandbox) -> None:
    with pytest.raises(KeyError):
        sandbox.issue_key("org_sbx_nobody")
