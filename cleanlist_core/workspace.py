"""A workspace: one database with one API behind it. What the screens and the commands call.

Everything in a workspace is asked for with an organization's id, and only a key that the API validates
leads to that id.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from cleanlist_core import accounts
from cleanlist_core.accounts import Account, Receipt
from cleanlist_core.alerts import AlertSender
from cleanlist_core.api.answers import Delivery
from cleanlist_core.api.client import CleanlistClient, RateGate, clean_key
from cleanlist_core.api.refusals import SINGLE_KEY_NEEDED, wrong_kind_for_one
from cleanlist_core.domain import FILE_ENDINGS, Contact, EnrichmentType, RunState, counted
from cleanlist_core.errors import KeyRejectedError, RunError
from cleanlist_core.intake.checking import CAUSES, prepare
from cleanlist_core.intake.column_names import column_names
from cleanlist_core.intake.leaving_out import LEAVING_OUT_CAUSES
from cleanlist_core.intake.mapping import ColumnMapping
from cleanlist_core.intake.reading import read_table
from cleanlist_core.intake.readings import how_it_was_read
from cleanlist_core.intake.tables import Limits, Reading, ReadTable
from cleanlist_core.key_safe import KeySafe
from cleanlist_core.keys import KeyHolder
from cleanlist_core.looking_up import list_of_email, name_of, plain_email, table_of_one
from cleanlist_core.practice import PracticeApi
from cleanlist_core.pricing import Estimate, price_at_most
from cleanlist_core.recipes import RECIPES, Recipe, recipe_titled
from cleanlist_core.results.metrics import find_rates
from cleanlist_core.runs import announcements, lost_answers
from cleanlist_core.runs.collecting import PERSON_BY_PERSON
from cleanlist_core.runs.driver import DriveOptions, drive
from cleanlist_core.runs.embedded import EmbeddedEngine
from cleanlist_core.runs.lost_answers import Choice, Decision
from cleanlist_core.runs.planning import SAMPLE_SIZE, estimate_run, spread_sample, still_missing
from cleanlist_core.runs.rate_gate import DatabaseGate
from cleanlist_core.settings import Settings
from cleanlist_core.standing import Progress, standing
from cleanlist_core.store import (
    batches,
    lists,
    next_batch,
    organizations,
    rate,
    remaining,
    run_creation,
    runs,
)
from cleanlist_core.store.browsing import people_matching
from cleanlist_core.store.database import Database
from cleanlist_core.store.list_files import KeptFile
from cleanlist_core.store.lists import ListCounts, ListFacts, StoredList
from cleanlist_core.store.organizations import CreditReading
from cleanlist_core.store.results import run_heading
from cleanlist_core.store.run_creation import Order
from cleanlist_core.store.runs import Event, RunView

_RECIPE = "recipe"


class Workspace:
    """Lists, runs and credits of the organizations that use one API."""

    def __init__(self, settings: Settings, database: Database, practice: PracticeApi | None = None) -> None:
        self.settings = settings
        self.database = database
        self.is_practice = practice is not None
        self.keys = KeyHolder()
        self.email_keys = KeyHolder()
        self._safe = None if practice is not None else KeySafe(database, settings)
        self._practice = practice
        self._engine: EmbeddedEngine | None = None
        self._alerts: AlertSender | None = None

    # Driving

    def start_engine(self) -> None:
        """Drive runs from this process from now on, and tell of them outside where that is set up."""
        if self._safe is not None:
            self._safe.seal_anew()
        self._engine = EmbeddedEngine(
            self.database,
            self.drive_options,
            why_keyless=self.why_keyless,
            keys_here=self.keys_here,
            tend=self._forget_needless_keys,
        )
        self._engine.start()
        if self.settings.alert_url is not None and not self.is_practice:
            app_url = self.settings.webhook_base_url
            self._alerts = AlertSender(self.database, self.settings.alert_url, app_url=app_url)
            self._alerts.start()

    def drive_options(self, organization_id: str) -> DriveOptions | None:
        """How to drive the runs of an organization; None while none of its keys is known."""
        key = self._key_of(organization_id)
        if key is None:
            return None

        def make_client(gate: RateGate) -> CleanlistClient:
            single_key = self._email_key_of(organization_id)
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
            why = self.why_keyless(organization_id)
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
        self._lend_key(organization_id)
        runs.wake_runs(self.database, organization_id, (*runs.KEY_IS_NOT_HERE, "key_rejected"))
        return accounts.account(self.database, organization_id, user_id=info.user_id)

    def connect_practice(self, organization_id: str | None = None) -> Account:
        """A place to practise: the one given, if it is still there, else a new one with its credits."""
        if self._practice is None:
            raise RunError("This is not practice. Nothing was changed.", code="not_practice")
        known = self._practice.key_for(organization_id) if organization_id else None
        return self.connect(known or self._practice.new_key())

    def has_key(self, organization_id: str) -> bool:
        return self._key_of(organization_id) is not None

    def forget_key(self, organization_id: str) -> None:
        self.keys.forget(organization_id)
        self.disconnect(organization_id)

    def disconnect(self, organization_id: str) -> None:
        """Somebody left: no sealed copy of the key stays, and none is made until somebody connects again.

        Who drives a run by now goes on to its end.
        """
        self.keys.withdraw(organization_id)
        self.email_keys.withdraw(organization_id)
        if self._safe is not None:
            self._safe.forget(organization_id)

    def _forget_needless_keys(self) -> None:
        if self._safe is not None:
            self._safe.forget_needless()

    def why_keyless(self, organization_id: str) -> str:
        """What runs of an organization wait for whose key cannot be had here."""
        return "key_sealed" if self._safe is not None and self._safe.holds(organization_id) else "no_key"

    def keys_here(self, organization_id: str) -> tuple[str, ...]:
        """What runs of an organization need not wait for any more: the keys that can be had here."""
        for_lists = runs.KEY_IS_NOT_HERE if self.has_key(organization_id) else ()
        return (*for_lists, "no_email_key") if self.has_email_key(organization_id) else for_lists

    def _lend_key(self, organization_id: str) -> None:
        """Let every process drive what this organization has begun, if the operator set that up."""
        if self._safe is None:
            return
        if key := self.keys.lend(organization_id):
            self._safe.put(organization_id, "lists", key)
        if key := self.email_keys.lend(organization_id):
            self._safe.put(organization_id, "email", key)

    def _key_of(self, organization_id: str) -> str | None:
        if self._practice is not None:
            return self._practice.key_for(organization_id)
        known = self.keys.find(organization_id)
        if known is None and self._safe is not None:
            return self._safe.find(organization_id, "lists")
        return known

    def take_email_key(self, organization_id: str, key: str) -> str:
        """Keep a key that looks up one person at a time, by email too. Nobody is asked: that would spend.

        Returns why it is probably of another kind, or "". Raises SettingsError for what no request can carry.
        """
        cleaned = clean_key(key)
        self.email_keys.remember(organization_id, cleaned)
        self._lend_key(organization_id)
        runs.wake_runs(self.database, organization_id, runs.NEEDS_EMAIL_KEY)
        return wrong_kind_for_one(cleaned)

    def has_email_key(self, organization_id: str) -> bool:
        return self._email_key_of(organization_id) is not None

    def forget_email_key(self, organization_id: str) -> None:
        self.email_keys.forget(organization_id)
        if self._safe is not None:
            self._safe.forget(organization_id, "email")

    def _email_key_of(self, organization_id: str) -> str | None:
        if self._practice is not None:
            return self._practice.email_key_for(organization_id)
        known = self.email_keys.find(organization_id)
        if known is None and self._safe is not None:
            return self._safe.find(organization_id, "email")
        return known

    def account(self, organization_id: str) -> Account:
        return accounts.account(self.database, organization_id)

    def refresh_balance(self, organization_id: str) -> Account:
        """Ask the API for the balance. Raises ApiError."""
        with self._client(organization_id) as client:
            asked_at = self.database.clock()
            balance = client.credit_balance()
        organizations.add_reading(
            self.database,
            organization_id,
            balance.balance,
            used_this_month=balance.used_this_month,
            read_at=asked_at,
            why="on view",
        )
        return self.account(organization_id)

    def _client(self, organization_id: str) -> CleanlistClient:
        key = self._key_of(organization_id)
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
        data: bytes = b"",
        progress: Callable[[float], None] = lambda _share: None,
    ) -> str:
        """Check every row and store the list. Returns its id.

        data: the file the table was read from, kept so that it can be read another way; b"" for none.
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
        file = KeptFile(data, how_it_was_read(table)) if data else None
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

    def lists(self, organization_id: str, *, one_person: bool | None = None) -> list[StoredList]:
        """Newest first. one_person: only look-ups of one person, or only lists; None: both."""
        return lists.find_lists(self.database, organization_id, one_person=one_person)

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
        runs.delete_list(self.database, organization_id, list_id)
        runs.wake_runs(self.database, organization_id, ["blocked"])

    def estimates(
        self, organization_id: str, list_id: str, *, fresh: bool = False
    ) -> dict[EnrichmentType, Estimate]:
        """The price of each enrichment type for a list. fresh: as if nothing were known."""
        self.get_list(organization_id, list_id)
        people = run_creation.count_people(
            self.database,
            organization_id,
            list_id,
            known_since=self._known_since(fresh=fresh),
            count_own=not fresh,
        )
        return {
            wanted: estimate_run(wanted, people, find_rates(self.database, organization_id, wanted))
            for wanted in EnrichmentType
        }

    def _known_since(self, *, fresh: bool) -> float | None:
        return None if fresh else self.database.clock() - self.settings.reuse_days * 86_400

    def _known_to(self, run: RunView) -> float:
        """Since when answers count for a run: its own always do, for it asks nobody twice."""
        since = self._known_since(fresh=run.fresh)
        return run.confirmed_at if since is None else min(since, run.confirmed_at)

    # Runs

    def start_run(
        self,
        organization_id: str,
        list_id: str,
        wanted: EnrichmentType,
        *,
        budget: int,
        estimate: Estimate,
        fresh: bool = False,
        sample: bool = False,
        then_phones: bool = False,
        by: str = "",
        recipe: str = "",
    ) -> str:
        """Confirm a run: the one decision that SPENDS. Returns its id; a second click gets the same run.

        then_phones: who gets a phone is decided on once the emails are there. recipe: what the list is for,
        a key of RECIPES, if a person said so.
        Raises RunError for a list of another organization, or one with nobody to send.
        """
        self.get_list(organization_id, list_id)
        order = Order(
            organization_id=organization_id,
            list_id=list_id,
            wanted=wanted,
            budget=max(0, budget),
            at_most=estimate.at_most,
            likely=estimate.likely,
            by=by,
            fresh=fresh,
            sample=spread_sample if sample else None,
            then_phones=then_phones,
        )
        return self._create(order, estimate, recipe)

    def _create(
        self, order: Order, estimate: Estimate, recipe: str = "", known_since: float | None = None
    ) -> str:
        known = {**CAUSES, **LEAVING_OUT_CAUSES}
        causes = {code: f"{cause.title}. {cause.advice}" for code, cause in known.items()}
        run_id, is_new = run_creation.create_run(
            self.database,
            order,
            still_missing,
            known_since=self._known_since(fresh=order.fresh) if known_since is None else known_since,
            causes=causes,
        )
        if is_new:
            count = min(SAMPLE_SIZE, estimate.to_send) if order.sample else estimate.to_send
            price = min(count * price_at_most(order.wanted), estimate.at_most)
            upto = "up to " if order.budget < price else ""
            who, most = upto + counted(count, "person", "people"), counted(order.budget, "credit")
            text = f"Confirmed: {order.wanted.label.lower()} for {who}, at most {most}."
            runs.log(self.database, run_id, "confirmed", text)
            if recipe in RECIPES:
                runs.log(self.database, run_id, _RECIPE, RECIPES[recipe].title)
            self._lend_key(order.organization_id)
        return run_id

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

    def phones_price(
        self,
        organization_id: str,
        run_id: str,
        *,
        chips: Sequence[str] = (),
        search: str = "",
        numbers: Sequence[int] = (),
    ) -> Estimate:
        """The price of phones for the people of a run who match; who has one already costs nothing.

        numbers: the people of just these rows, whatever matches.
        """
        view = self.run(organization_id, run_id)
        heading = run_heading(self.database, run_id)
        chosen = people_matching(self.database, heading, chips=chips, search=search, numbers=numbers)
        people = run_creation.count_people(
            self.database,
            organization_id,
            view.list_id,
            known_since=self._known_since(fresh=False),
            among=chosen,
        )
        rates = find_rates(self.database, organization_id, EnrichmentType.PHONE_ONLY)
        return estimate_run(EnrichmentType.PHONE_ONLY, people, rates)

    def start_phones(
        self,
        organization_id: str,
        run_id: str,
        *,
        budget: int,
        estimate: Estimate,
        chips: Sequence[str] = (),
        search: str = "",
        numbers: Sequence[int] = (),
        by: str = "",
    ) -> str:
        """Confirm a further decision of a run: phones for the people who match. SPENDS. Returns its id.

        numbers: for the people of just these rows, whatever matches. A second click gets the same one.
        Only what is missing is asked; the budget is this decision's own.
        """
        view = self.run(organization_id, run_id)
        heading = run_heading(self.database, run_id)
        order = Order(
            organization_id=organization_id,
            list_id=view.list_id,
            wanted=EnrichmentType.PHONE_ONLY,
            budget=max(0, budget),
            at_most=estimate.at_most,
            likely=estimate.likely,
            by=by,
            first_run_id=view.first_run_id or view.id,
            only=people_matching(self.database, heading, chips=chips, search=search, numbers=numbers),
        )
        return self._create(order, estimate)

    def chain(self, organization_id: str, run_id: str) -> list[RunView]:
        """A run with the decisions that belong together with it, the first one first."""
        view = self.run(organization_id, run_id)
        first = view.first_run_id or view.id
        runs_of_list = self.list_runs(organization_id, view.list_id)
        return [one for one in reversed(runs_of_list) if first in (one.id, one.first_run_id)]

    def rest(self, organization_id: str, run_id: str) -> Estimate | None:
        """The price of everybody a run has not asked about; None while it goes on, or when nobody is left."""
        view = self.run(organization_id, run_id)
        if view.state is not RunState.FINISHED:
            return None
        people = remaining.count_unsent(self.database, view, known_since=self._known_to(view))
        if not people:
            return None
        rates = find_rates(self.database, organization_id, view.enrichment_type)
        return estimate_run(view.enrichment_type, people, rates)

    def find_rest(
        self, organization_id: str, run_id: str, *, budget: int, estimate: Estimate, by: str = ""
    ) -> None:
        """Go on with everybody a run has not asked about. SPENDS at most the budget, once.

        by: who confirmed it, and is named on the receipt from now on.
        """
        view = self.run(organization_id, run_id)
        known_since = self._known_to(view)
        if remaining.take_in_the_rest(
            self.database, view, still_missing, budget=max(0, budget), known_since=known_since, by=by
        ):
            who = "1 other person" if estimate.to_send == 1 else f"the other {estimate.to_send:,} people"
            most = counted(budget, "credit")
            text = f"Confirmed: {view.enrichment_type.label.lower()} for {who}, at most {most}."
            runs.log(self.database, run_id, "rest", text)
            self._lend_key(organization_id)

    def without_answer(
        self, organization_id: str, run_id: str, numbers: Sequence[int] = ()
    ) -> Estimate | None:
        """The price of looking again for whom a run got no answer; None without any, or while one goes on.

        numbers: only the people of these rows.
        """
        view = self.run(organization_id, run_id)
        if any(one.state is not RunState.FINISHED for one in self.list_runs(organization_id, view.list_id)):
            return None
        people = remaining.count_failed(
            self.database, view, known_since=self._known_to(view), numbers=numbers
        )
        price = estimate_run(
            view.enrichment_type, people, find_rates(self.database, organization_id, view.enrichment_type)
        )
        return price if price.to_send else None

    def look_again(
        self,
        organization_id: str,
        run_id: str,
        *,
        budget: int,
        estimate: Estimate,
        numbers: Sequence[int] = (),
        by: str = "",
    ) -> str:
        """Confirm a further run of the list for whom this one got no answer. SPENDS. Returns its id.

        Everybody else is filled in from what is known, for nothing. numbers: only the people of these rows.
        A second click gets the same run.
        """
        view = self.run(organization_id, run_id)
        order = Order(
            organization_id=organization_id,
            list_id=view.list_id,
            wanted=view.enrichment_type,
            budget=max(0, budget),
            at_most=estimate.at_most,
            likely=estimate.likely,
            by=by,
            fresh=view.fresh,
            first_run_id=view.first_run_id,
            only=remaining.failed_people(view.id, numbers),
        )
        return self._create(order, estimate, known_since=self._known_to(view))

    def add_email(self, organization_id: str, email: str) -> str:
        """The same for somebody known by an email alone. Raises RunError, with no key for it, too."""
        address = plain_email(email)
        if not self.has_email_key(organization_id):
            raise RunError(
                f"{SINGLE_KEY_NEEDED} Nothing was sent. Add such a key under One person and try again.",
                code="no_email_key",
            )
        return lists.add_list(self.database, organization_id, *list_of_email(address))

    def recipe(self, run: RunView) -> Recipe | None:
        """What the run is for, when a person chose that; `run` comes from this workspace."""
        title = runs.last_logged(self.database, run.id, _RECIPE)
        return recipe_titled(title) if title else None

    def run(self, organization_id: str, run_id: str) -> RunView:
        return runs.get_run(self.database, organization_id, run_id)

    def open_run(self, organization_id: str, run_id: str) -> RunView:
        """A run to look at. Raises RunError also when its list was deleted."""
        view = self.run(organization_id, run_id)
        if view.list_deleted:
            raise runs.unknown_run()
        return view

    def runs(self, organization_id: str) -> list[RunView]:
        """Runs of the lists that are there, newest first; deleted ones have nothing but receipts."""
        return runs.find_runs(self.database, organization_id, with_deleted=False)

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
        return runs.read_log(self.database, run_id, limit=limit)

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
        runs.log(self.database, run_id, kind, f"{text} {open_still}".rstrip())

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
            runs.log(self.database, run_id, "continued", "Continued by you.")
            self._lend_key(organization_id)

    def raise_budget(self, organization_id: str, run_id: str, budget: int) -> None:
        self.run(organization_id, run_id)
        if runs.raise_budget(self.database, organization_id, run_id, budget):
            runs.log(self.database, run_id, "budget", f"Budget raised by you to {counted(budget, 'credit')}.")
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
            self._lend_key(organization_id)


def _list_name(file_name: str) -> str:
    stem, _, ending = file_name.rpartition(".")
    return stem if stem and ending.lower() in FILE_ENDINGS else file_name
