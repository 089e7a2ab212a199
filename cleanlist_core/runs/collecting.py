"""Collecting: ask for results, keep each answer as it came, and give every person theirs, by id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from cleanlist_core.api.answers import PersonAnswer, WorkflowStatus, json_fields, read_task, read_workflow
from cleanlist_core.api.client import CleanlistClient
from cleanlist_core.domain import EnrichmentType, RunState, counted
from cleanlist_core.errors import ApiError, KeyRejectedError, NoAccessError, UnknownIdError, UnreadableError
from cleanlist_core.runs.at_once import UNREADABLE, settle_one
from cleanlist_core.runs.proving import match_people
from cleanlist_core.runs.schedule import pause_after_failures
from cleanlist_core.runs.sending import Checkpoint, describe_error
from cleanlist_core.runs.settlements import lost_person, settle_people, task_id_of
from cleanlist_core.store import batches, run_log, runs, settling
from cleanlist_core.store.database import Database, StoreError
from cleanlist_core.store.next_batch import contacts_of, email_of
from cleanlist_core.store.settling import DueBatch, Settlement

GIVE_UP_AFTER = 20
"""Looks in a row without a usable answer before the people of a batch are reported as failed."""
OVERDUE_SECONDS = 6 * 3600.0
"""A batch that is not done after this long is read person by person: one of them may never end."""
LOOKS_WHEN_OVERDUE = 3
WITH_THE_BATCH, ANNOUNCED, PERSON_BY_PERSON = "with the batch", "announced", "person by person"
NOT_THERE_YET, IN_TROUBLE = "results not there yet", "the data store was in trouble"


class Collector:
    """Fetches the results of one run's batches."""

    def __init__(
        self,
        database: Database,
        client: CleanlistClient,
        *,
        run_id: str,
        poll_seconds: float,
        next_look: Callable[[DueBatch], float],
        checkpoint: Checkpoint,
        overdue_seconds: float = OVERDUE_SECONDS,
    ) -> None:
        self._database = database
        self._client = client
        self._run_id = run_id
        self._overdue_seconds = overdue_seconds
        self._poll_seconds = poll_seconds
        self._next_look = next_look
        self._checkpoint = checkpoint
        self._cut_short: list[tuple[DueBatch, str]] = []

    def collect_next(self) -> bool:
        """Look at the batch that has been due for longest. False when none is due."""
        due = self.next_due()
        if due is None:
            return False
        self.look_at(due)
        return True

    def next_due(self) -> DueBatch | None:
        """Take the batch that has been due for longest; whoever takes it has to look at it."""
        self._give_back()
        return settling.claim_due(self._database, self._run_id)

    def look_at(self, due: DueBatch) -> None:
        """Ask for the results of a batch that was taken, and store them if they are there."""
        try:
            self._look(due)
        except Exception as error:
            # Whoever goes on, here or elsewhere, need not wait until this look would have been over.
            self._cut_short.append((due, IN_TROUBLE if isinstance(error, StoreError) else ""))
            with suppress(StoreError):
                self._give_back()
            raise

    def _give_back(self) -> None:
        """What was cut short is due again. It stays noted until the store takes it."""
        while True:
            try:
                due, failed = self._cut_short.pop()
            except IndexError:
                return
            pause = pause_after_failures(due.failures(failed), poll_seconds=self._poll_seconds)
            try:
                settling.give_back(self._database, due, seconds=pause if failed else 0, failed=failed)
            except StoreError:
                self._cut_short.append((due, failed))
                raise

    def _look(self, due: DueBatch) -> None:
        if due.answered:
            self._settle_at_once(due)
            return
        try:
            status = self._client.workflow_status(due.workflow_id, on_raw=self._keeper(due, "poll"))
        except ApiError as error:
            self._no_answer(due, error)
            return
        self._checkpoint("results in")
        if status.finished or self._overdue(due):
            self._finish(due, status)
        else:
            settling.look_again(
                self._database, due.id, seconds=self._next_look(due), progress=_progress(status)
            )

    def _overdue(self, due: DueBatch) -> bool:
        """Without ids nobody could be asked for person by person."""
        return due.age_seconds > self._overdue_seconds and any(due.task_ids)

    def _settle_at_once(self, due: DueBatch) -> None:
        """The answer came with the acceptance and is on record; nobody is asked again."""
        (*_, body) = settling.stored_bodies(self._database, due.id, due.answered)
        settlement = settle_one(due, email_of(self._database, due.id), body)
        self._checkpoint("answer read")
        if settlement is None:
            batches.doubt_answer(self._database, due.id, "the answer could not be read")
            run_log.note(self._database, self._run_id, "uncertain", UNREADABLE)
        elif settling.settle(self._database, due.id, [settlement], via=due.answered):
            run_log.note(self._database, self._run_id, "finished", settlement.reason)
        self._checkpoint("settled")

    def _keeper(self, due: DueBatch, via: str) -> Callable[[bytes], None]:
        return lambda body: settling.keep_raw(self._database, due.id, via, body)

    def _no_answer(self, due: DueBatch, error: ApiError) -> None:
        """A look that failed loses nothing: the results stay with the API and are asked for again."""
        self._notice_refused_key(error)
        name = describe_error(error)
        failures = due.failures(name)
        if isinstance(error, UnknownIdError | UnreadableError) and failures + 1 >= GIVE_UP_AFTER:
            self._give_up(due)
            return
        pause = pause_after_failures(failures, poll_seconds=self._poll_seconds)
        settling.look_again(self._database, due.id, seconds=pause, failed=name)

    def _notice_refused_key(self, error: ApiError) -> bool:
        """A key that is no longer accepted stops everything at once. False for any other error."""
        if not isinstance(error, KeyRejectedError | NoAccessError):
            return False
        waiting_for = "key_rejected" if isinstance(error, KeyRejectedError) else "no_api_access"
        moved = runs.set_state(
            self._database,
            self._run_id,
            RunState.WAITING,
            waiting_for=waiting_for,
            expected=[RunState.RUNNING],
        )
        if moved:
            run_log.note(self._database, self._run_id, "refused", runs.WHY[waiting_for])
        return True

    def _give_up(self, due: DueBatch) -> None:
        reason = "Cleanlist accepted this person and then gave no result. It may have been charged."
        lost = [
            lost_person(position, task_id_of(due, position), EnrichmentType(due.enrichment_type), reason)
            for position in range(due.size)
        ]
        settling.settle(self._database, due.id, lost, via="lost")
        text = f"Part {due.number}: Cleanlist no longer knows it. It may have been charged; see your balance."
        run_log.note(self._database, self._run_id, "trouble", text)

    def _finish(self, due: DueBatch, status: WorkflowStatus) -> None:
        records = {record.task_id: record for record in status.records if record.task_id}
        via = WITH_THE_BATCH
        if len(records) < due.size and (announced := self._announced(due)):
            records = announced | records
            via = ANNOUNCED
        by_people = self._with_task_ids(due, records)
        due = by_people if all(by_people.task_ids) else due
        given = dict.fromkeys(task_id for task_id in due.task_ids if task_id)
        missing = [task_id for task_id in given if _unfinished(records.get(task_id))]
        if missing:
            via = PERSON_BY_PERSON
            giving_up = due.failures(NOT_THERE_YET) >= self._patience(status)
            records |= self._read_already(due) if giving_up else self._read_one_by_one(due, missing)
            if not giving_up and any(_unfinished(records.get(task_id)) for task_id in missing):
                settling.look_again(
                    self._database, due.id, seconds=self._next_look(due), failed=NOT_THERE_YET
                )
                return
        settlements = settle_people(self._with_task_ids(due, records), records)
        self._checkpoint("answer read")
        if settling.settle(self._database, due.id, settlements, via=via):
            self._log_finds(due, settlements)
        self._checkpoint("settled")

    @staticmethod
    def _patience(status: WorkflowStatus) -> int:
        return GIVE_UP_AFTER if status.finished else LOOKS_WHEN_OVERDUE

    def _with_task_ids(self, due: DueBatch, records: Mapping[str, PersonAnswer]) -> DueBatch:
        """Ids are in the order of the people only if each has one of their own.

        Else nobody knows who is missing, and the records have to tell whose they are.
        """
        if len(due.task_ids) == due.size == len(set(due.task_ids) - {""}):
            return due
        contacts = contacts_of(self._database, due.id)
        return replace(due, task_ids=tuple(match_people(contacts, list(records.values()))))

    def _read_one_by_one(self, due: DueBatch, missing: list[str]) -> dict[str, PersonAnswer]:
        """The results of single people. What an earlier try has read is not asked for again."""
        records = self._read_already(due)
        for task_id in missing:
            if task_id in records:
                continue
            settling.keep_looking(self._database, due.id)
            try:
                task = self._client.task_status(task_id, on_raw=self._keeper(due, "person"))
            except ApiError as error:
                if self._notice_refused_key(error):
                    break
                continue
            if task.finished and task.record is not None:
                records[task_id] = task.record
        return records

    def _announced(self, due: DueBatch) -> dict[str, PersonAnswer]:
        """What Cleanlist announced of this very batch, where asking for the batch does not tell it."""
        bodies = settling.stored_bodies(self._database, due.id, "announcement")
        records = (record for body in bodies for record in _read_announcement(body, due.workflow_id))
        return {record.task_id: record for record in records if record.task_id and not record.still_running}

    def _read_already(self, due: DueBatch) -> dict[str, PersonAnswer]:
        bodies = settling.stored_bodies(self._database, due.id, "person")
        return {record.task_id: record for record in map(_read_earlier, bodies) if record is not None}

    def _log_finds(self, due: DueBatch, settlements: list[Settlement]) -> None:
        wanted = EnrichmentType(due.enrichment_type)
        parts = []
        if wanted.wants_email:
            parts.append(counted(sum(bool(item.find.email) for item in settlements), "email"))
        if wanted.wants_phone:
            parts.append(counted(sum(bool(item.find.phone) for item in settlements), "phone"))
        cost = counted(sum(item.credits for item in settlements), "credit")
        who = counted(due.size, "person", "people")
        found = f"{' and '.join(parts)} for {who}" if parts else f"{who} tidied up"
        text = f"Part {due.number} is back: {found}, {cost}."
        run_log.note(self._database, self._run_id, "finished", text)


def _read_earlier(body: bytes) -> PersonAnswer | None:
    try:
        task = read_task(json_fields(body) or {})
    except UnreadableError:
        return None
    return task.record if task.finished and task.record is not None and task.record.task_id else None


def _read_announcement(body: bytes, workflow_id: str) -> tuple[PersonAnswer, ...]:
    fields = json_fields(body) or {}
    if fields.get("workflow_id") != workflow_id:
        return ()
    try:
        return read_workflow(fields).records
    except UnreadableError:
        return ()


def _unfinished(record: PersonAnswer | None) -> bool:
    return record is None or record.still_running


def _progress(status: WorkflowStatus) -> dict[str, int]:
    counts = {
        "completed": status.completed,
        "emails_so_far": status.emails_found,
        "phones_so_far": status.phones_found,
    }
    return {name: count for name, count in counts.items() if count is not None}
