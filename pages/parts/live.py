"""A run as it goes: the bar, the tiles, the buttons that hold it, the newest finds and the log."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Literal

import streamlit as st

from cleanlist_core.domain import MAX_BATCH, EnrichmentType, RunState, counted
from cleanlist_core.pricing import least_credits
from cleanlist_core.standing import Progress
from cleanlist_core.store.progress import NewFind
from cleanlist_core.store.runs import NEEDS_EMAIL_KEY, RunView
from pages.parts.balance import draw_way_to_credits, how_to_get_credits
from pages.parts.clock import when
from pages.parts.person import LONGEST_SHOWN
from pages.parts.phones import phones_are_next
from pages.parts.rows import OUT_OF_CREDITS, draw_state, link_to_run, why_of
from pages.parts.session import Seat
from pages.parts.the_rest import rest_is_next
from pages.parts.wording import credit_count, duration, number, people, plain, share


def draw_standing(seat: Seat, run: RunView, progress: Progress) -> None:
    """Where the run stands, and why, when it stands still."""
    started = f"{run.enrichment_type.label} · started {when(run.confirmed_at)}"
    draw_state(run, started + (" · test on a few people" if run.sample else ""))
    if why := why_of(seat, run, progress):
        st.warning(plain(why, limit=500), icon=":material/info:")
    if run.waiting_for == "blocked":
        for other in seat.workspace.in_the_way(seat.organization_id, run.id):
            link_to_run(other, f"See to {other.list_name}")


def draw_numbers(run: RunView, progress: Progress) -> None:
    """How far it is: one bar, what is left, and a tile for each thing that counts."""
    with st.container(border=True, gap="xsmall"):
        draw_bar(run, progress)
        st.markdown(_how_far(run, progress))
        if progress.totals.failed and run.state is not RunState.FINISHED:
            st.caption(f"No answer: {progress.totals.what_no_answer_means}.")
        if run.active:
            st.caption(progress.way)
    _draw_tiles(run, progress)


def found_so_far(progress: Progress) -> int:
    """People something was found for, with what unanswered requests already report."""
    totals = progress.totals
    reported = max(progress.emails_so_far - totals.new_emails, progress.phones_so_far - totals.new_phones, 0)
    return min(progress.people_done - totals.failed - totals.left_out, totals.found + reported)


def parts_of_bar(run: RunView, progress: Progress) -> list[tuple[str, str, int]]:
    """Found, nothing found, no answer, still to come, not sent: (kind, in words, people)."""
    found = found_so_far(progress)
    doubtful, failed, left_out = (
        progress.totals.uncertain,
        progress.totals.failed,
        progress.totals.left_out,
    )
    coming = progress.people_total - progress.people_done - doubtful
    if run.enrichment_type is EnrichmentType.NONE:
        parts = [("found", "tidied up", progress.people_done - failed - left_out)]
    else:
        without = progress.people_done - found - failed - left_out
        nothing = min(without, progress.totals.nothing)
        # Until their part is back, nobody knows who was not found and whose look-up failed.
        so_far = without - nothing
        parts = [("found", "found", found)]
        new = min(nothing, progress.totals.nothing_new)
        parts += [("nothing", "nothing found", nothing - new)] if nothing > new or not without else []
        parts += [("nothing", "nothing new found", new)] if new else []
        parts += [("nothing", "without a find so far", so_far)] if so_far else []
    parts += [("failed", "no answer", failed)] if failed else []
    parts += [("failed", "left out", left_out)] if left_out else []
    parts += [("waiting", "still to come", coming)] if coming or run.active else []
    parts += [("waiting", "waiting for your decision", doubtful)] if doubtful else []
    return parts + ([("unsent", "not sent", progress.people_not_sent)] if progress.people_not_sent else [])


def draw_bar(run: RunView, progress: Progress) -> None:
    """All people who could be looked up, by how far they are."""
    parts = parts_of_bar(run, progress)
    whole = max(1, progress.people_total + progress.people_not_sent)
    said = html.escape(", ".join(f"{count:,} {label}" for _, label, count in parts))
    bar = "".join(
        f'<span class="{kind}" style="width:{100 * count / whole:.2f}%"></span>' for kind, _, count in parts
    )
    legend = "".join(
        f'<span class="{kind}"><i></i><b>{count:,}</b> {label}</span>' for kind, label, count in parts
    )
    st.html(
        f'<div class="cl-bar" role="img" aria-label="{said}">{bar}</div><div class="cl-legend">{legend}</div>'
    )


def _how_far(run: RunView, progress: Progress) -> str:
    if run.state is RunState.FINISHED:
        return f"**Done:** {plain(progress.told, limit=500)}."
    if not run.active:
        return f"{progress.done}{_beyond(run, progress)}."
    if progress.people_done >= progress.people_total:
        left = "The last results are being fetched."
    elif progress.seconds_left is None:
        left = "Working out how long it takes."
    else:
        left = f"{duration(progress.seconds_left)} left, {plain(progress.basis)}."
        left = left[0].upper() + left[1:]
    return f"{progress.done}{_beyond(run, progress)}. {left} You can leave this page; it goes on without you."


def _beyond(run: RunView, progress: Progress) -> str:
    """Whom this run does not reach, and why."""
    if not progress.people_not_sent:
        return ""
    if run.state is RunState.STOPPING:
        return f"; {progress.people_not_sent:,} are not sent any more"
    if run.sample:
        beyond = progress.beyond_the_budget
        short = f"; the budget does not reach {beyond:,} of the test" if beyond > 0 else ""
        return f"{short}; {progress.people_not_sent - max(0, beyond):,} others are not part of this test"
    return f"; the budget does not reach {progress.people_not_sent:,} more"


def _draw_tiles(run: RunView, progress: Progress) -> None:
    tiles = []
    if run.enrichment_type.wants_email:
        tiles.append(("Emails found", progress.emails_so_far))
    if run.enrichment_type.wants_phone:
        tiles.append(("Phones found", progress.phones_so_far))
    columns = st.columns(len(tiles) + 1, gap="small", border=True)
    for column, (label, count) in zip(columns, tiles, strict=False):
        column.metric(label, number(count))
        column.caption(_among(run, progress, count))
    spent = progress.totals.credits_spent
    columns[-1].metric("Credits spent", number(spent))
    in_flight = progress.worst_case_open
    waiting = f"; up to {number(in_flight)} more for {_whose_credits(progress)}" if in_flight else ""
    budget = f"of a budget of {number(run.budget)}"
    if run.enrichment_type is EnrichmentType.NONE:
        budget = "Tidying up is free"
    columns[-1].caption(f"{budget}{waiting}")
    if finds := progress.finds_not_counted:
        columns[-1].caption(
            f"Without the newest {counted(finds, 'find')}: credits are counted when a part of the list,"
            f" of up to {MAX_BATCH} people, is complete."
        )


def _whose_credits(progress: Progress) -> str:
    """Who may still be charged: people being looked up, and those whose answer was lost."""
    lost = "people whose answer was lost"
    if not progress.totals.uncertain:
        return "people being looked up"
    return f"people being looked up and {lost}" if progress.totals.in_progress else lost


def _among(run: RunView, progress: Progress, count: int) -> str:
    """The share is said only where everybody is asked for the same."""
    done = progress.people_done
    if not done:
        return "No answer yet" if progress.totals.uncertain else "Nobody looked up yet"
    if run.state is not RunState.FINISHED:
        # Finds are reported before misses, so a share would flatter until the end.
        return f"So far, with {progress.done}"
    if run.enrichment_type is EnrichmentType.FULL:
        return f"Among {people(done)} looked up"
    return f"{share(count, done)} of {people(done)} looked up"


def draw_controls(seat: Seat, run: RunView, progress: Progress) -> None:
    """What can be done with the run as it stands, and nothing else; the most useful is the primary one."""
    workspace, ids = seat.workspace, (seat.organization_id, run.id)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if run.state is RunState.FINISHED:
            label = "Choose who gets a phone" if phones_are_next(seat, run) else "See results"
            _draw_way_to_results(run, primary=not rest_is_next(run, progress.totals), label=label)
            return
        if run.waiting_for == "budget":
            return
        if run.state is RunState.RUNNING:
            st.button(
                "Pause", icon=":material/pause:", key="pause", on_click=workspace.pause, args=ids,
                help="Nothing more is sent until you continue. What was sent is still fetched.",
            )  # fmt: skip
        if run.waiting_for in KEY_FIRST and st.button(
            "Connect your key", type="primary", icon=":material/key:", key="connect_for_run"
        ):
            st.switch_page("connect.py")
        if _may_go_on(run) and st.button(
            "Continue", type="primary", icon=":material/play_arrow:", key="continue"
        ):
            workspace.continue_run(*ids)
            st.rerun()
        if run.waiting_for == OUT_OF_CREDITS:
            draw_way_to_credits(seat, place="run")
        if run.waiting_for == OUT_OF_CREDITS:
            _draw_end(seat, run)
        elif _may_stop(run):
            st.button(
                "Stop", icon=":material/stop:", key="stop", on_click=workspace.stop, args=ids,
                help="Sends nothing more. People who were sent are still fetched and may still be charged.",
            )  # fmt: skip
        _draw_way_to_results(run, primary=False)
    if run.active and progress.still_charged:
        held = "Pause and Stop send nobody else. " if run.state is RunState.RUNNING else ""
        st.caption(f"{held}{progress.still_charged}")


KEY_FIRST = ("no_key", "key_sealed", "key_rejected")
"""What a key connected again ends, and nothing else does."""


def _may_go_on(run: RunView) -> bool:
    """Whether Continue does anything: not before a decision is made, or a key is there."""
    needed_first = ("uncertain", *KEY_FIRST, *NEEDS_EMAIL_KEY)
    return run.state in (RunState.WAITING, RunState.NEEDS_YOU) and run.waiting_for not in needed_first


def _may_stop(run: RunView) -> bool:
    """A run that waits for a decision has sent all it could; a stop would only ask for it again."""
    stoppable = run.state in (RunState.RUNNING, RunState.WAITING, RunState.NEEDS_YOU)
    return stoppable and run.waiting_for != "uncertain"


def _draw_end(seat: Seat, run: RunView, *, primary: bool = False) -> None:
    """The way out of a list that waits for credits or a budget: it is done with what it has."""
    st.button(
        "Finish with what was found",
        type="primary" if primary else "secondary",
        icon=":material/done_all:",
        key="take_found",
        on_click=seat.workspace.stop,
        args=(seat.organization_id, run.id),
        help="Nobody else is sent. They stay in the list, to be looked up another time.",
    )


def _draw_way_to_results(run: RunView, *, primary: bool, label: str = "") -> None:
    label = label or ("See results" if primary else "See results so far")
    kind: Literal["primary", "tertiary"] = "primary" if primary else "tertiary"
    if st.button(label, type=kind, icon=":material/table_view:", key="see_results"):
        st.switch_page("results.py", query_params={"run": run.id})


def draw_budget(seat: Seat, run: RunView, progress: Progress) -> None:
    """Raising the budget of a run that has used up its own; never above what the balance can pay."""
    if run.waiting_for != "budget":
        return
    free = seat.workspace.credits_free(seat.organization_id)
    step = max(1, least_credits(run.enrichment_type))
    least = max(run.budget + 1, progress.committed + step)
    needed = max(least, progress.budget_for_all)
    with st.container(border=True, gap="small"):
        if needed - run.budget > free:
            st.warning(
                f"Everybody who waits can cost up to {credit_count(needed - run.budget)} more, and"
                f" your balance has {credit_count(free)} free. {how_to_get_credits(seat)}.",
                icon=":material/account_balance_wallet:",
            )
            draw_way_to_credits(seat, place="budget")
        budget = st.number_input(
            "New budget in credits",
            min_value=least,
            value=max(least, min(needed, run.budget + free)),
            step=step,
            key=f"new_budget_{run.id}",
            width=320,
        )
        payable = int(budget) - run.budget <= free
        with st.container(horizontal=True, gap="small"):
            if st.button(
                "Raise the budget and go on · at most"
                f" {credit_count(progress.most_from_now_on(int(budget), step))} from now on",
                type="primary" if payable else "secondary",
                icon=":material/play_arrow:",
                disabled=not payable,
                key="raise_budget",
            ):
                seat.workspace.raise_budget(seat.organization_id, run.id, int(budget), by=seat.user_id)
                st.rerun()
            _draw_end(seat, run, primary=not payable)
            _draw_way_to_results(run, primary=False)


def draw_finds_and_log(seat: Seat, run: RunView, progress: Progress) -> None:
    """The newest finds beside the log; side by side where there is room."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.header("Newest finds", anchor=False)
        if progress.newest:
            _draw_finds(progress.newest)
        else:
            st.caption(_why_none_yet(run, progress))
    with right:
        st.header("What happened", anchor=False)
        for event in seat.workspace.events(seat.organization_id, run.id, limit=8):
            with st.container(gap=None, key=f"event_{event.kind}_{event.at}"):
                st.markdown(plain(event.text, limit=300))
                st.caption(when(event.at))


def _draw_finds(found: Sequence[NewFind]) -> None:
    """Who was found, with their company, and what: in lines that wrap, so that nothing is cut."""
    lines = "".join(
        f"<dt>{_beside(find.name, find.company)}</dt><dd>{_beside(find.email, find.phone)}</dd>"
        for find in found
    )
    st.html(f'<dl class="cl-facts cl-finds">{lines}</dl>')


def _beside(*texts: str) -> str:
    return " · ".join(f"<bdi>{html.escape(text[:LONGEST_SHOWN])}</bdi>" for text in texts if text)


def _why_none_yet(run: RunView, progress: Progress) -> str:
    if run.enrichment_type is EnrichmentType.NONE:
        return "Nothing is looked up in this list; names and companies are tidied."
    if run.state is RunState.FINISHED:
        return "Nothing was found."
    so_far = [
        counted(count, word)
        for count, word in ((progress.emails_so_far, "email"), (progress.phones_so_far, "phone"))
        if count
    ]
    if so_far:
        return (
            f"{' and '.join(so_far)} found so far. Names show up here once Cleanlist hands over a finished"
            f" part, which has up to {MAX_BATCH} people."
        )
    return "They show up here as answers come in." if run.active else "Nothing has been found yet."


def draw_announcements(seat: Seat, run: RunView) -> None:
    """Where results are announced and some are still out: what Cleanlist says about its announcements."""
    if seat.workspace.settings.webhook_base_url is None or run.state is RunState.FINISHED:
        return
    with st.expander("Results missing? See how they were announced", icon=":material/campaign:"):
        if not st.button("Ask Cleanlist", icon=":material/refresh:", key="ask_deliveries"):
            return
        attempts = seat.workspace.deliveries(seat.organization_id, run.id)
        if not attempts:
            st.caption(
                "Nothing has been announced yet for the parts still out. They are fetched all the same."
            )
        for part, attempt in attempts:
            said = f"Part {part}, try {attempt.attempt_number or 1}: {attempt.status}"
            code = f", answered {attempt.response_code}" if attempt.response_code else ""
            why = f", {attempt.error_message}" if attempt.error_message else ""
            st.text(f"{said}{code}{why}")
