"""Looking up one person, from the form to the card."""

from __future__ import annotations

from cleanlist_core.workspace import Workspaces
from tests.pages.conftest import Visitor
from tests.pages.test_screens import organization_of, practice, run_to_the_end


def fill(visitor: Visitor, **who: str) -> Visitor:
    visitor.go("lookup.py")
    for field, value in who.items():
        visitor.app.text_input(key=f"who_{field}").set_value(value)
    visitor.app.run()
    return visitor


def test_the_button_says_what_it_can_cost_for_each_choice(trainee: Visitor) -> None:
    trainee.go("lookup.py")
    assert trainee.primary == ["Look up · at most 1 credit"]


def test_a_person_is_looked_up_and_everything_known_is_on_the_screen(
    trainee: Visitor, opened: Workspaces
) -> None:
    fill(trainee, first="Ilse", last="Varga", website="northgate-labs.example")
    trainee.app.button(key="look_up").click().run()
    run_to_the_end(trainee, opened)
    trainee.app.run()

    assert "Ilse Varga" in trainee.text
    assert trainee.primary == ["Look up somebody else"]
    (receipt,) = practice(opened).receipts(organization_of(trainee))
    assert receipt.people_sent == 1
    assert receipt.credits <= 1


def test_the_same_person_again_costs_nothing(trainee: Visitor, opened: Workspaces) -> None:
    for _ in range(2):
        fill(trainee, first="Ilse", last="Varga", website="northgate-labs.example")
        trainee.app.button(key="look_up").click().run()
        run_to_the_end(trainee, opened)

    again, _first = practice(opened).receipts(organization_of(trainee))
    assert (again.people_sent, again.credits) == (0, 0)


def test_a_name_alone_is_not_sent_and_says_what_is_missing(trainee: Visitor, opened: Workspaces) -> None:
    fill(trainee, first="Ilse", last="Varga")
    trainee.app.button(key="look_up").click().run()

    assert "Add the company or its website" in trainee.text
    assert practice(opened).lists(organization_of(trainee)) == []


def test_a_company_page_is_not_sent_and_leaves_nothing_behind(trainee: Visitor, opened: Workspaces) -> None:
    fill(trainee, profile="https://www.linkedin.com/company/northgate-labs")
    trainee.app.button(key="look_up").click().run()

    assert "cannot be looked up" in trainee.text
    assert practice(opened).lists(organization_of(trainee)) == []
