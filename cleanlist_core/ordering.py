"""What a person may order, at what price, and the one moment at which it is confirmed.

Everything in a workspace that SPENDS begins here: a first look-up or a test, phones for chosen people, whom
a run has not asked about, and whom it got no answer for. A second click never begins a second run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from cleanlist_core.domain import EnrichmentType, RunState, counted
from cleanlist_core.intake.checking import CAUSES
from cleanlist_core.intake.leaving_out import LEAVING_OUT_CAUSES
from cleanlist_core.pricing import Estimate, price_at_most
from cleanlist_core.recipes import RECIPES, Recipe, recipe_titled
from cleanlist_core.results.browsing import EVERYBODY, Among
from cleanlist_core.results.metrics import find_rates
from cleanlist_core.runs.planning import SAMPLE_SIZE, estimate_run, spread_sample, still_missing
from cleanlist_core.store import lists, remaining, run_creation, run_log, runs
from cleanlist_core.store.database import Database
from cleanlist_core.store.results import count_in_other_rows, run_heading
from cleanlist_core.store.run_creation import Order, PersonGroup
from cleanlist_core.store.runs import RunView

_RECIPE = "recipe"


class Orders:
    """The prices and confirmations of one database.

    reuse_seconds: how long an answer counts as known. confirmed: called with the organization's id once
    something was.
    """

    def __init__(self, database: Database, *, reuse_seconds: float, confirmed: Callable[[str], None]) -> None:
        self._database = database
        self._reuse_seconds = reuse_seconds
        self._confirmed = confirmed

    # A list

    def estimates(
        self, organization_id: str, list_id: str, *, fresh: bool = False
    ) -> dict[EnrichmentType, Estimate]:
        """The price of each enrichment type for a list. fresh: as if nothing were known."""
        lists.get_list(self._database, organization_id, list_id)
        people = run_creation.count_people(
            self._database,
            organization_id,
            list_id,
            known_since=self._known_since(fresh=fresh),
            count_own=not fresh,
        )
        return {wanted: self._price(organization_id, wanted, people) for wanted in EnrichmentType}

    def start_run(
        self,
        organization_id: str,
        list_id: str,
        wanted: EnrichmentType,
        *,
        budget: int,
        estimate: Estimate,
        fresh: bool = False,
        sample: bool = False,
        then_phones: bool = False,
        by: str = "",
        recipe: str = "",
    ) -> str:
        """Confirm a run. SPENDS. Returns its id; a second click gets the same run.

        then_phones: who gets a phone is decided on once the emails are there. recipe: what the list is for,
        a key of RECIPES, if a person said so.
        Raises RunError for a list of another organization, or one with nobody to send.
        """
        lists.get_list(self._database, organization_id, list_id)
        order = Order(
            organization_id=organization_id,
            list_id=list_id,
            wanted=wanted,
            budget=max(0, budget),
            at_most=estimate.at_most,
            likely=estimate.likely,
            by=by,
            fresh=fresh,
            sample=spread_sample if sample else None,
            then_phones=then_phones,
        )
        return self._create(order, estimate, recipe)

    def recipe(self, run: RunView) -> Recipe | None:
        """What a run was ordered for, when a person chose that."""
        title = run_log.last_noted(self._database, run.id, _RECIPE)
        return recipe_titled(title) if title else None

    # Phones for chosen people

    def phones_price(self, organization_id: str, run_id: str, among: Among = EVERYBODY) -> Estimate:
        """The price of phones for the people behind some rows; who has one already costs nothing."""
        view = self._run(organization_id, run_id)
        heading = run_heading(self._database, run_id)
        people = run_creation.count_people(
            self._database,
            organization_id,
            view.list_id,
            known_since=self._known_since(fresh=False),
            among=among.people(self._database, heading),
        )
        return self._price(organization_id, EnrichmentType.PHONE_ONLY, people)

    def phones_unseen(
        self,
        organization_id: str,
        run_id: str,
        price: Estimate,
        *,
        numbers: Sequence[int],
        shown: Sequence[int],
    ) -> int:
        """How many of those a price is for are ticked, but not on the screen.

        numbers: the rows the price is for. shown: those of them on the screen.
        """
        if len(shown) == len(numbers):
            return 0
        seen = self.phones_price(organization_id, run_id, Among(tuple(shown))).to_send if shown else 0
        return price.to_send - seen

    def phones_in_other_rows(self, organization_id: str, run_id: str, among: Among = EVERYBODY) -> int:
        """How many of these rows have their phone in another row of the person alone."""
        self._run(organization_id, run_id)
        heading = run_heading(self._database, run_id)
        rows = among.condition(self._database, heading)
        return count_in_other_rows(self._database, heading, "phone", rows)

    def start_phones(
        self,
        organization_id: str,
        run_id: str,
        among: Among = EVERYBODY,
        *,
        budget: int,
        estimate: Estimate,
        by: str = "",
    ) -> str:
        """Confirm a further decision of a run: phones for the people behind some rows. SPENDS.

        Returns its id; a second click gets the same one. Only what is missing is asked; the budget is this
        decision's own.
        """
        view = self._run(organization_id, run_id)
        heading = run_heading(self._database, run_id)
        order = _further_order(view, budget=budget, estimate=estimate, by=by)
        phones = replace(
            order,
            wanted=EnrichmentType.PHONE_ONLY,
            first_run_id=view.first_run_id or view.id,
            only=among.people(self._database, heading),
        )
        return self._create(phones, estimate)

    # Whom a run has not asked about

    def rest(self, organization_id: str, run_id: str) -> Estimate | None:
        """The price of everybody a run has not asked about; None while it goes on, or when nobody is left."""
        view = self._run(organization_id, run_id)
        if view.state is not RunState.FINISHED:
            return None
        people = remaining.count_unsent(self._database, view, known_since=self._known_to(view))
        return self._price(organization_id, view.enrichment_type, people) if people else None

    def find_rest(
        self, organization_id: str, run_id: str, *, budget: int, estimate: Estimate, by: str = ""
    ) -> None:
        """Go on with everybody a run has not asked about. SPENDS at most the budget, once.

        by: who confirmed it, and is named on the receipt too.
        """
        view = self._run(organization_id, run_id)
        known_since = self._known_to(view)
        if remaining.take_in_the_rest(
            self._database, view, still_missing, budget=max(0, budget), known_since=known_since, by=by
        ):
            who = "1 other person" if estimate.to_send == 1 else f"the other {estimate.to_send:,} people"
            self._log(run_id, "rest", view.enrichment_type, who, budget, by)
            self._confirmed(organization_id)

    # Whom a run got no answer for

    def without_answer(
        self, organization_id: str, run_id: str, numbers: Sequence[int] = ()
    ) -> Estimate | None:
        """The price of looking again for whom a run got no answer; None without any, or while one goes on.

        numbers: only the people of these rows.
        """
        view = self._run(organization_id, run_id)
        runs_of_list = runs.find_runs(self._database, organization_id, list_id=view.list_id)
        if any(one.state is not RunState.FINISHED for one in runs_of_list):
            return None
        people = remaining.count_failed(
            self._database, view, known_since=self._known_to(view), numbers=numbers
        )
        price = self._price(organization_id, view.enrichment_type, people)
        return price if price.to_send else None

    def look_again(
        self,
        organization_id: str,
        run_id: str,
        *,
        budget: int,
        estimate: Estimate,
        numbers: Sequence[int] = (),
        by: str = "",
    ) -> str:
        """Confirm a further run of the list for whom this one got no answer. SPENDS. Returns its id.

        Everybody else is filled in from what is known, for nothing. numbers: only the people of these rows.
        A second click gets the same run.
        """
        view = self._run(organization_id, run_id)
        order = _further_order(view, budget=budget, estimate=estimate, by=by)
        again = replace(order, fresh=view.fresh, only=remaining.failed_people(view.id, numbers))
        return self._create(again, estimate, known_since=self._known_to(view))

    def _create(
        self, order: Order, estimate: Estimate, recipe: str = "", known_since: float | None = None
    ) -> str:
        known = {**CAUSES, **LEAVING_OUT_CAUSES}
        causes = {code: f"{cause.title}. {cause.advice}" for code, cause in known.items()}
        run_id, is_new = run_creation.create_run(
            self._database,
            order,
            still_missing,
            known_since=self._known_since(fresh=order.fresh) if known_since is None else known_since,
            causes=causes,
        )
        if is_new:
            count = min(SAMPLE_SIZE, estimate.to_send) if order.sample else estimate.to_send
            price = min(count * price_at_most(order.wanted), estimate.at_most)
            who = ("up to " if order.budget < price else "") + counted(count, "person", "people")
            self._log(run_id, "confirmed", order.wanted, who, order.budget, order.by)
            if recipe in RECIPES:
                run_log.note(self._database, run_id, _RECIPE, RECIPES[recipe].title)
            self._confirmed(order.organization_id)
        return run_id

    def _log(self, run_id: str, kind: str, wanted: EnrichmentType, who: str, budget: int, by: str) -> None:
        text = f"Confirmed: {wanted.label.lower()} for {who}, at most {counted(budget, 'credit')}."
        run_log.note(self._database, run_id, kind, text, by=by)

    def _price(
        self, organization_id: str, wanted: EnrichmentType, people: Mapping[PersonGroup, int]
    ) -> Estimate:
        return estimate_run(wanted, people, find_rates(self._database, organization_id))

    def _run(self, organization_id: str, run_id: str) -> RunView:
        return runs.get_run(self._database, organization_id, run_id)

    def _known_since(self, *, fresh: bool) -> float | None:
        return None if fresh else self._database.clock() - self._reuse_seconds

    def _known_to(self, run: RunView) -> float:
        """Since when answers count for a run: its own always do, for it asks nobody twice."""
        since = self._known_since(fresh=run.fresh)
        return run.confirmed_at if since is None else min(since, run.confirmed_at)


def _further_order(view: RunView, *, budget: int, estimate: Estimate, by: str) -> Order:
    """One more decision about a list that was looked up; it belongs to the first decision as the run does."""
    return Order(
        organization_id=view.organization_id,
        list_id=view.list_id,
        wanted=view.enrichment_type,
        budget=max(0, budget),
        at_most=estimate.at_most,
        likely=estimate.likely,
        by=by,
        first_run_id=view.first_run_id,
    )
