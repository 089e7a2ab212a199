from __future__ import annotations

import pytest

from cleanlist_core.recipes import RECIPES, recipe_titled
from cleanlist_core.results.browsing import CHIPS
from cleanlist_core.results.presets import PRESET_TITLES, ROW_CHOICES


@pytest.mark.parametrize("key", RECIPES)
def test_a_recipe_names_only_what_there_is(key: str) -> None:
    recipe = RECIPES[key]
    assert recipe.key == key
    assert recipe.preset in PRESET_TITLES
    assert recipe.rows in ROW_CHOICES
    assert set(recipe.chips) <= set(CHIPS)
    assert recipe_titled(recipe.title) is recipe


def test_there_is_no_recipe_of_another_title() -> None:
    assert recipe_titled("Confirmed") is None
