"""The range after a test: it holds as often as it promises, whatever the truth is."""

from __future__ import annotations

from math import comb
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleanlist_core.results.likely_range import LikelyRange, likely_range

TESTS = 2_000


@pytest.mark.parametrize("everybody", [30, 600, 20_000])
@pytest.mark.parametrize("share", [0.0, 0.03, 0.3, 0.5, 0.87, 1.0])
def test_in_tests_drawn_by_chance_it_holds_as_often_as_promised(everybody: int, share: float) -> None:
    chance = Random(f"{everybody} {share}")
    total = round(everybody * share)
    held = 0
    for _ in range(TESTS):
        found = sum(number < total for number in chance.sample(range(everybody), 10))
        told = likely_range(10, found, everybody - 10)
        held += told.least <= total - found <= told.most
    assert held / TESTS >= 0.9 - 0.02, "0.02 is three times what chance does to 2,000 tests"


@pytest.mark.parametrize("total", range(0, 41))
def test_counted_out_over_every_possible_test_it_holds_at_least_as_often_as_promised(total: int) -> None:
    everybody, asked = 40, 10
    held = 0
    for found in range(max(0, asked - (everybody - total)), min(asked, total) + 1):
        told = likely_range(asked, found, everybody - asked)
        if told.least <= total - found <= told.most:
            held += comb(total, found) * comb(everybody - total, asked - found)
    assert held >= 0.9 * comb(everybody, asked)


@given(asked=st.integers(1, 10), data=st.data(), others=st.integers(1, 2_000_000))
def test_a_range_is_within_what_is_possible_and_around_what_the_test_showed(
    asked: int, data: st.DataObject, others: int
) -> None:
    found = data.draw(st.integers(0, asked))
    told = likely_range(asked, found, others)
    assert 0 <= told.least <= told.most <= others
    assert told.least <= round(others * found / asked) <= told.most
    wider = likely_range(asked, found, others, confidence=0.98)
    assert wider.least <= told.least <= told.most <= wider.most
    if found < asked:
        richer = likely_range(asked, found + 1, others)
        assert richer.least >= told.least - 1
        assert richer.most >= told.most - 1


@pytest.mark.parametrize(
    ("asked", "found", "others", "told"),
    [
        pytest.param(0, 0, 590, LikelyRange(0, 590), id="no test says nothing"),
        pytest.param(10, 7, 0, LikelyRange(0, 0), id="nobody else is nobody to find"),
    ],
)
def test_without_a_test_or_others_it_promises_nothing(
    asked: int, found: int, others: int, told: LikelyRange
) -> None:
    assert likely_range(asked, found, others) == told
