"""The endpoints over real HTTP, in the default dialect."""

from __future__ import annotations

import base64
import json
import re
import uuid
from typing import Any

import httpx
import pytest

from cleanlist_core.sandbox import IssuedKey, Sandbox, SandboxOptions, serve
from tests.unit.sandbox.conftest import Clock, people

UNKNOWN_KEY = "clapi_" + "A" * 64
ENDPOINTS = [
    ("GET", "/auth/validate-key"),
    ("GET", "/credits/balance"),
    ("POST", "/enrich/bulk"),
    ("GET", "/enrich/status"),
    ("GET", "/webhooks/deliveries"),
]


def submit(api: httpx.Client, count: int, wanted: str = "full", **extra: object) -> Any:
    answer = api.post("/enrich/bulk", json={"enrichment_type": wanted, "contacts": people(count), **extra})
    assert answer.status_code == 200, answer.text
    return answer.json()


def workflow(api: httpx.Client, workflow_id: str) -> Any:
    return api.get("/enrich/status", params={"workflow_id": workflow_id}).json()["workflow"]


def task(api: httpx.Client, task_id: str) -> Any:
    return api.get("/enrich/status", params={"task_id": task_id}).json()["task"]


def test_keys_have_the_documented_form(organization: IssuedKey) -> None:
    assert re.fullmatch(r"clapi_[A-Za-z0-9_-]{64}", organization.key)


def test_a_key_names_its_user_and_organization(api: httpx.Client, organization: IssuedKey) -> None:
    assert api.get("/auth/validate-key").json() == {
        "valid": True,
        "user_id": organization.user_id,
        "organization_id": organization.organization_id,
    }


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
@pytest.mark.parametrize("make_headers", [
    pytest.param(lambda _: {}, id="no header"),
    pytest.param(lambda _: {"Authorization": f"Bearer {UNKNOWN_KEY}"}, id="unknown key"),
    pytest.param(lambda _: {"Authorization": "Bearer"}, id="no key"),
    pytest.param(lambda key: {"Authorization": key}, id="no scheme"),
    pytest.param(lambda key: {"X-API-Key": key}, id="X-API-Key"),
    pytest.param(
        lambda key: {"Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}, id="basic"
    ),
])  # fmt: skip
def test_only_a_known_bearer_key_opens(
    api: httpx.Client, organization: IssuedKey, method: str, path: str, make_headers: Any
) -> None:
    del api.headers["Authorization"]
    answer = api.request(method, path, headers=make_headers(organization.key))
    assert (answer.status_code, answer.json()) == (401, {"detail": "Not authenticated"})


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_an_organization_without_api_access_is_told_so(
    api: httpx.Client, sandbox: Sandbox, method: str, path: str
) -> None:
    key = sandbox.new_organization(api_access=False).key
    answer = api.request(method, path, headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 403
    assert isinstance(answer.json()["detail"], str)


def test_a_revoked_key_is_refused_and_the_other_key_of_the_organization_is_not(
    api: httpx.Client, sandbox: Sandbox, organization: IssuedKey
) -> None:
    second = sandbox.issue_key(organization.organization_id)
    sandbox.revoke_key(organization.key)
    assert api.get("/auth/validate-key").status_code == 401
    answer = api.get("/auth/validate-key", headers={"Authorization": f"bearer {second}"})
    assert answer.json()["organization_id"] == organization.organization_id
    assert sandbox.key_for(organization.organization_id) == second


def test_the_balance_belongs_to_the_organization(api: httpx.Client, organization: IssuedKey) -> None:
    answer = api.get("/credits/balance")
    assert answer.json() == {"organization_id": organization.organization_id, "credits": 5000}
    assert '"credits":5000}' in answer.text


def test_a_balance_may_have_decimals(api: httpx.Client, sandbox: Sandbox) -> None:
    key = sandbox.new_organization(credits=1875.5).key
    answer = api.get("/credits/balance", headers={"Authorization": f"Bearer {key}"})
    assert answer.json()["credits"] == 1875.5


def test_an_accepted_request_gets_ids_in_the_order_of_its_contacts(api: httpx.Client) -> None:
    accepted = submit(api, 3)
    kind, _, number = accepted["workflow_id"].rpartition("_")
    assert (kind, uuid.UUID(number).version) == ("public_bulk", 4)
    assert accepted["status"] == "started"
    assert accepted["total_contacts"] == 3
    assert len({uuid.UUID(each) for each in accepted["task_ids"]}) == 3
    assert isinstance(accepted["message"], str)


def test_a_workflow_waits_runs_and_ends(api: httpx.Client, clock: Clock) -> None:
    workflow_id = submit(api, 40)["workflow_id"]
    pending = workflow(api, workflow_id)
    assert (pending["status"], pending["total_prospects"], pending["completed_prospects"]) == (
        "pending",
        40,
        0,
    )
    counts = []
    while (seen := workflow(api, workflow_id))["status"] in ("pending", "running"):
        assert not {"results", "summary", "completed_at", "lead_list_id"} & seen.keys()
        assert seen["emails_found"] <= seen["completed_prospects"]
        counts.append((seen["completed_prospects"], seen["emails_found"], seen["phones_found"]))
        clock.advance(1)
    assert counts == sorted(counts)
    assert len(set(counts)) > 5
    assert 10 <= len(counts) <= 46
    assert seen["status"] == "completed"
    assert seen["completed_prospects"] == 40


def test_an_ended_workflow_carries_its_results_and_counts_that_agree_with_them(
    api: httpx.Client, clock: Clock
) -> None:
    accepted = submit(api, 250)
    clock.advance(60)
    ended = workflow(api, accepted["workflow_id"])
    results = ended["results"]
    failed = [entry for entry in results if entry["status"] == "failed"]
    assert [entry["task_id"] for entry in results] == accepted["task_ids"]
    assert [entry["input"] for entry in results] == people(250)
    assert ended["emails_found"] == sum("primary_email" in entry for entry in results)
    assert ended["phones_found"] == sum("personal_phone_numbers" in entry for entry in results)
    assert ended["failed_prospects"] == len(failed)
    assert ended["status"] == ("completed_with_errors" if failed else "completed")
    assert ended["summary"] == {
        "total": 250,
        "successful": ended["completed_prospects"],
        "failed": ended["failed_prospects"],
        "emails_found": ended["emails_found"],
        "phones_found": ended["phones_found"],
    }
    assert ended["started_at"].endswith("Z")
    assert ended["started_at"] < ended["completed_at"]
    assert uuid.UUID(ended["lead_list_id"])


def test_all_results_of_an_organization_are_in_one_list(api: httpx.Client, clock: Clock) -> None:
    ids = [submit(api, 1)["workflow_id"] for _ in range(2)]
    clock.advance(60)
    assert len({workflow(api, each)["lead_list_id"] for each in ids}) == 1


def failing_person(clock: Clock) -> dict[str, str]:
    with Sandbox(SandboxOptions(time_factor=1, credits=1e6), clock=clock) as scout:
        caller = scout.admit(f"Bearer {scout.new_organization().key}")
        for start in range(0, 5000, 250):
            found = scout.submit(caller, json.dumps({"contacts": people(250, offset=start)}).encode())
            for contact, outcome in zip(found.contacts, found.outcomes, strict=True):
                if outcome.failed:
                    return dict(contact)
    raise AssertionError("nobody fails")


def test_a_failed_task_makes_the_workflow_end_with_errors_and_costs_nothing(
    api: httpx.Client, clock: Clock
) -> None:
    unlucky = failing_person(clock)
    mixed = api.post("/enrich/bulk", json={"contacts": [unlucky, *people(1)]}).json()
    alone = api.post("/enrich/bulk", json={"contacts": [unlucky]}).json()
    clock.advance(60)
    assert workflow(api, mixed["workflow_id"])["status"] == "completed_with_errors"
    ended = workflow(api, alone["workflow_id"])
    assert (ended["status"], ended["completed_prospects"], ended["failed_prospects"]) == ("failed", 0, 1)
    assert ended["results"][0]["error"].startswith("Provider error")
    failed = task(api, alone["task_ids"][0])
    assert (failed["status"], failed["error"]) == ("failed", ended["results"][0]["error"])
    assert "result" not in failed


def test_a_task_answers_by_itself_as_soon_as_it_is_done(api: httpx.Client, clock: Clock) -> None:
    accepted = submit(api, 40)
    assert task(api, accepted["task_ids"][0]) == {
        "task_id": accepted["task_ids"][0],
        "workflow_id": accepted["workflow_id"],
        "status": "pending",
    }
    clock.advance(20)
    states = {task(api, each)["status"] for each in accepted["task_ids"]}
    assert states == {"running", "completed"}
    clock.advance(40)
    entries = workflow(api, accepted["workflow_id"])["results"]
    for entry in entries[:5]:
        done = task(api, entry["task_id"])
        same = {key: value for key, value in entry.items() if key not in ("task_id", "status", "input")}
        assert (done["status"], done["result"]) == ("completed", same)


def test_the_same_person_gets_the_same_answer_in_any_batch_and_order(api: httpx.Client, clock: Clock) -> None:
    alone = submit(api, 1)["workflow_id"]
    turned = api.post("/enrich/bulk", json={"enrichment_type": "full", "contacts": people(30)[::-1]}).json()[
        "workflow_id"
    ]
    clock.advance(60)
    first = workflow(api, alone)["results"][0]
    again = workflow(api, turned)["results"][-1]
    assert {**first, **dict.fromkeys(("task_id", "prospect_id", "lead_id"))} == {
        **again,
        **dict.fromkeys(("task_id", "prospect_id", "lead_id")),
    }


@pytest.mark.parametrize(
    ("params", "detail"),
    [
        ({}, "Give workflow_id or task_id."),
        ({"workflow_id": ""}, "Give workflow_id or task_id."),
        ({"workflow_id": "a", "task_id": "b"}, "Give workflow_id or task_id, not both."),
    ],
)
def test_status_wants_exactly_one_id(api: httpx.Client, params: dict[str, str], detail: str) -> None:
    answer = api.get("/enrich/status", params=params)
    assert (answer.status_code, answer.json()) == (400, {"detail": detail})


def test_ids_of_nobody_and_of_others_are_unknown(api: httpx.Client, sandbox: Sandbox) -> None:
    accepted = submit(api, 1)
    stranger = {"Authorization": f"Bearer {sandbox.new_organization().key}"}
    for params, headers in [
        ({"workflow_id": "public_bulk_nobody"}, {}),
        ({"task_id": "nobody"}, {}),
        ({"workflow_id": accepted["workflow_id"]}, stranger),
        ({"task_id": accepted["task_ids"][0]}, stranger),
    ]:
        answer = api.get("/enrich/status", params=params, headers=headers)
        assert answer.status_code == 404
        assert answer.json()["detail"].endswith("not found")


def test_no_delivery_is_claimed_that_was_not_made(api: httpx.Client, sandbox: Sandbox) -> None:
    workflow_id = submit(api, 1, webhook_url="https://hooks.example/a")["workflow_id"]
    known = api.get("/webhooks/deliveries", params={"workflow_id": workflow_id})
    assert known.json() == {"workflow_id": workflow_id, "deliveries": []}
    assert api.get("/webhooks/deliveries").status_code == 400
    assert api.get("/webhooks/deliveries", params={"workflow_id": "x"}).status_code == 404
    stranger = {"Authorization": f"Bearer {sandbox.new_organization().key}"}
    params = {"workflow_id": workflow_id}
    assert api.get("/webhooks/deliveries", params=params, headers=stranger).status_code == 404


def test_a_bad_request_is_refused_as_a_whole(api: httpx.Client, sandbox: Sandbox) -> None:
    bad = [*people(2), {"email": "ilse@firm.example"}]
    answer = api.post("/enrich/bulk", json={"contacts": bad})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "contacts", 2]
    assert sandbox.ledger()[0].workflows == ()


def test_a_body_of_many_megabytes_is_refused(api: httpx.Client) -> None:
    contact = {**people(1)[0], "note": "x" * 5_000_000}
    answer = api.post("/enrich/bulk", json={"contacts": [contact]})
    assert answer.status_code == 413


def of_one(contact: str) -> str:
    return f'{{"contacts":[{contact}]}}'


@pytest.mark.parametrize(
    ("text", "status"),
    [
        pytest.param(
            of_one('{"first_name":"\\ud800","last_name":"V","company_domain":"f.example"}'),
            200,
            id="half a pair",
        ),
        pytest.param(
            of_one('{"linkedin_url":"linkedin.com/in/a","x":' + "[" * 600 + "]" * 600 + "}"), 200, id="deep"
        ),
        pytest.param(of_one('{"linkedin_url":"linkedin.com/in/\\u0000%ff%00"}'), 200, id="zero bytes"),
        pytest.param(of_one('{"first_name":"\\ud800"}'), 422, id="half a pair in a bad contact"),
    ],
)
def test_strange_text_breaks_nothing(api: httpx.Client, clock: Clock, text: str, status: int) -> None:
    answer = api.post("/enrich/bulk", content=text.encode())
    assert answer.status_code == status
    clock.advance(60)
    if status == 200:
        assert workflow(api, answer.json()["workflow_id"])["status"] == "completed"


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("DELETE", "/enrich/bulk", 405)]
)
def test_unknown_paths_and_methods_are_answered_in_json(
    api: httpx.Client, method: str, path: str, status: int
) -> None:
    answer = api.request(method, path)
    assert answer.status_code == status
    assert "detail" in answer.json()


def test_people_are_discovered_at_the_companies_of_a_prospecting_request(
    api: httpx.Client, clock: Clock
) -> None:
    accepted = submit(api, 30, "prospecting_only")
    clock.advance(60)
    results = workflow(api, accepted["workflow_id"])["results"]
    per_task = [sum(entry["task_id"] == each for entry in results) for each in accepted["task_ids"]]
    assert set(per_task) == {0, 1, 2}
    assert len({entry["prospect"]["linkedin_url"] for entry in results}) == len(results)
    assert api.get("/credits/balance").json()["credits"] == 5000 - len(results)
    two = accepted["task_ids"][per_task.index(2)]
    assert len(task(api, two)["results"]) == 2


def test_time_runs_faster_by_the_factor(clock: Clock) -> None:
    ends = []
    for factor in (1, 20):
        with Sandbox(SandboxOptions(time_factor=factor), clock=clock) as sandbox:
            caller = sandbox.admit(f"Bearer {sandbox.new_organization().key}")
            made = sandbox.submit(caller, json.dumps({"contacts": people(250)}).encode())
            ends.append(made.ends_at - clock.now)
    assert 30 <= ends[0] <= 45
    assert ends[1] == pytest.approx(ends[0] / 20)


def test_an_unknown_dialect_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="unknown dialect"):
        Sandbox(SandboxOptions(dialect="esperanto"))


@pytest.mark.parametrize(
    "change", [{"time_factor": 0}, {"rate_limit": 0}, {"window_seconds": 0}, {"credits": -1}]
)
def test_options_that_make_no_sense_are_a_mistake(change: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must"):
        SandboxOptions(**change)  # type: ignore[arg-type]  # the table mixes whole and broken numbers


def test_the_ledger_page_shows_every_accepted_contact(
    api: httpx.Client, clock: Clock, organization: IssuedKey
) -> None:
    accepted = submit(api, 5)
    clock.advance(60)
    page = httpx.get(str(api.base_url.copy_with(path="/_sandbox/ledger")))
    (shown,) = page.json()["organizations"]
    assert shown["organization_id"] == organization.organization_id
    assert shown["workflows"][0]["contacts"] == people(5)
    assert shown["workflows"][0]["task_ids"] == accepted["task_ids"]
    spent = sum(charge["credits"] for charge in shown["workflows"][0]["charges"])
    assert shown["credits"] == 5000 - spent
    assert sum(window["accepted"] for window in shown["requests"]) == 1
    assert organization.key not in page.text


def test_serving_twice_keeps_what_is_known(sandbox: Sandbox, organization: IssuedKey) -> None:
    headers = {"Authorization": f"Bearer {organization.key}"}
    for _ in range(2):
        with serve(sandbox) as running:
            assert httpx.get(f"{running.base_url}/auth/validate-key", headers=headers).status_code == 200
