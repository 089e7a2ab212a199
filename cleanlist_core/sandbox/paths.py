"""Where each endpoint is, and the short name faults know it by."""

from __future__ import annotations

from typing import NamedTuple

PUBLIC_API = "/api/v1/public"


class Endpoint(NamedTuple):
    name: str
    method: str
    path: str


ENDPOINTS = (
    Endpoint("validate", "GET", f"{PUBLIC_API}/auth/validate-key"),
    Endpoint("balance", "GET", f"{PUBLIC_API}/credits/balance"),
    Endpoint("bulk", "POST", f"{PUBLIC_API}/enrich/bulk"),
    Endpoint("status", "GET", f"{PUBLIC_API}/enrich/status"),
    Endpoint("deliveries", "GET", f"{PUBLIC_API}/webhooks/deliveries"),
    Endpoint("contact", "POST", "/v1/enrich/contact"),
)
