"""Columns as they were chosen last time for files like this one, and forgetting that."""

from __future__ import annotations

import streamlit as st

from cleanlist_core.intake.mapping import FIELD_LABELS
from cleanlist_core.reviewing import chosen_before, chosen_here, forget_columns, lost_by_forgetting
from cleanlist_core.store.lists import StoredList
from pages.parts import frame
from pages.parts.rereading import COLUMNS, take_unless_lost
from pages.parts.session import Seat
from pages.parts.wording import plain


def draw_chosen(seat: Seat, listed: StoredList) -> None:
    """What is remembered for this header."""
    chosen = chosen_before(seat.workspace.database, listed)
    if not chosen:
        return
    told = ", ".join(
        f"{FIELD_LABELS[field]}: {plain(column) if column else 'no column'}"
        for field, column in chosen.items()
    )
    when = "" if chosen_here(seat.workspace.database, listed) else " last time"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":material/history: Columns as you chose them{when} ({told}).", width="content")
        pressed = st.button("Forget", key="forget_columns", icon=":material/close:")
    if pressed:
        with frame.mishaps_in_plain_words():
            lost = lost_by_forgetting(seat.workspace.database, listed)
            take_unless_lost(listed, lost, lambda: forget_columns(seat.workspace, listed), where=COLUMNS)
