"""What a list of a given size would cost, before there is one."""

from __future__ import annotations

import streamlit as st

from cleanlist_core.domain import LIST_KEY_KINDS, KeyKind
from cleanlist_core.pricing import estimate, where_likely_comes_from
from cleanlist_core.results.metrics import find_rates
from pages.parts.ordering import CARDS, ICONS, balance_after
from pages.parts.session import Seat
from pages.parts.wording import credit_count


def draw_calculator(seat: Seat) -> None:
    balance = seat.account.balance
    st.header("What would it cost?", anchor=False)
    if balance is not None:
        st.caption(f"Your balance is {credit_count(balance)}.")
    left, right = st.columns([1, 2], gap="medium")
    count = left.number_input(
        "People to look up", min_value=1, max_value=1_000_000, value=250, step=50, key="calc_people"
    )
    kind = right.selectbox(
        "Known about them", LIST_KEY_KINDS, format_func=lambda one: KeyKind(one).label, key="calc_kind"
    )
    rates = find_rates(seat.workspace.database, seat.organization_id)
    for column, wanted in zip(st.columns(len(CARDS), gap="small"), CARDS, strict=True):
        price = estimate(wanted, {(kind or KeyKind.LINKEDIN, wanted): int(count)}, rates=rates)
        with column.container(
            border=True, height="stretch", gap="small", key=f"calculated_card_{wanted.value}"
        ):
            st.markdown(f"{ICONS[wanted]} **{wanted.label}**")
            st.metric(
                "At most" if price.at_most else "Price",
                credit_count(price.at_most) if price.at_most else "Free",
            )
            if not price.at_most:
                st.caption("No credits")
                continue
            st.caption(
                f"Likely about {credit_count(price.likely)}, by {price.basis}", help=where_likely_comes_from()
            )
            st.caption(balance_after(price, balance))
