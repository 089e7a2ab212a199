"""Where a list comes in: the drop zone, pasted rows and, in practice, the sample files."""

from __future__ import annotations

import contextlib

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from cleanlist_core.errors import IntakeError
from cleanlist_core.intake.mapping import recognise
from cleanlist_core.intake.tables import ReadTable
from cleanlist_core.samples import samples
from pages.parts import session
from pages.parts.naming_columns import name_columns
from pages.parts.session import Seat
from pages.parts.wording import counted, plain

KINDS = ["csv", "tsv", "txt", "xlsx", "xlsm", "xls", "ods"]
_ROUND = "upload_round"


def choose_file(seat: Seat) -> None:
    """A file that can be read becomes a list, and its screen opens. One that cannot says why, and nothing is lost."""
    round_number = st.session_state.setdefault(_ROUND, 0)
    limit = session.settings().max_upload_mb
    file = st.file_uploader(
        f"Drop a contact list here: CSV or Excel, up to {limit} MB and 1,000,000 rows",
        type=KINDS,
        key=f"contact_file_{round_number}",
        max_upload_size=limit,
    )
    if file is not None:
        _take(seat, file.getvalue(), file.name, file)
    if seat.practice:
        _draw_samples(seat)
    _draw_paste(seat)


def _draw_samples(seat: Seat) -> None:
    st.markdown("**No list at hand?** Try one of these, with invented people:")
    offered = samples()
    for column, sample in zip(st.columns(len(offered), gap="medium"), offered, strict=True):
        with column.container(border=True, height="stretch", gap="small"):
            st.markdown(f"**{sample.title}**")
            st.caption(sample.description)
            if st.button("Use this sample", icon=":material/description:", key=f"sample_{sample.key}"):
                _take(seat, sample.read(), sample.file_name, None)


def _draw_paste(seat: Seat) -> None:
    with st.expander("Or paste rows from a spreadsheet", icon=":material/content_paste:"), st.form(
        "paste", border=False, clear_on_submit=False
    ):
        text = st.text_area(
            "Rows, with the column names in the first one",
            height=160,
            placeholder="First name\tLast name\tCompany",
        )
        if st.form_submit_button("Use these rows", icon=":material/check:") and text.strip():
            _take(seat, text.encode(), "Pasted rows.csv", None)


def _take(seat: Seat, data: bytes, file_name: str, upload: UploadedFile | None) -> None:
    """Read, recognise and store; then the list's own screen takes over."""
    bar = st.progress(0.0, text=f"Reading {plain(file_name, limit=80)}…")
    try:
        table = seat.workspace.read_upload(data, file_name)
    except IntakeError as error:
        bar.empty()
        st.error(plain(error.message, limit=1000), icon=":material/error:")
        return
    try:
        mapping = recognise(table)
    except IntakeError as error:
        bar.empty()
        st.warning(plain(error.message, limit=1000), icon=":material/table_chart:")
        named = name_columns(table, key="unrecognised")
        if named is None:
            return
        mapping = named
    text = f"Checking {counted(table.cells.num_rows, 'row')}…"
    list_id = _store(seat, table, mapping, file_name, lambda part: bar.progress(part, text=text))
    _free(upload)
    st.session_state[_ROUND] += 1
    st.switch_page("upload.py", query_params={"list": list_id})


def _free(upload: UploadedFile | None) -> None:
    """Streamlit keeps uploaded bytes until the session ends; ours are in the store by now."""
    context = get_script_run_ctx()
    if upload is None or context is None:
        return
    with contextlib.suppress(Exception):  # tidying only: an upload that stays costs memory, nothing else
        context.uploaded_file_mgr.remove_file(session_id=context.session_id, file_id=upload.file_id)
