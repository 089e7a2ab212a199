"""Whatever goes wrong by chance, each row ends with a true outcome, and the ledger agrees to the credit.

`python -m benchmarks.faults` does the same for more people, every fault and several shares.
"""

from __future__ import annotations

import pytest

from benchmarks.faults import Trouble, alone, look_up_under, mixed

SHARE = 30
# One 429 keeps everybody waiting for a whole second of real time.
SHARES = {"429": 20}


def one_fault(plan: str) -> str:
    kind = plan.partition("=")[2].partition(":")[0]
    return plan.replace(f"{SHARE}%", f"{SHARES.get(kind, SHARE)}%")


@pytest.mark.parametrize("plan", [pytest.param(one_fault(plan), id=plan) for plan in alone(SHARE)])
def test_a_fault_by_chance_costs_nobody_a_result_and_nothing_twice(plan: str) -> None:
    done = look_up_under(Trouble(plan, people=160, batch=10))
    assert done.wrong == []
    assert sum(done.struck.values()) >= 2, "it did strike"


@pytest.mark.parametrize("seed", [1, 2])
def test_all_faults_together_cost_nobody_a_result_and_nothing_twice(seed: int) -> None:
    done = look_up_under(Trouble(mixed(SHARE), people=200, batch=10, seed=seed))
    assert done.wrong == []
    assert sum(done.struck.values()) >= 10
