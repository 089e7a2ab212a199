"""The providers of the waterfall, cheapest first, and how often each one helps.

Names and coverage of the first ones follow the API contract, "Providers, hit rates, latency"; the
names from `mailquarry` and `dialharbor` on are invented to reach the promised number of providers.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from cleanlist_core.sandbox.contacts import Kind

DRAW_RANGE = 65536
"""Chances are drawn as whole numbers from 0 up to this."""


class Provider(NamedTuple):
    """coverage: share (0–1) it finds of those still missing. fastest, slowest: simulated seconds."""

    name: str
    coverage: float
    fastest: float
    slowest: float


EMAIL_PROVIDERS = (
    Provider("hunter", 0.50, 0.4, 2.0),
    Provider("findymail", 0.28, 0.6, 2.4),
    Provider("leadmagic", 0.20, 0.5, 2.2),
    Provider("datagma", 0.16, 0.8, 2.8),
    Provider("icypeas", 0.14, 0.3, 1.9),
    Provider("prospeo", 0.12, 0.6, 2.6),
    Provider("anymailfinder", 0.10, 0.9, 3.0),
    Provider("wiza", 0.04, 0.8, 3.0),
    Provider("mailquarry", 0.03, 0.7, 2.9),
    Provider("openroster", 0.03, 0.9, 3.0),
    Provider("inboxharbor", 0.026, 1.0, 3.0),
)

PHONE_PROVIDERS = (
    Provider("wiza", 0.14, 0.9, 3.0),
    Provider("proxycurl", 0.10, 1.0, 3.0),
    Provider("dialharbor", 0.07, 1.1, 3.0),
    Provider("ringatlas", 0.05, 1.2, 3.0),
    Provider("callmeadow", 0.04, 1.2, 3.0),
    Provider("lineorchard", 0.03, 1.3, 3.0),
    Provider("numberfield", 0.03, 1.4, 3.0),
    Provider("switchbrook", 0.02, 1.5, 3.0),
)

EMAIL_RATE = 0.855
EMAIL_SCALE: dict[Kind, float] = {"linkedin": 1.04, "domain": 1.00, "company": 0.94}
PHONE_RATE: dict[Kind, float] = {"linkedin": 0.45, "domain": 0.30, "company": 0.30}


def _odds(providers: tuple[Provider, ...], total: float) -> tuple[int, ...]:
    """Chances out of DRAW_RANGE, in the providers' proportions, that together reach a total share."""
    missing = math.prod(1 - provider.coverage for provider in providers)
    power = math.log(1 - total) / math.log(missing)
    return tuple(round(DRAW_RANGE * (1 - (1 - provider.coverage) ** power)) for provider in providers)


EMAIL_ODDS = {kind: _odds(EMAIL_PROVIDERS, EMAIL_RATE * scale) for kind, scale in EMAIL_SCALE.items()}
PHONE_ODDS = {kind: _odds(PHONE_PROVIDERS, rate) for kind, rate in PHONE_RATE.items()}
