"""Lists and runs as lines: running ones with their progress, recent ones with where they stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from cleanlist_core.accounts import Receipt
from cleanlist_core.domain import RunState, counted
from cleanlist_core.standing import Progress, why_it_stands
from cleanlist_core.store.runs import RunView
from pages.parts.balance import how_to_get_credits
from pages.parts.clock import when
from pages.parts.session import Seat
from pages.parts.wording import plain

OUT_OF_CREDITS = "no_credits"
MOST_RUNNING, MOST_RUNNING_BESIDE = 20, 5
"""So many lists that go on are shown on a screen, and in the sidebar beside it."""
STATE_ICONS = {
    RunState.RUNNING: ":material/autorenew:",
    RunState.WAITING: ":material/pause_circle:",
    RunState.STOPPING: ":material/stop_circle:",
    RunState.NEEDS_YOU: ":material/front_hand:",
    RunState.FINISHED: ":material/check_circle:",
}
STATE_COLORS: dict[RunState, Literal["blue", "orange", "gray", "green"]] = {
    RunState.RUNNING: "blue",
    RunState.WAITING: "orange",
    RunState.STOPPING: "gray",
    RunState.NEEDS_YOU: "orange",
    RunState.FINISHED: "green",
}


def run_page(run: RunView) -> str:
    """Where a run is best looked at: its progress until it has ended, then its results."""
    return "results.py" if run.state is RunState.FINISHED else "progress.py"


def draw_state(run: RunView, said: str) -> None:
    """Where a run stands, in a word, with something more beside it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(run.label, icon=STATE_ICONS[run.state], color=STATE_COLORS[run.state])
        st.caption(said, width="content")


def kind_of(run: RunView) -> str:
    """What a run looks for, in a word."""
    if run.first_run_id:
        return "Emails, then phones"
    return run.enrichment_type.label + (" (test)" if run.sample else "")


def link_to_run(run: RunView, label: str = "", *, width: Literal["stretch", "content"] = "stretch") -> None:
    st.page_link(
        run_page(run),
        label=plain(label or run.list_name, limit=60),
        icon=":material/table_view:" if _has_ended(run) else ":material/trending_up:",
        query_params={"run": run.id},
        width=width,
    )


def _has_ended(run: RunView) -> bool:
    return run.state is RunState.FINISHED


def draw_running(
    seat: Seat, *, compact: bool = False, counted_beside: Callable[[RunView], bool] = lambda _run: False
) -> None:
    """The runs that have not ended, each with its progress; nothing when there is none.

    Where they are very many, those that stand still come first, and the others are in History.
    counted_beside: whether the screen says how far a run is anyway. Drawn at another moment, a second count
    would contradict the first.
    """
    running = [run for run in seat.workspace.runs(seat.organization_id) if not _has_ended(run)]
    if not running:
        return
    if compact:
        st.markdown("**In progress**")
    else:
        st.header("In progress", anchor=False)
    most = MOST_RUNNING_BESIDE if compact else MOST_RUNNING
    if len(running) > most:
        running.sort(key=lambda run: run.active)
    for run in running[:most]:
        with st.container(gap="xxsmall", border=not compact):
            link_to_run(run)
            if counted_beside(run):
                st.caption(run.label)
                continue
            progress = seat.workspace.progress(seat.organization_id, run.id)
            label = f"{run.label}: {progress.done}"
            if progress.people_not_sent:
                label += f", {progress.people_not_sent:,} not sent"
            st.progress(_share_done(run, progress), text=label)
            why = "" if compact else why_of(seat, run, progress)
            if why:
                st.caption(plain(why, limit=500))
    if len(running) > most:
        st.page_link(
            "history.py", label=f"{len(running) - most:,} more in History", icon=":material/history:"
        )


def why_of(seat: Seat, run: RunView, progress: Progress) -> str:
    """Why a run stands still, and what it may still cost; practice credits are not bought."""
    if run.waiting_for == OUT_OF_CREDITS and seat.practice:
        return f"Your practice credits do not cover the next people. {how_to_get_credits(seat)}."
    return why_it_stands(run, progress)


def _share_done(run: RunView, progress: Progress) -> float:
    """How full the bar is; whom a list that stands still does not reach is not done."""
    if run.active:
        return progress.fraction
    return progress.people_done / max(1, progress.people_total + progress.people_not_sent)


def draw_recent(seat: Seat, most: int = 5) -> None:
    """The latest lists that have ended, newest first; look-ups of one person where there is nothing else."""
    runs = seat.workspace.runs(seat.organization_id)
    went_on = {run.first_run_id for run in runs}
    all_ended = [run for run in runs if _has_ended(run) and run.id not in went_on]
    ended = ([run for run in all_ended if not run.one_person] or all_ended)[:most]
    if not ended:
        return
    st.header("Recent lists", anchor=False)
    told = told_of_runs(seat)
    for run in ended:
        with st.container(
            border=True,
            horizontal=True,
            horizontal_alignment="distribute",
            vertical_alignment="center",
            gap="small",
            key=f"recent_{run.id}",
        ):
            link_to_run(run)
            ended_at = when(run.finished_at or run.confirmed_at)
            said = " · ".join([kind_of(run), *finds_of(run, told), ended_at])
            st.caption(said, width="content")


def receipts_by_run(seat: Seat) -> dict[str, Receipt]:
    return {receipt.run_id: receipt for receipt in seat.workspace.receipts(seat.organization_id)}


@dataclass(frozen=True, slots=True)
class ToldOfRuns:
    """What the lines of an organization's runs tell, by run id. known: people filled in from earlier ones."""

    receipts: Mapping[str, Receipt]
    known: Mapping[str, int]
    unsent: Mapping[str, int]

    def credits_of(self, *run_ids: str) -> int:
        """What runs have cost by their receipts, such as one and the one whose second decision it is."""
        return sum(self.receipts[one].credits for one in run_ids if one in self.receipts)


def told_of_runs(seat: Seat) -> ToldOfRuns:
    workspace, whose = seat.workspace, seat.organization_id
    return ToldOfRuns(receipts_by_run(seat), workspace.known_before(whose), workspace.not_sent(whose))


def finds_of(run: RunView, told: ToldOfRuns) -> list[str]:
    """What a run has found of what it was asked for, such as ["26 emails", "4 needed no look-up"]."""
    receipt, first = told.receipts.get(run.id), told.receipts.get(run.first_run_id)
    said = [counted(first.emails, "email")] if first is not None else []
    known = told.known.get(run.id, 0) if first is None else 0
    if receipt is not None and (receipt.people_sent or not known):
        said += [counted(receipt.emails, "email")] if run.enrichment_type.wants_email else []
        said += [counted(receipt.phones, "phone")] if run.enrichment_type.wants_phone else []
    said += [f"{known:,} needed no look-up"] if known else []
    return said + ([f"{told.unsent[run.id]:,} not sent"] if run.id in told.unsent else [])
