"""Credits: what is left, where they went, and what a list would cost."""

from __future__ import annotations

import streamlit as st

from cleanlist_core.pricing import where_likely_comes_from
from pages.parts import frame
from pages.parts.balance import warn_when_low
from pages.parts.calculator import draw_calculator
from pages.parts.charts import draw_balance_history
from pages.parts.clock import when
from pages.parts.receipts import draw_receipts, draw_spending
from pages.parts.session import Seat
from pages.parts.wording import number, plain

ENOUGH_FOR_A_CHART = 2


def draw_standing(seat: Seat) -> None:
    account = seat.account
    with st.container(border=True, gap="medium"):
        left, middle = st.columns(2, gap="medium")
        left.metric("Credits left", "–" if account.balance is None else number(account.balance))
        left.caption(f"Balance as of {when(account.read_at)}")
        used = account.used_this_month
        middle.metric("Used this month", "–" if used is None else number(used))
        middle.caption(
            "As counted by this dashboard" if account.used_this_month_is_ours else "As Cleanlist counts it"
        )
        st.markdown(plain(account.runway_sentence), help=where_likely_comes_from())
        with st.container(horizontal=True, gap="small"):
            if st.button("Start a list", type="primary", icon=":material/upload_file:", key="start_list"):
                st.switch_page("new.py")
            if st.button("Read the balance again", icon=":material/refresh:", key="refresh_balance"):
                read_again(seat)
    warn_when_low(seat)


def read_again(seat: Seat) -> None:
    """Where Cleanlist does not say the balance, the rest of the screen is there all the same."""
    with frame.mishaps_in_plain_words():
        seat.workspace.refresh_balance(seat.organization_id)
        st.rerun()


def draw_history(seat: Seat) -> None:
    readings = seat.workspace.readings(seat.organization_id)
    if len(readings) < ENOUGH_FOR_A_CHART:
        return
    st.header("Balance over time", anchor=False)
    first, last = readings[-1], readings[0]
    st.caption(
        f"{number(first.balance)} credits {when(first.read_at)}, {number(last.balance)} {when(last.read_at)};"
        f" read {len(readings):,} times."
    )
    lists = {receipt.run_id: receipt.list_name for receipt in seat.workspace.receipts(seat.organization_id)}
    draw_balance_history(readings, lists, key="balance_history")


seat = frame.required_seat()
frame.draw_heading("Credits")
draw_standing(seat)
draw_history(seat)
draw_spending(seat)
draw_calculator(seat)
draw_receipts(seat)
