"""Finished lists announce themselves: on the screen, in the sidebar, and in a notification of the browser.

What was there when the tab was opened is no news. A notification is shown by `notify.js`, only while the
tab is not looked at, and only after somebody asked for it with a click.
"""

from __future__ import annotations

import html

import streamlit as st

from cleanlist_core.news import News, in_few_words, standing_news
from pages.parts.rows import link_to_run
from pages.parts.session import Seat
from pages.parts.wording import plain

_SEEN, _FRESH = "news_seen", "news_fresh"
MOST_SHOWN = 3

SCRIPT = '<script src="./notify.js"></script>'
ASK = (
    '<div class="cl-notify-box"><button type="button" class="cl-notify">Notify me when it is done</button>'
    '<span class="cl-notify-on">This browser tells you when a list is done or needs you.</span>'
    '<span class="cl-notify-off">Notifications are blocked in this browser.</span></div>'
)


def draw_news(seat: Seat, *, low: bool) -> None:
    """Say what has changed since this tab looked last, and keep lists that were done meanwhile at hand."""
    runs = {run.id: run for run in seat.workspace.runs(seat.organization_id)}
    now = standing_news(runs.values(), low=low)
    fresh = _noticed(seat, now)
    watched = st.query_params.get("run", "")
    elsewhere = [one for one in fresh if one.run_id != watched or not watched]
    for text in in_few_words(elsewhere, MOST_SHOWN):
        st.toast(plain(text), icon=":material/notifications:", duration="long")
    not_here = {watched, *(run.first_run_id for run in runs.values())}
    fresh_ids = dict.fromkeys(st.session_state.get(_FRESH, []))  # a list that went on after a test ends twice
    done = [runs[one] for one in fresh_ids if one in runs and one not in not_here]
    if done:
        st.markdown("**Just finished**")
        for run in done[:MOST_SHOWN]:
            link_to_run(run)
    _hand_to_the_browser(fresh)


def _noticed(seat: Seat, now: dict[str, News]) -> list[News]:
    owner, before = st.session_state.get(_SEEN, ("", frozenset()))
    st.session_state[_SEEN] = (seat.organization_id, frozenset(now))
    if owner != seat.organization_id:
        st.session_state[_FRESH] = []
        return []
    fresh = [one for key, one in now.items() if key not in before]
    finished = [one.run_id for one in fresh if one.done and not one.one_person]
    st.session_state[_FRESH] = finished + st.session_state.get(_FRESH, [])
    return fresh


def _hand_to_the_browser(fresh: list[News]) -> None:
    items = "".join(
        f'<span class="cl-news" data-id="{html.escape(one.id)}" data-text="{html.escape(one.text)}"></span>'
        for one in fresh
    )
    st.html(f'<div hidden class="cl-news-all">{items}</div>')


def draw_ask() -> None:
    """The one place where a person lets the browser show notifications."""
    st.html(ASK)


def draw_script() -> None:
    st.html(SCRIPT, unsafe_allow_javascript=True)
