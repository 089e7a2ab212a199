"""The header rows that CRMs and sending tools import without a question, and what each insists on.

Source: the import guides and API references of the tools. The column names for Outreach and Pipedrive
are not verified: a person maps them on the import screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cleanlist_core.errors import RunError

RowChoice = Literal["all", "found", "safe"]
ROW_CHOICES: Mapping[RowChoice, str] = {"all": "All", "found": "Found", "safe": "Safe to send"}
EVERYTHING = "everything"
DETAILS = "details"
NOT_FOUND = "not_found"
FAILED = "failed"
NEEDS_FIXING = "needs_fixing"


@dataclass(frozen=True, slots=True)
class Rule:
    """A row must have all fields of one of the alternatives; else it is left out for `reason`."""

    alternatives: tuple[tuple[str, ...], ...]
    reason: str

    def admits(self, values: Mapping[str, str]) -> bool:
        return any(all(values[name] for name in names) for names in self.alternatives)


@dataclass(frozen=True, slots=True)
class Preset:
    """The file one tool wants.

    columns: header → field of a person (see `people.py`), or "=" and a fixed text.
    ids: header → how that column may be written in the upload; kept, so that the tool updates.
    not_from: sources whose ids are written the same but belong to another tool.
    rows: the rows taken unless a person chooses others. max_rows: what the tool takes in one file.
    csv_only: the tool reads no Excel file.
    """

    key: str
    title: str
    columns: tuple[tuple[str, str], ...]
    rule: Rule
    rows: RowChoice = "found"
    ids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    not_from: tuple[str, ...] = ()
    max_rows: int = 0
    csv_only: bool = False
    advice: str = ""


def _columns(text: str) -> tuple[tuple[str, str], ...]:
    """`Header = field` per line."""
    pairs = (line.split(" = ", 1) for line in text.strip().splitlines())
    return tuple((header.strip(), name.strip()) for header, name in pairs)


SALESFORCE_START = """
First Name = first_name
Last Name = last_name
"""
SALESFORCE_MIDDLE = """
Title = title
Email = email
Phone = work_phone
Mobile Phone = mobile_phone
Website = company_domain
"""
SALESFORCE_END = """
Lead Source = lead_source
Description = description
"""
SALESFORCE_TAKES_CSV = (
    "The import wizard of Salesforce takes CSV, not Excel."
    " An empty cell leaves what is already there alone in most imports."
)
ONLY_SAFE = "Only people whose email is safe to send are taken, so that your sending address keeps its name."

_PRESETS = (
    Preset(
        key="hubspot",
        title="HubSpot contacts",
        columns=_columns("""
            First name = first_name
            Last name = last_name
            Email = email
            Phone number = work_phone
            Mobile phone number = mobile_phone
            Job title = title
            Company name = company_name
            Website URL = company_domain
            LinkedIn URL = linkedin_url
            City = city
            State/Region = state
            Country/Region = country
        """),
        rule=Rule((("first_name",), ("last_name",), ("email",)), "No name and no email"),
        ids={"Record ID": ("record id",)},
        not_from=("attio", "zoho"),
        max_rows=1_048_576,
        advice="HubSpot matches by Record ID or email; a row with neither becomes a new contact each time.",
    ),
    Preset(
        key="salesforce_leads",
        title="Salesforce leads",
        columns=_columns(
            SALESFORCE_START
            + "Company = company_name"
            + SALESFORCE_MIDDLE
            + "City = city\nState = state\nCountry = country"
            + SALESFORCE_END
        ),
        rule=Rule((("last_name", "company_name"),), "No last name or no company"),
        ids={"Lead ID": ("lead id",)},
        max_rows=50_000,
        advice=SALESFORCE_TAKES_CSV,
        csv_only=True,
    ),
    Preset(
        key="salesforce_contacts",
        title="Salesforce contacts",
        columns=_columns(
            SALESFORCE_START
            + "Account Name = company_name"
            + SALESFORCE_MIDDLE
            + "Mailing City = city\nMailing State/Province = state\nMailing Country = country"
            + SALESFORCE_END
        ),
        rule=Rule((("last_name",),), "No last name"),
        ids={"Contact ID": ("contact id",), "Account ID": ("account id",)},
        max_rows=50_000,
        advice=SALESFORCE_TAKES_CSV,
        csv_only=True,
    ),
    Preset(
        key="apollo",
        title="Apollo contacts",
        columns=_columns("""
            First Name = first_name
            Last Name = last_name
            Title = title
            Contact Email = email
            Contact LinkedIn URL = linkedin_url
            Company Name = company_name
            Company Website = company_domain
            Phone = phone
        """),
        rule=Rule(
            (("company_name",), ("company_domain",), ("linkedin_url",), ("email",)),
            "No company, website, LinkedIn profile or email",
        ),
        ids={"Apollo Contact Id": ("apollo contact id",), "Apollo Account Id": ("apollo account id",)},
        max_rows=10_000,
    ),
    Preset(
        key="outreach",
        title="Outreach prospects",
        columns=_columns("""
            First Name = first_name
            Last Name = last_name
            Email = email
            Title = title
            Company = company_name
            Work Phone = work_phone
            Mobile Phone = mobile_phone
            LinkedIn URL = linkedin_url
            City = city
            State = state
            Country = country
        """),
        rule=Rule((("email",),), "No email"),
        rows="safe",
        max_rows=100_000,
        advice=ONLY_SAFE,
    ),
    Preset(
        key="salesloft",
        title="Salesloft people",
        columns=_columns("""
            email_address = email
            first_name = first_name
            last_name = last_name
            title = title
            phone = work_phone
            mobile_phone = mobile_phone
            linkedin_url = linkedin_url
            person_company_name = company_name
            person_company_website = company_domain
            city = city
            state = state
            country = country
        """),
        rule=Rule((("email",), ("phone", "last_name")), "No email, and no phone with a last name"),
        rows="safe",
        advice=ONLY_SAFE,
    ),
    Preset(
        key="instantly",
        title="Instantly",
        columns=_columns("""
            email = email
            first_name = first_name
            last_name = last_name
            company_name = company_name
            job_title = title
            phone = phone
            website = company_domain
            linkedin_url = linkedin_url
        """),
        rule=Rule((("email",),), "No email"),
        rows="safe",
        advice="These emails are verified; Instantly charges extra for verifying them again on import.",
    ),
    Preset(
        key="smartlead",
        title="Smartlead",
        columns=_columns("""
            email = email
            first_name = first_name
            last_name = last_name
            phone_number = phone
            company_name = company_name
            website = company_domain
            location = location
            linkedin_profile = linkedin_url
            company_url = company_domain
            job_title = title
        """),
        rule=Rule((("email",),), "No email"),
        rows="safe",
        advice="Smartlead takes job_title as a field of your own.",
    ),
    Preset(
        key="lemlist",
        title="lemlist",
        columns=_columns("""
            email = email
            firstName = first_name
            lastName = last_name
            companyName = company_name
            companyDomain = company_domain
            jobTitle = title
            linkedinUrl = linkedin_url
            phone = phone
            icebreaker = icebreaker
        """),
        rule=Rule((("email",), ("linkedin_url",), ("phone",)), "No email, LinkedIn profile or phone"),
        rows="safe",
        advice="lemlist also takes people with only a LinkedIn profile or phone: choose other rows for them.",
    ),
    Preset(
        key="pipedrive",
        title="Pipedrive people",
        columns=_columns("""
            Person - Name = full_name
            Person - Email = email
            Person - Phone = phone
            Person - Organization = company_name
            Person - Job title = title
        """),
        rule=Rule((("full_name",),), "No name"),
        ids={"Person - ID": ("person id",)},
    ),
    Preset(
        key="google",
        title="Google Contacts and phone diallers",
        columns=_columns("""
            First Name = first_name
            Middle Name = =
            Last Name = last_name
            Phonetic First Name = =
            Phonetic Middle Name = =
            Phonetic Last Name = =
            Name Prefix = =
            Name Suffix = =
            Nickname = =
            File As = =
            Organization Name = company_name
            Organization Title = title
            Organization Department = =
            Birthday = =
            Notes = =
            Photo = =
            Labels = =
            E-mail 1 - Label = email_label
            E-mail 1 - Value = email
            Phone 1 - Label = phone_label
            Phone 1 - Value = phone
            Address 1 - City = city
            Address 1 - Region = state
            Address 1 - Country = country
            Website 1 - Value = company_domain
        """),
        rule=Rule((("phone",),), "No phone"),
        rows="all",
    ),
)

PRESETS: Mapping[str, Preset] = {preset.key: preset for preset in _PRESETS}
PRESET_TITLES: Mapping[str, str] = {
    EVERYTHING: "Everything: your file with the results beside it",
    DETAILS: "Everything and all details: also job, company, history and sources",
    **{preset.key: preset.title for preset in _PRESETS},
}
"""What a person can choose from, in this order."""
COMPANION_TITLES: Mapping[str, str] = {
    NOT_FOUND: "Nothing found: your rows without a find, to try again later",
    FAILED: "Look-up failed: your rows that got no answer",
    NEEDS_FIXING: "Needs fixing: your rows that could not be sent, with what to fix",
}
ALL_TITLES: Mapping[str, str] = {**PRESET_TITLES, **COMPANION_TITLES}


def check_preset(key: str) -> str:
    """The title of a preset or companion file. Raises RunError `unknown_preset`, which lists the names."""
    if key not in ALL_TITLES:
        raise RunError(
            f"There is no download called “{key}”. Nothing was written. Choose one of: "
            f"{', '.join(ALL_TITLES)}.",
            code="unknown_preset",
        )
    return ALL_TITLES[key]
