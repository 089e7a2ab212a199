"""The fix list as a person uses it: one click, by hand, in a spreadsheet, and everything taken back."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from cleanlist_core.fixing import Rejoined
from cleanlist_core.reviewing import rows_to_fix
from cleanlist_core.store.lists import StoredList
from cleanlist_core.workspaces import Workspaces
from pages.parts.fixing_rows import sentence
from pages.parts.wording import plain
from tests.pages.conftest import Visitor
from tests.pages.test_screens import columns_shown, organization_of, practice

HEADER = ("LinkedIn URL", "First name", "Last name", "Company", "Website", "Email", "Notes")
ROWS = (
    ("https://www.linkedin.com/in/otto-lind", "Otto", "Lind", "Tidewick", "tidewick.example", "", ""),
    ("", "Jon", "Haugen", "Tidewick", "", "jon.haugen@gmail.com", "now jon.haugen@tidewick.example"),
    ("", "Mara Quill", "", "Northlantern", "", "", ""),
    ("", "Ada Roth", "", "Northlantern", "", "", ""),
    ("", "Ilse", "Varga", "", "", "", ""),
    ("", "Otto", "Lind", "Bluewharf", "tidewick.example", "", ""),
)
NUMBERS = "**6 rows** = **{ready}** ready to look up + **{repeated}** duplicate + **{broken}** {need} fixing"


def as_csv(*rows: tuple[str, ...]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


@pytest.fixture
def listing(trainee: Visitor) -> Visitor:
    """A browser in front of a list with rows to fix."""
    return trainee.go("upload.py").upload(as_csv(HEADER, *ROWS), "fair.csv")


def stored(visitor: Visitor, opened: Workspaces) -> StoredList:
    return practice(opened).get_list(organization_of(visitor), visitor.address("list"))


def press(visitor: Visitor, label: str) -> Visitor:
    next(button for button in visitor.app.button if button.label == label).click().run()
    assert not visitor.app.exception
    return visitor


def has(visitor: Visitor, key: str) -> bool:
    return any(button.key == key for button in visitor.app.button)


def numbers(ready: int, broken: int) -> str:
    need = "needs" if broken == 1 else "need"
    return NUMBERS.format(ready=ready, repeated=1, broken=broken, need=need)


def test_rows_are_fixed_with_one_click_and_taken_back(listing: Visitor) -> None:
    assert numbers(2, 3) in listing.text
    assert "**3 rows need fixing**, 2 of them with one click" in listing.text
    offer = listing.app.button(key="take_full_name_in_part")
    assert offer.label == "Fix 2 rows"
    preview = listing.app.table[0].value
    assert list(preview["Row"]) == ["3: Northlantern", "4: Northlantern"]
    assert "Mara Quill" in preview["Before"].iloc[0]
    assert "last name: **Quill**" in preview["After"].iloc[0]

    listing.click("take_full_name_in_part")
    assert "2 rows are fixed" in listing.text
    assert numbers(4, 1) in listing.text
    assert not has(listing, "take_full_name_in_part")
    assert "Full names in one column · 2 rows" in listing.text
    assert listing.primary[0].startswith("Look for emails of 3 people ")

    undo = next(button for button in listing.app.button if button.label == "Undo")
    undo.click().run()
    assert "Undone: 2 rows are as before." in listing.text
    assert numbers(2, 3) in listing.text
    assert listing.app.button(key="take_full_name_in_part")
    assert listing.primary[0].startswith("Look for emails of 1 person ")


def field(visitor: Visitor, label: str) -> Any:
    return next(one for one in visitor.app.text_input if one.label == label)


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ((ROWS[2],), "**1 row needs fixing**, it takes one click. The rest can go ahead without it."),
        (
            ROWS[2:4],
            "**2 rows need fixing**, all of them with one click. The rest can go ahead without them.",
        ),
    ],
    ids=["one row", "two rows"],
)
def test_what_one_click_fixes_altogether_is_said_so(
    trainee: Visitor, broken: tuple[tuple[str, ...], ...], said: str
) -> None:
    trainee.go("upload.py").upload(as_csv(HEADER, ROWS[0], *broken), "fair.csv")
    assert said in trainee.text


def test_one_row_is_fixed_by_hand_and_checked_at_once(listing: Visitor) -> None:
    box = next(one for one in listing.app.selectbox if one.label == "Row to fix")
    box.set_value(5).run()
    assert [one.value for one in listing.app.text_input][:2] == ["Ilse", "Varga"]
    field(listing, "Company website").set_value("gmail.com")
    press(listing, "Check and use")
    assert "Row 5 still needs fixing. No company." in listing.text
    assert field(listing, "Company website").value == "gmail.com"
    field(listing, "Company website").set_value("www.bluewharf.example")
    press(listing, "Check and use")
    assert "Row 5 is fixed." in listing.text
    assert numbers(3, 2) in listing.text


def test_a_row_corrected_bit_by_bit_stays_chosen_and_loses_nothing(listing: Visitor) -> None:
    next(one for one in listing.app.selectbox if one.label == "Row to fix").set_value(5).run()
    field(listing, "First name").set_value("Ilsebill")
    field(listing, "Last name").set_value("")
    press(listing, "Check and use")
    assert next(one for one in listing.app.selectbox if one.label == "Row to fix").value == 5
    assert "Row 5 still needs fixing. Only one part of the name." in listing.text
    field(listing, "Last name").set_value("Vargas")
    press(listing, "Check and use")
    assert "Row 5 still needs fixing. No company." in listing.text
    assert [field(listing, label).value for label in ("First name", "Last name")] == ["Ilsebill", "Vargas"]
    field(listing, "Company name").set_value("Bluewharf")
    press(listing, "Check and use")
    assert "Row 5 is fixed." in listing.text
    assert "still needs fixing" not in listing.text


def test_a_row_that_needs_no_fixing_is_changed_before_anything_is_spent(listing: Visitor) -> None:
    list_id = listing.address("list")
    listing.app.session_state[f"any_row_{list_id}"] = True
    listing.look()
    listing.app.text_input(key=f"row_sought_{list_id}").set_value("otto").run()
    box = next(one for one in listing.app.selectbox if one.label == "Row to change")
    assert box.options == [
        "Row 1, line 2 of your file: Otto Lind Tidewick",
        "Row 6, line 7 of your file: Otto Lind Bluewharf · the same person as row 1",
    ]
    box.set_value(6).run()
    (name,) = [one for one in listing.app.text_input if one.label == "Last name" and one.value == "Lind"]
    name.set_value("Lindqvist")
    form = next(one for one in listing.app.button if one.form_id.startswith("edit_any_"))
    form.click().run()
    assert "Row 6 is changed." in listing.text
    assert "**6 rows** = **3** ready to look up + **0** duplicates + **3** need fixing" in listing.text
    press(listing, "Undo")
    assert numbers(2, 3) in listing.text


def test_names_that_were_split_are_shown_before_the_price(trainee: Visitor) -> None:
    data = as_csv(("Full Name", "Company"), ("Roth, Ada M.", "Solvane"), ("Otto Lind", "Tidewick"))
    trainee.go("upload.py").upload(data, "names.csv")
    split = next(one.value for one in trainee.app.table if "First name" in one.value)
    assert list(split["First name"]) == ["Ada", "Otto"]
    assert list(split["In your file"]) == [plain("Roth, Ada M."), plain("Otto Lind")]


def test_the_corrected_file_comes_back_into_the_same_list(listing: Visitor, opened: Workspaces) -> None:
    listed = stored(listing, opened)
    data = rows_to_fix(practice(opened).database, listed).decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(data, newline=""))
    rows[2][header.index("Company")] = "Bluewharf"
    rows.reverse()
    back = as_csv(tuple(header), *map(tuple, rows))
    listing.upload(back, "fixed.csv")
    assert "1 row is fixed; 2 rows came back without a correction." in listing.text
    assert "Corrected file fixed.csv · 1 row" in listing.text
    assert stored(listing, opened).id == listed.id
    listing.upload(back, "fixed.csv")
    again = "Nothing was changed: 1 row says so here already; 2 rows came back without a correction."
    assert again in listing.text


def test_a_corrected_file_without_ids_says_what_to_do(listing: Visitor) -> None:
    listing.upload(as_csv(HEADER, *ROWS), "other.csv")
    assert "has no column “Cleanlist Row”" in listing.text
    assert "has no column “Cleanlist Row”" in listing.look().text
    held = listing.app.session_state[f"corrected_file_{listing.address('list')}_0"]
    assert (held.name, held.getvalue()) == ("other.csv", b"")
    assert numbers(2, 3) in listing.text


@pytest.mark.parametrize(
    ("found", "said"),
    [
        pytest.param(Rejoined(fixed=1), "1 row is fixed.", id="one is fixed"),
        pytest.param(
            Rejoined(fixed=2, broken=1),
            "2 rows are fixed; 1 row was corrected, not enough yet.",
            id="some are not",
        ),
        pytest.param(
            Rejoined(unknown=2, repeated=(3,)),
            "Nothing was changed: 2 rows are not of this list, left out;"
            " row 3 is in the file several times and stayed as before.",
            id="none has its place",
        ),
        pytest.param(
            Rejoined(settled=1, same=1),
            "Nothing was changed: 1 row came back as uploaded, needs no fixing here any more and stays so;"
            " 1 row came back without a correction.",
            id="one was fixed by hand",
        ),
        pytest.param(
            Rejoined(improved=1, looked_up=1),
            "1 ready row was corrected; 1 row was looked up already and stays.",
            id="some were looked up",
        ),
    ],
)
def test_every_row_of_a_corrected_file_is_told(found: Rejoined, said: str) -> None:
    assert sentence(found) == said


def test_people_who_are_there_twice_are_explained_and_chosen(listing: Visitor) -> None:
    key = f"repeats_{listing.address('list')}"
    listing.app.session_state[key] = True
    listing.look()
    assert "The rows disagree about the company name." in listing.text
    table = next(one.value for one in listing.app.table if "Why" in one.value)
    assert list(table["Why"]) == ["looked up with this row", "same name and website"]
    listing.click("use_other_1")
    assert "Row 1 is looked up with the data of row 6 now." in listing.text
    assert "Row 1 is looked up with the data of row 6 · 1 row" in listing.text


def test_better_keys_are_counted_and_one_click_away(listing: Visitor) -> None:
    assert "People can be looked up: **1** by LinkedIn profile · **1** by name and company" in listing.text
    listing.click("take_better_website")
    assert "1 row is better now." in listing.text
    assert "**1** by LinkedIn profile · **1** by name and website" in listing.text


def test_chosen_columns_are_remembered_and_can_be_forgotten(listing: Visitor) -> None:
    assert not has(listing, "forget_columns")
    kept = listing.address("list")
    listing.app.selectbox(key=f"column_{kept}_title").set_value("Notes")
    press(listing, "Use these columns")
    assert "Columns as you chose them (job title: Notes)." in listing.text
    replaced_by = listing.address("list")
    listing.go("upload.py", list=kept)
    assert listing.address("list") == replaced_by != kept
    assert "Columns as you chose them (job title: Notes)." in listing.text
    listing.go("upload.py").upload(as_csv(HEADER, *ROWS[:3]), "next.csv")
    assert "Columns as you chose them last time (job title: Notes)." in listing.text
    assert "You chose “Notes” for the job title." in columns_shown(listing)["Why"]
    listing.click("forget_columns")
    assert not has(listing, "forget_columns")
    assert "Notes" not in columns_shown(listing)["Column in your file"]


def test_people_who_declined_are_left_out_with_one_click_and_taken_back(trainee: Visitor) -> None:
    luma = (Path(__file__).parents[1] / "data" / "luma.csv").read_bytes()
    trainee.go("upload.py").upload(luma, "luma.csv")
    numbers = "**7 rows** = **{ready}** ready to look up + **0** duplicates + **1** needs fixing"
    assert numbers.format(ready=6) in trainee.text
    assert "Some people may not belong in this look-up: **1** declined or not approved." in trainee.text
    shown = next(one.value for one in trainee.app.table if "In your file" in one.value)
    assert list(shown["In your file"]) == [plain("approval_status: declined")]
    trainee.click("take_declined")
    assert "1 row is left out now. Nothing of your file was changed." in trainee.text
    assert f"{numbers.format(ready=5)} + **1** left out by you" in trainee.text
    assert not has(trainee, "take_declined")
    assert trainee.primary[0].startswith("Take over 5 people with emails in your file · free")
    press(trainee, "Undo")
    assert numbers.format(ready=6) in trainee.text
    assert "left out by you" not in trainee.text
    assert has(trainee, "take_declined")
