"""Receipts as a file, for whoever has to account for the credits."""

from __future__ import annotations

import io
from collections.abc import Iterable
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
    )


def _amount(balance: Decimal | None) -> str:
    return "" if balance is None else f"{balance:f}"
