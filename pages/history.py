"""History: every list with what became of it; open, rename, download again, or delete its data."""

from __future__ import annotations

import streamlit as st

from cleanlist_core.store.lists import ListCounts
from pages.parts import frame, managing
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
    shown = there_are.one_person if one_person else there_are.lists
    size, slot = managing.LISTS_ON_A_PAGE, st.container()
    page = draw_pages(-(-shown // size), key=f"history_page_{'one' if one_person else 'lists'}")
    told = told_of_runs(seat)
    with slot:
        for listed in seat.workspace.lists(
            seat.organization_id, one_person=one_person, limit=size, after=(page - 1) * size
        ):
            managing.draw_list(seat, listed, told)


def draw_pages(pages: int, *, key: str) -> int:
    """Which page is looked at, the newest lists first; without a question while there is one."""
    if pages == 1:
        return 1
    if st.session_state.get(key, 1) > pages:
        st.session_state[key] = pages
    return int(st.pagination(pages, key=key))


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
