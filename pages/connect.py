"""Your key: connect it, see which organization it opens, disconnect it. It is never shown again."""

from __future__ import annotations

import streamlit as st
from pydantic import SecretStr

from cleanlist_core.api.refusals import KEY_FOR_LISTS_NEEDED, wrong_kind_for_lists
from cleanlist_core.errors import CleanlistError
from cleanlist_core.store.runs import RunView
from pages.parts import frame, session
from pages.parts.clock import when
from pages.parts.live import KEY_FIRST
from pages.parts.session import Seat
from pages.parts.wording import PORTAL, number, plain

NOT_KEPT = "key_was_not_kept"
_ANYWAY = "key_tried_anyway"


def draw_form() -> None:
    may_remember = session.may_remember()
    with st.form("connect_form", clear_on_submit=True):
        key = st.text_input(
            "API key",
            type="password",
            autocomplete="current-password",
            placeholder="clapi_…",
            max_chars=400,
            help="It is tested at once, never stored in clear, and never shown again.",
        )
        remember = may_remember and st.checkbox(
            "Remember on this computer",
            key="remember_key",
            help="Your computer’s keyring keeps the key, so you need not paste it after a restart."
            " Whoever can open this page on this computer can then use it. Disconnect removes it.",
        )
        submitted = st.form_submit_button("Connect", type="primary", icon=":material/key:")
    anyway: tuple[SecretStr, bool] | None = st.session_state.pop(_ANYWAY, None)
    if submitted:
        connect_unless_doubtful(key or "", remember=remember)
    elif anyway is not None:
        connect(anyway[0].get_secret_value(), remember=anyway[1])


def connect_unless_doubtful(key: str, *, remember: bool) -> None:
    """A key that looks like one of another kind is explained before anybody is asked, and never refused."""
    doubt = wrong_kind_for_lists(key.strip())
    if not doubt:
        connect(key, remember=remember)
        return
    st.warning(f"{doubt} Nothing was sent. {KEY_FOR_LISTS_NEEDED}", icon=":material/key_off:")
    st.button(
        "Try this key anyway · free",
        icon=":material/key:",
        key="try_key_anyway",
        on_click=_try_anyway,
        args=(SecretStr(key), remember),
    )


def _try_anyway(key: SecretStr, remember: bool) -> None:
    """For the run of the screen that follows the click, and no longer."""
    st.session_state[_ANYWAY] = (key, remember)


def connect(key: str, *, remember: bool) -> None:
    try:
        with st.skeleton(height=64):
            session.connect(key.strip(), remember=remember)
    except session.KeyNotKeptError as error:
        st.session_state[NOT_KEPT] = error.message
    except CleanlistError as error:
        st.error(plain(error.message, limit=1000), icon=":material/error:")
        return
    st.rerun()


def draw_help() -> None:
    st.header("Where to find your key", anchor=False)
    st.markdown(
        f"Sign in at [portal.cleanlist.ai]({PORTAL}), open **Settings → API Keys**, and create or copy a key."
        " Your plan needs API access."
    )
    with st.expander("Which keys work", icon=":material/help:"):
        st.markdown(
            "- Keys that start with `clapi_` work here.\n"
            "- A key that starts with `clext_` belongs to the browser extension; Cleanlist refuses it.\n"
            "- A key that starts with `clnl_` looks up single people, by email too. Connect a key for lists"
            " first, then add it under One person."
        )


def list_without_key(seat: Seat) -> RunView | None:
    """A list that stands still until a key is connected again."""
    runs = seat.workspace.runs(seat.organization_id)
    return next((run for run in runs if run.waiting_for in KEY_FIRST), None)


def draw_needed_again(waiting: RunView) -> None:
    """The key that was connected is of no use any more: why, and the place for another one."""
    st.warning(plain(waiting.why, limit=500), icon=":material/key_off:")
    draw_form()
    if st.button("Disconnect", icon=":material/link_off:", key="disconnect"):
        disconnect()
    draw_help()


def draw_connected(seat: Seat) -> None:
    account = seat.account
    with st.container(border=True, gap="medium"):
        st.markdown(":material/check_circle: **Connected.** The key works; it is kept out of sight.")
        with st.container(horizontal=True, gap="medium"):
            left = "–" if account.balance is None else number(account.balance)
            st.metric("Credits left", left, width="content")
            st.metric("Balance read", when(account.read_at), width="content")
            st.metric("Organization", plain(account.organization_id, limit=40), width="content")
        with st.container(horizontal=True):
            if st.button("Start a list", type="primary", icon=":material/upload_file:", key="start_list"):
                st.switch_page("new.py")
            if st.button("Disconnect", icon=":material/link_off:", key="disconnect"):
                disconnect()
        if session.is_remembered(account.organization_id):
            st.caption("This computer’s keyring remembers your key after a restart. Disconnect removes it.")
    st.caption(
        "Disconnecting closes this browser’s access. Lists and results stay with your organization and are"
        " back when you connect again."
    )


def disconnect() -> None:
    try:
        session.leave()
    except session.KeyNotKeptError as error:
        st.session_state[NOT_KEPT] = error.message
    st.rerun()


def draw_what_the_keyring_refused() -> None:
    if said := st.session_state.pop(NOT_KEPT, ""):
        st.warning(plain(said, limit=500), icon=":material/warning:")


seat = session.current()
if seat is not None and not seat.practice:
    frame.draw_heading("Your key")
    draw_what_the_keyring_refused()
    if waiting := list_without_key(seat):
        draw_needed_again(waiting)
    else:
        draw_connected(seat)
else:
    frame.draw_heading(
        "Connect your key", "Paste your Cleanlist key. It is tested at once and spends no credits."
    )
    draw_what_the_keyring_refused()
    draw_form()
    draw_help()
