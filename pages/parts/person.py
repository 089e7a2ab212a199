"""Everything known about one person, as a card."""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st

from cleanlist_core.results.person import Fact, PersonCard, person_card
from cleanlist_core.store.runs import RunView
from pages.parts.again import draw_person_again
from pages.parts.session import Seat
from pages.parts.wording import credit_count, plain

IN_THE_FILE, TYPED = "In your file", "What you gave"


def show_person(seat: Seat, run: RunView, row_number: int) -> None:
    """Open the card of a row of this run."""
    card = person_card(seat.workspace.database, run.id, row_number)

    @st.dialog(plain(card.name, limit=80) or f"Row {row_number}", width="medium")
    def draw_card() -> None:
        _draw_card(card)
        draw_person_again(seat, run, card.leader)

    draw_card()


def draw_facts_of(seat: Seat, run: RunView, row_number: int) -> PersonCard:
    """The same card on the page itself. Returns what it shows."""
    card = person_card(seat.workspace.database, run.id, row_number)
    with st.container(border=True):
        _draw_card(card, given=TYPED if run.one_person else IN_THE_FILE)
    return card


def _draw_card(card: PersonCard, given: str = IN_THE_FILE) -> None:
    """given: what the part is called that the person was looked up by."""
    looked_up = f" · looked up by {card.looked_up_by}" if card.looked_up_by else ""
    st.markdown(f"**{card.said}** · {credit_count(card.credits)}{looked_up}")
    if card.reason:
        st.caption(plain(card.reason, limit=400))
    for change in card.changes:
        st.markdown(f":material/change_circle: {plain(change, limit=300)}")
    _draw_facts(card.found_heading, card.found)
    if any(label == "Found by" for label, _ in card.found):
        st.caption("“Found by” is the data source that knew it: Cleanlist asks several, one after another.")
    for section in card.sections:
        _draw_facts(section.title, section.facts)
    _draw_facts(given, [fact for fact in (*card.file, *card.elsewhere) if fact[1]])
    if card.same_person:
        rows = ", ".join(f"{number:,}" for number in card.same_person[:20])
        st.caption(f"The same person also stands in row {rows}.")
    if card.history:
        st.markdown("**Look-ups on record**")
        for look_up in card.history:
            st.text(look_up.sentence())
    if card.raw:
        with st.expander("For support", icon=":material/data_object:"):
            _draw_facts("References", card.references)
            st.code(card.raw, language="json")


LONGEST_SHOWN = 300
"""Letters of a value that are shown at once."""


def _draw_facts(title: str, facts: Sequence[Fact]) -> None:
    """Label and value side by side: text that can be copied and is never interpreted."""
    if not facts:
        return
    lines = "".join(
        f"<dt>{_shown(label or 'Column without a name')}</dt><dd>{_shown(value)}</dd>"
        for label, value in facts
    )
    st.html(f'<h3 class="cl-facts-title">{html.escape(title)}</h3><dl class="cl-facts">{lines}</dl>')


def _shown(value: str) -> str:
    """A value that cannot turn the text around it; what is long stands one click away."""
    if len(value) <= LONGEST_SHOWN:
        return f"<bdi>{html.escape(value)}</bdi>"
    start = html.escape(value[:LONGEST_SHOWN])
    return (
        f"<bdi>{start}…</bdi><details><summary>Show all {len(value):,} letters</summary>"
        f"<bdi>{html.escape(value)}</bdi></details>"
    )
