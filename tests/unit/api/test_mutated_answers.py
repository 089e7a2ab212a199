"""Answers spoilt at random: never an unforeseen exception, never a find that is not in the answer."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from cleanlist_core.api.answers import (
    json_fields,
    read_balance,
    read_deliveries,
    read_key,
    read_single_person,
    read_submitted,
    read_task,
    read_workflow,
)
from cleanlist_core.api.person import PersonAnswer, PersonRecord
from cleanlist_core.api.refusals import Refusal, refusal
from cleanlist_core.errors import RefusedError, UnreadableError
from cleanlist_core.store.people import packed, unpacked
from tests.unit.api.test_answers import FLAT_COUNTS, ILSE, NESTED, NOBODY, SPELLED, SUMMARY
from tests.unit.api.test_person import EVERYTHING

ROUNDS = 3_000
"""Of each kind of answer; some fifteen thousand in all."""
WORKFLOW = {"workflow": {"workflow_id": "w", "status": "completed", **FLAT_COUNTS, "summary": SUMMARY,
                         "results": [ILSE, NESTED, NOBODY, EVERYTHING]}}  # fmt: skip
TASK = {"task": {"task_id": "t", "workflow_id": "w", "status": "completed", "result": EVERYTHING}}
SINGLE = {
    "id": "ev_1",
    "status": "completed",
    "contact": {
        "email": "ilse@northgate-labs.example",
        "email_status": "valid",
        "first_name": "Ilse",
        "phone": "+12025550143",
        "phone_type": "mobile",
        "linkedin_url": "https://www.linkedin.com/in/ilse",
    },
    "meta": {"credits_used": 11, "confidence": 0.9},
}
SMALL = [
    {"valid": True, "user_id": "u", "organization_id": "o"},
    {"organization_id": "o", "credits": 1875.5, "credits_remaining": 3},
    {"workflow_id": "w", "status": "started", "task_ids": ["a", "b"], "total_contacts": 2},
    {"workflow_id": "w", "deliveries": [SPELLED, SPELLED]},
    {"detail": [{"type": "x", "loc": ["body", "contacts", 1], "msg": "bad", "input": {}}]},
    {
        "error": {
            "code": "validation_error",
            "problem": "x",
            "details": {"errors": [{"loc": ["contacts", 1]}]},
        }
    },
]
ODD = [
    None, True, False, 0, -1, 7, 10**40, 1e308, 0.1, "", " ", "x", "null", "@", "@@", "a@", "+", "x" * 5_000,
    "9" * 3_000, "\ud800", "\x00", [], {}, [[]], [{}], [None], {"": None}, {"email": {"email": {}}},
    {"status": {"status": "failed"}}, ["a", 1, None, {"number": []}], "completed", "results", "١٢٣٤٥٦٧",
]  # fmt: skip
NAMES = [
    "email", "primary_email", "phones", "phone", "result", "results", "tasks", "data", "workflow", "company",
    "status", "error", "prospect", "raw", "failed", "input", "task_id", "id", "experience", "meta", "summary",
    "\ud800", "\x00",
]  # fmt: skip


def _containers(value: object) -> Iterator[dict[str, object] | list[object]]:
    if isinstance(value, dict | list):
        yield value
        for part in value.values() if isinstance(value, dict) else value:
            yield from _containers(part)


def _spoil(answer: object, rng: random.Random) -> object:
    """Drop, retype, rename, nest, repeat or swap a few values."""
    spoilt = copy.deepcopy(answer)
    for _ in range(rng.randint(1, 6)):
        filled = [container for container in _containers(spoilt) if container]
        if not filled:
            break
        box = rng.choice(filled)
        key = rng.choice(list(box) if isinstance(box, dict) else range(len(box)))
        _change(box, key, rng)
    return spoilt


def _change(box: dict[str, object] | list[object], key: object, rng: random.Random) -> None:
    way = rng.randrange(6)
    if way == 0:
        del box[key]
    elif way == 1 and isinstance(box, dict):
        box[rng.choice(NAMES)] = box.pop(key)
    elif way == 2:
        box[key] = {rng.choice(NAMES): box[key]}
    elif way == 3:
        box[key] = [box[key]] * rng.randint(1, 3)
    elif way == 4:
        box[key] = rng.choice(ODD)
    else:
        box[key] = rng.choice([str, repr, bool, json.dumps])(box[key])


def _as_received(answer: object) -> dict[str, object] | None:
    return json_fields(json.dumps(answer).encode())


def _digits(text: str) -> str:
    return "".join(str(int(sign)) for sign in text if sign.isdecimal())


def _check_finds(answer: PersonAnswer) -> None:
    """Each find is written in the entry it is taken from, which the card and the files are made of."""
    record = PersonRecord.from_answer(answer.raw)
    assert (record.email, record.phones, record.failed) == (answer.email, answer.phones, answer.failed)
    entry = {name: value for name, value in record.raw.items() if name != "input"}
    text = json.dumps(entry, ensure_ascii=False)
    for address in (record.email, *record.other_emails, *record.personal_emails):
        assert address in text
        assert not address or address.count("@") == 1
    for phone in record.phones:
        assert phone.number.lstrip("+") in _digits(text)
    shown = [*(part for line in record.described() for part in line), *record.listed()]
    assert "\x00" not in "".join(shown)
    "".join(shown).encode()
    assert unpacked(packed(record.raw)) == record.raw


@pytest.mark.parametrize("seed", range(3))
def test_spoilt_results_are_read_or_refused_in_words(seed: int) -> None:
    rng = random.Random(seed)
    read = 0
    for _ in range(ROUNDS // 3):
        fields = _as_received(_spoil(WORKFLOW, rng)) or {}
        with suppress(UnreadableError):
            for record in read_workflow(fields).records:
                _check_finds(record)
                read += 1
        with suppress(UnreadableError):
            task = read_task(_as_received(_spoil(TASK, rng)) or {})
            _check_finds(task.record or PersonRecord.from_answer({}))
    assert read > ROUNDS // 3


@pytest.mark.parametrize("seed", range(3))
def test_a_find_beside_spoilt_people_is_never_lost(seed: int) -> None:
    rng = random.Random(200 + seed)
    whole = PersonRecord.from_answer(ILSE)
    for _ in range(ROUNDS // 3):
        people = [_spoil(person, rng) for person in (NESTED, NOBODY, EVERYTHING)]
        people.insert(rng.randrange(4), ILSE)
        answer = {**WORKFLOW["workflow"], "results": people}

        records = read_workflow(_as_received({"workflow": answer}) or {}).records

        same = [record for record in records if record.task_id == whole.task_id]
        assert whole.email in {record.email for record in same}
        assert whole.phones[0].number in {phone.number for record in same for phone in record.phones}


@pytest.mark.parametrize("seed", range(3))
def test_spoilt_answers_about_one_person_are_read_or_refused_and_nothing_is_invented(seed: int) -> None:
    rng = random.Random(300 + seed)
    read = 0
    for _ in range(ROUNDS // 3):
        with suppress(UnreadableError):
            person = read_single_person(_as_received(_spoil(SINGLE, rng)) or {})
            _check_finds(person.record)
            assert person.credits_used is None or person.credits_used.is_finite()
            read += 1
    assert read > ROUNDS // 9


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("reading", [read_key, read_balance, read_submitted, read_deliveries])
def test_spoilt_small_answers_are_read_or_refused_in_words(
    reading: Callable[[dict[str, object]], object], seed: int
) -> None:
    rng = random.Random(100 + seed)
    for _ in range(ROUNDS // 10):
        fields = _as_received(_spoil(rng.choice(SMALL), rng)) or {}
        with suppress(UnreadableError):
            reading(fields)


@pytest.mark.parametrize("status", [302, 400, 402, 404, 422, 429, 500, 503])
def test_spoilt_refusals_are_still_refusals(status: int) -> None:
    rng = random.Random(status)
    for _ in range(ROUNDS // 8):
        body = json.dumps(_spoil(rng.choice(SMALL), rng)).encode()[: rng.choice([None, 5, 40])]
        error = refusal(Refusal(status, body, None, "clapi_x", spending=True))
        assert isinstance(error, RefusedError)
        assert error.maybe_spent is False or status >= 500
        assert len(error.detail) <= 200
