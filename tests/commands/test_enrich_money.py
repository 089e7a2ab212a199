"""`enrich` and money: nothing is spent unasked, twice, above the budget, or before everything is right."""

from __future__ import annotations

import errno
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cleanlist_core.sandbox import SandboxOptions
from tests.commands.conftest import FACTOR, Api, invented_people, read_rows, serve_api, write_people
from tests.commands.terminal import Done, Terminal
from tests.commands.test_enrich_files import KEYS


def enrich(terminal: Terminal, file: Path, output: Path, *more: str, **settings: str) -> Done:
    return terminal.run("enrich", file, "--type", "partial", "--output", output, "--json", *more, **settings)


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "out.csv"


def test_the_same_file_again_costs_nothing(
    terminal: Terminal, api: Api, people: Path, output: Path, tmp_path: Path
) -> None:
    first = enrich(terminal, people, output, "--yes", **api.settings).answer
    again = enrich(terminal, people, tmp_path / "again.csv", "--yes", **api.settings)
    assert again.code == 0
    told = again.answer
    assert (told["sent"], told["already_known"], told["credits_spent"]) == (0, 12, 0)
    assert told["emails_found"] == first["emails_found"]
    assert len(api.people_asked) == 12
    emails = [row["Cleanlist Email"] for row in read_rows(output)]
    assert [row["Cleanlist Email"] for row in read_rows(tmp_path / "again.csv")] == emails


def test_looking_everybody_up_again_is_a_choice(
    terminal: Terminal, api: Api, people: Path, output: Path
) -> None:
    enrich(terminal, people, output, "--yes", **api.settings)
    told = enrich(terminal, people, output, "--yes", "--fresh", **api.settings).answer
    assert (told["sent"], told["already_known"]) == (12, 0)
    assert told["credits_spent"] == api.charged / 2


def test_a_budget_below_the_price_is_never_exceeded(
    terminal: Terminal, api: Api, people: Path, output: Path
) -> None:
    done = enrich(terminal, people, output, "--yes", "--budget", "5", **api.settings)
    assert done.code == 3
    assert done.answer["status"] == "needs_you"
    assert done.answer["credits_spent"] == api.charged <= 5
    assert max(len(workflow.contacts) for workflow in api.seen.workflows) <= 5
    assert "budget" in done.err
    assert len(read_rows(output)) == 12, "what was found is written all the same"


def test_a_budget_of_nothing_sends_nothing(terminal: Terminal, api: Api, people: Path, output: Path) -> None:
    done = enrich(terminal, people, output, "--yes", "--budget", "0", **api.settings)
    assert (done.code, done.answer["sent"], api.people_asked) == (3, 0, [])


def test_without_a_yes_the_price_is_shown_and_nothing_is_sent(
    terminal: Terminal, api: Api, people: Path, output: Path
) -> None:
    done = terminal.run_apart(
        "enrich", people, "--type", "partial", "--output", output, "--json", **api.settings
    )
    assert done.code == 3
    assert "at most 12 credits" in done.err
    assert "Nothing was sent" in done.err
    assert done.error["code"] == "not_confirmed"
    assert api.people_asked == []
    assert not output.exists()


def test_an_organization_without_credits_waits(terminal: Terminal, people: Path, output: Path) -> None:
    for api in serve_api(SandboxOptions(time_factor=FACTOR, credits=0)):
        done = enrich(terminal, people, output, "--yes", **api.settings)
        assert done.code == 3
        assert (done.answer["status"], done.answer["sent"]) == ("waiting", 0)
        assert "credits" in done.err
        assert api.people_asked == []


def test_credits_for_some_are_spent_on_some_and_the_rest_waits(
    terminal: Terminal, people: Path, output: Path
) -> None:
    for api in serve_api(SandboxOptions(time_factor=FACTOR, credits=4)):
        done = enrich(terminal, people, output, "--yes", **api.settings)
        assert done.code == 3
        assert done.answer["status"] == "waiting"
        assert 0 < done.answer["credits_spent"] == api.charged <= 4


@pytest.mark.parametrize(
    ("more", "code"),
    [
        pytest.param(("--preset", "abacus"), "unknown_preset", id="an unknown preset"),
        pytest.param(("--map", "shoe_size=Company"), "bad_map", id="an unknown field"),
        pytest.param(("--map", "first_name=Vorname"), "", id="an unknown column"),
    ],
)
def test_what_is_wrong_with_the_order_is_told_before_anything_is_sent(
    more: tuple[str, ...], code: str, terminal: Terminal, api: Api, people: Path, output: Path
) -> None:
    done = enrich(terminal, people, output, "--yes", *more, **api.settings)
    assert done.code == 2
    assert done.error["code"] == code or not code
    assert api.people_asked == []


@pytest.mark.parametrize("place", ["missing/out.csv", "."], ids=["a missing folder", "a folder itself"])
def test_an_output_that_cannot_be_written_is_told_before_anything_is_sent(
    place: str, terminal: Terminal, api: Api, people: Path, tmp_path: Path
) -> None:
    done = enrich(terminal, people, tmp_path / place, "--yes", **api.settings)
    assert (done.code, done.error["code"], api.people_asked) == (2, "output_unwritable", [])


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("a" * 250 + ".csv", id="a name too long"),
        pytest.param("/dev/null", id="a device"),
    ],
)
def test_an_odd_output_is_told_before_anything_is_sent(
    name: str, terminal: Terminal, api: Api, people: Path, tmp_path: Path
) -> None:
    done = enrich(terminal, people, tmp_path / name, "--yes", **api.settings)
    assert (done.code, done.error["code"], api.people_asked) == (2, "output_unwritable", [])


def test_an_output_that_fails_after_spending_names_the_run_and_loses_nothing(
    terminal: Terminal, api: Api, people: Path, output: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Path.replace

    def full(self: Path, target: Path) -> Path:
        if target == output:
            raise OSError(errno.ENOSPC, "No space left on device")
        return whole(self, target)

    with monkeypatch.context() as disk:
        disk.setattr(Path, "replace", full)
        done = enrich(terminal, people, output, "--yes", **api.settings)
    assert done.code == 3
    told = done.answer
    assert told["error"]["code"] == "cannot_write"
    assert f"`export {told['run_id']} --output FILE`" in told["error"]["message"]
    assert told.keys() == KEYS | {"error"}
    assert told["credits_spent"] == api.charged > 0
    assert not output.exists()
    copy = terminal.run("export", told["run_id"], "--output", tmp_path / "copy.csv", "--json", **api.settings)
    assert (copy.code, copy.answer["run_id"]) == (0, told["run_id"])
    assert sum(int(row["Cleanlist Credits"]) for row in read_rows(tmp_path / "copy.csv")) == api.charged


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(("enrich", "list.csv", "--json"), id="an option left out"),
        pytest.param(("enrich", "--type", "gold", "--json"), id="a choice there is not"),
        pytest.param(("check", "--json"), id="a file left out"),
        pytest.param(("chekc", "list.csv", "--json"), id="a command there is not"),
        pytest.param(("runs", "--jsn", "--json"), id="an option there is not"),
        pytest.param(
            ("enrich", "f.csv", "--type", "none", "--output", "o", "--budget", "-1", "--json"),
            id="a budget below nothing",
        ),
    ],
)
def test_a_mistake_in_the_typing_is_told_to_a_program_too(typed: tuple[str, ...], terminal: Terminal) -> None:
    done = terminal.run(*typed)
    assert (done.code, done.error["code"]) == (2, "usage")
    assert len(done.out.splitlines()) == 1
    assert "Nothing was sent" in done.error["message"]


def test_help_is_no_mistake(terminal: Terminal) -> None:
    assert terminal.run("--help").code == 0
    assert "SPENDS CREDITS" in terminal.run("enrich", "--help").out


@pytest.mark.parametrize("wanted", ["everything", "prospecting_only", ""])
def test_a_type_there_is_not_is_refused(wanted: str, terminal: Terminal, api: Api, people: Path) -> None:
    done = terminal.run("enrich", people, "--type", wanted, "--output", people.with_name("o.csv"), "--yes")
    assert (done.code, api.people_asked) == (2, [])


def test_a_list_with_nobody_to_look_up_is_told(
    terminal: Terminal, api: Api, output: Path, tmp_path: Path
) -> None:
    file = write_people(tmp_path / "names.csv", [["Ilse", "Marchetti", "", ""]])
    done = enrich(terminal, file, output, "--yes", **api.settings)
    assert (done.code, done.error["code"], api.people_asked) == (2, "nothing_to_send", [])


def test_a_file_that_is_not_there_is_told(terminal: Terminal, api: Api, output: Path) -> None:
    done = enrich(terminal, output.with_name("missing.csv"), output, "--yes", **api.settings)
    assert (done.code, done.error["code"]) == (2, "file_unreadable")


def test_without_a_key_nothing_is_sent(terminal: Terminal, api: Api, people: Path, output: Path) -> None:
    done = enrich(terminal, people, output, "--yes", **{**api.settings, "api_key": ""})
    assert (done.code, done.error["code"], api.people_asked) == (2, "no_key", [])
    assert "CLEANLIST_API_KEY" in done.error["message"]


def test_a_wrong_key_is_told_and_not_shown(terminal: Terminal, api: Api, people: Path, output: Path) -> None:
    done = enrich(terminal, people, output, "--yes", **api.settings_for("clapi_" + "x" * 64))
    assert (done.code, done.error["code"]) == (2, "key_rejected")


def test_a_key_without_api_access_is_told(terminal: Terminal, api: Api, people: Path, output: Path) -> None:
    key = api.sandbox.new_organization(api_access=False).key
    done = enrich(terminal, people, output, "--yes", **api.settings_for(key))
    assert (done.code, done.error["code"]) == (2, "no_api_access")


def test_an_api_that_is_down_is_told(terminal: Terminal, api: Api, people: Path, output: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}/api/v1/public"
        done = enrich(terminal, people, output, "--yes", **{**api.settings, "base_url": nobody})
    assert (done.code, done.error["code"]) == (3, "unreachable")
    assert "could not be reached" in done.error["message"]
    assert api.people_asked == []


def test_runs_are_listed_newest_first(terminal: Terminal, api: Api, people: Path, output: Path) -> None:
    assert terminal.run("runs", "--json", **api.settings).answer == {"runs": []}
    first = enrich(terminal, people, output, "--yes", **api.settings).answer
    second = enrich(terminal, people, output, "--yes", "--fresh", **api.settings).answer
    listed = terminal.run("runs", "--json", **api.settings).answer["runs"]
    assert [one["run_id"] for one in listed] == [second["run_id"], first["run_id"]]
    assert {(one["list"], one["type"], one["practice"]) for one in listed} == {("people", "partial", False)}


def test_a_finished_run_can_be_exported_again(
    terminal: Terminal, api: Api, people: Path, output: Path, tmp_path: Path
) -> None:
    run_id = enrich(terminal, people, output, "--yes", **api.settings).answer["run_id"]
    assert terminal.run("export", run_id, "--output", tmp_path / "copy.csv").code == 0
    assert (tmp_path / "copy.csv").read_bytes() == output.read_bytes()


@pytest.mark.parametrize(
    "arguments",
    [("export", "nobody", "--output", "o.csv"), ("resume", "nobody")],
    ids=["exporting", "resuming"],
)
def test_a_run_there_is_not_is_told(arguments: tuple[str, ...], terminal: Terminal, tmp_path: Path) -> None:
    placed = [str(tmp_path / one) if one.endswith(".csv") else one for one in arguments]
    done = terminal.run(*placed)
    assert done.code == 2
    assert "This list or look-up is not here" in done.err


def test_resuming_with_nothing_unfinished_is_no_error(terminal: Terminal) -> None:
    done = terminal.run("resume", "--json")
    assert (done.code, done.answer["run_id"], done.answer["status"]) == (0, None, "nothing_to_do")
    assert done.answer.keys() == KEYS


def test_a_paused_list_goes_on_only_when_it_is_named(
    terminal: Terminal, output: Path, tmp_path: Path, data_dir: Path
) -> None:
    file = write_people(tmp_path / "people.csv", invented_people(12))
    for api in serve_api(SandboxOptions(time_factor=FACTOR, credits=0)):
        run_id = enrich(terminal, file, output, "--yes", **api.settings).answer["run_id"]
        with closing(sqlite3.connect(data_dir / "cleanlist.sqlite3")) as connection:
            connection.execute("UPDATE run SET state = 'waiting', waiting_for = 'paused'")
            connection.commit()
        api.sandbox.add_credits(api.issued.organization_id, 100)
        done = terminal.run("resume", "--json", **api.settings)
        assert (done.code, done.answer["run_id"], api.charged) == (0, None, 0)
        assert f"is paused and stays so. `resume {run_id}` continues it." in done.err
        done = terminal.run("resume", run_id, "--json", **api.settings)
        assert (done.code, done.answer["status"], done.answer["sent"]) == (0, "finished", 12)


def test_a_waiting_run_goes_on_once_there_are_credits(
    terminal: Terminal, output: Path, tmp_path: Path
) -> None:
    file = write_people(tmp_path / "people.csv", invented_people(12))
    for api in serve_api(SandboxOptions(time_factor=FACTOR, credits=0)):
        run_id = enrich(terminal, file, output, "--yes", **api.settings).answer["run_id"]
        api.sandbox.add_credits(api.issued.organization_id, 100)
        done = terminal.run("resume", run_id, "--json", **api.settings)
        assert (done.code, done.answer["status"], done.answer["sent"]) == (0, "finished", 12)
        assert done.answer["credits_spent"] == api.charged
