"""What the commands without a browser say and do, apart from reading their options.

Messages go to standard error; with `--json` one JSON object is the last line of standard output.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import pyarrow as pa

from cleanlist_core.domain import EnrichmentType, RowCheck, RunState, counted
from cleanlist_core.errors import CleanlistError, RunError, SettingsError
from cleanlist_core.intake.checking import CAUSES, PreparedList, prepare
from cleanlist_core.intake.mapping import ColumnMapping, recognise
from cleanlist_core.intake.reading import read_table
from cleanlist_core.intake.tables import Limits, ReadTable
from cleanlist_core.pricing import PUBLISHED_RATES, Estimate
from cleanlist_core.results.exporting import export_csv, export_xlsx, rejects_csv
from cleanlist_core.results.metrics import have_now, run_totals
from cleanlist_core.runs.driver import take_over_from_the_dead
from cleanlist_core.runs.planning import estimate_run
from cleanlist_core.settings import Settings
from cleanlist_core.store.run_creation import PersonGroup
from cleanlist_core.store.runs import PAUSED, RunView
from cleanlist_core.workspace import Workspace
from cleanlist_core.workspaces import Workspaces

DONE, WRONG_INPUT, NEEDS_PERSON = 0, 2, 3
PROGRESS_SECONDS = 1.0


def say(text: str) -> None:
    """A message for the person at the terminal."""
    click.echo(text, err=True)


def answer(values: Mapping[str, Any], *, as_json: bool) -> None:
    """The result for a program: one line of JSON at the end of standard output."""
    if as_json:
        click.echo(json.dumps(values, ensure_ascii=False))


def fail(code: str, message: str, *, as_json: bool, known: Mapping[str, Any] | None = None) -> None:
    """Say what went wrong. known: what else a program may need, such as the run that was paid for."""
    say(message)
    answer({**(known or {}), "error": {"code": code, "message": message}}, as_json=as_json)


# Reading and checking a file


@dataclass(frozen=True, slots=True)
class CheckedFile:
    table: ReadTable
    mapping: ColumnMapping
    prepared: PreparedList


def check_file(path: Path, chosen: Mapping[str, str], settings: Settings) -> CheckedFile:
    """Read, map and check a file. Raises IntakeError, RunError."""
    table = read_table(
        read_bytes(path), path.name, limits=Limits(max_bytes=settings.max_upload_mb * 1024 * 1024)
    )
    mapping = recognise(table, chosen or None)
    return CheckedFile(table, mapping, prepare(table, mapping))


def read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RunError(
            f"The file {path} could not be read: {error.strerror}. Nothing was sent."
            " Check its name and folder, and try again.",
            code="file_unreadable",
        ) from None


def check_answer(checked: CheckedFile) -> dict[str, Any]:
    """What `check` tells a program."""
    counts = checked.prepared.counts
    return {
        "rows": counts.rows,
        "ready": counts.ready,
        "invalid": counts.invalid,
        "duplicates": counts.duplicates,
        "mapping": {
            field: checked.table.columns[places[0]]
            for field, places in checked.mapping.columns.items()
            if places
        },
        "encoding": checked.table.encoding,
        "delimiter": checked.table.delimiter,
        "header_row": checked.table.header_row,
        "source": checked.mapping.source,
        "reasons": dict(checked.prepared.reasons),
        "estimate": {
            wanted.value: {"at_most": price.at_most, "likely": price.likely}
            for wanted, price in _estimates(checked.prepared).items()
        },
    }


def _estimates(prepared: PreparedList) -> dict[EnrichmentType, Estimate]:
    """Prices at the published find rates, as if nothing were known from earlier lists."""
    people = Counter(_groups(prepared).values())
    return {wanted: estimate_run(wanted, people, PUBLISHED_RATES) for wanted in EnrichmentType}


def _groups(prepared: PreparedList) -> dict[int, PersonGroup]:
    """What the file says of each person in all of their rows, by the row that is sent."""
    groups: dict[int, PersonGroup] = {}
    columns = ("checked", "leader", "key_kind", "email", "phone")
    # The row that is sent comes before the others of its person.
    for checked, leader, kind, email, phone in zip(
        *(prepared.rows[name].to_pylist() for name in columns), strict=True
    ):
        if checked != RowCheck.INVALID:
            first = groups.get(leader, PersonGroup(kind, has_email=False, has_phone=False))
            email, phone = first.has_email or bool(email), first.has_phone or bool(phone)
            groups[leader] = PersonGroup(first.key_kind, email, phone)
    return groups


def tell_check(path: Path, checked: CheckedFile) -> None:
    counts = checked.prepared.counts
    source = f" It looks like: {checked.mapping.source_name}." if checked.mapping.source_name else ""
    say(f"{path.name}: {counted(counts.rows, 'row')}.{source}")
    for note in checked.table.notes:
        say(f"  {note.text}")
    for field, places in checked.mapping.columns.items():
        say(f"  {field}: {', '.join(checked.table.columns[place] for place in places)}")
    fixing = counted(counts.invalid, "needs fixing", "need fixing")
    say(f"  {counts.ready:,} ready, {fixing}, {counted(counts.duplicates, 'duplicate')}.")
    for code, count in checked.prepared.reasons.items():
        say(f"    {count:,} × {CAUSES[code].title}. {CAUSES[code].advice}")


def write_rejects(path: Path, checked: CheckedFile) -> None:
    """Write the rows that need fixing, with what to fix."""
    states = checked.prepared.rows["checked"].to_pylist()
    reasons = checked.prepared.rows["reason"].to_pylist()
    places = [place for place, state in enumerate(states) if state == "invalid"]
    wanted = pa.array(places, pa.int64())
    columns = [column.take(wanted).to_pylist() for column in checked.table.cells.columns]
    cells = [list(row) for row in zip(*columns, strict=True)] if columns else []
    advice = [f"{CAUSES[reasons[place]].title}. {CAUSES[reasons[place]].advice}" for place in places]
    try:
        path.write_bytes(rejects_csv(checked.table.columns, cells, advice, delimiter=checked.table.delimiter))
    except OSError as error:
        raise RunError(
            f"The file {path} could not be written: {error.strerror}. Nothing was sent."
            " Choose another place for the rows that need fixing.",
            code="output_unwritable",
        ) from None


def check_writable(path: Path, source: Path | None = None) -> None:
    """Better to know before anything is spent. source: a file not to be overwritten. Raises RunError."""
    problem = _why_unwritable(path)
    if problem:
        raise RunError(
            f"The file {path} cannot be written: {problem}. Nothing was sent."
            " Choose another place for the output.",
            code="output_unwritable",
        )
    if source is not None and path.resolve() == source.resolve():
        raise RunError(
            f"{path} is the file that is read, and it stays as it is. Nothing was sent."
            " Choose another name for the output.",
            code="output_is_input",
        )


def _why_unwritable(path: Path) -> str:
    """Why a file cannot be written there, found out by trying with another one beside it; else ""."""
    trial = path.with_name(f".{path.name}.trial")
    try:
        if path.is_dir() or not path.parent.is_dir():
            return "there is no such folder, or it is one"
        if path.exists() and not path.is_file():
            return "it is not a file but a device"
        try:
            trial.write_bytes(b" ")
        finally:
            trial.unlink(missing_ok=True)
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


# Running


def connect_from_settings(workspace: Workspace) -> str:
    """Connect the key of the environment. Returns the organization. Raises SettingsError, ApiError."""
    key = workspace.settings.api_key
    if key is None:
        raise SettingsError(
            "No key is set, so nothing was sent. Put your Cleanlist key into CLEANLIST_API_KEY,"
            " or add --practice to try it with invented people.",
            code="no_key",
        )
    return workspace.connect(key.get_secret_value()).organization_id


def price_text(wanted: EnrichmentType, price: Estimate, budget: int) -> str:
    why = [f"{price.found_before:,} found before"] if price.found_before else []
    why += [f"{price.in_file:,} in your file"] if price.in_file else []
    why += [f"{price.known_misses:,} looked up before without a find"] if price.known_misses else []
    known = f" No look-up needed, nothing to pay: {', '.join(why)}." if why else ""
    return (
        f"{wanted.label} for {counted(price.to_send, 'person', 'people')}:"
        f" at most {counted(price.at_most, 'credit')},"
        f" likely about {price.likely:,}.{known} Budget: {counted(budget, 'credit')}."
    )


def drive_to_the_end(workspace: Workspace, view: RunView) -> RunView:
    """Drive a run in a thread and say how it goes, until it has ended or needs somebody.

    Another process may be driving it: then it is watched, and taken over should that process die.
    """
    take_over_from_the_dead(workspace.database)
    ended = threading.Event()
    broken: list[CleanlistError] = []
    driver = threading.Thread(target=_drive, args=(workspace, view, ended, broken), daemon=True)
    driver.start()
    try:
        last = ""
        while driver.is_alive():
            driver.join(PROGRESS_SECONDS)
            last = _tell_progress(workspace, view, last)
    except KeyboardInterrupt:
        ended.set()
        say("Stopping after the request under way. Nothing is lost; `resume` goes on.")
        driver.join()
    if broken:
        raise broken[0]
    return workspace.run(view.organization_id, view.id)


def _drive(workspace: Workspace, view: RunView, ended: threading.Event, broken: list[CleanlistError]) -> None:
    options = workspace.drive_options(view.organization_id)
    if options is not None:
        options = replace(options, stop=ended.is_set)
    try:
        while not ended.is_set() and not workspace.drive_here(view.id, view.organization_id, options):
            if not workspace.run(view.organization_id, view.id).active:
                return
            ended.wait(PROGRESS_SECONDS)
    except CleanlistError as error:
        broken.append(error)


def _tell_progress(workspace: Workspace, view: RunView, last: str) -> str:
    at = workspace.progress(view.organization_id, view.id)
    beyond = f" ({at.people_not_sent:,} beyond the budget)" if at.people_not_sent else ""
    text = (
        f"{at.people_done:,} of {counted(at.people_total, 'person', 'people')}{beyond},"
        f" {counted(at.emails_so_far, 'email')}, {counted(at.phones_so_far, 'phone')},"
        f" {counted(at.totals.credits_spent, 'credit')}"
    )
    if text != last:
        say(text)
    return text


NO_RUN: Mapping[str, Any] = {
    "run_id": None,
    "status": "nothing_to_do",
    **dict.fromkeys(
        (
            "rows",
            "sent",
            "already_known",
            "duplicates",
            "invalid",
            "not_sent",
            "emails_found",
            "phones_found",
            "credits_spent",
            "batches",
            "uncertain_batches",
        ),
        0,
    ),
}
"""What `resume` tells a program when nothing is unfinished: the keys of a run, and none."""


def run_answer(workspace: Workspace, view: RunView) -> dict[str, Any]:
    """What `enrich` and `resume` tell a program.

    rows = sent + already_known + duplicates + invalid + not_sent; who was not chosen, or was left out of
    the list by a person, was not sent.
    """
    totals = run_totals(workspace.database, view.id)
    return {
        "run_id": view.id,
        "status": view.state.value,
        "rows": totals.uploaded,
        "sent": totals.sent,
        "already_known": totals.already_known,
        "duplicates": totals.duplicates,
        "invalid": totals.needs_fixing,
        "not_sent": totals.not_sent + totals.not_chosen + totals.withheld,
        "emails_found": totals.emails_found,
        "phones_found": totals.phones_found,
        "credits_spent": totals.credits_spent,
        "batches": totals.batches,
        "uncertain_batches": totals.uncertain_batches,
    }


def tell_end(workspace: Workspace, view: RunView) -> int:
    """Say what a run has come to. Returns the exit code."""
    totals = run_totals(workspace.database, view.id)
    told = totals.sentence(have_now(workspace.database, view.id))
    say(f"{told}. {counted(totals.credits_spent, 'credit')} spent.")
    if view.state is RunState.FINISHED:
        return DONE
    say(view.why or f"The run is {view.state.label.lower()}; `resume {view.id}` goes on.")
    for decision in workspace.uncertain(view.organization_id, view.id):
        lost = decision.batch
        say(
            f"  Part {lost.number}: {counted(lost.people, 'person', 'people')},"
            f" at most {counted(lost.at_most, 'credit')}."
            f" {decision.balance_hint}"
            f" To send them again, and perhaps pay twice: resume {view.id} --resend-uncertain"
        )
    return NEEDS_PERSON


class AfterSpendingError(RunError):
    """Credits may be spent, and the command could not go on. known: what there is to tell of the run."""

    def __init__(self, message: str, *, code: str, known: Mapping[str, Any]) -> None:
        super().__init__(message, code=code)
        self.known = known


def drive_or_say_how_to_go_on(workspace: Workspace, view: RunView) -> RunView:
    """Drive a run that has just been started. Raises AfterSpendingError, which names the run."""
    try:
        return drive_to_the_end(workspace, view)
    except CleanlistError as error:
        message = f"{error.message} What was found is kept. Go on with `resume {view.id}`."
        raise AfterSpendingError(message, code=error.code, known={"run_id": view.id}) from None


def hand_over(workspace: Workspace, view: RunView, output: Path, preset: str) -> None:
    """Write the file of a run. Raises AfterSpendingError, which says how to get at what was found."""
    try:
        export_to(workspace, view.id, output, preset)
    except CleanlistError as error:
        raise AfterSpendingError(
            f"{error.message} Everything that was found is kept: write it to another place with"
            f" `export {view.id} --output FILE`.",
            code=error.code,
            known=run_answer(workspace, view),
        ) from None


def export_to(workspace: Workspace, run_id: str, output: Path, preset: str) -> None:
    """Write the enriched file; its ending decides between Excel and CSV."""
    if output.suffix.lower() == ".xlsx":
        folder = workspace.settings.downloads_dir
        report = export_xlsx(workspace.database, run_id, output, preset=preset, folder=folder)
    else:
        report = export_csv(workspace.database, run_id, output, preset=preset)
    say(f"{counted(report.rows, 'row')} written to {output}.")
    for note in report.notes:
        say(f"  {note}")


def resume_runs(workspaces: Workspaces, run_id: str | None, *, resend: bool) -> tuple[int, dict[str, Any]]:
    """Drive unfinished runs to their end. Returns the exit code and the answer of the last one.

    What a person paused goes on only when it is named.
    """
    code, last = DONE, dict[str, Any]()
    for workspace, view in _unfinished(workspaces, run_id):
        if view.waiting_for == PAUSED and run_id is None:
            say(f"{view.list_name} is paused and stays so. `resume {view.id}` continues it.")
            continue
        say(f"{view.list_name}: {view.enrichment_type.label.lower()}")
        _let_go_on(workspace, view, resend=resend)
        view = drive_to_the_end(workspace, view)
        code = max(code, tell_end(workspace, view))
        last = run_answer(workspace, view)
    return code, last


def _unfinished(workspaces: Workspaces, run_id: str | None) -> list[tuple[Workspace, RunView]]:
    if run_id is not None:
        return [workspaces.find_run(run_id)]
    return [(workspace, view) for workspace in workspaces.each() for view in workspace.unfinished_runs()]


def _let_go_on(workspace: Workspace, view: RunView, *, resend: bool) -> None:
    if not workspace.is_practice and not workspace.keys.has(view.organization_id):
        connect_from_settings(workspace)
    for decision in workspace.uncertain(view.organization_id, view.id) if resend else []:
        if decision.may_send_again:
            workspace.resolve(view.organization_id, view.id, decision.batch.batch_id, "send_again")
        else:
            minutes = (decision.resend_at - time.time()) / 60
            wait = counted(max(1, round(minutes)), "minute")
            say(f"Part {decision.batch.number} may be sent again in {wait}, not before.")
    if view.state is RunState.WAITING:
        workspace.continue_run(view.organization_id, view.id)


def list_runs(workspaces: Workspaces) -> list[dict[str, Any]]:
    """Every run of this installation, newest first in each workspace."""
    return [
        {
            "list": view.list_name,
            "type": view.enrichment_type.value,
            "practice": workspace.is_practice,
            **run_answer(workspace, view),
        }
        for workspace in workspaces.each()
        for view in workspace.all_runs()
    ]


def is_interactive() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()
