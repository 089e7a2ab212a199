"""Making the rows of a stored list ready, or better, before anything is spent.

Every change is offered with what it does to which rows, recorded on the list, and can be undone. What is
uploaded stays as it is: changes are made to the plain fields that are sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import fields as fields_of
from typing import Any

from sqlalchemy import RowMapping

from cleanlist_core.domain import Contact, KeyKind, RowCheck, RowFields, is_left_out
from cleanlist_core.errors import RunError
from cleanlist_core.intake.checking import CAUSES, Cause
from cleanlist_core.intake.column_names import column_names, place_of
from cleanlist_core.intake.headers import normalise_header
from cleanlist_core.intake.leaving_out import LEAVE_OUT_RULES
from cleanlist_core.intake.rechecking import can_be_sent, cause_of, plain_fields, recheck
from cleanlist_core.intake.refusals import refusal
from cleanlist_core.intake.rejoining import CorrectedFile, known_rows
from cleanlist_core.intake.repairs import REPAIRS, Mended, RepairRow, find_repairs
from cleanlist_core.intake.tables import ReadTable
from cleanlist_core.intake.upgrades import (
    UPGRADES,
    filled_up,
    find_swapped_names,
    find_upgrades,
    find_websites_of_colleagues,
    websites_by_company,
)
from cleanlist_core.store import list_changes, row_search
from cleanlist_core.store.corrected_cells import CORRECTED_FILE
from cleanlist_core.store.database import Database
from cleanlist_core.store.list_changes import Changed, ListChange
from cleanlist_core.store.lists import StoredList, read_rows
from cleanlist_core.store.row_checks import RowPatch

PREVIEW_ROWS = 5
LOOKED_UP = "These rows have been looked up already, so they stay as they are. Nothing was changed."


@dataclass(frozen=True, slots=True)
class Offer:
    """A change that one click makes. does: in a sentence. rows: all it would change, as they are now.

    reason: why they are not looked up any more, where they are left out; "" where they are mended.
    """

    code: str
    title: str
    does: str
    rows: tuple[Mended, ...]
    reason: str = ""

    @property
    def preview(self) -> tuple[Mended, ...]:
        return self.rows[:PREVIEW_ROWS]


def repair_offers(database: Database, listed: StoredList) -> tuple[Offer, ...]:
    """What makes rows ready that need fixing, most rows first."""
    columns = MappedCells(listed)
    rows = [columns.row(row, cells) for row, cells in _broken_rows(database, listed.id)]
    by_code = {repair.code: repair for repair in REPAIRS}
    return tuple(
        Offer(code, by_code[code].title, by_code[code].does, tuple(mended))
        for code, mended in find_repairs(rows).items()
    )


def _broken_rows(database: Database, list_id: str) -> Iterable[tuple[RowMapping, list[str]]]:
    return read_rows(database, list_id, to_fix=True)


def leave_out_offers(database: Database, listed: StoredList) -> tuple[Offer, ...]:
    """Who could be left out because of what the file says of them, most rows first.

    Somebody may be in several. There is no offer that would leave nobody.
    """
    names = column_names(listed.facts.columns)
    offers = []
    for rule in LEAVE_OUT_RULES:
        rows: dict[int, Mended] = {}
        for place in rule.places(listed.facts.columns):
            for row, said in row_search.rows_saying(database, listed.id, place, rule.values):
                fields = row_fields(row)
                rows.setdefault(
                    row["row_number"],
                    Mended(row["row_number"], fields, fields, f"{names[place]}: {said.strip()}"),
                )
        told = tuple(rows[number] for number in sorted(rows))
        if told and len(told) < listed.facts.rows - listed.facts.left_out:
            offers.append(Offer(rule.key, rule.title, rule.does, told, rule.code))
    return tuple(sorted(offers, key=lambda offer: -len(offer.rows)))


def upgrade_offers(database: Database, listed: StoredList) -> tuple[Offer, ...]:
    """What gives rows that can be sent a better key, most rows first. Each row is in one of them at most."""
    columns = MappedCells(listed)
    better = find_upgrades(
        columns.row(row, cells) for row, cells in row_search.rows_with_better_cells(database, listed.id)
    )
    offers = [Offer(one.code, one.title, one.does, tuple(better[one.code])) for one in UPGRADES]
    offers += [_from_repeats(database, listed), _from_colleagues(database, listed)]
    taken: set[int] = set()
    single = []
    for offer in offers:
        rows = tuple(mended for mended in offer.rows if mended.number not in taken)
        taken.update(mended.number for mended in rows)
        single.append(replace(offer, rows=rows))
    single += _swapped_names(database, listed)
    return tuple(sorted((offer for offer in single if offer.rows), key=lambda offer: -len(offer.rows)))


def _from_repeats(database: Database, listed: StoredList) -> Offer:
    groups = row_search.repeated_people(database, listed.id, lacking=True)
    mended = []
    for rows in groups:
        first, *others = map(row_fields, rows)
        mended.append(Mended(rows[0]["row_number"], first, filled_up(first, others)))
    return Offer(
        "better_repeat",
        "Another row of the same person knows more",
        "The person is in the file several times, and a later row has the profile or the website that the"
        " first one lacks.",
        tuple(one for one in mended if one.before != one.after),
    )


def _from_colleagues(database: Database, listed: StoredList) -> Offer:
    websites = websites_by_company(row_search.companies_with_website(database, listed.id))
    rows = row_search.rows_without_website(database, listed.id) if websites else []
    mended = find_websites_of_colleagues(map(_without_cells, rows), websites)
    return Offer(
        "better_colleague",
        "Another row of the same company has the website",
        "The company has one website in this list; it is used for its other people, too.",
        tuple(mended),
    )


def _swapped_names(database: Database, listed: StoredList) -> list[Offer]:
    telling = row_search.named_rows(database, listed.id, telling=True)
    if find_swapped_names([_without_cells(row) for row in telling]) is None:
        return []
    swapped = find_swapped_names([_without_cells(row) for row in row_search.named_rows(database, listed.id)])
    if swapped is None:
        return []
    does = (
        f"In {swapped.shown:,} rows the email or the profile has first and last name the other way round."
        " They are exchanged in all rows but those that are surely right."
    )
    return [Offer("swapped_names", "First and last names look swapped", does, tuple(swapped.rows))]


def _without_cells(row: RowMapping) -> RepairRow:
    return RepairRow(row["row_number"], row_fields(row), row["reason"])


def row_fields(row: Mapping[str, Any] | RowMapping) -> RowFields:
    return RowFields(**{one.name: row[one.name] for one in fields_of(RowFields)})


class MappedCells:
    """Which cells of a row feed which field, and which may be looked into besides."""

    def __init__(self, listed: StoredList) -> None:
        headers = list(listed.facts.columns)
        self.positions = {
            field: [place for name in chosen if (place := place_of(name, headers)) is not None]
            for field, chosen in listed.facts.mapping.items()
        }
        used = {place for places in self.positions.values() for place in places}
        self.others = [
            place
            for place, header in enumerate(headers)
            if place not in used and not refusal(normalise_header(header))
        ]

    def texts(self, field: str, cells: Sequence[str]) -> list[str]:
        return [cells[place] for place in self.positions.get(field, ()) if place < len(cells)]

    def row(self, row: RowMapping, cells: Sequence[str]) -> RepairRow:
        return RepairRow(
            number=row["row_number"],
            fields=row_fields(row),
            reason=row["reason"],
            cells={field: self.texts(field, cells) for field in self.positions},
            others=[cells[place] for place in self.others if place < len(cells)],
        )


def take_offer(database: Database, listed: StoredList, offer: Offer) -> Changed:
    """Make the offered change. Rows that were changed or looked up meanwhile stay as they are."""
    patches = [RowPatch(one.number, one.before, one.after, offer.reason) for one in offer.rows]
    text = f"Left out: {offer.title[:1].lower()}{offer.title[1:]}" if offer.reason else offer.title
    return _change(database, listed, patches, kind=offer.code, text=text)


def _change(
    database: Database, listed: StoredList, patches: Sequence[RowPatch], *, kind: str, text: str
) -> Changed:
    changed = list_changes.change_rows(
        database, listed.organization_id, listed.id, patches, kind=kind, text=text, recheck=recheck
    )
    if changed.looked_up and changed.change_id is None and not changed.stale:
        raise RunError(LOOKED_UP, code="looked_up")
    return changed


def undo(database: Database, listed: StoredList, change_id: int) -> int:
    """Bring back what rows were before a change. Returns how many. Raises RunError saying why not."""
    return list_changes.undo_change(database, listed.organization_id, listed.id, change_id, recheck=recheck)


def changes(database: Database, listed: StoredList) -> list[ListChange]:
    """What was changed in the list and not undone, newest first."""
    return list_changes.list_changes(database, listed.id)


# One row by hand


@dataclass(frozen=True, slots=True)
class EditableRow:
    """A row of a list. given: what the file says per field that is sent, plain where it can be.

    cause: why it needs fixing; None when it does not. leader: the row that is sent for this person.
    """

    number: int
    line: int
    given: Contact
    cause: Cause | None
    leader: int

    @property
    def title(self) -> str:
        texts = (self.given.first_name, self.given.last_name, self.given.company_name)
        return " ".join(filter(None, texts)) or self.given.company_domain or self.given.linkedin_url


def broken_rows(database: Database, listed: StoredList, *, limit: int = 200) -> list[EditableRow]:
    """Rows that need fixing, in file order."""
    columns = MappedCells(listed)
    rows = read_rows(database, listed.id, to_fix=True, limit=limit)
    return [_editable(columns, row, cells) for row, cells in rows]


def find_rows(database: Database, listed: StoredList, wanted: str, *, limit: int = 50) -> list[EditableRow]:
    """Rows to be edited, in file order: the one of this number, else those with this text, else the first.

    Who was left out is not among them.
    """
    number = wanted.strip().lstrip("#")
    if number.isdecimal() and len(number) < 10:
        numbers = [int(number)]
    else:
        numbers = row_search.find_rows(database, listed.id, " ".join(wanted.split()), limit=limit)
    columns = MappedCells(listed)
    found = row_search.rows_with_cells(database, listed.id, numbers)
    rows = [_editable(columns, row, cells) for row, cells in found if not is_left_out(row["reason"])]
    return sorted(rows, key=lambda row: row.number)


def _editable(columns: MappedCells, row: RowMapping, cells: Sequence[str]) -> EditableRow:
    cause = CAUSES.get(row["reason"]) if row["checked"] == RowCheck.INVALID else None
    return EditableRow(row["row_number"], row["line"], _given(columns, row, cells), cause, row["leader"])


def _given(columns: MappedCells, row: RowMapping, cells: Sequence[str]) -> Contact:
    values = {}
    for name in Contact.__slots__:
        written = (text.strip() for text in columns.texts(name, cells))
        values[name] = row[name] or next(filter(None, written), "")
    return Contact(**values)


def edit_row(database: Database, listed: StoredList, row_number: int, typed: Contact) -> Cause | None:
    """Use what was typed for a row. Returns why it still cannot be looked up, None when it can.

    Raises RunError when the row is not there, was left out or was looked up.
    """
    found = list(row_search.rows_with_cells(database, listed.id, [row_number]))
    if not found:
        raise RunError("This row is not in the list. Nothing was changed.", code="unknown_row")
    row = found[0][0]
    if is_left_out(row["reason"]):
        raise RunError(
            "This row was left out. Undo that first, then fix it. Nothing was changed.", code="left_out"
        )
    after = plain_fields(typed, row["email"]).with_rest_of(row_fields(row))
    cause = cause_of(after, typed, phone=row["phone"])
    patch = RowPatch(row_number, row_fields(row), after, cause)
    _change(database, listed, [patch], kind="edited", text=f"Row {row_number:,} edited")
    return CAUSES[cause] if cause else None


# A corrected file


@dataclass(frozen=True, slots=True)
class Rejoined:
    """What a corrected file came to; each of its rows is counted once.

    fixed: need no fixing any more. broken: corrected, and they still need fixing. improved: were ready
    before. as_here: corrected to what the list says already, as after the same edit by hand. settled: not
    corrected in the file, but fixed here meanwhile, and left so. same: not corrected, and still to be fixed.
    looked_up: left alone. left_out: by a person before, and left so. unknown: without an id of this list.
    repeated: rows that are there twice.
    """

    fixed: int = 0
    broken: int = 0
    improved: int = 0
    as_here: int = 0
    settled: int = 0
    same: int = 0
    looked_up: int = 0
    left_out: int = 0
    unknown: int = 0
    repeated: tuple[int, ...] = ()

    @property
    def changed(self) -> int:
        return self.fixed + self.broken + self.improved


def take_corrected(database: Database, listed: StoredList, table: ReadTable, file_name: str) -> Rejoined:
    """Take the corrections of a file back into its list, row by row. Raises IntakeError without row ids."""
    known = known_rows(table, listed.id)
    there = {
        row["row_number"]: (row, cells)
        for row, cells in row_search.rows_with_cells(database, listed.id, sorted(known.places))
    }
    outside = [number for number, (row, _) in there.items() if is_left_out(row["reason"])]
    places = {
        number: place for number, place in known.places.items() if number in there and number not in outside
    }
    file = CorrectedFile(table, listed.facts.columns, listed.facts.mapping)
    corrected = file.corrections(places, {number: cells for number, (_, cells) in there.items()})
    patches = []
    for number, one in corrected.items():
        before = row_fields(there[number][0])
        kept = {name: getattr(before, name) for name in file.lacking}
        patches.append(RowPatch(number, before, replace(one.fields, **kept), one.cause))
    patches = [patch for patch in patches if patch.before != patch.after]
    uncorrected = [number for number in places if number not in corrected]
    settled = sum(there[number][0]["checked"] != RowCheck.INVALID for number in uncorrected)
    changed = list_changes.change_rows(
        database,
        listed.organization_id,
        listed.id,
        patches,
        kind=CORRECTED_FILE,
        text=f"Corrected file {file_name}",
        recheck=recheck,
        cells={number: one.cells for number, one in corrected.items()},
    )
    left = {*changed.looked_up, *changed.stale}
    broken = sum(bool(patch.reason) for patch in patches if patch.row_number not in left)
    return Rejoined(
        fixed=changed.ready,
        broken=broken,
        improved=changed.rows - changed.ready - broken,
        as_here=len(corrected) - len(patches),
        settled=settled,
        same=len(uncorrected) - settled,
        looked_up=len(left),
        left_out=len(outside),
        unknown=known.unknown + len(known.places) - len(places) - len(outside),
        repeated=known.repeated,
    )


# The same person several times


@dataclass(frozen=True, slots=True)
class RepeatedRow:
    """A row of a person. why: what makes it the same person as the first row; "" for the first."""

    number: int
    fields: RowFields
    why: str


@dataclass(frozen=True, slots=True)
class RepeatedPerson:
    """A person who is in a list several times, the row that is sent first. differing: fields in doubt."""

    rows: tuple[RepeatedRow, ...]
    differing: tuple[str, ...]


_COMPARED = ("first_name", "last_name", "company_name", "company_domain")


def repeated_people(database: Database, listed: StoredList, *, limit: int = 200) -> list[RepeatedPerson]:
    """Who is in the list several times; those whose rows disagree first."""
    groups = row_search.repeated_people(database, listed.id, limit=limit)
    people = [_repeated_person(rows) for rows in groups]
    return sorted(people, key=lambda person: not person.differing)


def _repeated_person(rows: Sequence[RowMapping]) -> RepeatedPerson:
    first = rows[0]
    listed = tuple(
        RepeatedRow(row["row_number"], row_fields(row), _why_same(first, row) if row is not first else "")
        for row in rows
    )
    differing = tuple(
        name for name in _COMPARED if len({row[name].casefold() for row in rows if row[name]}) > 1
    )
    return RepeatedPerson(listed, differing)


def _why_same(first: RowMapping, row: RowMapping) -> str:
    for key, text in (
        ("linkedin_slug", "same LinkedIn profile"),
        ("name_domain_key", "same name and website"),
        ("name_company_key", "same name and company"),
    ):
        if row[key] and row[key] == first[key]:
            return text
    return "linked by another row of this person"


def use_other_row(database: Database, listed: StoredList, person: RepeatedPerson, row_number: int) -> None:
    """Look a person up by the data of another of their rows; what that row lacks stays. Raises RunError."""
    first = person.rows[0]
    other = next((row for row in person.rows if row.number == row_number), None)
    if other is None or other is first:
        raise RunError("Choose another row of the same person. Nothing was changed.", code="same_row")
    after = filled_up(other.fields, [first.fields]).with_rest_of(first.fields)
    if not can_be_sent(after):
        raise RunError("This row alone cannot be looked up. Nothing was changed.", code="unusable_row")
    patch = RowPatch(first.number, first.fields, after)
    text = f"Row {first.number:,} is looked up with the data of row {row_number:,}"
    _change(database, listed, [patch], kind="other_row", text=text)


def key_counts(database: Database, listed: StoredList) -> dict[KeyKind, int]:
    """How many people who are ready can be looked up by each kind of key at best."""
    return row_search.count_keys(database, listed.id)


def by_domains_of_emails(database: Database, listed: StoredList) -> int:
    """How many of those by name and domain have that domain from their own email, and from no website."""
    if "company_domain" in listed.facts.mapping or "email" not in listed.facts.mapping:
        return 0
    return row_search.count_domains_of_emails(database, listed.id)
