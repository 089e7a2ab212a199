from __future__ import annotations

import json

import pytest

from cleanlist_core.sandbox.refusals import Refusal
from cleanlist_core.sandbox.validation import MAX_CONTACTS, read_bulk_request

GOOD = {"linkedin_url": "https://www.linkedin.com/in/ilse-varga"}


def refused(body: object) -> Refusal:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(Refusal) as caught:
        read_bulk_request(raw)
    return caught.value


@pytest.mark.parametrize(
    ("body", "where", "kind"),
    [
        pytest.param(b"{", ["body"], "json_invalid", id="cut JSON"),
        pytest.param(b"", ["body"], "json_invalid", id="nothing"),
        pytest.param(b"\xff\xfe{}", ["body"], "json_invalid", id="not UTF-8"),
        pytest.param(b'{"contacts": NaN}', ["body"], "json_invalid", id="NaN"),
        pytest.param(b'{"contacts": 1e999}', ["body"], "json_invalid", id="a number out of range"),
        pytest.param(b"[" * 100_000, ["body"], "json_invalid", id="nested without end"),
        pytest.param([GOOD], ["body"], "dict_type", id="a bare list"),
        pytest.param({}, ["body", "contacts"], "missing", id="no contacts field"),
        pytest.param({"contacts": "all"}, ["body", "contacts"], "list_type", id="contacts is text"),
        pytest.param(
            {"contacts": [GOOD], "enrichment_type": "all"}, ["body", "enrichment_type"], "enum", id="type"
        ),
        pytest.param(
            {"contacts": [GOOD], "enrichment_type": 1}, ["body", "enrichment_type"], "enum", id="type 1"
        ),
        pytest.param(
            {"contacts": [GOOD], "webhook_url": "ftp://x.example"}, ["body", "webhook_url"], "url", id="ftp"
        ),
        pytest.param(
            {"contacts": [GOOD], "webhook_url": "http://x.example/h"},
            ["body", "webhook_url"],
            "url",
            id="plain HTTP",
        ),
        pytest.param({"contacts": [1]}, ["body", "contacts", 0], "dict_type", id="a number as contact"),
        pytest.param(
            {"contacts": [GOOD, {"first_name": 7}]}, ["body", "contacts", 1], "string_type", id="name 7"
        ),
        pytest.param(
            {"contacts": [{"email": "a@b.example"}]}, ["body", "contacts", 0], "value_error", id="email"
        ),
    ],
)
def test_a_bad_body_is_answered_with_422_and_the_place(body: object, where: list[object], kind: str) -> None:
    refusal = refused(body)
    assert refusal.status == 422
    assert not isinstance(refusal.detail, str)
    assert [(fault["loc"], fault["type"]) for fault in refusal.detail] == [(where, kind)]
    assert set(refusal.detail[0]) == {"type", "loc", "msg", "input"}


def test_every_bad_contact_is_named_with_what_was_sent() -> None:
    bad = {"first_name": "Teun"}
    refusal = refused({"contacts": [GOOD, bad, GOOD, None, bad]})
    assert [fault["loc"] for fault in refusal.detail if isinstance(fault, dict)] == [
        ["body", "contacts", 1],
        ["body", "contacts", 3],
        ["body", "contacts", 4],
    ]
    assert [fault["input"] for fault in refusal.detail if isinstance(fault, dict)] == [bad, None, bad]


@pytest.mark.parametrize(
    ("count", "detail"),
    [
        pytest.param(0, "At least one contact is required", id="none"),
        pytest.param(251, "Bulk enrichment supports up to 250 contacts per request", id="one too many"),
    ],
)
def test_the_length_of_the_list_is_answered_with_400(count: int, detail: str) -> None:
    refusal = refused({"contacts": [GOOD] * count})
    assert (refusal.status, refusal.detail) == (400, detail)


def test_a_full_list_is_accepted() -> None:
    assert len(read_bulk_request(json.dumps({"contacts": [GOOD] * MAX_CONTACTS}).encode()).lookups) == 250


@pytest.mark.parametrize("extra", [{}, {"enrichment_type": None}])
def test_emails_are_looked_for_when_nothing_is_asked(extra: dict[str, None]) -> None:
    assert read_bulk_request(json.dumps({"contacts": [GOOD], **extra}).encode()).enrichment_type == "partial"


def test_null_is_a_missing_field_and_unknown_fields_are_kept_as_sent() -> None:
    contact = {**GOOD, "first_name": None, "badge": {"colour": "red"}}
    request = read_bulk_request(json.dumps({"contacts": [contact]}).encode())
    assert request.contacts == [contact]


@pytest.mark.parametrize(
    "url", ["https://hooks.example/a", "http://127.0.0.1:9/a", "http://localhost/a", "http://[::1]/a"]
)
def test_webhooks_go_to_https_or_to_this_machine(url: str) -> None:
    body = json.dumps({"contacts": [GOOD], "webhook_url": url}).encode()
    assert read_bulk_request(body).webhook_url == url
