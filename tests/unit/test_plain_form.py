"""What the cells of a list were made into, in examples a person sees before anything is spent."""

from __future__ import annotations

from cleanlist_core.intake.mapping import recognise
from cleanlist_core.plain_form import SplitName, TidiedValue, split_names, tidied_values
from cleanlist_core.store.lists import StoredList
from cleanlist_core.workspace import Workspace
from tests.unit.conftest import ORG


def stored(workspace: Workspace, text: str) -> StoredList:
    table = workspace.read_upload(text.encode(), "fair.csv")
    list_id = workspace.add_list(ORG, table, recognise(table), file_name="fair.csv")
    return workspace.get_list(ORG, list_id)


def test_names_that_were_split_are_shown_the_difficult_ones_first(workspace: Workspace) -> None:
    people = [
        "Ilse Varga,Solvane",
        "Ilse Varga,Solvane",
        '"Beethoven, Ludwig van, MBA",Fidelio',
        "Ann,Tidewick",
        "Dr. Ada Roth,Solvane",
    ]
    listed = stored(workspace, "\n".join(["Full Name,Company", *people]))
    assert split_names(workspace.database, listed) == (
        SplitName(3, "Beethoven, Ludwig van, MBA", "Ludwig", "Beethoven"),
        SplitName(5, "Dr. Ada Roth", "Ada", "Roth"),
        SplitName(1, "Ilse Varga", "Ilse", "Varga"),
    )
    assert len(split_names(workspace.database, listed, limit=2)) == 2


def test_names_that_were_apart_in_the_file_were_not_split(workspace: Workspace) -> None:
    listed = stored(workspace, "First Name,Last Name,Full Name,Company\nAda,Roth,Ada M. Roth,Solvane\n")
    assert split_names(workspace.database, listed) == ()


def test_values_that_were_tidied_are_shown_one_of_each_kind_first(workspace: Workspace) -> None:
    rows = [
        "Ada,Roth,Solvane,https://www.solvane.example/about",
        "Dr. Bo,Lind,Tidewick,HTTP://tidewick.example",
        "Cy,Haugen,Bluewharf,bluewharf.example",
    ]
    listed = stored(workspace, "\n".join(["First Name,Last Name,Company,Website", *rows]))
    assert tidied_values(workspace.database, listed) == (
        TidiedValue(2, "first_name", "Dr. Bo", "Bo"),
        TidiedValue(1, "company_domain", "https://www.solvane.example/about", "solvane.example"),
        TidiedValue(2, "company_domain", "HTTP://tidewick.example", "tidewick.example"),
    )
