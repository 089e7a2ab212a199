"""Times as this browser's clock would show them."""

from __future__ import annotations

import time

import streamlit as st

from pages.parts.wording import moment, zone


def when(at: float | None) -> str:
    """Seconds since 1970 in the browser's time zone, such as "today at 14:05"; "–" for never."""
    return "–" if at is None else moment(at, zone(st.context.timezone), time.time())
