"""What surrounds every screen: the sidebar, the practice banner, headings and errors in plain words."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Literal, ParamSpec
from urllib.parse import urlsplit

import streamlit as st

from cleanlist_core.errors import CleanlistError
from pages.parts import news, session
from pages.parts.clock import when
from pages.parts.rows import draw_running
from pages.parts.session import Seat
from pages.parts.wording import number, plain

log = logging.getLogger("cleanlist")

HEARTBEAT = "20s"
WHILE_RUNNING = "3s"
FOLLOWING = ("", "history", "credits", "connect")
"""Screens about the balance and all lists: they go along with what happens meanwhile."""
COUNTING = ("", "history")
"""Screens that say themselves how far each list is."""
NO_PAGE = "no_page"
NOTHING_THERE = "There is no page at this address. This is Home."
_TITLED = "screen_has_a_title"
NOT_HERE = ("unknown_run", "unknown_list")

P = ParamSpec("P")


@contextmanager
def mishaps_in_plain_words() -> Iterator[None]:
    """Show what went wrong the way it is meant to be read, and go on drawing below."""
    try:
        yield
    except CleanlistError as error:
        log.info("Told a person: %s", error.code)
        st.error(plain(error.message, limit=1000), icon=":material/error:")


@contextmanager
def screen() -> Iterator[None]:
    """A whole screen. Where it cannot be shown at all, it has a title all the same, and a way on."""
    st.session_state[_TITLED] = False
    try:
        yield
    except CleanlistError as error:
        log.info("Told a person: %s", error.code)
        missing = error.code in NOT_HERE
        if not st.session_state[_TITLED]:
            draw_heading("This list is not here" if missing else "This screen cannot be shown")
        st.error(plain(error.message, limit=1000), icon=":material/error:")
        if missing and st.button(
            "Open History", type="primary", icon=":material/history:", key="way_to_history"
        ):
            st.switch_page("history.py")


def guarded(draw: Callable[P, None]) -> Callable[P, None]:
    """The same for a fragment, which Streamlit runs on its own."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> None:
        with mishaps_in_plain_words():
            draw(*args, **kwargs)

    return drawn


def draw_heading(title: str, lead: str = "") -> None:
    """The one title of a screen. Both texts are ours or made plain by the caller."""
    st.session_state[_TITLED] = True
    st.title(title, anchor=False)
    if lead:
        with st.container(key="page_lead"):
            st.markdown(lead)


def draw_empty(title: str, text: str, *, link: str, label: str) -> None:
    """A screen with nothing to show yet, and the way to something."""
    with st.container(border=True, gap="small"):
        st.header(title, anchor=False)
        st.markdown(text)
        if st.button(label, type="primary", icon=":material/arrow_forward:", key="way_out"):
            st.switch_page(link)


def required_seat() -> Seat:
    """The seat of this browser; without one the screen says what to do and ends."""
    seat = session.current()
    if seat is None:
        _draw_connect_first()
        st.stop()
    return seat


def _draw_connect_first() -> None:
    draw_heading(
        "Connect first",
        "Lists and results belong to an organization. Connect a key, or practise with invented people.",
    )
    with st.container(horizontal=True):
        if st.button("Connect your key", type="primary", icon=":material/key:", key="connect_first"):
            st.switch_page("connect.py")
        draw_practise_button()


def draw_practise_button(*, primary: bool = False) -> None:
    """One click to a practice organization; absent where practice is switched off."""
    if session.workspaces().practice is None:
        return
    kind: Literal["primary", "secondary"] = "primary" if primary else "secondary"
    if st.button("Practise with sample data", type=kind, icon=":material/school:", key="practise"):
        session.practise()
        st.switch_page("home.py")


def draw_if_gone() -> None:
    """What to know when the server ends: hidden, and shown by the style once the browser cannot reach it.

    What Streamlit says there of itself is for developers.
    """
    with st.container(key="app_gone"):
        st.markdown(
            "**The app does not answer.** Nothing is lost: your lists and results are kept. Once it runs"
            " again, this page comes back by itself, and lists go on as soon as your key is there."
        )


def draw_wrong_address() -> None:
    """Home comes up for an address that leads nowhere; it says so.

    The server leads there by NO_PAGE; without it, see `pages/dashboard.py`, Streamlit does.
    """
    if NO_PAGE in st.query_params:
        st.warning(NOTHING_THERE, icon=":material/wrong_location:")
        return
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    asked = urlsplit(st.context.url or "").path.strip("/")
    if asked.removeprefix(base).strip("/"):
        st.warning(NOTHING_THERE, icon=":material/wrong_location:")


def draw_banner(seat: Seat | None) -> None:
    """In practice nobody can take invented people for real ones, or practice credits for money."""
    if seat is None or not seat.practice:
        return
    with st.container(
        key="practice_banner", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        st.markdown(":material/school: Practice: invented people, no real credits", width="content")
        with st.container(horizontal=True, width="content", vertical_alignment="center"):
            st.page_link("connect.py", label="Connect your key", icon=":material/key:")
            if st.button(
                "Leave practice",
                type="tertiary",
                icon=":material/logout:",
                key="leave_practice",
                help=_what_practising_again_brings(seat),
            ):
                session.leave()
                st.switch_page("home.py")


def _what_practising_again_brings(seat: Seat) -> str:
    if seat.account.low:
        return "With so few credits left, practising again starts anew, without these lists."
    return "Practising again within a day brings these lists back."


def draw_sidebar(seat: Seat | None, screen: str) -> None:
    """Account, balance and running lists. It redraws itself, which also repairs a screen after an outage.

    screen: the path of the page beside it. One that follows is drawn anew when a balance was read or a list
    came to stand otherwise, so that it says the same as the sidebar.
    """
    drawn_for = _how_things_stand(seat) if screen in FOLLOWING else None
    with st.sidebar:
        st.fragment(run_every=pace(seat) or HEARTBEAT)(_draw_standing)(seat, screen, drawn_for)
        if pace(seat):
            news.draw_ask()
        news.draw_script()


def pace(seat: Seat | None) -> str | None:
    """How often what shows running lists looks again; not at all while none runs."""
    running = seat is not None and any(run.active for run in seat.workspace.runs(seat.organization_id))
    return WHILE_RUNNING if running else None


def _how_things_stand(seat: Seat | None) -> tuple[object, ...] | None:
    """What a screen about balance and lists shows, as far as it changes without a click."""
    if seat is None:
        return None
    runs = seat.workspace.runs(seat.organization_id)
    readings = seat.workspace.readings(seat.organization_id, limit=1)
    return (*(one.read_at for one in readings), *((run.id, run.state, run.waiting_for) for run in runs))


@guarded
def _draw_standing(seat: Seat | None, screen: str, drawn_for: tuple[object, ...] | None) -> None:
    if drawn_for is not None and drawn_for != _how_things_stand(seat):
        st.rerun()
    if seat is None:
        st.caption("No key connected yet.")
        return
    account = seat.account
    with st.container(gap="small"):
        if account.balance is None:
            st.metric("Credits", "–", help="The balance has not been read yet.")
        else:
            st.metric("Practice credits" if seat.practice else "Credits", number(account.balance))
            st.caption(f"As of {when(account.read_at)}" if account.read_at else "")
        if account.low:
            st.caption(f":material/warning: {'Running low' if account.balance else 'No credits left'}")
    watched = st.query_params.get("run", "") if screen == "progress" else ""
    draw_running(seat, compact=True, counted_beside=lambda run: screen in COUNTING or run.id == watched)
    news.draw_news(seat, low=account.low)
    st.caption(f"Organization {plain(account.organization_id, limit=40)}")
