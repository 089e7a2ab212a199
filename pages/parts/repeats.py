"""People who are in a list several times: why it is one person, and whose data counts when rows disagree."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from cleanlist_core import fixing
from cleanlist_core.domain import counted
from cleanlist_core.fixing import RepeatedPerson, RepeatedRow
from cleanlist_core.intake.mapping import FIELD_LABELS
from cleanlist_core.store.lists import StoredList
from pages.parts import frame, offers
from pages.parts.session import Seat
from pages.parts.wording import people, plain

AT_ONCE = 10


def draw_repeats(seat: Seat, listed: StoredList) -> None:
    """Who is there several times, those whose rows disagree first."""
    duplicates = listed.facts.duplicates
    if not duplicates:
        return
    st.markdown(
        f":material/content_copy: {counted(duplicates, 'row repeats', 'rows repeat')} people of other rows."
        " Each person is looked up once, and all their rows are filled."
    )
    label = "Who is there several times, and why"
    with st.expander(label, key=f"repeats_{listed.id}", on_change="rerun") as opened:
        if opened.open:
            _draw_people(seat, listed)


def _draw_people(seat: Seat, listed: StoredList) -> None:
    found = fixing.repeated_people(seat.workspace.database, listed)
    shown_key = f"repeats_shown_{listed.id}"
    shown = st.session_state.setdefault(shown_key, AT_ONCE)
    for person in found[:shown]:
        _draw_person(seat, listed, person)
    if len(found) > shown:
        st.button(
            f"Show {min(AT_ONCE, len(found) - shown)} more",
            key="more_repeats",
            icon=":material/expand_more:",
            on_click=lambda: st.session_state.update({shown_key: shown + AT_ONCE}),
        )
    st.caption(f"{people(min(shown, len(found)))} shown, those whose rows disagree first.")


def _draw_person(seat: Seat, listed: StoredList, person: RepeatedPerson) -> None:
    first = person.rows[0]
    name = f"{first.fields.first_name} {first.fields.last_name}".strip() or first.fields.linkedin_slug
    with st.container(border=True, gap="small"):
        differing = " and ".join(FIELD_LABELS[field] for field in person.differing)
        note = f" The rows disagree about the {differing}." if differing else ""
        st.markdown(f"**{plain(name)}**{note}")
        st.table(
            [_row(row, person.differing) for row in person.rows],
            border="horizontal",
            hide_index=True,
            alt=f"The rows of {name}",
        )
        if person.differing:
            _draw_choice(seat, listed, person)


def _row(row: RepeatedRow, differing: Sequence[str]) -> dict[str, str]:
    """What tells the rows of a person apart; the name only where it does."""
    told = {"Row": f"{row.number:,}", "Why": row.why or "looked up with this row"}
    if {"first_name", "last_name"} & set(differing):
        told["Name"] = plain(f"{row.fields.first_name} {row.fields.last_name}".strip())
    return told | {"Company": plain(row.fields.company_name), "Website": plain(row.fields.company_domain)}


def _draw_choice(seat: Seat, listed: StoredList, person: RepeatedPerson) -> None:
    first = person.rows[0].number
    with st.container(horizontal=True, vertical_alignment="bottom"):
        number = st.selectbox(
            "Look up with the data of",
            [row.number for row in person.rows[1:]],
            format_func=lambda number: f"row {number:,}",
            key=f"other_row_{listed.id}_{first}",
            width=220,
        )
        pressed = st.button(
            f"Use it instead of row {first:,}", key=f"use_other_{first}", icon=":material/swap_vert:"
        )
    if pressed and number is not None:
        with frame.mishaps_in_plain_words():
            fixing.use_other_row(seat.workspace.database, listed, person, number)
            offers.say(f"Row {first:,} is looked up with the data of row {number:,} now.")
