"""The shapes of requests and answers as JSON schemas, for the dialect spoken.

Every field an answer may hold is named; none is forbidden besides, as the API may add fields.
"""

from __future__ import annotations

from cleanlist_core.sandbox.contacts import FIELDS
from cleanlist_core.sandbox.dialects import Traits
from cleanlist_core.sandbox.refusals import Json
from cleanlist_core.sandbox.validation import ENRICHMENT_TYPES, MAX_CONTACTS

_TEXT: Json = {"type": "string"}
_NUMBER: Json = {"type": "number"}
_WHOLE: Json = {"type": "integer"}
_COUNT: Json = {"type": "integer", "minimum": 0}
_TIME: Json = {"type": "string", "format": "date-time"}
_TEXTS: Json = {"type": "array", "items": _TEXT}
_OBJECT: Json = {"type": "object"}
_OPTIONAL_TEXT: Json = {"type": ["string", "null"]}

_PROSPECT_TEXTS = (
    "first_name", "last_name", "full_name", "headline", "location", "job_title", "seniority", "department",
    "linkedin_url", "inferred_salary",
)  # fmt: skip
_COMPANY_TEXTS = (
    "name", "domain", "linkedin_url", "industry", "headcount", "company_size", "type", "headquarters",
    "description", "tagline", "revenue_range",
)  # fmt: skip
_RECORD_TEXTS = (
    "primary_email", "primary_email_status", "mobile", "phone", "phone_type", "line_type", "carrier",
    "provider",
)  # fmt: skip
_PLAIN_TEXTS = (
    "email", "email_status", "first_name", "last_name", "full_name", "title", "headline", "location",
    "seniority", "department", "linkedin_url", "inferred_salary", "company", "company_domain",
    "company_linkedin_url", "company_industry", "company_size", "company_type", "hq_location",
    "company_description", "company_tagline", "company_revenue",
)  # fmt: skip
_CONTACT_TEXTS = (
    "email", "first_name", "last_name", "title", "seniority", "department", "linkedin_url", "phone", "mobile",
    "location", "company_name", "company_domain", "company_industry", "company_revenue",
)  # fmt: skip
_SEVEN_STATUSES = ("valid", "invalid", "risky", "catch-all", "disposable", "role-based", "unknown")
_SIZES = ("1-10", "11-50", "51-200", "201-500", "501-1000", "1001-5000", "5001+")


def all_schemas(traits: Traits) -> Json:
    """Every named schema of the document."""
    return {
        "EnrichmentType": {"type": "string", "enum": list(ENRICHMENT_TYPES)},
        "WorkflowStatus": {"type": "string", "description": "Open set: anything not final is still running"},
        "KeyValidation": _key_validation(traits),
        "CreditBalance": _balance(traits),
        "ContactInput": _contact_input(),
        "BulkRequest": _bulk_request(),
        "BulkAccepted": _bulk_accepted(),
        "Summary": _object(
            dict.fromkeys(("total", "successful", "failed", "emails_found", "phones_found"), _COUNT)
        ),
        "WorkflowStatusBody": _workflow(traits),
        "TaskStatusBody": _task(traits),
        "TaskResult": _task_result(),
        "NestedResult": _nested(),
        "EmailEntry": _entry("email", "status"),
        "PhoneEntry": _entry("number", "type", "carrier"),
        "EnrichmentRecord": _record(),
        "Prospect": _prospect(),
        "Company": _company(),
        "WebhookPayload": _payload(),
        "DeliveryList": _object({"workflow_id": _TEXT, "deliveries": _many(_ref("Delivery"))}, "deliveries"),
        "Delivery": _delivery(),
        "ContactRequest": _contact_request(),
        "ContactResponse": _contact_response(),
        "DetailError": _object({"detail": _TEXT}, "detail"),
        "ValidationErrorBody": _object({"detail": _many(_remark())}, "detail"),
        "StructuredError": _structured_error(),
    }


def _object(properties: Json, *required: str) -> Json:
    schema: Json = {"type": "object", "properties": properties}
    if required:
        schema["required"] = list(required)
    return schema


def _many(items: Json) -> Json:
    return {"type": "array", "items": items}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _texts(*names: str) -> Json:
    return dict.fromkeys(names, _TEXT)


def _key_validation(traits: Traits) -> Json:
    properties = {"valid": {"type": "boolean"}, **_texts("user_id", "organization_id")}
    if traits.bad_key_is_an_answer:
        return _object(properties, "valid")
    return _object(properties, "valid", "user_id", "organization_id")


def _balance(traits: Traits) -> Json:
    number: Json = {"type": "integer" if traits.whole_credits else "number", "minimum": 0}
    if traits.balance == "remaining":
        return _object(
            {"credits_remaining": number, "credits_used_this_month": _NUMBER},
            "credits_remaining", "credits_used_this_month",
        )  # fmt: skip
    properties: Json = {"organization_id": _TEXT, "credits": number}
    if traits.balance == "extended":
        properties |= {"timestamp_ms": _WHOLE, "agent_instructions": _TEXT}
    return _object(properties, *properties)


def _identified(*alternatives: tuple[str, ...]) -> list[Json]:
    return [{"required": list(names)} for names in alternatives]


def _contact_input() -> Json:
    schema = _object(dict.fromkeys(FIELDS, _OPTIONAL_TEXT))
    schema["anyOf"] = _identified(
        ("linkedin_url",),
        ("first_name", "last_name", "company_domain"),
        ("first_name", "last_name", "company_name"),
    )
    return schema


def _bulk_request() -> Json:
    contacts = {**_many(_ref("ContactInput")), "minItems": 1, "maxItems": MAX_CONTACTS}
    properties = {
        "enrichment_type": _ref("EnrichmentType"),
        "webhook_url": {"type": "string", "format": "uri", "description": "HTTPS, or HTTP to this machine"},
        "contacts": contacts,
    }
    return _object(properties, "contacts")


def _bulk_accepted() -> Json:
    properties: Json = {
        "workflow_id": _TEXT,
        "status": _ref("WorkflowStatus"),
        "message": _TEXT,
        "task_ids": _TEXTS,
        "total_contacts": {"type": "integer", "minimum": 1, "maximum": MAX_CONTACTS},
    }
    return _object(properties, "workflow_id", "status", "task_ids", "total_contacts")


def _wrapped(name: str, inner: Json, traits: Traits) -> Json:
    return inner if traits.envelope == "bare" else _object({name: inner}, name)


def _workflow(traits: Traits) -> Json:
    flat = ("total_prospects", "completed_prospects", "failed_prospects", "emails_found", "phones_found")
    counts = dict.fromkeys((*flat, "total", "processed", "completed", "failed"), _COUNT)
    properties: Json = {
        "workflow_id": _TEXT,
        "status": _ref("WorkflowStatus"),
        "enrichment_type": _ref("EnrichmentType"),
        **counts,
        "summary": _ref("Summary"),
        traits.list_name: _many(_ref("TaskResult")),
        "lead_list_id": {"type": "string", "format": "uuid"},
        "started_at": _TIME,
        "completed_at": _TIME,
    }
    required = {"both": flat, "flat": flat, "processed": ("total", "processed"), "summary": ()}[traits.counts]
    return _wrapped("workflow", _object(properties, "workflow_id", "status", *required), traits)


def _task(traits: Traits) -> Json:
    inner = _object(
        {
            "task_id": _TEXT,
            "workflow_id": _TEXT,
            "status": _ref("WorkflowStatus"),
            "result": {**_anything_of("EnrichmentRecord", "NestedResult")},
            "results": _many({**_anything_of("EnrichmentRecord", "NestedResult")}),
            "prospect": _ref("Prospect"),
            "company": {"anyOf": [_ref("Company"), _TEXT]},
            **_loose_fields(),
            **_texts("prospect_id", "lead_id", "error"),
        },
        "task_id",
        "workflow_id",
        "status",
    )
    return _wrapped("task", inner, traits)


def _anything_of(*names: str) -> Json:
    return {"anyOf": [_ref(name) for name in names]}


def _loose_fields() -> Json:
    """Facts of a nested record that stay outside `result`."""
    emails, phones = _many(_ref("EmailEntry")), _many(_ref("PhoneEntry"))
    return {
        **_texts("mobile", "phone", "phone_type", "line_type", "carrier"),
        "quality": {"type": "number", "minimum": 0, "maximum": 1},
        "personal_emails": emails,
        "personal_phone_numbers": phones,
    }


def _task_result() -> Json:
    schema = _object(
        {
            **_texts("task_id", "status", "prospect_id", "lead_id", "error"),
            "result": _ref("NestedResult"),
            "input": _OBJECT,
        },
        "task_id",
        "status",
    )
    schema["allOf"] = [_ref("EnrichmentRecord")]
    return schema


def _nested() -> Json:
    return _object(
        {
            **_texts("email", "email_status", "linkedin_url", "provider", "full_name"),
            "other_emails": _many(_ref("EmailEntry")),
            "phones": _many(_ref("PhoneEntry")),
        }
    )


def _entry(*names: str) -> Json:
    return {"oneOf": [_TEXT, _object(_texts(*names), names[0])]}


def _record() -> Json:
    return _object(
        {
            **_texts(
                "prospect_id",
                "lead_id",
                *_RECORD_TEXTS,
                *(name for name in _PLAIN_TEXTS if name != "company"),
            ),
            **_loose_fields(),
            "other_emails": _many(_ref("EmailEntry")),
            "phones": _many(_ref("PhoneEntry")),
            "prospect": _ref("Prospect"),
            "company": {"anyOf": [_ref("Company"), _TEXT]},
            "skills": _TEXTS,
            "certifications": _TEXTS,
            "languages": _TEXTS,
            "industries": _TEXTS,
            "employee_count": _COUNT,
            "founded_year": _WHOLE,
            "work_experience": _many(_OBJECT),
            "education": _many(_OBJECT),
        }
    )


def _prospect() -> Json:
    stage = _object(_texts("title", "company", "institution", "degree", "start", "end"))
    return _object(
        {
            **_texts(*_PROSPECT_TEXTS),
            "work_experience": _many(stage),
            "education": _many(stage),
            **dict.fromkeys(("skills", "certifications", "languages"), _TEXTS),
        }
    )


def _company() -> Json:
    return _object(
        {
            **_texts(*_COMPANY_TEXTS),
            "industries": _TEXTS,
            "employee_count": _COUNT,
            "founded_year": _WHOLE,
        }
    )


def _payload() -> Json:
    properties: Json = {
        "event": {"type": "string", "const": "enrichment.completed"},
        "workflow_id": _TEXT,
        "lead_list_id": {"type": "string", "format": "uuid"},
        "enrichment_type": _ref("EnrichmentType"),
        "status": _ref("WorkflowStatus"),
        "summary": _ref("Summary"),
        "results": _many(_ref("TaskResult")),
        "results_limit": _COUNT,
        "results_truncated": _COUNT,
        "results_endpoint": _TEXT,
        "completed_at": _TIME,
    }
    return _object(properties, *properties)


def _delivery() -> Json:
    return _object(
        {
            "attempt_number": {"type": "integer", "minimum": 1},
            "status": {"type": "string", "enum": ["pending", "delivered", "failed"]},
            "response_code": {"type": "integer", "minimum": 100, "maximum": 599},
            "error_message": _TEXT,
            "attempted_at": _TIME,
        },
        "attempt_number",
        "status",
        "attempted_at",
    )


def _contact_request() -> Json:
    schema = _object(dict.fromkeys(FIELDS, _OPTIONAL_TEXT))
    schema["anyOf"] = _identified(
        ("email",),
        ("linkedin_url",),
        ("first_name", "last_name", "company_name"),
        ("first_name", "last_name", "company_domain"),
    )
    return schema


def _contact_response() -> Json:
    contact = _object(
        {
            **_texts(*_CONTACT_TEXTS),
            "email_status": {"type": "string", "enum": list(_SEVEN_STATUSES)},
            "phone_type": {"type": "string", "enum": ["direct_dial", "mobile", "hq_switchboard"]},
            "company_size": {"type": "string", "enum": list(_SIZES)},
        }
    )
    meta = _object(
        {
            **dict.fromkeys(("credits_used", "providers_queried", "providers_matched"), _COUNT),
            "confidence": {"type": "number", "minimum": 0, "maximum": 1},
            "enriched_at": _TIME,
        },
        "credits_used", "providers_queried", "providers_matched", "confidence", "enriched_at",
    )  # fmt: skip
    properties: Json = {**_texts("id", "status"), "contact": contact, "meta": meta}
    return _object(properties, *properties)


def _remark() -> Json:
    where = {"type": "array", "items": {"oneOf": [_TEXT, _WHOLE]}}
    return _object({**_texts("type", "msg"), "loc": where, "input": True}, "type", "loc", "msg")


def _structured_error() -> Json:
    error = _object(
        {
            **_texts("code", "problem", "docs_url", "request_id"),
            "cause": _OPTIONAL_TEXT,
            "fix": _OPTIONAL_TEXT,
            "retryable": {"type": "boolean"},
            "retry_after_ms": {"type": ["integer", "null"]},
            **dict.fromkeys(("estimated_cost_credits", "available_credits", "shortfall_credits"), _NUMBER),
            "details": _object({"errors": _many(_remark())}),
        },
        "code",
        "problem",
        "retryable",
    )
    return _object({"error": error}, "error")
