"""Every header of every known export feeds the field it must, and what tempts feeds none."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleanlist_core.domain import FIELDS
from tests.unit.intake.golden_headers import ALIASES, ALL_EXPORTS, Export, all_verdicts, judge, judge_alias

BENCHMARKS = Path(__file__).parents[3] / "docs" / "benchmarks.md"


@pytest.mark.parametrize("backwards", [False, True], ids=["as exported", "in the opposite order"])
@pytest.mark.parametrize(
    "export", ALL_EXPORTS, ids=lambda export: f"{export.name}, {len(export.expected)} headers"
)
def test_every_header_of_an_export_feeds_what_it_must(export: Export, backwards: bool) -> None:
    source, verdicts = judge(export, backwards=backwards)
    assert source == export.source
    assert [verdict for verdict in verdicts if not verdict.right] == []


@pytest.mark.parametrize("name", FIELDS)
def test_every_usual_word_for_a_field_is_known_in_any_file(name: str) -> None:
    verdicts = [judge_alias(name, alias.strip()) for alias in ALIASES[name].split("|")]
    assert [verdict.header for verdict in verdicts if not verdict.right] == []


def test_the_figure_in_the_documents_counts_these_headers() -> None:
    verdicts = all_verdicts()
    right = sum(verdict.right for verdict in verdicts)
    assert f"**{right} of {len(verdicts)}**" in BENCHMARKS.read_text("utf-8")
