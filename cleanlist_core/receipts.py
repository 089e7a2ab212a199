"""Receipts as a file and in sums, for whoever has to account for the credits."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from cleanlist_core.accounts import Receipt
from cleanlist_core.results.csv_files import CsvWriter, as_columns

HEADER = (
    "When (UTC)",
    "List",
    "Looked for",
    "State",
    "People sent",
    "Emails found",
    "Phones found",
    "Credits spent",
    "Credits at most",
    "Balance before",
    "Balance after",
    "Note",
    "Confirmed by",
)


def receipts_csv(receipts: Iterable[Receipt]) -> bytes:
    """One line per run, in the order given; a balance that was not read is left empty."""
    out = io.BytesIO()
    writer = CsvWriter(out)
    writer.write_header(HEADER)
    lines = [_line(receipt) for receipt in receipts]
    if lines:
        writer.write(as_columns(lines, len(HEADER)))
    return out.getvalue()


def _line(receipt: Receipt) -> tuple[str, ...]:
    return (
        f"{datetime.fromtimestamp(receipt.at, UTC):%Y-%m-%d %H:%M}",
        receipt.list_name,
        receipt.wanted.label,
        receipt.state.label,
        str(receipt.people_sent),
        str(receipt.emails),
        str(receipt.phones),
        str(receipt.credits),
        str(receipt.at_most),
        _amount(receipt.balance_before),
        _amount(receipt.balance_after),
        receipt.note,
        receipt.by,
    )


def _amount(balance: Decimal | None) -> str:
    return "" if balance is None else f"{balance:f}"


@dataclass(frozen=True, slots=True)
class Spent:
    """Credits that went one way, and the runs they went to."""

    label: str
    credits: int
    runs: int


BY_LIST, BY_TYPE, BY_PERSON = "By list", "By what was looked for", "By person"
WAYS: dict[str, Callable[[Receipt], str]] = {
    BY_LIST: lambda receipt: receipt.list_name,
    BY_TYPE: lambda receipt: receipt.wanted.label,
    BY_PERSON: lambda receipt: receipt.by or "Not known",
}


def spent_by(receipts: Iterable[Receipt], way: str, *, most: int = 8) -> list[Spent]:
    """Where credits went, the dearest first; what is past the first few is one line. They add up."""
    sums: Counter[str] = Counter()
    runs: Counter[str] = Counter()
    for receipt in receipts:
        if receipt.credits:
            sums[WAYS[way](receipt)] += receipt.credits
            runs[WAYS[way](receipt)] += 1
    lines = [Spent(label, spent, runs[label]) for label, spent in sums.most_common()]
    if len(lines) <= most:
        return lines
    rest = lines[most - 1 :]
    others = Spent(f"{len(rest)} others", sum(one.credits for one in rest), sum(one.runs for one in rest))
    return [*lines[: most - 1], others]
