"""The balance with its time, and how far it reaches."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from cleanlist_core.accounts import LOW_BALANCE
from cleanlist_core.domain import counted
from cleanlist_core.pricing import where_likely_comes_from
from pages.parts import session
from pages.parts.clock import when
from pages.parts.session import Seat
from pages.parts.wording import PORTAL, credit_count, number, plain

_ASKED = "asked_to_practise_anew"


def draw_balance(seat: Seat) -> None:
    """One line: credits left, when that was read, and what they are good for."""
    account = seat.account
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", gap="large", key="balance_line"
    ):
        if account.balance is None:
            st.markdown("**Your balance has not been read yet.** Open Credits to read it.")
            return
        st.metric("Credits left", number(account.balance), width="content")
        with st.container(gap="xxsmall", width="stretch"):
            st.markdown(plain(account.runway_sentence), help=where_likely_comes_from())
            st.caption(f"Balance as of {when(account.read_at)}")


def warn_before_spending(seat: Seat, most: int) -> None:
    """A word where the decision is made, when it may leave little. most: credits it can cost at most."""
    balance = seat.account.balance
    if balance is None or not most or most > balance or balance - most >= LOW_BALANCE:
        return
    st.caption(
        f":material/warning: This may leave as few as {credit_count(balance - most)}. Lists wait when credits"
        " are used up, and go on once there are more."
    )


def warn_when_low(seat: Seat) -> None:
    account = seat.account
    if not account.low or account.balance is None:
        return
    left = (
        f"Only {credit_count(account.balance)} left. Running lists wait when they are used up, and go on once"
        " there are more."
        if account.balance
        else "**No credits are left.** Lists wait, and go on once there are more."
    )
    st.warning(
        f"{left} {how_to_get_credits(seat)}.",
        icon=":material/warning:",
    )
    draw_way_to_credits(seat, place="balance")


def how_to_get_credits(seat: Seat) -> str:
    if seat.practice:
        return "Start a new practice to get new credits, without the lists of this one"
    return "Top up in the Cleanlist portal and read the balance again"


def draw_way_to_credits(seat: Seat, *, place: str) -> None:
    """Where credits are bought; practice credits come with a new place to practise, asked for in two steps.

    place: of the screen.
    """
    if not seat.practice:
        st.link_button("Open the Cleanlist portal", PORTAL, icon=":material/open_in_new:")
        return
    if st.session_state.get(_ASKED) == place:
        _draw_what_is_left_behind(seat, place)
        return
    lists = seat.workspace.lists(seat.organization_id)
    pressed = st.button(
        "Start a new practice",
        icon=":material/school:",
        key=f"practise_anew_{place}",
        on_click=_ask if lists else None,
        args=(place,),
    )
    if pressed and not lists:
        _practise_anew()


def _ask(place: str) -> None:
    st.session_state[_ASKED] = place


def _draw_what_is_left_behind(seat: Seat, place: str) -> None:
    """The second step: nothing leads back to the lists of a practice that was left for a new one."""
    lists = counted(len(seat.workspace.lists(seat.organization_id)), "list")
    with st.container(border=True, key=f"confirm_practise_anew_{place}"):
        st.markdown(
            f"Start a new practice? It has new credits and no lists. The {lists} of this one cannot be opened"
            " any more then: download first what you want to keep."
        )
        with st.container(horizontal=True, gap="small"):
            st.button("Stay here", type="primary", key=f"stay_{place}", on_click=_forget)
            if st.button("Leave them and start anew", icon=":material/school:", key=f"leave_lists_{place}"):
                _practise_anew()


def _forget() -> None:
    st.session_state.pop(_ASKED, None)


def _practise_anew() -> NoReturn:
    _forget()
    session.practise(anew=True)
    st.switch_page("home.py")
