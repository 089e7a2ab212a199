"""Where a list comes in: the drop zone, pasted rows and, in practice, the sample files."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from cleanlist_core.domain import PASTED_ROWS, counted
from cleanlist_core.errors import IntakeError
from cleanlist_core.intake.mapping import ColumnMapping
from cleanlist_core.intake.tables import ReadTable
from cleanlist_core.reviewing import choose_columns, claim_columns, recognise_as_before
from cleanlist_core.samples import samples
from cleanlist_core.uploads import Upload
from pages.parts import frame, session
from pages.parts.dropped_files import let_go
from pages.parts.naming_columns import name_columns_of
from pages.parts.session import Seat
from pages.parts.wording import plain

_ROUND = "upload_round"
_PENDING = "pending_rows"
_HELD = "held_file"


def draw_new_list(seat: Seat) -> None:
    """The whole screen for a list that is not here yet."""
    frame.draw_heading(
        "New list", "Any list of people will do: we find the columns, and nothing is spent before you say so."
    )
    choose_file(seat)


def choose_file(seat: Seat) -> None:
    """A file that can be read becomes a list, and its screen opens. One that cannot says why."""
    round_number = st.session_state.setdefault(_ROUND, 0)
    limit = session.settings().max_upload_mb
    key = f"contact_file_{round_number}"
    upload: UploadedFile | None = st.file_uploader(
        f"Drop a contact list here: CSV or Excel, up to {limit} MB",
        key=key,
        max_upload_size=limit,
    )
    said = st.container()
    _draw_paste()
    if seat.practice:
        _draw_samples()
    with said:
        if upload is not None:
            _take(seat, _held(seat, upload, key), upload.name)
        elif _PENDING in st.session_state:
            data, file_name = st.session_state[_PENDING]
            _take(seat, seat.workspace.hold([data]), file_name)


def _draw_samples() -> None:
    st.markdown(
        "**No list at hand?** Try one of these; all people in them are invented. In about a minute you will"
        " have been through everything: use a sample, find its emails, download the file."
    )
    offered = samples()
    for column, sample in zip(st.columns(len(offered), gap="medium"), offered, strict=True):
        with column.container(border=True, height="stretch", gap="small"):
            with st.container(height="stretch", gap="small"):
                st.markdown(f"**{sample.title}**")
                st.caption(sample.description)
            st.button(
                "Use this sample",
                key=f"sample_{sample.key}",
                on_click=lambda chosen=sample: _hand_over(chosen.read(), chosen.file_name),
            )


def _draw_paste() -> None:
    with (
        st.expander("Or paste rows from a spreadsheet", icon=":material/content_paste:"),
        st.form("paste", border=False),
    ):
        text = st.text_area(
            "Rows, with the column names in the first one",
            height=160,
            placeholder="First name\tLast name\tCompany",
        )
        if st.form_submit_button("Use these rows", icon=":material/check:") and text.strip():
            _hand_over(text.encode(), PASTED_ROWS)


def _hand_over(data: bytes, file_name: str) -> None:
    st.session_state[_PENDING] = (data, file_name)


def _held(seat: Seat, upload: UploadedFile, key: str) -> Upload:
    """The dropped file, from the disk."""
    held: tuple[str, Upload] | None = st.session_state.get(_HELD)
    if held is not None and held[0] == upload.file_id:
        return held[1]
    file = seat.workspace.hold([upload.getvalue()])
    st.session_state[_HELD] = upload.file_id, file
    let_go(upload, key)
    return file


def _take(seat: Seat, file: Upload, file_name: str) -> None:
    """Read, recognise and store; then the list's own screen takes over."""
    bar = st.progress(0.0, text=f"Reading {plain(file_name, limit=80)}…")
    try:
        table = seat.workspace.read_upload(file.read(), file_name)
    except IntakeError as error:
        bar.empty()
        st.session_state.pop(_PENDING, None)
        st.error(plain(error.message, limit=1000), icon=":material/error:")
        return
    mapping = _recognised(seat, table)
    if mapping is None:
        bar.empty()
        return
    total = table.cells.num_rows
    bar.progress(0.1, text=f"Checking {counted(total, 'row')}…")

    def show(share: float) -> None:
        stored = round(share * total)
        bar.progress(0.2 + 0.8 * share, text=f"Storing your list: {stored:,} of {counted(total, 'row')}…")

    list_id = _store(seat, table, mapping, file_name, file, show)
    st.session_state.pop(_PENDING, None)
    st.session_state.pop(_HELD, None)
    st.session_state[_ROUND] += 1
    st.switch_page("upload.py", query_params={"list": list_id})


def _recognised(seat: Seat, table: ReadTable) -> ColumnMapping | None:
    """What the columns are; where nobody can tell, the person at the screen says so. None until they have."""
    try:
        return recognise_as_before(seat.workspace.database, seat.organization_id, table)
    except IntakeError as error:
        said, can_be_chosen = error.message, error.code == "no_usable_column"
        if error.code == "companies_only" and not table.header_row:
            said = "Some of these columns hold companies; which hold the people nobody can tell but you."
            said, can_be_chosen = f"{said} Nothing was stored or sent.", True
        st.warning(plain(said, limit=1000), icon=":material/table_chart:")
        if not can_be_chosen:
            return None
    named = name_columns_of(table, key=table.checksum[:12])
    if named is None:
        return None
    try:
        return choose_columns(seat.workspace.database, seat.organization_id, table, named)
    except IntakeError as error:
        st.error(plain(error.message, limit=1000), icon=":material/error:")
        return None


def _store(
    seat: Seat,
    table: ReadTable,
    mapping: ColumnMapping,
    file_name: str,
    file: Upload,
    progress: Callable[[float], None],
) -> str:
    """The list's id. A file that was dropped in before and never used is not stored twice."""
    unused = [one for one in seat.workspace.same_file(seat.organization_id, table.checksum) if not one.runs]
    if unused:
        return unused[0].id
    list_id = seat.workspace.add_list(
        seat.organization_id, table, mapping, file_name=file_name, data=file, progress=progress
    )
    claim_columns(seat.workspace.database, seat.organization_id, table, list_id)
    return list_id
