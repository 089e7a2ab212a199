"""What docs/api-contract.md promises, asked of the API over HTTP by our client."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import httpx
import pytest

from cleanlist_core.api.answers import PersonAnswer, PersonRecord, WorkflowStatus
from cleanlist_core.api.client import CleanlistClient
from cleanlist_core.domain import MAX_BATCH, Contact, EnrichmentType
from cleanlist_core.errors import (
    InvalidContactsError,
    KeyRejectedError,
    NoAccessError,
    OutOfCreditsError,
    RateLimitedError,
    RefusedError,
    UnknownIdError,
)
from cleanlist_core.pricing import settled_credits
from tests.contract.conftest import Practice, Service

LONGEST_WAIT_IN_LOOKS = 120
MIXED = [
    Contact(linkedin_url="https://www.linkedin.com/in/sandbox-ilse-varga"),
    Contact(first_name="Teun", last_name="Abara", company_domain="quarrylane.example"),
    Contact(first_name="Mirëla", last_name="Osei", company_name="Brightforge Tooling"),
]
SPENDING = [EnrichmentType.PARTIAL, EnrichmentType.PHONE_ONLY, EnrichmentType.FULL]


def _people(number: int) -> list[Contact]:
    return [
        Contact(first_name="Ilse", last_name=f"Varga{position}", company_domain="northgate-labs.example")
        for position in range(number)
    ]


def _finished(service: Service, workflow_id: str) -> WorkflowStatus:
    for look in count():
        status = service.client.workflow_status(workflow_id)
        if status.finished:
            return status
        assert look < LONGEST_WAIT_IN_LOOKS, "it does not end"
        service.wait()
    raise AssertionError("unreachable")


def _by_task(service: Service, workflow_id: str, task_ids: tuple[str, ...]) -> dict[str, PersonAnswer]:
    """Everybody's record: from the workflow where it holds them, else person by person."""
    records = {record.task_id: record for record in _finished(service, workflow_id).records}
    for task_id in task_ids:
        if task_id not in records:
            record = service.client.task_status(task_id).record
            assert record is not None
            records[task_id] = record
    return records


def test_a_key_tells_its_owner(service: Service) -> None:
    info = service.client.validate_key()
    assert info.valid
    assert info.organization_id
    assert info.user_id


def test_the_email_of_one_person_is_looked_up_and_costs_a_credit_at_most(service: Service) -> None:
    """The one test that can spend on a real account."""
    before = service.client.credit_balance().balance
    batch = service.client.submit_batch(_people(1), EnrichmentType.PARTIAL)
    assert len(batch.task_ids) == 1
    (record,) = _by_task(service, batch.workflow_id, batch.task_ids).values()
    spent = before - service.client.credit_balance().balance
    assert spent == settled_credits(EnrichmentType.PARTIAL, email_found=bool(record.email), phone_found=False)


@pytest.mark.parametrize("key", [f"clapi_{'0' * 64}", "clext_nothing", "clnl_live_nothing", "nonsense"])
def test_a_key_nobody_was_given_is_refused(service: Service, key: str) -> None:
    with CleanlistClient(service.base_url, key) as stranger, pytest.raises(KeyRejectedError):
        stranger.validate_key()


def test_the_balance_is_a_number_of_credits(service: Service) -> None:
    balance = service.client.credit_balance()
    assert balance.balance >= 0
    assert balance.organization_id in ("", service.client.validate_key().organization_id)


def test_tidying_up_costs_nothing(service: Service) -> None:
    before = service.client.credit_balance().balance
    batch = service.client.submit_batch(MIXED, EnrichmentType.NONE)
    assert batch.workflow_id
    assert len(batch.task_ids) == batch.total_contacts == len(MIXED)
    assert len(set(batch.task_ids)) == len(MIXED)
    records = _by_task(service, batch.workflow_id, batch.task_ids)
    assert set(records) == set(batch.task_ids)
    assert not any(record.email or record.phones for record in records.values())
    assert service.client.credit_balance().balance == before


def test_an_unknown_id_is_not_found(service: Service) -> None:
    with pytest.raises(UnknownIdError):
        service.client.workflow_status("public_bulk_00000000-0000-4000-8000-000000000000")
    with pytest.raises(UnknownIdError):
        service.client.task_status("00000000-0000-4000-8000-000000000000")


@pytest.mark.parametrize("wanted", SPENDING)
def test_finds_are_charged_and_misses_are_not(practice: Practice, wanted: EnrichmentType) -> None:
    before = practice.client.credit_balance().balance
    batch = practice.client.submit_batch([*MIXED, *_people(40)], wanted)
    records = _by_task(practice, batch.workflow_id, batch.task_ids)
    finds = [(bool(records[task].email), bool(records[task].phones)) for task in batch.task_ids]
    assert any(email or phone for email, phone in finds)
    assert any(not (email and phone) for email, phone in finds)
    cost = sum(settled_credits(wanted, email_found=email, phone_found=phone) for email, phone in finds)
    assert before - practice.client.credit_balance().balance == cost
    assert all(wanted.wants_email or not email for email, _ in finds)
    assert all(wanted.wants_phone or not phone for _, phone in finds)


@pytest.mark.parametrize("wanted", SPENDING)
def test_every_field_has_a_place_and_one_person_reads_alike_both_ways(
    practice: Practice, wanted: EnrichmentType
) -> None:
    batch = practice.client.submit_batch([*MIXED, *_people(20)], wanted)
    status = _finished(practice, batch.workflow_id)
    inline = {record.task_id: record for record in status.records}
    apart = ("raw", "input", "task_id")
    for task_id in batch.task_ids:
        task = practice.client.task_status(task_id)
        assert task.finished
        assert task.record is not None
        alone = PersonRecord.from_answer(task.record.raw)
        assert alone.unknown_facts == {}
        if task_id in inline:
            known = PersonRecord.from_answer(inline[task_id].raw)
            assert alone.model_dump(exclude={*apart, "workflow_id"}) == known.model_dump(exclude=set(apart))


def test_results_belong_to_people_by_id(practice: Practice) -> None:
    contacts = [*MIXED[1:], *_people(10)]
    batch = practice.client.submit_batch(contacts, EnrichmentType.PARTIAL)
    records = _by_task(practice, batch.workflow_id, batch.task_ids)
    for contact, task_id in zip(contacts, batch.task_ids, strict=True):
        if not records[task_id].failed:
            assert records[task_id].last_name == contact.last_name


def test_progress_only_grows_and_ends_complete(practice: Practice) -> None:
    batch = practice.client.submit_batch(_people(60), EnrichmentType.FULL)
    first = practice.client.workflow_status(batch.workflow_id)
    assert not first.finished
    done = [first.completed or 0]
    while not (status := practice.client.workflow_status(batch.workflow_id)).finished:
        done.append(status.completed or 0)
        practice.clock.now += 2
    assert done == sorted(done)
    assert (status.total, status.completed) in ((60, 60), (None, None))


def test_the_answer_is_handed_over_as_it_came(practice: Practice) -> None:
    batch = practice.client.submit_batch(MIXED, EnrichmentType.PARTIAL)
    kept: list[bytes] = []
    practice.client.workflow_status(batch.workflow_id, on_raw=kept.append)
    practice.client.task_status(batch.task_ids[0], on_raw=kept.append)
    assert [isinstance(json.loads(body), dict) for body in kept] == [True, True]
    assert batch.workflow_id.encode() in kept[0]


def test_somebody_elses_batch_is_not_found(practice: Practice) -> None:
    batch = practice.client.submit_batch(MIXED, EnrichmentType.NONE)
    with practice.client_for(practice.sandbox.new_organization().key) as stranger:
        with pytest.raises(UnknownIdError):
            stranger.workflow_status(batch.workflow_id)
        with pytest.raises(UnknownIdError):
            stranger.task_status(batch.task_ids[0])


def test_one_unusable_person_is_named_and_nobody_is_charged(practice: Practice) -> None:
    contacts = [MIXED[0], Contact(first_name="Teun"), *MIXED[1:], Contact(last_name="Osei")]
    with pytest.raises(InvalidContactsError) as caught:
        practice.client.submit_batch(contacts, EnrichmentType.FULL)
    assert sorted(caught.value.rows) in ([1, 4], [])
    assert caught.value.maybe_spent is False
    assert practice.sandbox.ledger()[0].workflows == ()


def test_a_batch_that_could_cost_more_than_there_is_does_not_start(practice: Practice) -> None:
    key = practice.sandbox.new_organization(credits=109).key
    with practice.client_for(key) as poor:
        with pytest.raises(OutOfCreditsError) as caught:
            poor.submit_batch(_people(10), EnrichmentType.FULL)
        assert caught.value.maybe_spent is False
        assert poor.credit_balance().balance == 109
        assert poor.submit_batch(_people(9), EnrichmentType.FULL).workflow_id


def test_a_plan_without_the_api_is_told_from_a_wrong_key(practice: Practice) -> None:
    key = practice.sandbox.new_organization(api_access=False).key
    with practice.client_for(key) as barred, pytest.raises(NoAccessError):
        barred.validate_key()


def test_a_withdrawn_key_is_refused(practice: Practice) -> None:
    practice.client.validate_key()
    practice.sandbox.revoke_key(practice.key)
    with pytest.raises(KeyRejectedError):
        practice.client.validate_key()


def test_one_client_serves_many_threads(practice: Practice) -> None:
    batch = practice.client.submit_batch(MIXED, EnrichmentType.NONE)
    with ThreadPoolExecutor(8) as pool:
        looks = [pool.submit(practice.client.task_status, batch.task_ids[n % 3]) for n in range(48)]
        answers = [look.result() for look in looks]
    assert not any(answer.finished for answer in answers)


def test_too_many_reads_wait_as_long_as_asked(practice: Practice) -> None:
    for _ in range(61):
        practice.client.credit_balance()
    assert len(practice.clock.slept) == 1
    assert 0 < practice.clock.slept[0] <= 61


def test_too_many_sends_are_refused_and_not_repeated(practice: Practice) -> None:
    for _ in range(60):
        practice.client.credit_balance()
    with pytest.raises(RateLimitedError) as caught:
        practice.client.submit_batch(MIXED, EnrichmentType.PARTIAL)
    assert caught.value.maybe_spent is False
    assert caught.value.retry_after_seconds is not None
    assert 0 < caught.value.retry_after_seconds <= 60
    assert practice.clock.slept == []
    assert practice.sandbox.ledger()[0].workflows == ()


@pytest.mark.parametrize("number", [0, MAX_BATCH + 1])
def test_the_api_itself_refuses_what_the_client_never_sends(practice: Practice, number: int) -> None:
    contacts = [contact.as_request() for contact in _people(number)]
    answer = httpx.post(
        f"{practice.base_url}/enrich/bulk",
        json={"enrichment_type": "none", "contacts": contacts},
        headers={"Authorization": f"Bearer {practice.key}"},
        trust_env=False,
    )
    assert answer.status_code == 400


def test_a_full_batch_is_accepted(practice: Practice) -> None:
    batch = practice.client.submit_batch(_people(MAX_BATCH), EnrichmentType.PARTIAL)
    assert len(set(batch.task_ids)) == MAX_BATCH


def test_both_ids_or_none_are_refused(practice: Practice) -> None:
    for query in ({}, {"workflow_id": "w", "task_id": "t"}):
        answer = httpx.get(
            f"{practice.base_url}/enrich/status",
            params=query,
            headers={"Authorization": f"Bearer {practice.key}"},
            trust_env=False,
        )
        assert answer.status_code == 400


def test_announcements_can_be_looked_up(practice: Practice) -> None:
    batch = practice.client.submit_batch(MIXED, EnrichmentType.NONE)
    assert practice.client.webhook_deliveries(batch.workflow_id) == ()
    with pytest.raises(RefusedError):
        practice.client.webhook_deliveries("public_bulk_nothing")
