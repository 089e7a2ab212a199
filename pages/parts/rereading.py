"""What was skipped or repaired in reading a file, each with its undo, and the file read another way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from cleanlist_core import rereading
from cleanlist_core.domain import counted
from cleanlist_core.errors import CleanlistError, IntakeError
from cleanlist_core.intake.encodings import ENCODINGS
from cleanlist_core.intake.readings import HowRead, undoing
from cleanlist_core.intake.tables import Note, Quotes, Reading
from cleanlist_core.store.lists import StoredList
from pages.parts.naming_columns import name_columns_of
from pages.parts.session import Seat
from pages.parts.wording import plain

SEPARATORS = {"": "As found", ",": "Commas", ";": "Semicolons", "\t": "Tabs", "|": "Bars"}
QUOTES: dict[Quotes, str] = {
    "": "As people mean them",
    "by_the_rules": "Exactly by the rules of CSV",
    "letters": "As ordinary characters",
}
SHOWN_LINES = 5
READING, COLUMNS = "reading", "columns"
_ASKED = "asked_of_reading"
_UNKNOWN = "reading_without_columns"


def draw_reading(seat: Seat, listed: StoredList) -> None:
    """The notes on how the file was read, and the ways to read it otherwise."""
    how = rereading.how_it_was_read(seat.workspace.database, listed)
    if how is None:
        for text in listed.facts.notes:
            st.caption(f":material/info: {plain(text)}")
        return
    for note in how.notes:
        _draw_note(seat, listed, how, note)
    if how.reading != Reading():
        with _line():
            st.caption(":material/tune: This file is read as you chose.", width="content")
            if st.button("Read it the usual way", key="read_usual", type="tertiary", icon=":material/undo:"):
                take_reading(seat, listed, Reading())
    # The label never changes: with another one Streamlit takes it for another expander, and closes it.
    with st.expander("Not read right? Read the file another way", icon=":material/description:"):
        if listed.runs:
            st.caption("This list was looked up already, so it stays; the file becomes a second list.")
        chosen = _draw_choices(listed, how)
        if chosen is not None:
            take_reading(seat, listed, chosen)


def _line() -> Any:
    return st.container(horizontal=True, vertical_alignment="center", gap="small")


def _draw_note(seat: Seat, listed: StoredList, how: HowRead, note: Note) -> None:
    way = undoing(note, how)
    if way is None:
        st.caption(f":material/info: {plain(note.text)}")
        return
    with _line():
        st.caption(f":material/info: {plain(note.text)}", width="content")
        pressed = st.button(way.label, key=f"undo_{note.code}", type="tertiary", icon=":material/undo:")
    if pressed:
        take_reading(seat, listed, way.reading)


def _draw_choices(listed: StoredList, how: HowRead) -> Reading | None:
    """The form; what was chosen once it is confirmed."""
    now = how.reading
    with st.form(f"reading_{listed.id}", border=False):
        header_line = _choose(
            "Column names", [None, *(line for line, _ in how.top), 0], now.header_line, _names_of_lines(how)
        )
        sheet = now.sheet
        delimiter, encoding, quotes = now.delimiter, now.encoding, now.quotes
        if how.sheets:
            sheet = _choose(
                "Sheet", ["", *how.sheets], now.sheet, lambda name: name or f"As found: {how.sheet}"
            )
        else:
            left, right = st.columns(2, gap="medium")
            with left:
                delimiter = _choose(
                    "Cells are separated by", list(SEPARATORS), delimiter, SEPARATORS.__getitem__
                )
                quotes = _choose("Quotation marks are read", list(QUOTES), quotes, QUOTES.__getitem__)
            with right:
                found = f"As found: {how.encoding}"
                encoding = _choose(
                    "Letters are stored as",
                    ["", *ENCODINGS],
                    encoding,
                    lambda name: ENCODINGS.get(name, found),
                )
        kept = {
            "keep_above": st.checkbox("Lines above the column names are rows", now.keep_above),
            "keep_below": st.checkbox("Totals and notes below the table are rows", now.keep_below),
            "keep_blank": st.checkbox("Empty rows are rows", now.keep_blank),
        }
        if not st.form_submit_button("Read the file this way", icon=":material/check:"):
            return None
    return Reading(
        header_line=header_line, quotes=quotes, delimiter=delimiter, encoding=encoding, sheet=sheet, **kept
    )


def _choose(label: str, options: Sequence[Any], current: Any, shown: Callable[[Any], str]) -> Any:
    offered = [*options, *([current] if current not in options else [])]
    return st.selectbox(label, offered, index=offered.index(current), format_func=shown)


def _names_of_lines(how: HowRead) -> Callable[[int | None], str]:
    texts = dict(how.top)

    def name(line: int | None) -> str:
        if line is None:
            return f"As found: line {how.header_row:,}" if how.header_row else "As found: none in the file"
        return f"Line {line:,}: {texts.get(line, '')}" if line else "The file has no column names"

    return name


def take_reading(seat: Seat, listed: StoredList, reading: Reading) -> None:
    """Read the file that way at once, unless something a person fixed would be lost by it."""

    def read_again() -> str:
        return rereading.read_again(seat.workspace, listed, reading)

    try:
        lost = rereading.lost_by_reading(seat.workspace, listed, reading)
        take_unless_lost(listed, lost, read_again)
    except IntakeError as error:
        if error.code != "no_usable_column":
            raise
        st.session_state[_UNKNOWN] = (listed.id, reading)
        st.rerun()


def take_unless_lost(
    listed: StoredList, lost: tuple[int, ...], change: Callable[[], str], *, where: str = READING
) -> None:
    """Make the change and open the list that takes the place; ask first where fixes would be lost.

    where: the part of the screen the person is looking at, which asks.
    """
    if lost:
        st.session_state[_ASKED] = (listed.id, where, lost, change)
    else:
        _open(change())
    st.rerun()


def _open(list_id: str) -> None:
    st.query_params["list"] = list_id


def draw_question(listed: StoredList, where: str) -> None:
    """What has to be decided before fixes are lost, in the part of the screen that asks."""
    list_id, asking, lost, change = st.session_state.get(_ASKED, ("", "", (), None))
    if list_id == listed.id and asking == where and change is not None:
        _draw_loss(lost, change)


def draw_unknown_columns(seat: Seat, listed: StoredList) -> None:
    """What has to be known before the file is read another way."""
    list_id, reading = st.session_state.get(_UNKNOWN, ("", Reading()))
    if list_id == listed.id:
        _draw_columns(seat, listed, reading)


def _draw_loss(lost: tuple[int, ...], change: Callable[[], str]) -> None:
    shown = ", ".join(f"{line:,}" for line in lost[:SHOWN_LINES]) + (", …" if len(lost) > SHOWN_LINES else "")
    st.warning(
        f"You changed {counted(len(lost), 'row')} (line {shown} of the file) whose cells would be read"
        " differently. Those changes would be lost; all others are kept. Nothing has been changed yet.",
        icon=":material/rule:",
    )
    with _line():
        agreed = st.button("Go on without those changes", key="lose_changes", icon=":material/check:")
        if st.button("Leave the list as it is", key="keep_changes", icon=":material/close:"):
            del st.session_state[_ASKED]
            st.rerun()
    if agreed:
        del st.session_state[_ASKED]
        _open(change())
        st.rerun()


def _draw_columns(seat: Seat, listed: StoredList, reading: Reading) -> None:
    """Read this way nobody can tell what the columns are but the person at the screen."""
    st.warning(
        "Read this way, no column says who the people are. Choose the columns, or leave the list as it is."
        " Nothing has been changed yet.",
        icon=":material/table_chart:",
    )
    try:
        table, _ = rereading.table_read(seat.workspace, listed, reading)
        named = name_columns_of(table, key=f"again_{listed.id}")
        if named:
            list_id = rereading.read_again(seat.workspace, listed, reading, named)
            del st.session_state[_UNKNOWN]
            _open(list_id)
            st.rerun()
    except CleanlistError as error:
        st.error(plain(error.message, limit=1000), icon=":material/error:")
    if st.button("Leave the list as it is", key="leave_reading", icon=":material/close:"):
        del st.session_state[_UNKNOWN]
        st.rerun()
