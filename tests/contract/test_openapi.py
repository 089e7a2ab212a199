"""The sandbox's description of itself agrees with the contract, and the sandbox with its description."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from cleanlist_core.sandbox import Sandbox, SandboxOptions, serve
from cleanlist_core.sandbox.answers import DIALECTS
from cleanlist_core.sandbox.dialects import read_dialect
from cleanlist_core.sandbox.openapi import describe
from tests.contract import contract_facts as facts
from tests.contract.conftest import ManualClock
from tests.contract.contract_facts import PROMISES, Promise

DOCUMENT = describe(read_dialect("default"))
SCHEMAS = DOCUMENT["components"]["schemas"]
JSON = "application/json"


def resolved(schema: Any) -> Any:
    while isinstance(schema, dict) and "$ref" in schema:
        schema = SCHEMAS[schema["$ref"].rpartition("/")[2]]
    return schema


def parts_of(schema: Any) -> list[Any]:
    """A schema and those it is put together from."""
    schema = resolved(schema)
    if schema is True:
        return []
    inner = [part for word in ("allOf", "anyOf", "oneOf") for part in schema.get(word, ())]
    return [schema, *(found for part in inner for found in parts_of(part))]


def fields_of(schema: Any, prefix: str = "", depth: int = 0) -> Iterator[str]:
    """Every field of an object and of what is inside it, written as in the facts."""
    for part in parts_of(schema):
        for name, inner in part.get("properties", {}).items():
            path = f"{prefix}{name}"
            yield path
            if depth < 4:
                for below in parts_of(inner):
                    items = below.get("items")
                    if items is not None:
                        yield from fields_of(items, f"{path}[].", depth + 1)
                yield from fields_of(inner, f"{path}.", depth + 1)


def required_of(schema: Any, prefix: str = "") -> set[str]:
    found = set()
    for part in parts_of(schema)[:1]:
        for name in part.get("required", ()):
            found.add(f"{prefix}{name}")
            found |= required_of(part["properties"][name], f"{prefix}{name}.")
    return found


def operation_of(name: str) -> Any:
    promise = PROMISES[name]
    return DOCUMENT["paths"][promise.path][promise.method]


def good_answer(name: str) -> Any:
    return operation_of(name)["responses"]["200"]["content"][JSON]["schema"]


def test_it_describes_the_promised_endpoints_and_no_others() -> None:
    described = {
        (path, method, operation["operationId"])
        for path, methods in DOCUMENT["paths"].items()
        for method, operation in methods.items()
    }
    assert described == {(promise.path, promise.method, name) for name, promise in PROMISES.items()}
    assert DOCUMENT["openapi"].startswith("3.1.")
    assert DOCUMENT["security"] == [{"bearerKey": []}]


@pytest.mark.parametrize("name", PROMISES)
def test_every_promised_status_is_described_and_refusals_are_objects(name: str) -> None:
    responses = operation_of(name)["responses"]
    assert {str(status) for status in PROMISES[name].statuses} <= responses.keys()
    for status, response in responses.items():
        if status == "502":
            continue
        assert list(response["content"]) == [JSON]
        if status != "200":
            assert next(fields_of(response["content"][JSON]["schema"])) == "detail"
    assert "Retry-After" in responses["429"]["headers"]


@pytest.mark.parametrize("name", PROMISES)
def test_parameters_and_request_fields_are_the_promised_ones(name: str) -> None:
    promise, operation = PROMISES[name], operation_of(name)
    parameters = {(each["name"], each["required"]) for each in operation.get("parameters", ())}
    assert parameters == set(promise.parameters)
    assert all(each["in"] == "query" for each in operation.get("parameters", ()))
    if promise.request:
        body = operation["requestBody"]["content"][JSON]["schema"]
        assert set(promise.request) <= set(fields_of(body))
        assert set(resolved(body).get("required", ())) == set(promise.needed)
    else:
        assert "requestBody" not in operation


@pytest.mark.parametrize("name", [name for name in PROMISES if name != "getEnrichStatus"])
def test_good_answers_have_the_promised_fields(name: str) -> None:
    promise: Promise = PROMISES[name]
    schema = good_answer(name)
    assert set(promise.always) <= required_of(schema)
    assert {*promise.always, *promise.told} <= set(fields_of(schema))


@pytest.mark.parametrize(
    ("schema", "always", "told"),
    [
        ("WorkflowStatusBody", facts.WORKFLOW_ALWAYS, facts.WORKFLOW_TOLD),
        ("TaskStatusBody", facts.TASK_ALWAYS, facts.TASK_TOLD),
    ],
)
def test_both_answers_about_a_status_have_the_promised_fields(
    schema: str, always: tuple[str, ...], told: tuple[str, ...]
) -> None:
    choices = good_answer("getEnrichStatus")["anyOf"]
    assert {"$ref": f"#/components/schemas/{schema}"} in choices
    assert set(always) <= required_of(SCHEMAS[schema])
    assert {*always, *told} <= set(fields_of(SCHEMAS[schema]))


def test_the_announcement_has_the_promised_fields() -> None:
    announced = DOCUMENT["webhooks"]["enrichmentCompleted"]["post"]["requestBody"]["content"][JSON]["schema"]
    assert set(facts.ANNOUNCED) <= set(fields_of(announced))
    assert {"event", "workflow_id", "status", "results"} <= required_of(announced)
    assert "enrichmentCompleted" in operation_of("enrichBulk")["callbacks"]


def test_words_and_limits_are_the_promised_ones() -> None:
    assert set(SCHEMAS["EnrichmentType"]["enum"]) == facts.ENRICHMENT_TYPES
    contacts = SCHEMAS["BulkRequest"]["properties"]["contacts"]
    assert (contacts["minItems"], contacts["maxItems"]) == (1, facts.MOST_CONTACTS)
    assert set(SCHEMAS["Delivery"]["properties"]["status"]["enum"]) == facts.DELIVERY_STATES
    contact = SCHEMAS["ContactResponse"]["properties"]["contact"]["properties"]
    assert set(contact["email_status"]["enum"]) == facts.SINGLE_EMAIL_STATUSES
    assert set(contact["phone_type"]["enum"]) == facts.PHONE_TYPES
    assert set(contact["company_size"]["enum"]) == facts.COMPANY_SIZES
    ways = {frozenset(way["required"]) for way in SCHEMAS["ContactInput"]["anyOf"]}
    assert ways == facts.WAYS_TO_NAME_SOMEBODY
    assert {frozenset(way["required"]) for way in SCHEMAS["ContactRequest"]["anyOf"]} == facts.SINGLE_WAYS


def test_every_reference_leads_somewhere() -> None:
    def references(value: Any) -> Iterator[str]:
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from references(inner)
        if isinstance(value, dict) and "$ref" in value:
            yield value["$ref"]

    assert {reference.rpartition("/")[2] for reference in references(DOCUMENT)} <= SCHEMAS.keys()


# What is described is what is answered


def paths_in(value: Any, prefix: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{prefix}{name}"
            if name not in ("input", "work_experience", "education"):
                yield from paths_in(inner, f"{prefix}{name}.")
    elif isinstance(value, list):
        for inner in value:
            yield from paths_in(inner, f"{prefix[:-1]}[].")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_field_of_an_answer_is_described_in_every_dialect(dialect: str) -> None:
    clock = ManualClock()
    with (
        Sandbox(SandboxOptions(time_factor=1, dialect=dialect), clock=clock) as sandbox,
        serve(sandbox) as on,
    ):
        key = sandbox.new_organization(credits=10_000).key
        with httpx.Client(base_url=on.base_url, headers={"Authorization": f"Bearer {key}"}) as api:
            document = api.get(f"http://127.0.0.1:{on.port}/openapi.json").json()
            assert document == describe(read_dialect(dialect))
            contacts = [
                {"first_name": "Ilse", "last_name": f"Varga{n}", "company_domain": "firm.example"}
                for n in range(120)
            ]
            accepted = api.post("/enrich/bulk", json={"enrichment_type": "full", "contacts": contacts}).json()
            answers = {"BulkAccepted": [accepted], "CreditBalance": [api.get("/credits/balance").json()]}
            ids = {"workflow_id": accepted["workflow_id"]}
            workflows, tasks = [], []
            for _ in range(3):
                workflows.append(api.get("/enrich/status", params=ids).json())
                tasks += [
                    api.get("/enrich/status", params={"task_id": task}).json()
                    for task in accepted["task_ids"][:12]
                ]
                clock.sleep(61)
            answers |= {"WorkflowStatusBody": workflows, "TaskStatusBody": tasks}
            bad = api.post("/enrich/bulk", json={"contacts": [{}]})
            structured = document["components"]["schemas"]["StructuredError"]
    for name, given in answers.items():
        described = set(in_document(document, name))
        assert {path for answer in given for path in paths_in(answer)} <= described
    if "error" in bad.json():
        told = {path for path in paths_in(bad.json()) if not path.startswith("error.details.errors[].input.")}
        assert told <= set(in_document(document, "StructuredError"))
        assert structured["required"] == ["error"]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_field_of_an_announcement_is_described_in_every_dialect(dialect: str) -> None:
    clock = ManualClock()
    with Sandbox(SandboxOptions(time_factor=1, credits=5000, dialect=dialect), clock=clock) as sandbox:
        caller = sandbox.admit(f"Bearer {sandbox.new_organization().key}")
        names = ({"first_name": "Ilse", "last_name": f"V{n}", "company_name": "Firm"} for n in range(80))
        made = sandbox.submit(
            caller, json.dumps({"enrichment_type": "full", "contacts": list(names)}).encode()
        )
        clock.sleep(61)
        body = sandbox.dialect.announcement(made)
    document = describe(read_dialect(dialect))
    assert set(paths_in(body)) <= set(in_document(document, "WebhookPayload"))
    assert set(document["components"]["schemas"]["WebhookPayload"]["required"]) == body.keys()


def in_document(document: Any, name: str) -> Iterator[str]:
    # Names lead to the same schemas in every dialect, but for these three.
    own = {each: document["components"]["schemas"][each] for each in (name, "CreditBalance", "KeyValidation")}
    return fields_of(own[name])
