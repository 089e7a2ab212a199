"""Charts write every number out, and names and numbers never stand on one another."""

from __future__ import annotations

import pytest

from pages.parts.charts import LIGHT, Bar, bar_figure


@pytest.mark.parametrize(
    ("label", "said", "apart"),
    [
        pytest.param("Emails found", "50 of 60 · 83%", False, id="short ones share a line"),
        pytest.param("Emails, by name and website", "37,466 of 49,911 · 75%", True, id="long ones have two"),
    ],
)
def test_a_name_and_its_number_have_room(label: str, said: str, apart: bool) -> None:
    name, number = bar_figure([Bar(label, 0.5, said, LIGHT.good)], LIGHT).layout.annotations
    assert (name.text, number.text) == (label, said)
    assert (name.y > number.y) is apart
