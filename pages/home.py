"""Home: where you stand, and the place to drop the next list."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from pages.parts import frame, session
from pages.parts.balance import draw_balance
from pages.parts.choosing import choose_file
from pages.parts.rows import draw_recent, draw_running
from pages.parts.wording import plain

PROMISES = (
    (":material/savings:", "Never pay twice", "People found before are filled in for nothing."),
    (
        ":material/price_check:",
        "Never pay unasked",
        "Nothing is spent before you press a button that names its price.",
    ),
    (":material/inventory_2:", "Your file stays yours", "Every row and column comes back as it was."),
)


def draw_doors() -> None:
    """Two ways in, for someone who has connected nothing yet."""
    frame.draw_heading(
        "Turn a list of names into people you can reach",
        "Drop in a contact list, see what it will cost at most, and get it back with verified emails and"
        " phone numbers beside every row. Nobody is paid for twice unless you ask for it.",
    )
    trouble = session.trouble_with_key_at_hand()
    if trouble:
        st.error(plain(trouble, limit=1000), icon=":material/error:")
    may_practise = session.workspaces().practice is not None
    practice_first = may_practise and not trouble
    doors = [(draw_connect_door, not practice_first)]
    if may_practise:
        doors.insert(0 if practice_first else 1, (draw_practice_door, practice_first))
    for column, (draw_door, primary) in zip(st.columns(2, gap="medium"), doors, strict=False):
        with column.container(border=True, height="stretch", gap="medium"):
            draw_door(primary)


def draw_connect_door(primary: bool) -> None:
    st.header("Connect your key", anchor=False)
    st.markdown("Use your organization’s Cleanlist credits on your own lists. Takes a minute.")
    kind: Literal["primary", "secondary"] = "primary" if primary else "secondary"
    if st.button("Connect your key", type=kind, icon=":material/key:", key="door_connect"):
        st.switch_page("connect.py")


def draw_practice_door(primary: bool) -> None:
    st.header("Practise with sample data", anchor=False)
    st.markdown(
        "The same screens with invented people and 1,000 practice credits. Takes a minute, needs no key,"
        " and nothing real is spent."
    )
    frame.draw_practise_button(primary=primary)


def draw_promises() -> None:
    """What to expect, for someone who has not seen the program yet."""
    st.space("small")
    for column, (icon, title, text) in zip(st.columns(len(PROMISES), gap="medium"), PROMISES, strict=True):
        column.markdown(f"{icon} **{title}**")
        column.caption(text)


seat = session.current()
if seat is None:
    draw_doors()
    draw_promises()
else:
    frame.draw_heading("Find emails and phones for a list")
    draw_balance(seat)
    choose_file(seat)
    st.fragment(run_every=frame.pace(seat))(frame.guarded(draw_running))(seat)
    draw_recent(seat)
