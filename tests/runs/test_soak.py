"""`python -m benchmarks.soak` in short: faults and dying workers, and books that agree all the while."""

from __future__ import annotations

import os

import pytest

from benchmarks.soak import Setup, soak

pytestmark = pytest.mark.skipif(os.name != "posix", reason="workers are ended by POSIX signals")


def test_lists_of_two_organizations_survive_faults_and_dying_workers_to_the_credit() -> None:
    setup = Setup(minutes=0.25, factor=60, restart_seconds=5, share=10, people=600, seed=3)
    found, ledger = soak(setup)
    assert found.wrong == []
    assert found.ended >= 5
    assert sum(found.deaths.values()) >= 2
    assert all(entry["workflows"] for entry in ledger)
