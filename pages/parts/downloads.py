"""The files to take away. Every name carries the run and its revision, so that no browser gets old bytes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

import streamlit as st

from cleanlist_core.results.exporting import export_bytes, file_name
from cleanlist_core.results.preset_sheets import PresetPreview, preview
from cleanlist_core.results.presets import ALL_TITLES, EVERYTHING
from cleanlist_core.store.runs import RunView
from pages.parts.session import Seat
from pages.parts.wording import plain

Kind = Literal["csv", "xlsx"]
MIME = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_PREVIEWS = "preset_previews"


def draw_everything(seat: Seat, run: RunView) -> None:
    """The whole file, as uploaded, with the results beside it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        _draw_button(seat, run, EVERYTHING, "csv", label="Download CSV", primary=True)
        _draw_button(seat, run, EVERYTHING, "xlsx", label="Download Excel")
    st.caption("Every row and column of your file, in its order, with the results beside them.")


def draw_quick_download(seat: Seat, run: RunView, *, place: str) -> None:
    """The whole file as CSV, from a list of runs."""
    _draw_button(seat, run, EVERYTHING, "csv", label="CSV", place=place)


def draw_presets(seat: Seat, run: RunView) -> None:
    """A file as one tool imports it, with what will be in it said before."""
    chosen = st.selectbox(
        "Made for",
        [key for key in ALL_TITLES if key != EVERYTHING],
        index=None,
        format_func=lambda key: ALL_TITLES[key],
        placeholder="Choose a CRM, a sending tool, or a part of the list",
        key=f"preset_{run.id}",
        width=520,
    )
    if chosen is None:
        return
    found = _preview(seat, run, chosen)
    st.markdown(plain(found.sentence(), limit=600))
    for note in found.notes:
        st.caption(f":material/info: {plain(note, limit=400)}")
    with st.container(horizontal=True, gap="small"):
        _draw_button(seat, run, chosen, "csv", label="Download CSV", place="preset", disabled=not found.rows)
        _draw_button(
            seat, run, chosen, "xlsx", label="Download Excel", place="preset", disabled=not found.rows
        )


def _preview(seat: Seat, run: RunView, preset: str) -> PresetPreview:
    """Counted once per state of the run: a preview reads every row."""
    known: dict[tuple[str, int, str], PresetPreview] = st.session_state.setdefault(_PREVIEWS, {})
    key = (run.id, run.revision, preset)
    if key not in known:
        known[key] = preview(seat.workspace.database, run.id, preset)
    return known[key]


def _draw_button(
    seat: Seat,
    run: RunView,
    preset: str,
    kind: Kind,
    *,
    label: str,
    place: str = "main",
    primary: bool = False,
    disabled: bool = False,
) -> None:
    made: Callable[[], bytes] = partial(export_bytes, seat.workspace.database, run.id, kind, preset=preset)
    st.download_button(
        label,
        data=made,
        file_name=file_name(run.list_name, f"{preset}-{run.id[:6]}", run.revision, kind),
        mime=MIME[kind],
        on_click="ignore",
        type="primary" if primary else "secondary",
        icon=":material/download:" if kind == "csv" else ":material/table_view:",
        disabled=disabled,
        key=f"download_{place}_{run.id}_{preset}_{kind}",
    )
