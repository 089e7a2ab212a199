"""Looking again for whom a run got no answer, at a price of its own."""

from __future__ import annotations

import streamlit as st

from cleanlist_core.domain import RunState
from cleanlist_core.pricing import Estimate
from cleanlist_core.store.runs import RunView
from pages.parts.balance import draw_way_to_credits, how_to_get_credits
from pages.parts.session import Seat
from pages.parts.wording import credit_count, people


def draw_without_answer(seat: Seat, run: RunView) -> None:
    """Who got no answer, in this step or one before, with the button that looks again."""
    for step, price in _steps_without_answer(seat, run):
        with st.container(border=True, gap="small", key=f"without_answer_{step.id}"):
            where = "" if step.id == run.id else " in an earlier step"
            st.markdown(f"**The look-up of {people(price.to_send)} failed{where}.**")
            st.caption(
                f"{_what_the_first_one_cost(seat, step)} Everybody else is filled in from what was found"
                " before, for nothing."
            )
            _draw_button(seat, step, price)


def _what_the_first_one_cost(seat: Seat, step: RunView) -> str:
    if seat.workspace.progress(seat.organization_id, step.id).totals.credits_doubtful:
        return (
            "Why stands with each of them; where an answer was lost, the first look-up may still be charged."
        )
    return "Why stands with each of them. Nothing was charged for them."


def draw_person_again(seat: Seat, run: RunView, row_number: int) -> None:
    """The same for one person, by the row that stands for them."""
    for step, price in _steps_without_answer(seat, run, (row_number,)):
        _draw_button(seat, step, price, row_number)


def _steps_without_answer(
    seat: Seat, run: RunView, numbers: tuple[int, ...] = ()
) -> list[tuple[RunView, Estimate]]:
    """The runs that lead to this one, each with the price of looking again."""
    if run.state is not RunState.FINISHED:
        return []
    found = []
    for step in seat.workspace.chain(seat.organization_id, run.id):
        if (
            price := seat.workspace.orders.without_answer(seat.organization_id, step.id, numbers)
        ) is not None:
            found.append((step, price))
        if step.id == run.id:
            break
    return found


def _draw_button(seat: Seat, step: RunView, price: Estimate, row_number: int = 0) -> None:
    budget = price.most_of(seat.workspace.credits_free(seat.organization_id))
    if not budget and price.at_most:
        st.warning(
            f"That can cost up to {credit_count(price.at_most)}, more than your balance has free."
            f" {how_to_get_credits(seat)}.",
            icon=":material/account_balance_wallet:",
        )
        draw_way_to_credits(seat, place=f"again_{step.id}_{row_number}")
    if st.button(
        label_of_again(price, budget, one=bool(row_number)),
        icon=":material/refresh:",
        disabled=bool(price.at_most) and not budget,
        key=f"look_again_{step.id}_{row_number}",
    ):
        run_id = seat.workspace.orders.look_again(
            seat.organization_id,
            step.id,
            budget=budget,
            estimate=price,
            numbers=(row_number,) if row_number else (),
            by=seat.user_id,
        )
        st.switch_page("progress.py", query_params={"run": run_id})


def label_of_again(price: Estimate, budget: int, *, one: bool) -> str:
    """What the button does and the most it can cost."""
    cost = f"at most {credit_count(budget)}" if price.at_most else "free"
    if one:
        return f"Look this person up again · {cost}"
    who = f"the {price.to_send:,} without an answer" if price.to_send > 1 else "the one without an answer"
    if budget < price.at_most:
        who = f"as many of {who} as the balance pays"
    return f"Look again for {who} · {cost}"
