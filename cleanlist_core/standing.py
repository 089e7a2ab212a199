"""How far a run is: who has an answer, who is still to come, who is not sent, and how long it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from cleanlist_core.domain import MAX_BATCH, RunState, counted
from cleanlist_core.results.metrics import RunTotals, run_sentence, run_totals
from cleanlist_core.store.database import Database
from cleanlist_core.store.progress import BatchProgress, NewFind, batch_progress, newest_finds
from cleanlist_core.store.runs import PAUSED, RunView, run_durations

ENOUGH_FOR_A_PACE = 0.05
"""Share of the people that must have an answer before the pace so far says anything."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. …_so_far: with what unfinished requests report. seconds_left: None when unknown.

    people_total: whom the run reaches as it stands: those sent, and those it will send by itself within
    its budget. people_not_sent: the others who could be looked up: beyond the budget, beside a test, or
    not reached before a stop. people_open: people in requests that may still be charged, worst_case_open what
    they can cost at most. committed: credits spent, and those that may still be charged. moves: whether
    anything can still change without a person, as after a pause with answers on their way, or with nobody
    left to send, which then comes to its end.
    way: how the results come, in a sentence. told: what the run has come to; "" until it has ended.
    """

    totals: RunTotals
    people_done: int
    people_total: int
    people_not_sent: int
    batches_sent: int
    batches_finished: int
    batches_total: int
    emails_so_far: int
    phones_so_far: int
    seconds_left: float | None
    basis: str
    newest: list[NewFind]
    people_open: int
    worst_case_open: int
    committed: int
    moves: bool
    way: str
    told: str

    @property
    def budget_for_all(self) -> int:
        """The budget that pays for everybody who waits, whatever is found."""
        return self.committed + self.totals.waiting_at_most

    def most_from_now_on(self, budget: int, step: int = 1) -> int:
        """Credits that may still be charged under a budget, with those of requests under way.

        step: what the cheapest find costs; less than that of a budget is never spent.
        """
        free = max(0, min(budget, self.budget_for_all) - self.committed)
        return free // step * step + self.worst_case_open

    @property
    def beyond_the_budget(self) -> int:
        """How many of those who are not sent are a part of the run that its budget does not reach."""
        return self.people_not_sent - (self.totals.not_sent - self.totals.waiting)

    @property
    def finds_not_counted(self) -> int:
        """Emails and phones of unfinished requests; their credits are known once those are complete."""
        emails, phones = self.totals.new_emails, self.totals.new_phones
        return max(0, self.emails_so_far - emails) + max(0, self.phones_so_far - phones)

    @property
    def done(self) -> str:
        """How many people have an answer, as every screen says it while a list is not finished."""
        return f"{self.people_done:,} of {counted(self.people_total, 'person', 'people')} done"

    @property
    def still_charged(self) -> str:
        """Who may be found and charged whatever is decided now, and the most it can cost; "" when nobody."""
        if not self.worst_case_open:
            return ""
        return (
            f"{counted(self.people_open, 'person', 'people')} already sent may still be found and charged,"
            f" at most {counted(self.worst_case_open, 'credit')}."
        )

    @property
    def fraction(self) -> float:
        return min(1.0, self.people_done / self.people_total) if self.people_total else 1.0


def standing(database: Database, view: RunView, *, way_of: Callable[[str], str]) -> Progress:
    """The progress of a run. way_of: the sentence on how results come, by how the last ones came."""
    # In this order: whoever is settled between the two reads counts as settled, and never as nobody's.
    batch = batch_progress(database, view.id)
    totals = run_totals(database, view.id)
    settled = totals.found + totals.nothing + totals.tidied + totals.failed + totals.left_out
    done = settled + min(batch.completed_open, totals.in_progress)
    to_send = people_still_sent(view, totals, batch.committed)
    total = totals.sent + to_send
    seconds_left, basis = _time_left(database, view, batch, total - done - totals.uncertain)
    if seconds_left is not None and to_send < totals.waiting:
        basis += ", as far as the budget goes"
    return Progress(
        totals=totals,
        people_done=done,
        people_total=total,
        people_not_sent=totals.not_sent - to_send,
        batches_sent=batch.sent,
        batches_finished=batch.finished,
        batches_total=batch.sent + -(-to_send // MAX_BATCH) + totals.uncertain_batches,
        emails_so_far=totals.new_emails + batch.emails_open,
        phones_so_far=totals.new_phones + batch.phones_open,
        seconds_left=seconds_left,
        basis=basis,
        newest=newest_finds(database, view.id),
        people_open=batch.people_open,
        worst_case_open=batch.worst_case_open,
        committed=batch.committed,
        moves=view.active or batch.under_way > 0 or (view.waiting_for == PAUSED and not totals.waiting),
        way=way_of(batch.via),
        told=run_sentence(database, view.id) if view.state is RunState.FINISHED else "",
    )


def why_it_stands(view: RunView, progress: Progress) -> str:
    """Why a run waits for somebody, with what it may cost meanwhile; "" when it does not.

    What a lost answer may cost is said with the decision about it.
    """
    if not view.why or view.state is RunState.FINISHED:
        return ""
    open_still = "" if view.waiting_for == "uncertain" else progress.still_charged
    return f"{view.why} {open_still}".rstrip()


def people_still_sent(view: RunView, totals: RunTotals, committed: int) -> int:
    """How many of those who wait the run will send without anybody doing more than let it go on.

    committed: credits spent and held. Where the budget does not pay for all, the rest is not counted;
    who turns out to cost nothing makes room for more, so this only grows. A test is of the people chosen for
    it until its budget is used up, however few of them the budget pays for at worst.
    """
    if view.state in (RunState.STOPPING, RunState.FINISHED) or view.waiting_for == "uncertain":
        return 0
    room = max(0, view.budget - committed)
    if totals.waiting_at_most <= room or (view.sample and view.waiting_for != "budget"):
        return totals.waiting
    return totals.waiting * room // totals.waiting_at_most


def _time_left(
    database: Database, view: RunView, batch: BatchProgress, people_left: int
) -> tuple[float | None, str]:
    if not view.active or people_left <= 0:
        return None, ""
    elapsed = database.clock() - (batch.since or view.confirmed_at)
    answered = batch.completed_since
    if answered and answered >= ENOUGH_FOR_A_PACE * (answered + people_left) and elapsed > 1:
        return elapsed * people_left / answered, "at the pace so far"
    durations = run_durations(database, view.organization_id)
    if durations:
        return max(1.0, median(durations) - elapsed), "from your earlier lists"
    return None, "measuring"
