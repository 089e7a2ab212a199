"""Saying by hand which column is what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from cleanlist_core.domain import FIELDS, counted
from cleanlist_core.intake.column_names import column_names
from cleanlist_core.intake.mapping import FIELD_LABELS
from cleanlist_core.intake.tables import ReadTable
from cleanlist_core.reviewing import guessed_columns, sampled_columns
from pages.parts.wording import plain

NO_COLUMN = ""
SIDE_BY_SIDE = 2


def name_columns_of(table: ReadTable, *, key: str) -> dict[str, str] | None:
    """The form for a file that is no list yet, below what its columns hold. Returns as `name_columns`."""
    if not table.header_row:
        rows = counted(table.cells.num_rows, "row")
        st.info(
            "This file has no row of column names, so its columns are numbered here. Nothing is lost by it:"
            f" the top row counts as a row like the others, {rows} in all.",
            icon=":material/info:",
        )
    st.table(
        [
            {
                "Column in your file": plain(column.name),
                "Some of its values": " · ".join(plain(sample, limit=60) for sample in column.samples),
            }
            for column in sampled_columns(table)
        ],
        border="horizontal",
        hide_index=True,
        alt="Some of the values in each column of the file",
    )
    return name_columns(table.columns, guessed_columns(table), key=key)


def name_columns(headers: Sequence[str], current: Mapping[str, str], *, key: str) -> dict[str, str] | None:
    """A form with one choice per field. Returns the choices that differ from `current` once confirmed.

    headers: the header cells as written. current: field → name of the column used now.
    Returns field → column name, "" for none; None until the button is pressed.
    """
    names = column_names(headers)
    shown = {name: _label(name, header) for name, header in zip(names, headers, strict=True)}
    chosen: dict[str, str] = {}
    with st.form(f"columns_{key}", border=False):
        columns = st.columns(SIDE_BY_SIDE, gap="medium")
        for place, field in enumerate(FIELDS):
            used = current.get(field, NO_COLUMN)
            options = [NO_COLUMN, *names]
            chosen[field] = columns[place % SIDE_BY_SIDE].selectbox(
                FIELD_LABELS[field][:1].upper() + FIELD_LABELS[field][1:],
                options,
                index=options.index(used) if used in options else 0,
                format_func=lambda name: shown.get(name, "Not in this file"),
                key=f"column_{key}_{field}",
            )
        confirmed = st.form_submit_button("Use these columns", icon=":material/check:")
    if not confirmed:
        return None
    return {field: name for field, name in chosen.items() if name != current.get(field, NO_COLUMN)}


def _label(name: str, header: str) -> str:
    return name if name == header else f"{header.strip() or 'no name'} ({name.lower()})"
