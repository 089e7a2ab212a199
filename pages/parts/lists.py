"""A list on the screen: what it is, what its columns were taken for, and how its numbers add up."""

from __future__ import annotations

import streamlit as st

from cleanlist_core.domain import counted
from cleanlist_core.reviewing import columns_not_used, mapped_columns
from cleanlist_core.store.lists import StoredList
from pages.parts.naming_columns import name_columns
from pages.parts.session import Seat
from pages.parts.wording import plain, with_article

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
NO_VALUES = "None in the first rows"
USUAL_ENCODINGS = ("utf-8", "ascii")


def draw_what_it_is(listed: StoredList) -> None:
    """Where the file comes from, and how it was read."""
    facts = listed.facts
    if facts.source:
        st.markdown(f":material/task_alt: This looks like **{plain(with_article(facts.source))}**.")
    unusual = facts.encoding and not facts.encoding.startswith(USUAL_ENCODINGS)  # a spreadsheet has none
    told = [
        facts.file_name,
        f"{counted(facts.rows, 'row')} and {counted(len(facts.columns), 'column')}",
        f"separated by {DELIMITERS[facts.delimiter]}" if facts.delimiter in DELIMITERS else "",
        f"text in {facts.encoding}" if unusual else "",
    ]
    st.caption(" · ".join(plain(part) for part in told if part))


def draw_reconciliation(listed: StoredList) -> None:
    """The numbers of the file, which add up."""
    facts = listed.facts
    parts = [
        f"**{facts.ready:,}** ready to look up",
        f"**{facts.duplicates:,}** {'duplicate' if facts.duplicates == 1 else 'duplicates'}",
        f"**{facts.to_fix:,}** {'needs' if facts.to_fix == 1 else 'need'} fixing",
    ]
    parts += [f"**{facts.left_out:,}** left out by you"] if facts.left_out else []
    st.markdown(f"**{counted(facts.rows, 'row')}** = " + " + ".join(parts))


def draw_columns(seat: Seat, listed: StoredList) -> dict[str, str] | None:
    """What each column was taken for, with a way to correct it. Returns confirmed corrections."""
    mapped = mapped_columns(seat.workspace.database, listed)
    with st.container(key="stacked_columns"):
        st.table(
            [
                {
                    "Used for": column.label,
                    "Column in your file": plain(column.shown),
                    "Some of its values": " · ".join(plain(sample, limit=60) for sample in column.samples)
                    or NO_VALUES,
                    "Why": plain(column.why, limit=400),
                }
                for column in mapped
            ],
            border="horizontal",
            hide_index=True,
            alt="What each column of the file is used for",
        )
    for said in columns_not_used(seat.workspace.database, listed):
        st.markdown(f":material/info: {plain(said, limit=400)}")
    current = {column.field: column.header for column in mapped}
    with st.expander("Not right? Choose the columns yourself", icon=":material/tune:"):
        return name_columns(listed.facts.columns, current, key=listed.id)
