"""The sandbox's own description of itself, an OpenAPI 3.1 document for the dialect it speaks.

Written from the sandbox's definitions and from nobody's document; a test holds it against the contract.
"""

from __future__ import annotations

from http import HTTPStatus

from cleanlist_core.sandbox import schemas
from cleanlist_core.sandbox.dialects import Traits
from cleanlist_core.sandbox.paths import ENDPOINTS, Endpoint
from cleanlist_core.sandbox.refusals import Json

_SUMMARIES = {
    "validate": "Whose key it is; costs nothing",
    "balance": "Credits of the organization; costs nothing",
    "bulk": "Hand over 1 to 250 contacts; answers at once, the work goes on",
    "status": "Where a workflow or a task stands; give exactly one of the two ids",
    "deliveries": "Attempts to announce the end of a workflow",
    "contact": "Look one person up at once",
}
_OPERATIONS = {
    "validate": "validateKey",
    "balance": "getCreditBalance",
    "bulk": "enrichBulk",
    "status": "getEnrichStatus",
    "deliveries": "listWebhookDeliveries",
    "contact": "enrichContact",
}
_ANSWERS = {
    "validate": "KeyValidation",
    "balance": "CreditBalance",
    "bulk": "BulkAccepted",
    "deliveries": "DeliveryList",
    "contact": "ContactResponse",
}
_REFUSALS = {
    "validate": (),
    "balance": (),
    "bulk": (400, 402, 413, 422),
    "status": (400, 404),
    "deliveries": (400, 404),
    "contact": (402, 404, 413, 422),
}
_ALWAYS_POSSIBLE = (401, 403, 429, 500, 502, 503)
_MEANINGS = {
    400: "The request cannot be carried out as it is",
    401: "Key missing, unknown, expired or revoked, or another scheme than Bearer",
    402: "The balance is below the most this can cost",
    403: "The plan of the organization has no API access",
    404: "Not found, or somebody else's",
    413: "The body is too large",
    422: "The body or a contact is not valid; `loc` tells where",
    429: "Over the rate limit; Retry-After tells how many seconds to wait",
    500: "A fault, only on request",
    502: "An HTML page of a gateway, only on request",
    503: "A temporary outage, only on request",
}


def describe(traits: Traits) -> Json:
    """The document for a dialect."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sandbox of the Cleanlist API",
            "version": "1.0.0",
            "description": "A stand-in with invented people; not Cleanlist's own description of its API.",
        },
        "servers": [{"url": "/"}],
        "security": [{"bearerKey": []}],
        "paths": {each.path: {each.method.lower(): _operation(each, traits)} for each in ENDPOINTS},
        "webhooks": {"enrichmentCompleted": _announcement()},
        "components": {
            "securitySchemes": {
                "bearerKey": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "clapi_ and 64 more characters",
                }
            },
            "schemas": schemas.all_schemas(traits),
        },
    }


def _operation(endpoint: Endpoint, traits: Traits) -> Json:
    name = endpoint.name
    operation: Json = {
        "operationId": _OPERATIONS[name],
        "summary": _SUMMARIES[name],
        "responses": _responses(name, traits),
    }
    if name == "status":
        operation["parameters"] = [_query("workflow_id", False), _query("task_id", False)]
    if name == "deliveries":
        operation["parameters"] = [_query("workflow_id", True)]
    if name in ("bulk", "contact"):
        schema = "BulkRequest" if name == "bulk" else "ContactRequest"
        operation["requestBody"] = {"required": True, "content": _json_of(_ref(schema))}
    if name == "bulk":
        operation["callbacks"] = {"enrichmentCompleted": {"{$request.body#/webhook_url}": _announcement()}}
    return operation


def _responses(name: str, traits: Traits) -> Json:
    if name == "status":
        found: Json = {"anyOf": [_ref("WorkflowStatusBody"), _ref("TaskStatusBody")]}
    else:
        found = _ref(_ANSWERS[name])
    responses: Json = {"200": {"description": "Done", "content": _json_of(found)}}
    for status in sorted({*_statuses(name, traits), *_ALWAYS_POSSIBLE}):
        responses[str(status)] = _refusal(status, traits)
    return responses


def _statuses(name: str, traits: Traits) -> set[int]:
    moved = {402: traits.credits_status, 422: traits.validation_status}
    return {moved.get(status, status) for status in _REFUSALS[name]}


def _refusal(status: int, traits: Traits) -> Json:
    if status == HTTPStatus.BAD_GATEWAY:
        return {"description": _MEANINGS[status], "content": {"text/html": {"schema": {"type": "string"}}}}
    schema = "StructuredError"
    if traits.errors == "detail":
        schema = "ValidationErrorBody" if status == HTTPStatus.UNPROCESSABLE_ENTITY else "DetailError"
    answer: Json = {"description": _MEANINGS[status], "content": _json_of(_ref(schema))}
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        header = {"description": "Whole seconds", "schema": {"type": "string", "pattern": "^[0-9]+$"}}
        answer["headers"] = {"Retry-After": header}
    return answer


def _announcement() -> Json:
    return {
        "post": {
            "summary": "Sent once when a workflow has ended, to the webhook_url of its request",
            "security": [],
            "requestBody": {"required": True, "content": _json_of(_ref("WebhookPayload"))},
            "responses": {
                "2XX": {"description": "Taken"},
                "default": {"description": "A failed attempt; repeated up to four times"},
            },
        }
    }


def _query(name: str, required: bool) -> Json:
    return {"name": name, "in": "query", "required": required, "schema": {"type": "string"}}


def _json_of(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}
