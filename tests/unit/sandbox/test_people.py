from __future__ import annotations

import re

import pytest

from cleanlist_core.sandbox.contacts import read_contact
from cleanlist_core.sandbox.people import record_of
from cleanlist_core.sandbox.refusals import Json
from cleanlist_core.sandbox.spelling import ascii_letters, name_from_slug
from cleanlist_core.sandbox.waterfall import Outcome

FOUND = Outcome(False, "leadmagic", "reliable", "wiza", 0, 12.0)
NOTHING = Outcome(seconds=20.0)
METADATA = {
    "headline",
    "job_title",
    "seniority",
    "department",
    "location",
    "work_experience",
    "education",
    "skills",
}


def record(contact: dict[str, str], enrichment_type: str = "full", outcome: Outcome = FOUND) -> Json:
    lookup = read_contact(contact)
    assert lookup is not None
    return record_of(lookup, enrichment_type, outcome, "test")


BY_DOMAIN = {"first_name": "Ilse", "last_name": "Varga", "company_domain": "Northgate-Labs.example"}
BY_NAME = {"first_name": "Mirela", "last_name": "Osei", "company_name": "Brightforge Tooling, Inc."}
BY_PROFILE = {"linkedin_url": "https://www.linkedin.com/in/teun-abara-4b2a91"}


def test_a_full_record_has_every_documented_field() -> None:
    full = record(BY_DOMAIN)
    assert full["primary_email"].endswith("@northgate-labs.example")
    assert full["primary_email_status"] == "reliable"
    assert full["provider"] == "leadmagic"
    assert 0 < full["quality"] <= 1
    assert full["prospect"].keys() >= METADATA | {"first_name", "last_name", "full_name", "inferred_salary"}
    assert full["company"].keys() >= {
        "name", "domain", "linkedin_url", "industry", "industries", "headcount", "company_size",
        "employee_count", "type", "founded_year", "headquarters", "description", "tagline", "revenue_range",
    }  # fmt: skip


def test_fields_that_not_everybody_has_do_occur() -> None:
    people = [record({**BY_DOMAIN, "last_name": f"Varga{n}"}) for n in range(60)]
    for field in ("other_emails", "personal_emails", "mobile", "phone", "carrier", "line_type", "phone_type"):
        assert any(field in person for person in people), field
    for field in ("certifications", "languages"):
        assert 0 < sum(field in person["prospect"] for person in people) < 60


@pytest.mark.parametrize("contact", [BY_DOMAIN, BY_NAME, BY_PROFILE])
@pytest.mark.parametrize("enrichment_type", ["none", "partial", "phone_only", "full"])
def test_fields_without_a_value_are_left_out(contact: dict[str, str], enrichment_type: str) -> None:
    def check(value: object) -> None:
        assert value not in (None, "")
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            check(inner)

    check(record(contact, enrichment_type, NOTHING))


@pytest.mark.parametrize(
    ("enrichment_type", "outcome", "fields"),
    [
        ("none", NOTHING, {"prospect", "company"}),
        ("partial", NOTHING, {"prospect", "company"}),
        (
            "phone_only",
            Outcome(phone_provider="wiza"),
            {
                "prospect",
                "company",
                "personal_phone_numbers",
                "phone_type",
                "line_type",
                "carrier",
                "provider",
                "quality",
            },
        ),
    ],
)
def test_a_type_fills_only_its_own_fields(enrichment_type: str, outcome: Outcome, fields: set[str]) -> None:
    found = record(BY_DOMAIN, enrichment_type, outcome)
    assert found.keys() - {"mobile", "phone"} == fields
    if enrichment_type != "partial":
        assert not found["prospect"].keys() & METADATA
        assert found["company"] == {"name": "Northgate Labs", "domain": "northgate-labs.example"}


def test_personal_emails_belong_to_full_only() -> None:
    for n in range(50):
        contact = {**BY_DOMAIN, "last_name": f"V{n}"}
        assert "personal_emails" not in record(contact, "partial", Outcome(email_provider="wiza"))
        assert all(mail.endswith(".example") for mail in record(contact).get("personal_emails", []))


def test_names_domain_and_company_that_were_given_come_back() -> None:
    found = record(BY_NAME)
    assert found["prospect"]["full_name"] == "Mirela Osei"
    assert found["company"]["name"] == "Brightforge Tooling, Inc."
    assert found["primary_email"].endswith("@brightforgetooling.example")


def test_a_profile_alone_is_named_after_its_address() -> None:
    found = record(BY_PROFILE)
    assert found["prospect"]["full_name"] == "Teun Abara"
    assert found["prospect"]["linkedin_url"] == "https://www.linkedin.com/in/teun-abara-4b2a91"
    assert found["primary_email"].endswith(".example")


def test_two_people_of_one_company_share_it() -> None:
    one, other = record(BY_DOMAIN), record({**BY_DOMAIN, "first_name": "Oren"})
    assert one["company"] == other["company"]
    assert one["primary_email"] != other["primary_email"]


@pytest.mark.parametrize(
    ("slug", "name"),
    [
        ("ilse-varga", ("Ilse", "Varga")),
        ("ilse-varga-4b2a91", ("Ilse", "Varga")),
        ("ilse-van-der-berg-phd", ("Ilse", "Van Der Berg")),
        ("ilsevarga", ("Ilsevarga", "")),
        ("12345", ("", "")),
    ],
)
def test_the_name_in_a_profile_address(slug: str, name: tuple[str, str]) -> None:
    assert name_from_slug(slug) == name


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Łukasz", "lukasz"),
        ("Müller-Lüdenscheidt", "mullerludenscheidt"),
        ("O'Neill", "oneill"),
        ("Дмитрий", ""),
    ],
)
def test_names_in_addresses_are_plain_letters(written: str, plain: str) -> None:
    assert ascii_letters(written) == plain


@pytest.mark.parametrize("first", ["Дмитрий", "李", "\ud800", "😀", "Zoë"])
def test_any_name_gets_a_sendable_address(first: str) -> None:
    mail = record({**BY_DOMAIN, "first_name": first})["primary_email"]
    assert re.fullmatch(r"[a-z0-9.]+@northgate-labs\.example", mail)


def test_phone_numbers_come_from_the_range_kept_for_fiction() -> None:
    for n in range(200):
        for number in record({**BY_DOMAIN, "last_name": f"V{n}"})["personal_phone_numbers"]:
            assert re.fullmatch(r"\+1[2-9]\d\d55501\d\d", number)


def test_a_failed_task_says_why_and_nothing_else() -> None:
    failed = record(BY_DOMAIN, "full", Outcome(failed=True))
    assert failed.keys() == {"error"}
    assert failed["error"].startswith("Provider error")
