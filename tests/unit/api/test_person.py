"""One record per person, whatever the shape: misses are empty and nothing is dropped."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from cleanlist_core.api.finds import Phone, plain_number, read_addresses, read_phones
from cleanlist_core.api.person import SECTIONS, PersonRecord

MAIL = "ilse.varga@northgate.example"


@pytest.mark.parametrize(
    ("entry", "email", "status"),
    [
        ({"primary_email": MAIL, "primary_email_status": "reliable"}, MAIL, "reliable"),
        ({"email": MAIL, "email_status": "verified"}, MAIL, "verified"),
        ({"result": {"email": MAIL, "email_status": "likely_valid"}}, MAIL, "likely_valid"),
        ({"contact": {"email": MAIL, "email_status": "catch-all"}}, MAIL, "catch-all"),
        ({"email": {"email": MAIL, "status": "Valid"}}, MAIL, "Valid"),
        ({"primary_email": {"address": MAIL}, "primary_email_status": "risky"}, MAIL, "risky"),
        ({"emails": [{"value": MAIL}]}, MAIL, ""),
        ({"primary_email": None, "email": MAIL}, MAIL, ""),
        ({"primary_email": f"  {MAIL} "}, MAIL, ""),
        ({"primary_email": f"Ilse Varga <{MAIL}>"}, MAIL, ""),
        ({"primary_email": f"mailto:{MAIL}", "primary_email_status": "Brand_New"}, MAIL, "Brand_New"),
        ({"primary_email": "not found", "email": MAIL}, MAIL, ""),
        ({"primary_email": None, "primary_email_status": "unknown"}, "", ""),
        ({"primary_email": "", "email": "   "}, "", ""),
        ({"email": "not available"}, "", ""),
        ({"email": {"status": "not_found"}}, "", ""),
        ({"email": {"email": None}}, "", ""),
        ({"email": "@northgate.example"}, "", ""),
        ({"email": "ilse@"}, "", ""),
        ({"email": "a@b@c"}, "", ""),
        ({"email": "x" * 300 + "@b.example"}, "", ""),
        ({"email": True}, "", ""),
        ({"email": 5}, "", ""),
        ({"input": {"email": MAIL}}, "", ""),
        ({"company": {"email": MAIL}}, "", ""),
    ],
    ids=lambda value: json.dumps(value)[:60],
)
def test_the_email_is_found_in_every_form(entry: dict[str, object], email: str, status: str) -> None:
    record = PersonRecord.from_answer(entry)
    assert (record.email, record.email_status) == (email, status)
    assert record.raw == entry


def test_other_addresses_come_once_and_without_the_first() -> None:
    record = PersonRecord.from_answer(
        {
            "primary_email": MAIL,
            "other_emails": [MAIL.upper(), "i@northgate.example", {"email": "v@northgate.example"}, None],
            "personal_emails": ["ilse@home.example", "ilse@home.example"],
        }
    )
    assert record.other_emails == ("i@northgate.example", "v@northgate.example")
    assert record.personal_emails == ("ilse@home.example",)


def test_several_addresses_in_one_text_are_all_kept() -> None:
    found = read_addresses("a@b.example; c@d.example, A@B.example")
    assert [address.address for address in found] == ["a@b.example", "c@d.example"]


@pytest.mark.parametrize(
    ("entry", "phones"),
    [
        ({"personal_phone_numbers": ["+12025550143"]}, (Phone("+12025550143"),)),
        ({"phones": [{"number": "+1 (202) 555-0143", "type": "mobile", "carrier": "Acme"}]},
         (Phone("+12025550143", "mobile", "Acme"),)),
        ({"phone": "+1-202-555-0143", "phone_type": "direct_dial"}, (Phone("+12025550143", "direct_dial"),)),
        ({"phone": "202.555.0143", "mobile": "+1 202 555 0187"},
         (Phone("2025550143"), Phone("+12025550187", "mobile"))),
        ({"personal_phone_numbers": "+12025550143"}, (Phone("+12025550143"),)),
        ({"personal_phone_numbers": {"phone": "+12025550143"}}, (Phone("+12025550143"),)),
        ({"personal_phone_numbers": ["+12025550143", "+1 202 555 0143"]}, (Phone("+12025550143"),)),
        ({"phone": 12025550143}, (Phone("12025550143"),)),
        ({"phone": "+1 202 555 0143 ext. 42"}, (Phone("+12025550143"),)),
        ({"phone": "+1 202 555 0143;ext=42"}, (Phone("+12025550143"),)),
        ({"phone": "(202) 555-0143 x42"}, (Phone("2025550143"),)),
        ({"phone": "tel:+1-202-555-0143"}, (Phone("+12025550143"),)),
        ({"phone": "+1 202 555 0143 / +1 202 555 0187"}, (Phone("+12025550143"), Phone("+12025550187"))),
        ({"phones": [{"number": "+12025550143"}], "line_type": "mobile", "carrier": "Acme"},
         (Phone("+12025550143", "mobile", "Acme"),)),
        ({"phones": ["+12025550143"], "line_type": "voip"}, (Phone("+12025550143", "voip"),)),
        ({"phone": None, "personal_phone_numbers": []}, ()),
        ({"phone": "not found"}, ()),
        ({"phone": "n/a 1"}, ()),
        ({"phone": True}, ()),
        ({"phones": [None, {}, {"number": None}, [], "", 0]}, ()),
        ({"company": {"phone": "+12025550143"}}, ()),
        ({"phone": "9" * 500}, ()),
    ],
    ids=lambda value: json.dumps(value, default=str)[:70],
)  # fmt: skip
def test_phones_are_found_in_every_form(entry: dict[str, object], phones: tuple[Phone, ...]) -> None:
    assert PersonRecord.from_answer(entry).phones == phones


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("+44 (0)20 7946 0018", "+442079460018"),
        ("(+44) 20 7946 0018", "+442079460018"),
        ("＋１２０２５５５０１４３", "+12025550143"),
        ("020 7946 0018", "02079460018"),
        ("1+2", "12"),
        ("", ""),
        ("+", ""),
    ],
)
def test_a_number_is_digits_and_a_leading_plus(written: str, plain: str) -> None:
    assert plain_number(written) == plain


def test_the_kind_given_with_a_number_beats_the_kind_of_its_field() -> None:
    assert read_phones({"number": "+12025550143", "type": "voip"}, kind="mobile")[0].type == "voip"


@pytest.mark.parametrize(
    ("entry", "failed"),
    [
        ({"status": "failed"}, True),
        ({"status": "FAILED"}, True),
        ({"status": "completed", "error": "provider timed out"}, True),
        ({"status": "completed", "error": {"code": "x"}}, True),
        ({"result": {"error": "provider timed out"}}, True),
        ({"status": "completed"}, False),
        ({"status": "not_found"}, False),
        ({"status": "skipped", "error": None}, False),
        ({"error": ""}, False),
        ({"error": {}}, False),
        ({"error": False}, False),
        ({}, False),
    ],
)
def test_a_look_up_failed_only_when_it_says_so(entry: dict[str, object], failed: bool) -> None:
    assert PersonRecord.from_answer(entry).failed is failed


@pytest.mark.parametrize(
    ("entry", "running"),
    [
        ({"status": "running"}, True),
        ({"status": "queued"}, True),
        ({"status": "running", "email": MAIL}, False),
        ({"status": "completed"}, False),
        ({}, False),
    ],
)
def test_a_person_without_a_find_may_still_be_looked_up(entry: dict[str, object], running: bool) -> None:
    assert PersonRecord.from_answer(entry).still_running is running


@pytest.mark.parametrize(
    ("entry", "name", "domain", "industry", "headcount", "size"),
    [
        ({"company": {"name": "N", "domain": "n.example", "industry": "Tools", "headcount": 120}},
         "N", "n.example", "Tools", 120, ""),
        ({"company": {"name": "N", "domain": "n.example", "industry": "Tools", "headcount": "51-200"}},
         "N", "n.example", "Tools", None, "51-200"),
        ({"company": "N", "company_domain": "n.example", "industry": "Tools", "employee_count": 120,
          "employee_count_range": "51-200"}, "N", "n.example", "Tools", 120, "51-200"),
        ({"contact": {"company_name": "N", "company_domain": "n.example", "company_industry": "Tools",
                      "company_size": "51-200"}},
         "N", "n.example", "Tools", None, "51-200"),
        ({"result": {"company": {"name": "N"}}, "company": {"domain": "n.example"}},
         "N", "n.example", "", None, ""),
        ({"company": ["N"]}, "", "", "", None, ""),
        ({"company": None}, "", "", "", None, ""),
    ],
    ids=["object", "object with a range", "plain text", "single", "in two places", "list", "null"],
)  # fmt: skip
def test_the_company_is_read_as_object_and_as_text(
    entry: dict[str, object], name: str, domain: str, industry: str, headcount: int | None, size: str
) -> None:
    record = PersonRecord.from_answer(entry)
    assert (record.company_name, record.company_domain, record.company_industry) == (name, domain, industry)
    assert (record.headcount, record.headcount_range) == (headcount, size)


EVERYTHING = {
    "task_id": "t1",
    "status": "completed",
    "lead_id": "l1",
    "prospect_id": "p1",
    "input": {"linkedin_url": "https://www.linkedin.com/in/invented-ilse"},
    "primary_email": MAIL,
    "primary_email_status": "reliable",
    "other_emails": ["i@northgate.example"],
    "personal_emails": ["ilse@home.example"],
    "personal_phone_numbers": ["+12025550143"],
    "phone": "+12025550199",
    "mobile": "+12025550187",
    "phone_type": "direct_dial",
    "line_type": "landline",
    "carrier": "Acme Telecom",
    "prospect": {
        "first_name": "Ilse",
        "last_name": "Varga",
        "full_name": "Ilse Varga",
        "headline": "Operations lead",
        "title": "Head of Operations",
        "seniority": "director",
        "department": "Operations",
        "location": {"city": "Utrecht", "country": "Netherlands"},
        "linkedin_url": "https://www.linkedin.com/in/invented-ilse",
        "work_experience": [{"title": "Lead", "company": {"name": "Quarry"}, "start": 2019, "end": None}],
        "education": [{"school": "Invented Institute", "degree": "MSc", "start": "2010", "end": "2012"}],
        "skills": ["Planning", {"name": "Logistics"}],
        "certifications": ["PMP"],
        "languages": ["Dutch"],
        "inferred_salary": "80k-100k",
    },
    "company": {
        "name": "Northgate",
        "domain": "northgate.example",
        "linkedin_url": "https://www.linkedin.com/company/invented-northgate",
        "industry": "Tools",
        "industries": ["Tools", "Software"],
        "type": "Private",
        "employee_count": 120,
        "company_size": "51-200",
        "founded_year": 1999,
        "hq_location": "Utrecht",
        "description": "Makes tools",
        "tagline": "Tools for all",
        "revenue_range": "$10M-$25M",
        "funding_stage": "Series A",
        "total_funding_usd": 12000000,
        "tech_stack": ["Python"],
        "company_id": "c1",
    },
    "provider": "leadmagic",
    "meta": {
        "confidence": 0.93,
        "providers_queried": 15,
        "providers_matched": 7,
        "enriched_at": "2026-05-04T09:31:10Z",
        "credits_used": 11,
    },
    "mx_verified": True,
    "smtp_verified": True,
    "is_catch_all": False,
    "is_disposable": False,
    "is_role_based": False,
    "risk_score": 0.1,
    "icp_score": 88,
    "icp_signals": ["size"],
    "intent_signals": ["hiring"],
}


def test_every_known_field_has_a_place() -> None:
    record = PersonRecord.from_answer({**EVERYTHING, "error": "late"})
    empty = [name for name in PersonRecord.model_fields if getattr(record, name) in ("", None, (), {}, False)]
    unusable = ["unusable_email", "unusable_phone"]
    checked = ["is_catch_all", "is_disposable", "is_role_based"]
    assert empty == [*unusable, *checked], "False is a value there, not a gap"
    assert record.model_extra == {}
    assert record.experience[0].title == "Lead"
    assert record.education[0].institution == "Invented Institute"


def test_the_person_card_lists_what_is_known_in_order() -> None:
    lines = PersonRecord.from_answer(EVERYTHING).described()
    sections = [section for section, _, _ in lines]
    assert list(dict.fromkeys(sections)) == list(SECTIONS)
    for line in [
        ("Contact", "Email", MAIL),
        ("Contact", "Phone", "+12025550187 · mobile"),
        ("Contact", "Location", "Utrecht, Netherlands"),
        ("Work", "Skills", "Planning, Logistics"),
        ("Company", "Employees", "120"),
        ("Experience", "Lead", "Quarry · 2019"),
        ("Education", "Invented Institute", "MSc · 2010 – 2012"),
        ("Quality", "Throw-away address", "no"),
        ("Source", "Credits", "11"),
    ]:
        assert line in lines


def test_an_empty_answer_describes_nothing() -> None:
    assert PersonRecord.from_answer({}).described() == []


def test_unknown_fields_are_kept_and_shown() -> None:
    record = PersonRecord.from_answer(
        {"email": MAIL, "twitter_handle": "@ilse", "company": {"ticker": "NRG"}}
    )
    assert record.unknown_facts == {"twitter_handle": "@ilse", "company.ticker": "NRG"}
    assert ("Source", "Twitter handle", "@ilse") in record.described()
    assert ("Source", "Company ticker", "NRG") in record.described()


def test_a_fact_under_two_of_its_names_is_shown_once() -> None:
    record = PersonRecord.from_answer({"company": {"headcount": "51-200", "company_size": "51-200"}})
    assert record.described() == [("Company", "Size", "51-200")]


def test_names_that_are_ours_cannot_be_overwritten_by_an_answer() -> None:
    entry = {"raw": "theirs", "failed": "theirs", "described": "theirs", "__class__": "x", "model_fields": 1}
    record = PersonRecord.from_answer(entry)
    assert record.raw == entry
    assert record.failed is False
    assert record.described()


def test_a_record_cannot_be_changed() -> None:
    record = PersonRecord.from_answer(EVERYTHING)
    with pytest.raises(ValidationError, match="frozen"):
        record.email = "other@northgate.example"


def test_a_record_can_be_read_again_from_what_was_kept() -> None:
    record = PersonRecord.from_answer(EVERYTHING)
    assert PersonRecord.from_answer(json.loads(json.dumps(record.raw))) == record


def test_texts_no_database_takes_are_made_storable() -> None:
    record = PersonRecord.from_answer({"first_name": "Il\x00se\ud800", "title": "  Lead "})
    assert (record.first_name, record.job_title) == ("Ilse?", "Lead")
