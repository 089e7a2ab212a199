"""Sending: the only place that spends. The intent is on record before the first byte leaves.

What an error means for the money decides what comes next: certainly not accepted → the same batch
again; a definite no → nothing was spent; anything else → a person or a proof decides, never the program.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from cleanlist_core.api.answers import SubmittedBatch
from cleanlist_core.api.client import CleanlistClient
from cleanlist_core.domain import RunState, counted
from cleanlist_core.errors import (
    ApiError,
    InvalidContactsError,
    KeyRejectedError,
    NoAccessError,
    OutOfCreditsError,
    RateLimitedError,
    RefusedError,
    UnknownIdError,
    UnreadableError,
)
from cleanlist_core.runs.announcements import announcement_url
from cleanlist_core.runs.at_once import names_nobody
from cleanlist_core.runs.planning import still_missing
from cleanlist_core.runs.rate_gate import DatabaseGate
from cleanlist_core.settings import RateLimit
from cleanlist_core.store import batches, run_log, runs, settling
from cleanlist_core.store.database import Database, StoreError
from cleanlist_core.store.next_batch import Hold, Sending, begin_batch

LONGEST_STALL_SECONDS = 5.0
"""A sender frozen for longer between intent and send gives up: somebody may have decided meanwhile."""

WRITE_PAUSES_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
"""How long to wait between tries to write down what the API has accepted."""

logger = logging.getLogger(__name__)

Checkpoint = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sent:
    """The API has the batch."""

    number: int


@dataclass(frozen=True, slots=True)
class TryLater:
    """The batch certainly did not get through; it is tried again after a pause."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The batch is settled one way or another, without being accepted.

    for_want_of_credits: the balance is not what it was when it was read last.
    """

    for_want_of_credits: bool = False


SendStep = Sent | TryLater | Ended | Hold


def seconds_by_every_clock() -> tuple[float, float]:
    """One clock stands still while a machine sleeps, the other can be set back; never both."""
    return time.monotonic(), time.time()


class Sender:
    """Sends the batches of one run, one at a time."""

    def __init__(
        self,
        database: Database,
        client: CleanlistClient,
        gate: DatabaseGate,
        *,
        run_id: str,
        owner: str,
        limit: RateLimit,
        first_look: Callable[[], float],
        public_url: str | None,
        alive: Callable[[], bool],
        checkpoint: Checkpoint,
        sleep: Callable[[float], None] = time.sleep,
        moment: Callable[[], Sequence[float]] = seconds_by_every_clock,
        reuse_seconds: float = math.inf,
    ) -> None:
        self._database = database
        self._client = client
        self._gate = gate
        self._run_id = run_id
        self._owner = owner
        self._limit = limit
        self._first_look = first_look
        self._public_url = public_url
        self._alive = alive
        self._checkpoint = checkpoint
        self._sleep = sleep
        self._moment = moment
        self._reuse_seconds = reuse_seconds

    def send_next(self) -> SendStep:
        """Send the next batch, if one may be sent. SPENDS; never repeats what may have been accepted."""
        with self._gate.slot("send"):
            self._checkpoint("slot taken")
            started = self._moment()
            sending = begin_batch(
                self._database,
                self._run_id,
                self._owner,
                still_missing,
                reuse_seconds=self._reuse_seconds,
            )
            if isinstance(sending, Hold):
                return sending
            self._checkpoint("intent written")
            stalled = max(now - then for now, then in zip(self._moment(), started, strict=True))
            if stalled > LONGEST_STALL_SECONDS or not self._alive():
                batches.not_accepted(self._database, sending.token, "stalled before sending")
                return TryLater()
            return self._send(sending)

    def _send(self, sending: Sending) -> SendStep:
        if sending.email:
            return self._look_up_at_once(sending)
        try:
            answer = self._client.submit_batch(
                sending.contacts,
                sending.wanted,
                webhook_url=announcement_url(self._public_url, sending.token, sending.secret),
                on_raw=lambda body: self._keep_raw(sending, body),
            )
        except ApiError as error:
            return self._not_accepted(sending, error)
        self._checkpoint("answer in")
        self._write_acceptance(sending, answer)
        self._checkpoint("acceptance written")
        self._log("sent", f"Part {sending.number}: {_people(sending)} sent to Cleanlist.")
        return Sent(sending.number)

    def _look_up_at_once(self, sending: Sending) -> SendStep:
        """One person by email: what comes back is all there will ever be, and is stored before it is read."""
        if not self._client.has_single_key:
            batches.not_accepted(self._database, sending.token, "no key for look-ups by email")
            self._wait(RunState.WAITING, "no_email_key")
            return Ended()
        try:
            with suppress(UnreadableError):  # it is on record, and doubted where it is read
                keep = partial(self._take_answer, sending, settling.AT_ONCE)
                self._client.enrich_contact(email=sending.email, on_raw=keep)
        except ApiError as error:
            if not isinstance(error, UnknownIdError) or not names_nobody(error):
                return self._not_accepted(sending, error)
            self._take_answer(sending, settling.NOBODY_FOUND, error.detail.encode())
        return Sent(sending.number)

    def _take_answer(self, sending: Sending, via: str, body: bytes) -> None:
        self._checkpoint("answer in")
        self._insist(
            lambda: settling.accept_answer(self._database, sending.token, via, body), sending, "its answer"
        )
        self._checkpoint("acceptance written")

    def _keep_raw(self, sending: Sending, body: bytes) -> None:
        # A full disk must not keep us from reading what has been paid for.
        with suppress(StoreError):
            settling.keep_raw(self._database, sending.batch_id, "acceptance", body)

    def _write_acceptance(self, sending: Sending, answer: SubmittedBatch) -> None:
        def write() -> object:
            return batches.accepted(
                self._database,
                sending.token,
                answer.workflow_id,
                answer.task_ids,
                next_look_seconds=self._first_look(),
            )

        self._insist(write, sending, f"the reference {answer.workflow_id}")

    def _insist(self, write: Callable[[], object], sending: Sending, what: str) -> None:
        """What has been paid for must be on record; a store that is busy or full is asked again."""
        for pause in WRITE_PAUSES_SECONDS:
            try:
                write()
                return
            except StoreError as error:
                logger.error(
                    "part %s of run %s was accepted, and %s could not be stored: %s",
                    sending.number,
                    self._run_id,
                    what,
                    error.message,
                )
                self._sleep(pause)
        write()

    def _not_accepted(self, sending: Sending, error: ApiError) -> SendStep:
        name = describe_error(error)
        if error.maybe_spent:
            batches.lost_answer(self._database, sending.token, name)
            self._log("uncertain", f"Part {sending.number}: {error.message}")
            return Ended()
        if isinstance(error, RefusedError) and error.status < 500 and not isinstance(error, RateLimitedError):
            return self._refused(sending, error, name)
        batches.not_accepted(self._database, sending.token, name)
        if isinstance(error, RateLimitedError):
            pause = error.retry_after_seconds
            self._gate.block(self._limit.seconds if pause is None else pause)
        else:
            self._log(
                "trouble",
                f"Part {sending.number} did not get through and will be tried again. {error.message}",
            )
        return TryLater()

    def _refused(self, sending: Sending, error: RefusedError, name: str) -> Ended:
        set_aside = _reasons(error, sending)
        batches.refused(self._database, sending.token, name, set_aside)
        if set_aside:
            who = counted(len(set_aside), "person", "people")
            self._log(
                "set_aside",
                f"Cleanlist cannot use {who} of part {sending.number}; set aside, nothing charged.",
            )
            return Ended()
        self._wait(*_where_to(error, by_email=bool(sending.email)))
        self._log("refused", error.message)
        return Ended(for_want_of_credits=isinstance(error, OutOfCreditsError))

    def _wait(self, state: RunState, waiting_for: str) -> None:
        runs.set_state(
            self._database, self._run_id, state, waiting_for=waiting_for, expected=[RunState.RUNNING]
        )

    def _log(self, kind: str, text: str) -> None:
        run_log.note(self._database, self._run_id, kind, text)


def describe_error(error: ApiError) -> str:
    """The error for the record: its kind and status, never its text, which may hold what was sent."""
    status = f" {error.status}" if isinstance(error, RefusedError) else ""
    return f"{type(error).__name__}{status}"


def _people(sending: Sending) -> str:
    return counted(len(sending.contacts), "person", "people")


_UNUSABLE = "Cleanlist cannot look this row up: check the LinkedIn link, the names and the company."


_UNUSABLE_EMAIL = (
    "Cleanlist cannot look anybody up by this email. Nothing was charged. Check how it is written."
)


def _reasons(error: RefusedError, sending: Sending) -> dict[int, str]:
    if not isinstance(error, InvalidContactsError):
        return {}
    if sending.email:
        return {0: _UNUSABLE_EMAIL}
    return {position: _UNUSABLE for position in error.rows if 0 <= position < len(sending.contacts)}


def _where_to(error: RefusedError, *, by_email: bool) -> tuple[RunState, str]:
    if by_email and isinstance(error, KeyRejectedError):
        return RunState.WAITING, "email_key_rejected"
    if isinstance(error, KeyRejectedError):
        return RunState.WAITING, "key_rejected"
    if isinstance(error, NoAccessError):
        return RunState.WAITING, "no_api_access"
    if isinstance(error, OutOfCreditsError):
        return RunState.WAITING, "no_credits"
    return RunState.NEEDS_YOU, "refused"
