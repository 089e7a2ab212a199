"""What the cells of a file were made into, in a few examples of before and after."""

from __future__ import annotations

import streamlit as st

from cleanlist_core import plain_form
from cleanlist_core.errors import RunError
from cleanlist_core.intake.mapping import FIELD_LABELS
from cleanlist_core.store.lists import StoredList
from cleanlist_core.store.runs import RunView
from pages.parts.session import Seat
from pages.parts.wording import plain


def draw_split_names(seat: Seat, listed: StoredList) -> bool:
    """Some of the names that were split into first and last name. Returns whether there are any."""
    if not listed.facts.mapping.get("full_name"):
        return False
    found = plain_form.split_names(seat.workspace.database, listed)
    if found:
        st.markdown(":material/call_split: Full names were split into first and last name, such as these.")
        st.table(
            [
                {
                    "Row": f"{one.number:,}",
                    "In your file": plain(one.written),
                    "First name": plain(one.first),
                    "Last name": plain(one.last),
                }
                for one in found
            ],
            border="horizontal",
            hide_index=True,
            alt="Some of the names before and after they were split",
        )
    return bool(found)


def draw_tidied(seat: Seat, run: RunView) -> None:
    """What a list that was only tidied up has become."""
    try:
        listed = seat.workspace.get_list(seat.organization_id, run.list_id)
    except RunError:
        return  # its data was deleted
    st.header("What was tidied up", anchor=False)
    split = draw_split_names(seat, listed)
    found = plain_form.tidied_values(seat.workspace.database, listed)
    if found:
        st.markdown(":material/cleaning_services: Values were brought into plain form, such as these.")
        st.table(
            [
                {
                    "Row": f"{one.number:,}",
                    "What": FIELD_LABELS[one.field][:1].upper() + FIELD_LABELS[one.field][1:],
                    "In your file": plain(one.written),
                    "Tidied up": plain(one.plain),
                }
                for one in found
            ],
            border="horizontal",
            hide_index=True,
            alt="Some of the values before and after they were tidied up",
        )
    if not found and not split:
        st.caption("The values of your file were in plain form already.")
