"""Every documented form of an answer, over HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import httpx
import pytest

from cleanlist_core.sandbox import Sandbox, SandboxOptions, serve
from cleanlist_core.sandbox.answers import DIALECTS
from cleanlist_core.sandbox.dialects import RULES, Traits, read_dialect
from tests.unit.sandbox.conftest import Clock, people

EVERY_TRAIT = {name for change in (*DIALECTS.values(), *RULES.values()) for name in change}


class Spoken:
    """A sandbox in one dialect, with a caller."""

    def __init__(self, sandbox: Sandbox, client: httpx.Client, clock: Clock) -> None:
        self.sandbox, self.client, self.clock = sandbox, client, clock

    def submit(self, count: int = 60, wanted: str = "full") -> Any:
        body = {"enrichment_type": wanted, "contacts": people(count)}
        answer = self.client.post("/enrich/bulk", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def status(self, **ids: str) -> Any:
        return self.client.get("/enrich/status", params=ids).json()

    def ended(self, count: int = 60, wanted: str = "full") -> tuple[Any, Any]:
        """What was accepted, and the workflow when it has ended."""
        accepted = self.submit(count, wanted)
        self.clock.advance(60)
        return accepted, self.status(workflow_id=accepted["workflow_id"])

    def balance(self) -> Any:
        return self.client.get("/credits/balance").json()


Speak = Callable[..., Any]


@pytest.fixture
def speak(clock: Clock) -> Speak:
    @contextmanager
    def start(dialect: str, **options: Any) -> Iterator[Spoken]:
        chosen = SandboxOptions(**{"time_factor": 1, "credits": 5000, "dialect": dialect, **options})
        with Sandbox(chosen, clock=clock) as sandbox, serve(sandbox) as running:
            headers = {"Authorization": f"Bearer {sandbox.new_organization().key}"}
            with httpx.Client(base_url=running.base_url, headers=headers) as client:
                yield Spoken(sandbox, client, clock)

    return start


def test_every_trait_can_be_chosen_by_some_name() -> None:
    assert set(vars(Traits())) == EVERY_TRAIT


def test_names_are_joined_and_the_default_changes_nothing() -> None:
    assert read_dialect("default") == Traits()
    both = read_dialect("by_task + structured_errors+default")
    assert (both.placement, both.errors) == ("by_task", "structured")


def test_two_names_that_agree_may_be_joined() -> None:
    traits = read_dialect("structured_errors+credits_400+validation_400")
    assert (traits.errors, traits.credits_status, traits.validation_status) == ("structured", 400, 400)


@pytest.mark.parametrize("text", ["flat_counts+summary_counts", "guide+nested_results+plain_results"])
def test_two_names_that_contradict_each_other_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="contradict each other"):
        read_dialect(text)


@pytest.mark.parametrize("text", ["", "esperanto", "by_task+", "by_task,streaming"])
def test_an_unknown_name_is_refused_with_those_there_are(text: str) -> None:
    with pytest.raises(ValueError, match=r"unknown dialect .* there are: default, by_task"):
        read_dialect(text)


def test_by_task_the_workflow_counts_only_and_each_task_tells(speak: Speak) -> None:
    with speak("by_task") as api:
        accepted, ended = api.ended()
        assert not {"results", "tasks", "summary"} & ended["workflow"].keys()
        tasks = [api.status(task_id=each)["task"] for each in accepted["task_ids"][:40]]
        assert any("primary_email" in task.get("result", {}) for task in tasks)
        assert ended["workflow"]["completed_prospects"] + ended["workflow"]["failed_prospects"] == 60


def test_streaming_results_come_one_by_one_and_stay(speak: Speak) -> None:
    with speak("streaming") as api:
        workflow_id = api.submit()["workflow_id"]
        assert "results" not in api.status(workflow_id=workflow_id)["workflow"]
        seen: list[set[str]] = []
        for _ in range(46):
            workflow = api.status(workflow_id=workflow_id)["workflow"]
            seen.append({entry["task_id"] for entry in workflow.get("results", [])})
            assert len(seen[-1]) == workflow["completed_prospects"] + workflow["failed_prospects"]
            api.clock.advance(1)
        assert all(earlier <= later for earlier, later in pairwise(seen))
        assert len({len(each) for each in seen}) > 5
        assert len(seen[-1]) == 60


def test_tasks_on_top_have_a_state_from_the_start_and_a_result_at_the_end(speak: Speak) -> None:
    with speak("top_level_tasks") as api:
        accepted = api.submit(20)
        api.clock.advance(4)
        running = api.status(workflow_id=accepted["workflow_id"])
        assert [task["task_id"] for task in running["tasks"]] == accepted["task_ids"]
        assert {task["status"] for task in running["tasks"]} == {"running"}
        api.clock.advance(60)
        ended = api.status(workflow_id=accepted["workflow_id"])
        assert ended["status"].startswith("completed")
        assert any("@" in task["result"]["email"] for task in ended["tasks"] if "email" in task["result"])
        assert api.status(task_id=accepted["task_ids"][0])["task_id"] == accepted["task_ids"][0]


@pytest.mark.parametrize(
    ("dialect", "there", "not_there"),
    [
        ("default", {"total_prospects", "emails_found", "summary"}, {"total", "processed"}),
        ("flat_counts", {"total_prospects", "emails_found"}, {"summary", "total"}),
        ("summary_counts", {"summary"}, {"total_prospects", "emails_found", "total"}),
        (
            "processed_counts",
            {"total", "processed", "completed", "failed"},
            {"total_prospects", "summary"},
        ),
    ],
)
def test_counts_come_in_each_form(speak: Speak, dialect: str, there: set[str], not_there: set[str]) -> None:
    with speak(dialect) as api:
        _, ended = api.ended(5)
        assert there <= ended["workflow"].keys()
        assert not not_there & ended["workflow"].keys()


@pytest.mark.parametrize(
    ("dialect", "fields"),
    [
        ("default", {"organization_id": str, "credits": float}),
        ("whole_credits", {"organization_id": str, "credits": int}),
        ("credits_remaining", {"credits_remaining": float, "credits_used_this_month": int}),
        (
            "extra_balance_fields",
            {"organization_id": str, "credits": int, "timestamp_ms": int, "agent_instructions": str},
        ),
    ],
)
def test_the_balance_comes_in_each_form(speak: Speak, dialect: str, fields: dict[str, type]) -> None:
    with speak(dialect, credits=1875.5) as api:
        assert {name: type(value) for name, value in api.balance().items()} == fields


def test_what_was_used_this_month_is_what_was_charged(speak: Speak) -> None:
    with speak("credits_remaining") as api:
        api.ended()
        told = api.balance()
        charged = api.sandbox.ledger()[0].workflows[0].charged
        assert told == {"credits_remaining": 5000 - charged, "credits_used_this_month": charged}


@pytest.mark.parametrize(
    ("dialect", "short", "invalid"),
    [
        ("default", 402, 422),
        ("structured_errors", 402, 422),
        ("credits_400", 400, 422),
        ("validation_400", 402, 400),
        ("credits_400+validation_400", 400, 400),
    ],
)
def test_refusals_come_with_each_status(speak: Speak, dialect: str, short: int, invalid: int) -> None:
    with speak(dialect, credits=32) as api:
        poor = api.client.post("/enrich/bulk", json={"enrichment_type": "full", "contacts": people(3)})
        bad = api.client.post("/enrich/bulk", json={"contacts": [*people(1), {"first_name": "Teun"}]})
        assert (poor.status_code, bad.status_code) == (short, invalid)
        assert api.sandbox.ledger()[0].workflows == ()


def test_a_structured_error_has_a_code_the_numbers_and_the_place(speak: Speak) -> None:
    with speak("structured_errors+validation_400", credits=20, rate_limit=4) as api:
        short = api.client.post("/enrich/bulk", json={"enrichment_type": "full", "contacts": people(3)})
        error = short.json()["error"]
        assert (error["code"], error["retryable"]) == ("insufficient_credits", False)
        facts = [error[f"{name}_credits"] for name in ("estimated_cost", "available", "shortfall")]
        assert facts == [33, 20, 13]
        bad = api.client.post("/enrich/bulk", json={"contacts": [{"first_name": "Teun"}]}).json()["error"]
        assert bad["code"] == "validation_error"
        assert bad["details"]["errors"][0]["loc"] == ["body", "contacts", 0]
        unknown = api.client.get("/enrich/status", params={"workflow_id": "x"}).json()["error"]
        assert (unknown["code"], unknown["problem"]) == ("not_found", "Workflow not found")
        api.balance()
        limited = api.client.get("/credits/balance")
        wait = int(limited.headers["Retry-After"])
        assert limited.json()["error"]["retry_after_ms"] == wait * 1000
        assert limited.json()["error"]["retryable"]


@pytest.mark.parametrize(
    ("dialect", "states"),
    [
        ("default", ("started", "pending", "running", "completed")),
        ("processing_states", ("processing", "processing", "processing", "completed")),
        ("queued_states", ("queued", "queued", "running", "completed")),
        ("pending_states", ("pending", "pending", "running", "completed")),
        ("running_states", ("running", "running", "running", "completed")),
        ("upper_case_states", ("STARTED", "PENDING", "RUNNING", "COMPLETED")),
    ],
)
def test_states_come_in_each_vocabulary(speak: Speak, dialect: str, states: tuple[str, ...]) -> None:
    with speak(dialect) as api:
        accepted = api.submit(5)
        seen = [accepted["status"]]
        for seconds in (0, 4, 60):
            api.clock.advance(seconds)
            seen.append(api.status(workflow_id=accepted["workflow_id"])["workflow"]["status"])
        assert tuple(seen) == states


@pytest.mark.parametrize(
    ("dialect", "found", "missed"),
    [
        ("default", "completed", "completed"),
        ("success_tasks", "success", "success"),
        ("enriched_tasks", "enriched", "skipped"),
        ("not_found_fails", "completed", "failed"),
    ],
)
def test_tasks_that_found_something_and_nothing_have_each_state(
    speak: Speak, dialect: str, found: str, missed: str
) -> None:
    with speak(dialect) as api:
        accepted, ended = api.ended(80, "phone_only")
        entries = ended["workflow"]["results"]
        states = {entry["status"] for entry in entries if "personal_phone_numbers" in entry}
        assert states == {found}
        others = [
            e for e in entries if "personal_phone_numbers" not in e and "Provider" not in e.get("error", "")
        ]
        assert {entry["status"] for entry in others} == {missed}
        task = api.status(task_id=others[0]["task_id"])["task"]
        assert (task["status"], "error" in task) == (missed, missed == "failed")
        assert accepted["total_contacts"] == 80


def test_not_found_may_count_as_failed_though_the_workflow_completes(speak: Speak) -> None:
    with speak("not_found_fails") as api:
        _, ended = api.ended(40, "phone_only")
        workflow = ended["workflow"]
        assert workflow["status"] == "completed"
        assert workflow["failed_prospects"] == 40 - workflow["phones_found"]
        assert workflow["summary"]["failed"] == workflow["failed_prospects"]
        assert workflow["summary"]["successful"] == workflow["phones_found"]


@pytest.mark.parametrize(
    ("dialect", "words"),
    [
        ("default", {"reliable", "risky", "unknown"}),
        ("verified_statuses", {"verified", "risky", "invalid"}),
        ("likely_valid_statuses", {"verified", "likely_valid", "risky", "unknown", "invalid"}),
        ("valid_statuses", {"valid", "risky", "unknown"}),
        (
            "seven_statuses",
            {"valid", "risky", "catch-all", "role-based", "unknown", "invalid", "disposable"},
        ),
    ],
)
def test_email_statuses_come_in_each_vocabulary(speak: Speak, dialect: str, words: set[str]) -> None:
    with speak(dialect) as api:
        seen: set[str] = set()
        for batch in range(8):
            body = {"enrichment_type": "partial", "contacts": people(250, offset=250 * batch)}
            workflow_id = api.client.post("/enrich/bulk", json=body).json()["workflow_id"]
            api.clock.advance(60)
            entries = api.status(workflow_id=workflow_id)["workflow"]["results"]
            seen |= {entry["primary_email_status"] for entry in entries if "primary_email" in entry}
        assert seen == words


def test_nested_results_hold_the_finds_in_an_object(speak: Speak) -> None:
    with speak("nested_results") as api:
        _, ended = api.ended()
        entry = next(e for e in ended["workflow"]["results"] if {"email", "phones"} <= e["result"].keys())
        assert not {"primary_email", "primary_email_status"} & entry.keys()
        assert {"email", "email_status", "phones", "linkedin_url", "provider"} <= entry["result"].keys()
        assert {"task_id", "prospect_id", "lead_id", "input"} <= entry.keys()


def test_plain_results_have_short_names_and_the_company_as_text(speak: Speak) -> None:
    with speak("plain_results") as api:
        _, ended = api.ended()
        entry = next(e for e in ended["workflow"]["results"] if {"email", "phone"} <= e.keys())
        assert all(
            isinstance(entry[name], str) for name in ("email", "phone", "title", "company", "last_name")
        )
        assert not {"primary_email", "personal_phone_numbers", "prospect"} & entry.keys()


def test_entries_of_lists_may_be_objects(speak: Speak) -> None:
    with speak("object_entries") as api:
        _, ended = api.ended(100)
        numbers = [n for e in ended["workflow"]["results"] for n in e.get("personal_phone_numbers", [])]
        others = [mail for e in ended["workflow"]["results"] for mail in e.get("other_emails", [])]
        assert {frozenset(number) for number in numbers} == {frozenset(("number", "type", "carrier"))}
        assert {frozenset(mail) for mail in others} == {frozenset(("email", "status"))}


def test_numbers_may_have_hyphens(speak: Speak) -> None:
    with speak("hyphen_phones") as api:
        _, ended = api.ended()
        numbers = [n for e in ended["workflow"]["results"] for n in e.get("personal_phone_numbers", [])]
        assert numbers
        assert all(number.startswith("+1-") and number.count("-") == 3 for number in numbers)


def test_a_bad_key_may_be_an_answer_of_its_own(speak: Speak) -> None:
    with speak("valid_false") as api:
        stranger = {"Authorization": f"Bearer clapi_{'0' * 64}"}
        answer = api.client.get("/auth/validate-key", headers=stranger)
        assert (answer.status_code, answer.json()) == (200, {"valid": False})
        assert api.client.get("/credits/balance", headers=stranger).status_code == 401


def test_ids_may_look_another_way(speak: Speak) -> None:
    with speak("wf_ids") as api:
        assert api.submit(1)["workflow_id"].startswith("wf_")


def test_a_key_may_have_a_limit_of_its_own_besides_the_organizations(speak: Speak) -> None:
    with speak("thirty_per_key") as api:
        organization = api.sandbox.ledger()[0].organization_id
        second = {"Authorization": f"Bearer {api.sandbox.issue_key(organization)}"}
        third = {"Authorization": f"Bearer {api.sandbox.issue_key(organization)}"}
        first_key = [api.client.get("/credits/balance") for _ in range(31)]
        assert [answer.status_code for answer in first_key] == [200] * 30 + [429]
        assert int(first_key[-1].headers["Retry-After"]) >= 1
        assert api.client.get("/credits/balance", headers=second).status_code == 200
        answers = [api.client.get("/credits/balance", headers=third).status_code for _ in range(30)]
        assert 429 in answers


def test_credits_may_be_reserved_at_the_start_and_refunded_at_the_end(speak: Speak) -> None:
    with speak("reserve_and_refund") as api:
        accepted = api.submit(100)
        assert api.balance()["credits"] == 5000 - 1100
        api.clock.advance(60)
        ended = api.status(workflow_id=accepted["workflow_id"])["workflow"]
        cost = ended["emails_found"] + 10 * ended["phones_found"]
        assert api.balance()["credits"] == 5000 - cost


@pytest.mark.parametrize(
    ("dialect", "price"),
    [
        ("default", lambda email, phone: email + 10 * phone),
        ("full_costs_11", lambda email, phone: 11 * (email or phone)),
        ("full_needs_both", lambda email, phone: 11 * (email and phone)),
    ],
)
def test_one_found_part_of_full_has_each_documented_price(
    speak: Speak, dialect: str, price: Callable[[bool, bool], int]
) -> None:
    with speak(dialect) as api:
        _, ended = api.ended(100)
        entries = ended["workflow"]["results"]
        finds = [("primary_email" in entry, "personal_phone_numbers" in entry) for entry in entries]
        assert {(True, False), (True, True)} <= set(finds)
        assert api.balance()["credits"] == 5000 - sum(price(*find) for find in finds)
        _, emails = api.ended(20, "partial")
        spent = api.sandbox.ledger()[0].workflows[1].charged
        assert spent == emails["workflow"]["emails_found"]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_tells_every_find_and_no_other(dialect: str, clock: Clock) -> None:
    options = SandboxOptions(time_factor=1, credits=5000, dialect=dialect)
    with Sandbox(options, clock=clock) as sandbox:
        caller = sandbox.admit(f"Bearer {sandbox.new_organization().key}")
        body = json.dumps({"enrichment_type": "full", "contacts": people(100)}).encode()
        workflow = sandbox.submit(caller, body)
        clock.advance(60)
        told = [json.dumps(sandbox.dialect.workflow(workflow, clock.now))]
        if dialect == "by_task":
            told = [json.dumps(sandbox.dialect.task(workflow, n, clock.now)) for n in range(100)]
        records = [record for position in range(100) for record in workflow.records(position)]
        mails = {mail for record in records for mail in mails_in(json.dumps(record))}
        numbers = {number for record in records for number in record.get("personal_phone_numbers", [])}
        assert {mail for text in told for mail in mails_in(text)} == mails
        assert {number for text in told for number in numbers_in(text)} == numbers
        assert len(mails) > 80
        assert len(numbers) > 20


def mails_in(text: str) -> set[str]:
    return set(re.findall(r"[\w.]+@[\w.]+", text))


def numbers_in(text: str) -> set[str]:
    return {found.replace("-", "") for found in re.findall(r"\+1[\d-]+", text)}
