"""Requests made up from the sandbox's own description find no answer that it does not describe."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks, not_a_server_error
from schemathesis.core.failures import FailureGroup

from cleanlist_core.sandbox import Sandbox, SandboxOptions, serve
from cleanlist_core.sandbox.openapi import describe
from cleanlist_core.sandbox.paths import ENDPOINTS
from tests.contract.conftest import ManualClock

EXAMPLES = 10
DIRECT = {"http": None, "https": None, "all": None}
"""Past any proxy the environment names."""
FAULTS = "any:10%=500,any:10%=503,any:10%=429,any:10%=html_502"
DIALECTS = ["default", "guide+structured_errors", "newer", "nested_results+object_entries+by_task"]

load_all_checks()
CONFORMS = [
    CHECKS.get_one(name)
    for name in (
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
        "response_headers_conformance",
    )
]


class Fuzzed:
    """A served sandbox with keys for both doors, and one ended request to ask about."""

    def __init__(self, sandbox: Sandbox, port: int, clock: ManualClock) -> None:
        self.base_url = f"http://127.0.0.1:{port}"
        issued = sandbox.new_organization(credits=1e9)
        single = sandbox.issue_key(issued.organization_id, kind="single")
        self.keys = {"contact": single}
        self.public_key = issued.key
        caller = sandbox.admit(f"Bearer {issued.key}")
        made = sandbox.submit(caller, b'{"contacts": [{"linkedin_url": "linkedin.com/in/ilse-varga"}]}')
        running = sandbox.submit(caller, b'{"contacts": [{"linkedin_url": "linkedin.com/in/teun-abara"}]}')
        clock.sleep(61)
        self.known = [
            {"workflow_id": made.workflow_id},
            {"task_id": made.task_ids[0]},
            {"workflow_id": running.workflow_id},
        ]

    def key_for(self, path: str) -> str:
        return self.keys["contact"] if path == "/v1/enrich/contact" else self.public_key


@pytest.fixture(
    params=[(dialect, "") for dialect in DIALECTS] + [("default", FAULTS)], ids=lambda p: "-".join(p)
)
def fuzzed(request: pytest.FixtureRequest) -> Iterator[tuple[Fuzzed, bool]]:
    dialect, faults = request.param
    clock = ManualClock()
    options = SandboxOptions(time_factor=1, dialect=dialect, rate_limit=100_000)
    with Sandbox(options, clock=clock) as sandbox, serve(sandbox) as running:
        made = Fuzzed(sandbox, running.port, clock)
        sandbox.faults.change(faults)
        yield made, bool(faults)


@pytest.mark.parametrize(
    "mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value
)
@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_no_answer_is_undescribed(fuzzed: tuple[Fuzzed, bool], endpoint: Any, mode: GenerationMode) -> None:
    service, faulty = fuzzed
    schema = schemathesis.openapi.from_url(f"{service.base_url}/openapi.json")
    operation = schema[endpoint.path][endpoint.method]
    checks = CONFORMS if faulty else [*CONFORMS, not_a_server_error]
    authorization = st.sampled_from([service.key_for(endpoint.path)] * 9 + ["nobody"])
    ids = st.sampled_from([*service.known, None, None])

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), key=authorization, known=ids)
    def ask(case: Any, key: str, known: dict[str, str] | None) -> None:
        if known is not None and endpoint.name in ("status", "deliveries"):
            case.query = known
        case.call_and_validate(
            base_url=service.base_url,
            proxies=DIRECT,
            headers={"Authorization": f"Bearer {key}"},
            checks=checks,
        )

    ask()


def test_an_undescribed_answer_would_be_found() -> None:
    clock = ManualClock()
    with Sandbox(SandboxOptions(time_factor=1), clock=clock) as sandbox, serve(sandbox) as running:
        service = Fuzzed(sandbox, running.port, clock)
        document = describe(sandbox.dialect.traits)
        del document["paths"]["/api/v1/public/credits/balance"]["get"]["responses"]["401"]
        operation = schemathesis.openapi.from_dict(document)["/api/v1/public/credits/balance"]["GET"]
        with pytest.raises(FailureGroup, match="401"):
            operation.Case().call_and_validate(base_url=service.base_url, proxies=DIRECT, checks=CONFORMS)
