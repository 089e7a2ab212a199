"""Charts that say their numbers: one bar per line, its name above it, and "n of N" at its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

import plotly.graph_objects as go
import streamlit as st

from cleanlist_core.domain import EmailQuality, Outcome
from cleanlist_core.results.metrics import Slice
from cleanlist_core.store.organizations import CreditReading
from pages.parts.wording import plain, share, zone

BAR_HEIGHT, TEXT_HEIGHT, LINE_HEIGHT = 12, 18, 46
LONGEST_LINE = 42
"""Letters of a name and its number that stand side by side on the smallest screen."""
CONFIG = {"displayModeBar": False, "responsive": True}


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme; they repeat those of `.streamlit/config.toml`."""

    text: str
    faint: str
    track: str
    good: str
    second: str
    warm: str
    neutral: str
    bad: str


LIGHT = Palette("#0f172a", "#475569", "#eef2f4", "#0f766e", "#2f6fb5", "#a3650d", "#94a3b8", "#b23a55")
DARK = Palette("#e8eef2", "#a8b6c1", "#1f2a31", "#2fb5a4", "#6aa8e8", "#e0b04f", "#64748b", "#e58698")


def palette() -> Palette:
    """The colours of the theme this browser shows."""
    return DARK if st.context.theme.type == "dark" else LIGHT


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a chart. share: 0–1. said: what stands at its end. chip: the filter it stands for."""

    label: str
    share: float
    said: str
    color: str
    chip: str = ""


def draw_bars(
    title: str,
    bars: Sequence[Bar],
    *,
    key: str,
    summary: str = "",
    pick: Callable[[str], None] = lambda _chip: None,
) -> None:
    """A titled chart; every number is written out, so nothing needs hovering, and stands in a table, too.

    summary: the chart in a sentence. pick: called with the filter of a bar that was clicked.
    """

    def picked() -> None:
        points = st.session_state[key].selection.points
        chosen = [bars[len(bars) - 1 - round(point["y"])].chip for point in points[:1]]
        if any(chosen):
            pick(chosen[0])

    st.markdown(f"**{title}**")
    if summary:
        st.caption(summary)
    st.plotly_chart(
        bar_figure(bars, palette()),
        theme=None,
        config=CONFIG,
        key=key,
        on_select=picked,
        selection_mode="points",
        alt=f"{title}: " + "; ".join(f"{bar.label} {bar.said}" for bar in bars),
    )
    with st.expander("As a table"):
        st.table(
            [{"What": plain(bar.label), "How many": bar.said} for bar in bars],
            border="horizontal",
            hide_index=True,
        )


def bar_figure(bars: Sequence[Bar], colors: Palette) -> go.Figure:
    lines = list(range(len(bars)))[::-1]
    apart = any(len(bar.label) + len(bar.said) > LONGEST_LINE for bar in bars)
    height = LINE_HEIGHT + (TEXT_HEIGHT if apart else 0)
    above = (BAR_HEIGHT / 2 + TEXT_HEIGHT * 0.6) / height
    figure = go.Figure(
        [
            go.Bar(x=[1.0] * len(bars), y=lines, marker_color=colors.track),
            go.Bar(x=[bar.share for bar in bars], y=lines, marker_color=[bar.color for bar in bars]),
        ]
    )
    # Without hoverinfo at all a bar could not be clicked; a wide bar of no colour is easier to meet.
    figure.update_traces(
        orientation="h",
        width=BAR_HEIGHT / height,
        hoverinfo="none",
        showlegend=False,
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )
    for line, bar in zip(lines, bars, strict=True):
        _write(figure, line + above + (TEXT_HEIGHT / height if apart else 0), 0, bar.label, colors.text)
        _write(figure, line + above, 1, bar.said, colors.faint)
    _plain_layout(figure, colors, height * len(bars) + 8)
    figure.update_layout(barmode="overlay", barcornerradius=4)
    figure.update_xaxes(visible=False, range=[0, 1], fixedrange=True)
    lowest = -LINE_HEIGHT / 2 / height
    figure.update_yaxes(visible=False, range=[lowest, len(bars) + lowest + 10 / height], fixedrange=True)
    return figure


def _write(figure: go.Figure, line: float, side: int, text: str, color: str) -> None:
    figure.add_annotation(
        xref="paper", yref="y", x=side, y=line, xanchor="right" if side else "left", yanchor="middle",
        text=text.replace("<", "‹"), showarrow=False, font={"color": color, "size": 13.5},
    )  # fmt: skip


def _plain_layout(figure: go.Figure, colors: Palette, height: int) -> None:
    figure.update_layout(
        height=height,
        margin={"l": 0, "r": 0, "t": 4, "b": 4},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": "Source Sans, sans-serif", "color": colors.text, "size": 13.5},
        dragmode=False,
    )


def outcome_color(key: str, colors: Palette) -> str:
    if key in (Outcome.FOUND, Outcome.KNOWN, Outcome.HAS_IT):
        return colors.good
    if key in (Outcome.UNCERTAIN, Outcome.NEEDS_FIXING, Outcome.FAILED):
        return colors.warm
    return colors.neutral


def quality_color(key: str, colors: Palette) -> str:
    return {
        EmailQuality.GOOD.value: colors.good,
        EmailQuality.PROBABLE.value: colors.second,
        EmailQuality.RISKY.value: colors.warm,
        EmailQuality.BAD.value: colors.bad,
    }.get(key, colors.neutral)


def bar_of(one: Slice, color: str, *, label: str = "", said: str = "", chip: str = "") -> Bar:
    return Bar(
        label or one.label, one.share, said or f"{one.caption} · {share(one.count, one.of)}", color, chip
    )


def draw_balance_history(readings: Sequence[CreditReading], lists: Mapping[str, str], *, key: str) -> None:
    """Every balance that was read, as the steps it went down and up. readings: newest first.

    lists: run id → the name of its list, for what a reading belongs to.
    """
    st.plotly_chart(
        history_figure(readings, lists, palette(), zone(st.context.timezone)),
        theme=None,
        config=CONFIG,
        key=key,
        alt=f"Credit balance over time, {len(readings)} readings, now {readings[0].balance}",
    )


def history_figure(
    readings: Sequence[CreditReading], lists: Mapping[str, str], colors: Palette, where: tzinfo
) -> go.Figure:
    oldest_first = list(readings)[::-1]
    figure = go.Figure(
        go.Scatter(
            x=[datetime.fromtimestamp(reading.read_at, where) for reading in oldest_first],
            y=[float(reading.balance) for reading in oldest_first],
            mode="lines+markers",
            line={"shape": "hv", "color": colors.good, "width": 2},
            marker={"size": 5},
            fill="tozeroy",
            fillcolor="rgba(13, 143, 131, .12)",
            text=[_what_for(reading, lists) for reading in oldest_first],
            hovertemplate="%{y:,} credits<br>%{x|%d %b %H:%M}%{text}<extra></extra>",
        )
    )
    _plain_layout(figure, colors, 240)
    figure.update_layout(margin={"l": 0, "r": 8, "t": 8, "b": 0}, hovermode="closest")
    figure.update_xaxes(showgrid=False, color=colors.faint, fixedrange=True, automargin=True, nticks=4)
    figure.update_yaxes(
        gridcolor=colors.track,
        color=colors.faint,
        rangemode="tozero",
        fixedrange=True,
        automargin=True,
        tickformat=",d",
    )
    return figure


def _what_for(reading: CreditReading, lists: Mapping[str, str]) -> str:
    """Why a balance was read, as a line of its own; a name cannot be taken for markup."""
    name = lists.get(reading.run_id or "", "")
    return f"<br>{reading.why}{': ' + name.replace('<', '‹')[:60] if name else ''}"
