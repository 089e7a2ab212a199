"""At every moment of a run the screen says what is true and has the buttons that can do something."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from sqlalchemy import update

from cleanlist_core.domain import RunState
from cleanlist_core.runs.planning import still_missing
from cleanlist_core.store import batches, runs
from cleanlist_core.store.next_batch import Sending, begin_batch
from cleanlist_core.store.organizations import add_reading
from cleanlist_core.store.schema import batch
from cleanlist_core.workspace import Workspace
from cleanlist_core.workspaces import Workspaces
from pages.parts import rows
from tests.pages.conftest import Visitor
from tests.pages.test_screens import organization_of, practice

CONTROLS = {"pause", "continue", "stop", "raise_budget", "take_found", "find_rest", "connect_for_run"}
CONTROLS |= {"see_results"}
LATER_SECONDS = 600.0
"""Nobody looks for results before that, so they stay out."""


@dataclass
class Underway:
    """A run of 30 people on the screen. A budget of 20 leaves some who wait; each costs 1 credit at most."""

    visitor: Visitor
    workspace: Workspace

    @property
    def ids(self) -> tuple[str, str]:
        return organization_of(self.visitor), self.visitor.address("run")

    def start(self, budget: int = 30) -> None:
        self.visitor.click("sample_zoominfo")
        self.visitor.app.number_input[0].set_value(budget).run()
        self.visitor.click("start_run")

    def begin(self) -> Sending:
        _, run_id = self.ids
        assert runs.hold(self.workspace.database, run_id, "test")
        sending = begin_batch(self.workspace.database, run_id, "test", still_missing)
        assert isinstance(sending, Sending)
        return sending

    def send(self) -> None:
        """Send the first part and go no further."""
        organization_id, run_id = self.ids
        options = self.workspace.drive_options(organization_id)
        assert options is not None
        steps: list[str] = []
        until_sent = replace(
            options,
            poll_seconds=LATER_SECONDS,
            checkpoint=steps.append,
            stop=lambda: "acceptance written" in steps,
        )
        self.workspace.drive_here(run_id, organization_id, until_sent)

    def drive(self) -> None:
        organization_id, run_id = self.ids
        self.workspace.drive_here(run_id, organization_id)


def planned(run: Underway) -> None:
    run.start()


def sending_with_others_waiting(run: Underway) -> None:
    run.start(budget=20)
    run.begin()


def everybody_sent(run: Underway) -> None:
    run.start()
    run.send()


def paused_before_sending(run: Underway) -> None:
    run.start()
    run.visitor.click("pause")


def paused_while_answers_are_missing(run: Underway) -> None:
    run.start(budget=20)
    run.send()
    run.visitor.look().click("pause")


def continued(run: Underway) -> None:
    paused_before_sending(run)
    run.visitor.click("continue")


def stopped_while_answers_are_missing(run: Underway) -> None:
    run.start(budget=20)
    run.send()
    run.visitor.look().click("stop")


def stopped_and_all_answers_in(run: Underway) -> None:
    run.start()
    run.visitor.click("stop")
    run.drive()


def budget_used_up(run: Underway) -> None:
    run.start(budget=5)
    run.drive()


def budget_raised(run: Underway) -> None:
    budget_used_up(run)
    run.visitor.look().click("raise_budget")


def answer_lost(run: Underway) -> None:
    run.start()
    sending = run.begin()
    batches.lost_answer(run.workspace.database, sending.token, "The connection was reset.")
    runs.let_go(run.workspace.database, run.ids[1], "test")
    run.drive()


def key_gone(run: Underway) -> None:
    run.start()
    runs.set_state(run.workspace.database, run.ids[1], RunState.WAITING, waiting_for="no_key")


def finished(run: Underway) -> None:
    run.start()
    run.drive()


@pytest.mark.parametrize(
    ("comes_to", "buttons", "said"),
    [
        pytest.param(planned, "pause stop see_results", "0 of 30 people done", id="nobody is sent yet"),
        pytest.param(
            sending_with_others_waiting,
            "pause stop see_results",
            "up to 20 more for people being looked up",
            id="a part is being sent and others wait",
        ),
        pytest.param(
            everybody_sent,
            "pause stop see_results",
            "up to 30 more for people being looked up",
            id="all are sent and their answers are missing",
        ),
        pytest.param(
            paused_before_sending,
            "continue stop see_results",
            "Nothing more is sent until you continue",
            id="paused before anybody was sent",
        ),
        pytest.param(
            paused_while_answers_are_missing,
            "continue stop see_results",
            "up to 20 more for people being looked up",
            id="paused while answers are missing",
        ),
        pytest.param(continued, "pause stop see_results", "0 of 30 people done", id="continued"),
        pytest.param(
            stopped_while_answers_are_missing,
            "see_results",
            "up to 20 more for people being looked up",
            id="stopped while answers are missing",
        ),
        pytest.param(
            stopped_and_all_answers_in,
            "see_results find_rest",
            "30 people of the list were not sent",
            id="stopped, and nothing is out",
        ),
        pytest.param(
            budget_used_up,
            "raise_budget take_found see_results",
            "the budget you set does not pay for one more person",
            id="budget used up",
        ),
        pytest.param(budget_raised, "pause stop see_results", "Budget raised to", id="budget raised"),
        pytest.param(answer_lost, "see_results", "the answer was lost", id="an answer was lost"),
        pytest.param(
            key_gone, "connect_for_run stop see_results", "Waiting for a key", id="the key is not there"
        ),
        pytest.param(finished, "see_results", "**Done:**", id="after the end"),
    ],
)
def test_every_button_can_do_something_and_what_is_said_is_so(
    trainee: Visitor, opened: Workspaces, comes_to: Callable[[Underway], None], buttons: str, said: str
) -> None:
    comes_to(Underway(trainee, practice(opened)))
    trainee.look()
    assert {one.key for one in trainee.app.button} & CONTROLS == set(buttons.split())
    assert said in trainee.text


def test_a_list_can_be_ended_with_what_was_found_where_nothing_is_left_to_raise_its_budget_by(
    trainee: Visitor, opened: Workspaces
) -> None:
    run = Underway(trainee, practice(opened))
    budget_used_up(run)
    organization_id, run_id = run.ids
    now = run.workspace.database.clock()
    add_reading(
        run.workspace.database, organization_id, Decimal(0), used_this_month=None, read_at=now, why="test"
    )
    assert "**No credits are left.**" in trainee.go("credits.py").text
    trainee.go("progress.py", run=run_id)
    assert trainee.app.button(key="raise_budget").disabled
    assert trainee.primary == ["Finish with what was found"]
    assert "No credits left" in trainee.text
    assert "Running low" not in trainee.text
    trainee.click("take_found")
    run.drive()
    assert run.workspace.run(organization_id, run_id).state is RunState.FINISHED
    assert "not sent" in trainee.look().text


STILL_CHARGED = "20 people already sent may still be found and charged, at most 20 credits."


def test_who_may_still_be_charged_is_said_where_pause_is_offered_and_wherever_the_list_stands_still(
    trainee: Visitor, opened: Workspaces
) -> None:
    run = Underway(trainee, practice(opened))
    sending_with_others_waiting(run)
    assert f"Pause and Stop send nobody else. {STILL_CHARGED}" in trainee.look().text
    _, run_id = run.ids
    trainee.click("pause")
    paused = f"Paused by you. Nothing more is sent until you continue. {STILL_CHARGED}"
    assert trainee.text.count(paused) == 2, "above the buttons, and in what happened"
    assert "Pause and Stop" not in trainee.text
    assert paused in trainee.go("home.py").text
    trainee.go("progress.py", run=run_id).click("stop")
    assert f"Stopped by you. What was sent is still fetched. {STILL_CHARGED}" in trainee.text


def test_a_pause_before_anybody_was_sent_speaks_of_no_charge(trainee: Visitor, opened: Workspaces) -> None:
    paused_before_sending(Underway(trainee, practice(opened)))
    assert "Nothing more is sent until you continue." in trainee.look().text
    assert "charged" not in trainee.text


def test_how_many_people_are_done_is_said_once_on_a_screen_and_the_same_on_all(
    trainee: Visitor, opened: Workspaces
) -> None:
    run = Underway(trainee, practice(opened))
    sending_with_others_waiting(run)
    _, run_id = run.ids
    screens = {"progress.py": {"run": run_id}, "home.py": {}, "history.py": {}, "credits.py": {}}
    for screen, address in screens.items():
        trainee.go(screen, **address)
        said = [trainee.text, *(str(one.proto.text) for one in trainee.app.get("progress"))]
        assert re.findall(r"\d+ of \d+ people.{0,5}", "\n".join(said)) == ["0 of 20 people done"], screen


def test_a_paused_list_moves_until_what_was_sent_has_come_in(trainee: Visitor, opened: Workspaces) -> None:
    run = Underway(trainee, practice(opened))
    paused_while_answers_are_missing(run)
    assert run.workspace.progress(*run.ids).moves
    with run.workspace.database.write() as connection:
        connection.execute(update(batch).values(due_at=0))
    run.drive()
    assert not run.workspace.progress(*run.ids).moves
    assert re.search(r"20 of \d+ people done", trainee.look().text)
    assert "already sent" not in str(trainee.app.warning[0].value)


def test_a_list_paused_once_everybody_was_sent_moves_until_it_has_ended(
    trainee: Visitor, opened: Workspaces
) -> None:
    run = Underway(trainee, practice(opened))
    everybody_sent(run)
    trainee.look().click("pause")
    with run.workspace.database.write() as connection:
        connection.execute(update(batch).values(due_at=0))
    run.drive()
    runs.set_state(run.workspace.database, run.ids[1], RunState.WAITING, waiting_for="paused")
    assert run.workspace.progress(*run.ids).moves
    run.drive()
    assert "**Done:**" in trainee.look().text
    assert not run.workspace.progress(*run.ids).moves


def test_what_a_lost_answer_may_cost_is_not_said_of_people_being_looked_up(
    trainee: Visitor, opened: Workspaces
) -> None:
    run = Underway(trainee, practice(opened))
    answer_lost(run)
    assert re.search("up to [0-9]+ more for people whose answer was lost", trainee.look().text)
    assert "people being looked up" not in trainee.text


def test_of_very_many_lists_those_that_stand_still_are_shown_and_the_others_counted(
    trainee: Visitor, opened: Workspaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "MOST_RUNNING", 1)
    run = Underway(trainee, practice(opened))
    run.start()
    runs.set_state(run.workspace.database, run.ids[1], RunState.WAITING, waiting_for="paused")
    first = run.ids[1]
    trainee.go("new.py").click("sample_badge_scan").click("start_run")
    links = [one.proto for one in trainee.go("home.py").app.main.get("page_link")]
    assert [one.query_string for one in links if "run=" in one.query_string] == [f"run={first}"]
    assert [one.label for one in links if one.page == "history"] == ["1 more in History"]


def test_a_list_that_another_one_blocks_links_to_that_one(trainee: Visitor, opened: Workspaces) -> None:
    run = Underway(trainee, practice(opened))
    answer_lost(run)
    organization_id, first = run.ids
    trainee.go("new.py").click("sample_zoominfo").click("start_run")
    runs.set_state(run.workspace.database, run.ids[1], RunState.WAITING, waiting_for="blocked")
    links = [one.proto for one in trainee.look().app.main.get("page_link")]
    (link,) = [one for one in links if one.label.startswith("See to zoominfo")]
    assert (link.page, link.query_string) == ("progress", f"run={first}")
    assert first != run.ids[1]
    assert run.workspace.run(organization_id, first).state is RunState.NEEDS_YOU
