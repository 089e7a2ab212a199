"""A workspace: one database with one API behind it. What the screens and the commands call.

Everything in a workspace is asked for with an organization's id, and only a key that the API validates
leads to that id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from cleanlist_core import accounts
from cleanlist_core.accounts import Account, Receipt
from cleanlist_core.alerts import AlertSender
from cleanlist_core.api.answers import Delivery
from cleanlist_core.api.client import CleanlistClient, RateGate, clean_key
from cleanlist_core.api.refusals import SINGLE_KEY_NEEDED, wrong_kind_for_one
from cleanlist_core.domain import FILE_ENDINGS, Contact, RunState
from cleanlist_core.errors import KeyRejectedError, RunError
from cleanlist_core.intake.checking import prepare
from cleanlist_core.intake.column_names import column_names
from cleanlist_core.intake.mapping import ColumnMapping
from cleanlist_core.intake.reading import read_table
from cleanlist_core.intake.readings import how_it_was_read
from cleanlist_core.intake.tables import Limits, Reading, ReadTable
from cleanlist_core.key_ring import KeyRing
from cleanlist_core.looking_up import list_of_email, name_of, plain_email, table_of_one
from cleanlist_core.ordering import Orders
from cleanlist_core.practice import PracticeApi
from cleanlist_core.runs import announcements, lost_answers
from cleanlist_core.runs.balances import read_balance
from cleanlist_core.runs.collecting import PERSON_BY_PERSON
from cleanlist_core.runs.driver import DriveOptions, drive
from cleanlist_core.runs.embedded import EmbeddedEngine
from cleanlist_core.runs.lost_answers import Choice, Decision
from cleanlist_core.runs.rate_gate import DatabaseGate
from cleanlist_core.settings import Settings
from cleanlist_core.standing import Progress, standing
from cleanlist_core.store import (
    batches,
    deleting,
    lists,
    next_batch,
    organizations,
    rate,
    remaining,
    run_creation,
    run_log,
    runs,
)
from cleanlist_core.store.database import Database
from cleanlist_core.store.list_files import KeptFile
from cleanlist_core.store.lists import ListCounts, ListFacts, StoredList
from cleanlist_core.store.organizations import CreditReading
from cleanlist_core.store.run_log import Event
from cleanlist_core.store.runs import RunView
from cleanlist_core.uploads import Upload

NEWEST_RUNS = 200
"""So many are told of where all lists are; one that goes on is told of in any case."""


class Workspace:
    """Lists, runs and credits of the organizations that use one API."""

    def __init__(self, settings: Settings, database: Database, practice: PracticeApi | None = None) -> None:
        self.settings = settings
        self.database = database
        self.is_practice = practice is not None
        self.keys = KeyRing(database, settings, practice)
        self.orders = Orders(database, reuse_seconds=settings.reuse_days * 86_400, confirmed=self.keys.lend)
        self._practice = practice
        self._engine: EmbeddedEngine | None = None
        self._alerts: AlertSender | None = None

    # Driving

    def start_engine(self) -> None:
        """Drive runs from this process from now on, and tell of them outside where that is set up."""
        self.keys.seal_anew()
        self._engine = EmbeddedEngine(
            self.database,
            self.drive_options,
            why_keyless=self.keys.why_missing,
            keys_here=self.keys.no_more_missing,
            tend=self.keys.forget_needless,
        )
        self._engine.start()
        if self.settings.alert_url is not None and not self.is_practice:
            app_url = self.settings.webhook_base_url
            self._alerts = AlertSender(self.database, self.settings.alert_url, app_url=app_url)
            self._alerts.start()

    def drive_options(self, organization_id: str) -> DriveOptions | None:
        """How to drive the runs of an organization; None while none of its keys is known."""
        key = self.keys.find(organization_id)
        if key is None:
            return None

        def make_client(gate: RateGate) -> CleanlistClient:
            single_key = self.keys.find(organization_id, "email")
            return CleanlistClient(self.settings.base_url, key, gate=gate, single_key=single_key)

        return DriveOptions(
            self.settings.rate_limit,
            self.settings.poll_seconds,
            make_client,
            public_url=self.settings.webhook_base_url,
            reuse_seconds=self.settings.reuse_days * 86_400,
        )

    def drive_here(self, run_id: str, organization_id: str, options: DriveOptions | None = None) -> bool:
        """Drive one run in this thread until nothing is left to do. False when another process does."""
        options = options or self.drive_options(organization_id)
        if options is None:
            why = self.keys.why_missing(organization_id)
            runs.set_state(
                self.database, run_id, RunState.WAITING, waiting_for=why, expected=[RunState.RUNNING]
            )
            return True
        return drive(self.database, run_id, organization_id, options)

    def check_data(self) -> None:
        """Raises StoreError when the data cannot be read right now."""
        self.all_runs(limit=1)

    def close(self) -> None:
        for working in (self._engine, self._alerts):
            if working is not None:
                working.stop()
        if self._practice is not None:
            self._practice.close()
        self.database.close()

    # Keys and credits

    def connect(self, key: str) -> Account:
        """Open what belongs to the organization of a key. Raises ApiError when the API does not accept it."""
        with CleanlistClient(self.settings.base_url, key, attempts=2) as client:
            info = client.validate_key()
            asked_at = self.database.clock()
            balance = client.credit_balance()
        organization_id = info.organization_id or balance.organization_id
        if not organization_id:
            raise KeyRejectedError(
                "Cleanlist accepted this key but did not say whose it is, so your lists cannot be kept apart."
                " Nothing was stored. Try another key, or ask Cleanlist's support.",
                status=200,
            )
        organizations.remember_organization(self.database, organization_id, info.user_id)
        for _ in range(2):
            rate.note_past_request(self.database, organization_id)
        rate.forget_learned_limit(self.database, organization_id)
        organizations.add_reading(
            self.database,
            organization_id,
            balance.balance,
            used_this_month=balance.used_this_month,
            read_at=asked_at,
            why="connected",
        )
        self.keys.remember(organization_id, key)
        runs.wake_runs(self.database, organization_id, (*runs.KEY_IS_NOT_HERE, "key_rejected"))
        return accounts.account(self.database, organization_id, user_id=info.user_id)

    def connect_practice(self, organization_id: str | None = None) -> Account:
        """A place to practise: the one given, if it is still there, else a new one with its credits."""
        if self._practice is None:
            raise RunError("This is not practice. Nothing was changed.", code="not_practice")
        known = self._practice.key_for(organization_id) if organization_id else None
        return self.connect(known or self._practice.new_key())

    def take_email_key(self, organization_id: str, key: str) -> str:
        """Keep a key that looks up one person at a time, by email too. Nobody is asked: that would spend.

        Returns why it is probably of another kind, or "". Raises SettingsError for what no request can carry.
        """
        cleaned = clean_key(key)
        self.keys.remember(organization_id, cleaned, "email")
        runs.wake_runs(self.database, organization_id, runs.NEEDS_EMAIL_KEY)
        return wrong_kind_for_one(cleaned)

    def account(self, organization_id: str) -> Account:
        return accounts.account(self.database, organization_id)

    def refresh_balance(self, organization_id: str) -> Account:
        """Ask the API for the balance. Raises ApiError."""
        with self._client(organization_id) as client:
            read_balance(self.database, organization_id, client, why="on view")
        return self.account(organization_id)

    def _client(self, organization_id: str) -> CleanlistClient:
        key = self.keys.find(organization_id)
        if key is None:
            raise KeyRejectedError(
                "Your key is not connected any more. Nothing was lost. Connect it again to go on.", status=401
            )
        gate = DatabaseGate(self.database, organization_id, self.settings.rate_limit)
        return CleanlistClient(self.settings.base_url, key, gate=gate, attempts=2)

    def credits_free(self, organization_id: str) -> int:
        """Whole credits of the last balance that nothing under way can still take; 0 when never read."""
        return next_batch.free_credits(self.database, organization_id)

    def readings(self, organization_id: str, limit: int = 1000) -> list[CreditReading]:
        return organizations.list_readings(self.database, organization_id, limit=limit)

    def receipts(self, organization_id: str) -> list[Receipt]:
        return accounts.receipts(self.database, organization_id)

    # Lists

    def hold(self, data: Iterable[bytes]) -> Upload:
        """Put a file down on the disk while it is read, checked and stored. Raises StoreError."""
        return Upload(data, self.settings.data_dir)

    def read_upload(self, data: bytes, file_name: str, reading: Reading | None = None) -> ReadTable:
        """Read a file into a table, as a person chose where they did. Raises IntakeError."""
        limits = Limits(max_bytes=self.settings.max_upload_mb * 1024 * 1024)
        return read_table(data, file_name, limits=limits, reading=reading or Reading())

    def add_list(
        self,
        organization_id: str,
        table: ReadTable,
        mapping: ColumnMapping,
        *,
        file_name: str,
        data: Iterable[bytes] | None = None,
        progress: Callable[[float], None] = lambda _share: None,
    ) -> str:
        """Check every row and store the list. Returns its id.

        data: the file the table was read from, in pieces, kept so that it can be read another way.
        """
        prepared = prepare(table, mapping)
        names = column_names(table.columns)
        facts = ListFacts(
            name=_list_name(file_name),
            file_name=file_name,
            checksum=table.checksum,
            source=mapping.source_name,
            encoding=table.encoding,
            delimiter=table.delimiter,
            header_row=table.header_row,
            columns=list(table.columns),
            mapping={field: [names[place] for place in places] for field, places in mapping.columns.items()},
            notes=[note.text for note in table.notes],
            reasons=dict(prepared.reasons),
            rows=prepared.counts.rows,
            ready=prepared.counts.ready,
            invalid=prepared.counts.invalid,
            duplicates=prepared.counts.duplicates,
        )
        file = None if data is None else KeptFile(data, how_it_was_read(table))
        return lists.add_list(
            self.database, organization_id, facts, prepared.rows, table.cells, file=file, progress=progress
        )

    def get_list(self, organization_id: str, list_id: str) -> StoredList:
        return lists.get_list(self.database, organization_id, list_id)

    def find_list(self, organization_id: str, list_id: str) -> StoredList:
        """The list at an address somebody kept, or the one that has taken its place."""
        return lists.find_list(self.database, organization_id, list_id)

    def replace_list(self, organization_id: str, list_id: str, newer: str) -> None:
        """Delete a list whose place another one takes; its address leads there from now on."""
        lists.remember_replacement(self.database, organization_id, list_id, newer)
        self.delete_list(organization_id, list_id)

    def lists(
        self, organization_id: str, *, one_person: bool | None = None, limit: int = 200, after: int = 0
    ) -> list[StoredList]:
        """Newest first. one_person: only look-ups of one person, or only lists; None: both.

        after: how many newer ones are not wanted.
        """
        return lists.find_lists(
            self.database, organization_id, one_person=one_person, limit=limit, after=after
        )

    def count_lists(self, organization_id: str) -> ListCounts:
        return lists.count_lists(self.database, organization_id)

    def same_file(self, organization_id: str, checksum: str) -> list[StoredList]:
        """Lists made of the very same file, newest first."""
        return lists.find_lists(self.database, organization_id, checksum=checksum)

    def rename_list(self, organization_id: str, list_id: str, name: str) -> None:
        self.get_list(organization_id, list_id)
        if name.strip():
            lists.rename_list(self.database, organization_id, list_id, name)

    def delete_list(self, organization_id: str, list_id: str) -> None:
        """Forget a list's people and results; its receipts stay. Raises RunError while it is running."""
        deleting.delete_list(self.database, organization_id, list_id)
        runs.wake_runs(self.database, organization_id, ["blocked"])

    # Runs

    def add_person(self, organization_id: str, contact: Contact) -> str:
        """Store one person as a list of one, ready to be priced and started. Returns the list's id.

        Raises RunError when the person cannot be looked up.
        """
        table, mapping = table_of_one(contact)
        list_id = self.add_list(organization_id, table, mapping, file_name=name_of(contact))
        if self.get_list(organization_id, list_id).facts.ready == 0:
            self.delete_list(organization_id, list_id)
            raise RunError(
                "This person cannot be looked up like this: the link is no LinkedIn profile of a person, or a"
                " name is not a name. Nothing was sent. Correct it and try again.",
                code="unusable_person",
            )
        return list_id

    def chain(self, organization_id: str, run_id: str) -> list[RunView]:
        """A run with the decisions that belong together with it, the first one first."""
        view = self.run(organization_id, run_id)
        first = view.first_run_id or view.id
        runs_of_list = self.list_runs(organization_id, view.list_id)
        return [one for one in reversed(runs_of_list) if first in (one.id, one.first_run_id)]

    def add_email(self, organization_id: str, email: str) -> str:
        """The same for somebody known by an email alone. Raises RunError, with no key for it, too."""
        address = plain_email(email)
        if not self.keys.has(organization_id, "email"):
            raise RunError(
                f"{SINGLE_KEY_NEEDED} Nothing was sent. Add such a key under One person and try again.",
                code="no_email_key",
            )
        return lists.add_list(self.database, organization_id, *list_of_email(address))

    def run(self, organization_id: str, run_id: str) -> RunView:
        return runs.get_run(self.database, organization_id, run_id)

    def open_run(self, organization_id: str, run_id: str) -> RunView:
        """A run to look at. Raises RunError also when its list was deleted."""
        view = self.run(organization_id, run_id)
        if view.list_deleted:
            raise runs.unknown_run()
        return view

    def runs(self, organization_id: str) -> list[RunView]:
        """Runs of the lists that are there: the newest, newest first, then older ones that have not ended."""
        newest = runs.find_runs(self.database, organization_id, with_deleted=False, limit=NEWEST_RUNS)
        if len(newest) < NEWEST_RUNS:
            return newest
        going_on = runs.find_runs(
            self.database, organization_id, states=run_creation.UNFINISHED, with_deleted=False
        )
        there = {one.id for one in newest}
        return newest + [one for one in going_on if one.id not in there]

    def all_runs(self, limit: int = 100_000) -> list[RunView]:
        """Runs of every organization, for commands on this machine."""
        return runs.find_runs(self.database, limit=limit)

    def unfinished_runs(self) -> list[RunView]:
        """Runs of every organization that have not ended, for commands on this machine; oldest first."""
        return runs.find_runs(self.database, states=run_creation.UNFINISHED, limit=100_000)[::-1]

    def not_sent(self, organization_id: str) -> dict[str, int]:
        """How many people each of the organization's runs has not sent; only those that left some."""
        return remaining.count_unsent_by_run(self.database, organization_id)

    def known_before(self, organization_id: str) -> dict[str, int]:
        """How many people each of the organization's runs filled from earlier ones; only those that did."""
        return remaining.count_known_by_run(self.database, organization_id)

    def in_the_way(self, organization_id: str, run_id: str) -> list[RunView]:
        """The runs that keep one from going on, because they are about the same people."""
        view = self.run(organization_id, run_id)
        return [self.run(organization_id, one) for one in next_batch.runs_in_the_way(self.database, view.id)]

    def list_runs(self, organization_id: str, list_id: str) -> list[RunView]:
        return runs.find_runs(self.database, organization_id, list_id=list_id)

    def progress(self, organization_id: str, run_id: str) -> Progress:
        return standing(self.database, self.run(organization_id, run_id), way_of=self._way_of_results)

    def _way_of_results(self, via: str) -> str:
        if via == PERSON_BY_PERSON:
            return "Cleanlist gives these results one person at a time, which takes longer."
        if self.settings.webhook_base_url is not None:
            return "Cleanlist announces results to this app as soon as they are ready."
        return "Results are fetched part by part, as soon as a part is ready."

    def events(self, organization_id: str, run_id: str, limit: int = 50) -> list[Event]:
        self.run(organization_id, run_id)
        return run_log.read(self.database, run_id, limit=limit)

    def stop(self, organization_id: str, run_id: str) -> None:
        """Send nothing more. What was sent is still fetched, and may still be charged."""
        self.run(organization_id, run_id)
        moved = runs.set_state(
            self.database,
            run_id,
            RunState.STOPPING,
            expected=[RunState.RUNNING, RunState.WAITING, RunState.NEEDS_YOU],
            organization_id=organization_id,
        )
        if moved:
            self._log_hold(
                organization_id, run_id, "stopped", "Stopped by you. What was sent is still fetched."
            )

    def pause(self, organization_id: str, run_id: str) -> None:
        self.run(organization_id, run_id)
        moved = runs.set_state(
            self.database,
            run_id,
            RunState.WAITING,
            waiting_for="paused",
            expected=[RunState.RUNNING],
            organization_id=organization_id,
        )
        if moved:
            self._log_hold(organization_id, run_id, "paused", runs.WHY["paused"])

    def _log_hold(self, organization_id: str, run_id: str, kind: str, text: str) -> None:
        """A person's hold goes on record with what may be charged all the same."""
        open_still = self.progress(organization_id, run_id).still_charged
        run_log.note(self.database, run_id, kind, f"{text} {open_still}".rstrip())

    def continue_run(self, organization_id: str, run_id: str) -> None:
        """Go on with what was not sent. Nothing is sent that the budget does not cover."""
        view = self.run(organization_id, run_id)
        if view.waiting_for == "no_credits":
            self.refresh_balance(organization_id)
        moved = runs.set_state(
            self.database,
            run_id,
            RunState.RUNNING,
            expected=[RunState.WAITING, RunState.FINISHED, RunState.NEEDS_YOU, RunState.STOPPING],
            organization_id=organization_id,
        )
        if moved:
            run_log.note(self.database, run_id, "continued", "Continued by you.")
            self.keys.lend(organization_id)

    def raise_budget(self, organization_id: str, run_id: str, budget: int, *, by: str = "") -> None:
        """Let a run SPEND more, and go on. by: who said so, and is named on the receipt too."""
        self.run(organization_id, run_id)
        if runs.raise_budget(self.database, organization_id, run_id, budget, by=by):
            self.continue_run(organization_id, run_id)

    def deliveries(self, organization_id: str, run_id: str) -> list[tuple[int, Delivery]]:
        """How announcements of a run's unfinished parts went: (part, attempt). Raises ApiError."""
        self.run(organization_id, run_id)
        if self.settings.webhook_base_url is None:
            return []
        with self._client(organization_id) as client:
            return [
                (number, replace(attempt, error_message=announcements.without_secrets(attempt.error_message)))
                for number, workflow_id in batches.open_workflows(self.database, run_id)
                for attempt in client.webhook_deliveries(workflow_id)
            ]

    # Lost answers

    def uncertain(self, organization_id: str, run_id: str) -> list[Decision]:
        self.run(organization_id, run_id)
        return lost_answers.decisions(
            self.database, organization_id, run_id, resend_after_seconds=self.settings.resend_after_seconds
        )

    def resolve(
        self, organization_id: str, run_id: str, batch_id: str, choice: Choice, workflow_id: str = ""
    ) -> None:
        """Carry out what a person decided about a lost answer. Raises RunError, ApiError."""
        self.run(organization_id, run_id)
        carried_out = lost_answers.resolve(
            self.database,
            organization_id,
            run_id,
            batch_id,
            choice,
            workflow_id.strip(),
            resend_after_seconds=self.settings.resend_after_seconds,
            client_for=self._client,
        )
        if carried_out:
            self.keys.lend(organization_id)


def _list_name(file_name: str) -> str:
    stem, _, ending = file_name.rpartition(".")
    return stem if stem and ending.lower() in FILE_ENDINGS else file_name
