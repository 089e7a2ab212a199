"""The second decision of a run: phones for the people chosen once the emails are there."""

from __future__ import annotations

import streamlit as st

from cleanlist_core.domain import RunState, counted
from cleanlist_core.pricing import PHONE_CREDITS, Estimate, where_likely_comes_from
from cleanlist_core.results.browsing import Among
from cleanlist_core.results.metrics import run_totals
from cleanlist_core.store.runs import RunView
from pages.parts.balance import draw_way_to_credits, how_to_get_credits
from pages.parts.ordering import known_in_words
from pages.parts.rows import link_to_run
from pages.parts.session import Seat
from pages.parts.ticks import Ticked, clear_ticks
from pages.parts.wording import as_far_as_paid, credit_count, number


def phones_are_next(seat: Seat, run: RunView) -> bool:
    """Whether a person wanted to choose who gets a phone, and has not done so yet."""
    if not run.then_phones or run.sample or run.state is not RunState.FINISHED:
        return False
    return len(seat.workspace.chain(seat.organization_id, run.id)) == 1


def choose_those_with_an_email(run: RunView) -> None:
    """Where phones were planned, the table first shows whom they make sense for."""
    if run.then_phones:
        st.session_state.setdefault(f"chips_{run.id}", ["email_found"])


def draw_phones(seat: Seat, run: RunView, ticked: Ticked, matching: Among, shown: int) -> None:
    """Phones for the ticked rows, or for all shown if that is said, at a price and with an own budget.

    With nobody ticked and nothing said nobody is asked about. matching, shown: whom the table shows, and
    in how many rows. Where phones were looked up for some people already, the others can follow.
    """
    if run.state is not RunState.FINISHED or (run.enrichment_type.wants_phone and not _has_others(seat, run)):
        return
    with st.container(border=True, gap="small", key="second_decision"):
        others = bool(run.first_run_id)
        st.markdown(
            f"**Phones for {'the others' if others else 'some of them'}?**"
            " The people you tick in the table are asked about, or all who are shown if you say so."
            f" Search and filter above{', such as by “Not chosen for a phone”' if others else ''}."
        )
        later = [one for one in seat.workspace.chain(seat.organization_id, run.id)[1:] if one.id != run.id]
        for one in later:
            link_to_run(one, "See the phones looked up so far")
        if any(one.state is not RunState.FINISHED for one in later):
            st.caption("Once that list is done, others can be asked about.")
            return
        chosen = Among(numbers=ticked.numbers) if ticked.numbers else matching
        price = seat.workspace.orders.phones_price(seat.organization_id, run.id, chosen)
        if not price.to_send:
            elsewhere = seat.workspace.orders.phones_in_other_rows(seat.organization_id, run.id, chosen)
            st.caption(_why_nobody(price, "ticked" if ticked.numbers else "shown", elsewhere))
        elif ticked.numbers or _wants_all(run, shown):
            unseen = seat.workspace.orders.phones_unseen(
                seat.organization_id, run.id, price, numbers=ticked.numbers, shown=ticked.shown
            )
            _draw_order(seat, run, price, chosen, unseen=unseen)
        else:
            st.button(
                "Phones for the people you choose", icon=":material/call:", disabled=True, key="start_phones"
            )
            st.caption("Nobody is chosen yet. Tick people in the table, or choose all who are shown.")


def _wants_all(run: RunView, shown: int) -> bool:
    """Said for what is shown now: other rows on the screen are a new question."""
    _, number = st.session_state[f"asked_{run.id}"]
    label = f"All {shown:,} shown" if shown > 1 else "The one shown"
    return st.checkbox(label, key=f"phones_for_all_{run.id}_{number}")


def _has_others(seat: Seat, run: RunView) -> bool:
    """Whether this is the decision about phones, and somebody was not chosen in it."""
    return bool(run.first_run_id) and run_totals(seat.workspace.database, run.id).not_chosen > 0


def _why_nobody(price: Estimate, how: str, elsewhere: int) -> str:
    """elsewhere: rows without a phone of their own, which another row of the person has."""
    if not price.already_known:
        return f"Nobody {how} can be looked up for a phone."
    who = f"The person {how}" if price.already_known == 1 else f"Everybody {how}"
    rows = f"; that of {counted(elsewhere, 'row')} stands in another row of your file" if elsewhere else ""
    return f"{who} has a phone, or was looked up for one already{rows}."


def _draw_order(seat: Seat, run: RunView, price: Estimate, chosen: Among, *, unseen: int) -> None:
    """unseen: how many of those to be asked about are not on the screen."""
    free = seat.workspace.credits_free(seat.organization_id)
    fits = min(price.at_most, free // PHONE_CREDITS * PHONE_CREDITS)
    if fits < PHONE_CREDITS:
        st.warning(
            f"A phone can cost {credit_count(PHONE_CREDITS)}, and your balance has {credit_count(free)} free."
            f" {how_to_get_credits(seat)}.",
            icon=":material/account_balance_wallet:",
        )
        draw_way_to_credits(seat, place="phones")
        return
    budget = int(
        st.number_input(
            "Budget for the phones in credits",
            min_value=PHONE_CREDITS,
            max_value=fits,
            value=fits,
            step=PHONE_CREDITS,
            key=f"phone_budget_{run.id}_{price.to_send}_{fits}",
            width=320,
        )
    )
    budget = price.most_of(budget)
    how = "ticked" if chosen.numbers else "shown"
    who = _who(price.to_send, how) + _not_on_the_screen(price.to_send, unseen)
    if budget < price.at_most:
        who = as_far_as_paid(who, price.to_send, budget)
    if st.button(
        f"Phones for {who} · at most {credit_count(budget)}",
        icon=":material/call:",
        key="start_phones",
    ):
        run_id = seat.workspace.orders.start_phones(
            seat.organization_id, run.id, chosen, budget=budget, estimate=price, by=seat.user_id
        )
        clear_ticks(run.id)
        st.switch_page("progress.py", query_params={"run": run_id})
    if price.already_known:
        st.caption(f"Of those {how}, {known_in_words(price)}: nothing to pay.")
    st.caption(
        f"Likely about {credit_count(price.likely)}, by {price.basis}. No phone found, nothing charged.",
        help=where_likely_comes_from(),
    )


def _not_on_the_screen(count: int, unseen: int) -> str:
    if not unseen:
        return ""
    if unseen == count:
        return ", not on the screen" if count == 1 else ", all not on the screen"
    return f", {number(unseen)} of them not on the screen"


def _who(count: int, how: str) -> str:
    if how == "ticked":
        return "the person ticked" if count == 1 else f"the {count:,} ticked"
    return "this person" if count == 1 else f"these {count:,}"
