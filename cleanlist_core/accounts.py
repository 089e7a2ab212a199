"""What an organization has: its balance, how far that goes, and a receipt for everything spent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from cleanlist_core.charged import Charges
from cleanlist_core.domain import LIST_KEY_KINDS, EnrichmentType, KeyKind, RunState, counted
from cleanlist_core.pricing import EMAIL_CREDITS, PHONE_CREDITS, FindRates, basis_in_words
from cleanlist_core.results.metrics import find_rates, spent_since
from cleanlist_core.store.database import Database
from cleanlist_core.store.organizations import CreditReading, last_reading, list_readings
from cleanlist_core.store.progress import Charge, RunCost, list_charges, run_costs
from cleanlist_core.store.run_log import Confirmation, confirmations
from cleanlist_core.store.runs import RunView, find_runs

LOW_BALANCE = 100
"""Credits below which a balance is called low."""


@dataclass(frozen=True, slots=True)
class Account:
    """An organization's credits as last read. Times in seconds since 1970; None before the first reading."""

    organization_id: str
    user_id: str
    balance: Decimal | None
    read_at: float | None
    used_this_month: Decimal | None
    used_this_month_is_ours: bool
    runway_sentence: str

    @property
    def low(self) -> bool:
        return self.balance is not None and self.balance < LOW_BALANCE


def account(database: Database, organization_id: str, *, user_id: str = "") -> Account:
    """The account as the store knows it; nobody is asked."""
    reading = last_reading(database, organization_id)
    used = reading.used_this_month if reading else None
    return Account(
        organization_id=organization_id,
        user_id=user_id,
        balance=reading.balance if reading else None,
        read_at=reading.read_at if reading else None,
        used_this_month=used if used is not None else Decimal(_spent_this_month(database, organization_id)),
        used_this_month_is_ours=used is None,
        runway_sentence=runway_sentence(reading.balance, find_rates(database, organization_id))
        if reading
        else "",
    )


def _spent_this_month(database: Database, organization_id: str) -> int:
    today = datetime.fromtimestamp(database.clock(), UTC)
    start = today.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return spent_since(database, organization_id, start.timestamp())


def runway_sentence(balance: Decimal, rates: FindRates) -> str:
    """How many people a balance is likely to cover: only finds cost, so more than it has credits."""
    emails = int(float(balance) / (EMAIL_CREDITS * _typical(rates.email)))
    phones = int(float(balance) / (PHONE_CREDITS * _typical(rates.phone)))
    if balance < EMAIL_CREDITS:
        return "No whole credit is left to look anybody up."
    reached = EnrichmentType.FULL if balance >= PHONE_CREDITS else EnrichmentType.PARTIAL
    basis = f"by {basis_in_words(reached, rates)}"
    unit = "credit is" if balance == 1 else "credits are"
    reach = f"the emails of about {counted(_rounded(emails), 'person', 'people')}"
    if reached.wants_phone:
        reach += f", or the phones of about {_rounded(phones):,}"
    return f"{_whole(balance)} {unit} likely to cover {reach}, {basis}."


def _typical(rates: Mapping[KeyKind, float]) -> float:
    return max(0.01, sum(rates[kind] for kind in LIST_KEY_KINDS) / len(LIST_KEY_KINDS))


def _rounded(count: int) -> int:
    """Two significant digits: an estimate should not look like a count."""
    step = 10 ** max(0, len(str(count)) - 2)
    return int(count // step * step)


def _whole(credits_left: Decimal) -> str:
    return f"{credits_left.normalize():,f}"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one run cost. balance_before, balance_after: as the API gave them; None when not read.

    note: each confirmation where there was more than one, what lost answers may have cost, and a difference
    of the balances that nothing explains which this dashboard was charged between the two, by any list.
    by: the users whose keys confirmed it, as the API names them, the first one first; "" when it did not say.
    """

    run_id: str
    at: float
    list_name: str
    wanted: EnrichmentType
    state: RunState
    people_sent: int
    emails: int
    phones: int
    credits: int
    at_most: int
    balance_before: Decimal | None
    balance_after: Decimal | None
    note: str
    by: str = ""


def receipts(database: Database, organization_id: str) -> list[Receipt]:
    """A receipt for each run, newest first."""
    costs = run_costs(database, organization_id)
    readings = list_readings(database, organization_id)
    others = _Others(database, organization_id)
    confirmed = confirmations(database, organization_id)
    return [
        _receipt(view, costs.get(view.id), readings, others, confirmed.get(view.id, []))
        for view in find_runs(database, organization_id, limit=1000)
    ]


class _Others:
    """What was charged besides one run. Read when it is asked for: most balances need no explanation."""

    def __init__(self, database: Database, organization_id: str) -> None:
        self._whose = (database, organization_id)
        self._all: Charges | None = None
        self._by_run: dict[str, list[Charge]] = {}

    def charged(self, run_id: str, before: float, after: float) -> tuple[int, int]:
        """The least and the most that all runs but this one were charged between two moments."""
        if self._all is None:
            charges = list_charges(*self._whose)
            self._all = Charges(charges)
            for charge in charges:
                self._by_run.setdefault(charge.run_id, []).append(charge)
        least, most = self._all.between(before, after)
        own_least, own_most = Charges(self._by_run.get(run_id, [])).between(before, after)
        return least - own_least, most - own_most


def _receipt(
    view: RunView,
    cost: RunCost | None,
    readings: list[CreditReading],
    others: _Others,
    confirmed: list[Confirmation],
) -> Receipt:
    before = next((one for one in readings if one.read_at <= view.confirmed_at), None)
    before = next((one for one in readings if one.run_id == view.id and one.why == "before the run"), before)
    after = next((one for one in readings if one.run_id == view.id and one.why == "after the run"), None)
    spent = cost.credits if cost else 0
    return Receipt(
        run_id=view.id,
        at=view.confirmed_at,
        list_name=view.list_name,
        wanted=view.enrichment_type,
        state=view.state,
        people_sent=cost.people_sent if cost else 0,
        emails=cost.emails if cost else 0,
        phones=cost.phones if cost else 0,
        credits=spent,
        at_most=min(view.budget, view.confirmed_at_most),
        balance_before=before.balance if before else None,
        balance_after=after.balance if after else None,
        note=" ".join(
            filter(
                None,
                (
                    _decision(view),
                    " ".join(map(str, confirmed)) if len(confirmed) > 1 else "",
                    _doubt(cost.doubtful if cost else 0),
                    _difference(view.id, before, after, spent, others),
                ),
            )
        ),
        by=_confirmed_by(view, confirmed),
    )


def _confirmed_by(view: RunView, confirmed: list[Confirmation]) -> str:
    """Older versions kept the last one with the run alone."""
    return ", ".join(dict.fromkeys(filter(None, [*(one.by for one in confirmed), view.confirmed_by])))


def _decision(view: RunView) -> str:
    return "Second decision about this list: phones after emails." if view.first_run_id else ""


def _doubt(doubtful: int) -> str:
    if not doubtful:
        return ""
    return f"Up to {counted(doubtful, 'credit')} more may have been charged, for answers that were lost."


def _difference(
    run_id: str, before: CreditReading | None, after: CreditReading | None, spent: int, others: _Others
) -> str:
    if before is None or after is None:
        return ""
    unexplained = before.balance - after.balance - spent
    if unexplained != 0:
        least, most = others.charged(run_id, before.read_at, after.read_at)
        unexplained -= min(max(unexplained, Decimal(least)), Decimal(most))
    if unexplained == 0:
        return ""
    direction = "less" if unexplained > 0 else "more"
    unit = "credit" if abs(unexplained) == 1 else "credits"
    return (
        f"The balance is {_whole(abs(unexplained))} {unit} {direction} than what was found through this"
        " dashboard explains: other use of your account, a top-up, or a different price."
    )
