"""What a person sees and can do on each screen, from the first visit to the downloaded file."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, update

from cleanlist_core.recipes import RECIPES
from cleanlist_core.results.browsing import COLUMNS
from cleanlist_core.results.exporting import export_bytes
from cleanlist_core.results.large_files import Owner
from cleanlist_core.results.presets import EVERYTHING, PRESET_TITLES, PRESETS
from cleanlist_core.sandbox import Sandbox
from cleanlist_core.store import schema, sizes
from cleanlist_core.store.lists import read_rows
from cleanlist_core.what_is_paid import PAID_AGAIN
from cleanlist_core.workspace import Workspace
from cleanlist_core.workspaces import Workspaces
from pages.parts import downloads, session
from tests.pages.conftest import Visitor

PASTED = (
    'Mara\tQuill\tNorthlantern\thttps://www.linkedin.com/in/mara-quill\t"Met in Graz.\nSaid ""yes"""\n'
    "Ilse\tVarga\tTidewick, Ltd\thttps://www.linkedin.com/in/ilse-varga\t\n"
)
"""As a spreadsheet hands over cells: tabs between them, quotes around a cell over two lines."""
SCREENS = ("home.py", "new.py", "history.py", "credits.py", "connect.py")


def practice(opened: Workspaces) -> Workspace:
    assert opened.practice is not None
    return opened.practice


def organization_of(visitor: Visitor) -> str:
    found = re.search(r"Organization (\S+)", visitor.text)
    assert found
    return found[1]


def columns_shown(visitor: Visitor) -> dict[str, list[str]]:
    """What the screen says each column was taken for, without the marks that keep text as it is."""
    table = next(one.value for one in visitor.app.table if "Used for" in one.value)
    return {title: [re.sub(r"\\(.)|\u2060", r"\1", cell) for cell in table[title]] for title in table}


def run_to_the_end(visitor: Visitor, opened: Workspaces) -> str:
    """Drive the run on the screen here and now. Returns its id."""
    run_id = visitor.address("run")
    organization_id = organization_of(visitor)
    practice(opened).drive_here(run_id, organization_id)
    assert practice(opened).run(organization_id, run_id).state.value == "finished"
    return run_id


def test_a_first_visit_offers_two_doors(visitor: Visitor) -> None:
    assert visitor.primary == ["Practise with sample data"]
    assert visitor.app.button(key="door_connect").label == "Connect your key"
    assert "Practice: invented people" not in visitor.text
    assert "Nothing is spent before you press a button that names its price." in visitor.text


@pytest.mark.parametrize("screen", SCREENS[1:4])
def test_a_screen_that_needs_a_connection_says_how_to_get_one(visitor: Visitor, screen: str) -> None:
    visitor.go(screen)
    assert "Connect first" in visitor.text
    assert visitor.primary == ["Connect your key"]


@pytest.mark.parametrize("screen", SCREENS)
def test_practice_is_unmistakable_on_every_screen(trainee: Visitor, screen: str) -> None:
    trainee.go(screen)
    assert "Practice: invented people, no real credits" in trainee.text
    assert trainee.app.button(key="leave_practice")
    assert len(trainee.app.title) == 1


def test_practice_starts_with_a_thousand_credits_and_says_how_far_they_go(trainee: Visitor) -> None:
    assert trainee.metrics["Credits left"] == "1,000"
    assert "1,000 credits are likely to cover the emails of about" in trainee.text


def test_leaving_practice_leads_back_to_the_doors(trainee: Visitor) -> None:
    trainee.click("leave_practice")
    assert trainee.primary == ["Practise with sample data"]


def test_practising_again_finds_the_lists_that_were_left(trainee: Visitor) -> None:
    trainee.click("sample_zoominfo")
    trainee.click("leave_practice")
    trainee.click("practise")
    assert "zoominfo-export" in trainee.go("history.py").text


def test_a_sample_file_is_recognised_and_priced_before_anything_is_spent(trainee: Visitor) -> None:
    trainee.click("sample_zoominfo")
    assert "This looks like **a ZoomInfo export**" in trainee.text
    assert "**120 rows** = **118** ready to look up + **2** duplicates + **0** need fixing" in trainee.text
    mapping = columns_shown(trainee)
    columns = dict(zip(mapping["Used for"], mapping["Column in your file"], strict=True))
    assert columns["Email"] == "Email Address"
    assert [label for label in trainee.primary if "at most" in label] == trainee.primary
    price = re.fullmatch(r"Look for emails of (\d+) people · at most (\d+) credits", trainee.primary[0])
    assert price is not None
    assert price[1] == price[2]
    assert trainee.app.button(key="start_sample").label == "Test on 10 people · at most 10 credits"


def test_rows_that_need_fixing_are_grouped_by_cause_with_advice(trainee: Visitor) -> None:
    trainee.click("sample_badge_scan")
    (line,) = [line for line in trainee.text.splitlines() if "ready to look up" in line]
    rows, ready, duplicates, broken = map(int, re.findall(r"\d+", line))
    assert rows == ready + duplicates + broken
    assert broken > 0
    assert "A look-up needs" in trainee.text


def test_who_goes_back_to_a_list_under_way_is_told_and_led_to_its_progress(trainee: Visitor) -> None:
    list_id = trainee.click("sample_zoominfo").address("list")
    run_id = trainee.click("start_run").address("run")
    trainee.go("upload.py", run=run_id)
    assert trainee.address("list") == list_id
    assert "This list has been started and is not done yet. Nobody is sent twice." in trainee.text
    assert "looked up already. Whoever" not in trainee.text
    (link,) = [
        one.proto for one in trainee.app.main.get("page_link") if "See how far it is" in one.proto.label
    ]
    assert (link.page, link.query_string) == ("progress", f"run={run_id}")


def test_new_list_is_a_place_to_drop_a_file_also_while_a_list_is_open(trainee: Visitor) -> None:
    trainee.click("sample_zoominfo")
    assert not trainee.app.file_uploader
    for page in ("new.py", "upload.py"):
        trainee.go(page)
        assert [one.value for one in trainee.app.title] == ["New list"]
        assert trainee.app.file_uploader


def test_a_refresh_brings_the_list_back(trainee: Visitor) -> None:
    trainee.click("sample_zoominfo")
    list_id = trainee.address("list")
    trainee.go("home.py").go("upload.py", list=list_id)
    assert "This looks like **a ZoomInfo export**" in trainee.text


def test_a_file_dropped_in_twice_without_being_used_is_one_list(trainee: Visitor, opened: Workspaces) -> None:
    first = trainee.click("sample_zoominfo").address("list")
    assert trainee.go("upload.py").click("sample_zoominfo").address("list") == first
    assert len(practice(opened).lists(organization_of(trainee))) == 1


def test_a_price_above_the_balance_cannot_be_started_and_what_fits_is_offered(trainee: Visitor) -> None:
    trainee.click("sample_linkedin_connections").click("choose_phone_only")
    assert trainee.app.button(key="start_run").disabled
    assert "your balance is 1,000 credits" in trainee.text
    trainee.click("fit_budget")
    start = trainee.app.button(key="start_run")
    assert not start.disabled
    assert start.label.endswith("at most 1,000 credits")


def test_a_smaller_budget_is_what_the_button_says(trainee: Visitor) -> None:
    trainee.click("sample_linkedin_connections")
    trainee.app.number_input[0].set_value(25).run()
    assert trainee.primary[0].endswith("at most 25 credits")


def test_a_budget_for_phones_is_told_by_what_of_it_can_be_spent(trainee: Visitor, opened: Workspaces) -> None:
    trainee.click("sample_zoominfo").click("choose_phone_only")
    budget = trainee.app.number_input[0]
    assert budget.min == 10, "less would pay for nobody's phone"
    budget.set_value(25).run()
    assert "of 25 credits, at most 20 can be spent, for 2 phones." in trainee.text
    assert trainee.primary == ["Look for phones of 39 people, up to 2 phones · at most 20 credits"]
    assert trainee.app.button(key="start_sample").label == "Test on up to 10 people · at most 20 credits"
    trainee.click("start_sample")
    run = practice(opened).run(organization_of(trainee), trainee.address("run"))
    assert (run.sample, run.budget) == (True, 20)


def test_a_used_up_budget_for_phones_is_raised_by_a_phone_at_least(
    trainee: Visitor, opened: Workspaces
) -> None:
    trainee.click("sample_zoominfo").click("choose_phone_only")
    trainee.app.number_input[0].set_value(30).run()
    trainee.click("start_run")
    practice(opened).drive_here(trainee.address("run"), organization_of(trainee))
    trainee.look()
    raised = trainee.app.number_input[0]
    assert raised.min == 40
    raised.set_value(45).run()
    assert trainee.primary == ["Raise the budget and go on · at most 10 credits from now on"]


def test_columns_can_be_corrected(trainee: Visitor, opened: Workspaces) -> None:
    before = trainee.click("sample_zoominfo").address("list")
    trainee.app.selectbox(key=f"column_{before}_title").set_value("Email Address")
    submit = next(button for button in trainee.app.button if button.label == "Use these columns")
    submit.click().run()
    after = trainee.address("list")
    listed = practice(opened).get_list(organization_of(trainee), after)
    assert after != before
    assert listed.facts.mapping["title"] == ["Email Address"]
    assert "You chose “Email Address” for the job title." in columns_shown(trainee)["Why"]
    assert [one.id for one in practice(opened).lists(organization_of(trainee))] == [after]


def test_a_file_nobody_can_read_says_why_and_stores_nothing(trainee: Visitor, opened: Workspaces) -> None:
    trainee.upload(b"%PDF-1.7 \x00\x01", "leads.csv")
    assert "This is a PDF document, not a table of people." in trainee.text
    assert practice(opened).lists(organization_of(trainee)) == []


def test_a_workbook_has_no_encoding_to_speak_of(trainee: Visitor) -> None:
    data = Path(__file__).resolve().parents[1] / "data" / "badge_scan.xlsx"
    trainee.upload(data.read_bytes(), data.name)
    assert "9 rows and 10 columns" in trainee.text
    assert "text in" not in trainee.text
    trainee.click("choose_none").click("start_run")
    trainee.go("results.py", run=trainee.address("run"))
    assert "a CSV has commas between its cells" in trainee.text


def test_columns_nobody_can_guess_are_asked_for(trainee: Visitor) -> None:
    trainee.upload(b"aa,bb,cc\nMara,Quill,Northlantern\nIlse,Varga,Tidewick\n", "unnamed.csv")
    assert "choose it by hand" in trainee.text
    boxes = {box.label: box for box in trainee.app.selectbox}
    for label, column in (("First name", "aa"), ("Last name", "bb"), ("Company name", "cc")):
        boxes[label].set_value(column)
    next(one for one in trainee.app.button if one.label == "Use these columns").click().run()
    assert "**2 rows** = **2** ready to look up" in trainee.text


@pytest.mark.parametrize(
    ("rows", "doubt"),
    [
        pytest.param(
            b"Mara,Quill,Tidewick,7\nIlse,Varga,Ambermill,8\n",
            "No column was recognised",
            id="nothing is known",
        ),
        pytest.param(
            b"Mara,Quill,Tidewick GmbH,7\nIlse,Varga,Ambermill Inc,8\n",
            "which hold the people nobody can tell but you",
            id="only the companies are known",
        ),
    ],
)
def test_columns_without_names_are_chosen_by_their_values(trainee: Visitor, rows: bytes, doubt: str) -> None:
    trainee.upload(rows, "bare.csv")
    assert doubt in trainee.text
    assert "no row of column names, so its columns are numbered here. Nothing is lost by it" in trainee.text
    assert "2 rows in all" in trainee.text
    assert trainee.app.table[0].value.values.tolist()[:2] == [
        ["Column 1", "Mara · Ilse"],
        ["Column 2", "Quill · Varga"],
    ]
    boxes = {box.label: box for box in trainee.app.selectbox}
    for label, column in (("First name", 1), ("Last name", 2), ("Company name", 3)):
        boxes[label].set_value(f"Column {column}")
    next(one for one in trainee.app.button if one.label == "Use these columns").click().run()
    assert "**2 rows** = **2** ready to look up" in trainee.text


def test_what_is_known_of_a_file_that_lacks_names_is_filled_in_where_the_rest_is_asked_for(
    trainee: Visitor, opened: Workspaces
) -> None:
    trainee.upload(b"Wen anrufen;E-Mail\nMara Quill;m.quill@tidewick.example\n", "leute.csv")
    boxes = {box.label: box for box in trainee.app.selectbox}
    assert boxes["Email"].value == "E-Mail"
    boxes["Full name"].set_value("Wen anrufen")
    next(one for one in trainee.app.button if one.label == "Use these columns").click().run()
    listed = practice(opened).get_list(organization_of(trainee), trainee.address("list"))
    assert listed.facts.mapping == {"full_name": ["Wen anrufen"], "email": ["E-Mail"]}
    assert "“E-Mail” is a usual name for the email." in columns_shown(trainee)["Why"]
    assert "You chose “Wen anrufen” for the full name." in columns_shown(trainee)["Why"]


def test_what_the_file_has_is_not_said_to_come_from_earlier_results(trainee: Visitor) -> None:
    rows = (
        b"Name,Company,Email\nMara Quill,Tidewick,mara@tidewick.example\nIlse Varga,Acme,ilse@acme.example\n"
    )
    trainee.upload(rows, "known.csv")
    assert trainee.primary == ["Take over 2 people with emails in your file · free"]
    assert "2 people with emails in your file: not asked again, nothing to pay." in trainee.text


def test_of_two_columns_with_one_name_the_form_shows_the_one_in_use(trainee: Visitor) -> None:
    rows = "Name,Company,Email,Email,Email\nMara Quill,,old,mara@tidewick.example,\n"
    trainee.upload(rows.encode(), "twice.csv")
    assert columns_shown(trainee)["Column in your file"] == ["Name", "Company", "Email (column 4)"]
    boxes = {box.label: box for box in trainee.app.selectbox}
    assert boxes["Email"].value == "Column 4"
    next(one for one in trainee.app.button if one.label == "Use these columns").click().run()
    assert "**1 row** = **1** ready to look up" in trainee.text


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("First name\tLast name\tCompany\tLinkedIn\tNotes\n", id="with the column names"),
        pytest.param("", id="without column names"),
    ],
)
def test_cells_pasted_from_a_spreadsheet_become_a_list(
    trainee: Visitor, opened: Workspaces, header: str
) -> None:
    cells = [
        [
            "Mara",
            "Quill",
            "Northlantern",
            "https://www.linkedin.com/in/mara-quill",
            'Met in Graz.\nSaid "yes"',
        ],
        ["Ilse", "Varga", "Tidewick, Ltd", "https://www.linkedin.com/in/ilse-varga", ""],
    ]
    trainee.app.text_area[0].set_value(header + PASTED)
    next(one for one in trainee.app.button if one.label == "Use these rows").click().run()
    assert "**2 rows** = **2** ready to look up" in trainee.text
    (listed,) = practice(opened).lists(organization_of(trainee))
    assert [one for _, one in read_rows(practice(opened).database, listed.id)] == cells


def test_a_list_goes_from_upload_to_results(trainee: Visitor, opened: Workspaces) -> None:
    trainee.click("sample_zoominfo").click("start_run")
    assert "Running" in [badge.value for badge in trainee.app.get("badge")] or "looked up" in trainee.text
    run_id = run_to_the_end(trainee, opened)
    trainee.look()
    assert trainee.primary == ["See results"]
    assert "**Done:**" in trainee.text
    trainee.click("see_results")
    assert trainee.address("run") == run_id
    totals = practice(opened).progress(organization_of(trainee), run_id).totals
    assert trainee.metrics["Emails found"] == str(totals.emails_found)
    assert trainee.metrics["Credits spent"] == str(totals.credits_spent)
    line = re.search(r"\*\*120 rows\*\* uploaded = (.*)", trainee.text)
    assert line
    assert sum(map(int, re.findall(r"\*\*(\d+)\*\*", line[1]))) == 120


def test_tidying_up_misses_nothing(trainee: Visitor, opened: Workspaces) -> None:
    trainee.click("sample_badge_scan").click("choose_none")
    assert trainee.primary == ["Tidy up 46 people · free"]
    trainee.click("start_run")
    run_to_the_end(trainee, opened)
    assert "46 people tidied up; 11 rows need fixing" in trainee.look().text
    assert "of a budget of 0" not in trainee.text
    run_id = trainee.address("run")
    trainee.go("results.py", run=run_id)
    assert "of a budget of 0" not in trainee.text
    assert "Tidying up is free" in trainee.text
    assert "a CSV has semicolons, as your file has, between its cells" in trainee.text
    data = export_bytes(practice(opened).database, run_id).decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(data), delimiter=";")
    assert {row["Cleanlist Checked On"] for row in rows} == {""}, "nobody was asked about anybody"
    split = next(one.value for one in trainee.app.table if "Last name" in one.value)
    assert any(
        row["In your file"] != f"{row['First name']} {row['Last name']}" for _, row in split.iterrows()
    )
    assert "Email" not in trainee.app.dataframe[0].value
    assert {"Name", "Company", "Website"} <= set(trainee.app.dataframe[0].value)


def test_starting_twice_starts_once(trainee: Visitor, opened: Workspaces) -> None:
    list_id = trainee.click("sample_zoominfo").address("list")
    first = trainee.click("start_run").address("run")
    second = trainee.go("upload.py", list=list_id).click("start_run").address("run")
    assert first == second
    assert len(practice(opened).runs(organization_of(trainee))) == 1


def test_a_run_can_be_paused_continued_and_stopped(trainee: Visitor) -> None:
    trainee.click("sample_zoominfo").click("start_run").click("pause")
    assert "Paused by you" in trainee.text
    assert "Nothing has been found yet." in trainee.text
    assert trainee.primary == ["Continue"]
    trainee.click("continue")
    assert trainee.primary == []
    run_id = trainee.address("run")
    assert re.search(r"Emails · 0 of \d+ people done · 0 credits so far", trainee.go("history.py").text)
    trainee.go("progress.py", run=run_id).click("stop")
    assert "Stopped by you" in trainee.text


def test_a_used_up_budget_can_be_raised(trainee: Visitor, opened: Workspaces) -> None:
    trainee.click("sample_linkedin_connections")
    trainee.app.number_input[0].set_value(20).run()
    trainee.click("start_run")
    organization_id, run_id = organization_of(trainee), trainee.address("run")
    practice(opened).drive_here(run_id, organization_id)
    trainee.look()
    assert "the budget you set does not pay for one more person" in trainee.text
    (label,) = trainee.primary
    assert re.fullmatch(r"Raise the budget and go on · at most \d+ credits from now on", label)
    assert "the budget you set does not pay for one more person" in trainee.go("home.py").text
    bars = [bar.value for bar in trainee.app.get("progress")]
    assert bars, "in the sidebar and on the screen"
    assert all(0 < value < 100 for value in bars), "whom the budget does not reach is not done"
    trainee.go("progress.py", run=run_id).click("raise_budget")
    assert practice(opened).run(organization_id, run_id).budget > 20


@pytest.fixture
def finished(trainee: Visitor, opened: Workspaces) -> Visitor:
    """The results of the ZoomInfo sample, looked up for emails."""
    trainee.click("sample_zoominfo").click("start_run")
    run_id = run_to_the_end(trainee, opened)
    return trainee.go("results.py", run=run_id)


def test_results_can_be_searched_filtered_and_sorted(finished: Visitor) -> None:
    run_id = finished.address("run")
    everything = finished.app.dataframe[0].value
    assert len(everything) == 50
    company = everything["Company"].iloc[0]
    finished.app.text_input(key=f"search_{run_id}").set_value(company).run()
    assert set(finished.app.dataframe[0].value["Company"]) == {company}
    finished.app.text_input(key=f"search_{run_id}").set_value("nobody of this name").run()
    assert "Nobody matches" in finished.text
    finished.app.text_input(key=f"search_{run_id}").set_value("").run()
    chips = finished.app.button_group(key=f"chips_{run_id}")
    assert any(re.fullmatch(r"Email found, now or before \d+ rows", str(one)) for one in chips.options), (
        "not people"
    )
    assert any(re.fullmatch(r"Safe to send \d+ rows", str(one)) for one in chips.options), (
        "as the chart counts"
    )
    chips.set_value(["found"]).run()
    assert set(finished.app.dataframe[0].value["Outcome"]) == {"Found"}
    finished.app.selectbox(key=f"sort_{run_id}").set_value("name").run()
    names = list(finished.app.dataframe[0].value["Name"])
    assert names == sorted(names, key=str.casefold)


def test_the_table_has_email_and_phone_behind_the_name_and_marks_those_of_the_file(finished: Visitor) -> None:
    run_id = finished.address("run")
    finished.app.session_state[f"chips_{run_id}"] = []
    rows = finished.look().app.dataframe[0].value
    assert list(rows.columns[:4]) == ["Row", "Name", "Email", "Phone"]
    own = rows[rows["Outcome"] == "Already in your file"]
    assert len(own)
    assert all(one.endswith(" (in your file)") and "@" in one for one in own["Email"])
    assert not rows["Email"][rows["Outcome"] == "Found"].str.contains("in your file").any()


def test_links_in_the_table_lead_to_the_web_only(finished: Visitor) -> None:
    run_id = finished.address("run")
    finished.app.session_state[f"columns_{run_id}"] = ["name", "linkedin"]
    finished.look()
    links = [link for link in finished.app.dataframe[0].value["LinkedIn"] if isinstance(link, str)]
    assert links
    assert all(link.startswith("https://") for link in links)


def test_a_download_for_a_tool_says_beforehand_what_will_be_in_it(finished: Visitor) -> None:
    run_id = finished.address("run")
    for preset in [one for one in PRESET_TITLES if one != EVERYTHING]:
        finished.app.selectbox(key=f"preset_{run_id}").set_value(preset)
        finished.look()
        assert re.search(r"\d+ of 120 rows", finished.text), preset
        offered = {one.label for one in finished.app.get("download_button")}
        assert "Download CSV" in offered
        excel = [one.proto.id for one in finished.app.get("download_button") if "_preset_" in one.proto.id]
        kinds = {one.rpartition("_")[2] for one in excel}
        assert kinds == ({"csv"} if preset.startswith("salesforce") else {"csv", "xlsx"}), preset


def test_the_same_file_again_links_to_what_was_found_and_is_not_said_to_have_found_nothing(
    finished: Visitor, opened: Workspaces
) -> None:
    finished.go("upload.py").click("sample_zoominfo")
    assert "You uploaded this very file before" in finished.text
    known = r"\d+ people found before, \d+ people with emails in your file, \d+ people looked up before"
    known += " without a find"
    assert re.search(f"{known}: not asked again, nothing to pay", finished.text)
    finished.click("start_run")
    run_to_the_end(finished, opened)
    for screen in ("home.py", "history.py"):
        assert re.search(r"Emails · \d+ needed no look-up · ", finished.go(screen).text)
        assert "0 emails" not in finished.text
    run = practice(opened).runs(organization_of(finished))[0]
    shown = finished.go("results.py", run=run.id).text
    assert re.search(
        r"\*\*\d+\*\* found before .* \*\*\d+\*\* already in your file .* looked up before without a find",
        shown,
    )


def test_history_renames_and_deletes_in_two_steps(finished: Visitor, opened: Workspaces) -> None:
    organization_id = organization_of(finished)
    (listed,) = practice(opened).lists(organization_id)
    finished.go("history.py").click(f"renaming_{listed.id}")
    name = next(one for one in finished.app.text_input if one.label == "New name")
    name.set_value("Spring ![fair](https://pixel.example/a.png)")
    next(one for one in finished.app.button if one.label == "Save name").click().run()
    assert "Spring ![fair](https://pixel.example/a.png)" in finished.text
    assert not any("](" in str(one.value) for one in finished.app.markdown)
    finished.click(f"deleting_{listed.id}")
    assert finished.primary == ["Keep it"]
    assert practice(opened).lists(organization_id)
    finished.click(f"delete_{listed.id}")
    assert practice(opened).lists(organization_id) == []
    assert "No lists yet" in finished.text


def test_a_deleted_list_is_nowhere_offered_any_more(finished: Visitor, opened: Workspaces) -> None:
    run_id = finished.address("run")
    (listed,) = practice(opened).lists(organization_of(finished))
    assert "Just finished" in finished.go("home.py").text
    assert "Recent lists" in finished.text
    finished.go("history.py").click(f"deleting_{listed.id}").click(f"delete_{listed.id}")
    for screen in ("history.py", "home.py"):
        finished.go(screen)
        assert "Just finished" not in finished.text
        assert "Recent lists" not in finished.text
    for screen in ("results.py", "progress.py", "lookup.py"):
        finished.go(screen, run=run_id)
        assert "it was deleted, or it belongs to another organization" in finished.text
    assert len(practice(opened).receipts(organization_of(finished))) == 1


def test_deleting_a_list_that_waits_is_not_told_as_a_list_that_is_done(
    trainee: Visitor, opened: Workspaces
) -> None:
    trainee.click("sample_zoominfo").click("start_run").click("pause")
    (listed,) = practice(opened).lists(organization_of(trainee))
    trainee.go("history.py").click(f"deleting_{listed.id}").click(f"delete_{listed.id}")
    assert not trainee.app.toast
    assert "Just finished" not in trainee.text


def test_credits_show_where_they_went(finished: Visitor, opened: Workspaces) -> None:
    spent = practice(opened).receipts(organization_of(finished))[0].credits
    finished.go("credits.py").click("refresh_balance")
    assert finished.metrics["Credits left"] == str(1000 - spent)
    assert finished.metrics["Used this month"] == str(spent)
    receipts = next(one.value for one in finished.app.dataframe if "Balance" in one.value)
    assert list(receipts["Credits"]) == [spent]
    assert list(receipts["Balance"]) == [f"1,000 → {1000 - spent}"]
    assert finished.primary == ["Start a list"]
    assert "Where they went" in finished.text
    assert re.search(rf"1,000 credits .*, {1000 - spent} .*; read \d+ times", finished.text)
    ways = finished.app.button_group(key="spent_way")
    assert "By person" in ways.options, "the sandbox says whose key it is"
    ways.set_value("By person").run()
    assert not finished.app.exception
    assert "Credits spent, by person" in finished.text
    assert f"{spent} credits, on 1 receipt of those below." in finished.text


def test_a_list_that_was_never_looked_up_says_so_in_history(trainee: Visitor) -> None:
    trainee.click("sample_zoominfo").go("history.py")
    assert "Not looked up yet: nothing was sent and nothing spent." in trainee.text


def test_a_price_that_leaves_few_credits_is_said_before_it_is_confirmed(trainee: Visitor) -> None:
    trainee.click("sample_linkedin_connections")
    assert "This may leave as few as" not in trainee.text
    trainee.click("choose_phone_only").click("fit_budget")
    assert "This may leave as few as 0 credits" in trainee.text


def test_a_list_announces_itself_once_when_it_is_done(trainee: Visitor, opened: Workspaces) -> None:
    trainee.click("sample_zoominfo").click("start_run")
    organization_id, run_id = organization_of(trainee), trainee.address("run")
    trainee.go("history.py")
    assert not trainee.app.toast
    practice(opened).drive_here(run_id, organization_id)
    (toast,) = trainee.look().app.toast
    assert re.sub(r"\\|\u2060", "", toast.value) == "zoominfo-export is done."
    assert "Just finished" in trainee.text
    assert not trainee.look().app.toast, "once is enough"
    trainee.app.session_state["news_fresh"] *= 2  # as after a test and the rest of the list
    links = [one.proto.query_string for one in trainee.look().app.sidebar.get("page_link")]
    assert links.count(f"run={run_id}") == 1
    trainee.go("results.py", run=run_id)
    assert "Just finished" not in trainee.text, "it is on the screen"


def test_what_was_done_before_the_tab_was_opened_is_no_news(
    finished: Visitor, new_visitor: Callable[[], Visitor]
) -> None:
    assert "Just finished" not in finished.look().text
    assert not new_visitor().click("practise").app.toast


def test_nobody_sees_the_lists_of_another_browser(
    finished: Visitor, new_visitor: Callable[[], Visitor], opened: Workspaces
) -> None:
    run_id = finished.address("run")
    (listed,) = practice(opened).lists(organization_of(finished))
    stranger = new_visitor().click("practise")
    for screen, address in (
        ("results.py", {"run": run_id}),
        ("progress.py", {"run": run_id}),
        ("upload.py", {"list": listed.id}),
    ):
        stranger.go(screen, **address)
        assert "belongs to another organization" in stranger.text
        assert [one.value for one in stranger.app.title] == ["This list is not here"]
        assert stranger.primary == ["Open History"]
        assert "zoominfo" not in stranger.text
        assert stranger.app.dataframe == [] or len(stranger.app.dataframe) == 0


def test_a_key_is_tested_at_once_and_not_kept_on_the_screen(real_api: Sandbox, visitor: Visitor) -> None:
    issued = real_api.new_organization(credits=640)
    visitor.go("connect.py")
    visitor.app.text_input[0].set_value(issued.key)
    next(one for one in visitor.app.button if one.label == "Connect").click().run()
    assert not visitor.app.exception
    assert "Connected" in visitor.text
    assert issued.organization_id in visitor.text
    assert visitor.metrics["Credits left"] == "640"
    assert issued.key not in visitor.text
    assert issued.key not in repr(visitor.app.session_state)
    visitor.click("disconnect")
    assert "Where to find your key" in visitor.text


@pytest.mark.parametrize(
    ("key", "said"),
    [
        pytest.param("clapi_0000000000000000", "does not accept this key", id="an unknown key"),
        pytest.param("clext_abcdefabcdef", "browser extension", id="a key of the browser extension"),
        pytest.param("clnl_live_abcdef", "one person at a time", id="a key for single contacts"),
    ],
)
@pytest.mark.usefixtures("real_api")
def test_a_key_that_does_not_work_says_why(visitor: Visitor, key: str, said: str) -> None:
    submit_key(visitor, key)
    assert said in visitor.text
    assert key not in visitor.text


def submit_key(visitor: Visitor, key: str) -> None:
    visitor.go("connect.py")
    visitor.app.text_input[0].set_value(key)
    next(one for one in visitor.app.button if one.label == "Connect").click().run()


@pytest.mark.parametrize("key", ["clext_abcdefabcdef", "clnl_live_abcdef", " clnl_live_abcdef\n"])
@pytest.mark.usefixtures("real_api")
def test_a_key_of_another_kind_is_explained_before_anybody_is_asked_and_can_be_tried_all_the_same(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    with monkeypatch.context() as nobody_may_be_asked:
        nobody_may_be_asked.setattr(session, "connect", None)
        submit_key(visitor, key)
    assert "Nothing was sent." in visitor.text
    assert not visitor.app.error
    visitor.click("try_key_anyway")
    (error,) = visitor.app.error
    assert "Nothing was charged" in str(error.value)
    assert key.strip() not in visitor.text + repr(visitor.app.session_state)
    assert not visitor.look().app.error, "it is tried once"


@pytest.mark.parametrize("key", RECIPES)
def test_a_recipe_sets_everything_in_one_click_down_to_the_file(
    trainee: Visitor, opened: Workspaces, key: str
) -> None:
    recipe = RECIPES[key]
    list_id = trainee.click("sample_badge_scan").address("list")
    trainee.app.button_group(key=f"recipe_{list_id}").set_value(key).run()
    assert recipe.does in trainee.text
    assert trainee.address("find") == recipe.wanted.value
    assert trainee.app.toggle(key=f"fresh_{list_id}").value is not recipe.only_missing
    trainee.click("start_run")
    run_id = run_to_the_end(trainee, opened)
    trainee.go("results.py", run=run_id)
    assert set(trainee.app.button_group(key=f"chips_{run_id}").value) <= set(recipe.chips)
    if recipe.preset in PRESETS:
        assert trainee.app.selectbox(key=f"preset_{run_id}").value == recipe.preset
        assert trainee.app.button_group(key=f"rows_{run_id}_{recipe.preset}").value == recipe.rows
        assert [one.label for one in trainee.app.get("download_button") if one.proto.type == "primary"] == [
            f"Download for {PRESETS[recipe.preset].title}"
        ]


def test_a_recipe_is_in_the_address_and_can_be_taken_back(trainee: Visitor) -> None:
    list_id = trainee.click("sample_badge_scan").address("list")
    trainee.go("home.py").go("upload.py", list=list_id, recipe="crm_refresh")
    assert trainee.app.button_group(key=f"recipe_{list_id}").value == "crm_refresh"
    assert trainee.app.toggle(key=f"fresh_{list_id}").value
    assert trainee.text.count(PAID_AGAIN) == 2, "of the recipe, and beside the button"
    assert "paid for twice" not in trainee.text
    trainee.app.toggle(key=f"fresh_{list_id}").set_value(False).run()
    assert PAID_AGAIN not in trainee.text
    assert "whoever was looked up in the last 90 days is not paid for again" in trainee.text
    trainee.app.button_group(key=f"recipe_{list_id}").set_value(None).run()
    assert not trainee.app.toggle(key=f"fresh_{list_id}").value
    assert "recipe" not in trainee.app.query_params


HOSTILE = {
    "first_name": "<img src=x onerror=alert(1)>**Bold** [click](javascript:alert(1))",
    "last_name": "$x^2$ :material/delete: :red[red] `code` ~~gone~~",
    "company_name": "\u202eevil\u200b\u200dsuffix\n# Heading\n- list",
    "company_domain": "javascript:alert(document.cookie)",
    "title": "W" * 400,
    "location": "![pixel](https://pixel.example/a.png) https://pixel.example",
    "linkedin_url": "javascript:alert(1)",
}


@pytest.fixture
def hostile(finished: Visitor, opened: Workspaces) -> Visitor:
    """Every text of the first row, of the file's header and of the answer means harm."""
    database = practice(opened).database
    texts = list(HOSTILE.values())
    finds = ("email", "reason", "phone", "provider", "other_emails", "other_phones", "phone_type")
    with database.write() as connection:
        (columns,) = connection.execute(select(schema.contact_list.c.columns)).scalars()
        header = [texts[place % len(texts)] for place in range(len(columns))]
        connection.execute(update(schema.contact_list).values(name=HOSTILE["first_name"], columns=header))
        first = {"row_number": 1}
        connection.execute(update(schema.list_row).filter_by(**first).values(**HOSTILE))
        connection.execute(update(schema.list_cells).filter_by(**first).values(cells=json.dumps(header)))
        values = dict(zip(finds, texts, strict=True))
        connection.execute(update(schema.run_row).filter_by(**first).values(**values, outcome="found"))
    return finished.look()


def test_text_that_means_harm_is_shown_as_text_on_the_results_and_on_the_card(hostile: Visitor) -> None:
    run_id = hostile.address("run")
    hostile.app.session_state[f"columns_{run_id}"] = [key for key in COLUMNS if key != "row"]
    hostile.look()
    row = hostile.app.dataframe[0].value.iloc[0]
    assert row["Company"] == HOSTILE["company_name"]
    assert row["Website"] == HOSTILE["company_domain"]
    assert not isinstance(row["LinkedIn"], str), "nothing to click"

    grid = hostile.app.session_state[f"grid_shown_{run_id}"]
    hostile.app.session_state[grid] = {"selection": {"rows": [], "columns": [], "cells": [(0, "Name")]}}
    hostile.look()

    bodies = [one.proto.body for one in hostile.app.get("html")]
    card = "".join(body for body in bodies if "cl-facts" in body and "<style>" not in body)
    assert "&lt;img src=x onerror=alert(1)&gt;**Bold**" in card
    assert "<bdi>\u202eevil" in card, "what turns text ends with the value"
    assert not re.search(r"<(?!/?(?:h3|dl|dt|dd|bdi|details|summary)\b)", card)
    assert not re.search(r"(?:href|src)=[\"']?javascript", card)
    labels = [
        one.label for kind in ("button", "download_button", "link_button") for one in hostile.app.get(kind)
    ]
    for text in [*(str(one.value) for one in [*hostile.app.markdown, *hostile.app.caption]), *labels]:
        assert "](javascript" not in text
        assert "<img" not in text
        assert ":material/delete:" not in text
        assert "$x^2$" not in text
        assert "![" not in text


def test_a_file_of_a_long_list_is_prepared_before_it_is_saved(
    finished: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = Owner("a browser", organization_of(finished), practice=True)
    monkeypatch.setattr(downloads, "AT_ONCE", 119)
    assert not finished.app.get("link_button")
    monkeypatch.setattr(downloads, "owner_of", lambda _seat: owner)
    run_id = finished.address("run")

    finished.look().click(f"download_main_{run_id}_everything_csv")

    (link,) = finished.app.get("link_button")
    assert re.fullmatch(r"Save the file \([\d.]+ MB\)", link.proto.label)
    found = session.shelf().find(link.proto.url.removeprefix("downloads/"), owner)
    assert found is not None
    assert len(read_csv(found.path.read_bytes())) == 121
    finished.look()
    assert [one.proto.url for one in finished.app.get("link_button")] == [link.proto.url]
    session.shelf().forget(run_id)
    assert finished.look().app.button(key=f"download_main_{run_id}_everything_csv").label == "Download CSV"


def read_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_long_list_is_sorted_and_what_takes_a_moment_or_is_not_made_is_said(
    finished: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sizes, "LONG_LIST", 119)
    run_id = finished.address("run")
    finished.app.toggle(key=f"descending_{run_id}").set_value(True).run()
    finished.app.selectbox(key=f"sort_{run_id}").set_value("credits").run()
    assert "More than 119 rows take a moment to sort at first." in finished.text
    spent = list(finished.app.dataframe[0].value["Credits"])
    assert spent == sorted(spent, reverse=True)
    finished.app.text_input(key=f"search_{run_id}").set_value("in").run()
    assert "write at least three letters" in finished.text
    assert "120 rows. Click a person" in finished.text
