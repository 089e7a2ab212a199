"""Whom a person has ticked in the table of a run, kept by row while other rows are shown.

A tick belongs to a row of the file, not to a place on the screen: search, filters, sorting and pages change
what is shown, and no tick.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from pages.parts.wording import number


@dataclass(frozen=True, slots=True)
class Ticked:
    """numbers: the ticked rows, in the order of the file. shown: those of them on the screen now."""

    numbers: tuple[int, ...] = ()
    shown: tuple[int, ...] = ()

    @property
    def hidden(self) -> int:
        return len(self.numbers) - len(self.shown)

    @property
    def told(self) -> str:
        """ "5 ticked, 2 of them not on the screen now"."""
        said = f"{number(len(self.numbers))} ticked"
        if not self.hidden:
            return said
        if not self.shown:
            return f"{said}, not on the screen now"
        return f"{said}, {number(self.hidden)} of them not on the screen now"


def ticked(run_id: str, shown: Sequence[int]) -> Ticked:
    """shown: the rows on the screen."""
    numbers = _kept(run_id)
    return Ticked(tuple(sorted(numbers)), tuple(sorted(numbers & set(shown))))


def grid_key(run_id: str, shown: Sequence[int]) -> str:
    """A table is named by its rows, so that no box that is ticked in one passes to a row of another.

    Where it is drawn anew, its boxes are ticked as they were.
    """
    state, here = st.session_state, f"grid_shown_{run_id}"
    rows = hashlib.sha256(repr((state.get(_cleared(run_id), 0), *shown)).encode()).hexdigest()[:12]
    key = f"grid_{run_id}_{rows}"
    if state.get(here) != key or key not in state:
        state[here] = key
        before = _kept(run_id)
        if places := [place for place, one in enumerate(shown) if one in before]:
            state[key] = {"selection": {"rows": places, "columns": [], "cells": []}}
    return key


def take_ticks(run_id: str, grid: str, shown: tuple[int, ...]) -> None:
    """What the boxes of the rows shown say now; all other ticks stay."""
    places = st.session_state[grid]["selection"]["rows"]
    here = {shown[place] for place in places if place < len(shown)}
    st.session_state[_key(run_id)] = (_kept(run_id) - set(shown)) | here


def clear_ticks(run_id: str) -> None:
    state = st.session_state
    state.pop(_key(run_id), None)
    state[_cleared(run_id)] = state.get(_cleared(run_id), 0) + 1


def _kept(run_id: str) -> set[int]:
    kept: set[int] = st.session_state.get(_key(run_id), set())
    return kept


def _key(run_id: str) -> str:
    return f"ticked_{run_id}"


def _cleared(run_id: str) -> str:
    return f"ticks_cleared_{run_id}"
