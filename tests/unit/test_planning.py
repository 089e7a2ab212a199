"""What is asked about whom: only what is missing, and a fair sample for a test."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanlist_core.domain import EnrichmentType, KeyKind
from cleanlist_core.pricing import PUBLISHED_RATES, price_at_most
from cleanlist_core.runs.planning import estimate_run, spread_sample, still_missing
from cleanlist_core.runs.schedule import pause_after_failures
from cleanlist_core.store.run_creation import PersonGroup

NONE, PARTIAL, PHONE, FULL = EnrichmentType


@pytest.mark.parametrize(
    ("wanted", "email", "phone", "asked"),
    [
        (PARTIAL, False, False, PARTIAL),
        (PARTIAL, True, False, None),
        (PARTIAL, False, True, PARTIAL),
        (PHONE, True, False, PHONE),
        (PHONE, False, True, None),
        (FULL, False, False, FULL),
        (FULL, True, False, PHONE),
        (FULL, False, True, PARTIAL),
        (FULL, True, True, None),
        (NONE, True, True, NONE),
    ],
)
def test_only_what_is_missing_is_asked(
    wanted: EnrichmentType, email: bool, phone: bool, asked: EnrichmentType | None
) -> None:
    assert still_missing(wanted, has_email=email, has_phone=phone) is asked


@given(wanted=st.sampled_from(EnrichmentType), email=st.booleans(), phone=st.booleans())
def test_what_is_known_never_makes_a_look_up_dearer(wanted: EnrichmentType, email: bool, phone: bool) -> None:
    asked = still_missing(wanted, has_email=email, has_phone=phone)
    assert (price_at_most(asked) if asked else 0) <= price_at_most(wanted)


def test_who_has_it_in_the_file_is_told_from_who_was_found_before() -> None:
    people = {PersonGroup("linkedin", True, False): 4, PersonGroup("linkedin", True, True, True, None): 3}
    prices = {wanted: estimate_run(wanted, people, PUBLISHED_RATES) for wanted in (PARTIAL, PHONE)}
    assert (prices[PARTIAL].already_known, prices[PARTIAL].in_file) == (7, 4)
    assert (prices[PHONE].already_known, prices[PHONE].in_file) == (3, 3)


def test_a_list_is_priced_by_what_each_person_lacks() -> None:
    people = {
        PersonGroup("linkedin", False, False): 10,
        PersonGroup("linkedin", True, False): 4,
        PersonGroup("name_domain", True, True): 3,
    }
    prices = {wanted: estimate_run(wanted, people, PUBLISHED_RATES) for wanted in EnrichmentType}
    assert [(prices[wanted].to_send, prices[wanted].at_most) for wanted in (PARTIAL, PHONE, FULL)] == [
        (10, 10),
        (14, 140),
        (14, 150),
    ]
    assert prices[FULL].already_known == 3
    assert prices[FULL].known_misses == 0
    assert prices[NONE].at_most == 0


@pytest.mark.parametrize(
    ("group", "missed"),
    [
        pytest.param(PersonGroup("linkedin", True, True), False, id="both in the file"),
        pytest.param(PersonGroup("linkedin", True, True, True, False), False, id="an email found"),
        pytest.param(PersonGroup("linkedin", True, True, False, False), True, id="neither found"),
        pytest.param(PersonGroup("linkedin", True, True, None, False), True, id="the missing one not found"),
    ],
)
def test_who_is_known_not_to_be_found_is_counted_apart(group: PersonGroup, missed: bool) -> None:
    price = estimate_run(FULL, {group: 2}, PUBLISHED_RATES)
    assert (price.already_known, price.known_misses) == (2, 2 if missed else 0)


ROWS = st.dictionaries(
    st.sampled_from([kind.value for kind in KeyKind]), st.integers(0, 400), min_size=1, max_size=3
)


@given(counts=ROWS, size=st.integers(1, 20))
def test_a_sample_is_as_large_as_asked_at_most(counts: dict[str, int], size: int) -> None:
    numbers = iter(range(1, 2_000))
    rows = {kind: [next(numbers) for _ in range(count)] for kind, count in counts.items()}
    everybody = {number for several in rows.values() for number in several}
    sample = spread_sample(rows, size)
    assert len(sample) <= size
    assert len(set(sample)) == len(sample)
    assert set(sample) <= everybody
    assert sample == sorted(sample)
    assert bool(sample) == bool(everybody)
    if len(everybody) <= size:
        assert set(sample) == everybody


def test_a_sample_is_spread_over_the_file_and_over_the_kinds() -> None:
    sample = spread_sample({"linkedin": list(range(1, 801)), "name_domain": list(range(801, 1001))})
    assert len(sample) == 10
    assert sum(number > 800 for number in sample) == 2
    assert max(sample[:8]) > 600


@given(failures=st.integers(0, 500), poll_seconds=st.floats(0.01, 3_600))
def test_a_pause_after_failures_grows_and_stays_bearable(failures: int, poll_seconds: float) -> None:
    pause = pause_after_failures(failures, poll_seconds=poll_seconds)
    assert min(poll_seconds, 60) <= pause <= max(poll_seconds, 60)
    assert pause <= pause_after_failures(failures + 1, poll_seconds=poll_seconds)
