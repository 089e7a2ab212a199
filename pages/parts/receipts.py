"""What each run cost, with the balance before and after."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

import streamlit as st

from cleanlist_core.accounts import Receipt
from cleanlist_core.domain import counted
from cleanlist_core.receipts import BY_LIST, BY_PERSON, WAYS, receipts_csv, spent_by
from pages.parts.charts import Bar, draw_bars, palette
from pages.parts.session import Seat
from pages.parts.wording import credit_count, number, shortened, zone


def draw_receipts(seat: Seat) -> None:
    st.header("Receipts", anchor=False)
    receipts = seat.workspace.receipts(seat.organization_id)
    if not receipts:
        st.caption("Nothing has been spent through this dashboard yet. Every list gets a line here.")
        return
    st.dataframe(
        [_line(receipt) for receipt in receipts],
        hide_index=True,
        key="receipts",
        alt="Receipts: what each list cost",
        column_config={
            "List": st.column_config.TextColumn(width=170),
            "Credits": st.column_config.NumberColumn(width=75),
            "At most": st.column_config.NumberColumn(width=75),
            "When": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm"),
            "Balance before": st.column_config.NumberColumn(format="localized"),
            "Balance after": st.column_config.NumberColumn(format="localized"),
            "Note": st.column_config.TextColumn(width="large"),
        },
    )
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
    looked_up = counted(sum(1 for receipt in receipts if receipt.credits), "look-up")
    draw_bars(title, bars, key="spent", summary=f"{credit_count(spent)} in {looked_up} that found somebody.")


def _line(receipt: Receipt) -> dict[str, Any]:
    return {
        "List": receipt.list_name,
        "Credits": receipt.credits,
        "At most": receipt.at_most,
        "When": datetime.fromtimestamp(receipt.at, zone(st.context.timezone)),
        "Looked for": receipt.wanted.label,
        "People sent": receipt.people_sent,
        "Emails": receipt.emails,
        "Phones": receipt.phones,
        "Balance before": _whole(receipt.balance_before),
        "Balance after": _whole(receipt.balance_after),
        "Note": receipt.note,
        "Confirmed by": receipt.by,
    }


def _whole(balance: Any) -> float | None:
    return None if balance is None else float(balance)
