"""Going on with everybody a finished run has not asked about: beside a test, or not reached before a stop."""

from __future__ import annotations

import streamlit as st

from cleanlist_core.domain import RunState
from cleanlist_core.pricing import Estimate
from cleanlist_core.results.likely_range import AfterATest, LikelyRange, after_a_test
from cleanlist_core.results.metrics import RunTotals
from cleanlist_core.store.runs import RunView
from pages.parts.balance import draw_way_to_credits, how_to_get_credits
from pages.parts.ordering import known_in_words
from pages.parts.session import Seat
from pages.parts.wording import credit_count, number, people


def rest_is_next(run: RunView, totals: RunTotals) -> bool:
    """Whether a test has ended that was made to decide about the others."""
    return run.sample and run.state is RunState.FINISHED and totals.not_sent > 0


def draw_rest(seat: Seat, run: RunView) -> None:
    """Who is left, and the one button that looks them up, with the most it can cost; nothing when none is."""
    # What is drawn above says that it goes on, though it may have ended since.
    rest = (
        None
        if run.state is not RunState.FINISHED
        else seat.workspace.orders.rest(seat.organization_id, run.id)
    )
    if rest is None:
        return
    free = seat.workspace.credits_free(seat.organization_id)
    with st.container(border=True, gap="small", key="the_rest"):
        st.markdown(f"**{_who_is_left(run, rest)}**")
        if run.sample and (told := after_a_test(seat.workspace.database, run.id, rest)) is not None:
            st.markdown(likely_text(told, rest))
            st.caption("A small test leaves a wide range; it holds in 9 of 10 such tests.")
        if rest.at_most > free:
            st.warning(
                f"They can cost up to {credit_count(rest.at_most)}, and your balance has {credit_count(free)}"
                f" free. {how_to_get_credits(seat)}.",
                icon=":material/account_balance_wallet:",
            )
            draw_way_to_credits(seat, place="rest")
        budget = _draw_budget(seat, run, rest, free)
        if st.button(
            label_of_rest(rest, budget),
            type="primary" if run.sample else "secondary",
            icon=":material/search:",
            disabled=bool(rest.at_most) and not budget,
            key="find_rest",
        ):
            seat.workspace.orders.find_rest(
                seat.organization_id, run.id, budget=budget, estimate=rest, by=seat.user_id
            )
            st.switch_page("progress.py", query_params={"run": run.id})


def _draw_budget(seat: Seat, run: RunView, rest: Estimate, free: int) -> int:
    """The most the others may spend, on top of what the run may have spent; within the balance."""
    fits = rest.most_of(free)
    if not fits:
        return 0
    budget = st.number_input(
        "Budget for the others in credits",
        min_value=rest.cheapest,
        max_value=fits,
        value=fits,
        step=rest.step,
        key=f"rest_budget_{run.id}_{rest.at_most}_{fits}",
        width=320,
    )
    budget = rest.most_of(int(budget))
    used = seat.workspace.progress(seat.organization_id, run.id).committed
    st.caption(
        f"Your budget{' for the test' if run.sample else ''} was {number(run.budget)},"
        f" {number(used)} of it used; this adds at most {credit_count(budget)},"
        f" which makes {number(used + budget)} for the list."
    )
    return budget


def _who_is_left(run: RunView, rest: Estimate) -> str:
    left = people(rest.to_send + rest.already_known)
    was = "was" if rest.to_send + rest.already_known == 1 else "were"
    if run.sample:
        return f"This was a test: {left} of the list {was} not sent."
    return f"{left} of the list {was} not sent."


def likely_text(told: AfterATest, rest: Estimate) -> str:
    """What a test lets expect of the others."""
    parts = [
        f"{_range(one)} {name}" for one, name in ((told.emails, "emails"), (told.phones, "phones")) if one
    ]
    return (
        f"Of the other {rest.to_send:,}, probably {' and '.join(parts)}, for {_range(told.credits)} credits."
    )


def _range(one: LikelyRange) -> str:
    return f"{one.least:,} to {one.most:,}" if one.least < one.most else f"{one.least:,}"


def label_of_rest(rest: Estimate, budget: int) -> str:
    """What the button does and the most it can cost."""
    if not rest.to_send:
        return f"Take over the others: {known_in_words(rest)} · free"
    if not rest.at_most:
        return f"Tidy up the other {rest.to_send:,} · free"
    if budget < rest.at_most:
        who = f"as many of the other {rest.to_send:,} as that pays"
        return f"Look up {who} · at most {credit_count(budget)}"
    return f"Look up the other {rest.to_send:,} · at most {credit_count(budget)}"
