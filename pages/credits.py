"""Credits: what is left, where they went, and what a list would cost."""

from __future__ import annotations

import streamlit as st

from pages.parts import frame
from pages.parts.balance import warn_when_low
from pages.parts.calculator import draw_calculator
from pages.parts.charts import draw_balance_history
from pages.parts.clock import when
from pages.parts.receipts import draw_receipts
from pages.parts.session import Seat
from pages.parts.wording import number, plain

ENOUGH_FOR_A_CHART = 2
OURS, THEIRS = "As counted by this dashboard", "As Cleanlist counts it"


def draw_standing(seat: Seat) -> None:
    account = seat.account
    with st.container(border=True, gap="medium"):
        left, middle = st.columns([1, 2], gap="large")
        left.metric("Credits left", "–" if account.balance is None else number(account.balance))
        left.caption(f"Balance as of {when(account.read_at)}")
        used = account.used_this_month
        middle.metric("Used this month", "–" if used is None else number(used))
        middle.caption(
            "As counted by this dashboard" if account.used_this_month_is_ours else "As Cleanlist counts it"
        )
        st.markdown(plain(account.runway_sentence))
        if st.button("Read it again", icon=":material/refresh:", type="primary", key="refresh_balance"):
            seat.workspace.refresh_balance(seat.organization_id)
            st.rerun()
    warn_when_low(seat)


def draw_history(seat: Seat) -> None:
    readings = seat.workspace.readings(seat.organization_id)
    if len(readings) < ENOUGH_FOR_A_CHART:
        return
    st.header("Balance over time", anchor=False)
    draw_balance_history(readings, key="balance_history")


seat = frame.required_seat()
frame.draw_heading("Credits")
draw_standing(seat)
draw_history(seat)
draw_calculator(seat)
draw_receipts(seat)
