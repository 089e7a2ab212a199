"""Every shape the documents show ends in the same few values."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from cleanlist_core.api.answers import (
    Delivery,
    TaskStatus,
    WorkflowStatus,
    json_fields,
    read_balance,
    read_deliveries,
    read_key,
    read_submitted,
    read_task,
    read_workflow,
)
from cleanlist_core.api.person import PersonRecord
from cleanlist_core.errors import UnreadableError
from cleanlist_core.store.people import packed, unpacked

ILSE = {
    "task_id": "t1",
    "status": "completed",
    "primary_email": "ilse.varga@northgate.example",
    "primary_email_status": "reliable",
    "personal_phone_numbers": ["+12025550143"],
}
NOBODY = {"task_id": "t2", "status": "completed", "personal_phone_numbers": []}


def _workflow(answer: object) -> WorkflowStatus:
    fields = json_fields(json.dumps(answer).encode())
    assert fields is not None
    return read_workflow(fields)


def _task(answer: object) -> TaskStatus:
    fields = json_fields(json.dumps(answer).encode())
    assert fields is not None
    return read_task(fields)


@pytest.mark.parametrize(
    ("answer", "balance", "used"),
    [
        pytest.param({"organization_id": "o", "credits": 1875.5}, "1875.5", None, id="credits, fractional"),
        pytest.param(
            {"credits": 1875, "timestamp_ms": 1, "agent_instructions": "x"}, "1875", None, id="newer"
        ),
        pytest.param({"credits_remaining": 1875, "credits_used_this_month": 625}, "1875", "625", id="guide"),
        pytest.param({"credits": None, "credits_remaining": 7}, "7", None, id="null reads as missing"),
        pytest.param({"credits": 0}, "0", None, id="none left"),
        pytest.param({"credits": "1,234.50"}, "1234.50", None, id="written as text"),
        pytest.param({"data": {"credits": 3}}, "3", None, id="in an envelope"),
    ],
)
def test_a_balance_is_read_in_every_form(answer: dict[str, object], balance: str, used: str | None) -> None:
    read = read_balance(answer)
    assert read.balance == Decimal(balance)
    assert read.used_this_month == (None if used is None else Decimal(used))


@pytest.mark.parametrize(
    "answer", [{}, {"credits": True}, {"credits": "NaN"}, {"credits": 10**400}, {"credits": [1]}]
)
def test_a_balance_is_never_made_up(answer: dict[str, object]) -> None:
    with pytest.raises(UnreadableError, match="number of credits"):
        read_balance(answer)


@pytest.mark.parametrize(
    ("answer", "valid"),
    [
        pytest.param({"valid": True, "user_id": "u", "organization_id": "o"}, True, id="documented"),
        pytest.param({"user_id": "u", "organization_id": "o"}, True, id="organization told, validity not"),
        pytest.param({"valid": False}, False, id="not valid"),
        pytest.param({"valid": "false", "organization_id": "o"}, False, id="not valid, as text"),
    ],
)
def test_a_key_is_valid_unless_the_answer_says_no(answer: dict[str, object], valid: bool) -> None:
    assert read_key(answer).valid is valid


@pytest.mark.parametrize("answer", [{}, {"valid": True}, {"valid": True, "organization_id": None}])
def test_a_key_of_nobody_in_particular_is_unreadable(answer: dict[str, object]) -> None:
    with pytest.raises(UnreadableError, match="which organization"):
        read_key(answer)


FLAT_COUNTS = {
    "total_prospects": 3,
    "completed_prospects": 2,
    "failed_prospects": 1,
    "emails_found": 2,
    "phones_found": 0,
}
SUMMARY = {"total": 3, "successful": 2, "failed": 1, "emails_found": 2, "phones_found": 0}


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"workflow": {"status": "completed", **FLAT_COUNTS}}, id="flat, in `workflow`"),
        pytest.param({"status": "completed", **FLAT_COUNTS}, id="flat, at the top"),
        pytest.param({"workflow": {"status": "completed", "summary": SUMMARY}}, id="summary"),
        pytest.param(
            {"workflow": {"status": "completed", **FLAT_COUNTS, "summary": None}}, id="summary null"
        ),
        pytest.param(
            {"status": "completed", "total": 3, "processed": 3, "completed": 2, "failed": 1, **SUMMARY},
            id="total and processed",
        ),
        pytest.param({"workflow": {"status": "completed", **SUMMARY, "summary": SUMMARY}}, id="both"),
        pytest.param({"status": "completed", "workflow": {"summary": SUMMARY}}, id="status beside it"),
    ],
)
def test_counts_are_read_in_every_form(answer: dict[str, object]) -> None:
    read = _workflow(answer)
    assert (read.total, read.completed, read.emails_found, read.phones_found) == (3, 3, 2, 0)
    assert read.records == ()
    assert read.finished


def test_counts_nobody_gave_are_unknown_not_zero() -> None:
    read = _workflow(
        {"workflow": {"workflow_id": "w", "status": "running", "summary": None, "results": None}}
    )
    assert (read.total, read.completed, read.emails_found, read.phones_found) == (None, None, None, None)
    assert not read.finished


@pytest.mark.parametrize("junk", [-1, "many", True, 1.5, [], {}, 10**30])
def test_counts_that_are_none_are_unknown(junk: object) -> None:
    read = _workflow({"status": "running", "total_prospects": junk, "completed_prospects": junk})
    assert (read.total, read.completed) == (None, None)


def test_counts_follow_from_the_people_when_all_are_there() -> None:
    read = _workflow({"workflow": {"status": "completed", "total_prospects": 2, "results": [ILSE, NOBODY]}})
    assert (read.total, read.completed, read.emails_found, read.phones_found) == (2, 2, 1, 1)


def test_counts_of_the_api_stand_while_people_are_missing() -> None:
    read = _workflow({"status": "running", **FLAT_COUNTS, "results": [ILSE]})
    assert (read.total, read.emails_found, len(read.records)) == (3, 2, 1)


NESTED = {
    "task_id": "t1",
    "status": "success",
    "prospect_id": "p1",
    "lead_id": "l1",
    "result": {
        "email": "ilse.varga@northgate.example",
        "email_status": "verified",
        "phones": ["+12025550143"],
        "provider": "leadmagic",
    },
    "input": {"email": "submitted@northgate.example"},
}


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"workflow": {"status": "completed", "results": [ILSE]}}, id="results, flat"),
        pytest.param({"workflow": {"status": "completed", "results": [NESTED]}}, id="results, nested"),
        pytest.param({"status": "completed", "tasks": [NESTED]}, id="tasks at the top"),
        pytest.param(
            {"status": "completed", "results": [], "tasks": [NESTED]}, id="results empty, tasks not"
        ),
        pytest.param({"status": "completed", "data": [ILSE]}, id="data"),
        pytest.param(
            {"status": "completed", "task_id": "t1", "result": NESTED["result"]}, id="a lone result"
        ),
        pytest.param(
            {"workflow": {"status": "completed"}, "results": [ILSE]}, id="results beside the envelope"
        ),
        pytest.param(
            {"status": "completed", "results": [None, "junk", 3, ILSE, []]}, id="junk among results"
        ),
        pytest.param(
            {
                "status": "completed",
                "results": [{"id": "t1", **{k: ILSE[k] for k in ILSE if k != "task_id"}}],
            },
            id="the id under another name",
        ),
    ],
)
def test_people_are_found_wherever_they_are_listed(answer: dict[str, object]) -> None:
    (person,) = _workflow(answer).records
    assert person.task_id == "t1"
    assert person.email == "ilse.varga@northgate.example"
    assert [phone.number for phone in person.phones] == ["+12025550143"]
    assert not person.failed


@pytest.mark.parametrize(
    ("status", "finished", "failed"),
    [
        ("completed", True, False),
        ("COMPLETED", True, False),
        ("completed_with_errors", True, False),
        ("failed", True, True),
        ("Failed", True, True),
        ("cancelled", True, True),
        ("canceled", True, True),
        ("terminated", True, True),
        ("pending", False, False),
        ("running", False, False),
        ("queued", False, False),
        ("started", False, False),
        ("processing", False, False),
        ("something_new", False, False),
    ],
)
def test_a_state_is_final_only_when_it_is_known_to_be(status: str, finished: bool, failed: bool) -> None:
    read = _workflow({"workflow": {"status": status}})
    assert (read.status, read.finished, read.failed) == (status, finished, failed)


@pytest.mark.parametrize("answer", [{}, {"hello": 1}, {"workflow": {}}, {"workflow": {"status": None}}, []])
def test_an_answer_that_tells_nothing_is_unreadable(answer: object) -> None:
    with pytest.raises(UnreadableError):
        _workflow(answer)
    with pytest.raises(UnreadableError):
        _task(answer)


@pytest.mark.parametrize(
    ("answer", "finished", "email"),
    [
        pytest.param({"task": {"task_id": "t1", "status": "running"}}, False, None, id="running"),
        pytest.param({"task": {"status": "queued", "result": None}}, False, None, id="queued"),
        pytest.param({"task": {"status": "completed", "result": {}}}, True, "", id="nothing found"),
        pytest.param({"task": {"status": "enriched", "result": {"email": "a@b.example"}}}, True,
                     "a@b.example", id="enriched"),
        pytest.param({"task": {"status": "success", "email": "a@b.example"}}, True, "a@b.example", id="flat"),
        pytest.param({"status": "completed", "result": {"primary_email": "a@b.example"}}, True, "a@b.example",
                     id="without an envelope"),
        pytest.param({"task": {"status": "skipped"}}, True, "", id="skipped"),
    ],
)  # fmt: skip
def test_a_task_is_read_in_every_form(answer: object, finished: bool, email: str | None) -> None:
    read = _task(answer)
    assert read.finished is finished
    assert (read.record.email if read.record else None) == email


def test_a_failed_task_tells_why() -> None:
    read = _task(
        {"task": {"task_id": "t1", "status": "failed", "error": {"code": "x", "problem": "no luck"}}}
    )
    assert read.record is not None
    assert (read.finished, read.record.failed) == (True, True)
    assert PersonRecord.from_answer(read.record.raw).error == "no luck"


@pytest.mark.parametrize(
    "answer",
    [
        {
            "workflow_id": "w",
            "status": "started",
            "message": "ok",
            "task_ids": ["a", "b"],
            "total_contacts": 2,
        },
        {"workflow_id": "w", "status": "processing", "task_ids": ["a", "b"], "total_contacts": 2},
        {"workflow": {"workflow_id": "w", "task_ids": ["a", "b"]}, "status": "running"},
        {"workflow_id": "w", "task_ids": ["a", "b"], "total_contacts": None},
    ],
)
def test_an_accepted_batch_is_read_in_every_form(answer: dict[str, object]) -> None:
    read = read_submitted(answer)
    assert (read.workflow_id, read.task_ids, read.total_contacts) == ("w", ("a", "b"), 2)


ATTEMPT = Delivery(1, "failed", 503, "Receiver answered 503", "2026-05-04T09:30:39Z")
SPELLED = {
    "attempt_number": 1,
    "status": "failed",
    "response_code": 503,
    "error_message": "Receiver answered 503",
    "attempted_at": "2026-05-04T09:30:39Z",
}


@pytest.mark.parametrize(
    ("answer", "attempts"),
    [
        pytest.param({"workflow_id": "w", "deliveries": [SPELLED]}, (ATTEMPT,), id="deliveries"),
        pytest.param([SPELLED], (ATTEMPT,), id="a bare list"),
        pytest.param({"deliveries": []}, (), id="none yet"),
        pytest.param({"deliveries": [None, 3]}, (), id="junk"),
        pytest.param(
            {"deliveries": [{"attempt": "2"}]}, (Delivery(2, "", None, "", ""),), id="other spelling"
        ),
    ],
)
def test_deliveries_are_read_in_every_form(answer: object, attempts: tuple[Delivery, ...]) -> None:
    fields = json_fields(json.dumps(answer).encode())
    assert fields is not None
    assert read_deliveries(fields) == attempts


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"1", b'"text"', b"{", b"\xff\xfe", b"[" * 100_000, b'{"a": ' * 100_000, b"9" * 10_000],
)
def test_what_is_no_json_object_is_nothing(body: bytes) -> None:
    assert json_fields(body) is None


def test_json_with_a_byte_order_mark_and_odd_numbers_is_read() -> None:
    assert json_fields(b'\xef\xbb\xbf{"credits": NaN, "other": Infinity}') == {"credits": None, "other": None}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"results": [{"first_name": "Il\\ud83dse"}]}', id="in a value"),
        pytest.param(b'{"results": [{"first_name": "Il\\uDE00se"}]}', id="in capitals"),
        pytest.param(b'{"results": [{"first_name": "Il?se", "\\ud83d": {"\\ud83d": 1}}]}', id="in names"),
    ],
)
def test_half_a_surrogate_pair_does_not_keep_an_answer_from_being_stored(body: bytes) -> None:
    (record,) = read_workflow(json_fields(body) or {}).records

    assert record.first_name == "Il?se"
    assert unpacked(packed(record.raw)) == record.raw
    "".join(PersonRecord.from_answer(record.raw).listed()).encode()


def test_whole_surrogate_pairs_are_read_as_they_are() -> None:
    (record,) = read_workflow(json_fields(b'{"results": [{"first_name": "\\ud83d\\ude00"}]}') or {}).records

    assert record.first_name == "\U0001f600"
