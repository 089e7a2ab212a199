"""People the file itself speaks against, and one click that leaves them out before money is spent."""

from __future__ import annotations

import streamlit as st

from cleanlist_core import fixing
from cleanlist_core.store.lists import StoredList
from pages.parts import offers
from pages.parts.session import Seat
from pages.parts.wording import plain


def draw_leaving_out(seat: Seat, listed: StoredList) -> None:
    """Who may be left out, by what the file says of them; nothing where it says nothing."""
    found = offers.offers_of(seat, listed, fixing.leave_out_offers)
    if not found:
        return
    told = " · ".join(
        f"**{len(offer.rows):,}** {plain(offer.title[:1].lower() + offer.title[1:])}" for offer in found
    )
    st.markdown(f":material/person_off: Some people may not belong in this look-up: {told}.")
    with st.expander("Leave people out", key=f"leaving_out_{listed.id}", on_change="rerun"):
        st.caption("Nobody is left out unless you say so, and you can take it back.")
        for offer in found:
            offers.draw_offer(seat, listed, offer, verb="Leave out")
