"""Changes of one click: what each does to which rows, five of them before and after, and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import fields
from typing import NoReturn

import streamlit as st

from cleanlist_core import fixing
from cleanlist_core.domain import RowFields, counted
from cleanlist_core.fixing import Offer
from cleanlist_core.intake.mapping import FIELD_LABELS
from cleanlist_core.intake.repairs import Mended
from cleanlist_core.store.list_changes import Changed, list_revision
from cleanlist_core.store.lists import StoredList
from pages.parts import frame
from pages.parts.clock import when
from pages.parts.session import Seat
from pages.parts.wording import plain

_SAID = "said_of_changes"
_KNOWN = "offers_known"
SHOWN_CHANGES = 5
MANY_ROWS = 20_000
MANY_CHANGES = 500
DONE = {"Fix": "fixed", "Improve": "better now", "Leave out": "left out now"}
"""Word on the button of an offer → what its rows are afterwards."""
SHOWN_FIELDS = tuple(one.name for one in fields(RowFields) if one.name != "linkedin_slug")

Find = Callable[..., tuple[Offer, ...]]


def offers_of(seat: Seat, listed: StoredList, find: Find) -> tuple[Offer, ...]:
    """The offers for a list as it is now, looked for anew when it has changed."""
    known: dict[str, tuple[object, tuple[Offer, ...]]] = st.session_state.setdefault(_KNOWN, {})
    key = (listed.id, list_revision(seat.workspace.database, listed.id))
    if find.__name__ not in known or known[find.__name__][0] != key:
        with st.spinner("Looking through the rows…") if listed.facts.rows > MANY_ROWS else nullcontext():
            known[find.__name__] = (key, find(seat.workspace.database, listed))
    return known[find.__name__][1]


def say(text: str, *, good: bool = True) -> NoReturn:
    """Say what came of a change once the screen is drawn anew. text: ours, or made plain by the caller."""
    st.session_state[_SAID] = (text, good)
    st.rerun()


def draw_said() -> None:
    """What came of the last change, once."""
    if _SAID not in st.session_state:
        return
    text, good = st.session_state.pop(_SAID)
    if good:
        st.success(text, icon=":material/check_circle:")
    else:
        st.warning(text, icon=":material/info:")


def _while_changing(rows: int) -> AbstractContextManager[None]:
    """Large changes are made slice by slice and take their time; what is made so far stays."""
    return st.spinner(f"Changing {counted(rows, 'row')}…") if rows > MANY_CHANGES else nullcontext()


def draw_offer(seat: Seat, listed: StoredList, offer: Offer, *, verb: str) -> None:
    """An offer with its preview and its one button. verb: a key of DONE."""
    with st.container(border=True, gap="small", key=f"offer_{offer.code}"):
        st.markdown(f":orange-badge[{len(offer.rows):,}] **{plain(offer.title)}.** {plain(offer.does, 400)}")
        if offer.reason:
            draw_people(offer.preview)
        else:
            draw_preview(offer.preview)
        more = len(offer.rows) - len(offer.preview)
        with st.container(horizontal=True, vertical_alignment="center"):
            pressed = st.button(
                f"{verb} {counted(len(offer.rows), 'row')}",
                key=f"take_{offer.code}",
                icon=":material/person_off:" if offer.reason else ":material/auto_fix_high:",
            )
            if more:
                st.caption(f"and {counted(more, 'more row', 'more rows')} like these")
    if pressed:
        with frame.mishaps_in_plain_words():
            with _while_changing(len(offer.rows)):
                changed = fixing.take_offer(seat.workspace.database, listed, offer)
            say(_outcome(changed, verb), good=bool(changed.rows))


def _outcome(changed: Changed, verb: str) -> str:
    done = counted(changed.ready if verb == "Fix" else changed.rows, "row is", "rows are")
    said = f"{done} {DONE[verb]}. Nothing of your file was changed."
    left = len(changed.looked_up) + len(changed.stale)
    if left:
        said += f" {counted(left, 'row')} stayed as before: looked up or changed meanwhile."
    return said


def draw_people(rows: tuple[Mended, ...]) -> None:
    """Who they are, and what the file says of them."""
    st.table(
        [
            {"Row": f"{row.number:,}", "Person": _person(row.before), "In your file": plain(row.said)}
            for row in rows
        ],
        border="horizontal",
        hide_index=True,
        alt="Some of the people, with what the file says of them",
    )


def _person(fields: RowFields) -> str:
    name = f"{fields.first_name} {fields.last_name}".strip()
    told = (name or fields.email or fields.linkedin_url, fields.company_name or fields.company_domain)
    return plain(", ".join(filter(None, told))) or "–"


def draw_preview(rows: tuple[Mended, ...]) -> None:
    """Rows before and after: only what differs."""
    st.table(
        [
            {
                "Row": _row(row),
                "Before": _told(row.before, row, empty="–"),
                "After": _told(row.after, row, empty="(left out)"),
            }
            for row in rows
        ],
        border="horizontal",
        hide_index=True,
        alt="Some of the rows before and after",
    )


def _row(row: Mended) -> str:
    """The number of a row, and of whom and where what stays as it is."""
    same = [
        text
        for name in ("first_name", "last_name", "company_name")
        if (text := getattr(row.before, name)) == getattr(row.after, name) and text
    ]
    return f"{row.number:,}: {plain(' '.join(same))}" if same else f"{row.number:,}"


def _told(these: RowFields, row: Mended, *, empty: str) -> str:
    differing = [name for name in SHOWN_FIELDS if getattr(row.before, name) != getattr(row.after, name)]
    texts = [f"{FIELD_LABELS[name]}: **{plain(getattr(these, name) or empty)}**" for name in differing]
    return ", ".join(texts)


def draw_changes(seat: Seat, listed: StoredList) -> None:
    """What was changed, newest first, each with a way back."""
    changes = fixing.changes(seat.workspace.database, listed)
    if not changes:
        return
    st.markdown("**What you changed.** Your file stays as it is: only what is looked up changes.")
    for change in changes[:SHOWN_CHANGES]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            told = f"{plain(change.text)} · {counted(change.rows, 'row')} · {when(change.made_at)}"
            st.markdown(told, width="content")
            pressed = st.button(
                "Undo",
                key=f"undo_{change.id}",
                icon=":material/undo:",
                disabled=change.blocked,
                help="A later change covers some of these rows. Undo that one first."
                if change.blocked
                else f"Bring back what these rows were: {plain(change.text)}",
            )
        if pressed:
            with frame.mishaps_in_plain_words():
                count = fixing.undo(seat.workspace.database, listed, change.id)
                say(f"Undone: {counted(count, 'row is', 'rows are')} as before.")
    if len(changes) > SHOWN_CHANGES:
        st.caption(f"and {counted(len(changes) - SHOWN_CHANGES, 'earlier change')}")
