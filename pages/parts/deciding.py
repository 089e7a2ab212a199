"""Lost answers: what is known of them, and the choices in two steps, with the worst each can cost."""

from __future__ import annotations

import streamlit as st

from cleanlist_core.runs.lost_answers import Choice, Decision
from cleanlist_core.store.runs import RunView
from pages.parts.clock import when
from pages.parts.session import Seat
from pages.parts.wording import credit_count, people, plain

_ASKED = "decision_asked"
NOTICED = {
    "UnreachableError": "the connection broke before Cleanlist answered.",
    "UnreadableError": "Cleanlist’s answer could not be read.",
    "ServerFailedError": "Cleanlist’s server failed while it answered.",
}
"""Kinds of errors on record, in words."""


def draw_uncertain(seat: Seat, run: RunView) -> None:
    """A card for each request whose answer was lost."""
    decisions = seat.workspace.uncertain(seat.organization_id, run.id)
    if not decisions:
        return
    st.header("Needs your decision", anchor=False)
    for decision in decisions:
        with st.container(border=True, gap="small", key=f"lost_{decision.batch.batch_id}"):
            _draw_what_is_known(decision)
            _draw_choices(seat, run, decision)


def _draw_what_is_known(decision: Decision) -> None:
    lost = decision.batch
    st.markdown(
        f":material/help: **{people(lost.people)} {'was' if lost.people == 1 else 'were'} sent"
        f" {when(lost.sent_at)}, and the answer was lost.**"
        " Cleanlist may or may not have taken them on, so they are not sent again by themselves."
    )
    st.markdown(plain(decision.balance_hint, limit=500))
    if lost.last_error:
        noticed = NOTICED.get(lost.last_error.split()[0], lost.last_error)
        st.caption(f"What was noticed: {plain(noticed, limit=300)}")


def _draw_choices(seat: Seat, run: RunView, decision: Decision) -> None:
    lost = decision.batch
    asked = st.session_state.get(_ASKED)
    if asked == (lost.batch_id, "send_again"):
        _confirm(
            seat, run, decision, "send_again",
            f"If Cleanlist did take them on, up to {credit_count(lost.at_most)} will be charged"
            " a second time.",
            f"Send {people(lost.people)} again · at most {credit_count(lost.at_most)}",
        )  # fmt: skip
    elif asked == (lost.batch_id, "leave_out"):
        _confirm(
            seat, run, decision, "leave_out",
            "They are not looked up. If Cleanlist did take them on, it may still charge"
            f" up to {credit_count(lost.at_most)} once.",
            f"Leave {people(lost.people)} out",
        )  # fmt: skip
    elif asked == (lost.batch_id, "enter_id"):
        _draw_reference(seat, run, decision)
    else:
        _draw_first_step(decision)


def _draw_first_step(decision: Decision) -> None:
    batch_id = decision.batch.batch_id
    choices = [
        ("send_again", "Send again", ":material/send:", not decision.may_send_again),
        ("leave_out", "Leave out", ":material/person_remove:", False),
    ]
    if not decision.batch.by_email:
        choices.append(("enter_id", "Enter a reference from support", ":material/tag:", False))
    with st.container(horizontal=True, gap="small"):
        for choice, label, icon, blocked in choices:
            st.button(
                f"{label}…", icon=icon, disabled=blocked, key=f"{choice}_{batch_id}", on_click=_ask,
                args=(batch_id, choice),
            )  # fmt: skip
    if not decision.may_send_again:
        st.caption(
            "Waiting costs nothing: the answer may still come."
            f" Sending again opens {when(decision.resend_at)}."
        )


def _ask(batch_id: str, choice: str) -> None:
    st.session_state[_ASKED] = (batch_id, choice)


def _forget() -> None:
    st.session_state.pop(_ASKED, None)


def _confirm(seat: Seat, run: RunView, decision: Decision, choice: Choice, warning: str, label: str) -> None:
    st.warning(warning, icon=":material/warning:")
    with st.container(horizontal=True, gap="small"):
        if st.button(label, type="primary", key=f"confirm_{choice}_{decision.batch.batch_id}"):
            _resolve(seat, run, decision, choice)
        st.button("Wait instead", key=f"wait_{decision.batch.batch_id}", on_click=_forget)


def _draw_reference(seat: Seat, run: RunView, decision: Decision) -> None:
    with st.form(f"reference_{decision.batch.batch_id}", border=False):
        reference = st.text_input(
            "Reference from Cleanlist’s support",
            max_chars=200,
            help="Support can tell which look-ups arrived. Nothing is sent again; results are only fetched.",
        )
        with st.container(horizontal=True, gap="small"):
            fetch = st.form_submit_button("Fetch the results · free", type="primary")
            st.form_submit_button("Wait instead", on_click=_forget)
    if fetch and reference.strip():
        _resolve(seat, run, decision, "enter_id", reference)


def _resolve(seat: Seat, run: RunView, decision: Decision, choice: Choice, reference: str = "") -> None:
    _forget()
    seat.workspace.resolve(seat.organization_id, run.id, decision.batch.batch_id, choice, reference)
    st.rerun()
