"""The practice files are what their descriptions say."""

from __future__ import annotations

import pytest

from cleanlist_core.intake.checking import PreparedList, prepare
from cleanlist_core.intake.mapping import recognise
from cleanlist_core.intake.reading import read_table
from cleanlist_core.samples import Sample, samples


def prepared(sample: Sample) -> PreparedList:
    table = read_table(sample.read(), sample.file_name)
    return prepare(table, recognise(table))


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.key)
def test_the_description_names_the_number_of_people(sample: Sample) -> None:
    assert sample.description.startswith(str(prepared(sample).counts.rows))


def test_the_messy_one_shows_every_kind_of_trouble() -> None:
    badge_scan = next(sample for sample in samples() if sample.key == "badge_scan")
    assert set(prepared(badge_scan).reasons) == {"only_one_name", "no_company", "duplicate"}
