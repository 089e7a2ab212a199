"""Results: what was found, person by person, and the files to take away."""

from __future__ import annotations

import streamlit as st

from cleanlist_core.domain import EnrichmentType
from cleanlist_core.recipes import Recipe
from cleanlist_core.results.metrics import run_totals
from cleanlist_core.store.runs import RunView
from pages.parts import again, downloads, frame, phones, summary, table
from pages.parts.session import Seat
from pages.parts.the_rest import draw_rest, rest_is_next
from pages.parts.tidied import draw_tidied
from pages.parts.wording import heading


def draw(seat: Seat, run: RunView) -> None:
    frame.draw_heading(heading(run.list_name))
    summary.draw_summary(seat, run)
    draw_rest(seat, run)
    again.draw_without_answer(seat, run)
    recipe = seat.workspace.orders.recipe(run)
    totals = run_totals(seat.workspace.database, run.id)
    downloads.draw_everything(seat, run, recipe, next_step=not rest_is_next(run, totals))
    summary.draw_charts(seat, run)
    if run.enrichment_type is EnrichmentType.NONE:
        draw_tidied(seat, run)
    st.header("People", anchor="people")
    st.fragment(frame.guarded(draw_people))(seat, run, recipe)
    st.header("Take it to another tool", anchor=False)
    st.fragment(frame.guarded(downloads.draw_presets))(seat, run, recipe)


def draw_people(seat: Seat, run: RunView, recipe: Recipe | None) -> None:
    """The table, and the second decision about whom it shows, or who is ticked in it."""
    phones.choose_those_with_an_email(run)
    ticked, matching, shown = table.draw_people(seat, run, recipe)
    phones.draw_phones(seat, run, ticked, matching, shown)


seat = frame.required_seat()
if run_id := st.query_params.get("run", ""):
    draw(seat, seat.workspace.open_run(seat.organization_id, run_id))
else:
    frame.draw_heading("Results")
    frame.draw_empty(
        "No list chosen",
        "Choose one in History to see what was found.",
        link="history.py",
        label="Open History",
    )
