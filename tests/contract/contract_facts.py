"""What docs/api-contract.md promises, as facts a program can check.

Written from the contract, and from nothing of the sandbox: it is what the sandbox's description of itself
is held against.
"""

from __future__ import annotations

from typing import NamedTuple

PUBLIC = "/api/v1/public"


class Promise(NamedTuple):
    """One endpoint.

    parameters: name → required. request: fields of the body, those that must be there first marked in
    `needed`. statuses: answers that must be described. always: fields every good answer has; told: fields
    it may have besides. Names within names are joined by a dot, items of a list by `[]`.
    """

    method: str
    path: str
    statuses: tuple[int, ...]
    always: tuple[str, ...]
    told: tuple[str, ...] = ()
    parameters: tuple[tuple[str, bool], ...] = ()
    request: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()


_RECORD = (
    "primary_email", "primary_email_status", "other_emails", "personal_emails", "personal_phone_numbers",
    "prospect.first_name", "prospect.last_name", "prospect.full_name", "prospect.headline",
    "prospect.location", "prospect.job_title", "prospect.seniority", "prospect.department",
    "prospect.linkedin_url",
    "prospect.work_experience", "prospect.education", "prospect.skills", "prospect.certifications",
    "prospect.languages", "prospect.inferred_salary",
    "company.name", "company.domain", "company.industry", "company.headcount", "company.linkedin_url",
    "company.type", "company.founded_year", "company.headquarters", "company.description", "company.tagline",
    "company.revenue_range",
    "provider",
)  # fmt: skip
_FLAT_COUNTS = ("total_prospects", "completed_prospects", "failed_prospects", "emails_found", "phones_found")
_SUMMARY = ("total", "successful", "failed", "emails_found", "phones_found")

PROMISES = {
    "validateKey": Promise(
        "get", f"{PUBLIC}/auth/validate-key", (200, 401, 403, 429, 500, 503),
        always=("valid",), told=("user_id", "organization_id"),
    ),
    "getCreditBalance": Promise(
        "get", f"{PUBLIC}/credits/balance", (200, 401, 403, 429, 500, 503),
        always=("organization_id", "credits"),
    ),
    "enrichBulk": Promise(
        "post", f"{PUBLIC}/enrich/bulk", (200, 400, 401, 402, 403, 422, 429, 500, 503),
        always=("workflow_id", "status", "task_ids", "total_contacts"), told=("message",),
        request=(
            "enrichment_type", "webhook_url", "contacts[].linkedin_url", "contacts[].first_name",
            "contacts[].last_name", "contacts[].company_domain", "contacts[].company_name",
            "contacts[].email",
        ),
        needed=("contacts",),
    ),
    "getEnrichStatus": Promise(
        "get", f"{PUBLIC}/enrich/status", (200, 400, 401, 403, 404, 429, 500, 503),
        always=(), parameters=(("workflow_id", False), ("task_id", False)),
    ),
    "listWebhookDeliveries": Promise(
        "get", f"{PUBLIC}/webhooks/deliveries", (200, 400, 401, 403, 404, 429, 500, 503),
        always=("deliveries",),
        told=(
            "workflow_id", "deliveries[].attempt_number", "deliveries[].status", "deliveries[].response_code",
            "deliveries[].error_message", "deliveries[].attempted_at",
        ),
        parameters=(("workflow_id", True),),
    ),
    "enrichContact": Promise(
        "post", "/v1/enrich/contact", (200, 401, 402, 404, 422, 429),
        always=("id", "status", "contact", "meta"),
        told=(
            *(f"contact.{name}" for name in (
                "email", "email_status", "first_name", "last_name", "title", "seniority", "department",
                "linkedin_url", "phone", "phone_type", "mobile", "location", "company_name", "company_domain",
                "company_industry", "company_size", "company_revenue",
            )),
            "meta.credits_used", "meta.providers_queried", "meta.providers_matched", "meta.confidence",
            "meta.enriched_at",
        ),
        request=("email", "linkedin_url", "first_name", "last_name", "company_name", "company_domain"),
    ),
}  # fmt: skip
"""By operation."""

WORKFLOW_ALWAYS = ("workflow.workflow_id", "workflow.status")
WORKFLOW_TOLD = (
    "workflow.enrichment_type", "workflow.started_at", "workflow.completed_at",
    *(f"workflow.{name}" for name in _FLAT_COUNTS),
    *(f"workflow.summary.{name}" for name in _SUMMARY),
    "workflow.results[].task_id", "workflow.results[].status", "workflow.results[].prospect_id",
    "workflow.results[].lead_id", "workflow.results[].input", "workflow.results[].error",
    *(f"workflow.results[].{name}" for name in _RECORD),
)  # fmt: skip
TASK_ALWAYS = ("task.task_id", "task.status")
TASK_TOLD = ("task.workflow_id", "task.error", *(f"task.result.{name}" for name in _RECORD))
ANNOUNCED = (
    "event", "workflow_id", "lead_list_id", "enrichment_type", "status", "results[].task_id", "results_limit",
    "results_truncated", "results_endpoint", "completed_at", *(f"summary.{name}" for name in _SUMMARY),
)  # fmt: skip

ENRICHMENT_TYPES = {"none", "partial", "phone_only", "full", "prospecting_only"}
MOST_CONTACTS = 250
WAYS_TO_NAME_SOMEBODY = {
    frozenset({"linkedin_url"}),
    frozenset({"first_name", "last_name", "company_domain"}),
    frozenset({"first_name", "last_name", "company_name"}),
}
SINGLE_WAYS = WAYS_TO_NAME_SOMEBODY | {frozenset({"email"})}
SINGLE_EMAIL_STATUSES = {"valid", "invalid", "risky", "catch-all", "disposable", "role-based", "unknown"}
PHONE_TYPES = {"direct_dial", "mobile", "hq_switchboard"}
COMPANY_SIZES = {"1-10", "11-50", "51-200", "201-500", "501-1000", "1001-5000", "5001+"}
DELIVERY_STATES = {"pending", "delivered", "failed"}
