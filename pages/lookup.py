"""Look up one person: who it is, what to find, and the price on the button."""

from __future__ import annotations

import streamlit as st

from cleanlist_core.domain import Contact, EnrichmentType, Outcome, RunState
from cleanlist_core.pricing import EMAIL_CREDITS, PHONE_CREDITS, price_at_most
from cleanlist_core.store.runs import NEEDS_EMAIL_KEY, RunView
from pages.parts import deciding, email_key, frame, live
from pages.parts.person import draw_facts_of
from pages.parts.session import Seat
from pages.parts.wording import credit_count, plain

CHOICES = (EnrichmentType.PARTIAL, EnrichmentType.PHONE_ONLY, EnrichmentType.FULL)
LOOK_AGAIN = "1s"
ASKED_AGAIN = (Outcome.KNOWN, Outcome.NOTHING, Outcome.FAILED)
"""Outcomes after which asking anew may bring more than is on the screen."""


PROFILE_OR_NAME, EMAIL = "Profile or name", "Email"


def draw_form(seat: Seat) -> None:
    ways = (PROFILE_OR_NAME, EMAIL)
    if st.segmented_control("Look up by", ways, default=ways[0], key="who_by", required=True) == EMAIL:
        draw_email_form(seat)
    else:
        draw_contact_form(seat)


def draw_email_form(seat: Seat) -> None:
    with st.container(border=True, gap="small"):
        email = st.text_input("Email", key="who_email", placeholder="ada@example.com")
        st.caption("Brings who is behind the email: name, profile and company, and a phone if there is one.")
    if not seat.workspace.keys.has(seat.organization_id, "email"):
        email_key.draw_form(seat)
        return
    email_key.draw_doubt()
    wanted = EnrichmentType.FULL
    if st.button(
        f"Look up · at most {credit_count(price_at_most(wanted))}",
        type="primary",
        icon=":material/person_search:",
        key="look_up_email",
    ):
        start(seat, seat.workspace.add_email(seat.organization_id, email), wanted)
    st.caption(
        f":material/verified: {credit_count(EMAIL_CREDITS)} for a confirmed email,"
        f" {credit_count(PHONE_CREDITS)} for a phone. Nothing found, nothing charged."
        " Somebody found before costs nothing."
    )
    email_key.draw_removal(seat)


def draw_contact_form(seat: Seat) -> None:
    with st.container(border=True, gap="small"):
        linkedin_url = st.text_input(
            "LinkedIn profile", key="who_profile", placeholder="https://www.linkedin.com/in/…"
        )
        st.caption("The profile finds most people. Without one, give both names and the company.")
        first, last = st.columns(2)
        website, company = st.columns(2)
        contact = Contact(
            linkedin_url=linkedin_url,
            first_name=first.text_input("First name", key="who_first"),
            last_name=last.text_input("Last name", key="who_last"),
            company_domain=website.text_input(
                "Company website", key="who_website", placeholder="example.com"
            ),
            company_name=company.text_input("Company name", key="who_company"),
        )
    wanted = st.segmented_control(
        "What should be found?",
        CHOICES,
        default=EnrichmentType.PARTIAL,
        format_func=lambda choice: choice.label,
        key="who_wanted",
        required=True,
    )
    price = credit_count(price_at_most(wanted))
    if st.button(
        f"Look up · at most {price}", type="primary", icon=":material/person_search:", key="look_up"
    ):
        start(seat, seat.workspace.add_person(seat.organization_id, contact), wanted)
    st.caption(":material/verified: Nothing found, nothing charged. Somebody found before costs nothing.")


def start(seat: Seat, list_id: str, wanted: EnrichmentType, *, fresh: bool = False) -> None:
    estimate = seat.workspace.orders.estimates(seat.organization_id, list_id, fresh=fresh)[wanted]
    run_id = seat.workspace.orders.start_run(
        seat.organization_id,
        list_id,
        wanted,
        budget=estimate.at_most,
        estimate=estimate,
        fresh=fresh,
        by=seat.user_id,
    )
    st.switch_page("lookup.py", query_params={"run": run_id})


def draw_answer(seat: Seat, run_id: str) -> None:
    run = seat.workspace.open_run(seat.organization_id, run_id)
    st.header(plain(run.list_name), anchor=False)
    if run.active:
        st.fragment(run_every=LOOK_AGAIN)(frame.guarded(draw_waiting))(seat, run)
    else:
        if run.state is not RunState.FINISHED:
            progress = seat.workspace.progress(seat.organization_id, run.id)
            live.draw_standing(seat, run, progress)
            live.draw_controls(seat, run, progress)
            live.draw_budget(seat, run, progress)
            deciding.draw_uncertain(seat, run)
            if run.waiting_for in NEEDS_EMAIL_KEY:
                email_key.draw_form(seat)
        card = draw_facts_of(seat, run, row_number=1)
        if card.outcome in ASKED_AGAIN:
            draw_again(seat, run)
    if st.button("Look up somebody else", type="primary", icon=":material/person_add:", key="next_person"):
        st.switch_page("lookup.py")


def draw_again(seat: Seat, run: RunView) -> None:
    """Asking once more is a decision with a price, whether something is known, was not found or failed."""
    estimate = seat.workspace.orders.estimates(seat.organization_id, run.list_id, fresh=True)[
        run.enrichment_type
    ]
    label = f"Look again · at most {credit_count(estimate.at_most)}"
    if st.button(label, icon=":material/refresh:", key="look_up_again"):
        start(seat, run.list_id, run.enrichment_type, fresh=True)


def draw_waiting(seat: Seat, run: RunView) -> None:
    if not seat.workspace.open_run(seat.organization_id, run.id).active:
        st.rerun()
    st.markdown("Asking the providers one after another. This takes up to a minute; you may leave this page.")
    st.skeleton(height=160)


seat = frame.required_seat()
frame.draw_heading(
    "Look up one person", "At the same prices as in a list; nobody found before is paid for again unasked."
)
if run_id := st.query_params.get("run", ""):
    draw_answer(seat, run_id)
else:
    draw_form(seat)
