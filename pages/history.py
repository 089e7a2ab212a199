"""History: every list with what became of it; open, rename, download again, or delete its data."""

from __future__ import annotations

import streamlit as st

from cleanlist_core.store.lists import ListCounts
from pages.parts import frame
from pages.parts.managing import draw_list
from pages.parts.rows import told_of_runs
from pages.parts.session import Seat

LISTS, ONE_PERSON = "Lists", "One person"


def draw(seat: Seat) -> None:
    there_are = seat.workspace.count_lists(seat.organization_id)
    if not there_are.lists and not there_are.one_person:
        frame.draw_empty(
            "No lists yet",
            "Every list you drop in is kept here with what was found and what it cost.",
            link="new.py",
            label="Start a list",
        )
        return
    one_person = choose_kind(there_are) == ONE_PERSON
    told = told_of_runs(seat)
    for listed in seat.workspace.lists(seat.organization_id, one_person=one_person):
        draw_list(seat, listed, told)


def choose_kind(there_are: ListCounts) -> str:
    """Lists, or the people who were looked up one at a time; without a question while there is one kind."""
    if not there_are.one_person or not there_are.lists:
        return LISTS if there_are.lists else ONE_PERSON
    counts = {LISTS: there_are.lists, ONE_PERSON: there_are.one_person}
    chosen: str = st.segmented_control(
        "What to show",
        list(counts),
        default=LISTS,
        format_func=lambda kind: f"{kind} · {counts[kind]:,}",
        key="history_kind",
        required=True,
        label_visibility="collapsed",
    )
    return chosen


seat = frame.required_seat()
frame.draw_heading("History")
draw(seat)
