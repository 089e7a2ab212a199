"""What each run cost, with the balance before and after."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

import streamlit as st

from cleanlist_core.accounts import Receipt
from cleanlist_core.domain import counted
from cleanlist_core.receipts import BY_LIST, BY_PERSON, WAYS, receipts_csv, spent_by
from pages.parts.charts import Bar, draw_bars, palette
from pages.parts.session import Seat
from pages.parts.wording import credit_count, number, shortened, zone

WIDTHS = {
    "List": 145,
    "Credits": 65,
    "At most": 65,
    "Looked for": 140,
    "People": 65,
    "Emails": 60,
    "Phones": 65,
    "Balance": 105,
    "Confirmed by": 130,
    "Note": 400,
}
"""Pixels: all that a receipt counts fits on a small screen."""
AT_THE_END = ("Confirmed by", "Note")
"""Columns that are there only where somebody needs them."""


def draw_receipts(seat: Seat) -> None:
    st.header("Receipts", anchor=False)
    receipts = seat.workspace.receipts(seat.organization_id)
    if not receipts:
        st.caption("Nothing has been spent through this dashboard yet. Every list gets a line here.")
        return
    lines = [_line(receipt) for receipt in receipts]
    filled = [title for title in lines[0] if title not in AT_THE_END or any(line[title] for line in lines)]
    st.dataframe(
        [{title: line[title] for title in filled} for line in lines],
        hide_index=True,
        key="receipts",
        alt="Receipts: what each list cost",
        column_config={
            **{title: st.column_config.Column(width=width) for title, width in WIDTHS.items()},
            "When": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm", width=135),
        },
    )
    if any(receipt.note or receipt.by for receipt in receipts):
        st.caption("Who confirmed it, and notes, stand further right in the table and in the download.")
    st.download_button(
        "Download receipts",
        data=partial(receipts_csv, receipts),
        file_name=f"cleanlist-receipts-{len(receipts)}-{int(receipts[0].at)}.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        key="download_receipts",
    )


def draw_spending(seat: Seat) -> None:
    """Where the credits went, three ways; each way adds up to the same."""
    receipts = seat.workspace.receipts(seat.organization_id)
    spent = sum(receipt.credits for receipt in receipts)
    if not spent:
        return
    st.header("Where they went", anchor=False)
    ways = [way for way in WAYS if way != BY_PERSON or any(receipt.by for receipt in receipts)]
    way = st.segmented_control(
        "Count them", ways, default=BY_LIST, key="spent_way", required=True, label_visibility="collapsed"
    )
    colors = palette()
    bars = [
        Bar(
            shortened(one.label),
            one.credits / spent,
            f"{number(one.credits)} of {credit_count(spent)}",
            colors.good,
        )
        for one in spent_by(receipts, way or BY_LIST)
    ]
    title = f"Credits spent, {(way or BY_LIST).lower()}"
    lines = counted(sum(1 for receipt in receipts if receipt.credits), "receipt")
    draw_bars(title, bars, key="spent", summary=f"{credit_count(spent)}, on {lines} of those below.")


def _line(receipt: Receipt) -> dict[str, Any]:
    return {
        "List": receipt.list_name,
        "Credits": receipt.credits,
        "At most": receipt.at_most,
        "When": datetime.fromtimestamp(receipt.at, zone(st.context.timezone)),
        "Looked for": receipt.wanted.label,
        "People": receipt.people_sent,
        "Emails": receipt.emails,
        "Phones": receipt.phones,
        "Balance": _from_to(receipt.balance_before, receipt.balance_after),
        "Confirmed by": receipt.by,
        "Note": receipt.note,
    }


def _from_to(before: Decimal | None, after: Decimal | None) -> str:
    """The balance before and after; what was not read is left open."""
    read = ["?" if balance is None else number(balance) for balance in (before, after)]
    return "" if before is None and after is None else " → ".join(read)
