"""What is worth telling somebody who looks elsewhere."""

from __future__ import annotations

import pytest

from cleanlist_core.domain import EnrichmentType, RunState
from cleanlist_core.news import News, in_few_words, standing_news
from cleanlist_core.store.runs import RunView


def a_run(state: RunState, waiting_for: str = "", finished_at: float | None = None) -> RunView:
    return RunView(
        id="r1",
        organization_id="o1",
        list_id="l1",
        list_name="Spring fair",
        enrichment_type=EnrichmentType.PARTIAL,
        budget=10,
        state=state,
        waiting_for=waiting_for,
        fresh=False,
        sample=False,
        then_phones=False,
        first_run_id="",
        confirmed_at=1.0,
        confirmed_at_most=10,
        confirmed_likely=8,
        finished_at=finished_at,
        revision=1,
    )


@pytest.mark.parametrize(
    ("run", "said"),
    [
        pytest.param(a_run(RunState.FINISHED, "", 5.0), "Spring fair is done.", id="a list that is done"),
        pytest.param(
            a_run(RunState.NEEDS_YOU, "budget"),
            "Spring fair needs you. What is left of the budget",
            id="one that needs somebody",
        ),
        pytest.param(
            a_run(RunState.WAITING, "no_credits"),
            "Spring fair needs you. Your credits do not cover",
            id="one without credits",
        ),
        pytest.param(a_run(RunState.WAITING, "paused"), "", id="one somebody paused"),
        pytest.param(a_run(RunState.RUNNING), "", id="one that goes on"),
        pytest.param(a_run(RunState.STOPPING), "", id="one that was stopped and still fetches"),
    ],
)
def test_what_there_is_to_tell_of_a_list(run: RunView, said: str) -> None:
    told = list(standing_news([run], low=False).values())
    assert [one.text.startswith(said) for one in told] == ([True] if said else [])


def test_a_list_that_ends_again_is_new_again() -> None:
    first, second = (standing_news([a_run(RunState.FINISHED, "", at)], low=False) for at in (5.0, 9.0))
    assert first.keys().isdisjoint(second.keys())


def test_low_credits_are_told_beside_the_lists() -> None:
    assert [one.text for one in standing_news([], low=True).values()] == ["Credits are running low."]


def test_many_lists_that_end_at_once_are_told_in_one_sentence() -> None:
    low = News("low", "Credits are running low.")
    done = [News(f"{number}", f"List {number} is done.", f"r{number}", done=True) for number in range(4)]
    asking = [News(f"a{number}", f"List {number} needs you.", f"a{number}") for number in range(4)]
    few = ["Credits are running low.", "List 0 needs you.", "List 0 is done.", "List 1 is done."]
    assert in_few_words([*done[:2], asking[0], low], 3) == few
    assert in_few_words([*done, *asking], 3) == ["4 lists need you.", "4 lists are done."]
