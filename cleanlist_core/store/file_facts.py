"""What the file says of each person, kept in the rows of a run so that these alone are counted.

A fact is three letters, such as `d10`: by what the row is looked up (`-` for nothing), and whether any row of
the person in the file has an email, a phone. It follows every change of the list. It is as short as can be,
for the index a run is counted by holds it once per row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, or_, select, update

from cleanlist_core.domain import KeyKind
from cleanlist_core.store.schema import list_row, run, run_row

AT_ONCE = 500
"""Numbers a database takes as parameters of one statement."""

_LETTERS = {KeyKind.LINKEDIN: "l", KeyKind.NAME_DOMAIN: "d", KeyKind.NAME_COMPANY: "c", KeyKind.EMAIL: "e"}
_KINDS = {letter: kind for kind, letter in _LETTERS.items()}
_REPEATS_SOMEBODY = list_row.c.leader != list_row.c.row_number


def _anybody_has(name: str) -> ColumnElement[bool]:
    """Whether the row of the list, or another row of the same person, has a value."""
    first, repeat = list_row.alias(), list_row.alias()
    led = and_(_REPEATS_SOMEBODY, first.c.row_number == list_row.c.leader)
    in_the_first = select(literal(1)).where(first.c.list_id == list_row.c.list_id, led, first.c[name] != "")
    # As in the index of repeated rows alone, which is short, or all rows of the list would be gone through.
    repeats = and_(repeat.c.leader == list_row.c.leader, repeat.c.leader != repeat.c.row_number)
    in_a_repeat = select(literal(1)).where(
        repeat.c.list_id == list_row.c.list_id, repeats, repeat.c[name] != ""
    )
    others = or_(*(one.correlate(list_row).exists() for one in (in_a_repeat, in_the_first)))
    return or_(list_row.c[name] != "", others)


def _fact(email: ColumnElement[bool], phone: ColumnElement[bool]) -> ColumnElement[str]:
    told = [case((one, "1"), else_="0") for one in (email, phone)]
    letters = [(list_row.c.key_kind == kind.value, letter) for kind, letter in _LETTERS.items()]
    return case(*letters, else_="-").concat(told[0]).concat(told[1])


FACT = _fact(_anybody_has("email"), _anybody_has("phone"))
"""The fact of a row, in a query of `list_row`."""
_FACT_OF_ONE_ROW = _fact(list_row.c.email != "", list_row.c.phone != "")


def read_fact(fact: str) -> tuple[KeyKind | None, bool, bool]:
    """By what the row is looked up, and whether its person has an email and a phone in the file."""
    return _KINDS.get(fact[:1]), fact[1:2] == "1", fact[2:] == "1"


def fact_in_list(connection: Connection, list_id: str) -> ColumnElement[str]:
    """The same for all rows of a list: where nobody repeats anybody, no other row is looked for."""
    repeats = select(literal(1)).where(list_row.c.list_id == list_id, _REPEATS_SOMEBODY).limit(1)
    return _FACT_OF_ONE_ROW if connection.execute(repeats).first() is None else FACT


def follow_the_list(connection: Connection, list_id: str, leaders: Iterable[int]) -> None:
    """Bring the facts in all runs of a list up to date. leaders: of the persons whose rows were changed,
    as it was and as it is.
    """
    runs = select(run.c.id).where(run.c.list_id == list_id)
    if connection.execute(runs.limit(1)).first() is None:
        return
    changed = 0
    for fact, numbers in _facts(connection, list_id, sorted(set(leaders))).items():
        for part in _in_parts(numbers):
            here = and_(run_row.c.run_id.in_(runs), run_row.c.row_number.in_(part))
            told = update(run_row).where(here, run_row.c.in_file != fact).values(in_file=fact)
            changed += connection.execute(told).rowcount
    if changed:
        connection.execute(update(run).where(run.c.list_id == list_id).values(revision=run.c.revision + 1))


def _facts(connection: Connection, list_id: str, leaders: Sequence[int]) -> dict[str, list[int]]:
    """Fact → the rows of these persons of whom it holds."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    of_list = list_row.c.list_id == list_id
    query = select(list_row.c.row_number, FACT.label("fact"))
    for part in _in_parts(leaders):
        for theirs in (list_row.c.row_number.in_(part), and_(_REPEATS_SOMEBODY, list_row.c.leader.in_(part))):
            for number, fact in connection.execute(query.where(of_list, theirs)):
                found[fact].append(number)
    return found


def _in_parts(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), AT_ONCE):
        yield numbers[start : start + AT_ONCE]


def fill_in(connection: Connection) -> None:
    """Write the facts of all runs there are."""
    here = and_(list_row.c.list_id == run.c.list_id, list_row.c.row_number == run_row.c.row_number)
    fact = select(FACT).join_from(list_row, run, here).where(run.c.id == run_row.c.run_id)
    whole = func.coalesce(fact.correlate(run_row).scalar_subquery(), "")
    connection.execute(update(run_row).values(in_file=whole))
