"""What is known of one person, whatever the shape it came in.

Documents show a person's facts at the top of an entry, under `result`, `contact`, `prospect`,
`person`, `company` and `meta`, under several names each. All shapes end in one PersonRecord.
Source: docs/api-contract.md, "The record".
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field

from cleanlist_core.api.finds import (
    Address,
    Phone,
    read_addresses,
    read_phones,
    speaks_of_a_number,
    speaks_of_an_address,
    without_repeats,
)
from cleanlist_core.api.values import (
    as_decimal,
    as_flag,
    as_mapping,
    as_number,
    as_range,
    as_text,
    as_texts,
    as_whole,
    is_blank,
    is_list,
    is_object,
)

SECTIONS = ("Contact", "Work", "Company", "Experience", "Education", "Quality", "Source")
_INNER = ("result", "contact", "prospect", "person", "lead", "meta")
_WORK_EMAIL = ("primary_email", "work_email", "email", "emails")
_EMAIL_STATUS = ("primary_email_status", "work_email_status", "email_status")
_OTHER_EMAILS = ("other_emails", "other_work_emails")
_PERSONAL_EMAILS = ("personal_emails", "personal_email")
_PHONES = ("personal_phone_numbers", "phones", "phone_numbers", "phone_number")
_READ_APART = frozenset(
    {*_WORK_EMAIL, *_EMAIL_STATUS, *_OTHER_EMAILS, *_PERSONAL_EMAILS, *_PHONES, "phone", "raw"}
)
_LONGEST_UNKNOWN = 300
FAILED_STATES = frozenset({"failed", "cancelled", "canceled", "terminated"})
"""States in which a look-up ended without an answer; that tells nothing about the person."""
STILL_RUNNING = frozenset({"pending", "running", "queued", "started", "processing", "in_progress"})


Text = Annotated[str, BeforeValidator(as_text)]
Texts = Annotated[tuple[str, ...], BeforeValidator(as_texts)]
Range = Annotated[str, BeforeValidator(as_range)]
Whole = Annotated[int | None, BeforeValidator(as_whole)]
Number = Annotated[float | None, BeforeValidator(as_number)]
Credits = Annotated[Decimal | None, BeforeValidator(as_decimal)]
Flag = Annotated[bool | None, BeforeValidator(as_flag)]
Fields = Annotated[dict[str, object], BeforeValidator(as_mapping)]


def _wire(section: str, label: str, *names: str, default: object = "") -> Any:
    """A field, its place on the person card, and the names it has in answers, best first."""
    return Field(
        default,
        validation_alias=AliasChoices(*names),
        title=label,
        json_schema_extra={"section": section},
    )


class _Stage(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow")

    start: Text = Field("", validation_alias=AliasChoices("start", "start_date", "started_at", "from"))
    end: Text = Field("", validation_alias=AliasChoices("end", "end_date", "ended_at", "to"))

    @property
    def period(self) -> str:
        return " – ".join(part for part in (self.start, self.end) if part)


class Experience(_Stage):
    """One position a person holds or held."""

    title: Text = Field("", validation_alias=AliasChoices("title", "job_title", "position", "role"))
    company: Text = Field("", validation_alias=AliasChoices("company", "company_name", "organization"))


class Education(_Stage):
    """One school of a person."""

    institution: Text = Field(
        "", validation_alias=AliasChoices("institution", "school", "school_name", "name")
    )
    degree: Text = Field("", validation_alias=AliasChoices("degree", "degree_name", "field_of_study"))


def _stages(value: object) -> list[object]:
    """Only the objects of a list; their blanks left out, so that null reads as missing."""
    parts = value if is_list(value) else (value,)
    return [
        {key: text for key, text in part.items() if not is_blank(text)} for part in parts if is_object(part)
    ]


class PersonAnswer(BaseModel):
    """What counts of an answer about one person: who it is, what was found, what it cost.

    Missing text is "", missing numbers None.
    email, phones: the finds; empty for a miss, whatever `status` says.
    failed: the look-up itself failed; not the same as finding nothing.
    unusable_email, unusable_phone: something was found, in a form that is no address or number for us.
    raw: the entry exactly as it came, for all else: see PersonRecord.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    failed: bool = False
    unusable_email: bool = False
    unusable_phone: bool = False
    email: str = Field("", title="Email", json_schema_extra={"section": "Contact"})
    email_status: str = Field("", title="Email check", json_schema_extra={"section": "Contact"})
    other_emails: tuple[str, ...] = Field((), title="Other email", json_schema_extra={"section": "Contact"})
    personal_emails: tuple[str, ...] = Field(
        (), title="Personal email", json_schema_extra={"section": "Contact"}
    )
    phones: tuple[Phone, ...] = Field((), title="Phone", json_schema_extra={"section": "Contact"})
    first_name: Text = _wire("Contact", "First name", "first_name")
    last_name: Text = _wire("Contact", "Last name", "last_name")
    linkedin_url: Text = _wire("Contact", "LinkedIn profile", "linkedin_url")
    company_name: Text = _wire("Company", "Company", "company.name", "company_name")
    company_domain: Text = _wire("Company", "Website", "company.domain", "company_domain")
    provider: Text = _wire("Source", "Found by", "provider")
    credits: Credits = _wire("Source", "Credits", "credits_used", "credits_charged", default=None)
    status: Text = _wire("Source", "State of the look-up", "status")
    task_id: Text = _wire("Source", "Look-up reference", "task_id")
    input: Fields = Field(default_factory=dict)
    raw: dict[str, object] = Field(default_factory=dict, repr=False)

    @classmethod
    def from_answer(cls, entry: Mapping[str, object]) -> Self:
        """Read one person from one entry of an answer, in any shape documented."""
        flat = _flattened(entry)
        if "task_id" not in flat and not is_blank(entry.get("id")):
            flat["task_id"] = flat.pop("id")
        values = {**_read_emails(flat), **_read_phones(flat)}
        if not flat.get("error"):
            flat.pop("error", None)
        values["failed"] = as_text(flat.get("status")).lower() in FAILED_STATES or "error" in flat
        rest = {name: value for name, value in flat.items() if name not in _READ_APART}
        return cls.model_validate({**rest, **values, "raw": dict(entry)})

    @property
    def still_running(self) -> bool:
        """Whether this person is being looked up: says so, and nothing was found yet."""
        return self.status.lower() in STILL_RUNNING and not (self.email or self.phones)


class PersonRecord(PersonAnswer):
    """All that the answer tells of one person, for their card and for files; unknown fields are kept.

    Missing text is "", missing numbers None.
    """

    model_config = ConfigDict(extra="allow")

    direct_dial: Text = _wire("Contact", "Direct line", "direct_dial")
    mobile: Text = _wire("Contact", "Mobile", "mobile", "mobile_phone")
    phone_type: Text = _wire("Contact", "Phone type", "phone_type")
    line_type: Text = _wire("Contact", "Line type", "line_type")
    carrier: Text = _wire("Contact", "Carrier", "carrier")
    full_name: Text = _wire("Contact", "Name", "full_name", "name")
    location: Text = _wire("Contact", "Location", "location")
    headline: Text = _wire("Work", "Headline", "headline")
    job_title: Text = _wire("Work", "Job title", "title", "job_title")
    seniority: Text = _wire("Work", "Seniority", "seniority")
    department: Text = _wire("Work", "Department", "department")
    skills: Texts = _wire("Work", "Skills", "skills", default=())
    certifications: Texts = _wire("Work", "Certifications", "certifications", default=())
    languages: Texts = _wire("Work", "Languages", "languages", default=())
    inferred_salary: Text = _wire("Work", "Salary, estimated", "inferred_salary")
    company_linkedin_url: Text = _wire(
        "Company", "LinkedIn page", "company.linkedin_url", "company_linkedin_url"
    )
    company_industry: Text = _wire("Company", "Industry", "company.industry", "company_industry", "industry")
    company_industries: Texts = _wire("Company", "Industries", "company.industries", "industries", default=())
    company_type: Text = _wire("Company", "Company type", "company.type", "company_type")
    headcount: Whole = _wire(
        "Company",
        "Employees",
        "company.employee_count",
        "company.headcount",
        "employee_count",
        "headcount",
        default=None,
    )
    headcount_range: Range = _wire(
        "Company",
        "Size",
        "company.company_size",
        "company.headcount_range",
        "company.employee_count_range",
        "company.headcount",
        "company_size",
        "employee_count_range",
        "headcount_range",
    )
    founded_year: Whole = _wire("Company", "Founded", "company.founded_year", "founded_year", default=None)
    headquarters: Text = _wire(
        "Company",
        "Headquarters",
        "company.headquarters",
        "company.hq_location",
        "headquarters",
        "hq_location",
    )
    company_description: Text = _wire(
        "Company", "About", "company.description", "company_description", "description"
    )
    company_tagline: Text = _wire("Company", "Tagline", "company.tagline", "company_tagline", "tagline")
    revenue_range: Text = _wire(
        "Company",
        "Revenue",
        "company.revenue_range",
        "company.company_revenue",
        "company_revenue",
        "revenue_range",
    )
    funding_stage: Text = _wire("Company", "Funding stage", "company.funding_stage", "funding_stage")
    total_funding_usd: Number = _wire(
        "Company", "Funding, USD", "company.total_funding_usd", "total_funding_usd", default=None
    )
    tech_stack: Texts = _wire("Company", "Technology", "company.tech_stack", "tech_stack", default=())
    company_id: Text = _wire("Company", "Company reference", "company.company_id", "company.id", "company_id")
    experience: Annotated[tuple[Experience, ...], BeforeValidator(_stages)] = _wire(
        "Experience", "Experience", "work_experience", "experience", "experiences", default=()
    )
    education: Annotated[tuple[Education, ...], BeforeValidator(_stages)] = _wire(
        "Education", "Education", "education", default=()
    )
    quality: Number = _wire("Quality", "Confidence (1 is surest)", "confidence", "quality", default=None)
    mx_verified: Flag = _wire("Quality", "Domain takes mail", "mx_verified", default=None)
    smtp_verified: Flag = _wire("Quality", "Mailbox answers", "smtp_verified", default=None)
    is_catch_all: Flag = _wire("Quality", "Domain takes any address", "is_catch_all", default=None)
    is_disposable: Flag = _wire("Quality", "Throw-away address", "is_disposable", default=None)
    is_role_based: Flag = _wire("Quality", "Shared mailbox", "is_role_based", default=None)
    risk_score: Number = _wire("Quality", "Risk (0 is safest)", "risk_score", default=None)
    icp_score: Whole = _wire("Quality", "Fit with ideal customer", "icp_score", default=None)
    icp_signals: Texts = _wire("Quality", "Signs of fit", "icp_signals", default=())
    intent_signals: Texts = _wire("Quality", "Signs of interest", "intent_signals", default=())
    providers_queried: Whole = _wire("Source", "Sources asked", "providers_queried", default=None)
    providers_matched: Whole = _wire("Source", "Sources that knew", "providers_matched", default=None)
    enriched_at: Text = _wire("Source", "Looked up at", "enriched_at")
    error: Text = _wire("Source", "Error", "error")
    lead_id: Text = _wire("Source", "Lead reference", "lead_id")
    prospect_id: Text = _wire("Source", "Person reference", "prospect_id")

    def described(self) -> list[tuple[str, str, str]]:
        """Every fact with a value as (section, label, value), in the order of SECTIONS."""
        lines = [
            (section, title or label, text)
            for section, label, value in self._labelled()
            for title, text in _shown(value)
            if text
        ]
        lines += [
            ("Source", _as_label(name), text[:_LONGEST_UNKNOWN]) for name, text in self.unknown_facts.items()
        ]
        return sorted(lines, key=lambda line: SECTIONS.index(line[0]))

    def listed(self) -> tuple[str, ...]:
        """Every fact as one text under the LABELS, "" for what is not known; the last one is all the rest."""
        texts = ("; ".join(_in_a_cell(value)) for _, _, value in self._labelled())
        rest = "; ".join(f"{_as_label(name)}: {text}" for name, text in self.unknown_facts.items())
        return (*texts, rest)

    def _labelled(self) -> Iterator[tuple[str, str, object]]:
        for section, label, name in _labelled_fields():
            yield section, label, getattr(self, name)

    @property
    def unknown_facts(self) -> dict[str, str]:
        """What the answer tells besides, under its wire names: fields no document names."""
        others = (self.model_extra or {}).items()
        return {name: text for name, value in others if name not in _WIRE_NAMES and (text := as_text(value))}


def _labelled_fields() -> Iterator[tuple[str, str, str]]:
    """(section, label, name of the field), section by section"""
    labelled = [
        (str(field.json_schema_extra["section"]), field.title or name, name)
        for name, field in PersonRecord.model_fields.items()
        if isinstance(field.json_schema_extra, dict)
    ]
    yield from sorted(labelled, key=lambda one: SECTIONS.index(one[0]))


LABELS = (*(label for _, label, _ in _labelled_fields()), "Everything else")
"""What each text of `PersonRecord.listed` is."""


def _wire_names() -> Iterator[str]:
    for field in PersonRecord.model_fields.values():
        if isinstance(field.validation_alias, AliasChoices):
            yield from (name for name in field.validation_alias.choices if isinstance(name, str))


_WIRE_NAMES = frozenset({*_wire_names(), "workflow_id"})


def _flattened(entry: Mapping[str, object]) -> dict[str, object]:
    """Every fact under its wire name, outer ones first; a company's facts as `company.<name>`.

    What the caller sent (`input`) stays apart: a submitted address is not a find.
    """
    flat: dict[str, object] = {}
    waiting = deque([entry])
    while waiting:
        for name, value in waiting.popleft().items():
            if is_blank(value):
                continue
            if name in _INNER and (inner := _inner_object(value)):
                waiting.append(inner)
            elif name == "company":
                _add_company(flat, value)
            else:
                flat.setdefault(str(name), value)
    return flat


def _inner_object(value: object) -> Mapping[str, object] | None:
    if is_list(value) and len(value) == 1:
        value = value[0]
    return value if is_object(value) else None


def _add_company(flat: dict[str, object], company: object) -> None:
    if is_object(company):
        for name, value in company.items():
            if not is_blank(value):
                flat.setdefault(f"company.{name}", value)
    elif not is_list(company):
        flat.setdefault("company.name", company)


def _read_emails(flat: Mapping[str, object]) -> dict[str, object]:
    work = [address for name in _WORK_EMAIL for address in read_addresses(flat.get(name))]
    other = [address for name in _OTHER_EMAILS for address in read_addresses(flat.get(name))]
    personal = [address for name in _PERSONAL_EMAILS for address in read_addresses(flat.get(name))]
    if not work:
        return {
            "unusable_email": any(speaks_of_an_address(flat.get(name)) for name in _WORK_EMAIL),
            "other_emails": _distinct(other),
            "personal_emails": _distinct(personal),
        }
    first = work[0]
    stated = next((text for name in _EMAIL_STATUS if (text := as_text(flat.get(name)))), "")
    return {
        "unusable_email": False,
        "email": first.address,
        "email_status": first.status or stated,
        "other_emails": _distinct([*work[1:], *other], but=first.address),
        "personal_emails": _distinct(personal),
    }


def _distinct(addresses: list[Address], *, but: str = "") -> tuple[str, ...]:
    kept = {found.address.casefold(): found.address for found in reversed(addresses)}
    kept.pop(but.casefold(), None)
    return tuple(reversed(kept.values()))


def _read_phones(flat: Mapping[str, object]) -> dict[str, object]:
    kind = as_text(flat.get("phone_type")) or as_text(flat.get("line_type"))
    listed = [phone for name in _PHONES for phone in read_phones(flat.get(name))]
    single = read_phones(flat.get("phone"), kind=kind)
    mobile = read_phones(_mobile_of(flat), kind="mobile")
    direct = read_phones(flat.get("direct_dial"), kind="direct_dial")
    phones = without_repeats([*listed, *direct, *single, *mobile])
    if phones:
        first = phones[0]
        carrier = first.carrier or as_text(flat.get("carrier"))
        phones = (Phone(first.number, first.type or kind, carrier), *phones[1:])
    given = (*(flat.get(name) for name in (*_PHONES, "phone", "direct_dial")), _mobile_of(flat))
    unusable = not phones and any(speaks_of_a_number(value) for value in given)
    values: dict[str, object] = {"phones": phones, "unusable_phone": unusable}
    if single and not direct and kind.replace("-", "_").lower() == "direct_dial":
        values["direct_dial"] = single[0].number
    return values


def _mobile_of(flat: Mapping[str, object]) -> object:
    return flat.get("mobile") or flat.get("mobile_phone")


def _shown(value: object) -> Iterator[tuple[str, str]]:
    """The lines of one value: (label of its own or "", text)."""
    if isinstance(value, tuple) and value and not isinstance(value[0], str):
        for part in value:
            yield _shown_part(part)
    elif isinstance(value, tuple):
        yield "", ", ".join(value)
    elif value is not None:
        yield "", as_text(value)


def _shown_part(part: object) -> tuple[str, str]:
    if isinstance(part, Phone):
        return "", _joined(part.number, part.type.replace("_", " "), part.carrier)
    if isinstance(part, Experience):
        return part.title, _joined(part.company, part.period) or part.title
    if isinstance(part, Education):
        return part.institution, _joined(part.degree, part.period) or part.institution
    return "", as_text(part)


def _in_a_cell(value: object) -> Iterator[str]:
    """The texts of one value for a cell; no number comes first, or a spreadsheet would take it for a sum."""
    if isinstance(value, tuple) and value and isinstance(value[0], Phone):
        for phone in value:
            kind = phone.type.replace("_", " ") or "phone"
            yield _joined(f"{kind} {phone.number}", phone.carrier)
    else:
        yield from (_joined(title, text) if title != text else text for title, text in _shown(value) if text)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _as_label(name: str) -> str:
    return as_text(name).replace(".", " ").replace("_", " ").strip().capitalize()[:_LONGEST_UNKNOWN]
