"""LinkedIn addresses in every spelling."""

from __future__ import annotations

import pytest

from cleanlist_core.intake.linkedin import LinkedInKind, read_linkedin

MEMBER = "ACoAABcd12EfGh34IjKl56"


@pytest.mark.parametrize(
    "written",
    [
        "https://www.linkedin.com/in/jane-doe",
        "http://linkedin.com/in/jane-doe/",
        "linkedin.com/in/Jane-Doe",
        "www.linkedin.com/in/jane-doe?trk=people&x=1",
        "https://uk.linkedin.com/in/jane-doe/en",
        "https://m.linkedin.com/in/jane-doe/details/experience/#top",
        "HTTPS://WWW.LINKEDIN.COM/in/jane-doe",
        "https://www.linkedin.com//in/jane-doe",
        "/in/jane-doe",
        "in/jane-doe/",
        " <https://de.linkedin.com/in/jane-doe> ",
        "https://www.linkedin.com/in/jane%2Ddoe",
    ],
)
def test_every_spelling_leads_to_one_slug(written: str) -> None:
    address = read_linkedin(written)
    assert address.kind is LinkedInKind.PERSON
    assert address.slug == "jane-doe"
    assert address.url == "https://www.linkedin.com/in/jane-doe"


def test_accents_are_the_same_however_they_are_written() -> None:
    encoded = read_linkedin("https://www.linkedin.com/in/jos%C3%A9-cruz")
    composed = read_linkedin("https://www.linkedin.com/in/josé-cruz")
    decomposed = read_linkedin("https://www.linkedin.com/in/jose\u0301-cruz")
    assert encoded.slug == composed.slug == decomposed.slug == "josé-cruz"


@pytest.mark.parametrize(
    "written",
    [
        "https://www.linkedin.com/company/acme",
        "https://www.linkedin.com/school/acme-university",
        "https://www.linkedin.com/search/results/people/?keywords=jane",
        "https://www.linkedin.com/jobs/view/123",
        "https://www.linkedin.com/sales/company/123",
        "https://lnkd.in/abc",
        "https://www.linkedin.com/",
        "https://www.linkedin.com/feed/",
        "https://www.linkedin.com/in/",
    ],
)
def test_other_pages_are_no_person(written: str) -> None:
    assert read_linkedin(written).kind is LinkedInKind.OTHER
    assert read_linkedin(written).slug == ""


@pytest.mark.parametrize(
    "written", ["", "jane doe", "https://acme.example/in/jane", "notlinkedin.com/in/jane"]
)
def test_anything_else_is_no_linkedin_address(written: str) -> None:
    assert read_linkedin(written).kind is LinkedInKind.NONE


def test_member_ids_keep_their_case_and_rank_second() -> None:
    address = read_linkedin(f"https://www.linkedin.com/in/{MEMBER}")
    assert (address.kind, address.slug) == (LinkedInKind.MEMBER_ID, MEMBER)


def test_a_sales_navigator_lead_ranks_last() -> None:
    address = read_linkedin(f"https://www.linkedin.com/sales/lead/{MEMBER},NAME_SEARCH,ab1")
    assert (address.kind, address.slug) == (LinkedInKind.SALES_ID, MEMBER)
