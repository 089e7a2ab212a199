"""What a person reads and can do as a run goes, ends, or stands still."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

import pytest
from sqlalchemy import select, update

from cleanlist_core.domain import counted
from cleanlist_core.results.browsing import Among
from cleanlist_core.results.exporting import export_bytes
from cleanlist_core.results.metrics import run_totals
from cleanlist_core.sandbox import Sandbox
from cleanlist_core.store import sizes
from cleanlist_core.store.batches import touch_run
from cleanlist_core.store.schema import person_result, run_row
from cleanlist_core.workspaces import Workspaces
from tests.pages.conftest import Visitor
from tests.pages.test_screens import organization_of, practice, run_to_the_end
from tests.pages.test_shared_money import connect
from tests.runs.scene import as_csv, by_domain, people


def bar(visitor: Visitor) -> str:
    """What the bar of the progress screen says."""
    return next(found[1] for one in visitor.app.get("html") if (found := _BAR.search(str(one.proto.body))))


_BAR = re.compile(r'class="cl-bar" role="img" aria-label="([^"]*)"')


def test_after_a_test_every_screen_says_who_was_not_sent_and_offers_them(
    trainee: Visitor, opened: Workspaces
) -> None:
    trainee.click("sample_zoominfo").click("start_sample")
    assert "others are not part of this test" in trainee.text
    run_id = run_to_the_end(trainee, opened)
    trainee.look()
    assert "20 not sent" in bar(trainee)
    assert "still to come" not in bar(trainee)
    assert re.search(r"Of the other 20, probably \d+ to \d+ emails, for \d+ to \d+ credits\.", trainee.text)
    offer = trainee.app.button(key="find_rest").label
    assert re.fullmatch(r"Look up the other \d+ · at most \d+ credits", offer)
    assert trainee.primary == [offer], "a test is made to decide about the others"
    assert trainee.app.button(key="see_results").label == "See results"
    for screen in ("home.py", "history.py"):
        assert "20 not sent" in trainee.go(screen).text
        assert "(test)" in trainee.text
    trainee.go("results.py", run=run_id)
    assert "This was a test: 20 people of the list were not sent." in trainee.text
    assert trainee.primary == [offer]
    trainee.click("find_rest")
    assert trainee.address("run") == run_id
    run_to_the_end(trainee, opened)
    assert "not sent" not in bar(trainee.go("progress.py", run=run_id))
    assert "not sent" not in trainee.go("history.py").text
    assert len(practice(opened).runs(organization_of(trainee))) == 1


def test_who_got_no_answer_is_not_counted_as_not_found(trainee: Visitor, opened: Workspaces) -> None:
    trainee.upload(as_csv(people(120)), "many.csv").click("start_run")
    run_id = run_to_the_end(trainee, opened)
    totals = run_totals(practice(opened).database, run_id)
    assert totals.failed, "some look-ups of invented people fail"
    assert f"{totals.nothing} nothing found, {totals.failed} no answer" in bar(trainee.look())
    told = f"{totals.failed} got no answer (nothing charged, can be looked up again)"
    assert told in trainee.text
    assert f"Finished: no answer came about {counted(totals.failed, 'person', 'people')};" in trainee.text
    assert told in trainee.go("results.py", run=run_id).text
    trainee.go("upload.py", list=practice(opened).run(organization_of(trainee), run_id).list_id)
    assert "whoever got no answer is asked again" in trainee.text
    assert trainee.primary[0].endswith(f"at most {counted(totals.failed, 'credit')}")


def test_the_rest_never_asks_for_more_than_the_balance(trainee: Visitor, opened: Workspaces) -> None:
    trainee.click("sample_linkedin_connections").click("choose_phone_only").click("start_sample")
    run_to_the_end(trainee, opened)
    organization_id = organization_of(trainee)
    free = practice(opened).credits_free(organization_id)
    trainee.look()
    label = trainee.app.button(key="find_rest").label
    assert label.endswith(f"· at most {free} credits")
    assert label.startswith("Look up as many of the other")
    run = practice(opened).runs(organization_id)[0]
    spent = run_totals(practice(opened).database, run.id).credits_spent
    was = f"Your budget for the test was {run.budget}, {spent} of it used; this adds at most"
    assert f"{was} {free} credits, which makes {spent + free:,} for the list." in trainee.text
    trainee.app.number_input[0].set_value(40).run()
    assert trainee.app.button(key="find_rest").label.endswith("· at most 40 credits")
    assert f"{was} 40 credits, which makes {spent + 40:,} for the list." in trainee.text
    assert f"your balance has {free} credits free. Start a new practice to get new credits" in trainee.text
    trainee.click("practise_anew_rest")
    assert organization_of(trainee) == organization_id, "one click leaves no list behind"
    assert "The 1 list of this one cannot be opened any more then" in trainee.text
    assert "Your list stays here" not in trainee.text
    trainee.click("stay_rest")
    assert "cannot be opened any more then" not in trainee.text
    trainee.click("practise_anew_rest").click("leave_lists_rest")
    assert trainee.metrics["Credits left"] == "1,000"
    assert practice(opened).lists(organization_of(trainee)) == []


def test_a_phone_in_another_row_of_the_person_is_shown_and_said_to_be_there(
    trainee: Visitor, opened: Workspaces
) -> None:
    ilse = {
        "First Name": "Ilse",
        "Last Name": "Varga",
        "Company": "Northgate",
        "Website": "northgate.example",
    }
    rows = [{**ilse, "Phone": ""}, {**ilse, "Phone": "+44 20 7946 0991"}]
    table = [tuple(rows[0]), *(tuple(row.values()) for row in rows)]
    text = "\n".join(",".join(row) for row in table)
    trainee.upload(text.encode(), "twice.csv").click("start_run")
    run_id = run_to_the_end(trainee, opened)
    trainee.go("results.py", run=run_id)
    assert list(trainee.app.dataframe[0].value["Phone"]) == [
        "+44 20 7946 0991 (in another row)",
        "+44 20 7946 0991 (in your file)",
    ]
    tick(trainee, run_id, [0])
    assert (
        "The person ticked has a phone, or was looked up for one already;"
        " that of 1 row stands in another row of your file." in trainee.text
    )


def test_raising_the_budget_is_never_filled_in_above_the_balance(
    trainee: Visitor, opened: Workspaces
) -> None:
    trainee.click("sample_linkedin_connections").click("choose_phone_only").click("fit_budget")
    trainee.app.number_input[0].set_value(20).run()
    trainee.click("start_run")
    organization_id, run_id = organization_of(trainee), trainee.address("run")
    practice(opened).drive_here(run_id, organization_id)
    trainee.look()
    run, free = practice(opened).run(organization_id, run_id), practice(opened).credits_free(organization_id)
    assert trainee.app.number_input[0].value == run.budget + free
    assert not trainee.app.button(key="raise_budget").disabled
    assert "Start a new practice to get new credits" in trainee.text
    assert "Top up" not in trainee.text
    assert trainee.app.button(key="practise_anew_budget")
    trainee.app.number_input[0].set_value(run.budget + free + 1).run()
    assert trainee.app.button(key="raise_budget").disabled


def test_a_run_under_way_counts_only_whom_its_budget_reaches(trainee: Visitor) -> None:
    trainee.click("sample_linkedin_connections")
    trainee.app.number_input[0].set_value(20).run()
    trainee.click("start_run")
    assert "0 of 20 people done; the budget does not reach" in trainee.text
    assert re.search(r"20 still to come, \d+ not sent", bar(trainee))
    trainee.click("stop")
    assert "are not sent any more" in trainee.text
    assert "0 still to come" in bar(trainee)


def test_emails_now_and_phones_for_whom_one_chooses_then(trainee: Visitor, opened: Workspaces) -> None:
    list_id = trainee.click("sample_zoominfo").address("list")
    trainee.app.checkbox(key=f"then_phones_{list_id}").check().run()
    trainee.click("start_run")
    first = run_to_the_end(trainee, opened)
    trainee.look()
    assert trainee.primary == ["Choose who gets a phone"]
    trainee.go("results.py", run=first)
    assert list(trainee.app.button_group(key=f"chips_{first}").value) == ["email_found"]
    assert "show" not in trainee.app.query_params, "what is shown at first is no step for Back to undo"
    trainee.app.button_group(key=f"chips_{first}").set_value([]).run()
    assert trainee.address("show") == "all"
    trainee.go("home.py").go("results.py", run=first, show="all")
    assert not trainee.app.button_group(key=f"chips_{first}").value
    trainee.go("home.py").go("results.py", run=first)
    shown = set(trainee.app.dataframe[0].value["Email"])
    assert "" not in shown
    assert trainee.app.button(key="start_phones").disabled, "with nobody chosen nobody is asked about"
    assert "Nobody is chosen yet." in trainee.text
    choose_all_shown(trainee, len(trainee.app.dataframe[0].value))
    assert not trainee.app.button(key="start_phones").disabled
    offer = trainee.app.button(key="start_phones").label
    price = re.fullmatch(r"Phones for these (\d+) · at most (\d+) credits", offer)
    assert price
    assert int(price[2]) == 10 * int(price[1])
    trainee.click("start_phones")
    organization_id = organization_of(trainee)
    (second,) = [one.id for one in practice(opened).runs(organization_id) if one.first_run_id == first]
    practice(opened).drive_here(second, organization_id)
    trainee.go("results.py", run=second)
    chain = {one.run_id: one.credits for one in practice(opened).receipts(organization_id)}
    assert trainee.metrics["Credits spent"] == f"{chain[first] + chain[second]:,}"
    assert f"{chain[first]} for the emails before" in trainee.text
    assert "From the first step" in trainee.text
    assert re.search(r"\*\*[1-9]\d*\*\* not chosen", trainee.text)
    history = trainee.go("history.py").text
    assert history.count("Emails, then phones") == 1
    assert trainee.go("home.py").text.count("Emails, then phones") == 1


def test_what_counts_the_step_for_phones_alone_says_so_and_the_rest_of_the_screen_agrees(
    trainee: Visitor, opened: Workspaces
) -> None:
    phone = {"Phone": "+49 221 4711001"}
    rows = people(20, make=lambda number: by_domain(number, **phone))
    rows += [by_domain(50 + number, Email=f"a@b-{number}.example.com", **phone) for number in range(5)]
    trainee.upload(as_csv([*rows, *people(6, start=90, make=by_domain)]), "phones.csv").click("start_run")
    ids = (organization_of(trainee), run_to_the_end(trainee, opened))
    price = practice(opened).orders.phones_price(*ids)
    second = practice(opened).orders.start_phones(*ids, budget=price.at_most, estimate=price)
    practice(opened).drive_here(second, ids[0])
    trainee.go("results.py", run=second)
    assert "In this step: **31 rows** uploaded = " in trainee.text
    assert "**25** with a phone in your file already" in trainee.text
    became = next(one.value for one in trainee.app.table if "No phone found" in set(one.value["What"]))
    assert "25 of 31" in became["How many"][list(became["What"]).index("Phone already in your file")]
    assert "**What became of your rows in this step**" in trainee.text

    table = csv.DictReader(io.StringIO(export_bytes(practice(opened).database, second).decode("utf-8-sig")))
    told = Counter(row["Cleanlist Result"] for row in table)
    assert told["Already in your file"] == 5
    trainee.app.selectbox(key=f"preset_{second}").set_value("hubspot").run()
    trainee.app.button_group(key=f"rows_{second}_hubspot").set_value("found").run()
    assert "5 (already in your file)" in trainee.text
    assert f"{told['Nothing found']} (nothing found)" in trainee.text
    assert f"**{told['Nothing found']}** Nothing found" in trainee.text, "they can be tried again"


def test_phones_are_asked_for_the_ticked_rows_alone_and_later_for_the_others(
    trainee: Visitor, opened: Workspaces
) -> None:
    trainee.click("sample_zoominfo").click("start_run")
    first = run_to_the_end(trainee, opened)
    organization_id = organization_of(trainee)
    trainee.go("results.py", run=first)
    numbers = list(trainee.app.dataframe[0].value["Row"])
    rows = trainee.app.dataframe[0].value
    found = list(rows["Row"][rows["Email"] != ""])[:4]
    tick(trainee, first, [numbers.index(one) for one in found])
    assert "**4 ticked**" in trainee.text
    price = practice(opened).orders.phones_price(organization_id, first, Among(tuple(found)))
    assert price.to_send > 1
    label = trainee.app.button(key="start_phones").label
    assert label == f"Phones for the {price.to_send} ticked · at most {price.at_most} credits"

    trainee.app.text_input(key=f"search_{first}").set_value("nobody at all").run()
    assert "**4 ticked, not on the screen now**" in trainee.text
    unseen = f"Phones for the {price.to_send} ticked, all not on the screen"
    assert trainee.app.button(key="start_phones").label.startswith(unseen)
    last = practice(opened).orders.phones_price(organization_id, first, Among(tuple(found[-1:]))).to_send
    trainee.app.text_input(key=f"search_{first}").set_value(rows["Name"][numbers.index(found[-1])]).run()
    assert trainee.app.dataframe[0].value["Row"][0] == found[-1]
    assert ticked_boxes(trainee, first) == [0], "the box of who is shown is ticked as it was"
    unseen = f"Phones for the {price.to_send} ticked, {price.to_send - last} of them not on the screen"
    assert trainee.app.button(key="start_phones").label.startswith(unseen)
    tick(trainee, first, [])
    assert "**3 ticked, not on the screen now**" in trainee.text
    tick(trainee, first, [0])
    trainee.app.text_input(key=f"search_{first}").set_value("").run()
    assert ticked_boxes(trainee, first) == sorted(numbers.index(one) for one in found)
    trainee.click(f"untick_{first}")
    assert ticked_boxes(trainee, first) == []
    assert "Nobody is chosen yet." in trainee.text
    tick(trainee, first, [numbers.index(one) for one in found])
    assert trainee.app.button(key="start_phones").label == label

    trainee.click("start_phones")
    second = trainee.address("run")
    trainee.go("results.py", run=first)
    assert f"untick_{first}" not in {button.key for button in trainee.app.button}, "they were asked about"
    practice(opened).drive_here(second, organization_id)
    trainee.go("results.py", run=second).app.button_group(key=f"chips_{second}").set_value(
        ["not_chosen"]
    ).run()
    others = set(trainee.app.dataframe[0].value["Row"])
    assert others
    assert others.isdisjoint(found), "just the ticked ones were asked about"
    choose_all_shown(trainee, len(others))
    offer = trainee.app.button(key="start_phones").label
    assert offer == f"Phones for these {len(others)} · at most {10 * len(others)} credits"
    trainee.click("start_phones")
    third = trainee.address("run")
    practice(opened).drive_here(third, organization_id)
    assert "Phones for the others?" not in trainee.go("results.py", run=third).text
    assert "for the emails and phones before" in trainee.text
    spent = sum(one.credits for one in practice(opened).receipts(organization_id))
    assert trainee.metrics["Credits spent"] == f"{spent:,}"


def test_phones_are_asked_for_whom_the_table_shows_where_a_search_is_too_short_to_be_made(
    trainee: Visitor, opened: Workspaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainee.click("sample_zoominfo").click("start_run")
    first = run_to_the_end(trainee, opened)
    monkeypatch.setattr(sizes, "LONG_LIST", 1)
    trainee.go("results.py", run=first)
    trainee.app.button_group(key=f"chips_{first}").set_value(["email_found"]).run()
    shown = list(trainee.app.dataframe[0].value["Row"])
    organization_id = organization_of(trainee)
    price = practice(opened).orders.phones_price(organization_id, first, Among(tuple(shown)))

    trainee.app.text_input(key=f"search_{first}").set_value("qq").run()
    assert "write at least three letters" in trainee.text
    assert list(trainee.app.dataframe[0].value["Row"]) == shown
    choose_all_shown(trainee, len(shown))
    offer = trainee.app.button(key="start_phones").label
    assert offer == f"Phones for these {price.to_send} · at most {price.at_most} credits"

    trainee.click("start_phones")
    second = trainee.address("run")
    with practice(opened).database.read() as connection:
        asked = select(run_row.c.leader).where(run_row.c.run_id == second, run_row.c.ask != "")
        leaders = set(connection.execute(asked).scalars())
        behind = run_row.c.run_id == first, run_row.c.row_number.in_(shown)
        assert leaders <= set(connection.execute(select(run_row.c.leader).where(*behind)).scalars())
    assert len(leaders) == price.to_send > 1


def test_whom_a_list_got_no_answer_for_can_be_looked_up_again_and_their_filter_shows_them(
    trainee: Visitor, opened: Workspaces
) -> None:
    list_id = trainee.click("sample_zoominfo").address("list")
    trainee.app.checkbox(key=f"then_phones_{list_id}").check().run()
    trainee.click("start_run")
    first = run_to_the_end(trainee, opened)
    with practice(opened).database.write() as connection:
        missed = (run_row.c.run_id == first, run_row.c.outcome == "nothing")
        two = connection.execute(select(run_row.c.row_number).where(*missed).limit(2)).scalars().all()
        failed = update(run_row).where(run_row.c.run_id == first, run_row.c.row_number.in_(two))
        connection.execute(failed.values(outcome="failed", result_id=None, reason="The look-up failed."))
        connection.execute(update(person_result).where(person_result.c.email == "").values(found_at=0))
        touch_run(connection, first)
    trainee.go("results.py", run=first)
    again = trainee.app.button(key=f"look_again_{first}_0")
    assert again.label == "Look again for the 2 without an answer · at most 2 credits"

    chips = trainee.app.button_group(key=f"chips_{first}")
    assert list(chips.value) == ["email_found"]
    chips.set_value(["email_found", "failed"]).run()
    assert list(trainee.app.button_group(key=f"chips_{first}").value) == ["failed"]
    assert list(trainee.app.dataframe[0].value["Row"]) == list(two)
    show_person_at(trainee, first, 0)
    label = trainee.app.button(key=f"look_again_{first}_{two[0]}").label
    assert label == "Look this person up again · at most 1 credit"

    trainee.click(f"look_again_{first}_0")
    second = trainee.address("run")
    (receipt,) = [one for one in practice(opened).receipts(organization_of(trainee)) if one.run_id == second]
    assert receipt.at_most == 2


def show_person_at(visitor: Visitor, run_id: str, place: int) -> None:
    tick(visitor, run_id, [place])
    visitor.click(f"show_{run_id}")


def choose_all_shown(visitor: Visitor, shown: int) -> None:
    (choice,) = [box for box in visitor.app.checkbox if box.label == f"All {shown:,} shown"]
    assert not choice.value
    choice.check().run()


def tick(visitor: Visitor, run_id: str, places: list[int]) -> None:
    """Tick rows of the page on the screen, and no others of it, as their boxes do."""
    selection = {"rows": places, "columns": [], "cells": []}
    visitor.app.session_state[visitor.app.session_state[f"grid_shown_{run_id}"]] = {"selection": selection}
    visitor.look()


def ticked_boxes(visitor: Visitor, run_id: str) -> list[int]:
    grid = visitor.app.session_state[visitor.app.session_state[f"grid_shown_{run_id}"]]
    return list(grid["selection"]["rows"])


def test_a_key_that_is_refused_half_way_is_asked_for_and_not_called_connected(
    real_api: Sandbox, visitor: Visitor, opened: Workspaces
) -> None:
    issued = real_api.new_organization()
    connect(visitor, issued.key).go("upload.py").upload(as_csv(people(3)), "fair.csv").click("start_run")
    run_id = visitor.address("run")
    real_api.revoke_key(issued.key)
    opened.real.drive_here(run_id, issued.organization_id)
    assert visitor.go("progress.py", run=run_id).primary == ["Connect your key"]
    visitor.click("connect_for_run")
    assert "Connected." not in visitor.text
    assert "Cleanlist no longer accepts the key" in visitor.text
    assert visitor.primary == ["Connect"]
    connect(visitor, real_api.issue_key(issued.organization_id))
    opened.real.drive_here(run_id, issued.organization_id)
    assert "Done:" in visitor.go("progress.py", run=run_id).text


def test_a_balance_that_cannot_be_read_leaves_the_rest_of_the_screen(
    real_api: Sandbox, visitor: Visitor
) -> None:
    issued = real_api.new_organization()
    connect(visitor, issued.key).go("credits.py")
    real_api.revoke_key(issued.key)
    visitor.click("refresh_balance")
    assert len(visitor.app.error) == 1
    assert {"What would it cost?", "Receipts"} <= {one.value for one in visitor.app.header}


def test_one_person_is_one_person_and_one_credit_one_credit(trainee: Visitor, opened: Workspaces) -> None:
    trainee.upload(as_csv(people(1)), "one.csv").click("start_run")
    run_to_the_end(trainee, opened)
    told = trainee.look().text
    assert "emails for 1 person, at most 1 credit." in told
    assert "1 person sent to Cleanlist." in told
    assert re.search(r"Part 1 is back: (1 email|0 emails) for 1 person, (1 credit|0 credits)\.", told)


def test_a_card_with_nobody_to_look_up_says_so(trainee: Visitor) -> None:
    trainee.upload(b"First name,Last name,Company\nIlse,,\n,Varga,\n", "names.csv")
    assert trainee.metrics["Price"] == "Nothing to look up"
    assert "Nobody in this list can be looked up yet. Nothing was sent and nothing spent." in trainee.text
    assert "open “Why, and ways to fix them” above, correct the columns above, or" in trainee.text
    assert "Why, and ways to fix them" in [one.label for one in trainee.app.expander]
    assert not {"start_run", "start_sample"} & {one.key for one in trainee.app.button}
    assert trainee.primary == ["Take another file"]
    assert trainee.click("another_file").app.file_uploader
    assert "list" not in trainee.app.query_params
