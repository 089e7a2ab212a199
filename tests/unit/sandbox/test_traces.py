from __future__ import annotations

from itertools import pairwise

import pytest

from cleanlist_core.sandbox.traces import FOUND, MISS, REJECTED, UNCONFIRMED, Step, trace
from cleanlist_core.sandbox.waterfall import look_up
from tests.unit.sandbox.test_waterfall import lookups


def of(steps: tuple[Step, ...], search: str) -> list[Step]:
    return [step for step in steps if step.search == search]


@pytest.mark.parametrize("kind", ["linkedin", "domain", "company"])
@pytest.mark.parametrize("wanted", ["none", "partial", "phone_only", "full"])
def test_the_steps_end_where_the_look_up_ends(kind: str, wanted: str) -> None:
    for lookup in lookups(kind, 2000):
        outcome = look_up(lookup, wanted, "test")
        steps = trace(lookup, wanted, "test")
        assert max(step.began + step.took for step in steps) == pytest.approx(outcome.seconds)
        found = [step.provider for step in of(steps, "phone") if step.outcome == FOUND]
        assert found == ([outcome.phone_provider] if outcome.phone_provider and not outcome.failed else found)
        if not outcome.failed:
            finds = [s.provider for s in of(steps, "email") if s.outcome in (FOUND, UNCONFIRMED)]
            confirmed = [s.provider for s in of(steps, "email") if s.outcome == FOUND]
            assert (confirmed or finds or [""])[0] == outcome.email_provider


def test_every_outcome_occurs_and_steps_follow_each_other() -> None:
    seen = set()
    for lookup in lookups("domain", 500):
        emails = of(trace(lookup, "full", "test"), "email")
        seen |= {step.outcome for step in emails}
        for earlier, later in pairwise(emails):
            assert later.began == pytest.approx(earlier.began + earlier.took)
            assert earlier.outcome != FOUND
    assert seen == {MISS, FOUND, REJECTED, UNCONFIRMED}
