"""What is known about people: the memory that makes an organization pay once per person."""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from cleanlist_core.domain import EnrichmentType
from cleanlist_core.store.schema import list_row, person_key, person_raw, person_result

CHUNK = 500
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
    not_from_run: str = "",
) -> dict[int, Known]:
    """What is already known about the ready people of a list, by row number.

    since: answers older than this do not count. row_numbers: only these rows.
    """
    identities = _matching_identities(connection, organization_id, list_id, row_numbers)
    answers = _newest_answers(connection, organization_id, set(identities.values()), since, not_from_run)
    return {number: answers[identity] for number, identity in identities.items() if identity in answers}


def _matching_identities(
    connection: Connection, organization_id: str, list_id: str, row_numbers: Sequence[int] | None
) -> dict[int, str]:
    """Row number → the one identity its keys lead to; rows whose keys lead to several are left out."""
    found: dict[int, set[str]] = defaultdict(set)
    slugs: dict[int, str] = {}
    for key in (
        list_row.c.identity,
        "nd:" + list_row.c.name_domain_key,
        "nc:" + list_row.c.name_company_key,
    ):
        query = (
            select(list_row.c.row_number, list_row.c.linkedin_slug, person_key.c.identity)
            .join(person_key, (person_key.c.organization_id == organization_id) & (person_key.c.key == key))
            .where(
                list_row.c.list_id == list_id,
                list_row.c.checked == "ready",
                list_row.c.leader == list_row.c.row_number,
            )
        )
        for part in _parts(row_numbers):
            rows = query if part is None else query.where(list_row.c.row_number.in_(part))
            for number, slug, identity in connection.execute(rows):
                found[number].add(identity)
                slugs[number] = slug
    return {
        number: identity
        for number, identities in found.items()
        if (identity := _same_person(slugs[number], identities))
    }


def _same_person(slug: str, identities: set[str]) -> str:
    """The identity that is surely the same person, or "".

    Two profiles are two people even under one name at one company.
    """
    if f"in:{slug}" in identities:
        return f"in:{slug}"
    candidates = {identity for identity in identities if not (slug and identity.startswith("in:"))}
    return candidates.pop() if len(candidates) == 1 else ""


def _newest_answers(
    connection: Connection, organization_id: str, identities: set[str], since: float, not_from_run: str
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
                person_result.c.run_id != not_from_run,
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
    values: Sequence[Mapping[str, Any]],
    finds: Sequence[Find],
    keys: Sequence[Iterable[str]],
) -> list[int]:
    """Store answers about people, their raw records, and the keys each is known by. Returns the ids."""
    if not values:
        return []
    names = [name for name in Find.__slots__ if name in person_result.c]
    rows = [
        {**one, **{name: getattr(find, name) for name in names}}
        for one, find in zip(values, finds, strict=True)
    ]
    statement = insert(person_result).returning(person_result.c.id, sort_by_parameter_order=True)
    ids = list(connection.execute(statement, rows).scalars())
    records = [
        {"result_id": result_id, "record": _compressed(find.raw)}
        for result_id, find in zip(ids, finds, strict=True)
        if find.raw is not None
    ]
    if records:
        connection.execute(insert(person_raw), records)
    _add_keys(connection, values, keys)
    return ids


def _compressed(record: Mapping[str, Any]) -> bytes:
    return zlib.compress(json.dumps(record, ensure_ascii=False).encode(), 1)


def _add_keys(
    connection: Connection, values: Sequence[Mapping[str, Any]], keys: Sequence[Iterable[str]]
) -> None:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    rows = [
        {"organization_id": one["organization_id"], "key": key, "identity": one["identity"]}
        for one, person_keys in zip(values, keys, strict=True)
        for key in person_keys
    ]
    if rows:
        connection.execute(dialect.insert(person_key).on_conflict_do_nothing(), rows)
