"""The screens: which there are, what surrounds each of them, and what happens when one fails.

It is what `app.py` serves; `streamlit run pages/dashboard.py` shows the same screens without the routes.
"""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st

HERE = Path(__file__).resolve().parent
if str(HERE.parent) not in sys.path:
    sys.path.insert(0, str(HERE.parent))

from pages.parts import frame, session  # noqa: E402  # found only once the path is set
from pages.parts.look import draw_style  # noqa: E402  # the same

st.set_page_config(
    page_title="Cleanlist",
    page_icon=str(HERE / "parts" / "favicon.png"),
    layout="wide",
    menu_items={"Get help": None, "Report a bug": None, "About": None},
)
draw_style()
page = st.navigation(
    [
        st.Page("home.py", title="Home", icon=":material/home:", default=True),
        st.Page("new.py", title="New list", icon=":material/upload_file:"),
        st.Page("lookup.py", title="One person", icon=":material/person_search:"),
        st.Page("history.py", title="History", icon=":material/history:"),
        st.Page("credits.py", title="Credits", icon=":material/toll:"),
        st.Page("connect.py", title="Your key", icon=":material/key:"),
        st.Page("upload.py", title="List", visibility="hidden"),
        st.Page("progress.py", title="Progress", visibility="hidden"),
        st.Page("results.py", title="Results", visibility="hidden"),
    ]
)
st.logo(str(HERE / "parts" / "logo.svg"), size="large", icon_image=str(HERE / "parts" / "favicon.png"))

with frame.screen():
    frame.draw_if_gone()
    session.workspaces()
    seat = session.current()
    frame.draw_sidebar(seat, page.url_path)
    frame.draw_banner(seat)
    if page.url_path == "":
        frame.draw_wrong_address()
    page.run()
