"""What a choice costs: never more than `at most`, and each part is paid only when asked and found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanlist_core.domain import EnrichmentType, KeyKind
from cleanlist_core.pricing import (
    PUBLISHED_RATES,
    FindRates,
    estimate,
    price_at_most,
    settled_credits,
)

NONE, PARTIAL, PHONE, FULL = EnrichmentType
GROUPS = st.tuples(st.sampled_from(KeyKind), st.sampled_from(EnrichmentType))
ASKED = st.dictionaries(GROUPS, st.integers(0, 5_000))
SHARES = st.dictionaries(st.sampled_from(KeyKind), st.floats(0, 1), min_size=len(KeyKind))


@pytest.mark.parametrize(("wanted", "credits_"), [(NONE, 0), (PARTIAL, 1), (PHONE, 10), (FULL, 11)])
def test_the_most_one_person_can_cost(wanted: EnrichmentType, credits_: int) -> None:
    assert price_at_most(wanted) == credits_


@pytest.mark.parametrize(
    ("wanted", "email", "phone", "credits_"),
    [
        pytest.param(NONE, True, True, 0, id="nothing was asked"),
        pytest.param(PARTIAL, True, False, 1, id="an email"),
        pytest.param(PARTIAL, True, True, 1, id="a phone nobody asked for is free"),
        pytest.param(PHONE, True, True, 10, id="an email nobody asked for is free"),
        pytest.param(FULL, True, False, 1, id="only the email"),
        pytest.param(FULL, False, True, 10, id="only the phone"),
        pytest.param(FULL, True, True, 11, id="both"),
        pytest.param(FULL, False, False, 0, id="a miss"),
    ],
)
def test_what_an_answer_costs(wanted: EnrichmentType, email: bool, phone: bool, credits_: int) -> None:
    assert settled_credits(wanted, email_found=email, phone_found=phone) == credits_


@given(wanted=st.sampled_from(EnrichmentType), email=st.booleans(), phone=st.booleans())
def test_no_answer_costs_more_than_was_said(wanted: EnrichmentType, email: bool, phone: bool) -> None:
    assert 0 <= settled_credits(wanted, email_found=email, phone_found=phone) <= price_at_most(wanted)


@given(asked=ASKED, email=SHARES, phone=SHARES)
def test_the_likely_cost_is_never_above_the_most(
    asked: dict[tuple[KeyKind, EnrichmentType], int], email: dict[KeyKind, float], phone: dict[KeyKind, float]
) -> None:
    price = estimate(FULL, asked, rates=FindRates(email, phone, own_email=True, own_phone=True))
    assert 0 <= price.likely <= price.at_most
    assert price.likely_emails <= price.to_send >= price.likely_phones
    assert price.likely == price.likely_emails + 10 * price.likely_phones
    assert price.to_send == sum(asked.values())
    assert price.basis == "your own find rates"


def test_an_estimate_counts_each_person_by_what_is_still_missing() -> None:
    asked = {(KeyKind.LINKEDIN, FULL): 10, (KeyKind.LINKEDIN, PHONE): 5, (KeyKind.NAME_DOMAIN, PARTIAL): 20}
    price = estimate(FULL, asked, already_known=7)
    assert (price.to_send, price.already_known, price.at_most) == (35, 7, 10 * 11 + 5 * 10 + 20)
    assert price.likely_emails == round(10 * 0.889 + 20 * 0.855)
    assert price.likely_phones == round(15 * 0.45)
    assert price.basis == "the published find rates for emails and our guess for phones"


@pytest.mark.parametrize(
    ("wanted", "basis"),
    [
        pytest.param(PARTIAL, "your own find rate", id="emails, measured"),
        pytest.param(PHONE, "our guess", id="phones, which nobody publishes a rate of"),
        pytest.param(FULL, "your own find rate for emails and our guess for phones", id="both, each named"),
    ],
)
def test_each_find_rate_that_a_likely_figure_goes_by_is_named(wanted: EnrichmentType, basis: str) -> None:
    rates = FindRates(PUBLISHED_RATES.email, PUBLISHED_RATES.phone, own_email=True)
    assert estimate(wanted, {(KeyKind.LINKEDIN, wanted): 10}, rates=rates).basis == basis


def test_nobody_to_send_costs_nothing() -> None:
    nobody = estimate(PARTIAL, {})
    assert nobody.at_most == nobody.likely == nobody.most_of(50) == 0


@pytest.mark.parametrize(
    ("asked", "budget", "most"),
    [
        pytest.param({PARTIAL: 40}, 25, 25, id="an email for every credit"),
        pytest.param({PARTIAL: 40}, 99, 40, id="more than it can cost"),
        pytest.param({PHONE: 40}, 25, 20, id="phones in whole tens"),
        pytest.param({PHONE: 40}, 9, 0, id="too little for a phone"),
        pytest.param({FULL: 40}, 25, 25, id="both, of which one may be found"),
        pytest.param({FULL: 40}, 10, 0, id="too little for the two of anybody"),
        pytest.param({FULL: 40, PARTIAL: 1}, 10, 10, id="somebody lacks only the email"),
    ],
)
def test_the_most_of_a_budget_that_can_be_spent(
    asked: dict[EnrichmentType, int], budget: int, most: int
) -> None:
    price = estimate(FULL, {(KeyKind.LINKEDIN, part): count for part, count in asked.items()})
    assert price.most_of(budget) == most


def test_published_rates_cover_every_kind_of_key() -> None:
    assert set(PUBLISHED_RATES.email) == set(PUBLISHED_RATES.phone) == set(KeyKind)
