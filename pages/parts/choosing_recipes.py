"""What a list is for: one click sets what to look for, whom to ask and the file it ends in."""

from __future__ import annotations

import streamlit as st

from cleanlist_core.domain import EnrichmentType
from cleanlist_core.recipes import RECIPES, Recipe
from cleanlist_core.store.lists import StoredList
from cleanlist_core.what_is_paid import PAID_AGAIN
from pages.parts.ordering import choose_type


def fresh_key(listed: StoredList) -> str:
    """Where it stands in the session whether known people are asked about again."""
    return f"fresh_{listed.id}"


def chosen_recipe() -> Recipe | None:
    """The recipe a person has chosen; kept in the address."""
    return RECIPES.get(st.query_params.get("recipe", ""))


def draw_recipes(listed: StoredList) -> None:
    key = f"recipe_{listed.id}"
    chosen = chosen_recipe()
    if key not in st.session_state and chosen is not None:
        _set(listed, chosen)
        st.session_state[key] = chosen.key
    st.pills(
        "What is this list for?",
        list(RECIPES),
        format_func=lambda one: RECIPES[one].title,
        key=key,
        on_change=lambda: _take(listed, st.session_state[key]),
    )
    if chosen is not None:
        costs = st.session_state.get(fresh_key(listed)) and chosen.wanted is not EnrichmentType.NONE
        st.caption(f"{chosen.does} {f'{PAID_AGAIN} ' if costs else ''}You can change every choice below.")


def _take(listed: StoredList, key: str | None) -> None:
    if key is None:
        st.query_params.pop("recipe", None)
        st.session_state[fresh_key(listed)] = False
        return
    st.query_params["recipe"] = key
    _set(listed, RECIPES[key])


def _set(listed: StoredList, recipe: Recipe) -> None:
    choose_type(recipe.wanted)
    st.session_state[fresh_key(listed)] = not recipe.only_missing
