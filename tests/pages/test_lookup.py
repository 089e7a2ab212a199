"""Looking up one person, from the form to the card."""

from __future__ import annotations

import re

import pytest

from cleanlist_core.domain import Contact, EnrichmentType
from cleanlist_core.runs.planning import still_missing
from cleanlist_core.sandbox import Sandbox
from cleanlist_core.store import batches, runs
from cleanlist_core.store.next_batch import Sending, begin_batch
from cleanlist_core.workspaces import Workspaces
from pages.parts import managing, session
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


@pytest.mark.parametrize(
    ("profile", "outcome"),
    [
        pytest.param("ilse-varga-17", "Nothing found", id="nothing was found"),
        pytest.param("ilse-varga-25", "Look-up failed", id="the look-up failed"),
    ],
)
def test_who_was_not_found_can_be_looked_up_again_at_a_price(
    trainee: Visitor, opened: Workspaces, profile: str, outcome: str
) -> None:
    fill(trainee, profile=f"https://www.linkedin.com/in/{profile}")
    trainee.app.button(key="look_up").click().run()
    first = run_to_the_end(trainee, opened)
    trainee.look()
    assert outcome in trainee.text
    assert trainee.app.button(key="look_up_again").label == "Look again · at most 1 credit"
    trainee.click("look_up_again")
    assert run_to_the_end(trainee, opened) != first
    receipts = practice(opened).receipts(organization_of(trainee))
    assert [(one.people_sent, one.at_most, one.credits) for one in receipts] == [(1, 1, 0)] * 2


def test_addresses_beside_a_work_email_that_nobody_knows_are_not_called_found(
    trainee: Visitor, opened: Workspaces
) -> None:
    for wanted in (EnrichmentType.FULL, EnrichmentType.PARTIAL):
        fill(trainee, first="Ilse", last="Varga", company="Tidewick Aaac")
        trainee.app.button_group(key="who_wanted").set_value(wanted).run()
        trainee.click("look_up")
        run_to_the_end(trainee, opened)
    trainee.look()
    shown = "".join(str(one.proto.body) for one in trainee.app.get("html"))
    assert "Looked up before, no find" in trainee.text
    assert "no work email was found, and nothing was charged" in trainee.text
    assert "@mailbox.example" in shown
    assert "Other addresses that came along" in shown
    assert "Found by Cleanlist" not in shown


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


# By email


def by_email(visitor: Visitor, email: str = "") -> Visitor:
    """The form for an email, filled in."""
    visitor.go("lookup.py")
    visitor.app.segmented_control(key="who_by").set_value("Email").run()
    if email:
        visitor.app.text_input(key="who_email").set_value(email).run()
    return visitor


def test_an_email_is_looked_up_with_its_price_on_the_button(trainee: Visitor, opened: Workspaces) -> None:
    by_email(trainee, "ilse.varga@northgate-labs.example")
    assert trainee.primary == ["Look up · at most 11 credits"]
    assert "1 credit for a confirmed email, 10 credits for a phone" in trainee.text
    trainee.click("look_up_email")
    run_to_the_end(trainee, opened)
    trainee.look()

    assert "ilse.varga@northgate-labs.example" in trainee.text
    (receipt,) = practice(opened).receipts(organization_of(trainee))
    assert (receipt.people_sent, receipt.at_most) == (1, 11)
    assert "looked up by Email" in trainee.text


def test_the_same_email_again_is_free_and_asking_anew_has_a_price(
    trainee: Visitor, opened: Workspaces
) -> None:
    for _ in range(2):
        by_email(trainee, "ilse.varga@northgate-labs.example").click("look_up_email")
        run_to_the_end(trainee, opened)
    trainee.look()

    assert re.search("Found before|Looked up before, no find", trainee.text)
    assert "nothing was charged" in trainee.text
    again = trainee.app.button(key="look_up_again")
    assert again.label == "Look again · at most 11 credits"
    again.click().run()
    run_to_the_end(trainee, opened)
    sent = [receipt.people_sent for receipt in practice(opened).receipts(organization_of(trainee))]
    assert sent == [1, 0, 1]


def test_two_clicks_and_two_tabs_pay_once(trainee: Visitor, opened: Workspaces) -> None:
    started = []
    for _ in range(2):
        by_email(trainee, "ilse.varga@northgate-labs.example").click("look_up_email")
        started.append(trainee.address("run"))
    for run_id in started:
        practice(opened).drive_here(run_id, organization_of(trainee))
    sent = [receipt.people_sent for receipt in practice(opened).receipts(organization_of(trainee))]
    assert sorted(sent) == [0, 1]


def test_what_is_no_email_is_not_sent(trainee: Visitor, opened: Workspaces) -> None:
    by_email(trainee, "ilse at northgate").click("look_up_email")
    assert "not an email address. Nothing was sent" in trainee.text
    assert practice(opened).lists(organization_of(trainee)) == []


@pytest.fixture
def connected(real_api: Sandbox, visitor: Visitor) -> tuple[Visitor, str]:
    """A browser with a key for lists, and the organization it belongs to."""
    issued = real_api.new_organization(credits=500)
    session.workspaces().real.connect(issued.key)
    visitor.app.session_state["connection"] = session.Connection(issued.organization_id, practice=False)
    return visitor, issued.organization_id


def test_with_a_key_for_lists_the_screen_asks_for_the_other_kind(
    connected: tuple[Visitor, str], real_api: Sandbox
) -> None:
    visitor, organization_id = connected
    by_email(visitor, "ilse.varga@northgate-labs.example")
    assert "needs the other kind of key, which starts with clnl_" in visitor.text
    assert [one.label for one in visitor.app.button if one.proto.type == "primary"] == ["Use this key · free"]

    add_key(visitor, real_api.issue_key(organization_id, kind="single"))
    assert visitor.primary == ["Look up · at most 11 credits"]
    visitor.click("look_up_email")
    real = session.workspaces().real
    real.drive_here(visitor.address("run"), organization_id)
    assert "Nothing was sent" not in visitor.look().text
    (receipt,) = real.receipts(organization_id)
    assert receipt.people_sent == 1


def add_key(visitor: Visitor, key: str) -> None:
    next(one for one in visitor.app.text_input if one.label.startswith("Key for looking")).set_value(key)
    next(one for one in visitor.app.button if one.label.startswith("Use this key")).click().run()
    assert not visitor.app.exception


def test_a_key_of_the_wrong_kind_is_explained_and_its_refusal_costs_nothing(
    connected: tuple[Visitor, str], real_api: Sandbox
) -> None:
    visitor, organization_id = connected
    real = session.workspaces().real
    by_email(visitor, "ilse.varga@northgate-labs.example")
    wrong = real_api.issue_key(organization_id)
    add_key(visitor, wrong)
    assert "This key is for lists; it does not look anybody up by email" in visitor.text
    visitor.click("look_up_email")
    real.drive_here(visitor.address("run"), organization_id)
    visitor.look()
    assert "does not accept the key for looking people up by email. Nothing was charged" in visitor.text
    assert wrong not in visitor.text

    add_key(visitor, real_api.issue_key(organization_id, kind="single"))
    real.drive_here(visitor.address("run"), organization_id)
    assert real.run(organization_id, visitor.address("run")).state.value == "finished"


def test_a_key_for_emails_can_be_removed(connected: tuple[Visitor, str], real_api: Sandbox) -> None:
    visitor, organization_id = connected
    by_email(visitor, "a@b.example")
    add_key(visitor, real_api.issue_key(organization_id, kind="single"))
    visitor.click("remove_email_key")
    assert not session.workspaces().real.keys.has(organization_id, "email")


def test_a_lost_answer_shows_what_is_known_and_what_a_second_try_may_cost(
    trainee: Visitor, opened: Workspaces
) -> None:
    by_email(trainee, "ilse.varga@northgate-labs.example").click("look_up_email")
    run_id, database = trainee.address("run"), practice(opened).database
    assert runs.hold(database, run_id, "test")
    sending = begin_batch(database, run_id, "test", still_missing)
    assert isinstance(sending, Sending)
    assert sending.email == "ilse.varga@northgate-labs.example"
    batches.lost_answer(database, sending.token, "The connection was reset.")
    runs.let_go(database, run_id, "test")
    practice(opened).drive_here(run_id, organization_of(trainee))
    (decision,) = practice(opened).uncertain(organization_of(trainee), run_id)
    trainee.look()

    assert "1 person was sent" in trainee.text
    assert "the answer was lost" in trainee.text
    assert "reference" not in " ".join(button.label for button in trainee.app.button)
    trainee.click(f"leave_out_{decision.batch.batch_id}")
    assert "may still charge up to 11 credits once" in trainee.text


def test_people_looked_up_one_at_a_time_do_not_hide_the_lists(trainee: Visitor, opened: Workspaces) -> None:
    names = ("Ilse", "Mara", "Otto")
    for first in names:
        fill(trainee, first=first, last="Varga", website="northgate-labs.example")
        trainee.app.button(key="look_up").click().run()
        run_to_the_end(trainee, opened)
    assert all(f"{first} Varga" in trainee.go("history.py").text for first in names), "there is nothing else"
    trainee.go("upload.py").upload(b"First name,Last name,Company\nEda,Mraz,Tidewick\n", "Fair.csv")
    trainee.click("start_run")
    run_to_the_end(trainee, opened)

    kind = trainee.go("history.py").app.button_group(key="history_kind")
    assert kind.options == ["Lists · 1", "One person · 3"]
    assert ("Fair" in trainee.text, "Varga" in trainee.text) == (True, False)
    kind.set_value("One person").run()
    assert ("Fair" in trainee.text, trainee.text.count("Varga")) == (False, 3)
    links = [link.proto.label for link in trainee.go("home.py").app.main.get("page_link")]
    assert "Fair" in links
    assert not any("Varga" in label for label in links), "under the recent lists"
    finished = [link.proto.label for link in trainee.app.sidebar.get("page_link")]
    assert finished == ["Fair"], "people looked up one at a time are not said to have just finished"


def test_history_turns_pages_so_that_no_list_is_out_of_reach(
    trainee: Visitor, opened: Workspaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(managing, "LISTS_ON_A_PAGE", 2)
    names = ("Ada", "Bea", "Cleo")
    for first in names:
        who = Contact(first_name=first, last_name="Varga", company_domain="northgate-labs.example")
        practice(opened).add_person(organization_of(trainee), who)
    shown = trainee.go("history.py").text
    assert [f"{first} Varga" in shown for first in names] == [False, True, True]
    trainee.app.session_state["history_page_one"] = 2
    shown = trainee.look().text
    assert [f"{first} Varga" in shown for first in names] == [True, False, False]
