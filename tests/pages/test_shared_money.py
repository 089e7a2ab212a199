"""Money that several tabs and colleagues share: one run, one charge, and a balance that others spend too.

What is claimed here is checked against the books of the sandbox, which plays the real API.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest

from cleanlist_core.sandbox import OrganizationEntry, Sandbox
from cleanlist_core.workspace import Workspace
from pages.parts import session
from pages.parts.wording import PORTAL
from tests.pages.conftest import Visitor
from tests.runs.scene import as_csv, contact_key, people

NewVisitor = Callable[[], Visitor]
FILE = as_csv(people(20))
OUT_OF_CREDITS = "Your credits do not cover the next people. Once there are more, press Continue."


@pytest.fixture
def shop(real_api: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """The sandbox in the place of the real API, and nobody is asked to wait for it."""
    monkeypatch.setenv("CLEANLIST_RATE_LIMIT", "1000/1")
    monkeypatch.setenv("CLEANLIST_POLL_SECONDS", "0.01")
    return real_api


def connect(visitor: Visitor, key: str) -> Visitor:
    visitor.go("connect.py")
    visitor.app.text_input[0].set_value(key)
    next(one for one in visitor.app.button if one.label == "Connect").click().run()
    assert "Connected" in visitor.text
    return visitor


def drop(visitor: Visitor) -> Visitor:
    return visitor.go("upload.py").upload(FILE, "fair.csv")


def books(sandbox: Sandbox, organization_id: str) -> OrganizationEntry:
    return next(one for one in sandbox.ledger() if one.organization_id == organization_id)


def drive_all(real: Workspace, organization_id: str) -> None:
    for run in reversed(real.runs(organization_id)):
        real.drive_here(run.id, organization_id)


def asked(entry: OrganizationEntry) -> Counter[tuple[str, ...]]:
    return Counter(contact_key(contact) for flow in entry.workflows for contact in flow.contacts)


def warnings(visitor: Visitor) -> list[str]:
    """What the screen warns of, without the marks that keep text from being interpreted."""
    return [re.sub(r"\\(.)|\u2060", r"\1", str(one.value)) for one in visitor.app.warning]


def click_twice(here: Visitor, there: Visitor) -> None:  # noqa: ARG001  # it is one tab
    address = here.address("list")
    here.click("start_run").go("upload.py", list=address).click("start_run")


def click_in_both(here: Visitor, there: Visitor) -> None:
    there.go("upload.py", list=here.address("list"))
    here.click("start_run")
    there.click("start_run")


def drop_in_both_then_click(here: Visitor, there: Visitor) -> None:
    drop(there)
    assert there.address("list") == here.address("list")
    here.click("start_run")
    there.click("start_run")


def drop_again_after_the_click(here: Visitor, there: Visitor) -> None:
    here.click("start_run")
    drop(there).click("start_run")


@pytest.mark.parametrize("whose", ["the same person", "a colleague with a key of their own"])
@pytest.mark.parametrize(
    ("twice", "runs"),
    [
        pytest.param(click_twice, 1, id="a double click"),
        pytest.param(click_in_both, 1, id="two tabs of one list"),
        pytest.param(drop_in_both_then_click, 1, id="the same file dropped twice, then two clicks"),
        pytest.param(drop_again_after_the_click, 2, id="the same file again while it is looked up"),
    ],
)
def test_everybody_is_paid_for_once(
    shop: Sandbox,
    new_visitor: NewVisitor,
    twice: Callable[[Visitor, Visitor], None],
    runs: int,
    whose: str,
) -> None:
    issued = shop.new_organization(credits=100)
    organization_id = issued.organization_id
    colleague = shop.issue_key(organization_id, user_id=shop.new_user(organization_id))
    here = connect(new_visitor(), issued.key)
    there = connect(new_visitor(), issued.key if whose == "the same person" else colleague)
    twice(drop(here), there)
    real = session.workspaces().real
    drive_all(real, organization_id)

    entry = books(shop, organization_id)
    assert asked(entry) == dict.fromkeys(asked(entry), 1)
    assert len(asked(entry)) == 20
    charged = sum(flow.charged for flow in entry.workflows)
    assert 100 - entry.credits == charged == sum(one.credits for one in real.receipts(organization_id))
    assert 0 < charged <= 20
    states = [run.state.value for run in real.runs(organization_id)]
    assert states == ["finished"] * runs


def test_a_tab_left_open_until_the_list_is_done_spends_nothing_more(
    shop: Sandbox, new_visitor: NewVisitor
) -> None:
    issued = shop.new_organization(credits=100)
    here = drop(connect(new_visitor(), issued.key))
    there = connect(new_visitor(), issued.key).go("upload.py", list=here.address("list"))
    real = session.workspaces().real
    here.click("start_run")
    drive_all(real, issued.organization_id)
    before = books(shop, issued.organization_id)
    there.click("start_run")
    drive_all(real, issued.organization_id)
    after = books(shop, issued.organization_id)
    assert (after.credits, asked(after)) == (before.credits, asked(before))


@pytest.mark.parametrize(
    ("credits_left", "said", "offered"),
    [
        pytest.param(0, "read the balance again. Your list stays here", {"read_balance"}, id="none left"),
        pytest.param(
            5, "or start with a smaller budget", {"read_balance", "fit_budget"}, id="some left, not enough"
        ),
    ],
)
def test_too_few_credits_lead_to_the_portal_and_back(
    shop: Sandbox, visitor: Visitor, credits_left: int, said: str, offered: set[str]
) -> None:
    issued = shop.new_organization(credits=credits_left)
    drop(connect(visitor, issued.key))
    assert f"your balance is {credits_left} credits. Top up in the Cleanlist portal" in visitor.text
    assert said in visitor.text
    assert [link.proto.url for link in visitor.app.get("link_button")] == [PORTAL]
    assert {one.key for one in visitor.app.button} & {"read_balance", "fit_budget"} == offered
    assert visitor.app.button(key="start_run").disabled

    visitor.go("upload.py", list=visitor.address("list")).click("read_balance")
    assert visitor.app.button(key="start_run").disabled, "nothing was topped up"
    shop.add_credits(issued.organization_id, 50)
    visitor.click("read_balance")
    assert "Top up" not in visitor.text
    assert not visitor.app.button(key="start_run").disabled


def test_a_list_whose_credits_a_colleague_spends_waits_and_goes_on_after_a_top_up(
    shop: Sandbox, visitor: Visitor
) -> None:
    issued = shop.new_organization(credits=30)
    organization_id = issued.organization_id
    drop(connect(visitor, issued.key)).click("start_run")
    run_id, real = visitor.address("run"), session.workspaces().real
    shop.add_credits(organization_id, -25)
    drive_all(real, organization_id)
    visitor.go("progress.py", run=run_id)
    assert warnings(visitor) == [OUT_OF_CREDITS]
    assert visitor.primary == ["Continue"]
    assert not asked(books(shop, organization_id)), "what the balance does not cover is refused as a whole"

    visitor.click("continue")
    drive_all(real, organization_id)
    assert warnings(visitor.look()) == [OUT_OF_CREDITS], "nothing was topped up"
    assert visitor.primary == ["Continue"]
    assert 0 < len(asked(books(shop, organization_id))) < 20

    shop.add_credits(organization_id, 100)
    visitor.click("continue")
    assert warnings(visitor) == []
    drive_all(real, organization_id)
    assert visitor.look().primary == ["See results"]
    assert real.run(organization_id, run_id).state.value == "finished"
    entry = books(shop, organization_id)
    assert len(asked(entry)) == 20
    assert set(asked(entry).values()) == {1}
    assert 105 - entry.credits == sum(one.credits for one in real.receipts(organization_id))
