"""`check`: what is in a file, what is wrong with it, and what it would cost."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.commands.conftest import HEADER, write_people
from tests.commands.terminal import Terminal
from tests.unit.intake.test_known_exports import DATA, GOLDEN, Golden

KEYS = {
    "rows",
    "ready",
    "invalid",
    "duplicates",
    "mapping",
    "encoding",
    "delimiter",
    "header_row",
    "source",
    "reasons",
    "estimate",
}
PRICES = {"none": 0, "partial": 1, "phone_only": 10, "full": 11}

MIXED = (
    ["Ilse", "Marchetti", "Fennmark Retail", "fennmark.example"],
    ["Ilse", "Marchetti", "Fennmark Retail", "fennmark.example"],
    ["Jonas", "Kestrelson", "", ""],
    ["", "", "Fennmark Retail", "fennmark.example"],
    ["Greta", "Winterbourne", "Solvane", "solvane.example"],
)


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """Two who are ready, one twice, two who need fixing."""
    return write_people(tmp_path / "mixed.csv", MIXED)


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden.file)
def test_every_known_file_is_counted_and_the_counts_add_up(golden: Golden, terminal: Terminal) -> None:
    done = terminal.run("check", DATA / golden.file, "--json")
    assert done.code == 0
    told = done.answer
    assert told.keys() == KEYS
    assert (told["rows"], told["ready"], told["invalid"], told["duplicates"]) == golden.counts
    assert told["rows"] == told["ready"] + told["invalid"] + told["duplicates"]
    assert sum(told["reasons"].values()) == told["invalid"] + told["duplicates"]
    assert told["reasons"] == golden.reasons
    assert told["source"] == golden.source
    assert told["header_row"] == golden.header_row
    assert told["mapping"] == {field: columns[0] for field, columns in golden.headers.items()}
    assert done.out.count("\n") == 1


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden.file)
def test_no_price_is_above_what_all_ready_people_can_cost(golden: Golden, terminal: Terminal) -> None:
    told = terminal.run("check", DATA / golden.file, "--json").answer
    assert told["estimate"].keys() == PRICES.keys()
    for wanted, price in told["estimate"].items():
        assert price.keys() == {"at_most", "likely"}
        assert 0 <= price["likely"] <= price["at_most"] <= PRICES[wanted] * told["ready"]


def test_a_phone_in_another_row_of_a_person_is_not_in_the_price(terminal: Terminal, tmp_path: Path) -> None:
    ilse = ["Ilse", "Marchetti", "Fennmark Retail", "fennmark.example"]
    greta = ["Greta", "Winterbourne", "Solvane", "solvane.example"]
    rows = ([*ilse, ""], [*greta, ""], [*ilse, "+43 1 9346 01"])
    told = terminal.run(
        "check", write_people(tmp_path / "fair.csv", rows, (*HEADER, "Phone")), "--json"
    ).answer
    assert told["estimate"]["phone_only"]["at_most"] == 10
    assert told["estimate"]["full"]["at_most"] == 12


def test_in_a_process_of_its_own_the_last_line_is_the_answer_and_the_rest_is_for_people(
    terminal: Terminal, mixed: Path
) -> None:
    done = terminal.run_apart("check", mixed, "--json")
    assert done.code == 0
    assert done.answer["rows"] == 5
    assert done.out.count("\n") == 1
    assert "mixed.csv: 5 rows." in done.err
    assert "2 ready, 2 need fixing, 1 duplicate." in done.err


def test_without_json_nothing_is_on_standard_output(terminal: Terminal, mixed: Path) -> None:
    done = terminal.run("check", mixed)
    assert (done.code, done.out) == (0, "")
    assert "5 rows" in done.err


def test_every_cause_is_told_with_what_to_do(terminal: Terminal, mixed: Path) -> None:
    done = terminal.run("check", mixed, "--json")
    assert done.answer["reasons"] == {"no_company": 1, "no_name": 1, "duplicate": 1}
    assert done.err.count(" × ") == 3


def test_a_person_may_say_which_column_is_which(terminal: Terminal, tmp_path: Path) -> None:
    file = write_people(
        tmp_path / "odd.csv",
        [["Ilse", "Marchetti", "Fennmark Retail", "fennmark.example"]],
        ["Given", "Family", "Employer", "Homepage"],
    )
    options = ["--map", "first_name=Given", "--map", "last_name=Family", "--map", "company_domain=Homepage"]
    told = terminal.run("check", file, *options, "--json").answer
    assert told["mapping"]["first_name"] == "Given"
    assert told["mapping"]["last_name"] == "Family"
    assert told["mapping"]["company_domain"] == "Homepage"
    assert told["ready"] == 1


def test_a_person_may_say_that_a_column_is_not_to_be_used(terminal: Terminal, mixed: Path) -> None:
    told = terminal.run("check", mixed, "--map", "company_domain=", "--json").answer
    assert "company_domain" not in told["mapping"]


@pytest.mark.parametrize(
    "correction",
    [
        pytest.param("first_name=Vorname", id="a column the file does not have"),
        pytest.param("shoe_size=Company", id="a field there is not"),
        pytest.param("first_name", id="no column at all"),
        pytest.param("=First Name", id="no field at all"),
    ],
)
def test_a_correction_that_makes_no_sense_is_refused(
    correction: str, terminal: Terminal, mixed: Path
) -> None:
    done = terminal.run("check", mixed, "--map", correction, "--json")
    assert done.code == 2
    assert done.error["message"] in done.err
    assert "othing was" in done.error["message"]


def test_the_rows_to_fix_come_back_as_they_were_with_what_to_fix(
    terminal: Terminal, mixed: Path, tmp_path: Path
) -> None:
    done = terminal.run("check", mixed, "--rejects", tmp_path / "fix.csv", "--json")
    assert done.code == 0
    with (tmp_path / "fix.csv").open(encoding="utf-8-sig", newline="") as lines:
        header, *rows = csv.reader(lines)
    assert header == ["First Name", "Last Name", "Company", "Website", "What to fix"]
    assert [row[:4] for row in rows] == [list(MIXED[2]), list(MIXED[3])]
    assert all(row[4] for row in rows)


def test_without_rows_to_fix_the_file_of_them_has_only_its_header(
    terminal: Terminal, people: Path, tmp_path: Path
) -> None:
    assert terminal.run("check", people, "--rejects", tmp_path / "fix.csv").code == 0
    assert (tmp_path / "fix.csv").read_text(encoding="utf-8-sig").count("\n") == 1


def test_a_place_nothing_can_be_written_to_is_told(terminal: Terminal, mixed: Path, tmp_path: Path) -> None:
    done = terminal.run("check", mixed, "--rejects", tmp_path / "missing" / "fix.csv", "--json")
    assert (done.code, done.error["code"]) == (2, "output_unwritable")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(None, "missing.csv", id="no such file"),
        pytest.param(b"", "empty.csv", id="nothing in it"),
        pytest.param(bytes(range(256)) * 40, "photo.csv", id="bytes that are no text"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(600), "photo.png", id="a picture"),
        pytest.param(b"Colour,Size\nred,4\nblue,5\n", "shoes.csv", id="a table without people"),
        pytest.param(b"First Name,Last Name,Company\n", "header.csv", id="a header without rows"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_plain_words(
    content: bytes | None, name: str, terminal: Terminal, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = terminal.run("check", tmp_path / name, "--json")
    assert done.code == 2
    assert done.error["code"]
    assert done.error["message"].endswith(".")
    assert done.error["message"] in done.err


def test_a_list_of_companies_is_refused(terminal: Terminal) -> None:
    done = terminal.run("check", DATA / "companies_only.csv", "--json")
    assert (done.code, bool(done.error["message"])) == (2, True)


def test_a_folder_is_not_a_file(terminal: Terminal, tmp_path: Path) -> None:
    done = terminal.run("check", tmp_path, "--json")
    assert (done.code, done.error["code"]) == (2, "file_unreadable")


def test_a_file_above_the_limit_is_refused(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    file.write_bytes(b"First Name,Last Name,Company\n" + b"Ilse,Marchetti,Fennmark\n" * 50_000)
    done = terminal.run("check", file, "--json", max_upload_mb="1")
    assert done.code == 2
    assert "1 MB" in done.error["message"]


def test_a_setting_that_cannot_be_used_is_named(terminal: Terminal, people: Path) -> None:
    done = terminal.run("check", people, "--json", rate_limit="often")
    assert done.code == 2
    assert "CLEANLIST_RATE_LIMIT" in done.error["message"]


def test_an_unreadable_file_ends_a_process_with_two_and_no_traceback(
    terminal: Terminal, tmp_path: Path
) -> None:
    done = terminal.run_apart("check", tmp_path / "missing.csv", "--json")
    assert (done.code, done.error["code"]) == (2, "file_unreadable")


@pytest.mark.parametrize(
    "asked", [("check", "--rejects"), ("enrich", "--type", "partial", "--yes", "--output")]
)
def test_the_file_that_is_read_is_never_written_over(
    asked: tuple[str, ...], terminal: Terminal, people: Path
) -> None:
    before = people.read_bytes()
    command, *options = asked
    done = terminal.run(command, people, "--json", *options, people.parent / "." / people.name)
    assert (done.code, done.error["code"]) == (2, "output_is_input")
    assert people.read_bytes() == before
