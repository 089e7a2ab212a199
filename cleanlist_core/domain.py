"""The words of the trade: what is looked for, who is looked up, and what becomes of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum

MAX_BATCH = 250
"""Contacts one request may carry. Source: API contract, "POST /enrich/bulk"."""

FIELDS = (
    "linkedin_url",
    "first_name",
    "last_name",
    "full_name",
    "company_domain",
    "company_name",
    "email",
    "phone",
    "title",
    "location",
)
"""The fields a column of an uploaded file can feed."""


FILE_ENDINGS = ("csv", "tsv", "txt", "xlsx", "xlsm", "xls", "ods")
"""How the names of files end that lists come from."""
PASTED_ROWS = "Pasted rows.csv"
"""The name of a file that is none: rows copied from a spreadsheet, which come with tabs wherever one is."""


def counted(count: int, one: str, many: str = "") -> str:
    """1 → "1 list", 1200 → "1,200 lists"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


class EnrichmentType(StrEnum):
    """What is looked for; the values are the API's own."""

    NONE = "none"
    PARTIAL = "partial"
    PHONE_ONLY = "phone_only"
    FULL = "full"

    @property
    def wants_email(self) -> bool:
        return self in (EnrichmentType.PARTIAL, EnrichmentType.FULL)

    @property
    def wants_phone(self) -> bool:
        return self in (EnrichmentType.PHONE_ONLY, EnrichmentType.FULL)

    @property
    def label(self) -> str:
        return {
            "none": "Tidy up only",
            "partial": "Emails",
            "phone_only": "Phones",
            "full": "Emails and phones",
        }[self.value]

    @classmethod
    def covering(cls, *, email: bool, phone: bool) -> EnrichmentType | None:
        """The type that asks for exactly these, or None when nothing is asked."""
        if email and phone:
            return cls.FULL
        if email:
            return cls.PARTIAL
        return cls.PHONE_ONLY if phone else None


class KeyKind(StrEnum):
    """Which of a contact's fields it is looked up by, best first."""

    LINKEDIN = "linkedin"
    NAME_DOMAIN = "name_domain"
    NAME_COMPANY = "name_company"
    EMAIL = "email"

    @property
    def label(self) -> str:
        return {
            "linkedin": "LinkedIn profile",
            "name_domain": "Name and website",
            "name_company": "Name and company",
            "email": "Email",
        }[self.value]


LIST_KEY_KINDS = (KeyKind.LINKEDIN, KeyKind.NAME_DOMAIN, KeyKind.NAME_COMPANY)
"""What the people of a list are looked up by; an email alone is enough only for one person at a time."""


class RowCheck(StrEnum):
    """What intake made of a row of the file."""

    READY = "ready"
    INVALID = "invalid"
    DUPLICATE = "duplicate"


LEFT_OUT_BY_YOU = "left_out_by_you"
"""How the reasons of rows begin that a person has left out before anything was looked up."""


def is_left_out(reason: str) -> bool:
    """Whether a row is not looked up because a person said so, which is no fault of the row."""
    return reason.startswith(LEFT_OUT_BY_YOU)


NAMES_AGAIN = "repeated_header"
NAMES_REORDERED = "other_header"
COLUMN_NAMES = (NAMES_AGAIN, NAMES_REORDERED)
"""Reasons of rows that hold column names and are nobody: in the order of the file, and in another one."""


class Outcome(StrEnum):
    """What became of one row in one run. Every row of the list has exactly one."""

    NOT_SENT = "not_sent"
    IN_PROGRESS = "in_progress"
    UNCERTAIN = "uncertain"
    FOUND = "found"
    NOTHING = "nothing"
    TIDIED = "tidied"
    FAILED = "failed"
    LEFT_OUT = "left_out"
    KNOWN = "known"
    HAS_IT = "has_it"
    NOT_CHOSEN = "not_chosen"
    WITHHELD = "withheld"
    DUPLICATE = "duplicate"
    NEEDS_FIXING = "needs_fixing"

    @property
    def label(self) -> str:
        return OUTCOME_LABELS[self]


OUTCOME_LABELS = {
    Outcome.NOT_SENT: "Not sent yet",
    Outcome.IN_PROGRESS: "Being looked up",
    Outcome.UNCERTAIN: "Needs your decision",
    Outcome.FOUND: "Found",
    Outcome.NOTHING: "Nothing found",
    Outcome.TIDIED: "Tidied up",
    Outcome.FAILED: "Look-up failed",
    Outcome.LEFT_OUT: "Left out",
    Outcome.KNOWN: "Found before",
    Outcome.HAS_IT: "Already in your file",
    Outcome.NOT_CHOSEN: "Not chosen",
    Outcome.WITHHELD: "Left out by you",
    Outcome.DUPLICATE: "Duplicate",
    Outcome.NEEDS_FIXING: "Needs fixing",
}

KNOWN_MISS_LABEL = "Looked up before, no find"
NO_NEWS_LABEL = "Nothing new found"
"""Of somebody who has an email or a phone from an earlier look-up, and nothing from this one."""


def outcome_in_words(outcome: Outcome, *, found: bool) -> str:
    """What became of a row. found: whether an email or a phone is there, found now or before."""
    if outcome is Outcome.KNOWN and not found:
        return KNOWN_MISS_LABEL
    return NO_NEWS_LABEL if outcome is Outcome.NOTHING and found else outcome.label


SENT_OUTCOMES = (
    Outcome.IN_PROGRESS,
    Outcome.UNCERTAIN,
    Outcome.FOUND,
    Outcome.NOTHING,
    Outcome.TIDIED,
    Outcome.FAILED,
    Outcome.LEFT_OUT,
)
"""Outcomes of people who were sent to Cleanlist in this run."""

KNOWN_OUTCOMES = (Outcome.KNOWN, Outcome.HAS_IT)
"""Outcomes of people nobody had to be asked about: free."""


class RunState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    STOPPING = "stopping"
    FINISHED = "finished"
    NEEDS_YOU = "needs_you"

    @property
    def label(self) -> str:
        return {
            "waiting": "Waiting",
            "running": "Running",
            "stopping": "Stopping",
            "finished": "Finished",
            "needs_you": "Needs you",
        }[self.value]


class BatchState(StrEnum):
    """Where one request stands with the API; the arrows are in docs/architecture.md."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FINISHED = "finished"
    REFUSED = "refused"
    LEFT_OUT = "left_out"


class EmailQuality(StrEnum):
    """The groups of the API's email statuses. Source: API contract, "Email status groups"."""

    GOOD = "good"
    PROBABLE = "probable"
    RISKY = "risky"
    BAD = "bad"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return {
            "good": "Safe to send",
            "probable": "Probably fine",
            "risky": "Risky",
            "bad": "Do not send",
            "unknown": "Not verified",
        }[self.value]

    @classmethod
    def of(cls, status: str) -> EmailQuality:
        """The group of a status as the API wrote it; a status nobody has seen is unknown."""
        return _QUALITY_BY_STATUS.get(status.strip().lower().replace("_", "-"), cls.UNKNOWN)


_QUALITY_BY_STATUS = {
    "reliable": EmailQuality.GOOD,
    "verified": EmailQuality.GOOD,
    "valid": EmailQuality.GOOD,
    "likely-valid": EmailQuality.PROBABLE,
    "risky": EmailQuality.RISKY,
    "catch-all": EmailQuality.RISKY,
    "role-based": EmailQuality.RISKY,
    "invalid": EmailQuality.BAD,
    "disposable": EmailQuality.BAD,
}


_STATUS_IN_WORDS = {
    "reliable": "Confirmed",
    "verified": "Confirmed",
    "valid": "Confirmed",
    "likely-valid": "Probably right",
    "risky": "In doubt",
    "catch-all": "The company takes mail for any name",
    "role-based": "A mailbox of several people",
    "invalid": "Does not exist",
    "disposable": "A throw-away address",
    "unknown": "The mail server gave no answer",
}


def email_status_in_words(status: str) -> str:
    """A status of an email as the API wrote it, in plain words; one that nobody has seen as it is."""
    plain = status.strip().replace("_", "-")
    return _STATUS_IN_WORDS.get(plain.lower(), plain.replace("-", " ").capitalize())


@dataclass(frozen=True, slots=True)
class Contact:
    """One person to look up: a LinkedIn profile, or both names with a company. "" means not given."""

    linkedin_url: str = ""
    first_name: str = ""
    last_name: str = ""
    company_domain: str = ""
    company_name: str = ""

    def as_request(self) -> dict[str, str]:
        """The contact as the API takes it: only what is given."""
        return {name: value for name, value in asdict(self).items() if value}


@dataclass(frozen=True, slots=True)
class RowFields:
    """What a row of a list says of its person, in plain form; "" for missing. Repairs change these alone."""

    linkedin_url: str = ""
    linkedin_slug: str = ""
    first_name: str = ""
    last_name: str = ""
    company_domain: str = ""
    company_name: str = ""
    email: str = ""
    phone: str = ""
    title: str = ""
    location: str = ""

    def with_rest_of(self, other: RowFields) -> RowFields:
        """These fields with what nobody is looked up by as another row has it: phone, job title and place."""
        return replace(self, phone=other.phone, title=other.title, location=other.location)

    @property
    def named(self) -> bool:
        return bool(self.first_name and self.last_name)
