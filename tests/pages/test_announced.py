"""What Cleanlist says about its announcements, on the screen of a list that still waits for results."""

from __future__ import annotations

import threading

import pytest

from cleanlist_core.api.client import CleanlistClient
from cleanlist_core.domain import EnrichmentType
from cleanlist_core.intake.mapping import recognise
from cleanlist_core.runs.planning import still_missing
from cleanlist_core.sandbox import Sandbox
from cleanlist_core.sandbox.deliveries import Attempt
from cleanlist_core.store import batches, runs
from cleanlist_core.store.next_batch import Sending, begin_batch
from cleanlist_core.workspace import Workspace
from pages.parts import session
from tests.pages.conftest import Visitor

PEOPLE = b"First Name,Last Name,Website\nIlse,Varga,northgate-labs.example\nTeun,Abara,quarrylane.example\n"
LONGEST_WAIT = 2_000
"""Hundredths of a second until the sandbox has tried to announce; it takes about ten of them."""
BEYOND_THIS_MACHINE = "https://lists.example.com"


@pytest.fixture
def waiting(
    real_api: Sandbox, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> tuple[Visitor, Sandbox, str]:
    """A list sent with an address for announcements, whose results nobody has fetched; and its reference."""
    monkeypatch.setenv("CLEANLIST_WEBHOOK_BASE_URL", BEYOND_THIS_MACHINE)
    visitor: Visitor = request.getfixturevalue("visitor")
    issued = real_api.new_organization(credits=100)
    real = session.workspaces().real
    real.connect(issued.key)
    visitor.app.session_state["connection"] = session.Connection(issued.organization_id, practice=False)
    run_id, workflow_id = send(real, issued.organization_id, issued.key)
    visitor.go("progress.py", run=run_id)
    return visitor, real_api, workflow_id


def send(real: Workspace, organization_id: str, key: str) -> tuple[str, str]:
    table = real.read_upload(PEOPLE, "two.csv")
    list_id = real.add_list(organization_id, table, recognise(table), file_name="two.csv")
    estimate = real.orders.estimates(organization_id, list_id)[EnrichmentType.PARTIAL]
    run_id = real.orders.start_run(
        organization_id, list_id, EnrichmentType.PARTIAL, budget=2, estimate=estimate
    )
    assert runs.hold(real.database, run_id, "test")
    sending = begin_batch(real.database, run_id, "test", still_missing)
    assert isinstance(sending, Sending)
    address = f"{BEYOND_THIS_MACHINE}/announcements/{sending.token}/{sending.secret}"
    with CleanlistClient(real.settings.base_url, key) as client:
        answer = client.submit_batch(sending.contacts, sending.wanted, webhook_url=address)
    batches.accepted(real.database, sending.token, answer.workflow_id, answer.task_ids, next_look_seconds=600)
    return run_id, answer.workflow_id


def told(visitor: Visitor) -> str:
    return "\n".join(str(one.value) for one in visitor.app.text)


def test_each_try_to_announce_a_missing_part_is_shown_with_what_became_of_it(
    waiting: tuple[Visitor, Sandbox, str],
) -> None:
    visitor, sandbox, workflow_id = waiting
    assert "Results missing? See how they were announced" in {one.label for one in visitor.app.expander}
    assert told(visitor) == "", "nobody is asked before somebody wants to know"
    for _ in range(LONGEST_WAIT):
        if any(attempt.status == "failed" for attempt in attempts(sandbox, workflow_id)):
            break
        threading.Event().wait(0.01)
    visitor.click("ask_deliveries")
    assert "Part 1, try 1: failed" in told(visitor)
    assert "announcements/" not in told(visitor) + visitor.text, "the address holds a secret"


def attempts(sandbox: Sandbox, workflow_id: str) -> list[Attempt]:
    (workflow,) = [
        one for entry in sandbox.ledger() for one in entry.workflows if one.workflow_id == workflow_id
    ]
    return list(workflow.deliveries)


def test_before_the_first_try_it_says_that_results_are_fetched_all_the_same(
    waiting: tuple[Visitor, Sandbox, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, _, _ = waiting
    monkeypatch.setattr(CleanlistClient, "webhook_deliveries", lambda _self, _workflow_id: ())
    visitor.click("ask_deliveries")
    assert "Nothing has been announced yet" in visitor.text
    assert "They are fetched all the same" in visitor.text


def test_without_a_public_address_nothing_is_said_of_announcements(trainee: Visitor) -> None:
    trainee.click("sample_zoominfo").click("start_run")
    assert "ask_deliveries" not in {button.key for button in trainee.app.button}
