"""The single look-up service: one person, at once, with a key and words of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from cleanlist_core.api.client import CleanlistClient
from cleanlist_core.domain import Contact, EmailQuality
from cleanlist_core.errors import (
    InvalidContactsError,
    KeyRejectedError,
    OutOfCreditsError,
    UnknownIdError,
)
from cleanlist_core.sandbox import Sandbox, SandboxOptions, serve

CREDITS = 1_000


@dataclass(frozen=True)
class Service:
    sandbox: Sandbox
    base_url: str
    organization_id: str

    def client(self, *, kind: str = "single") -> CleanlistClient:
        return CleanlistClient(self.base_url, self.sandbox.issue_key(self.organization_id, kind=kind))  # type: ignore[arg-type]

    def left(self) -> float:
        (entry,) = [one for one in self.sandbox.ledger() if one.organization_id == self.organization_id]
        return entry.credits


@pytest.fixture
def lookups(request: pytest.FixtureRequest) -> Iterator[Service]:
    credits_given = getattr(request, "param", CREDITS)
    with Sandbox(SandboxOptions(time_factor=1000)) as sandbox, serve(sandbox) as running:
        yield Service(
            sandbox, running.base_url, sandbox.new_organization(credits=credits_given).organization_id
        )


PEOPLE = [
    Contact(first_name="Ilse", last_name="Varga", company_domain=f"northgate-{number}.example")
    for number in range(12)
]


def test_what_is_found_is_what_is_paid(lookups: Service) -> None:
    spent = 0.0
    with lookups.client() as client:
        for person in PEOPLE:
            before = lookups.left()
            try:
                answer = client.enrich_contact(person)
            except UnknownIdError:
                assert lookups.left() == before, "a miss costs nothing"
                continue
            record = answer.record
            assert EmailQuality.of(record.email_status) is not None
            assert (record.first_name, record.last_name) == ("Ilse", "Varga")
            assert (
                answer.credits_used
                == before - lookups.left()
                == bool(record.email) + 10 * bool(record.phones)
            )
            spent += float(answer.credits_used)
    assert spent == CREDITS - lookups.left() > 0


def test_an_email_alone_is_enough_here(lookups: Service) -> None:
    found = []
    with lookups.client() as client:
        for number in range(8):
            try:
                found.append(
                    client.enrich_contact(email=f"ilse.varga@northgate-{number}.example").record.email
                )
            except UnknownIdError:
                continue
    assert found
    assert all("northgate-" in email for email in found)


def test_a_key_of_the_public_api_is_refused_and_told_apart(lookups: Service) -> None:
    with lookups.client(kind="public") as client, pytest.raises(KeyRejectedError) as refused:
        client.enrich_contact(PEOPLE[0])
    assert not refused.value.maybe_spent


@pytest.mark.parametrize("lookups", [0], indirect=True)
def test_without_credits_nobody_is_looked_up(lookups: Service) -> None:
    with lookups.client() as client, pytest.raises(OutOfCreditsError):
        client.enrich_contact(PEOPLE[0])


def test_half_a_name_is_refused_by_the_service(lookups: Service) -> None:
    with lookups.client() as client, pytest.raises(InvalidContactsError):
        client.enrich_contact(Contact(first_name="Ilse"))


def test_nobody_is_never_asked_for(lookups: Service) -> None:
    with lookups.client() as client, pytest.raises(ValueError, match="a contact or an email"):
        client.enrich_contact()
