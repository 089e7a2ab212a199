from __future__ import annotations

import csv
import io
from decimal import Decimal

from cleanlist_core.accounts import Receipt
from cleanlist_core.domain import EnrichmentType, RunState
from cleanlist_core.receipts import HEADER, receipts_csv


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
