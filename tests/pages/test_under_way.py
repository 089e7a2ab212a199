"""A list under way is told by the answers that are in, never by what was handed over."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from cleanlist_core.domain import EnrichmentType, RunState
from cleanlist_core.results.metrics import HaveNow, RunTotals
from cleanlist_core.standing import Progress
from pages.parts.live import parts_of_bar
from pages.parts.summary import found_of, sum_of_rows
from tests.unit.test_news import a_run

NOTHING_YET = RunTotals(**{one.name: 0 for one in fields(RunTotals)})
UNDER_WAY = replace(NOTHING_YET, uploaded=40, sent=30, found=9, nothing=1, in_progress=20, in_file=10)
UNDER_WAY = replace(UNDER_WAY, already_known=10, new_emails=9)


def progress(totals: RunTotals, **known: int) -> Progress:
    """Ten answers of a part that is back, eight of one that is not."""
    nothing = dict.fromkeys((one.name for one in fields(Progress)), 0)
    said = {"totals": totals, "people_done": 18, "people_total": 30, "emails_so_far": 14}
    return Progress(**{**nothing, **said, **known})


def test_nobody_counts_as_not_found_before_their_part_is_back() -> None:
    run = a_run(RunState.RUNNING)
    assert run.enrichment_type is EnrichmentType.PARTIAL
    told = {words: people for _, words, people in parts_of_bar(run, progress(UNDER_WAY))}
    assert told == {"found": 14, "nothing found": 1, "without a find so far": 3, "still to come": 12}


def test_rows_whose_answer_is_out_are_not_called_looked_up() -> None:
    assert sum_of_rows(UNDER_WAY) == (
        "**40 rows** uploaded = **10** looked up + **0** duplicates + **0** need fixing"
        " + **20** being looked up + **10** already in your file"
    )
    assert UNDER_WAY.sentence([HaveNow("an email", 9, 0, 10)]) == (
        "19 of 40 people have an email now: 9 found, 10 in your file; 20 still being looked up"
    )


def test_finds_whose_credits_are_not_counted_yet_are_told_apart() -> None:
    assert progress(UNDER_WAY).finds_not_counted == 14 - 9
    assert progress(UNDER_WAY, emails_so_far=9).finds_not_counted == 0


def test_who_was_found_before_and_not_now_is_told_apart_in_the_bar() -> None:
    run, ended = a_run(RunState.RUNNING), replace(UNDER_WAY, nothing=4, nothing_new=1)
    told = {words: people for _, words, people in parts_of_bar(run, progress(ended))}
    assert (told["nothing found"], told["nothing new found"]) == (3, 1)


@pytest.mark.parametrize(
    ("overall", "expected", "said"),
    [
        pytest.param((0, 0), True, "No answer yet, and 4 found before", id="answers are still to come"),
        pytest.param((0, 0), False, "Nobody new to look up, and 4 found before", id="nobody is asked about"),
        pytest.param((9, 10), True, "9 of 10 people looked up (90%), and 4 found before", id="some are in"),
    ],
)
def test_a_number_of_finds_says_what_it_is_part_of(
    overall: tuple[int, int], said: str, *, expected: bool
) -> None:
    assert found_of(4, overall, expected=expected) == said
