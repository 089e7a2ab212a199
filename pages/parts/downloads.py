"""The files to take away.

Every name says what the file holds and its revision, so that no browser gets old bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, BinaryIO, Literal

import streamlit as st

from cleanlist_core.domain import EnrichmentType
from cleanlist_core.recipes import Recipe
from cleanlist_core.rereading import left_out_in_reading
from cleanlist_core.results.browsing import EVERYBODY, Among
from cleanlist_core.results.exporting import ExportReport, export_bytes, export_csv, export_xlsx, file_name
from cleanlist_core.results.large_files import LargeFile, Owner
from cleanlist_core.results.metrics import run_totals
from cleanlist_core.results.preset_sheets import PresetPreview, own_delimiter, preview
from cleanlist_core.results.presets import (
    COMPANION_TITLES,
    EVERYTHING,
    PRESET_TITLES,
    PRESETS,
    ROW_CHOICES,
    RowChoice,
)
from cleanlist_core.store.list_changes import list_revision
from cleanlist_core.store.results import run_heading
from cleanlist_core.store.runs import RunView
from pages.parts import frame
from pages.parts.session import Seat, owner_of, settings, shelf
from pages.parts.wording import megabytes, plain

Kind = Literal["csv", "xlsx"]
KINDS: Mapping[Kind, str] = {"csv": "CSV", "xlsx": "Excel"}
MIME = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_PREVIEWS = "preset_previews"
_PREPARED = "prepared_files"
WRITERS: Mapping[Kind, Callable[..., ExportReport]] = {"csv": export_csv, "xlsx": export_xlsx}
AT_ONCE = 20_000
"""Rows of a list whose files are made in memory when somebody clicks."""
MOST_PREVIEWS = 50


def draw_everything(seat: Seat, run: RunView, recipe: Recipe | None = None, *, next_step: bool) -> None:
    """The whole file, as uploaded, with the results beside it; before it the file a recipe ends in.

    next_step: whether a file is what the screen leads to.
    """
    wanted = PRESETS.get(recipe.preset) if recipe else None
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if recipe and wanted:
            label = f"Download for {wanted.title}"
            _draw_button(
                seat, run, wanted.key, "csv", label=label, place="recipe", rows=recipe.rows, primary=next_step
            )
        _draw_button(seat, run, EVERYTHING, "csv", label="Download CSV", primary=next_step and not wanted)
        _draw_button(seat, run, EVERYTHING, "xlsx", label="Download Excel")
    tidied = run.enrichment_type is EnrichmentType.NONE
    beside = "the tidied names, companies and websites" if tidied else "the results"
    st.caption(
        f"Every row and column of your file, in its order, with {beside} beside them;"
        f" a CSV has {_separators(seat, run)} between its cells. To look at it in a spreadsheet take Excel: a"
        " CSV loses the + of phones there."
    )
    if left_out := left_out_in_reading(seat.workspace.database, run.list_id):
        st.caption(
            ":material/info: They hold the rows of your table and nothing else of your file."
            f" {plain(' '.join(left_out), limit=1000)}"
        )


def _separators(seat: Seat, run: RunView) -> str:
    listed = run_heading(seat.workspace.database, run.id)
    delimiter = own_delimiter(listed)
    named = {",": "commas", ";": "semicolons"}[delimiter]
    return f"{named}, as your file has," if listed.delimiter == delimiter else named


def draw_quick_download(seat: Seat, run: RunView, *, place: str) -> None:
    """The whole file as CSV, from a list of runs."""
    _draw_button(seat, run, EVERYTHING, "csv", label="CSV", place=place)


def draw_some(seat: Seat, run: RunView, among: Among, said: str = "", *, these: str = "these") -> None:
    """The file of some rows, for any tool. said, these: which rows, before the buttons and on them."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=f"some_{run.id}"):
        if said:
            st.markdown(f"**{said}**", width="content")
        preset = st.selectbox(
            "Made for",
            list(PRESET_TITLES),
            format_func=_title,
            key=f"some_preset_{run.id}",
            width=300,
        )
        _draw_button(seat, run, preset, "csv", label=f"CSV of {these}", place="some", rows="all", among=among)
        if "xlsx" in _kinds_of(preset):
            label = f"Excel of {these}"
            _draw_button(seat, run, preset, "xlsx", label=label, place="some", rows="all", among=among)


def _title(key: str) -> str:
    return PRESET_TITLES[key]


def _kinds_of(preset: str) -> tuple[Kind, ...]:
    """What the tool takes."""
    return ("csv",) if preset in PRESETS and PRESETS[preset].csv_only else ("csv", "xlsx")


def draw_presets(seat: Seat, run: RunView, recipe: Recipe | None = None) -> None:
    """A file as one tool imports it, with what will be in it said before. The recipe's is chosen at first."""
    offered = [key for key in PRESET_TITLES if key != EVERYTHING]
    key = f"preset_{run.id}"
    if recipe and recipe.preset in offered:
        st.session_state.setdefault(key, recipe.preset)
        st.session_state.setdefault(_rows_key(run, recipe.preset), recipe.rows)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        chosen = st.selectbox(
            "Made for",
            offered,
            index=None,
            format_func=_title,
            placeholder="Choose a CRM or a sending tool",
            key=key,
            width=420,
        )
        if chosen is not None:
            rows = _draw_row_choice(run, chosen)
    if chosen is not None:
        _draw_preset(seat, run, chosen, rows)
    _draw_companions(seat, run)


def _rows_key(run: RunView, preset: str) -> str:
    return f"rows_{run.id}_{preset}"


def _draw_row_choice(run: RunView, preset: str) -> RowChoice:
    """Which rows; at first those the tool is best given."""
    key = _rows_key(run, preset)
    best: RowChoice = PRESETS[preset].rows if preset in PRESETS else "all"
    st.session_state.setdefault(key, best)
    rows: RowChoice | None = st.segmented_control(
        "Which rows", list(ROW_CHOICES), format_func=lambda choice: ROW_CHOICES[choice], key=key
    )
    return rows or best


def _draw_preset(seat: Seat, run: RunView, preset: str, rows: RowChoice) -> None:
    found = _preview(seat, run, preset, rows)
    st.markdown(plain(found.sentence(), limit=600))
    for note in found.notes:
        st.caption(f":material/info: {plain(note, limit=400)}")
    empty = not found.rows
    with st.container(horizontal=True, gap="small"):
        for kind in _kinds_of(preset):
            _draw_button(
                seat,
                run,
                preset,
                kind,
                label=f"Download {KINDS[kind]}",
                place="preset",
                rows=rows,
                disabled=empty,
            )
    if not empty:
        with st.expander("A line for the log of the import", icon=":material/receipt_long:"):
            st.code(f"{run.list_name}: {found.title}, {found.sentence()}", language=None, wrap_lines=True)


def _draw_companions(seat: Seat, run: RunView) -> None:
    """What the file for a tool leaves out: rows to try again, and rows to put right."""
    for key, title in COMPANION_TITLES.items():
        found = _preview(seat, run, key, None)
        if found.rows:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"**{found.rows:,}** {title}", width="stretch")
                with st.container(horizontal=True, width="content", gap="small"):
                    _draw_button(seat, run, key, "csv", label="CSV", place="companion")
                    _draw_button(seat, run, key, "xlsx", label="Excel", place="companion")


def _preview(seat: Seat, run: RunView, preset: str, rows: RowChoice | None) -> PresetPreview:
    """Counted once per state of the run: a preview reads every row."""
    known: dict[tuple[str, int, str, str | None], PresetPreview]
    known = st.session_state.setdefault(_PREVIEWS, {})
    key = (run.id, _revision(seat, run), preset, rows)
    if key not in known:
        if len(known) >= MOST_PREVIEWS:
            known.clear()
        known[key] = preview(seat.workspace.database, run.id, preset, rows)
    return known[key]


def _revision(seat: Seat, run: RunView) -> int:
    """Counts up with every change of the run or of its list: both only ever grow."""
    return run.revision + list_revision(seat.workspace.database, run.list_id)


def _draw_button(
    seat: Seat,
    run: RunView,
    preset: str,
    kind: Kind,
    *,
    label: str,
    place: str = "main",
    rows: RowChoice | None = None,
    among: Among = EVERYBODY,
    primary: bool = False,
    disabled: bool = False,
) -> None:
    what = "-".join(part for part in (preset, rows or "", among.key, run.id[:6]) if part)
    name = file_name(run.list_name, what, _revision(seat, run), kind)
    chosen: dict[str, Any] = {"preset": preset, "rows": rows, "among": among}
    if kind == "xlsx":
        chosen["folder"] = settings().downloads_dir
    looks: dict[str, Any] = {
        "type": "primary" if primary else "secondary",
        "icon": ":material/download:" if kind == "csv" else ":material/table_view:",
        "disabled": disabled,
        "key": f"download_{place}_{run.id}_{preset}_{kind}",
    }
    owner = owner_of(seat)
    if owner and not among.numbers and run_totals(seat.workspace.database, run.id).uploaded > AT_ONCE:
        write = partial(WRITERS[kind], seat.workspace.database, run.id, **chosen)
        _draw_large(owner, run, name, label, write, looks)
        return
    made: Callable[[], bytes] = partial(export_bytes, seat.workspace.database, run.id, kind, **chosen)
    st.download_button(label, data=made, file_name=name, mime=MIME[kind], on_click="ignore", **looks)


def _draw_large(
    owner: Owner,
    run: RunView,
    name: str,
    label: str,
    write: Callable[[BinaryIO], object],
    looks: dict[str, Any],
) -> None:
    """A file too large for memory, in two steps: it is prepared on the disk, then saved from there."""
    prepared: dict[str, str] = st.session_state.setdefault(_PREPARED, {})
    slot = st.empty()
    pressed = not _is_ready(prepared.get(name), owner) and slot.button(label, **looks)
    if pressed:
        with slot, frame.mishaps_in_plain_words(), st.spinner("Preparing the file…"):
            prepared[name] = shelf().put(owner, run.id, name, write)
    if ready := _is_ready(prepared.get(name), owner):
        slot.link_button(
            f"Save the file ({megabytes(ready.size)})",
            f"downloads/{prepared[name]}",
            type="primary",
            icon=":material/download:",
            help=f"{plain(name)} is ready for ten minutes. Then it is removed from the server.",
        )


def _is_ready(token: str | None, owner: Owner) -> LargeFile | None:
    return shelf().find(token, owner) if token else None
