from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from cleanlist_core.sandbox.contacts import Lookup, read_contact
from cleanlist_core.sandbox.providers import EMAIL_PROVIDERS, PHONE_PROVIDERS
from cleanlist_core.sandbox.waterfall import Outcome, look_up

ROOT = Path(__file__).parents[3]
PEOPLE = 20_000


def lookups(kind: str, count: int = PEOPLE) -> list[Lookup]:
    makers = {
        "linkedin": lambda n: {"linkedin_url": f"linkedin.com/in/person-{n}"},
        "domain": lambda n: {"first_name": "Ilse", "last_name": f"V{n}", "company_domain": "firm.example"},
        "company": lambda n: {"first_name": "Ilse", "last_name": f"V{n}", "company_name": "Firm"},
    }
    return [found for n in range(count) if (found := read_contact(makers[kind](n)))]


def outcomes(kind: str, enrichment_type: str, count: int = PEOPLE) -> list[Outcome]:
    return [look_up(lookup, enrichment_type, "test") for lookup in lookups(kind, count)]


def share(found: list[Outcome], attribute: str) -> float:
    return sum(bool(getattr(outcome, attribute)) for outcome in found) / len(found)


# With 20,000 people the standard deviation of a share is at most 0.0036: 0.01 is nearly three of them.
@pytest.mark.parametrize(
    ("kind", "emails", "phones"),
    [("linkedin", 0.8892, 0.45), ("domain", 0.855, 0.30), ("company", 0.8037, 0.30)],
)
def test_find_rates_follow_what_was_given(kind: str, emails: float, phones: float) -> None:
    full = [outcome for outcome in outcomes(kind, "full") if not outcome.failed]
    assert share(full, "email_found") == pytest.approx(emails, abs=0.01)
    assert share(full, "phone_found") == pytest.approx(phones, abs=0.01)


def test_email_statuses_split_as_documented() -> None:
    found = Counter(o.email_status for o in outcomes("domain", "partial") if o.email_found)
    total = found.total()
    assert found["reliable"] / total == pytest.approx(0.85, abs=0.01)
    assert found["risky"] / total == pytest.approx(0.12, abs=0.01)
    assert found["unknown"] / total == pytest.approx(0.03, abs=0.006)


@pytest.mark.parametrize("enrichment_type", ["partial", "phone_only", "full"])
def test_one_task_in_two_hundred_fails_and_finds_nothing(enrichment_type: str) -> None:
    failed = [outcome for outcome in outcomes("domain", enrichment_type) if outcome.failed]
    assert len(failed) / PEOPLE == pytest.approx(0.005, abs=0.002)
    assert not any(outcome.email_found or outcome.phone_found for outcome in failed)


def test_at_least_fifteen_providers_take_part_and_all_but_the_rarest_find_something() -> None:
    names = {provider.name for provider in (*EMAIL_PROVIDERS, *PHONE_PROVIDERS)}
    full = outcomes("linkedin", "full")
    seen = {outcome.email_provider for outcome in full} | {outcome.phone_provider for outcome in full}
    assert len(names) >= 15
    assert seen - {""} == names


def test_the_first_provider_finds_half_and_the_next_ones_less_and_less() -> None:
    found = Counter(o.email_provider for o in outcomes("domain", "partial"))
    assert found["hunter"] / PEOPLE == pytest.approx(0.50, abs=0.01)
    order = [found[provider.name] for provider in EMAIL_PROVIDERS[:8]]
    assert order == sorted(order, reverse=True)


def test_an_unconfirmed_find_makes_the_waterfall_go_on_to_the_end() -> None:
    partial = outcomes("domain", "partial")
    confirmed = [o.seconds for o in partial if o.email_provider == "hunter" and o.email_status == "reliable"]
    unconfirmed = [o.seconds for o in partial if o.email_provider == "hunter" and o.email_status == "risky"]
    assert max(confirmed) < min(unconfirmed)


@pytest.mark.parametrize(
    ("enrichment_type", "email", "phone"),
    [("none", False, False), ("partial", True, False), ("phone_only", False, True), ("full", True, True)],
)
def test_only_what_was_asked_for_is_looked_for(enrichment_type: str, email: bool, phone: bool) -> None:
    found = outcomes("domain", enrichment_type, 500)
    assert any(outcome.email_found for outcome in found) is email
    assert any(outcome.phone_found for outcome in found) is phone


def test_full_finds_what_the_parts_find() -> None:
    for partial, phones, full in zip(
        *(outcomes("domain", wanted, 2000) for wanted in ("partial", "phone_only", "full")), strict=True
    ):
        assert (full.email_provider, full.email_status) == (partial.email_provider, partial.email_status)
        assert full.phone_provider == phones.phone_provider
        assert full.seconds == max(partial.seconds, phones.seconds)


def test_another_seed_makes_another_world() -> None:
    one = [look_up(lookup, "full", "one") for lookup in lookups("domain", 200)]
    two = [look_up(lookup, "full", "two") for lookup in lookups("domain", 200)]
    assert one != two


def test_another_process_with_another_hash_seed_gives_the_same_answers() -> None:
    code = (
        "from tests.unit.sandbox.test_waterfall import outcomes\n"
        "print([tuple(outcome) for outcome in outcomes('linkedin', 'full', 50)])"
    )
    there = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout.strip() == str([tuple(outcome) for outcome in outcomes("linkedin", "full", 50)])
