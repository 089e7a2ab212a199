"""The forms of the API its documents contradict each other about, each under a name.

DIALECTS are forms of answers, RULES are ways to count and charge. Names are joined with `+`; two that
contradict each other are refused. The default is the choice of docs/api-contract.md, "Where documents
disagree".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Traits:
    """One choice for each thing documents disagree about.

    placement: inline, by_task (the workflow tells counts only). timing: end, streaming.
    envelope: wrapped (`workflow`, `task`), bare. list_name: of the people in a workflow.
    counts: both, flat, summary, processed. balance: credits, remaining, extended.
    errors: detail, structured. person: flat, nested, plain. key_limit: requests a key may make in a
    window besides the organization's limit; 0 for no such limit.
    full_price: of a `full` look-up that found one part only: by_part, any (11), both (nothing).
    """

    placement: str = "inline"
    timing: str = "end"
    envelope: str = "wrapped"
    list_name: str = "results"
    counts: str = "both"
    balance: str = "credits"
    whole_credits: bool = False
    errors: str = "detail"
    credits_status: int = 402
    validation_status: int = 422
    accepted_state: str = "started"
    pending_state: str = "pending"
    running_state: str = "running"
    cancelled_state: str = "cancelled"
    upper_case: bool = False
    found_task: str = "completed"
    missed_task: str = "completed"
    misses_fail: bool = False
    email_words: str = "reliable"
    person: str = "flat"
    entries: str = "text"
    phone_hyphens: bool = False
    id_form: str = "public_bulk_{}"
    bad_key_is_an_answer: bool = False
    key_limit: int = 0
    full_price: str = "by_part"
    reserves: bool = False


Change = Mapping[str, Any]

DIALECTS: dict[str, Change] = {
    "default": {},
    "by_task": {"placement": "by_task"},
    "streaming": {"timing": "streaming"},
    "top_level_tasks": {
        "envelope": "bare",
        "list_name": "tasks",
        "timing": "streaming",
        "person": "nested",
    },
    "bare_answers": {"envelope": "bare"},
    "summary_counts": {"counts": "summary"},
    "flat_counts": {"counts": "flat"},
    "processed_counts": {"counts": "processed"},
    "credits_remaining": {"balance": "remaining"},
    "whole_credits": {"whole_credits": True},
    "extra_balance_fields": {"balance": "extended", "whole_credits": True},
    "structured_errors": {"errors": "structured"},
    "credits_400": {"errors": "structured", "credits_status": 400},
    "validation_400": {"errors": "structured", "validation_status": 400},
    "processing_states": {
        "accepted_state": "processing",
        "pending_state": "processing",
        "running_state": "processing",
    },
    "queued_states": {"accepted_state": "queued", "pending_state": "queued"},
    "pending_states": {"accepted_state": "pending"},
    "running_states": {"accepted_state": "running", "pending_state": "running"},
    "upper_case_states": {"upper_case": True},
    "success_tasks": {"found_task": "success", "missed_task": "success"},
    "enriched_tasks": {"found_task": "enriched", "missed_task": "skipped"},
    "not_found_fails": {"misses_fail": True},
    "verified_statuses": {"email_words": "verified"},
    "likely_valid_statuses": {"email_words": "likely_valid"},
    "valid_statuses": {"email_words": "valid"},
    "seven_statuses": {"email_words": "seven"},
    "nested_results": {"person": "nested"},
    "plain_results": {"person": "plain"},
    "object_entries": {"entries": "object"},
    "hyphen_phones": {"phone_hyphens": True},
    "wf_ids": {"id_form": "wf_{}"},
    "valid_false": {"bad_key_is_an_answer": True},
}
"""Name → what it changes. `guide` and `newer` below speak like one document from end to end."""

DIALECTS["guide"] = {
    **DIALECTS["top_level_tasks"],
    **DIALECTS["credits_remaining"],
    **DIALECTS["processing_states"],
    **DIALECTS["verified_statuses"],
    **DIALECTS["wf_ids"],
}
DIALECTS["newer"] = {
    **DIALECTS["bare_answers"],
    **DIALECTS["processed_counts"],
    **DIALECTS["extra_balance_fields"],
    **DIALECTS["credits_400"],
    **DIALECTS["validation_400"],
    **DIALECTS["pending_states"],
    **DIALECTS["valid_statuses"],
    **DIALECTS["plain_results"],
    "reserves": True,
}

RULES: dict[str, Change] = {
    "thirty_per_key": {"key_limit": 30},
    "reserve_and_refund": {"reserves": True},
    "full_costs_11": {"full_price": "any"},
    "full_needs_both": {"full_price": "both"},
    "canceled_spelling": {"cancelled_state": "canceled"},
    "terminated_spelling": {"cancelled_state": "terminated"},
}


def read_dialect(text: str) -> Traits:
    """The traits of a name, or of several joined with `+`.

    Raises ValueError for a name nobody knows, and for two that contradict each other.
    """
    chosen: dict[str, tuple[str, Any]] = {}
    for name in (part.strip() for part in text.split("+")):
        for trait, value in _change(name).items():
            other, known = chosen.setdefault(trait, (name, value))
            if known != value:
                raise ValueError(f"the dialects {other} and {name} contradict each other")
    return replace(Traits(), **{trait: value for trait, (_, value) in chosen.items()})


def _change(name: str) -> Change:
    change = DIALECTS.get(name, RULES.get(name))
    if change is None:
        raise ValueError(f"unknown dialect {name!r}; there are: {', '.join([*DIALECTS, *RULES])}")
    return change
