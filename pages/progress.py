"""Progress: how far a list is, what it has found and cost, and the ways to hold it."""

from __future__ import annotations

import streamlit as st

from pages.parts import deciding, frame, live
from pages.parts.session import Seat
from pages.parts.the_rest import draw_rest
from pages.parts.wording import heading

STOOD = "how_the_run_stood"


def draw_live(seat: Seat, run_id: str) -> None:
    """Everything that moves. When it comes to a stand, the whole screen is drawn once, as it stays."""
    run = seat.workspace.open_run(seat.organization_id, run_id)
    progress = seat.workspace.progress(seat.organization_id, run_id)
    with st.container(key="live_standing"):
        live.draw_standing(seat, run, progress)
        live.draw_controls(seat, run, progress)
    live.draw_budget(seat, run, progress)
    draw_rest(seat, run)
    deciding.draw_uncertain(seat, run)
    with st.container(key="live_numbers"):
        live.draw_numbers(run, progress)
        live.draw_finds_and_log(seat, run, progress)
    stands = (run.active, progress.moves)
    if st.session_state.get(STOOD, stands) != stands:
        st.session_state[STOOD] = stands
        st.rerun()


seat = frame.required_seat()
if run_id := st.query_params.get("run", ""):
    run = seat.workspace.open_run(seat.organization_id, run_id)
    frame.draw_heading(heading(run.list_name))
    moves = seat.workspace.progress(seat.organization_id, run_id).moves
    st.session_state[STOOD] = (run.active, moves)
    pace = ("1s" if seat.practice else "2s") if moves else None
    st.fragment(run_every=pace)(frame.guarded(draw_live))(seat, run_id)
    live.draw_announcements(seat, run)
else:
    frame.draw_heading("Progress")
    frame.draw_empty(
        "No list chosen",
        "Choose one in History to see how far it is.",
        link="history.py",
        label="Open History",
    )
