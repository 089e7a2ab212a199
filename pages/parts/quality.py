"""Quality before money: by which key people are looked up at best, and better keys the file itself holds."""

from __future__ import annotations

import streamlit as st

from cleanlist_core import fixing
from cleanlist_core.domain import KeyKind, counted
from cleanlist_core.store.lists import StoredList
from pages.parts import offers
from pages.parts.session import Seat

BY = {
    KeyKind.LINKEDIN: "by LinkedIn profile",
    KeyKind.NAME_DOMAIN: "by name and website",
    KeyKind.NAME_COMPANY: "by name and company",
    KeyKind.EMAIL: "by email",
}
BY_EMAIL_DOMAIN = "by name and email domain"
BY_SOME_DOMAIN = "by name and website or email domain"


def draw_quality(seat: Seat, listed: StoredList) -> None:
    """How people can be looked up, and what would find more of them for nothing."""
    if not listed.facts.ready:
        return
    told = " · ".join(f"**{count:,}** {how}" for how, count in _ways(seat, listed).items() if count)
    st.markdown(
        f":material/key: People can be looked up: {told}. A profile finds most, a company's name least."
    )
    if listed.facts.rows > offers.MANY_ROWS and not _is_wanted(listed):
        return
    found = offers.offers_of(seat, listed, fixing.upgrade_offers)
    if not found:
        return
    rows = sum(len(offer.rows) for offer in found)
    st.markdown(
        f":material/trending_up: {counted(rows, 'row')} can be looked up better, for nothing:"
        " the file itself has what is missing."
    )
    with st.expander("Better ways to look them up", key=f"quality_{listed.id}", on_change="rerun"):
        for offer in found:
            offers.draw_offer(seat, listed, offer, verb="Improve")


def _is_wanted(listed: StoredList) -> bool:
    key = f"look_for_better_{listed.id}"
    if st.session_state.get(key):
        return True
    st.button(
        "Look for better ways in the file",
        icon=":material/trending_up:",
        key="look_for_better",
        on_click=lambda: st.session_state.update({key: True}),
    )
    return False


def _ways(seat: Seat, listed: StoredList) -> dict[str, int]:
    """How many people can be looked up in which way; whether a domain is an email's is seen in its row."""
    ways: dict[str, int] = {}
    for kind, count in fixing.key_counts(seat.workspace.database, listed).items():
        if kind is not KeyKind.NAME_DOMAIN:
            ways[BY[kind]] = count
        elif listed.facts.rows > offers.MANY_ROWS:
            ways[BY_SOME_DOMAIN] = count
        else:
            of_emails = fixing.by_domains_of_emails(seat.workspace.database, listed)
            ways |= {BY[kind]: count - of_emails, BY_EMAIL_DOMAIN: of_emails}
    return ways
