"""The people of a run: filters with counts, search, sorting, one page at a time, all by the store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from cleanlist_core.results.browsing import CHIPS, COLUMNS, ResultPage, ResultQuery, browse, chip_counts
from cleanlist_core.store.runs import RunView
from pages.parts.person import show_person
from pages.parts.session import Seat
from pages.parts.wording import counted

PAGE_SIZE = 50
SHOWN_AT_FIRST = ("name", "company", "email", "email_quality", "phone", "outcome", "credits", "title")
ROW = COLUMNS["row"]
LINKEDIN = COLUMNS["linkedin"]
ROW_HEIGHT = 35
WIDTHS = {"name": 145, "company": 150, "email": 225, "email_quality": 105, "phone": 125, "outcome": 130}
COLUMN_CONFIG = {
    **{COLUMNS[key]: st.column_config.Column(width=width) for key, width in WIDTHS.items()},
    ROW: st.column_config.NumberColumn(width=55),
    LINKEDIN: st.column_config.LinkColumn(display_text="Profile"),
    COLUMNS["checked_at"]: st.column_config.DateColumn(),
}


def draw_people(seat: Seat, run: RunView) -> None:
    database = seat.workspace.database
    search = _draw_search(run)
    counts = chip_counts(database, run.id, search)
    chips = _draw_chips(run, counts)
    slot = st.container()
    query, pages_key = _asked(run, search, chips)
    found = browse(database, run.id, query)
    if not found.total:
        slot.caption("Nobody matches. Take a filter away, or search for less.")
        return
    if found.pages > 1:
        st.pagination(found.pages, key=pages_key)
    with slot:
        st.caption(f"{counted(found.total, 'row')}. Select one to see everything known about that person.")
        _draw_page(seat, run, found)


def _draw_search(run: RunView) -> str:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        search = st.text_input(
            "Search",
            type="search",
            live="300ms",
            placeholder="Name, company, email or phone",
            key=f"search_{run.id}",
            max_chars=200,
            width=360,
        )
        st.selectbox(
            "Sort by", list(COLUMNS), format_func=lambda key: COLUMNS[key], key=f"sort_{run.id}", width=220
        )
        st.toggle("Largest first", key=f"descending_{run.id}")
        with st.popover("Columns", icon=":material/view_column:"):
            st.multiselect(
                "Columns to show",
                [key for key in COLUMNS if key != "row"],
                default=list(SHOWN_AT_FIRST),
                format_func=_heading,
                key=f"columns_{run.id}",
            )
    return search or ""


def _heading(key: str) -> str:
    return COLUMNS[key]


def _draw_chips(run: RunView, counts: Mapping[str, int]) -> tuple[str, ...]:
    key = f"chips_{run.id}"
    chosen = st.session_state.get(key) or []
    offered = [chip for chip in CHIPS if counts.get(chip) or chip in chosen]
    picked = st.pills(
        "Show only",
        offered,
        selection_mode="multi",
        format_func=lambda chip: f"{CHIPS[chip]} {counts.get(chip, 0):,}",
        key=key,
    )
    return tuple(picked)


def _asked(run: RunView, search: str, chips: tuple[str, ...]) -> tuple[ResultQuery, str]:
    """The query behind what is on the screen, and the key of its pages: a new choice has pages of its own."""
    sort = st.session_state.get(f"sort_{run.id}", "row")
    descending = bool(st.session_state.get(f"descending_{run.id}"))
    asked = (search, chips, sort, descending)
    before, number = st.session_state.get(f"asked_{run.id}", (asked, 0))
    if asked != before:
        number += 1
    st.session_state[f"asked_{run.id}"] = (asked, number)
    pages_key = f"page_{run.id}_{number}"
    page = int(st.session_state.get(pages_key, 1)) - 1
    return ResultQuery(chips, search, sort, descending, page, PAGE_SIZE), pages_key


def _draw_page(seat: Seat, run: RunView, found: ResultPage) -> None:
    shown = st.session_state.get(f"columns_{run.id}") or list(SHOWN_AT_FIRST)
    headings = [COLUMNS[key] for key in shown]
    event = st.dataframe(
        [
            {ROW: row[ROW], **{heading: _cell(heading, row[heading]) for heading in headings}}
            for row in found.rows
        ],
        hide_index=True,
        key=f"grid_{run.id}_{found.page}",
        on_select="rerun",
        selection_mode="single-row",
        alt="People of this list with what was found",
        column_config=COLUMN_CONFIG,
        height=min(560, ROW_HEIGHT * (len(found.rows) + 1) + 3),
    )
    _open_selected(seat, run, found, event.selection.rows)


def _cell(heading: str, value: Any) -> Any:
    """Only real web addresses become links."""
    if heading == LINKEDIN and not str(value or "").startswith("https://"):
        return None
    return value


def _open_selected(seat: Seat, run: RunView, found: ResultPage, selected: list[int]) -> None:
    """A card opens once per selection, and stays closed when it was closed."""
    key = f"opened_{run.id}"
    number = found.rows[selected[0]][ROW] if selected and selected[0] < len(found.rows) else None
    if number is not None and st.session_state.get(key) != number:
        st.session_state[key] = number
        show_person(seat, run, int(number))
    elif number is None:
        st.session_state.pop(key, None)
