from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from cleanlist_core.domain import counted
from pages.parts.wording import (
    as_far_as_paid,
    credit_count,
    duration,
    heading,
    moment,
    number,
    people,
    plain,
    share,
    with_article,
    zone,
)

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "text",
    [
        "![track](https://pixel.example/a.png)",
        "[click](https://bad.example)",
        "https://bad.example/path",
        "www.bad.example",
        ":material/home: and :red[warning]",
        "$x^2$ and `code`",
        "a -> b <- c",
        "# heading",
        "ann@corp.example",
        "**bold** _thin_ ~~gone~~",
        "<b>tag</b>",
    ],
)
def test_text_of_others_is_never_interpreted(text: str) -> None:
    shown = plain(text)
    assert shown.replace("\\", "").replace("\u2060", "") == text
    not_escaped = re.sub(r"\\.", "", shown)
    assert not re.search(r"[!-/:-@\[-`{-~]", not_escaped)
    for converted in ("://", "->", "<-", "@corp", "www.", ":material"):
        assert converted not in shown.replace("\\", "")


def test_a_long_name_in_a_title_breaks_where_its_words_end() -> None:
    """A joiner within a word would let a narrow screen break it anywhere."""
    assert heading("trade-fair_2026.csv").replace("\\", "") == "trade-fair_\u200b2026.csv"


def test_text_of_others_is_put_on_one_line_and_cut() -> None:
    assert plain("  Acme\n\tGmbH ") == "Acme GmbH"
    assert plain("x" * 300, limit=10) == "x" * 9 + "…"


def test_text_of_others_survives_a_label() -> None:
    def script() -> None:
        import streamlit as st

        from pages.parts.wording import plain

        st.button(plain("Leads [2024](https://bad.example).csv"), key="b")

    app = AppTest.from_function(script).run()
    assert not app.exception
    assert "](" not in app.button(key="b").label


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1240, "1,240"),
        (Decimal("999.5"), "999.5"),
        (Decimal("12.340"), "12.34"),
        (Decimal("1E+3"), "1,000"),
        (2749.0, "2,749"),
    ],
)
def test_numbers_have_thousands_and_only_the_digits_they_need(
    value: int | float | Decimal, text: str
) -> None:
    assert number(value) == text


def test_words_agree_with_their_number() -> None:
    assert [people(1), people(2), counted(1, "list"), counted(0, "list")] == [
        "1 person",
        "2 people",
        "1 list",
        "0 lists",
    ]
    assert [credit_count(1), credit_count(0), credit_count(Decimal("0.1"))] == [
        "1 credit",
        "0 credits",
        "0.1 credits",
    ]


@pytest.mark.parametrize(
    "said", ["a ZoomInfo export", "an Apollo export", "LinkedIn connections"], ids=["a", "an", "neither"]
)
def test_things_get_the_article_they_need(said: str) -> None:
    name = said.removeprefix("an ").removeprefix("a ")
    assert with_article(name) == said


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 0, "–"), (0, 9, "0%"), (1, 1000, "<1%"), (999, 1000, ">99%"), (5, 5, "100%"), (1, 3, "33%")],
)
def test_shares_never_claim_all_or_nothing_too_early(part: int, whole: int, text: str) -> None:
    assert share(part, whole) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (3, "a few seconds"),
        (18, "about 20 seconds"),
        (88, "about 90 seconds"),
        (240, "about 4 minutes"),
        (3 * 3600, "about 3 hours"),
        (3 * 86400, "about 3 days"),
    ],
)
def test_time_left_is_as_exact_as_anybody_needs(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("back", "text"),
    [
        (timedelta(minutes=5), "today at 14:55"),
        (timedelta(days=1), "yesterday at 15:00"),
        (timedelta(days=20), "18 Feb at 15:00"),
        (timedelta(days=400), "3 Feb 2025"),
    ],
)
def test_moments_are_said_the_way_people_say_them(back: timedelta, text: str) -> None:
    assert moment(NOW - back.total_seconds(), UTC, NOW) == text


def test_moments_are_in_the_time_of_the_browser() -> None:
    assert moment(NOW, timezone(timedelta(hours=2)), NOW) == "today at 17:00"
    assert zone("Europe/Berlin").utcoffset(datetime(2026, 7, 1)) == timedelta(hours=2)  # noqa: DTZ001  # a zone takes naive local times
    assert zone("No/Where") is UTC
    assert zone(None) is UTC


@pytest.mark.parametrize(
    ("who", "count", "budget", "said"),
    [
        pytest.param("127 people", 127, 627, "127 people, up to 62 phones", id="emails and phones of a list"),
        pytest.param("these 127", 127, 620, "these 127, up to 62 phones", id="phones once emails are there"),
        pytest.param("5 people", 5, 54, "5 people, up to 5 phones", id="never more phones than people"),
        pytest.param("5 people", 5, 9, "up to 5 people", id="credits for emails alone"),
    ],
)
def test_a_budget_pays_for_whole_phones_wherever_it_is_told(
    who: str, count: int, budget: int, said: str
) -> None:
    assert as_far_as_paid(who, count, budget) == said
