from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from cleanlist_core.accounts import Receipt
from cleanlist_core.domain import EnrichmentType, RunState
from cleanlist_core.receipts import BY_LIST, BY_PERSON, BY_TYPE, HEADER, Spent, receipts_csv, spent_by


def receipt(**changes: object) -> Receipt:
    values: dict[str, object] = {
        "run_id": "r1",
        "at": 1_760_000_000.0,
        "list_name": "Spring fair",
        "wanted": EnrichmentType.PARTIAL,
        "state": RunState.FINISHED,
        "people_sent": 30,
        "emails": 26,
        "phones": 0,
        "credits": 26,
        "at_most": 30,
        "balance_before": Decimal("1000.5"),
        "balance_after": None,
        "note": "",
    }
    return Receipt(**{**values, **changes})  # type: ignore[arg-type]  # a table of changes


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_receipt_is_one_line_with_its_balances() -> None:
    header, line = rows_of(receipts_csv([receipt()]))
    assert tuple(header) == HEADER
    shown = dict(zip(header, line, strict=True))
    assert shown["When (UTC)"] == "2025-10-09 08:53"
    assert shown["Credits spent"] == "26"
    assert (shown["Balance before"], shown["Balance after"]) == ("1000.5", "")


def test_a_list_named_like_a_formula_stays_a_name() -> None:
    _, line = rows_of(receipts_csv([receipt(list_name='=HYPERLINK("x")')]))
    assert line[1] == '\'=HYPERLINK("x")'


def test_without_runs_there_is_only_the_header() -> None:
    assert rows_of(receipts_csv([])) == [list(HEADER)]


SPENDING = [
    receipt(list_name="Fair", credits=26, by="user_1"),
    receipt(list_name="Fair", credits=40, wanted=EnrichmentType.PHONE_ONLY),
    receipt(list_name="Webinar", credits=30, by="user_1"),
    receipt(list_name="Nothing found", credits=0, by="user_2"),
]


@pytest.mark.parametrize(
    ("way", "lines"),
    [
        (BY_LIST, [Spent("Fair", 66, 2), Spent("Webinar", 30, 1)]),
        (BY_TYPE, [Spent("Emails", 56, 2), Spent("Phones", 40, 1)]),
        (BY_PERSON, [Spent("user_1", 56, 2), Spent("Not known", 40, 1)]),
    ],
)
def test_spending_adds_up_whichever_way_it_is_counted(way: str, lines: list[Spent]) -> None:
    assert spent_by(SPENDING, way) == lines


def test_many_lists_end_in_one_line_for_the_rest() -> None:
    many = [receipt(list_name=f"List {number}", credits=number) for number in range(1, 21)]
    lines = spent_by(many, BY_LIST, most=4)
    assert [line.label for line in lines] == ["List 20", "List 19", "List 18", "17 others"]
    assert sum(line.credits for line in lines) == sum(range(1, 21))
