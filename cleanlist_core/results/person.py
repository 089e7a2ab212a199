"""Everything known about one person of a run: the file, the finds, the whole record, what it cost."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cleanlist_core.api.answers import PersonRecord
from cleanlist_core.domain import (
    EmailQuality,
    EnrichmentType,
    KeyKind,
    Outcome,
    email_status_in_words,
    outcome_in_words,
)
from cleanlist_core.errors import RunError
from cleanlist_core.results.browsing import ELSEWHERE
from cleanlist_core.results.own_cells import padded
from cleanlist_core.results.people import named
from cleanlist_core.store import results as stored
from cleanlist_core.store.database import Database
from cleanlist_core.store.people import unpacked

Fact = tuple[str, str]
"""A label and its value."""


@dataclass(frozen=True, slots=True)
class Section:
    """Facts of one kind. Labels may repeat (several phones, several positions)."""

    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class LookUp:
    """One answer about this person that is on record. at: UTC. this_run: it was paid in this run.

    provider: who had the email; "" when nobody is named.
    """

    at: datetime
    asked: EnrichmentType
    email: str
    phone: str
    credits: int
    this_run: bool
    provider: str = ""

    def sentence(self) -> str:
        """Such as "20 November 2025: Emails: ada@northgate.example (1 credit)"."""
        found = ", ".join(value for value in (self.email, self.phone) if value) or "nothing found"
        cost = "1 credit" if self.credits == 1 else f"{self.credits:,} credits"
        source = f", from {self.provider}" if self.provider else ""
        return f"{self.at.day} {self.at:%B %Y}: {self.asked.label}: {found} ({cost}{source})"


@dataclass(frozen=True, slots=True)
class PersonCard:
    """One person as one row of a run shows them.

    file: the uploaded row, column by column, in its order. elsewhere: what the row lacks and another row of
    the person has. found: what Cleanlist found, blanks left out.
    sections: the whole record of the answer this row shows, unknown fields included, but for references:
    the ids in it, which only support can make use of. raw: that record as JSON text, for support; "" if
    none. leader: the row that stands for the person. same_person: the other rows of the file that are
    this person. changes: emails and phones that were others in the last answer before. outcome, reason,
    credits: after all decisions about the list so far. said: the outcome in words.
    """

    row_number: int
    leader: int
    name: str
    outcome: Outcome
    said: str
    reason: str
    looked_up_by: str
    file: tuple[Fact, ...]
    elsewhere: tuple[Fact, ...]
    found: tuple[Fact, ...]
    sections: tuple[Section, ...]
    references: tuple[Fact, ...]
    same_person: tuple[int, ...]
    history: tuple[LookUp, ...]
    changes: tuple[str, ...]
    credits: int
    raw: str

    @property
    def found_heading(self) -> str:
        """What `found` is: addresses beside a work email that nobody knows are no find, and cost nothing."""
        finds = any(label in ("Email", "Phone") for label, _ in self.found)
        return "Found by Cleanlist" if finds else "Other addresses that came along"


def person_card(database: Database, run_id: str, row_number: int) -> PersonCard:
    """Raises RunError `unknown_run` or `unknown_row`."""
    heading = stored.run_heading(database, run_id)
    row = stored.one_row(database, heading, row_number)
    if row is None:
        raise RunError(
            f"This list has no row {row_number}. Nothing was changed. Choose a row of the results table.",
            code="unknown_row",
        )
    past = stored.results_of_person(database, heading, row)
    shown = row["result_id"] or row["known_result_id"] or (past[0]["id"] if past else None)
    record = _record(stored.raw_record(database, shown))
    described = PersonRecord.from_answer(record).described() if record else []
    return PersonCard(
        row_number=row_number,
        leader=row["leader"],
        name=f"{row['first_name']} {row['last_name']}".strip() or _name_in(record),
        outcome=Outcome(row["outcome"]),
        said=outcome_in_words(Outcome(row["outcome"]), found=bool(row["email"] or row["phone"])),
        reason=row["reason"],
        looked_up_by=KeyKind(row["key_kind"]).label if row["key_kind"] else "",
        file=tuple(
            zip(heading.columns, padded(json.loads(row["cells"] or "[]"), len(heading.columns)), strict=True)
        ),
        elsewhere=tuple(
            (said, row[f"other_{name}"]) for name, said in ELSEWHERE.items() if row[f"other_{name}"]
        ),
        found=_found(row),
        sections=_sections(one for one in described if not _is_reference(one[1])),
        references=tuple((label, value) for _, label, value in described if _is_reference(label)),
        same_person=stored.rows_of_person(database, heading, row["leader"], but=row_number),
        history=tuple(_look_up(result, run_id) for result in past),
        changes=tuple(_changes(row, past, run_id)),
        credits=row["credits"],
        raw=json.dumps(record, ensure_ascii=False, indent=2) if record else "",
    )


def _name_in(record: dict[str, object]) -> str:
    told = named(PersonRecord.from_answer(record))
    return f"{told.first_name} {told.last_name}".strip()


def _found(row: Any) -> tuple[Fact, ...]:
    quality = EmailQuality(row["email_quality"] or EmailQuality.UNKNOWN).label if row["email"] else ""
    facts = (
        ("Email", row["email"]),
        ("Email quality", quality),
        ("Other emails", row["other_emails"]),
        ("Phone", row["phone"]),
        ("Phone type", row["phone_type"].replace("_", " ") if row["phone"] else ""),
        ("Other phones", row["other_phones"]),
        ("Found by", row["provider"] if row["email"] or row["phone"] else ""),
    )
    return tuple(fact for fact in facts if fact[1])


def _look_up(result: Any, run_id: str) -> LookUp:
    return LookUp(
        at=datetime.fromtimestamp(result["found_at"], UTC),
        asked=EnrichmentType(result["asked"]),
        email=result["email"],
        phone=result["phone"],
        credits=result["credits"],
        this_run=result["run_id"] == run_id,
        provider=result["provider"],
    )


def _changes(row: Any, past: Sequence[Any], run_id: str) -> Iterator[str]:
    """What the answer of this run says otherwise than the last one before it that said anything."""
    paid = next((one for one in past if one["id"] == row["result_id"] and one["run_id"] == run_id), None)
    earlier = [one for one in past if paid is not None and one["found_at"] < paid["found_at"]]
    for name, label in (("email", "Email"), ("phone", "Phone")):
        last = next((one for one in earlier if one[name]), None)
        if last is not None and row[name] and last[name].lower() != row[name].lower():
            at = datetime.fromtimestamp(last["found_at"], UTC)
            yield f"{label} changed: it was {last[name]} on {at.day} {at:%B %Y}"


def _record(stored_record: bytes | None) -> dict[str, object]:
    return {} if stored_record is None else unpacked(stored_record)


def _is_reference(label: str) -> bool:
    """Whether a fact is an id. Those that no document names are told by their names."""
    return label.lower().endswith((" reference", " id")) or label.lower() == "id"


CODED = frozenset(
    {
        "Email check",
        "Seniority",
        "Department",
        "Phone type",
        "Line type",
        "Company type",
        "Funding stage",
        "State of the look-up",
    }
)
"""Labels of facts that the API tells by words of its own, such as `individual_contributor`."""
_CODES = {"vp": "vice president", "c_level": "top management (C-level)", "entry": "entry level"}


def fact_in_words(label: str, value: str) -> str:
    """A fact as people say it. label: as a record labels it."""
    if label == "Email check":
        return email_status_in_words(value)
    return _CODES.get(value.lower(), value.replace("_", " ")) if label in CODED else value


def _sections(described: Iterable[tuple[str, str, str]]) -> tuple[Section, ...]:
    facts: dict[str, list[Fact]] = {}
    for section, label, value in described:
        facts.setdefault(section, []).append((label, fact_in_words(label, value)))
    return tuple(Section(title, tuple(listed)) for title, listed in facts.items())
