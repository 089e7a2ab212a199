"""The screens on unusual days: lost answers, a key in the environment, a wrong setting."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cleanlist_core.runs.planning import still_missing
from cleanlist_core.sandbox import Sandbox
from cleanlist_core.store import batches, runs
from cleanlist_core.store.next_batch import Sending, begin_batch
from cleanlist_core.workspaces import Workspaces
from tests.pages.conftest import Visitor
from tests.pages.test_screens import organization_of, practice

NewVisitor = Callable[[], Visitor]


@pytest.fixture
def lost(trainee: Visitor, opened: Workspaces) -> tuple[Visitor, str]:
    """The screen of a run whose first answer was lost, and the id of that batch."""
    trainee.click("sample_zoominfo").click("start_run")
    run_id, database = trainee.address("run"), practice(opened).database
    assert runs.hold(database, run_id, "test")
    sending = begin_batch(database, run_id, "test", still_missing)
    assert isinstance(sending, Sending)
    batches.lost_answer(database, sending.token, "The connection was reset.")
    runs.let_go(database, run_id, "test")
    practice(opened).drive_here(run_id, organization_of(trainee))
    (decision,) = practice(opened).uncertain(organization_of(trainee), run_id)
    return trainee.look(), decision.batch.batch_id


def test_a_lost_answer_is_explained_and_nothing_is_sent_by_itself(lost: tuple[Visitor, str]) -> None:
    visitor, batch_id = lost
    assert "Needs your decision" in visitor.text
    assert "the answer was lost" in visitor.text
    assert visitor.app.button(key=f"send_again_{batch_id}").disabled
    assert visitor.primary == []


def test_leaving_people_out_takes_two_steps_and_names_the_worst_cost(
    lost: tuple[Visitor, str], opened: Workspaces
) -> None:
    visitor, batch_id = lost
    organization_id, run_id = organization_of(visitor), visitor.address("run")
    visitor.click(f"leave_out_{batch_id}")
    assert "may still charge up to 30 credits once" in visitor.text
    assert practice(opened).uncertain(organization_id, run_id)
    visitor.click(f"confirm_leave_out_{batch_id}")
    assert practice(opened).uncertain(organization_id, run_id) == []


def test_waiting_is_always_possible(lost: tuple[Visitor, str], opened: Workspaces) -> None:
    visitor, batch_id = lost
    visitor.click(f"leave_out_{batch_id}").click(f"wait_{batch_id}")
    assert visitor.app.button(key=f"leave_out_{batch_id}")
    assert practice(opened).uncertain(organization_of(visitor), visitor.address("run"))


def test_a_wrong_reference_changes_nothing(lost: tuple[Visitor, str]) -> None:
    visitor, batch_id = lost
    visitor.click(f"enter_id_{batch_id}")
    visitor.app.text_input[0].set_value("public_bulk_nothing")
    next(one for one in visitor.app.button if one.label.startswith("Fetch the results")).click().run()
    assert "does not know this reference" in visitor.text


@pytest.fixture
def key_in_the_environment(real_api: Sandbox, monkeypatch: pytest.MonkeyPatch) -> str:
    issued = real_api.new_organization(credits=77)
    monkeypatch.setenv("CLEANLIST_API_KEY", issued.key)
    return issued.organization_id


def test_a_single_user_install_is_connected_from_the_start(
    key_in_the_environment: str, new_visitor: NewVisitor
) -> None:
    visitor = new_visitor()
    assert visitor.metrics["Credits left"] == "77"
    assert key_in_the_environment in visitor.text
    assert "Practice: invented people" not in visitor.text
    visitor.go("credits.py")
    assert "Only 77 credits left" in visitor.text


@pytest.mark.usefixtures("key_in_the_environment")
def test_disconnecting_holds_even_with_a_key_in_the_environment(new_visitor: NewVisitor) -> None:
    visitor = new_visitor().go("connect.py").click("disconnect").go("home.py")
    assert visitor.primary == ["Practise with sample data"]


@pytest.mark.usefixtures("real_api")
def test_a_key_in_the_environment_that_does_not_work_is_said_so(
    new_visitor: NewVisitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLEANLIST_API_KEY", "clapi_expired0000000")
    visitor = new_visitor()
    assert "does not accept this key" in visitor.text
    assert visitor.primary == ["Connect your key"], "who has a key wants to use it"
    assert visitor.app.button(key="practise")


def test_without_practice_there_is_one_door(monkeypatch: pytest.MonkeyPatch, new_visitor: NewVisitor) -> None:
    monkeypatch.setenv("CLEANLIST_PRACTICE", "off")
    visitor = new_visitor()
    assert [one.key for one in visitor.app.button] == ["door_connect"]


def test_a_wrong_setting_is_explained_on_the_screen(
    monkeypatch: pytest.MonkeyPatch, new_visitor: NewVisitor
) -> None:
    monkeypatch.setenv("CLEANLIST_RATE_LIMIT", "many")
    visitor = new_visitor()
    assert "CLEANLIST_RATE_LIMIT cannot be used" in visitor.text
    assert [one.value for one in visitor.app.title] == ["This screen cannot be shown"]
