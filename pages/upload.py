"""A list before anything is spent: what the file is, what it costs at most, the one button that starts it."""

from __future__ import annotations

import streamlit as st

from cleanlist_core.reviewing import change_columns, lost_by_columns
from cleanlist_core.store.lists import StoredList
from cleanlist_core.what_is_paid import PAID_AGAIN
from pages.parts import frame, lists, ordering
from pages.parts.choosing import draw_new_list
from pages.parts.choosing_recipes import chosen_recipe, draw_recipes, fresh_key
from pages.parts.chosen_columns import draw_chosen
from pages.parts.earlier import draw_earlier
from pages.parts.fixing_rows import draw_any_row, draw_fix_list
from pages.parts.leaving_out import draw_leaving_out
from pages.parts.quality import draw_quality
from pages.parts.repeats import draw_repeats
from pages.parts.rereading import (
    COLUMNS,
    READING,
    draw_question,
    draw_reading,
    draw_unknown_columns,
    take_unless_lost,
)
from pages.parts.session import Seat
from pages.parts.tidied import draw_split_names
from pages.parts.wording import heading


def draw_list(seat: Seat, listed: StoredList) -> None:
    frame.draw_heading(heading(listed.facts.name or listed.facts.file_name))
    draw_earlier(seat, listed)
    with st.container(gap="xsmall"):
        lists.draw_what_it_is(listed)
        with frame.mishaps_in_plain_words():
            draw_reading(seat, listed)
            draw_question(listed, READING)
            draw_unknown_columns(seat, listed)
    with st.container(gap="xsmall"):
        lists.draw_reconciliation(listed)
    with st.container(gap="small"):
        draw_fix_list(seat, listed)
        draw_leaving_out(seat, listed)
        draw_repeats(seat, listed)
        draw_quality(seat, listed)
        draw_split_names(seat, listed)
        draw_any_row(seat, listed)
    st.header("Columns", anchor=False)
    draw_chosen(seat, listed)
    corrections = lists.draw_columns(seat, listed)
    if corrections:
        with frame.mishaps_in_plain_words():
            lost = lost_by_columns(seat.workspace.database, listed, corrections)
            take_unless_lost(
                listed, lost, lambda: change_columns(seat.workspace, listed, corrections), where=COLUMNS
            )
    with frame.mishaps_in_plain_words():
        draw_question(listed, COLUMNS)
    st.header("What should be found?", anchor=False)
    draw_offer(seat, listed)


def draw_offer(seat: Seat, listed: StoredList) -> None:
    draw_recipes(listed)
    fresh = bool(st.session_state.get(fresh_key(listed), False))
    estimates = ordering.estimates_of(seat, listed, fresh=fresh)
    chosen = ordering.draw_cards(estimates, seat.account.balance)
    if not listed.facts.ready:
        ordering.draw_nobody_to_look_up(listed)
        return
    st.toggle(
        "Also look up people who were found before or have it in your file",
        key=fresh_key(listed),
        help=f"Off: what was found before or is in your file costs nothing. On: {PAID_AGAIN}",
    )
    recipe = chosen_recipe()
    ordering.draw_order(seat, listed, estimates[chosen], fresh=fresh, recipe=recipe.key if recipe else "")


def find_the_list_gone_back_to(seat: Seat) -> None:
    """Whoever starts a list and goes back finds it again.

    The browser remembers the address in between, this page with the run that was started; going back, it
    takes the address that is set here in its place.
    """
    run_id = st.query_params.get("run", "")
    if run_id and "list" not in st.query_params:
        run = seat.workspace.open_run(seat.organization_id, run_id)
        st.query_params.from_dict({"list": run.list_id})


def list_at(seat: Seat, list_id: str) -> StoredList:
    """The list of this address; where another one took its place, the address becomes that one's."""
    listed = seat.workspace.find_list(seat.organization_id, list_id)
    if listed.id != list_id:
        st.query_params["list"] = listed.id
    return listed


seat = frame.required_seat()
find_the_list_gone_back_to(seat)
if list_id := st.query_params.get("list", ""):
    draw_list(seat, list_at(seat, list_id))
else:
    draw_new_list(seat)
