"""The second decision of a run: phones for the people chosen once the emails are there."""

from __future__ import annotations

import streamlit as st

from cleanlist_core.domain import RunState
from cleanlist_core.pricing import PHONE_CREDITS, Estimate
from cleanlist_core.store.runs import RunView
from pages.parts.rows import link_to_run
from pages.parts.session import Seat
from pages.parts.wording import credit_count, people


def phones_are_next(seat: Seat, run: RunView) -> bool:
    """Whether a person wanted to choose who gets a phone, and has not done so yet."""
    if not run.then_phones or run.sample or run.state is not RunState.FINISHED:
        return False
    return len(seat.workspace.chain(seat.organization_id, run.id)) == 1


def choose_those_with_an_email(run: RunView) -> None:
    """Where phones were planned, the table first shows whom they make sense for."""
    if run.then_phones:
        st.session_state.setdefault(f"chips_{run.id}", ["email_found"])


def draw_phones(seat: Seat, run: RunView) -> None:
    """Phones for whoever the table shows, at a price and with a budget of their own."""
    if run.enrichment_type.wants_phone or run.state is not RunState.FINISHED:
        return
    with st.container(border=True, gap="small", key="second_decision"):
        st.markdown(
            "**Phones for some of them?** Search and filter above: the people shown are the ones asked about."
        )
        for later in seat.workspace.chain(seat.organization_id, run.id)[1:]:
            link_to_run(later, "See the phones looked up so far")
        shown = _shown(run)
        price = seat.workspace.phones_price(seat.organization_id, run.id, chips=shown[0], search=shown[1])
        if not price.to_send:
            st.caption("Everybody shown has a phone, or was looked up for one already.")
            return
        _draw_order(seat, run, price, *shown)


def _shown(run: RunView) -> tuple[tuple[str, ...], str]:
    """The filters and the search of the table."""
    chips = tuple(st.session_state.get(f"chips_{run.id}") or ())
    return chips, str(st.session_state.get(f"search_{run.id}") or "")


def _draw_order(seat: Seat, run: RunView, price: Estimate, chips: tuple[str, ...], search: str) -> None:
    free = seat.workspace.credits_free(seat.organization_id)
    fits = min(price.at_most, free // PHONE_CREDITS * PHONE_CREDITS)
    if fits < PHONE_CREDITS:
        st.warning(
            f"A phone can cost {credit_count(PHONE_CREDITS)}, and your balance has {credit_count(free)} free."
            " Top up in the Cleanlist portal, then come back.",
            icon=":material/account_balance_wallet:",
        )
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
    who = "this person" if price.to_send == 1 else f"these {price.to_send:,}"
    upto = "up to " if budget < price.at_most else ""
    count = min(price.to_send, budget // PHONE_CREDITS)
    who = who if not upto else f"up to {count:,} of {who}"
    if st.button(
        f"Phones for {who} · at most {credit_count(budget)}",
        icon=":material/call:",
        key="start_phones",
    ):
        run_id = seat.workspace.start_phones(
            seat.organization_id, run.id, budget=budget, estimate=price, chips=chips, search=search
        )
        st.switch_page("progress.py", query_params={"run": run_id})
    if price.already_known:
        st.caption(
            f"{people(price.already_known)} shown have a phone or an answer already: they cost nothing."
        )
    st.caption(f"Likely about {credit_count(price.likely)}. No phone found, nothing charged.")
