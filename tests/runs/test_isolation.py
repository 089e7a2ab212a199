"""One organization never reaches what belongs to another, by any door of a workspace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass
from typing import Any

import pytest
from sqlalchemy import func, select

from cleanlist_core.domain import EnrichmentType
from cleanlist_core.errors import RunError
from cleanlist_core.ordering import Orders
from cleanlist_core.store import schema
from cleanlist_core.workspace import Workspace
from tests.runs import faulty_api as api
from tests.runs.fronts import Front
from tests.runs.scene import Scene, people


@dataclass
class Theirs:
    """What the other organization has: a list, a run with a lost answer, and the batch in doubt."""

    list_id: str
    run_id: str
    batch_id: str


@pytest.fixture
def theirs(front: Front) -> Theirs:
    run_id = front.look_up(api.resets_unread, count=3)
    return Theirs(front.scene.view(run_id).list_id, run_id, front.scene.batches(run_id)[0].id)


@pytest.fixture
def stranger(front: Front, theirs: Theirs) -> Scene:  # noqa: ARG001 - what they have is there first
    return front.scene.newcomer()


Ask = Callable[[Workspace, str, Theirs], Any]

NO_PRICE: Any = None
"""Who is refused is refused before a price matters."""

OF_A_LIST: dict[str, Ask] = {
    "get_list": lambda desk, me, it: desk.get_list(me, it.list_id),
    "find_list": lambda desk, me, it: desk.find_list(me, it.list_id),
    "replace_list": lambda desk, me, it: desk.replace_list(me, it.list_id, it.list_id),
    "rename_list": lambda desk, me, it: desk.rename_list(me, it.list_id, "mine"),
    "delete_list": lambda desk, me, it: desk.delete_list(me, it.list_id),
    "estimates": lambda desk, me, it: desk.orders.estimates(me, it.list_id),
    "start_run": lambda desk, me, it: desk.orders.start_run(
        me,
        it.list_id,
        EnrichmentType.PARTIAL,
        budget=9,
        estimate=NO_PRICE,
    ),
}
OF_A_RUN: dict[str, Ask] = {
    "run": lambda desk, me, it: desk.run(me, it.run_id),
    "open_run": lambda desk, me, it: desk.open_run(me, it.run_id),
    "progress": lambda desk, me, it: desk.progress(me, it.run_id),
    "events": lambda desk, me, it: desk.events(me, it.run_id),
    "stop": lambda desk, me, it: desk.stop(me, it.run_id),
    "pause": lambda desk, me, it: desk.pause(me, it.run_id),
    "continue_run": lambda desk, me, it: desk.continue_run(me, it.run_id),
    "raise_budget": lambda desk, me, it: desk.raise_budget(me, it.run_id, 10_000),
    "deliveries": lambda desk, me, it: desk.deliveries(me, it.run_id),
    "chain": lambda desk, me, it: desk.chain(me, it.run_id),
    "rest": lambda desk, me, it: desk.orders.rest(me, it.run_id),
    "find_rest": lambda desk, me, it: desk.orders.find_rest(me, it.run_id, budget=9, estimate=NO_PRICE),
    "phones_price": lambda desk, me, it: desk.orders.phones_price(me, it.run_id),
    "phones_in_other_rows": lambda desk, me, it: desk.orders.phones_in_other_rows(me, it.run_id),
    "phones_unseen": lambda desk, me, it: desk.orders.phones_unseen(
        me, it.run_id, NO_PRICE, numbers=[1, 2], shown=[1]
    ),
    "start_phones": lambda desk, me, it: desk.orders.start_phones(me, it.run_id, budget=9, estimate=NO_PRICE),
    "without_answer": lambda desk, me, it: desk.orders.without_answer(me, it.run_id),
    "look_again": lambda desk, me, it: desk.orders.look_again(me, it.run_id, budget=9, estimate=NO_PRICE),
    "in_the_way": lambda desk, me, it: desk.in_the_way(me, it.run_id),
    "uncertain": lambda desk, me, it: desk.uncertain(me, it.run_id),
    "send again": lambda desk, me, it: desk.resolve(me, it.run_id, it.batch_id, "send_again"),
    "leave out": lambda desk, me, it: desk.resolve(me, it.run_id, it.batch_id, "leave_out"),
    "enter a reference": lambda desk, me, it: desk.resolve(me, it.run_id, it.batch_id, "enter_id", "x"),
}
LISTINGS: dict[str, Ask] = {
    "lists": lambda desk, me, _it: desk.lists(me),
    "runs": lambda desk, me, _it: desk.runs(me),
    "count_lists": lambda desk, me, _it: [one for one in astuple(desk.count_lists(me)) if one],
    "list_runs": lambda desk, me, it: desk.list_runs(me, it.list_id),
    "same_file": lambda desk, me, it: desk.same_file(me, checksum_of(desk, it.list_id)),
    "receipts": lambda desk, me, _it: desk.receipts(me),
}


def checksum_of(desk: Workspace, list_id: str) -> str:
    query = select(schema.contact_list.c.checksum).where(schema.contact_list.c.id == list_id)
    with desk.database.read() as connection:
        return str(connection.execute(query).scalar_one())


def everything(scene: Scene, theirs: Theirs) -> tuple[Any, ...]:
    """The other organization's data as it stands."""
    rows = select(func.count()).where(schema.list_row.c.list_id == theirs.list_id)
    cells = select(func.count()).where(schema.list_cells.c.list_id == theirs.list_id)
    a_list = select(schema.contact_list).where(schema.contact_list.c.id == theirs.list_id)
    a_run = select(schema.run).where(schema.run.c.id == theirs.run_id)
    with scene.database.read() as connection:
        numbers = (connection.execute(rows).scalar_one(), connection.execute(cells).scalar_one())
        return (*numbers, connection.execute(a_list).one(), connection.execute(a_run).one())


@pytest.mark.parametrize("ask", OF_A_LIST.values(), ids=OF_A_LIST)
def test_the_list_of_another_organization_is_unknown_and_stays_as_it_is(
    stranger: Scene, theirs: Theirs, ask: Ask
) -> None:
    before = everything(stranger, theirs)
    with pytest.raises(RunError) as refused:
        ask(stranger.workspace, stranger.organization_id, theirs)
    assert refused.value.code == "unknown_list"
    assert everything(stranger, theirs) == before


@pytest.mark.parametrize("ask", OF_A_RUN.values(), ids=OF_A_RUN)
def test_the_run_of_another_organization_is_unknown_and_stays_as_it_is(
    stranger: Scene, theirs: Theirs, ask: Ask
) -> None:
    before = everything(stranger, theirs)
    with pytest.raises(RunError) as refused:
        ask(stranger.workspace, stranger.organization_id, theirs)
    assert refused.value.code == "unknown_run"
    assert everything(stranger, theirs) == before
    assert stranger.states(theirs.run_id) == ["uncertain"]


@pytest.mark.parametrize("ask", LISTINGS.values(), ids=LISTINGS)
def test_listings_hold_nothing_of_others(stranger: Scene, theirs: Theirs, ask: Ask) -> None:
    assert ask(stranger.workspace, stranger.organization_id, theirs) == []


def test_who_was_not_sent_is_told_of_ones_own_runs_only(stranger: Scene, theirs: Theirs) -> None:  # noqa: ARG001 - they have some
    assert stranger.workspace.not_sent(stranger.organization_id) == {}


def test_who_was_known_before_is_told_of_ones_own_runs_only(stranger: Scene, theirs: Theirs) -> None:  # noqa: ARG001 - they have some
    assert stranger.workspace.known_before(stranger.organization_id) == {}


def test_readings_are_only_ones_own(stranger: Scene, theirs: Theirs) -> None:  # noqa: ARG001 - they have some
    assert [one.why for one in stranger.workspace.readings(stranger.organization_id)] == ["connected"]


def test_what_others_have_found_is_not_known_to_a_stranger(front: Front) -> None:
    front.look_up(count=10)
    stranger = front.scene.newcomer()
    run_id = stranger.start(stranger.add_list(people(10)))
    assert stranger.outcomes(run_id) == {"not_sent": 10}


def test_every_method_that_takes_an_organization_is_covered_here() -> None:
    """A new door must be tried, too."""
    covered = {*OF_A_LIST, *OF_A_RUN, *LISTINGS, "known_before", "not_sent", "readings", "resolve"}
    elsewhere = {
        "add_list",
        "add_person",
        "connect_practice",
        "account",
        "refresh_balance",
    }
    elsewhere |= {"refresh_balance", "drive_options", "drive_here", "add_email", "credits_free"}
    methods = {
        name
        for name, method in (*vars(Workspace).items(), *vars(Orders).items())
        if not name.startswith("_") and "organization_id" in getattr(method, "__annotations__", {})
    }
    assert methods - covered - elsewhere == {"take_email_key"}
