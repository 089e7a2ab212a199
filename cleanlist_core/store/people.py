"""What is known about people: the memory that makes an organization pay once per person."""

from __future__ import annotations

import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Connection, Row, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from cleanlist_core.domain import EnrichmentType
from cleanlist_core.store.schema import list_row, person_key, person_raw, person_result

CHUNK = 500
BY_EMAIL = "em:"
"""What the identity, or a key, of somebody starts with who is known by an email address alone."""
EMAIL_TYPES = (EnrichmentType.PARTIAL.value, EnrichmentType.FULL.value)
PHONE_TYPES = (EnrichmentType.PHONE_ONLY.value, EnrichmentType.FULL.value)


@dataclass(frozen=True, slots=True)
class Find:
    """What one look-up brought for one person. Missing is "". raw: the API's record as it came."""

    email: str = ""
    email_status: str = ""
    email_quality: str = ""
    phone: str = ""
    phone_type: str = ""
    other_emails: str = ""
    other_phones: str = ""
    provider: str = ""
    task_id: str = ""
    raw: Mapping[str, Any] | None = None


_STORED_OF_A_FIND = [name for name in Find.__slots__ if name in person_result.c]


@dataclass(frozen=True, slots=True)
class Known:
    """The newest answers about one person that still count: about the email, and about the phone."""

    email: Row[Any] | None = None
    phone: Row[Any] | None = None


def known_people(
    connection: Connection,
    organization_id: str,
    list_id: str,
    *,
    since: float,
    row_numbers: Sequence[int] | None = None,
) -> dict[int, Known]:
    """What is already known about the ready people of a list, by row number.

    since: answers older than this do not count. row_numbers: only these rows.
    """
    identities = _matching_identities(connection, organization_id, list_id, row_numbers)
    everyone = {identity for several in identities.values() for identity in several}
    answers = _newest_answers(connection, organization_id, everyone, since)
    known = {
        number: _merged([answers[identity] for identity in sorted(several) if identity in answers])
        for number, several in identities.items()
    }
    return {number: one for number, one in known.items() if one.email is not None or one.phone is not None}


def _merged(answers: Sequence[Known]) -> Known:
    """The newest of each part, of a person who is known under several identities."""
    emails = [one.email for one in answers if one.email is not None]
    phones = [one.phone for one in answers if one.phone is not None]
    return Known(
        max(emails, key=lambda row: row.found_at, default=None),
        max(phones, key=lambda row: row.found_at, default=None),
    )


def _matching_identities(
    connection: Connection, organization_id: str, list_id: str, row_numbers: Sequence[int] | None
) -> dict[int, set[str]]:
    """Row number → the identities under which its very person is known."""
    found: dict[int, set[str]] = defaultdict(set)
    rows: dict[int, tuple[str, str]] = {}
    for key in (
        list_row.c.identity,
        "nd:" + list_row.c.name_domain_key,
        "nc:" + list_row.c.name_company_key,
    ):
        query = (
            select(
                list_row.c.row_number,
                list_row.c.identity,
                list_row.c.name_domain_key,
                person_key.c.identity.label("known_as"),
            )
            .join(person_key, (person_key.c.organization_id == organization_id) & (person_key.c.key == key))
            .where(
                list_row.c.list_id == list_id,
                list_row.c.checked == "ready",
                list_row.c.leader == list_row.c.row_number,
            )
        )
        for part in _parts(row_numbers):
            portion = query if part is None else query.where(list_row.c.row_number.in_(part))
            for row in connection.execute(portion):
                found[row.row_number].add(row.known_as)
                rows[row.row_number] = (row.identity, row.name_domain_key)
    sure = {number: same_person(*rows[number], identities) for number, identities in found.items()}
    return _without_shared_names(sure, {number: identity for number, (identity, _) in rows.items()})


def same_person(identity: str, name_domain_key: str, identities: Set[str]) -> set[str]:
    """Those of the identities found by a row's keys that are surely its own person.

    Two profiles are two people even under one name at one company, and so are two websites. Once
    another person of the name is known, what is known by the weaker key alone may be theirs.
    """
    own = {identity} & identities
    sure = set(own)
    levels = (
        ("in:", identity if identity.startswith("in:") else ""),
        ("nd:", f"nd:{name_domain_key}" if name_domain_key else ""),
        ("nc:", ""),
    )
    for prefix, mine in levels:
        known = {one for one in identities if one.startswith(prefix)}
        others = known - {mine}
        if others and (mine or len(others) > 1):
            return sure | (known & {mine})
        sure |= known
    return sure


def _without_shared_names(sure: Mapping[int, set[str]], own: Mapping[int, str]) -> dict[int, set[str]]:
    """Several people of a list cannot all be the one known by a name: then it is nobody's but its own."""
    claims = Counter(one for identities in sure.values() for one in identities)
    return {
        number: {one for one in identities if claims[one] == 1 or one == own[number]}
        for number, identities in sure.items()
    }


def _newest_answers(
    connection: Connection, organization_id: str, identities: set[str], since: float
) -> dict[str, Known]:
    email: dict[str, Row[Any]] = {}
    phone: dict[str, Row[Any]] = {}
    for part in _parts(sorted(identities)):
        query = (
            select(person_result)
            .where(
                person_result.c.organization_id == organization_id,
                person_result.c.identity.in_(part or []),
                person_result.c.found_at >= since,
            )
            .order_by(person_result.c.found_at)
        )
        for row in connection.execute(query):
            if row.asked in EMAIL_TYPES:
                email[row.identity] = row
            if row.asked in PHONE_TYPES:
                phone[row.identity] = row
    return {key: Known(email.get(key), phone.get(key)) for key in email.keys() | phone.keys()}


def _parts(values: Sequence[Any] | None) -> Iterable[Sequence[Any] | None]:
    """The values in portions a database takes as parameters; None stands for no restriction."""
    if values is None:
        return [None]
    return [values[start : start + CHUNK] for start in range(0, len(values), CHUNK)]


def add_results(
    connection: Connection,
    batch_id: str,
    values: Sequence[Mapping[str, Any]],
    finds: Sequence[Find],
    keys: Sequence[Iterable[str]],
) -> list[int]:
    """Store a batch's answers about people, their raw records, and the keys each is known by.

    Returns the ids, in the same order.
    """
    if not values:
        return []
    rows = [
        {"batch_id": batch_id, **one, **{name: getattr(find, name) for name in _STORED_OF_A_FIND}}
        for one, find in zip(values, finds, strict=True)
    ]
    connection.execute(insert(person_result), rows)
    # Asked for afterwards: SQLite would hand out ids in order for one row at a time only.
    query = select(person_result.c.task_id, person_result.c.id).where(person_result.c.batch_id == batch_id)
    by_task = {task_id: result_id for task_id, result_id in connection.execute(query)}  # noqa: C416 - rows are not plain pairs to mypy
    ids = [by_task[find.task_id] for find in finds]
    records = [
        {"result_id": result_id, "record": packed(find.raw)}
        for result_id, find in zip(ids, finds, strict=True)
        if find.raw is not None
    ]
    if records:
        connection.execute(insert(person_raw), records)
    _add_keys(connection, values, keys)
    return ids


def learn_keys(
    connection: Connection, organization_id: str, list_id: str, known: Mapping[int, Known]
) -> None:
    """Who takes known answers is known by all the keys of their row from now on, for free.

    The row's own identity stands beside those of the answers: whoever comes with another profile or
    website under the same name is told apart from it, as if it had been looked up itself.
    """
    for part in _parts(sorted(known)):
        query = select(list_row).where(list_row.c.list_id == list_id, list_row.c.row_number.in_(part or []))
        rows: list[dict[str, str]] = []
        for row in connection.execute(query):
            answers = known[row.row_number]
            identities = {one.identity for one in (answers.email, answers.phone) if one is not None}
            rows += [
                {"organization_id": organization_id, "key": key, "identity": identity}
                for key in keys_of(row)
                for identity in identities | {row.identity}
            ]
        _insert_keys(connection, rows)


def keys_of(row: Row[Any]) -> list[str]:
    """All that a row of a list is known by."""
    keys = {row.identity}
    if row.linkedin_slug:
        keys.add(f"in:{row.linkedin_slug}")
    if row.name_domain_key:
        keys.add(f"nd:{row.name_domain_key}")
    if row.name_company_key:
        keys.add(f"nc:{row.name_company_key}")
    return sorted(keys)


def packed(record: Mapping[str, Any]) -> bytes:
    """A record of the API as it is kept."""
    return zlib.compress(to_json(record, inf_nan_mode="constants"), 1)


def unpacked(stored: bytes) -> dict[str, object]:
    """The record as it came."""
    record: dict[str, object] = json.loads(zlib.decompress(stored))
    return record


def _add_keys(
    connection: Connection, values: Sequence[Mapping[str, Any]], keys: Sequence[Iterable[str]]
) -> None:
    rows = [
        {"organization_id": one["organization_id"], "key": key, "identity": one["identity"]}
        for one, person_keys in zip(values, keys, strict=True)
        for key in person_keys
    ]
    _insert_keys(connection, rows)


def _insert_keys(connection: Connection, rows: Sequence[Mapping[str, str]]) -> None:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    if rows:
        # In the order of the index: neighbours lie on one page of it.
        in_order = sorted(rows, key=itemgetter("key", "identity"))
        connection.execute(dialect.insert(person_key).on_conflict_do_nothing(), in_order)
