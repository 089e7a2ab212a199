from __future__ import annotations

import pytest

from cleanlist_core.sandbox.contacts import bare_domain, profile_slug, read_contact


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://www.linkedin.com/in/ilse-varga", id="the usual address"),
        pytest.param("http://linkedin.com/in/ilse-varga/", id="no www, closing slash"),
        pytest.param("linkedin.com/in/ilse-varga", id="no scheme"),
        pytest.param("https://nl.linkedin.com/in/ilse-varga?trk=x", id="country host and tracking"),
        pytest.param("HTTPS://WWW.LinkedIn.com/in/Ilse-Varga#top", id="capitals and fragment"),
        pytest.param("https://m.linkedin.com/mwlite/in/ilse-varga", id="mobile address"),
        pytest.param(
            "  https://www.linkedin.com/in/ilse%2Dvarga/overlay/contact-info/ ", id="escapes, overlay"
        ),
    ],
)
def test_every_spelling_of_a_profile_is_one_person(url: str) -> None:
    lookup = read_contact({"linkedin_url": url})
    assert lookup is not None
    assert lookup.identity == "in:ilse-varga"
    assert lookup.kind == "linkedin"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://www.linkedin.com/company/firm",
        "https://example.com/in/ilse",
        "ilse-varga",
        "linkedin.com/in/",
    ],
)
def test_other_addresses_are_no_profiles(url: str) -> None:
    assert profile_slug(url) == ""


@pytest.mark.parametrize(
    ("written", "domain"),
    [
        ("firm.example", "firm.example"),
        ("  WWW.Firm.Example ", "firm.example"),
        ("https://www.firm.example:8080/about?x=1", "firm.example"),
        ("ilse@firm.example", "firm.example"),
        ("firm.example.", "firm.example"),
        ("blåbær.example", "blåbær.example"),
        ("firm", ""),
        ("two words.example", ""),
        ("", ""),
    ],
)
def test_domains_are_read_from_what_people_write(written: str, domain: str) -> None:
    assert bare_domain(written) == domain


def test_names_and_domain_come_before_names_and_company() -> None:
    both = {
        "first_name": "Ilse",
        "last_name": "Varga",
        "company_domain": "firm.example",
        "company_name": "Firm",
    }
    by_domain = read_contact(both)
    by_company = read_contact({**both, "company_domain": ""})
    assert by_domain is not None
    assert by_company is not None
    assert by_domain.identity == "nd:ilse|varga|firm.example"
    assert by_company.identity == "nc:ilse|varga|firm"


@pytest.mark.parametrize(
    "contact",
    [
        pytest.param({"email": "ilse@firm.example"}, id="email alone"),
        pytest.param({"first_name": "Ilse", "company_name": "Firm"}, id="no last name"),
        pytest.param(
            {"first_name": " ", "last_name": "Varga", "company_name": "Firm"}, id="blank first name"
        ),
        pytest.param({"first_name": "Ilse", "last_name": "Varga"}, id="no company"),
        pytest.param(
            {"first_name": "Ilse", "last_name": "Varga", "company_domain": "firm"}, id="half a domain"
        ),
        pytest.param({"linkedin_url": "https://www.linkedin.com/company/firm"}, id="a company's page"),
        pytest.param({}, id="nothing"),
    ],
)
def test_too_little_identifies_nobody(contact: dict[str, str]) -> None:
    assert read_contact(contact) is None
