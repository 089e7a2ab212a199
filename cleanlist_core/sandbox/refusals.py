"""Every way the API says no.

A refusal carries facts; the dialect in `answers.py` decides how they are written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Json = dict[str, Any]


class Refusal(Exception):  # noqa: N818  # a refusal is an answer of the API, not a fault of the sandbox
    """An answer with an error status.

    detail: a sentence, or for 422 the list of faults, each with type, loc, msg and input.
    code: the stable word of the newer error dialect. fix, facts: what that dialect adds.
    """

    def __init__(
        self,
        status: int,
        detail: str | Sequence[Json],
        *,
        code: str,
        headers: Mapping[str, str] | None = None,
        facts: Mapping[str, float] | None = None,
        fix: str = "",
    ) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.detail = detail
        self.code = code
        self.headers = dict(headers or {})
        self.facts = dict(facts or {})
        self.fix = fix


def not_authenticated() -> Refusal:
    return Refusal(401, "Not authenticated", code="unauthorized")


def no_api_access() -> Refusal:
    return Refusal(403, "API access is not part of this plan.", code="feature_gated")


def rate_limited(retry_after: int) -> Refusal:
    return Refusal(429, "Rate limit exceeded", code="rate_limited", headers={"Retry-After": str(retry_after)})


def insufficient_credits(needed: float, available: float) -> Refusal:
    facts = {
        "estimated_cost_credits": needed,
        "available_credits": available,
        "shortfall_credits": needed - available,
    }
    fix = "Add credits or send fewer contacts."
    return Refusal(402, "Insufficient credits", code="insufficient_credits", facts=facts, fix=fix)


def server_error() -> Refusal:
    return Refusal(500, "Internal server error", code="internal_error")


def unavailable() -> Refusal:
    return Refusal(503, "Service temporarily unavailable", code="unavailable", fix="Try again later.")


def bad_request(text: str) -> Refusal:
    return Refusal(400, text, code="bad_request")


def body_too_large() -> Refusal:
    return Refusal(413, "Request body too large", code="body_too_large")


def not_found(what: str) -> Refusal:
    return Refusal(404, f"{what} not found", code="not_found")


def invalid(faults: Sequence[Json]) -> Refusal:
    return Refusal(422, list(faults), code="validation_error")


def fault(kind: str, where: Sequence[str | int], message: str, given: object) -> Json:
    """One entry of a 422 answer."""
    return {"type": kind, "loc": list(where), "msg": message, "input": given}
