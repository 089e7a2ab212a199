"""Driving a run: send what may be sent, fetch what is due, end when nothing is left.

`drive` is safe to call twice, anywhere, at any time: a lease lets one process do it, and every step
is decided by the tables. Whoever comes after a crash finds all there is to know in them.
"""

from __future__ import annotations

import math
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from cleanlist_core.api.client import CleanlistClient
from cleanlist_core.domain import MAX_BATCH, BatchState, RunState, counted
from cleanlist_core.errors import ApiError, CleanlistError, KeyRejectedError, NoAccessError
from cleanlist_core.results.metrics import run_totals
from cleanlist_core.runs.balances import read_balance
from cleanlist_core.runs.collecting import OVERDUE_SECONDS, Collector
from cleanlist_core.runs.rate_gate import DatabaseGate, GateClosedError
from cleanlist_core.runs.schedule import first_look, next_look, pause_after_failures
from cleanlist_core.runs.sending import Checkpoint, Ended, Sender, SendStep, Sent, TryLater
from cleanlist_core.settings import RateLimit
from cleanlist_core.store import batches, clock_set_back, organizations, rate, run_log, runs, settling
from cleanlist_core.store.database import Database, StoreError
from cleanlist_core.store.next_batch import Hold, could_send
from cleanlist_core.store.runs import LEASE_SECONDS, OpenWork
from cleanlist_core.store.settling import DueBatch

COLLECTORS = 3
IDLE_SECONDS = 0.25
BALANCE_AGE_SECONDS = 60.0
"""A balance read this recently is taken as current before the first send."""

PATIENCE_SECONDS = LEASE_SECONDS
"""How long a run waits for another that nobody drives before it asks for a person."""

ANNOUNCED_FACTOR = 6.0
"""How much rarer batches are looked at when the API announces their results."""

ClientMaker = Callable[[DatabaseGate], CleanlistClient]


def this_machine() -> str:
    """Where process numbers mean the same: two containers of one name, or a machine started anew, do not."""
    marks = []
    with suppress(OSError):
        marks.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()[:8])
        marks.append(str(Path("/proc/self/ns/pid").stat().st_ino))
    return "/".join([socket.gethostname().replace(":", "-"), *marks])


def new_owner() -> str:
    """Who holds a lease: machine, process, and a word of its own."""
    return f"{this_machine()}:{os.getpid()}:{uuid4().hex[:12]}"


def is_dead(owner: str) -> bool:
    """Whether the owner was a process of this machine that is gone. False whenever that is unsure."""
    host, _, rest = owner.partition(":")
    process = rest.partition(":")[0]
    if host != this_machine() or not process.isdigit() or os.name != "posix":
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def take_over_from_the_dead(database: Database) -> None:
    """Free the leases of processes of this machine that are gone, so that nobody waits for them."""
    dead = [owner for owner in runs.owners(database) if is_dead(owner)]
    if dead:
        runs.free_leases(database, dead)


@dataclass(frozen=True)
class DriveOptions:
    """What driving needs besides the tables.

    public_url: where the API may announce results, if anywhere. overdue_seconds: see collecting.py.
    reuse_seconds: how old an answer may be to count as known.
    stop: asked all the time; once True nothing more is sent or fetched. checkpoint: told of each step.
    """

    limit: RateLimit
    poll_seconds: float
    make_client: ClientMaker
    public_url: str | None = None
    overdue_seconds: float = OVERDUE_SECONDS
    reuse_seconds: float = math.inf
    stop: Callable[[], bool] = lambda: False
    checkpoint: Checkpoint = lambda _step: None


def drive(database: Database, run_id: str, organization_id: str, options: DriveOptions) -> bool:
    """Drive one run until nothing is left to do for now. False when another process has it."""
    owner = new_owner()
    if not runs.hold(database, run_id, owner):
        return False
    try:
        _Drive(database, run_id, organization_id, owner, options).work()
    finally:
        runs.let_go(database, run_id, owner)
    return True


class _Drive:
    def __init__(
        self, database: Database, run_id: str, organization_id: str, owner: str, options: DriveOptions
    ) -> None:
        self._database = database
        self._run_id = run_id
        self._organization_id = organization_id
        self._owner = owner
        self._options = options
        self._ended = threading.Event()
        self._watch = threading.Lock()
        self._broken: Exception | None = None
        self._waits_for_another = False
        self._stuck_since = 0.0
        self._send_after = 0.0
        self._failures = 0
        self._unsent = 0
        gate = DatabaseGate(database, organization_id, options.limit, alive=self._alive)
        self._client = options.make_client(gate)
        self._sender = Sender(
            database,
            self._client,
            gate,
            run_id=run_id,
            owner=owner,
            limit=options.limit,
            first_look=self._first_look,
            public_url=options.public_url,
            reuse_seconds=options.reuse_seconds,
            alive=self._alive,
            checkpoint=options.checkpoint,
        )
        self._collector = Collector(
            database,
            self._client,
            run_id=run_id,
            poll_seconds=options.poll_seconds,
            next_look=self._next_look,
            overdue_seconds=options.overdue_seconds,
            checkpoint=options.checkpoint,
        )

    def work(self) -> None:
        self._mind_the_clock()
        rate.forget_old_requests(self._database)
        settling.take_up_looks(self._database, self._run_id)
        threads = [threading.Thread(target=self._keep_lease, daemon=True)]
        threads += [threading.Thread(target=self._collect, daemon=True) for _ in range(COLLECTORS)]
        for thread in threads:
            thread.start()
        try:
            with suppress(GateClosedError):
                self._send_until_done()
        finally:
            self._ended.set()
            for thread in threads:
                thread.join()
            self._client.close()
        if self._broken is not None:
            raise self._broken

    def _alive(self) -> bool:
        return not (self._ended.is_set() or self._options.stop())

    # One thread renews the lease

    def _keep_lease(self) -> None:
        try:
            self._renew_until_ended()
        except Exception as error:
            self._broken = error
        finally:
            self._ended.set()  # nobody may go on sending under a lease that nobody renews

    def _renew_until_ended(self) -> None:
        renewed = time.monotonic()
        while not self._ended.wait(min(1.0, LEASE_SECONDS / 4)):
            with suppress(StoreError):
                self._mind_the_clock()
            if time.monotonic() - renewed < LEASE_SECONDS / 4:
                continue
            with suppress(StoreError):
                if not runs.hold(self._database, self._run_id, self._owner):
                    self._ended.set()
                    return
                renewed = time.monotonic()
            if time.monotonic() - renewed > 0.8 * LEASE_SECONDS:
                self._ended.set()

    def _mind_the_clock(self) -> None:
        if clock_set_back.was_set_back(self._database, self._organization_id):
            clock_set_back.follow_the_clock(self._database)
            text = "The clock of this computer was set back. Nothing is lost; this list goes on."
            run_log.note(self._database, self._run_id, "trouble", text)

    # A few threads collect

    def _collect(self) -> None:
        try:
            while self._alive():
                self._collect_once()
        except GateClosedError:
            return
        except Exception as error:
            # Whoever holds the lease without collecting keeps others from it: better to end and say so.
            self._broken = error
            self._ended.set()

    def _collect_once(self) -> None:
        try:
            due = self._wait_for_due()
            if due is not None:
                self._collector.look_at(due)
        except StoreError:
            self._ended.wait(1.0)

    def _wait_for_due(self) -> DueBatch | None:
        """The next batch to look at; None once the drive has ended. One thread keeps watch for all."""
        with self._watch:
            while self._alive():
                due = self._collector.next_due()
                if due is not None:
                    return due
                self._ended.wait(self._idle_seconds())
        return None

    def _first_look(self) -> float:
        sent = runs.open_work(self._database, self._run_id).in_state(BatchState.SENT)
        return first_look(
            runs.run_durations(self._database, self._organization_id),
            open_batches=1 + sent + self._unsent_batches(),
            limit=self._options.limit,
            poll_seconds=self._poll_seconds(),
        )

    def _unsent_batches(self) -> int:
        """As many as the limit lets ask about in a window, for more make for the same answer, or fewer.

        Many are counted once in a while: counting reads each person.
        """
        enough = self._options.limit.requests
        self._unsent -= 1
        if self._unsent < enough:
            people = runs.open_work(self._database, self._run_id, count_up_to=2 * enough * MAX_BATCH).unsent
            self._unsent = math.ceil(people / MAX_BATCH)
        return min(self._unsent, enough)

    def _poll_seconds(self) -> float:
        """Who is told when results are there need not ask often."""
        seconds = self._options.poll_seconds
        return seconds * ANNOUNCED_FACTOR if self._options.public_url else seconds

    def _next_look(self, due: DueBatch) -> float:
        work = runs.open_work(self._database, self._run_id)
        return next_look(
            due.age_seconds,
            open_batches=work.in_state(BatchState.SENT),
            limit=self._options.limit,
            poll_seconds=self._poll_seconds(),
        )

    def _idle_seconds(self) -> float:
        return min(IDLE_SECONDS, self._options.poll_seconds / 4)

    # The main thread sends, and decides what the run has come to

    def _send_until_done(self) -> None:
        while self._alive():
            work = runs.open_work(self._database, self._run_id)
            if work.in_state(BatchState.SENDING):
                self._doubt_what_nobody_sends()
                continue
            may_send = work.state is RunState.RUNNING and (work.unsent or work.in_state(BatchState.PLANNED))
            if may_send and time.monotonic() >= self._send_after:
                self._send_one(work)
            elif self._nothing_left(work, may_send=bool(may_send)):
                if self._end(work):
                    return
            else:
                self._ended.wait(self._idle_seconds())

    def _doubt_what_nobody_sends(self) -> None:
        """This thread is the only sender and is not sending: whoever was, is gone or late.

        Should it be late, its answer still wins over the doubt. While the lease is not ours, another
        may be sending: wait until it is renewed or known to be lost.
        """
        if batches.doubt_orphans(self._database, self._run_id, self._owner):
            run_log.note(self._database, self._run_id, "uncertain", runs.WHY["uncertain"])
        else:
            self._ended.wait(self._idle_seconds())

    def _send_one(self, work: OpenWork) -> None:
        try:
            if self._balance_is_old():
                self._read_balance("before the run")
            self._after(self._sender.send_next(), work)
        except ApiError as error:
            self._trouble(error)
        except StoreError:
            self._send_after = time.monotonic() + 1.0

    def _trouble(self, error: ApiError) -> None:
        if isinstance(error, KeyRejectedError | NoAccessError):
            rejected = isinstance(error, KeyRejectedError)
            self._wait_for_person(RunState.WAITING, "key_rejected" if rejected else "no_api_access")
            return
        self._pause_sending()
        if self._failures == 1:
            run_log.note(
                self._database, self._run_id, "trouble", f"{error.message} This list goes on by itself."
            )

    def _after(self, step: SendStep, work: OpenWork) -> None:
        if isinstance(step, Sent):
            self._failures = 0
        elif isinstance(step, TryLater):
            self._pause_sending()
        elif isinstance(step, Hold):
            self._held(step, work)
        elif isinstance(step, Ended):
            self._send_after = time.monotonic() + self._idle_seconds()
            if step.for_want_of_credits:
                self._read_balance_if_it_can_be_had("out of credits")

    def _pause_sending(self) -> None:
        self._failures += 1
        pause = pause_after_failures(self._failures - 1, poll_seconds=self._options.poll_seconds)
        self._send_after = time.monotonic() + pause

    def _held(self, hold: Hold, work: OpenWork) -> None:
        """Nothing may be sent now: wait for what is open, ask for the balance again, or for a person."""
        self._send_after = time.monotonic() + self._options.poll_seconds
        something_open = work.in_state(BatchState.SENT, BatchState.SENDING) > 0
        if hold.why in ("not_ours", "nothing_left") or something_open:
            return
        if hold.why == "elsewhere":
            self._wait_for_another()
        if hold.why == "budget":
            self._wait_for_person(RunState.NEEDS_YOU, "budget")
        elif hold.why == "credits" and runs.credits_are_held(self._database, self._organization_id):
            return
        elif hold.why == "credits" and self._read_balance("out of credits") and self._still_short():
            self._wait_for_person(RunState.WAITING, "no_credits")

    def _wait_for_another(self) -> None:
        """It goes on by itself when the other is done; not when that one needs a person or is not driven."""
        now = time.monotonic()
        if not self._waits_for_another:
            self._waits_for_another, self._stuck_since = True, now
            run_log.note(self._database, self._run_id, "waiting", runs.WHY["elsewhere"])
        if runs.others_at_work(self._database, self._organization_id, self._run_id):
            self._stuck_since = now
        elif now - self._stuck_since >= PATIENCE_SECONDS:
            self._wait_for_person(RunState.WAITING, "blocked")

    def _still_short(self) -> bool:
        """Whether the fresh balance does not even pay for one more person."""
        step = could_send(self._database, self._run_id)
        return step is not None and step.why == "credits"

    def _wait_for_person(self, state: RunState, waiting_for: str) -> None:
        moved = runs.set_state(
            self._database, self._run_id, state, waiting_for=waiting_for, expected=[RunState.RUNNING]
        )
        if moved:
            run_log.note(self._database, self._run_id, "waiting", runs.WHY[waiting_for])

    def _balance_is_old(self) -> bool:
        reading = organizations.last_reading(self._database, self._organization_id)
        return reading is None or (
            self._database.clock() - reading.read_at > BALANCE_AGE_SECONDS
            and not runs.has_begun(self._database, self._run_id)
        )

    def _read_balance(self, why: str) -> bool:
        read_balance(self._database, self._organization_id, self._client, why=why, run_id=self._run_id)
        return True

    def _read_balance_if_it_can_be_had(self, why: str) -> None:
        with suppress(CleanlistError, GateClosedError):
            self._read_balance(why)

    def _what_it_came_to(self, work: OpenWork) -> str:
        if work.unsent:
            return "Stopped."
        totals = run_totals(self._database, self._run_id)
        if unanswered := totals.failed + totals.left_out:
            who = counted(unanswered, "person", "people")
            return f"Finished: no answer came about {who}; everybody else who was asked about has one."
        return "Finished: everybody who was asked about has an answer."

    def _nothing_left(self, work: OpenWork, *, may_send: bool) -> bool:
        return not may_send and work.in_state(BatchState.SENT, BatchState.SENDING) == 0

    def _end(self, work: OpenWork) -> bool:
        """Nothing is open any more: say what the run has come to. False when something came up meanwhile."""
        if not work.may_end:
            if organizations.balance_is_outdated(self._database, self._organization_id):
                self._read_balance_if_it_can_be_had("while it waits")
            return True
        self._read_balance_if_it_can_be_had("after the run")
        self._options.checkpoint("balance read")
        ended = runs.end(self._database, self._run_id, work.state)
        if ended is RunState.FINISHED:
            run_log.note(self._database, self._run_id, "finished", self._what_it_came_to(work))
            runs.wake_runs(self._database, self._organization_id, ["blocked"])
        if ended is not None:
            self._options.checkpoint("run ended")
        return ended is not None
