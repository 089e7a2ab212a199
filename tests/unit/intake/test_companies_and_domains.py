"""Company names and domains, as sent and as compared."""

from __future__ import annotations

import pytest

from cleanlist_core.intake.companies import clean_company, company_key
from cleanlist_core.intake.domains import company_domain, email_address, registrable_domain
from cleanlist_core.intake.wordlists import FLAT_ENDINGS


@pytest.mark.parametrize(
    ("written", "domain"),
    [
        pytest.param("https://www.shop.acme.co.uk:8080/en?x=1#y", "acme.co.uk", id="a whole address"),
        pytest.param("Acme.Example", "acme.example", id="capitals"),
        pytest.param("jane@mail.acme.de", "acme.de", id="a work email"),
        pytest.param("acme.example/about", "acme.example", id="a path"),
        pytest.param("http://user:secret@acme.example/", "acme.example", id="a user name before the host"),
        pytest.param("müller.de", "xn--mller-kva.de", id="an accent becomes its ASCII form"),
        pytest.param("shop.myshopify.com", "shop.myshopify.com", id="a customer of a host is its own"),
        pytest.param("myshopify.com", "myshopify.com", id="the host itself too"),
        pytest.param("https://www.myshopify.com", "myshopify.com", id="the host behind www is no customer"),
        pytest.param("jane@gmail.com", "", id="free mail is no company"),
        pytest.param("jane@yahoo.co.uk", "", id="free mail of a country is no company"),
        pytest.param("https://www.linkedin.com/company/acme", "", id="a LinkedIn page is no domain"),
        pytest.param("https://linktr.ee/jane", "", id="a page of links is no domain"),
        pytest.param("Acme Inc", "", id="a name is no domain"),
        pytest.param("acme", "", id="one word is no domain"),
        pytest.param("co.uk", "", id="an ending alone is no domain"),
        pytest.param("192.168.0.1", "", id="a number is no domain"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_the_domain_of_a_company(written: str, domain: str) -> None:
    assert company_domain(written) == domain
    assert company_domain(domain) == domain


@pytest.mark.parametrize("ending", sorted(FLAT_ENDINGS))
def test_endings_treated_as_flat_are_flat(ending: str) -> None:
    assert registrable_domain(f"shop.acme.{ending}") == f"acme.{ending}"  # by the list of public suffixes
    assert registrable_domain(f"www.acme.{ending}") == f"acme.{ending}"
    assert registrable_domain(f"a1-b2.{ending}") == f"a1-b2.{ending}"


@pytest.mark.parametrize(
    ("written", "email"),
    [
        ("Jane.Doe@Acme.example", "jane.doe@acme.example"),
        ("Jane Doe <jane@acme.example>", "jane@acme.example"),
        ("home@gmail.com ::: jane@acme.example", "jane@acme.example"),
        ("home@gmail.com; other@web.de", "home@gmail.com"),
        ("/o=ExchangeLabs/ou=x/cn=abc", ""),
        ("left voicemail, call back", ""),
        ("jane@localhost", ""),
        ("", ""),
    ],
)
def test_the_email_of_a_cell(written: str, email: str) -> None:
    assert email_address(written) == email


@pytest.mark.parametrize(
    "written",
    [
        "Acme",
        "ACME Inc.",
        "Acme, Inc",
        "acme LLC",
        "The Acme Company",
        "Acme GmbH",
        "Acme S.A.",
        "  Acmé  Ltd ",
    ],
)
def test_one_company_in_many_spellings(written: str) -> None:
    assert company_key(written) == "acme"


@pytest.mark.parametrize(("one", "other"), [("Lumen & Loom", "Lumen and Loom"), ("O.B.I. AG", "OBI")])
def test_two_spellings_of_a_company_compare_equal(one: str, other: str) -> None:
    assert company_key(one) == company_key(other)


@pytest.mark.parametrize(
    "written", ["", "-", "n/a", "Self-employed", "Freelancer", "N.A.", "none", "k.A.", "Unbekannt"]
)
def test_what_names_no_company(written: str) -> None:
    assert clean_company(written) == ""


@pytest.mark.parametrize(
    "written", ["3M", "Nonesuch Records", "Selfridge Tools", "Unknown Worlds", "X", "KA"]
)
def test_what_only_looks_like_no_company(written: str) -> None:
    assert clean_company(written) == written
