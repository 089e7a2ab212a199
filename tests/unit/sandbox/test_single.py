"""Looking one person up at once, with a key and words of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from cleanlist_core.sandbox import IssuedKey, Sandbox, SandboxOptions, serve
from tests.unit.sandbox.conftest import Clock

SEVEN = {"valid", "invalid", "risky", "catch-all", "disposable", "role-based", "unknown"}
SENIORITY = {"entry", "individual_contributor", "manager", "director", "vp", "c_level", "owner"}
SIZES = {"1-10", "11-50", "51-200", "201-500", "501-1000", "1001-5000", "5001+"}


@pytest.fixture
def single(sandbox: Sandbox, organization: IssuedKey) -> Iterator[httpx.Client]:
    key = sandbox.issue_key(organization.organization_id, kind="single")
    with serve(sandbox) as running:
        base_url = f"http://127.0.0.1:{running.port}/v1"
        with httpx.Client(base_url=base_url, headers={"Authorization": f"Bearer {key}"}) as client:
            yield client


def look_up(client: httpx.Client, **contact: object) -> httpx.Response:
    return client.post("/enrich/contact", json=contact)


def several(client: httpx.Client, count: int = 120) -> list[Any]:
    answers = [look_up(client, email=f"ilse.varga{n}@firm{n}.example") for n in range(count)]
    return [answer.json() for answer in answers if answer.status_code == 200]


def test_an_email_alone_is_enough_and_comes_back(single: httpx.Client) -> None:
    answer = look_up(single, email=" Ilse.Varga@Firm.example ")
    assert answer.status_code == 200
    found = answer.json()
    assert found["status"] == "completed"
    assert found["contact"]["email"] == "ilse.varga@firm.example"
    assert (found["contact"]["first_name"], found["contact"]["last_name"]) == ("Ilse", "Varga")
    assert found["contact"]["company_domain"] == "firm.example"


@pytest.mark.parametrize(
    "contact",
    [
        {"linkedin_url": "https://www.linkedin.com/in/teun-abara"},
        {"first_name": "Oren", "last_name": "Abara", "company_name": "Quarry Lane"},
        {"first_name": "Teun", "last_name": "Abara", "company_domain": "quarrylane.example"},
    ],
)
def test_other_ways_to_name_somebody_work_too(single: httpx.Client, contact: dict[str, str]) -> None:
    found = look_up(single, **contact).json()
    assert found["contact"]["last_name"] == "Abara"


def test_the_words_are_those_of_this_endpoint(single: httpx.Client) -> None:
    found = several(single)
    contacts = [each["contact"] for each in found]
    assert {contact["email_status"] for contact in contacts} <= SEVEN
    assert len({contact["email_status"] for contact in contacts}) > 2
    assert {contact["seniority"] for contact in contacts} <= SENIORITY
    assert {contact["company_size"] for contact in contacts} <= SIZES
    assert {c["phone_type"] for c in contacts if "phone" in c} == {"direct_dial", "mobile"}
    for each in found:
        meta = each["meta"]
        assert 0 <= meta["confidence"] <= 1
        assert 0 <= meta["providers_matched"] <= meta["providers_queried"] <= 19
        assert meta["enriched_at"].endswith("Z")


def test_an_email_costs_one_and_a_phone_ten_at_once(single: httpx.Client, sandbox: Sandbox) -> None:
    spent = 0
    for found in several(single, 40):
        confirmed = found["meta"]["credits_used"] - 10 * ("phone" in found["contact"])
        assert confirmed in (0, 1)
        assert confirmed or found["contact"]["email_status"] in ("unknown", "invalid", "disposable")
        spent += found["meta"]["credits_used"]
    (entry,) = sandbox.ledger()
    assert entry.credits == 5000 - spent
    assert sum(lookup.credits for lookup in entry.lookups) == spent
    assert entry.lookups[0].contact == {"email": "ilse.varga0@firm0.example"}


def test_the_same_person_is_found_alike_each_time(single: httpx.Client) -> None:
    first, second = (look_up(single, linkedin_url="linkedin.com/in/teun-abara").json() for _ in range(2))
    assert first["contact"] == second["contact"]
    assert first["id"] != second["id"]


def test_nobody_found_is_404_and_free(single: httpx.Client, sandbox: Sandbox) -> None:
    statuses = [look_up(single, linkedin_url=f"linkedin.com/in/p-{n}").status_code for n in range(150)]
    assert set(statuses) == {200, 404}
    assert 140 * 0.85 < statuses.count(200) < 150
    assert len(sandbox.ledger()[0].lookups) == statuses.count(200)


@pytest.mark.parametrize(
    "contact",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"email": "nobody"}, id="no address"),
        pytest.param({"email": "a@b"}, id="no domain"),
        pytest.param({"email": 7}, id="a number"),
        pytest.param({"first_name": "Ilse", "last_name": "Varga"}, id="no company"),
        pytest.param({"linkedin_url": "https://example.com/ilse"}, id="no profile"),
    ],
)
def test_too_little_is_422(single: httpx.Client, contact: dict[str, object]) -> None:
    answer = look_up(single, **contact)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][0] == "body"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_what_is_no_object_is_422(single: httpx.Client, content: bytes) -> None:
    assert single.post("/enrich/contact", content=content).status_code == 422


def test_the_most_it_can_cost_must_be_there(sandbox: Sandbox, single: httpx.Client) -> None:
    for credits_given, status in ((10, 402), (11, 200)):
        poor = sandbox.new_organization(credits=credits_given)
        key = sandbox.issue_key(poor.organization_id, kind="single")
        answer = single.post(
            "/enrich/contact",
            json={"email": "ilse.varga@firm.example"},
            headers={"Authorization": f"Bearer {key}"},
        )
        assert answer.status_code == status


def test_a_key_for_lists_does_not_open_it_and_a_plan_must_allow_it(
    sandbox: Sandbox, single: httpx.Client, organization: IssuedKey
) -> None:
    barred = sandbox.new_organization(api_access=False)
    keys = {organization.key: 401, sandbox.issue_key(barred.organization_id, kind="single"): 403}
    for key, status in keys.items():
        answer = single.post("/enrich/contact", json={}, headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("dialect", "prices"),
    [("default", {0, 1, 10, 11}), ("full_costs_11", {0, 11}), ("full_needs_both", {0, 11})],
)
def test_one_part_found_has_each_documented_price(clock: Clock, dialect: str, prices: set[int]) -> None:
    options = SandboxOptions(time_factor=1, credits=5000, rate_limit=1000, dialect=dialect)
    with Sandbox(options, clock=clock) as sandbox:
        caller = sandbox.new_organization()
        admitted = sandbox.admit(
            f"Bearer {sandbox.issue_key(caller.organization_id, kind='single')}", "single"
        )
        bodies = [f'{{"email": "ilse.varga{n}@firm.example"}}' for n in range(135)]
        seen = {sandbox.look_up_one(admitted, body.encode())["meta"]["credits_used"] for body in bodies}
        assert seen == prices
