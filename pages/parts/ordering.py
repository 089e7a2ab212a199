"""What to look for and what it may cost: the price cards, the budget and the one button that spends."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from cleanlist_core.domain import EnrichmentType, counted
from cleanlist_core.pricing import (
    PHONE_CREDITS,
    Estimate,
    price_at_most,
    where_likely_comes_from,
)
from cleanlist_core.store.list_changes import list_revision
from cleanlist_core.store.lists import StoredList
from cleanlist_core.what_is_paid import what_is_paid
from pages.parts import frame
from pages.parts.balance import draw_way_to_credits, how_to_get_credits, warn_before_spending
from pages.parts.fixing_rows import WHY_AND_WAYS
from pages.parts.session import Seat
from pages.parts.wording import as_far_as_paid, credit_count, number, people

SAMPLE_SIZE = 10
WHAT_IT_DOES = {
    EnrichmentType.PARTIAL: "Verified work emails. 1 credit per email found.",
    EnrichmentType.PHONE_ONLY: "Direct phone numbers. 10 credits per phone found.",
    EnrichmentType.FULL: "Both, each paid only when found. Up to 11 credits per person.",
    EnrichmentType.NONE: "Names split, names, companies and websites in plain form, in columns of their own"
    " beside yours. Nothing is looked up.",
}
ICONS = {
    EnrichmentType.PARTIAL: ":material/mail:",
    EnrichmentType.PHONE_ONLY: ":material/call:",
    EnrichmentType.FULL: ":material/contact_phone:",
    EnrichmentType.NONE: ":material/cleaning_services:",
}
CARDS = tuple(WHAT_IT_DOES)
_ESTIMATES = "estimates"


def chosen_type() -> EnrichmentType:
    """What the person has chosen to look for; kept in the address."""
    asked = st.query_params.get("find", "")
    return EnrichmentType(asked) if asked in set(EnrichmentType) else EnrichmentType.PARTIAL


def estimates_of(seat: Seat, listed: StoredList, *, fresh: bool) -> dict[EnrichmentType, Estimate]:
    """The price of each choice, counted anew when the list or any run has changed: it takes a moment."""
    changes = tuple((run.id, run.revision) for run in seat.workspace.runs(seat.organization_id))
    key = (listed.id, list_revision(seat.workspace.database, listed.id), fresh, changes)
    known_key, known = st.session_state.get(_ESTIMATES, (None, {}))
    if known_key != key:
        known = seat.workspace.orders.estimates(seat.organization_id, listed.id, fresh=fresh)
        st.session_state[_ESTIMATES] = (key, known)
    estimates: dict[EnrichmentType, Estimate] = known
    return estimates


def draw_cards(estimates: dict[EnrichmentType, Estimate], balance: Decimal | None) -> EnrichmentType:
    """One card per choice, side by side. Returns the chosen one."""
    chosen = chosen_type()
    for column, wanted in zip(st.columns(len(CARDS), gap="small"), CARDS, strict=True):
        with column:
            _draw_card(estimates[wanted], balance, chosen=wanted is chosen)
    return chosen


def _draw_card(estimate: Estimate, balance: Decimal | None, *, chosen: bool) -> None:
    wanted = estimate.wanted
    key = f"{'chosen' if chosen else 'other'}_card_{wanted.value}"
    with st.container(border=True, height="stretch", gap="small", key=key):
        with st.container(height="stretch", gap="xsmall"):
            st.markdown(f"{ICONS[wanted]} **{wanted.label}**")
            st.metric("At most" if estimate.at_most else "Price", _at_most(estimate))
            st.caption(WHAT_IT_DOES[wanted])
            st.caption(_likely(estimate), help=where_likely_comes_from() if estimate.at_most else None)
            st.caption(balance_after(estimate, balance))
        st.button(
            "Chosen" if chosen else "Choose",
            key=f"choose_{wanted.value}",
            icon=":material/check_circle:" if chosen else ":material/radio_button_unchecked:",
            disabled=chosen,
            width="stretch",
            on_click=choose_type,
            args=(wanted,),
        )


def _at_most(estimate: Estimate) -> str:
    if estimate.at_most:
        return credit_count(estimate.at_most)
    return "Free" if estimate.to_send or estimate.already_known else "Nothing to look up"


def choose_type(wanted: EnrichmentType) -> None:
    st.query_params["find"] = wanted.value


def _likely(estimate: Estimate) -> str:
    if not estimate.at_most and estimate.already_known and not estimate.to_send:
        return f"{known_in_words(estimate)}; nothing to pay"
    if not estimate.at_most:
        return f"{people(estimate.to_send)}, no credits"
    finds = [counted(estimate.likely_emails, "email")] if estimate.wanted.wants_email else []
    finds += [counted(estimate.likely_phones, "phone")] if estimate.wanted.wants_phone else []
    return f"Likely about {credit_count(estimate.likely)} for {' and '.join(finds)}, by {estimate.basis}"


def known_in_words(estimate: Estimate) -> str:
    """Whom nobody has to be asked about: who was found before, who is in the file with it, who was missed."""
    found, missed = estimate.found_before, estimate.known_misses
    said = [f"{people(found)} found before"] if found else []
    said += [f"{people(estimate.in_file)} with {_what(estimate)} in your file"] if estimate.in_file else []
    said += [f"{people(missed)} looked up before without a find"] if missed else []
    return ", ".join(said)


def _what(estimate: Estimate) -> str:
    """What is in the file of those who need nothing more."""
    one = estimate.in_file == 1
    return {
        EnrichmentType.PARTIAL: "an email" if one else "emails",
        EnrichmentType.PHONE_ONLY: "a phone" if one else "phones",
    }.get(estimate.wanted, "email and phone")


def balance_after(estimate: Estimate, balance: Decimal | None) -> str:
    """What a balance has left at worst, or that it is too small."""
    if balance is None or not estimate.at_most:
        return "Balance unchanged" if not estimate.at_most else "Balance not read yet"
    if estimate.at_most > balance:
        return f"More than your balance of {number(balance)}"
    return f"Balance after: at least {number(balance - estimate.at_most)}"


def draw_order(seat: Seat, listed: StoredList, estimate: Estimate, *, fresh: bool, recipe: str = "") -> None:
    """The budget, the button that spends with the most it can cost, and a cheap first try.

    recipe: what the list is for, a key of RECIPES, if a person said so.
    """
    balance = seat.account.balance
    budget = _draw_budget(listed, estimate)
    most = estimate.most_of(budget)
    short = balance is not None and most > balance
    if short and balance is not None:
        _offer_what_fits(seat, listed, estimate, most, balance)
    warn_before_spending(seat, most)
    then_phones = estimate.wanted is EnrichmentType.PARTIAL and st.checkbox(
        "Emails now, then I choose who gets a phone",
        key=f"then_phones_{listed.id}",
        help="Nothing is spent on phones before you have seen the emails and said for whom.",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            _button_label(estimate, most),
            type="primary",
            icon=":material/search:" if estimate.at_most else ":material/check:",
            disabled=short or not (estimate.to_send or estimate.already_known),
            key="start_run",
        ):
            _start(
                seat,
                listed,
                estimate,
                budget=most,
                fresh=fresh,
                sample=False,
                then_phones=then_phones,
                recipe=recipe,
            )
        if estimate.to_send > SAMPLE_SIZE and estimate.at_most:
            price = estimate.most_of(min(budget, _price_of_a_test(estimate)))
            partly = "up to " if price < _price_of_a_test(estimate) else ""
            if st.button(
                f"Test on {partly}{SAMPLE_SIZE} people · at most {credit_count(price)}",
                icon=":material/science:",
                disabled=not price or (balance is not None and price > balance),
                key="start_sample",
            ):
                _start(
                    seat,
                    listed,
                    estimate,
                    budget=price,
                    fresh=fresh,
                    sample=True,
                    then_phones=then_phones,
                    recipe=recipe,
                )
    _draw_small_print(seat, estimate, fresh=fresh)


def _price_of_a_test(estimate: Estimate) -> int:
    return min(SAMPLE_SIZE * price_at_most(estimate.wanted), estimate.at_most)


def _draw_budget(listed: StoredList, estimate: Estimate) -> int:
    """The most this list may spend; the full price unless the person says less."""
    if not estimate.at_most:
        return 0
    key = _budget_key(listed, estimate)
    st.session_state.setdefault(key, estimate.at_most)
    budget: int = st.number_input(
        "Budget: spend at most this many credits",
        min_value=estimate.cheapest,
        max_value=estimate.at_most,
        step=max(1, price_at_most(estimate.wanted)),
        key=key,
        width=320,
        help="Looking up stops before this is passed. People left over are not lost: continue at any time.",
    )
    if (most := estimate.most_of(budget)) < budget:
        phones = counted(most // PHONE_CREDITS, "phone")
        st.caption(
            f"A phone costs {credit_count(PHONE_CREDITS)}: of {credit_count(budget)}, at most {number(most)}"
            f" can be spent, for {phones}."
        )
    return budget


def _budget_key(listed: StoredList, estimate: Estimate) -> str:
    return f"budget_{listed.id}_{estimate.wanted.value}_{estimate.at_most}"


def draw_nobody_to_look_up(listed: StoredList) -> None:
    """What to do with a list nobody of whom can be looked up."""
    ways = ["correct the columns above", "take another file"]
    if listed.facts.left_out:
        ways.insert(0, "undo what you left out above")
    if listed.facts.to_fix:
        ways.insert(0, f"open “{WHY_AND_WAYS}” above")
    st.warning(
        f"Nobody in this list can be looked up yet. Nothing was sent and nothing spent. What helps:"
        f" {', '.join(ways[:-1])}, or {ways[-1]}.",
        icon=":material/info:",
    )
    if st.button("Take another file", type="primary", icon=":material/upload_file:", key="another_file"):
        st.switch_page("new.py")


def _offer_what_fits(seat: Seat, listed: StoredList, estimate: Estimate, most: int, balance: Decimal) -> None:
    """What to do when the balance does not pay for all of it."""
    price = price_at_most(estimate.wanted)
    fits = int(balance) // price * price
    st.warning(
        f"This can cost up to {credit_count(most)} and your balance is {credit_count(balance)}."
        f" {how_to_get_credits(seat)}{', or start with a smaller budget' if fits else ''}."
        f"{'' if seat.practice else ' Your list stays here.'}",
        icon=":material/account_balance_wallet:",
    )
    with st.container(horizontal=True, gap="small"):
        if fits:
            key = _budget_key(listed, estimate)
            st.button(
                f"Set the budget to {credit_count(fits)}",
                icon=":material/tune:",
                key="fit_budget",
                on_click=lambda: st.session_state.update({key: fits}),
            )
        draw_way_to_credits(seat, place="order")
        if not seat.practice and st.button(
            "Read the balance again", icon=":material/refresh:", key="read_balance"
        ):
            with frame.mishaps_in_plain_words():
                seat.workspace.refresh_balance(seat.organization_id)
                st.rerun()


def _button_label(estimate: Estimate, most: int) -> str:
    """What the button does and the most it can cost."""
    count = estimate.to_send
    if not count and estimate.already_known:
        return f"Take over {known_in_words(estimate)} · free"
    if not estimate.at_most:
        return f"Tidy up {people(count)} · free"
    who = people(count)
    if most < estimate.at_most:
        who = as_far_as_paid(who, count, most) if estimate.wanted.wants_phone else f"up to {who}"
    return f"Look for {estimate.wanted.label.lower()} of {who} · at most {credit_count(most)}"


def _draw_small_print(seat: Seat, estimate: Estimate, *, fresh: bool) -> None:
    if estimate.already_known:
        st.caption(f":material/savings: {known_in_words(estimate)}: not asked again, nothing to pay.")
    if estimate.at_most:
        said = what_is_paid(fresh=fresh, reuse_days=seat.workspace.settings.reuse_days)
        st.caption(f":material/verified: {said}")


def _start(
    seat: Seat,
    listed: StoredList,
    estimate: Estimate,
    *,
    budget: int,
    fresh: bool,
    sample: bool,
    then_phones: bool,
    recipe: str,
) -> None:
    run_id = seat.workspace.orders.start_run(
        seat.organization_id,
        listed.id,
        estimate.wanted,
        budget=budget,
        estimate=estimate,
        fresh=fresh,
        sample=sample,
        by=seat.user_id,
        then_phones=then_phones,
        recipe=recipe,
    )
    st.switch_page("progress.py", query_params={"run": run_id})
