"""Columns as they were chosen last time for files like this one, and forgetting that."""

from __future__ import annotations

import streamlit as st

from cleanlist_core import fixing
from cleanlist_core.intake.mapping import FIELD_LABELS
from cleanlist_core.reviewing import chosen_before, forget_columns
from cleanlist_core.store.lists import StoredList
from pages.parts import frame
from pages.parts.session import Seat
from pages.parts.wording import plain


def draw_chosen(seat: Seat, listed: StoredList) -> None:
    """What is remembered for this header, and what choosing again would undo."""
    if not listed.runs and fixing.changes(seat.workspace.database, listed):
        st.caption("Choosing other columns reads the file anew: the rows you changed start over.")
    chosen = chosen_before(seat.workspace.database, listed)
    if not chosen:
        return
    told = ", ".join(
        f"{FIELD_LABELS[field]}: {plain(column) if column else 'no column'}"
        for field, column in chosen.items()
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":material/history: Columns as you chose them last time ({told}).", width="content")
        pressed = st.button("Forget", key="forget_columns", icon=":material/close:")
    if pressed:
        with frame.mishaps_in_plain_words():
            st.query_params["list"] = forget_columns(seat.workspace, listed)
            st.rerun()
