"""Starting a run: one line per row of the list, each with what will be asked and why, or why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from cleanlist_core.domain import LEFT_OUT_BY_YOU, EnrichmentType, KeyKind, Outcome, RowCheck, RunState
from cleanlist_core.errors import RunError
from cleanlist_core.store.database import Database
from cleanlist_core.store.file_facts import fact_in_list
from cleanlist_core.store.people import Known, known_people, learn_keys
from cleanlist_core.store.schema import list_row, run, run_row

Missing = Callable[..., EnrichmentType | None]
"""(wanted, has_email=, has_phone=, by_email=) → what to ask, or None. The rule is in runs/planning.py."""

ChooseSample = Callable[[Mapping[str, Sequence[int]]], Sequence[int]]
"""Row numbers of the people to ask, by key kind, in file order → those of a test. See runs/planning.py."""

UNFINISHED = (RunState.RUNNING, RunState.WAITING, RunState.STOPPING, RunState.NEEDS_YOU)


@dataclass(frozen=True, slots=True)
class PersonGroup:
    """Ready people who are alike for a price. has_…: in the file, or covered by an earlier answer.

    …_found: what an earlier answer says; None without one, and where it found nothing but the file has it.
    """

    key_kind: str
    has_email: bool
    has_phone: bool
    email_found: bool | None = None
    phone_found: bool | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What a person confirmed: the one decision that may spend.

    then_phones: phones are decided on once the emails are there. first_run_id: the run whose second
    decision this is; only: a query for the row numbers of those of the list who are asked about.
    """

    organization_id: str
    list_id: str
    wanted: EnrichmentType
    budget: int
    at_most: int
    likely: int
    by: str = ""
    fresh: bool = False
    sample: ChooseSample | None = None
    then_phones: bool = False
    first_run_id: str = ""
    only: Select[Any] | None = None


def count_people(
    database: Database,
    organization_id: str,
    list_id: str,
    *,
    known_since: float | None,
    count_own: bool = True,
    among: Select[Any] | None = None,
) -> dict[PersonGroup, int]:
    """How many ready people of each kind a list has.

    known_since: answers since then count as known; None: none do. count_own: whether the file's own values
    count. among: a query for the row numbers of those who count.
    """
    here = _leaders(list_id) if among is None else and_(_leaders(list_id), list_row.c.row_number.in_(among))
    with database.read() as connection:
        groups = _groups_of_the_file(connection, here, count_own=count_own)
        for change in _gains(connection, list_id, here).values() if count_own else ():
            _move(groups, change.own, change.together)
        if known_since is not None:
            known = known_people(connection, organization_id, list_id, since=known_since)
            theirs = _file_groups_of(connection, list_id, here, list(known), count_own=count_own)
            _move_the_known(groups, known, theirs)
        return {group: count for group, count in groups.items() if count}


def _leaders(list_id: str) -> ColumnElement[bool]:
    return and_(list_row.c.list_id == list_id, list_row.c.checked == "ready")


def _groups_of_the_file(
    connection: Connection, here: ColumnElement[bool], *, count_own: bool
) -> Counter[PersonGroup]:
    columns = (list_row.c.key_kind, list_row.c.email != "", list_row.c.phone != "")
    query = select(*columns, func.count()).where(here).group_by(*columns)
    groups: Counter[PersonGroup] = Counter()
    for kind, email, phone, count in connection.execute(query):
        groups[PersonGroup(kind, count_own and bool(email), count_own and bool(phone))] += count
    return groups


@dataclass(frozen=True, slots=True)
class _Gain:
    """What the file says of a person in the row that is sent, and in all of their rows together."""

    own: PersonGroup
    together: PersonGroup


def _gains(connection: Connection, list_id: str, here: ColumnElement[bool]) -> dict[int, _Gain]:
    """Those of the rows here that lack an email or a phone which another row of the same person has."""
    own_email, own_phone = list_row.c.email != "", list_row.c.phone != ""
    other = list_row.alias()
    same = and_(other.c.list_id == list_id, other.c.leader == list_row.c.row_number)
    more = or_(
        and_(list_row.c.email == "", other.c.email != ""), and_(list_row.c.phone == "", other.c.phone != "")
    )
    query = (
        select(list_row.c.row_number, list_row.c.key_kind, own_email, own_phone)
        .add_columns(other.c.email != "", other.c.phone != "")
        .join_from(other, list_row, same)
        .where(other.c.checked == RowCheck.DUPLICATE.value, here, more)
    )
    gains: dict[int, _Gain] = {}
    for number, kind, email, phone, more_email, more_phone in connection.execute(query):
        own = PersonGroup(kind, bool(email), bool(phone))
        so_far = gains[number].together if number in gains else own
        together = PersonGroup(
            kind, so_far.has_email or bool(more_email), so_far.has_phone or bool(more_phone)
        )
        gains[number] = _Gain(own, together)
    return gains


def _file_groups_of(
    connection: Connection,
    list_id: str,
    here: ColumnElement[bool],
    numbers: Sequence[int],
    *,
    count_own: bool,
) -> dict[int, PersonGroup]:
    """What the file says of the people of those of these rows that are here."""
    groups: dict[int, PersonGroup] = {}
    for start in range(0, len(numbers), 500):
        query = select(
            list_row.c.row_number, list_row.c.key_kind, list_row.c.email != "", list_row.c.phone != ""
        ).where(here, list_row.c.row_number.in_(numbers[start : start + 500]))
        for number, kind, email, phone in connection.execute(query):
            groups[number] = PersonGroup(kind, count_own and bool(email), count_own and bool(phone))
    if count_own and groups:
        gains = _gains(connection, list_id, here)
        groups |= {number: gains[number].together for number in groups.keys() & gains.keys()}
    return groups


def _move(groups: Counter[PersonGroup], old: PersonGroup, new: PersonGroup) -> None:
    groups[old] -= 1
    groups[new] += 1


def _move_the_known(
    groups: Counter[PersonGroup], known: Mapping[int, Known], file_groups: Mapping[int, PersonGroup]
) -> None:
    for number, answers in known.items():
        group = file_groups.get(number)
        if group is None:
            continue
        email = None if answers.email is None else bool(answers.email.email)
        phone = None if answers.phone is None else bool(answers.phone.phone)
        with_answers = PersonGroup(
            group.key_kind,
            has_email=group.has_email or email is not None,
            has_phone=group.has_phone or phone is not None,
            email_found=(email or None) if group.has_email else email,
            phone_found=(phone or None) if group.has_phone else phone,
        )
        _move(groups, group, with_answers)


def create_run(
    database: Database,
    order: Order,
    missing: Missing,
    *,
    known_since: float | None,
    causes: Mapping[str, str],
) -> tuple[str, bool]:
    """Write the run and its rows in one transaction. Returns (run id, whether it is new).

    While an unfinished run of the same list and type is there, that one is returned: a second click,
    tab or colleague must not start a second one. causes: cause code → sentence for rows to be fixed.
    """
    with database.write(order.organization_id) as connection:
        twin = _unfinished_twin(connection, order)
        if twin:
            _check_is_the_same(connection, twin, order)
            return twin, False
        run_id = uuid4().hex
        now = database.now(connection)
        connection.execute(
            insert(run).values(id=run_id, confirmed_at=now, started_at=now, **_run_values(order))
        )
        _insert_rows(connection, run_id, order, missing, causes, count_own=not order.fresh)
        if known_since is not None:
            known = known_people(connection, order.organization_id, order.list_id, since=known_since)
            count_own = not order.fresh
            fill_known(connection, run_id, order.list_id, order.wanted, missing, known, count_own=count_own)
            learn_keys(connection, order.organization_id, order.list_id, known)
        if order.only is not None:
            where = " for a phone" if order.first_run_id else ""
            _keep_chosen(connection, run_id, order.only, f"Not chosen{where}; nothing was charged.")
        if order.first_run_id:
            _keep_what_was_found(connection, run_id, order)
        if order.sample is not None:
            _keep_only(connection, run_id, order.sample(_waiting_by_kind(connection, run_id, order.list_id)))
        fill_duplicates(connection, run_id)
        return run_id, True


def _unfinished_twin(connection: Connection, order: Order) -> str:
    query = select(run.c.id).where(
        run.c.organization_id == order.organization_id,
        run.c.list_id == order.list_id,
        run.c.enrichment_type == order.wanted.value,
        run.c.sample == (order.sample is not None),
        run.c.first_run_id == order.first_run_id,
        run.c.state.in_([state.value for state in UNFINISHED]),
    )
    return str(connection.execute(query).scalar() or "")


def _check_is_the_same(connection: Connection, run_id: str, order: Order) -> None:
    """A second click finds the run of the first; a choice of other people is an order of its own."""
    if order.only is None:
        return
    others = and_(
        run_row.c.run_id == run_id,
        run_row.c.outcome == Outcome.NOT_CHOSEN.value,
        run_row.c.row_number.in_(order.only),
    )
    if connection.execute(select(run_row.c.row_number).where(others).limit(1)).first() is not None:
        raise RunError(
            "Other people of this list are being looked up right now. Nothing was ordered or charged."
            " Wait until they are done, then choose again.",
            code="others_under_way",
        )


def _run_values(order: Order) -> dict[str, Any]:
    return {
        "organization_id": order.organization_id,
        "list_id": order.list_id,
        "enrichment_type": order.wanted.value,
        "budget": order.budget,
        "state": RunState.RUNNING.value,
        "fresh": order.fresh,
        "sample": order.sample is not None,
        "then_phones": order.then_phones,
        "first_run_id": order.first_run_id,
        "confirmed_by": order.by,
        "confirmed_at_most": order.at_most,
        "confirmed_likely": order.likely,
    }


def _insert_rows(
    connection: Connection,
    run_id: str,
    order: Order,
    missing: Missing,
    causes: Mapping[str, str],
    *,
    count_own: bool,
) -> None:
    ask = ask_of_the_file(order.wanted, missing, count_own=count_own)
    ready = list_row.c.checked == "ready"
    left_out = list_row.c.reason.startswith(LEFT_OUT_BY_YOU, autoescape=True)
    outcome = case(
        (and_(list_row.c.checked == "invalid", left_out), Outcome.WITHHELD.value),
        (list_row.c.checked == "invalid", Outcome.NEEDS_FIXING.value),
        (list_row.c.checked == "duplicate", Outcome.DUPLICATE.value),
        (ask == "", Outcome.HAS_IT.value),
        else_=Outcome.NOT_SENT.value,
    )
    leader_text = cast(list_row.c.leader, String)
    reason = case(
        (list_row.c.checked == "invalid", _cause_text(causes)),
        (list_row.c.checked == "duplicate", "The same person as row " + leader_text + "; looked up once."),
        (ask == "", WHY_THE_FILE_HAS_IT[order.wanted]),
        else_="Waiting to be sent.",
    )
    columns = ["run_id", "row_number", "leader", "ask", "outcome", "reason", "in_file"]
    rows = select(
        literal(run_id),
        list_row.c.row_number,
        list_row.c.leader,
        case((ready, ask), else_=""),
        outcome,
        reason,
        fact_in_list(connection, order.list_id),
    ).where(list_row.c.list_id == order.list_id)
    connection.execute(insert(run_row).from_select(columns, rows))
    if count_own:
        spare_whose_other_rows_know(connection, run_id, order.list_id, order.wanted, missing)


def spare_whose_other_rows_know(
    connection: Connection, run_id: str, list_id: str, wanted: EnrichmentType, missing: Missing
) -> None:
    """Those who wait are not asked for what another row of the same person has in the file."""
    numbers: dict[EnrichmentType | None, list[int]] = {}
    for number, gain in _gains(connection, list_id, _leaders(list_id)).items():
        together = gain.together
        ask = missing(
            wanted,
            has_email=together.has_email,
            has_phone=together.has_phone,
            by_email=together.key_kind == KeyKind.EMAIL,
        )
        numbers.setdefault(ask, []).append(number)
    for ask, rows in numbers.items():
        values = {"ask": ask.value if ask else ""}
        if ask is None:
            values |= {"outcome": Outcome.HAS_IT.value, "reason": _WHY_ANOTHER_ROW_HAS_IT[wanted]}
        for start in range(0, len(rows), 500):
            part = run_row.c.row_number.in_(rows[start : start + 500])
            waiting = and_(run_row.c.run_id == run_id, run_row.c.outcome == Outcome.NOT_SENT.value)
            connection.execute(update(run_row).where(waiting, part).values(**values))


WHY_THE_FILE_HAS_IT = {
    EnrichmentType.NONE: "Nothing to ask.",
    EnrichmentType.PARTIAL: "Your file already has an email.",
    EnrichmentType.PHONE_ONLY: "Your file already has a phone.",
    EnrichmentType.FULL: "Your file already has an email and a phone.",
}
_WHY_ANOTHER_ROW_HAS_IT = {
    EnrichmentType.NONE: "Nothing to ask.",
    EnrichmentType.PARTIAL: "Another row of this person in your file already has an email.",
    EnrichmentType.PHONE_ONLY: "Another row of this person in your file already has a phone.",
    EnrichmentType.FULL: "The rows of this person in your file already have an email and a phone.",
}


def ask_of_the_file(wanted: EnrichmentType, missing: Missing, *, count_own: bool) -> ColumnElement[str]:
    """What is asked for a row, going by the file alone: the rule written as SQL for its cases."""
    whole = missing(wanted, has_email=False, has_phone=False, by_email=True)
    cases = [(list_row.c.key_kind == KeyKind.EMAIL.value, whole.value if whole else "")]
    if not count_own:
        return case(*cases, else_=wanted.value)
    for email in (True, False):
        for phone in (True, False):
            part = missing(wanted, has_email=email, has_phone=phone)
            here = and_((list_row.c.email != "") == email, (list_row.c.phone != "") == phone)
            cases.append((here, part.value if part else ""))
    return case(*cases, else_="")


def _cause_text(causes: Mapping[str, str]) -> ColumnElement[str]:
    whens = [(list_row.c.reason == code, text) for code, text in causes.items()]
    return case(*whens, else_=list_row.c.reason) if whens else list_row.c.reason


def fill_known(
    connection: Connection,
    run_id: str,
    list_id: str,
    wanted: EnrichmentType,
    missing: Missing,
    known: Mapping[int, Known],
    *,
    count_own: bool = True,
) -> None:
    """Fill the rows of a run that wait with what is known; only what is still missing is asked."""
    groups = _file_groups_of(connection, list_id, _leaders(list_id), list(known), count_own=count_own)
    for number, answers in known.items():
        group = groups[number]
        by_email = group.key_kind == KeyKind.EMAIL
        part = missing(
            wanted,
            has_email=group.has_email or answers.email is not None,
            has_phone=group.has_phone or answers.phone is not None,
            by_email=by_email,
        )
        of_the_file = missing(wanted, has_email=group.has_email, has_phone=group.has_phone, by_email=by_email)
        if of_the_file is None and not _has_find(answers, wanted):
            continue  # that nothing was found once is no news of somebody whose file has it
        take_known(connection, run_id, number, answers, part, wanted)


def take_known(
    connection: Connection,
    run_id: str,
    row_number: int,
    known: Known,
    ask: EnrichmentType | None,
    wanted: EnrichmentType,
) -> None:
    """Fill a row with what earlier answers say. ask: what is still missing, None when nothing is.

    wanted: what the run looks for.
    """
    values = _known_values(known) | {"ask": ask.value if ask else ""}
    if ask is None:
        values |= {"outcome": Outcome.KNOWN.value, "reason": _known_reason(known, wanted), "batch_id": None}
    row = (run_row.c.run_id == run_id) & (run_row.c.row_number == row_number)
    unsent = run_row.c.outcome.in_([Outcome.NOT_SENT.value, Outcome.HAS_IT.value])
    connection.execute(update(run_row).where(row, unsent).values(**values))


def _known_values(known: Known) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if known.email is not None:
        names = ("email", "email_status", "email_quality", "other_emails", "provider")
        values |= {name: getattr(known.email, name) for name in names}
    if known.phone is not None:
        values |= {name: getattr(known.phone, name) for name in ("phone", "phone_type", "other_phones")}
    newest = max((row for row in (known.email, known.phone) if row is not None), key=lambda row: row.found_at)
    return values | {"known_result_id": newest.id, "result_id": newest.id, "checked_at": newest.found_at}


def _has_find(known: Known, wanted: EnrichmentType) -> bool:
    """Whether earlier answers bring any of what is wanted."""
    email = wanted.wants_email and known.email is not None and bool(known.email.email)
    return email or (wanted.wants_phone and known.phone is not None and bool(known.phone.phone))


def _keep_what_was_found(connection: Connection, run_id: str, order: Order) -> None:
    """A further decision takes nothing away: what earlier ones found stays with rows that lack it here.

    Such are those whose phone is in the file, and those whose answers are too old to count as known.
    """
    before = run_row.alias()
    earlier = select(run.c.id).where(
        or_(run.c.id == order.first_run_id, run.c.first_run_id == order.first_run_id), run.c.id != run_id
    )
    lacking = (
        select(run_row.c.row_number, run_row.c.ask)
        .join(before, before.c.row_number == run_row.c.row_number)
        .where(run_row.c.run_id == run_id, run_row.c.result_id.is_(None), before.c.run_id.in_(earlier))
        .where(or_(before.c.email != "", before.c.phone != ""))
    )
    asks = {row.row_number: row.ask for row in connection.execute(lacking)}
    if not asks:
        return
    found = known_people(connection, order.organization_id, order.list_id, since=0)
    for number in asks.keys() & found.keys():
        # What is asked for again must not look found meanwhile.
        answers = replace(found[number], phone=None) if asks[number] else found[number]
        if answers.email is not None or answers.phone is not None:
            here = and_(run_row.c.run_id == run_id, run_row.c.row_number == number)
            connection.execute(update(run_row).where(here).values(**_known_values(answers)))


def _known_reason(known: Known, wanted: EnrichmentType) -> str:
    if _has_find(known, wanted):
        return "Found before, by an earlier look-up; nothing was charged."
    return f"Looked up before; {_NO_FIND[wanted]} was found, and nothing was charged."


_NO_FIND = {
    EnrichmentType.NONE: "nothing",
    EnrichmentType.PARTIAL: "no work email",
    EnrichmentType.PHONE_ONLY: "no phone",
    EnrichmentType.FULL: "neither a work email nor a phone",
}
"""Other addresses may have come along, which are no finds."""


def _keep_chosen(connection: Connection, run_id: str, chosen: Select[Any], reason: str) -> None:
    """Only the chosen people are asked about; the others keep what is known of them, and cost nothing."""
    aside = and_(
        run_row.c.run_id == run_id,
        run_row.c.outcome == Outcome.NOT_SENT.value,
        run_row.c.row_number.not_in(chosen),
    )
    values = {"ask": "", "outcome": Outcome.NOT_CHOSEN.value, "reason": reason}
    connection.execute(update(run_row).where(aside).values(**values))


def _waiting_by_kind(connection: Connection, run_id: str, list_id: str) -> dict[str, list[int]]:
    query = (
        select(list_row.c.key_kind, list_row.c.row_number)
        .join(run_row, run_row.c.row_number == list_row.c.row_number)
        .where(list_row.c.list_id == list_id, run_row.c.run_id == run_id)
        .where(run_row.c.outcome == Outcome.NOT_SENT.value)
        .order_by(list_row.c.row_number)
    )
    rows: dict[str, list[int]] = {}
    for kind, number in connection.execute(query):
        rows.setdefault(kind, []).append(number)
    return rows


def _keep_only(connection: Connection, run_id: str, sample: Sequence[int]) -> None:
    connection.execute(
        update(run_row)
        .where(
            run_row.c.run_id == run_id,
            run_row.c.outcome == Outcome.NOT_SENT.value,
            run_row.c.row_number.not_in(sample),
        )
        .values(ask="", reason="Not part of this test.")
    )


def fill_duplicates(connection: Connection, run_id: str, leaders: Sequence[int] | None = None) -> None:
    """Give every duplicate what its leader has. leaders: only theirs; None for all."""
    source = run_row.alias()
    names = (
        "email",
        "email_status",
        "email_quality",
        "phone",
        "phone_type",
        "other_emails",
        "other_phones",
        "provider",
        "result_id",
        "checked_at",
    )
    statement = (
        update(run_row)
        .where(
            run_row.c.run_id == run_id,
            run_row.c.outcome == Outcome.DUPLICATE.value,
            source.c.run_id == run_id,
            source.c.row_number == run_row.c.leader,
            source.c.result_id.is_not(None),
        )
        .values({name: source.c[name] for name in names})
    )
    if leaders is not None:
        theirs = run_row.alias()
        # By their numbers, or all duplicates of the run would be read to find those of a few people.
        numbers = select(theirs.c.row_number).where(theirs.c.run_id == run_id, theirs.c.leader.in_(leaders))
        statement = statement.where(run_row.c.row_number.in_(numbers))
    connection.execute(statement)
