"""The other kind of key: for looking people up by email. Added, doubted, removed; never shown again."""

from __future__ import annotations

import streamlit as st

from cleanlist_core.api.refusals import SINGLE_KEY_NEEDED
from pages.parts.session import Seat

_DOUBT = "email_key_doubt"


def draw_form(seat: Seat) -> None:
    """Where such a key is added. Nobody is asked about it yet, for asking would be a look-up."""
    with st.form("email_key_form", clear_on_submit=True):
        st.markdown(f":material/key: **{SINGLE_KEY_NEEDED}** Your key for lists stays as it is.")
        key = st.text_input(
            "Key for looking people up by email",
            type="password",
            autocomplete="off",
            placeholder="clnl_…",
            max_chars=400,
            help="It serves your whole organization, is never stored in clear, and never shown again.",
        )
        added = st.form_submit_button("Use this key · free", type="primary", icon=":material/key:")
    if added:
        doubt = seat.workspace.take_email_key(seat.organization_id, key or "")
        st.session_state[_DOUBT] = doubt
        st.rerun()


def draw_doubt() -> None:
    """A key that looks like the wrong kind is taken all the same; Cleanlist decides."""
    if doubt := st.session_state.get(_DOUBT):
        st.warning(
            f"{doubt} {SINGLE_KEY_NEEDED} You can try it: a key that is refused costs nothing.",
            icon=":material/warning:",
        )


def draw_removal(seat: Seat) -> None:
    if seat.practice:
        return
    if st.button("Remove this key", icon=":material/key_off:", type="tertiary", key="remove_email_key"):
        seat.workspace.keys.forget(seat.organization_id, "email")
        st.session_state.pop(_DOUBT, None)
        st.rerun()
