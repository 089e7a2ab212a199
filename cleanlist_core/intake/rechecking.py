"""Rows changed after their file was read: their plain form, whether they can be sent, and who they are.

The same rules as for a whole file in `checking`, for fields that a person or a repair has filled in.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleanlist_core.domain import Contact, RowCheck, RowFields
from cleanlist_core.intake.checking import DUPLICATE, key_kinds, leaders_of, only_where
from cleanlist_core.intake.companies import clean_company, company_key
from cleanlist_core.intake.domains import company_domain, email_address
from cleanlist_core.intake.identity import person_keys
from cleanlist_core.intake.linkedin import PROFILE, LinkedInKind, read_linkedin
from cleanlist_core.intake.names import clean_name, is_unreadable_name, name_key
from cleanlist_core.intake.normalising import PersonColumns
from cleanlist_core.intake.repetition import filled

KEY_FIELDS = ("linkedin_slug", "first_name", "last_name", "company_domain", "company_name")


def plain_fields(typed: Contact, email: str = "") -> RowFields:
    """What a person typed, in plain form. Without a website the work email tells it."""
    slug = read_linkedin(typed.linkedin_url).slug
    address = email_address(email)
    return RowFields(
        linkedin_url=PROFILE + slug if slug else "",
        linkedin_slug=slug,
        first_name=clean_name(typed.first_name),
        last_name=clean_name(typed.last_name),
        company_domain=company_domain(typed.company_domain) or company_domain(address.partition("@")[2]),
        company_name=clean_company(typed.company_name),
        email=address,
    )


def can_be_sent(fields: RowFields) -> bool:
    """Whether these fields are enough to look somebody up."""
    if fields.linkedin_slug:
        return True
    if not (name_key(fields.first_name) and name_key(fields.last_name)):
        return False
    return bool(fields.company_domain or company_key(fields.company_name))


def cause_of(fields: RowFields, typed: Contact, *, phone: str = "") -> str:
    """Why a row cannot be sent, as a code of CAUSES; "" when it can. typed: what stands where it was read."""
    if can_be_sent(fields):
        return ""
    first, last = bool(fields.first_name), bool(fields.last_name)
    company = bool(fields.company_name or fields.company_domain)
    unreadable = is_unreadable_name(typed.first_name) or is_unreadable_name(typed.last_name)
    causes = {
        "company_page_instead_of_person": read_linkedin(typed.linkedin_url).kind is LinkedInKind.OTHER,
        "not_a_person": unreadable and not first and not last,
        "only_one_name": first != last,
        "no_name": not first and not last and bool(company or fields.email or phone),
        "no_company": first and last and not company,
    }
    return next((code for code, applies in causes.items() if applies), "nothing_usable")


def recheck(rows: pa.Table) -> pa.Table:
    """Identity, leader and outcome of rows from their fields.

    rows: row_number ascending, the KEY_FIELDS, and reason: why the row itself cannot be sent, "" when it
    can. Returns row_number, identity, name_domain_key, name_company_key, key_kind, checked, reason, leader
    as in the table `list_row`. Right for all rows when no key of theirs is in a row left out.
    """
    numbers = rows["row_number"].combine_chunks().to_numpy()
    own = rows["reason"].combine_chunks()
    people = _as_people({name: rows[name].combine_chunks() for name in KEY_FIELDS})
    keys = person_keys(people)
    ready = ~filled(own) & filled(keys.identity)
    leader = numbers[leaders_of(keys.person, ready) - 1]
    repeated = ready & (leader != numbers)
    reason = pc.if_else(pa.array(repeated), DUPLICATE, own)
    states = pa.array([RowCheck.READY.value, RowCheck.DUPLICATE.value, RowCheck.INVALID.value], pa.string())
    return pa.table(
        {
            "row_number": pa.array(numbers),
            "identity": only_where(ready, keys.identity),
            "name_domain_key": keys.name_domain,
            "name_company_key": keys.name_company,
            "key_kind": key_kinds(people, keys, ready),
            "checked": states.take(pa.array(np.where(repeated, 1, np.where(ready, 0, 2)))),
            "reason": reason,
            "leader": pa.array(leader),
        }
    )


def _as_people(columns: dict[str, pa.Array]) -> PersonColumns:
    rows = len(columns["first_name"])
    blank = pa.repeat(pa.scalar("", pa.string()), rows)
    nowhere = pa.repeat(pa.scalar(False), rows)
    return PersonColumns(
        **columns,
        linkedin_url=blank,
        email=blank,
        phone=blank,
        title=blank,
        location=blank,
        unreadable=nowhere,
        page=nowhere,
    )
