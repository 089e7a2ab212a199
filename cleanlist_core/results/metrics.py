"""The numbers of a run, each with its denominator. They add up on every screen.

uploaded = sent + already known + not chosen + duplicates + needs fixing + left out by a person + not sent.
An email or a phone is counted once per person; credits are what the answers cost, not what was put aside for
them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cleanlist_core.domain import (
    KNOWN_MISS_LABEL,
    KNOWN_OUTCOMES,
    LIST_KEY_KINDS,
    NO_NEWS_LABEL,
    SENT_OUTCOMES,
    EmailQuality,
    KeyKind,
    Outcome,
    counted,
)
from cleanlist_core.pricing import EMAIL_CREDITS, ENOUGH_RESULTS, PHONE_CREDITS, PUBLISHED_RATES, FindRates
from cleanlist_core.store import results as stored
from cleanlist_core.store import tallies as tallied
from cleanlist_core.store.database import Database

ENOUGH_OF_A_KIND = 20
"""Results by one key before that key gets a rate of its own."""


@dataclass(frozen=True, slots=True)
class RunTotals:
    """Rows of the list by what became of them (uploaded … left_out), then people, then credits.

    already_known: who needed no look-up. known_misses: those of them whom an earlier look-up did not find.
    in_file: those of them for whom the file itself has all that is wanted.
    emails_found, phones_found: people with a Cleanlist email or phone, new or from an earlier look-up.
    new_emails, new_phones: those of them found in this run. filled_rows: rows with either, duplicates
    included. not_chosen: whom a person did not choose for a phone, once the emails were there. withheld: whom
    a person left out of the list before anything was looked up; left_out: whom after a lost answer.
    nothing: who was looked up without a find, nothing_new those of them who have one from an earlier look-up.
    failed: about whom no answer came. credits_in_flight: what the unanswered requests can cost at most.
    credits_doubtful: what may have been charged for the failed. waiting: those of the
    not sent whom the run would ask about, and waiting_at_most what that can cost; the others are no part
    of it, such as those beside a test.
    """

    uploaded: int
    sent: int
    already_known: int
    known_misses: int
    in_file: int
    not_chosen: int
    withheld: int
    duplicates: int
    needs_fixing: int
    not_sent: int
    waiting: int
    waiting_at_most: int
    in_progress: int
    uncertain: int
    found: int
    nothing: int
    nothing_new: int
    tidied: int
    failed: int
    left_out: int
    emails_found: int
    phones_found: int
    new_emails: int
    new_phones: int
    filled_rows: int
    credits_spent: int
    credits_in_flight: int
    credits_doubtful: int
    batches: int
    uncertain_batches: int

    @property
    def people(self) -> int:
        """Different people who can be looked up."""
        return self.sent + self.already_known + self.not_chosen + self.not_sent

    @property
    def credits_unusable(self) -> int:
        """What finds have cost that came in a form nobody can use, such as an email that is none."""
        for_finds = self.new_emails * EMAIL_CREDITS + self.new_phones * PHONE_CREDITS
        return max(0, self.credits_spent - for_finds)

    @property
    def what_no_answer_means(self) -> str:
        """For those whose look-up failed, which is not the same as nothing found."""
        charged = "may have been charged" if self.credits_doubtful else "nothing charged"
        return f"{charged}, can be looked up again"

    def sentence(self, have: Sequence[HaveNow]) -> str:
        """The run in a line, such as "83 of 85 people have an email now: 8 found, 75 in your file; 2 rows
        need fixing". have: as `have_now` counts it; without anything to look for nothing is missing.
        """
        parts = [one.sentence(self.people) for one in have]
        parts = parts or [f"{counted(self.people, 'person', 'people')} tidied up"]
        parts += [f"{self.failed:,} got no answer ({self.what_no_answer_means})"] if self.failed else []
        parts += [f"{self.in_progress:,} still being looked up"] if self.in_progress else []
        parts += [f"{self.uncertain:,} waiting for your decision"] if self.uncertain else []
        parts += [f"{self.not_sent:,} not sent"] if self.not_sent else []
        if self.needs_fixing:
            verb = "needs" if self.needs_fixing == 1 else "need"
            parts.append(f"{counted(self.needs_fixing, 'row')} {verb} fixing")
        parts += [f"{counted(self.withheld, 'row')} left out by you"] if self.withheld else []
        return "; ".join(parts)


def run_totals(database: Database, run_id: str) -> RunTotals:
    """Count a run. Raises RunError `unknown_run`."""
    heading = stored.run_heading(database, run_id)
    tallies, batches = tallied.tally_run(database, run_id)
    rows = Counter({tally.outcome: tally.rows for tally in tallies})
    unsent = [tally for tally in tallies if tally.outcome is Outcome.NOT_SENT]
    return RunTotals(
        uploaded=rows.total(),
        sent=sum(rows[outcome] for outcome in SENT_OUTCOMES),
        already_known=sum(rows[outcome] for outcome in KNOWN_OUTCOMES),
        known_misses=stored.count_known_misses(database, heading),
        in_file=rows[Outcome.HAS_IT],
        not_chosen=rows[Outcome.NOT_CHOSEN],
        withheld=rows[Outcome.WITHHELD],
        duplicates=rows[Outcome.DUPLICATE],
        needs_fixing=rows[Outcome.NEEDS_FIXING],
        not_sent=rows[Outcome.NOT_SENT],
        waiting=sum(tally.asked for tally in unsent),
        waiting_at_most=sum(tally.ask_at_most for tally in unsent),
        in_progress=rows[Outcome.IN_PROGRESS],
        uncertain=rows[Outcome.UNCERTAIN],
        found=rows[Outcome.FOUND],
        nothing=rows[Outcome.NOTHING],
        nothing_new=_nothing_new(heading, tallies),
        tidied=rows[Outcome.TIDIED],
        failed=rows[Outcome.FAILED],
        left_out=rows[Outcome.LEFT_OUT],
        emails_found=sum(tally.emails for tally in tallies),
        phones_found=sum(tally.phones for tally in tallies),
        new_emails=sum(tally.new_emails for tally in tallies),
        new_phones=sum(tally.new_phones for tally in tallies),
        filled_rows=sum(tally.filled for tally in tallies),
        credits_spent=sum(tally.credits for tally in tallies),
        credits_in_flight=batches.in_flight,
        credits_doubtful=batches.doubtful,
        batches=batches.batches,
        uncertain_batches=batches.uncertain,
    )


def _nothing_new(heading: stored.RunHeading, tallies: Sequence[tallied.OutcomeTally]) -> int:
    """Who was not found, and has a find all the same; a later decision tells of itself alone."""
    missed = [one for one in tallies if one.outcome is Outcome.NOTHING and not heading.earlier]
    return sum(one.rows - one.without for one in missed)


@dataclass(frozen=True, slots=True)
class HaveNow:
    """How many of a run's people have an email, or a phone, now, each by where it comes from first.

    what: such as "an email". new: found in this run. before: found by an earlier look-up. in_file: in any row
    of theirs in the file.
    """

    what: str
    new: int
    before: int
    in_file: int

    @property
    def people(self) -> int:
        return self.new + self.before + self.in_file

    def sentence(self, of: int) -> str:
        """of: people there are. Such as "83 of 85 people have an email now: 8 found, 75 in your file"."""
        parts = [(self.new, "found"), (self.before, "found before"), (self.in_file, "in your file")]
        told = ", ".join(f"{count:,} {where}" for count, where in parts if count)
        have = "has" if 1 in (self.people, of) else "have"
        said = f"{self.people:,} of {counted(of, 'person', 'people')} {have} {self.what} now"
        return f"{said}: {told}" if told else said


def have_now(database: Database, run_id: str) -> tuple[HaveNow, ...]:
    """Of what a run looks for, or knows anyway, how many people have it. Nothing for a list tidied up."""
    heading, totals = stored.run_heading(database, run_id), run_totals(database, run_id)
    emails, phones = tallied.count_in_file(database, run_id)
    both = (
        (heading.wanted.wants_email, "an email", totals.emails_found, totals.new_emails, emails),
        (heading.wanted.wants_phone, "a phone", totals.phones_found, totals.new_phones, phones),
    )
    return tuple(
        HaveNow(what, new, found - new, in_file)
        for wanted, what, found, new, in_file in both
        if wanted or found
    )


def run_sentence(database: Database, run_id: str) -> str:
    """A run in a line. Raises RunError `unknown_run`."""
    return run_totals(database, run_id).sentence(have_now(database, run_id))


@dataclass(frozen=True, slots=True)
class Slice:
    """One bar of a chart: `count` of `of`. amount: credits, where the bar is about money."""

    key: str
    label: str
    count: int
    of: int
    amount: int = 0

    @property
    def share(self) -> float:
        """0–1; 0 when there is nothing to take a share of."""
        return self.count / self.of if self.of else 0.0

    @property
    def caption(self) -> str:
        return f"{self.count:,} of {self.of:,}"


KNOWN_MISS = "known_miss"
"""Key of the people an earlier look-up did not find; no outcome of its own."""
NO_NEWS = "nothing_new"
"""Key of those who were not found now, and before; no outcome of its own either."""


def outcome_slices(database: Database, run_id: str) -> tuple[Slice, ...]:
    """Rows of the list by outcome, of all rows; outcomes nobody has are left out.

    Who is known not to be found is told apart from who is known, and who was found before from who never was.
    """
    tallies, _ = tallied.tally_run(database, run_id)
    heading = stored.run_heading(database, run_id)
    rows = Counter({tally.outcome: tally.rows for tally in tallies})
    uploaded = rows.total()
    apart = (
        (Outcome.KNOWN, KNOWN_MISS, KNOWN_MISS_LABEL, stored.count_known_misses(database, heading)),
        (Outcome.NOTHING, NO_NEWS, NO_NEWS_LABEL, _nothing_new(heading, tallies)),
    )
    slices = []
    for outcome in Outcome:
        told = [(key, label, count) for of, key, label, count in apart if of is outcome]
        rest = rows[outcome] - sum(count for _, _, count in told)
        slices.append(Slice(outcome.value, outcome.label, rest, uploaded))
        slices += [Slice(key, label, count, uploaded) for key, label, count in told]
    return tuple(one for one in slices if one.count)


@dataclass(frozen=True, slots=True)
class KindRate:
    """Finds among the people looked up by one key. Of: people asked for that part whose answer is in."""

    kind: KeyKind
    emails: Slice
    phones: Slice


def find_rate_by_key_kind(database: Database, run_id: str) -> tuple[KindRate, ...]:
    """Emails and phones found in this run by what the people were looked up by, best key first."""
    return tuple(
        KindRate(
            kind=tally.kind,
            emails=Slice("email", tally.kind.label, tally.emails_found, tally.emails_asked),
            phones=Slice("phone", tally.kind.label, tally.phones_found, tally.phones_asked),
        )
        for tally in tallied.tally_key_kinds(database, run_id)
    )


def email_quality_slices(database: Database, run_id: str) -> tuple[Slice, ...]:
    """People with a Cleanlist email by its quality, of all people with one; best first."""
    counts = tallied.tally_email_quality(database, run_id)
    total = sum(counts.values())
    return tuple(
        Slice(quality.value, quality.label, counts[quality], total)
        for quality in EmailQuality
        if counts[quality]
    )


def credit_slices(database: Database, run_id: str) -> tuple[Slice, ...]:
    """What the credits of this run paid for: people paid for, of people sent; amount in credits."""
    totals = run_totals(database, run_id)
    paid = tallied.tally_credits(database, run_id, phone_price=PHONE_CREDITS)
    return (
        Slice("email", "Emails", paid.emails, totals.sent, paid.email_credits),
        Slice("phone", "Phones", paid.phones, totals.sent, paid.phone_credits),
    )


def find_rates(database: Database, organization_id: str) -> FindRates:
    """How often this organization's people are found, else the published rates.

    Each part (email, phone) is measured once there are ENOUGH_RESULTS answers of people asked for it;
    a key with few of them takes the rate of all keys together.
    """
    tallies = [
        tally
        for tally in tallied.tally_results_by_kind(database, organization_id)
        if tally.kind in LIST_KEY_KINDS
    ]
    emails = {tally.kind: (tally.emails_found, tally.emails_asked) for tally in tallies}
    phones = {tally.kind: (tally.phones_found, tally.phones_asked) for tally in tallies}
    own_email, own_phone = _is_measured(emails), _is_measured(phones)
    return FindRates(
        email=_rates(emails) if own_email else PUBLISHED_RATES.email,
        phone=_rates(phones) if own_phone else PUBLISHED_RATES.phone,
        own_email=own_email,
        own_phone=own_phone,
    )


def _is_measured(counts: Mapping[KeyKind, tuple[int, int]]) -> bool:
    return sum(asked for _, asked in counts.values()) >= ENOUGH_RESULTS


def _rates(counts: Mapping[KeyKind, tuple[int, int]]) -> dict[KeyKind, float]:
    overall = _rate(counts.values())
    return {
        kind: _rate([counts[kind]]) if counts.get(kind, (0, 0))[1] >= ENOUGH_OF_A_KIND else overall
        for kind in KeyKind
    }


def _rate(counts: Iterable[tuple[int, int]]) -> float:
    found, asked = map(sum, zip(*counts, strict=True))
    return found / asked


def spent_since(database: Database, organization_id: str, since: float) -> int:
    """Credits of the answers received since a moment (seconds since 1970)."""
    return tallied.spent_after(database, organization_id, since)
