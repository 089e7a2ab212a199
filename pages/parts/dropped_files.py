"""Files that were dropped in: Streamlit would keep their bytes in memory until the session ends."""

from __future__ import annotations

import contextlib
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile


def let_go(upload: UploadedFile, key: str) -> None:
    """The upload stays, for the screen to know of, without its bytes. key: of the place it was dropped in."""
    for one in (upload, st.session_state.get(key)):  # the former is a copy of the latter
        if isinstance(one, UploadedFile):
            one.truncate(0)
    context: Any = get_script_run_ctx()
    with contextlib.suppress(Exception):  # tidying only: bytes that stay cost memory, nothing else
        manager = context.uploaded_file_mgr
        for record in manager.get_files(context.session_id, [upload.file_id]):
            manager.add_file(context.session_id, record._replace(data=b""))
