"""A run in one sentence, in numbers that add up, and in four charts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from cleanlist_core.domain import EnrichmentType, KeyKind, Outcome, RunState, counted
from cleanlist_core.results.metrics import (
    NO_NEWS,
    KindRate,
    RunTotals,
    credit_slices,
    email_quality_slices,
    find_rate_by_key_kind,
    outcome_slices,
    run_sentence,
    run_totals,
)
from cleanlist_core.store.chips import OUTCOME_CHIPS, QUALITY_CHIPS
from cleanlist_core.store.runs import RunView
from pages.parts.charts import Bar, bar_of, draw_bars, outcome_color, palette, quality_color
from pages.parts.clock import when
from pages.parts.rows import draw_state, receipts_by_run
from pages.parts.session import Seat
from pages.parts.table import OF_A_LATER_STEP, chips_key
from pages.parts.wording import credit_count, number, people, plain, share

CHIP_OF_OUTCOME = {one.value: chip for chip, outcomes in OUTCOME_CHIPS.items() for one in outcomes}
CHIP_OF_OUTCOME |= {Outcome.NOTHING.value: "nothing", NO_NEWS: "nothing_new"}
CHIP_OF_QUALITY = {quality.value: chip for chip, quality in QUALITY_CHIPS.items()}
COUNTED = {
    "What was found": "people whose look-up is over",
    "What became of your rows": "rows of your file",
    "What became of your rows in this step": "rows of your file, by this step alone",
    "How good the emails are": "people whose email was found",
}
"""What the bars of a chart count, by its title; credits where nothing else is said."""
OF_PHONES = {**OF_A_LATER_STEP, Outcome.HAS_IT.value: "Phone already in your file"}
BY_KIND = {
    KeyKind.LINKEDIN: "LinkedIn profile",
    KeyKind.NAME_DOMAIN: "name and website",
    KeyKind.NAME_COMPANY: "name and company",
    KeyKind.EMAIL: "email",
}


def draw_summary(seat: Seat, run: RunView) -> None:
    """The sentence, the tiles, and the line that adds up."""
    totals = run_totals(seat.workspace.database, run.id)
    with st.container(key="page_lead"):
        st.markdown(f"{plain(run_sentence(seat.workspace.database, run.id), limit=500)}.")
    draw_state(run, f"{run.enrichment_type.label} · {when(run.finished_at or run.confirmed_at)}")
    if run.state is not RunState.FINISHED:
        st.caption(f"As it was {when(seat.workspace.database.clock())}; the list is not done yet.")
        st.page_link("progress.py", label="See its progress", query_params={"run": run.id})
    _draw_tiles(seat, run, totals)
    draw_reconciliation(totals, later_step=bool(run.first_run_id))


def _draw_tiles(seat: Seat, run: RunView, totals: RunTotals) -> None:
    rates = find_rate_by_key_kind(seat.workspace.database, run.id)
    tiles = []
    if run.enrichment_type.wants_email or totals.emails_found:
        tiles.append(("Emails found", totals.new_emails, totals.emails_found, _overall("Emails", rates)))
    if run.enrichment_type.wants_phone or totals.phones_found:
        tiles.append(("Phones found", totals.new_phones, totals.phones_found, _overall("Phones", rates)))
    columns = st.columns(len(tiles) + 1, gap="small", border=True)
    for column, (label, new, all_found, overall) in zip(columns, tiles, strict=False):
        if label == "Emails found" and run.first_run_id:
            column.metric(label, number(all_found))
            column.caption("From the first step, or found before")
        else:
            column.metric(label, number(new))
            expected = bool(totals.in_progress or totals.uncertain or totals.waiting)
            column.caption(found_of(all_found - new, overall, expected=expected))
    steps = _steps_before(seat, run)
    earlier = sum(steps)
    before = "emails" if len(steps) == 1 else "emails and phones"
    columns[-1].metric("Credits spent", number(totals.credits_spent + earlier))
    said = f"of a budget of {number(run.budget)}"
    if run.enrichment_type is EnrichmentType.NONE:
        said = "Tidying up is free"
    if earlier:
        said = f"{number(totals.credits_spent)} for phones {said}, {number(earlier)} for the {before} before"
    if totals.credits_unusable:
        unusable = credit_count(totals.credits_unusable)
        said += f"; {unusable} for finds in a form that cannot be used: the column *Reason* says whose"
    columns[-1].caption(said)


def _steps_before(seat: Seat, run: RunView) -> list[int]:
    """What each decision before this one has cost, where this is a later one."""
    if not run.first_run_id:
        return []
    receipts = receipts_by_run(seat)
    chain = [one.id for one in seat.workspace.chain(seat.organization_id, run.id)]
    return [receipts[one].credits for one in chain[: chain.index(run.id)] if one in receipts]


def found_of(before: int, overall: tuple[int, int], *, expected: bool) -> str:
    """before: people found by an earlier look-up, who are no part of the tile's number. expected: whether
    answers are still to come.
    """
    found, asked = overall
    if asked:
        said = f"{found:,} of {people(asked)} looked up ({share(found, asked)})"
    else:
        said = "No answer yet" if expected else "Nobody new to look up"
    return f"{said}, and {before:,} found before" if before else said


def draw_reconciliation(totals: RunTotals, *, later_step: bool = False) -> None:
    st.markdown(sum_of_rows(totals, later_step=later_step))


def sum_of_rows(totals: RunTotals, *, later_step: bool = False) -> str:
    """All rows, as the sum of what became of them. later_step: in a decision about phones, and it alone."""
    answered = totals.sent - totals.in_progress - totals.uncertain
    found_before = totals.already_known - totals.known_misses - totals.in_file
    parts = [(answered, "tidied up" if answered and totals.tidied == answered else "looked up")]
    parts += [(found_before, "found before")] if found_before else []
    parts += [
        (totals.duplicates, "duplicate" if totals.duplicates == 1 else "duplicates"),
        (totals.needs_fixing, "needs fixing" if totals.needs_fixing == 1 else "need fixing"),
    ]
    parts += [(totals.in_progress, "being looked up")] if totals.in_progress else []
    parts += [(totals.uncertain, "waiting for your decision")] if totals.uncertain else []
    in_file = "with a phone in your file already" if later_step else "already in your file"
    parts += [(totals.in_file, in_file)] if totals.in_file else []
    parts += [(totals.known_misses, "looked up before without a find")] if totals.known_misses else []
    parts += [(totals.not_chosen, "not chosen")] if totals.not_chosen else []
    parts += [(totals.withheld, "left out by you")] if totals.withheld else []
    parts += [(totals.not_sent, "not sent")] if totals.not_sent else []
    shown = " + ".join(f"**{count:,}** {label}" for count, label in parts)
    said = f"**{counted(totals.uploaded, 'row')}** uploaded = {shown}"
    return f"In this step: {said}" if later_step else said


def draw_charts(seat: Seat, run: RunView) -> None:
    """Two by two; a chart with nothing to say is left out."""
    if run.enrichment_type is EnrichmentType.NONE:
        return
    database, colors = seat.workspace.database, palette()
    charts = {
        "What was found": _found_bars(seat, run),
        f"What became of your rows{' in this step' if run.first_run_id else ''}": [
            bar_of(
                one,
                outcome_color(one.key, colors),
                label=OF_PHONES.get(one.key, "") if run.first_run_id else "",
                chip=CHIP_OF_OUTCOME.get(one.key, ""),
            )
            for one in outcome_slices(database, run.id)
        ],
        "How good the emails are": [
            bar_of(one, quality_color(one.key, colors), chip=CHIP_OF_QUALITY[one.key])
            for one in email_quality_slices(database, run.id)
        ],
        _title_of_credits(run): _credit_bars(seat, run),
    }
    shown = [(title, bars) for title, bars in charts.items() if bars]
    for place in range(0, len(shown), 2):
        for column, (title, bars) in zip(st.columns(2, gap="medium"), shown[place : place + 2], strict=False):
            with column.container(border=True, height="stretch", key=f"chart_of_{place}_{title}"):
                pick = partial(_show_only, run)
                summary = _in_a_sentence(bars, COUNTED.get(title, "credits"))
                draw_bars(title, bars, key=f"chart_{title}_{run.id}", summary=summary, pick=pick)
    if shown:
        st.caption("Click a bar to see its people in [the list below](#people).")
    if shown and run.first_run_id:
        st.caption(
            "The table’s *Outcome* and *Reason*, and the files, tell what all steps so far have brought;"
            " these bars tell of this step."
        )


def _title_of_credits(run: RunView) -> str:
    return f"What the credits {'of this step ' if run.first_run_id else ''}paid for"


def _in_a_sentence(bars: Sequence[Bar], unit: str) -> str:
    """What the numbers count, and the largest bar, which is what a chart is mostly read for."""
    largest = max(bars, key=lambda bar: bar.share)
    return f"Counts {unit}. Most: {largest.label[0].lower()}{largest.label[1:]}, {largest.said}."


def _show_only(run: RunView, chip: str) -> None:
    st.session_state[chips_key(run)] = [chip]


def _found_bars(seat: Seat, run: RunView) -> list[Bar]:
    """Overall first, then by what the people were looked up by."""
    colors = palette()
    rates = find_rate_by_key_kind(seat.workspace.database, run.id)
    bars: list[Bar] = []
    for part, color in (("Emails", colors.good), ("Phones", colors.second)):
        found, asked = _overall(part, rates)
        if asked:
            chip = "email_found" if part == "Emails" else "phone_found"
            bars.append(Bar(f"{part} found", found / asked, _of(found, asked), color, chip))
            bars += _bars_by_kind(part, rates, color)
    return bars


def _overall(part: str, rates: Sequence[KindRate]) -> tuple[int, int]:
    """(found, asked for) of everybody who was looked up."""
    slices = [rate.emails if part == "Emails" else rate.phones for rate in rates]
    return sum(one.count for one in slices), sum(one.of for one in slices)


def _bars_by_kind(part: str, rates: Sequence[KindRate], color: str) -> list[Bar]:
    slices = [(rate.kind, rate.emails if part == "Emails" else rate.phones) for rate in rates]
    return [
        bar_of(one, color, label=f"{part}, by {BY_KIND[kind]}", said=_of(one.count, one.of))
        for kind, one in slices
        if one.of
    ]


def _of(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,} · {share(part, whole)}"


def _credit_bars(seat: Seat, run: RunView) -> list[Bar]:
    colors = palette()
    slices = [one for one in credit_slices(seat.workspace.database, run.id) if one.amount]
    spent = sum(one.amount for one in slices)
    shades = {"email": colors.good, "phone": colors.second}
    return [
        Bar(
            one.label,
            one.amount / spent,
            f"{number(one.amount)} of {credit_count(spent)} · {share(one.amount, spent)}",
            shades[one.key],
            f"{one.key}_found",
        )
        for one in slices
    ]
