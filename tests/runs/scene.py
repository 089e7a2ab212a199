"""A workspace with a sandbox behind it, and lists of invented people to look up in it."""

from __future__ import annotations

import io
import string
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from csv import DictWriter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from cleanlist_core.api.client import CleanlistClient
from cleanlist_core.api.exchange import Timeouts
from cleanlist_core.domain import EnrichmentType
from cleanlist_core.intake.mapping import recognise
from cleanlist_core.results.metrics import run_totals
from cleanlist_core.runs.driver import DriveOptions
from cleanlist_core.runs.rate_gate import DatabaseGate
from cleanlist_core.sandbox import Sandbox, SandboxOptions, serve
from cleanlist_core.settings import RateLimit, Settings
from cleanlist_core.store.database import Database, open_url
from cleanlist_core.store.file_facts import read_fact
from cleanlist_core.store.runs import RunView
from cleanlist_core.store.schema import batch, event, list_row, person_result, run_row
from cleanlist_core.workspace import Workspace

Person = Mapping[str, str]

HEADERS = ("LinkedIn URL", "First Name", "Last Name", "Company Name", "Website", "Email", "Phone")
QUICK = SandboxOptions(time_factor=600, rate_limit=100_000, credits=1_000_000)
"""A 40-second look-up takes 70 ms, and nobody is asked to wait."""
QUICK_LIMIT = RateLimit(10_000, 0.1)
POLL_SECONDS = 0.02
LONGEST_DRIVE_SECONDS = 240.0
"""A drive that waits for ever, or for a look that nobody does, is asked to stop, and the test fails."""
TINY_TIMEOUTS = Timeouts(connect=1, read=1, submit_read=1, write=1, pool=1, whole_answer=1.5)


def word(number: int) -> str:
    """A number as a name: letters only, one to one."""
    letters = string.ascii_lowercase
    text = ""
    for _ in range(4):
        number, place = divmod(number, len(letters))
        text = letters[place] + text
    return text.capitalize()


def by_profile(number: int, **more: str) -> Person:
    return {"LinkedIn URL": f"https://www.linkedin.com/in/invented-{word(number).lower()}-{number}", **more}


def by_domain(number: int, **more: str) -> Person:
    name = {"First Name": f"Fi{word(number).lower()}", "Last Name": f"La{word(number).lower()}"}
    return {**name, "Website": f"firm-{number % 7}.example.com", **more}


def by_company(number: int, **more: str) -> Person:
    name = {"First Name": f"Fi{word(number).lower()}", "Last Name": f"La{word(number).lower()}"}
    return {**name, "Company Name": f"Invented {word(number % 7)} Works", **more}


def people(count: int, *, start: int = 0, make: Callable[[int], Person] = by_profile) -> list[Person]:
    return [make(number) for number in range(start, start + count)]


def as_csv(rows: Sequence[Person]) -> bytes:
    text = io.StringIO()
    writer = DictWriter(text, HEADERS, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


@dataclass
class Scene:
    """An organization at work. base_url: what its client talks to, which need not be the sandbox itself.

    email_key: its key for look-ups by email, once it has one.
    """

    workspace: Workspace
    sandbox: Sandbox
    organization_id: str
    key: str
    sandbox_url: str
    base_url: str
    email_key: str = ""

    def newcomer(self, credits_given: float | None = None) -> Scene:
        """The same place with an organization of its own, which has nothing yet but credits."""
        issued = self.sandbox.new_organization(credits=credits_given)
        self.workspace.connect(issued.key)
        return replace(self, organization_id=issued.organization_id, key=issued.key, email_key="")

    def with_email_key(self) -> Scene:
        """The same organization, which may look people up by email too."""
        key = self.sandbox.issue_key(self.organization_id, kind="single")
        self.workspace.take_email_key(self.organization_id, key)
        return replace(self, email_key=key)

    @property
    def database(self) -> Database:
        return self.workspace.database

    def add_list(self, rows: Sequence[Person], name: str = "invented.csv") -> str:
        table = self.workspace.read_upload(as_csv(rows), name)
        return self.workspace.add_list(self.organization_id, table, recognise(table), file_name=name)

    def start(
        self,
        list_id: str,
        wanted: EnrichmentType = EnrichmentType.PARTIAL,
        *,
        budget: int | None = None,
        fresh: bool = False,
        sample: bool = False,
    ) -> str:
        estimate = self.workspace.orders.estimates(self.organization_id, list_id, fresh=fresh)[wanted]
        return self.workspace.orders.start_run(
            self.organization_id,
            list_id,
            wanted,
            budget=estimate.at_most if budget is None else budget,
            estimate=estimate,
            fresh=fresh,
            sample=sample,
        )

    def options(
        self,
        *,
        timeouts: Timeouts | None = None,
        attempts: int = 2,
        clock: Callable[[], float] = time.time,
        **changes: Any,
    ) -> DriveOptions:
        def make_client(gate: DatabaseGate) -> CleanlistClient:
            return CleanlistClient(
                self.base_url,
                self.key,
                gate=gate,
                timeouts=timeouts,
                sleep=lambda _seconds: None,
                clock=clock,
                attempts=attempts,
                single_key=self.email_key or None,
            )

        give_up_at = time.monotonic() + LONGEST_DRIVE_SECONDS
        given = DriveOptions(
            QUICK_LIMIT, POLL_SECONDS, make_client, stop=lambda: time.monotonic() > give_up_at
        )
        return replace(given, **changes)

    def drive(self, run_id: str, options: DriveOptions | None = None) -> RunView:
        """Drive until nothing is left to do for now; how the run stands then."""
        begun = time.monotonic()
        assert self.workspace.drive_here(run_id, self.organization_id, options or self.options())
        assert time.monotonic() - begun < LONGEST_DRIVE_SECONDS, "it would have gone on for ever"
        return self.view(run_id)

    def look_up(
        self, rows: Sequence[Person], wanted: EnrichmentType = EnrichmentType.PARTIAL, **how: Any
    ) -> str:
        """Upload, start and drive to the end. Returns the run's id."""
        run_id = self.start(self.add_list(rows), wanted, **how)
        self.drive(run_id)
        return run_id

    def start_email(self, email: str, *, fresh: bool = False) -> str:
        """Confirm the look-up of one person by email. Returns the run's id."""
        return self.start(
            self.workspace.add_email(self.organization_id, email), EnrichmentType.FULL, fresh=fresh
        )

    def look_up_email(self, email: str, **how: Any) -> Any:
        """Look one person up by email, to the end. The row of that person."""
        run_id = self.start_email(email, **how)
        self.drive(run_id)
        (row,) = self.rows(run_id)
        return row

    def look_ups(self) -> list[Any]:
        """What the sandbox charged for people looked up one at a time, oldest first."""
        entry = next(one for one in self.sandbox.ledger() if one.organization_id == self.organization_id)
        return list(entry.lookups)

    def view(self, run_id: str) -> RunView:
        return self.workspace.run(self.organization_id, run_id)

    def rows(self, run_id: str) -> list[Any]:
        """The run's rows in file order."""
        query = select(run_row).where(run_row.c.run_id == run_id).order_by(run_row.c.row_number)
        with self.database.read() as connection:
            return list(connection.execute(query))

    def outcomes(self, run_id: str) -> Counter[str]:
        return Counter(row.outcome for row in self.rows(run_id))

    def batches(self, run_id: str) -> list[Any]:
        query = select(batch).where(batch.c.run_id == run_id).order_by(batch.c.number)
        with self.database.read() as connection:
            return list(connection.execute(query))

    def states(self, run_id: str) -> list[str]:
        return [one.state for one in self.batches(run_id)]

    def log(self, run_id: str) -> str:
        query = select(event.c.text).where(event.c.run_id == run_id).order_by(event.c.id)
        with self.database.read() as connection:
            return "\n".join(connection.execute(query).scalars())

    def spent(self, run_id: str) -> int:
        return sum(one.settled_credits for one in self.batches(run_id))

    def workflows(self) -> list[Any]:
        """What the sandbox accepted of this organization, oldest first."""
        entry = next(one for one in self.sandbox.ledger() if one.organization_id == self.organization_id)
        return list(entry.workflows)

    def wait_until(self, moment: float) -> None:
        """Let real time pass until a look-up of the sandbox has ended, a fraction of a second."""
        while self.database.clock() < moment:
            threading.Event().wait(0.01)

    def wait_for(self, happened: Callable[[], bool], *, longest: float = LONGEST_DRIVE_SECONDS) -> None:
        """Let real time pass until something another thread or process does has happened."""
        give_up_at = time.monotonic() + longest
        while not happened():
            assert time.monotonic() < give_up_at, "it never happened"
            threading.Event().wait(0.05)

    def charged(self) -> int:
        return sum(workflow.charged for workflow in self.workflows())

    def accepted(self, *, asking: str = "email phone") -> Counter[tuple[str, ...]]:
        """How often each contact was accepted for an email or a phone, going by the sandbox's ledger."""
        types = {"email": ("partial", "full"), "phone": ("phone_only", "full")}
        wanted = {name for part in asking.split() for name in types[part]}
        return Counter(
            contact_key(contact)
            for workflow in self.workflows()
            if workflow.enrichment_type in wanted
            for contact in workflow.contacts
        )

    def check_the_numbers(self, run_id: str) -> None:
        """Every row has one outcome, and the credits of rows, batches and answers agree."""
        totals = run_totals(self.database, run_id)
        asked_about = totals.sent + totals.already_known + totals.not_chosen + totals.not_sent
        assert totals.uploaded == asked_about + totals.duplicates + totals.needs_fixing + totals.withheld
        assert self.spent(run_id) == sum(row.credits for row in self.rows(run_id))
        query = select(person_result.c.batch_id, person_result.c.credits).where(
            person_result.c.run_id == run_id
        )
        by_batch: Counter[str] = Counter()
        with self.database.read() as connection:
            for batch_id, credits_spent in connection.execute(query):
                by_batch[batch_id] += credits_spent
        for one in self.batches(run_id):
            assert by_batch[one.id] == one.settled_credits
        self.check_what_the_file_says(run_id)

    def check_what_the_file_says(self, run_id: str) -> None:
        """Every row of the run tells what the rows of its person in the list say now."""
        told = {row.row_number: read_fact(row.in_file) for row in self.rows(run_id)}
        in_list = select(list_row).where(list_row.c.list_id == self.view(run_id).list_id)
        with self.database.read() as connection:
            rows = connection.execute(in_list).all()
        emails, phones = ({row.leader for row in rows if row._mapping[name]} for name in ("email", "phone"))
        assert told == {
            row.row_number: (row.key_kind or None, row.leader in emails, row.leader in phones) for row in rows
        }


def contact_key(contact: Mapping[str, str]) -> tuple[str, ...]:
    """What tells one invented person of a request from another."""
    return tuple(
        contact.get(name, "").casefold()
        for name in ("linkedin_url", "first_name", "last_name", "company_domain", "company_name")
    )


@contextmanager
def open_scene(
    folder: Path,
    *,
    options: SandboxOptions = QUICK,
    credits_given: float | None = None,
    state_path: Path | None = None,
    url: str = "",
    **settings: Any,
) -> Iterator[Scene]:
    """A scene with a sandbox of its own. url: its database, a file in the folder when left out."""
    with Sandbox(options, state_path=state_path) as sandbox, serve(sandbox) as running:
        given = {"rate_limit": QUICK_LIMIT, "poll_seconds": POLL_SECONDS, "practice": "off"}
        url = url or f"sqlite:///{folder / 'cleanlist.sqlite3'}"
        workspace = Workspace(
            Settings(base_url=running.base_url, data_dir=folder, database_url=url, **{**given, **settings}),
            open_url(url),
        )
        key = sandbox.new_organization(credits=credits_given)
        workspace.connect(key.key)
        try:
            yield Scene(workspace, sandbox, key.organization_id, key.key, running.base_url, running.base_url)
        finally:
            workspace.close()
