"""One list in History: its runs, and what can be done with it."""

from __future__ import annotations

import streamlit as st

from cleanlist_core.domain import RunState, counted
from cleanlist_core.store.lists import StoredList
from cleanlist_core.store.runs import RunView
from pages.parts import frame
from pages.parts.clock import when
from pages.parts.downloads import draw_quick_download
from pages.parts.rows import STATE_COLORS, STATE_ICONS, ToldOfRuns, finds_of, kind_of, link_to_run
from pages.parts.session import Seat, shelf
from pages.parts.wording import credit_count, plain

RENAMING, DELETING = "renaming", "deleting"
LISTS_ON_A_PAGE = 50


def draw_list(seat: Seat, listed: StoredList, told: ToldOfRuns) -> None:
    """A card: name, date and size, its runs, then the quiet actions."""
    facts = listed.facts
    with st.container(border=True, gap="small", key=f"list_{listed.id}"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.markdown(f"**{plain(facts.name or facts.file_name, limit=80)}**", width="content")
            st.caption(f"{when(listed.created_at)} · {counted(facts.rows, 'row')}", width="content")
        runs = seat.workspace.list_runs(seat.organization_id, listed.id)
        went_on = {run.first_run_id for run in runs}
        for run in (one for one in runs if one.id not in went_on):
            if run.active:
                st.fragment(run_every=frame.pace(seat))(frame.guarded(_draw_run_now))(seat, run.id, told)
            else:
                _draw_run(seat, run, told)
        if not runs:
            st.caption("Not looked up yet: nothing was sent and nothing spent.")
        _draw_actions(listed)
    _draw_asked(seat, listed)


def _draw_run_now(seat: Seat, run_id: str, told: ToldOfRuns) -> None:
    _draw_run(seat, seat.workspace.run(seat.organization_id, run_id), told)


def _draw_run(seat: Seat, run: RunView, told: ToldOfRuns) -> None:
    said = [kind_of(run), *_how_it_stands(seat, run, told), when(run.finished_at or run.confirmed_at)]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"run_{run.id}"):
        st.badge(run.label, icon=STATE_ICONS[run.state], color=STATE_COLORS[run.state])
        st.markdown(" · ".join(said), width="stretch")
        with st.container(horizontal=True, width="content", vertical_alignment="center", gap="small"):
            link_to_run(run, "Open", width="content")
            draw_quick_download(seat, run, place="history")


def _how_it_stands(seat: Seat, run: RunView, told: ToldOfRuns) -> list[str]:
    """What was found and spent; as long as answers are out, how far it is, for the finds lag behind."""
    if run.state is RunState.FINISHED:
        return [*finds_of(run, told), credit_count(told.credits_of(run.id, run.first_run_id))]
    progress = seat.workspace.progress(seat.organization_id, run.id)
    spent = credit_count(told.credits_of(run.first_run_id) + progress.totals.credits_spent)
    return [progress.done, f"{spent} so far"]


def _draw_actions(listed: StoredList) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.page_link(
            "upload.py",
            label="Look up" if not listed.runs else "Look up more",
            icon=":material/search:",
            query_params={"list": listed.id},
            width="content",
        )
        for label, icon, what in (
            ("Rename", ":material/edit:", RENAMING),
            ("Delete data", ":material/delete:", DELETING),
        ):
            st.button(
                label,
                type="tertiary",
                icon=icon,
                key=f"{what}_{listed.id}",
                on_click=_ask,
                args=(what, listed.id),
            )


def _ask(what: str, list_id: str) -> None:
    st.session_state["asked_of_list"] = (what, list_id)


def _done() -> None:
    st.session_state.pop("asked_of_list", None)


def _draw_asked(seat: Seat, listed: StoredList) -> None:
    """The second step of renaming and of deleting, right under the list."""
    asked = st.session_state.get("asked_of_list")
    if asked == (RENAMING, listed.id):
        _draw_rename(seat, listed)
    elif asked == (DELETING, listed.id):
        _draw_delete(seat, listed)


def _draw_rename(seat: Seat, listed: StoredList) -> None:
    with st.form(f"rename_{listed.id}"):
        name = st.text_input("New name", value=listed.facts.name, max_chars=200)
        with st.container(horizontal=True):
            save = st.form_submit_button("Save name", type="primary", icon=":material/check:")
            st.form_submit_button("Cancel", on_click=_done)
    if save and name.strip():
        seat.workspace.rename_list(seat.organization_id, listed.id, name)
        _done()
        st.rerun()


def _draw_delete(seat: Seat, listed: StoredList) -> None:
    with st.container(border=True, key=f"confirm_delete_{listed.id}"):
        what = (
            "The file, its rows and what was found for them are removed for good. Receipts stay. Looking"
            " these people up again costs anew."
            if listed.runs
            else "The file and its rows are removed for good. Nobody in it was looked up or paid for."
        )
        st.markdown(f"Delete the data of **{plain(listed.facts.name, limit=80)}**? {what}")
        with st.container(horizontal=True):
            st.button("Keep it", type="primary", key=f"keep_{listed.id}", on_click=_done)
            if st.button("Delete for good", icon=":material/delete_forever:", key=f"delete_{listed.id}"):
                runs = seat.workspace.list_runs(seat.organization_id, listed.id)
                seat.workspace.delete_list(seat.organization_id, listed.id)
                for run in runs:
                    shelf().forget(run.id)
                _done()
                st.rerun()
