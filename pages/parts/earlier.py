"""What has happened before to a list, or to the very same file."""

from __future__ import annotations

import streamlit as st

from cleanlist_core.store.lists import StoredList
from pages.parts.clock import when
from pages.parts.rows import link_to_run
from pages.parts.session import Seat


def draw_earlier(seat: Seat, listed: StoredList) -> None:
    """Links to what was found, and the word that nobody is paid for twice."""
    same = seat.workspace.same_file(seat.organization_id, listed.facts.checksum)
    runs = [run for one in same for run in seat.workspace.list_runs(seat.organization_id, one.id)]
    if not runs:
        return
    with st.container(border=True, gap="xsmall"):
        what = "This list was" if listed.runs else "You uploaded this very file before; it was"
        st.markdown(f":material/history: {what} looked up already. Whoever was found then costs nothing now.")
        for run in runs[:3]:
            link_to_run(run, f"{run.enrichment_type.label}, {when(run.confirmed_at)}")
