"""What has happened before to a list, or to the very same file."""

from __future__ import annotations

import streamlit as st

from cleanlist_core.domain import RunState
from cleanlist_core.store.lists import StoredList
from cleanlist_core.store.runs import RunView
from cleanlist_core.what_is_paid import last
from pages.parts.clock import when
from pages.parts.rows import link_to_run
from pages.parts.session import Seat


def draw_earlier(seat: Seat, listed: StoredList) -> None:
    """Links to what goes on, such as for somebody who went back, and to what was found, for nothing now."""
    same = seat.workspace.same_file(seat.organization_id, listed.facts.checksum)
    runs = [run for one in same for run in seat.workspace.list_runs(seat.organization_id, one.id)]
    under_way = [run for run in runs if run.state is not RunState.FINISHED]
    if under_way:
        what = "This list" if listed.runs else "You uploaded this very file before; it"
        _draw_links(
            f":material/autorenew: {what} has been started and is not done yet. Nobody is sent twice.",
            under_way,
            "See how far it is: ",
        )
    if ended := [run for run in runs if run.state is RunState.FINISHED]:
        what = "This list was" if listed.runs else "You uploaded this very file before; it was"
        days = seat.workspace.settings.reuse_days
        free = (
            f" Whoever has an answer from the {last(days)}, also one without a find, costs nothing now;"
            " whoever got no answer is asked again."
            if days
            else ""
        )
        _draw_links(f":material/history: {what} looked up already.{free}", ended)


def _draw_links(text: str, runs: list[RunView], lead: str = "") -> None:
    with st.container(border=True, gap="xsmall"):
        st.markdown(text)
        for run in runs[:3]:
            link_to_run(run, f"{lead}{run.enrichment_type.label}, {when(run.confirmed_at)}")
