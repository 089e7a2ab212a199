"""What each run cost, with the balance before and after."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

import streamlit as st

from cleanlist_core.accounts import Receipt
from cleanlist_core.receipts import receipts_csv
from pages.parts.session import Seat
from pages.parts.wording import zone


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


def _line(receipt: Receipt) -> dict[str, Any]:
    return {
        "When": datetime.fromtimestamp(receipt.at, zone(st.context.timezone)),
        "List": receipt.list_name,
        "Looked for": receipt.wanted.label,
        "People sent": receipt.people_sent,
        "Emails": receipt.emails,
        "Phones": receipt.phones,
        "Credits": receipt.credits,
        "At most": receipt.at_most,
        "Balance before": _whole(receipt.balance_before),
        "Balance after": _whole(receipt.balance_after),
        "Note": receipt.note,
    }


def _whole(balance: Any) -> float | None:
    return None if balance is None else float(balance)
