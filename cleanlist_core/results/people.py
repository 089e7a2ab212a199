"""One row of a run as a CRM sees a person: the finds first, the file's own values where there is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cleanlist_core.api.answers import PersonRecord
from cleanlist_core.domain import EmailQuality
from cleanlist_core.store.people import unpacked

FROM_FILE: Mapping[str, tuple[str, ...]] = {
    "city": (
        "city",
        "mailing city",
        "person city",
        "contact city",
        "home city",
        "person city name",
        "ort",
        "wohnort",
        "stadt",
        "standort",
        "ville",
        "ciudad",
        "città",
        "cidade",
        "plaats",
        "town",
    ),
    "state": (
        "state",
        "state region",
        "state province",
        "mailing state province",
        "mailing state",
        "person state",
        "contact state",
        "region",
        "bundesland",
        "province",
    ),
    "country": (
        "country",
        "country region",
        "mailing country",
        "person country",
        "contact country",
        "country region name",
        "home country",
        "land",
        "pays",
        "país",
        "paese",
    ),
    "lead_source": ("lead source",),
    "description": ("description",),
    "icebreaker": ("icebreaker",),
}
"""Fields taken from the upload as they are → how their headers may be written, best first."""

Values = dict[str, str]


def plain_header(name: str) -> str:
    """A header in lower case with single spaces instead of punctuation."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.sub(r"[\W_]+", " ", spaced).casefold().split())


def places(columns: Sequence[str], wanted: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Where the upload has each wanted field: name → position; names it has not are missing."""
    known: dict[str, int] = {}
    for position, name in enumerate(columns):
        known.setdefault(plain_header(name), position)
    found = {field: [known[name] for name in names if name in known] for field, names in wanted.items()}
    return {field: positions[0] for field, positions in found.items() if positions}


def person_reader(
    columns: Sequence[str], mapping: Mapping[str, Sequence[str]]
) -> Callable[[Any, Sequence[str]], Values]:
    """A function that turns a row of `people_rows` and its own cells into the fields of a person.

    mapping: field → names of the columns it was read from. Whom the file does not name, a profile say, has
    the name and what else it lacks from the answer.
    """
    own_places = places(columns, FROM_FILE)
    websites = [place_of(name, columns) for name in mapping.get("company_domain", ())]

    def website(row: Any, cells: Sequence[str]) -> str:
        """Without a website in the file, that of the email is a guess which is no news for a CRM."""
        domain = str(row.company_domain).lower().removeprefix("www.")
        host = _email_in_file(row).rpartition("@")[2]
        guessed = f".{host}".endswith(f".{domain}") and not any(_cell(cells, place) for place in websites)
        return "" if guessed else domain

    def read(row: Any, cells: Sequence[str]) -> Values:
        from_file = {name: _cell(cells, own_places.get(name)) for name in FROM_FILE}
        told = _told_by(row.answer)
        first_name, last_name = row.first_name or told.first_name, row.last_name or told.last_name
        return {
            **from_file,
            "first_name": first_name,
            "last_name": last_name,
            "full_name": f"{first_name} {last_name}".strip(),
            "company_name": row.company_name or told.company_name,
            "company_domain": website(row, cells) or told.company_domain,
            "linkedin_url": row.linkedin_url,
            "title": row.title or told.job_title,
            "location": row.location or told.location,
            **_email_fields(row),
            **_phone_fields(row),
        }

    return read


def _told_by(answer: bytes | None) -> PersonRecord:
    return _NOTHING if answer is None else named(PersonRecord.from_answer(unpacked(answer)))


def named(record: PersonRecord) -> PersonRecord:
    """The record with first and last name, also where the answer has them in one."""
    if record.first_name or record.last_name:
        return record
    first, _, last = record.full_name.strip().partition(" ")
    return record.model_copy(update={"first_name": first, "last_name": last.strip()})


_NOTHING = PersonRecord()


def place_of(name: str, columns: Sequence[str]) -> int | None:
    """Where a column stands that is named by its header or, where that is no name, as “Column 3”."""
    if name in columns:
        return list(columns).index(name)
    number = name.removeprefix("Column ")
    return int(number) - 1 if number.isdecimal() else None


def _cell(cells: Sequence[str], position: int | None) -> str:
    return cells[position].strip() if position is not None and position < len(cells) else ""


def usable_email(row: Any) -> str:
    """The found email in lower case, unless it is known not to work."""
    return "" if row.email_quality == EmailQuality.BAD else row.email.strip().lower()


def _email_in_file(row: Any) -> str:
    return str(row.own_email or row.other_email).strip().lower()


def _phone_in_file(row: Any) -> str:
    return e164(row.own_phone or row.other_phone)


def _email_fields(row: Any) -> Values:
    email = usable_email(row) or _email_in_file(row)
    return {"email": email, "email_label": "Work" if email else ""}


def _phone_fields(row: Any) -> Values:
    """phone: the best there is. A find known to be a mobile goes to mobile_phone, the file's own stays."""
    found, own = e164(row.phone), _phone_in_file(row)
    mobile = found if "mobile" in row.phone_type.lower() else ""
    phone = found or own
    label = ("Mobile" if mobile else "Work") if phone else ""
    work = own if mobile and own != mobile else "" if mobile else phone
    return {"phone": phone, "mobile_phone": mobile, "work_phone": work, "phone_label": label}


def e164(phone: str) -> str:
    """`+` and digits; a number without its country is left as it is written."""
    phone = phone.strip()
    if not phone.startswith("+"):
        return phone
    number = re.split(r"(?i)\s*(?:ext|x|#|;|,)", phone.replace("(0)", ""), maxsplit=1)[0]
    return "+" + re.sub(r"\D", "", number)


def has_new_value(row: Any) -> bool:
    """Whether Cleanlist knows an email or phone that the file does not have."""
    email, phone = usable_email(row), e164(row.phone)
    return bool(email and email != _email_in_file(row)) or bool(phone and phone != _phone_in_file(row))


def is_from_another_row(row: Any) -> bool:
    """Whether the email or phone of a row is one that the file has in another row of the person."""
    return bool(row.other_email and not usable_email(row)) or bool(row.other_phone and not row.phone)
