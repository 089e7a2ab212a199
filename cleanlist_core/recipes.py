"""What lists are mostly for: each recipe sets what to look for, whom to ask, the file and the filters.

A recipe only chooses; nothing is spent by it, and every choice can be changed afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cleanlist_core.domain import EnrichmentType
from cleanlist_core.results.presets import EVERYTHING, RowChoice


@dataclass(frozen=True, slots=True)
class Recipe:
    """wanted: what to look for. only_missing: ask only for what neither the file nor an earlier list has.

    preset, rows: the file it ends in. chips: the filters of the results, keys of `browsing.CHIPS`.
    """

    key: str
    title: str
    does: str
    wanted: EnrichmentType
    only_missing: bool
    preset: str
    rows: RowChoice
    chips: tuple[str, ...]


_RECIPES = (
    Recipe(
        key="outbound",
        title="Outbound prospecting",
        does="Emails for everybody who has none, then a file for Instantly with those that are safe to send.",
        wanted=EnrichmentType.PARTIAL,
        only_missing=True,
        preset="instantly",
        rows="safe",
        chips=("safe_to_send",),
    ),
    Recipe(
        key="crm_refresh",
        title="CRM refresh",
        does="Emails for everybody, also for those you have one of, to see what has changed; then a file that"
        " updates HubSpot.",
        wanted=EnrichmentType.PARTIAL,
        only_missing=False,
        preset="hubspot",
        rows="found",
        chips=("email_found",),
    ),
    Recipe(
        key="list_cleaning",
        title="List cleaning",
        does="Names and companies tidied, duplicates and rows to fix shown; nothing is looked up, nothing is"
        " charged. Then your own file.",
        wanted=EnrichmentType.NONE,
        only_missing=True,
        preset=EVERYTHING,
        rows="all",
        chips=("duplicates", "needs_fixing"),
    ),
    Recipe(
        key="event_follow_up",
        title="Event follow-up",
        does="Emails and phones for everybody who lacks one, then a file of new leads for Salesforce.",
        wanted=EnrichmentType.FULL,
        only_missing=True,
        preset="salesforce_leads",
        rows="found",
        chips=("found",),
    ),
)
RECIPES: Mapping[str, Recipe] = {recipe.key: recipe for recipe in _RECIPES}
"""By key, in the order of the screen."""


def recipe_titled(title: str) -> Recipe | None:
    """The recipe of this title, as the log of a run names it."""
    return next((recipe for recipe in _RECIPES if recipe.title == title), None)
