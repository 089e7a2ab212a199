"""The commands without a browser: `python -m cleanlist_core …`.

Exit codes: 0 done, 2 the input or the settings are wrong, 3 something needs a person.
"""

from __future__ import annotations

import signal
import sqlite3
import sys
import threading
from collections.abc import Callable, Sequence
from functools import partial, wraps
from pathlib import Path
from typing import Any

import click

from cleanlist_core import commands
from cleanlist_core.commands import DONE, NEEDS_PERSON, WRONG_INPUT, AfterSpendingError, answer, fail, say
from cleanlist_core.domain import FIELDS, EnrichmentType
from cleanlist_core.errors import ApiError, CleanlistError, KeyRejectedError, NoAccessError, RunError
from cleanlist_core.results.presets import check_preset
from cleanlist_core.sandbox import IssuedKey, RunningSandbox, Sandbox, SandboxOptions, run_forever
from cleanlist_core.settings import read_settings
from cleanlist_core.workspaces import open_workspaces

FILE = click.Path(path_type=Path)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="One JSON object as the last line of output."
)
map_option = click.option(
    "--map",
    "chosen",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="Which column feeds a field; repeatable.",
)
preset_option = click.option("--preset", default="everything", help="The shape of the file, such as hubspot.")


class OneAnswer(click.Group):
    """A group whose mistakes in the typing, too, are told to a program that asked for JSON."""

    def main(self, args: Sequence[str] | None = None, *more: Any, **settings: Any) -> Any:
        typed = sys.argv[1:] if args is None else list(args)
        settings["standalone_mode"] = False
        try:
            code = super().main(args, *more, **settings)
        except click.Abort:
            fail("not_confirmed", "Stopped by you. Nothing was sent.", as_json="--json" in typed)
            code = NEEDS_PERSON
        except click.ClickException as error:
            error.show()
            problem = f"{error.format_message()} Nothing was sent. See --help."
            answer({"error": {"code": "usage", "message": problem}}, as_json="--json" in typed)
            code = WRONG_INPUT
        sys.exit(code if isinstance(code, int) else DONE)


@click.group(cls=OneAnswer, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Turn a list of names into a list of people you can reach."""


def told_in_plain_words(command: Callable[..., int]) -> Callable[..., None]:
    """Turn what a command returns or raises into an exit code; nobody sees a traceback."""

    @wraps(command)
    def run(**options: Any) -> None:
        try:
            code = command(**options)
        except CleanlistError as error:
            known = error.known if isinstance(error, AfterSpendingError) else None
            fail(error.code, error.message, as_json=bool(options.get("as_json")), known=known)
            code = exit_code_of(error)
        sys.exit(code)

    return run


def exit_code_of(error: CleanlistError) -> int:
    """Who waits for the API or has paid needs a person; the rest is wrong in the input or the settings."""
    if isinstance(error, KeyRejectedError | NoAccessError):
        return WRONG_INPUT
    return NEEDS_PERSON if isinstance(error, ApiError | AfterSpendingError) else WRONG_INPUT


def read_chosen(pairs: tuple[str, ...]) -> dict[str, str]:
    """FIELD=COLUMN options as a mapping. Raises RunError."""
    chosen = {}
    for pair in pairs:
        field, separator, column = pair.partition("=")
        if not separator or field not in FIELDS:
            raise RunError(
                f"--map {pair} is not FIELD=COLUMN. Nothing was sent. Fields: {', '.join(FIELDS)}.",
                code="bad_map",
            )
        chosen[field] = column
    return chosen


@main.command()
@click.argument("file", type=FILE)
@json_option
@map_option
@click.option("--rejects", type=FILE, help="Write the rows that need fixing here, with what to fix.")
@told_in_plain_words
def check(file: Path, as_json: bool, chosen: tuple[str, ...], rejects: Path | None) -> int:
    """Read a contact list and say what is in it, what is wrong with it, and what it would cost."""
    checked = commands.check_file(file, read_chosen(chosen), read_settings())
    commands.tell_check(file, checked)
    if rejects is not None:
        commands.check_writable(rejects, file)
        commands.write_rejects(rejects, checked)
    answer(commands.check_answer(checked), as_json=as_json)
    return DONE


@main.command()
@click.argument("file", type=FILE)
@click.option(
    "--type",
    "wanted",
    required=True,
    type=click.Choice([wanted.value for wanted in EnrichmentType]),
    help="What to look for: emails (partial), phones (phone_only), both (full), or none.",
)
@click.option("--output", required=True, type=FILE, help="The enriched file; .xlsx for Excel, else CSV.")
@click.option("--budget", type=click.IntRange(min=0), help="Credits it may cost; default: the most it can.")
@click.option(
    "--fresh", is_flag=True, help="Look everybody up again, also who was found before or has it in the file."
)
@preset_option
@click.option("--practice", is_flag=True, help="Use the sandbox with invented people.")
@click.option("--yes", is_flag=True, help="Agree to the price without being asked.")
@map_option
@json_option
@told_in_plain_words
def enrich(
    file: Path,
    wanted: str,
    output: Path,
    budget: int | None,
    fresh: bool,
    preset: str,
    practice: bool,
    yes: bool,
    chosen: tuple[str, ...],
    as_json: bool,
) -> int:
    """Look up everybody on a list and write the enriched file. SPENDS CREDITS."""
    check_preset(preset)
    commands.check_writable(output, file)
    settings = read_settings(**({"practice": "on"} if practice else {}))
    checked = commands.check_file(file, read_chosen(chosen), settings)
    commands.tell_check(file, checked)
    if checked.prepared.counts.ready == 0:
        raise RunError(
            "Nobody on this list can be looked up yet, so nothing was sent. Fix the rows as told above"
            " (`check --rejects` writes them to a file) and try again.",
            code="nothing_to_send",
        )
    workspaces = open_workspaces(settings, drive=False)
    try:
        workspace = workspaces.practice if practice and workspaces.practice else workspaces.real
        if practice:
            organization_id = workspace.connect_practice().organization_id
        else:
            organization_id = commands.connect_from_settings(workspace)
        list_id = workspace.add_list(organization_id, checked.table, checked.mapping, file_name=file.name)
        kind = EnrichmentType(wanted)
        price = workspace.orders.estimates(organization_id, list_id, fresh=fresh)[kind]
        budget = price.at_most if budget is None else budget
        say(commands.price_text(kind, price, budget))
        if not yes and not agreed():
            told = "Nothing was sent. Add --yes to agree to the price."
            fail("not_confirmed", told, as_json=as_json)
            return NEEDS_PERSON
        run_id = workspace.orders.start_run(
            organization_id, list_id, kind, budget=budget, estimate=price, fresh=fresh, by="command"
        )
        view = commands.drive_or_say_how_to_go_on(workspace, workspace.run(organization_id, run_id))
        code = commands.tell_end(workspace, view)
        commands.hand_over(workspace, view, output, preset)
        answer(commands.run_answer(workspace, view), as_json=as_json)
        return code
    finally:
        workspaces.close()


def agreed() -> bool:
    if not commands.is_interactive():
        return False
    return click.confirm("Go ahead?", err=True)


@main.command()
@click.argument("run", required=False)
@click.option(
    "--resend-uncertain", is_flag=True, help="Send again what may have been accepted; this may pay twice."
)
@json_option
@told_in_plain_words
def resume(run: str | None, resend_uncertain: bool, as_json: bool) -> int:
    """Go on with unfinished runs (or the one named) until they end."""
    workspaces = open_workspaces(read_settings(), drive=False)
    try:
        code, last = commands.resume_runs(workspaces, run, resend=resend_uncertain)
        if not last:
            say("Nothing is unfinished.")
        answer(last or commands.NO_RUN, as_json=as_json)
        return code
    finally:
        workspaces.close()


@main.command(name="runs")
@json_option
@told_in_plain_words
def show_runs(as_json: bool) -> int:
    """Show what has been run."""
    workspaces = open_workspaces(read_settings(), drive=False)
    try:
        found = commands.list_runs(workspaces)
        for one in found:
            practice = " (practice)" if one["practice"] else ""
            say(f"{one['run_id']}  {one['status']:<9}  {one['type']:<10}  {one['list']}{practice}")
        answer({"runs": found}, as_json=as_json)
        return DONE
    finally:
        workspaces.close()


@main.command()
@click.argument("run")
@click.option("--output", required=True, type=FILE, help="The enriched file; .xlsx for Excel, else CSV.")
@preset_option
@json_option
@told_in_plain_words
def export(run: str, output: Path, preset: str, as_json: bool) -> int:
    """Write the enriched file of a run."""
    check_preset(preset)
    commands.check_writable(output)
    workspaces = open_workspaces(read_settings(), drive=False)
    try:
        workspace, view = workspaces.find_run(run)
        commands.export_to(workspace, view.id, output, preset)
        answer(commands.run_answer(workspace, view), as_json=as_json)
        return DONE
    finally:
        workspaces.close()


@main.command()
@told_in_plain_words
def worker() -> int:
    """Drive runs beside the web process, or without it, until told to stop."""
    settings = read_settings()
    workspaces = open_workspaces(settings, drive=False)
    try:
        if settings.api_key is not None:
            commands.connect_from_settings(workspaces.real)
        for workspace in workspaces.each():
            workspace.start_engine()
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: stop.set())
        say("Driving runs. Stop with Ctrl+C; nothing is lost.")
        while not stop.wait(1.0):
            pass
        return DONE
    finally:
        workspaces.close()


@main.command()
@click.option("--port", default=8900, type=click.IntRange(0, 65535))
@click.option("--time-factor", default=10.0, type=click.FloatRange(min=0, min_open=True))
@click.option(
    "--dialect",
    "dialects",
    multiple=True,
    metavar="NAME[+NAME]…",
    help="Which of the documented forms of answers is spoken; repeatable.",
)
@click.option(
    "--faults",
    default="",
    metavar="WHERE:WHEN=FAULT,…",
    help="What goes wrong, such as bulk:2=500,status:10%=503.",
)
@click.option("--webhooks-anywhere", is_flag=True, help="Announce results beyond this machine, too.")
@click.option("--credits", "credits_given", default=1000.0, type=click.FloatRange(min=0))
@click.option("--key", default=None, help="Use this key instead of a new one.")
@click.option("--state", default=None, type=FILE, help="Keep what happened in this file.")
@json_option
@told_in_plain_words
def sandbox(
    port: int,
    time_factor: float,
    dialects: tuple[str, ...],
    faults: str,
    webhooks_anywhere: bool,
    credits_given: float,
    key: str | None,
    state: Path | None,
    as_json: bool,
) -> int:
    """Serve the API with invented people on this machine, for practice and for tests."""
    try:
        options = SandboxOptions(
            time_factor=time_factor,
            credits=credits_given,
            dialect="+".join(dialects) or "default",
            faults=faults,
            webhooks_anywhere=webhooks_anywhere,
        )
        simulated = Sandbox(options, state_path=state)
        issued = simulated.new_organization(key=key) if key else simulated.new_organization()
    except ValueError as error:
        told = f"The sandbox cannot start like this: {error}. Nothing was started."
        fail("sandbox_options", told, as_json=as_json)
        return WRONG_INPUT
    except (OSError, sqlite3.Error) as error:
        told = f"The sandbox cannot keep its state in {state}: {error}. Nothing was started."
        fail("sandbox_state", told, as_json=as_json)
        return WRONG_INPUT
    try:
        run_forever(simulated, port=port, tell=partial(tell_sandbox, options, issued, as_json=as_json))
    except OSError as error:
        told = f"Port {port} cannot be used: {error}. Nothing was started. Choose another with --port."
        fail("sandbox_port", told, as_json=as_json)
        return WRONG_INPUT
    return DONE


def tell_sandbox(
    options: SandboxOptions, issued: IssuedKey, running: RunningSandbox, *, as_json: bool
) -> None:
    """Say where the sandbox is, how it behaves, and with which key it opens."""
    say(f"Sandbox at {running.base_url}, {options.time_factor:g} × faster than life. Stop with Ctrl+C.")
    say(f"What happens in it: http://127.0.0.1:{running.port}/")
    say(f"Dialect: {options.dialect}. Faults: {options.faults or 'none'}.")
    say(f"Key: {issued.key}")
    say(f"Its limit: CLEANLIST_RATE_LIMIT={options.rate_limit}/{options.real_window_seconds:g}")
    told = {"base_url": running.base_url, "key": issued.key, "organization_id": issued.organization_id}
    answer(told, as_json=as_json)
    sys.stdout.flush()


if __name__ == "__main__":
    main(prog_name="python -m cleanlist_core")
