"""Pages for a person who develops against the sandbox: what was asked, found, charged and refused.

Plain HTML made here, without scripts; everything that came from outside is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from cleanlist_core.sandbox.answers import iso, whole
from cleanlist_core.sandbox.deliveries import Attempt
from cleanlist_core.sandbox.inspection import OrganizationEntry, WorkflowEntry
from cleanlist_core.sandbox.keys import KeyEntry
from cleanlist_core.sandbox.traces import Step, trace
from cleanlist_core.sandbox.workflows import Workflow

if TYPE_CHECKING:
    from cleanlist_core.sandbox.sandbox import Sandbox

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

SHOWN_WORKFLOWS = 50
SHOWN_WINDOWS = 10

_STYLE = """
:root { color-scheme: light dark; --line: #c8ccd2; --soft: #5a626d; --link: #0b57b0; }
@media (prefers-color-scheme: dark) { :root { --line: #454c56; --soft: #a9b1bc; --link: #8ab8ff; } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1rem 1.25rem 4rem;
  overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.25rem; } h3 { font-size: 1rem; }
a { color: var(--link); } p.note, caption { color: var(--soft); text-align: left; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .75rem .3rem 0; text-align: left;
  vertical-align: top; overflow-wrap: normal; }
table.facts { width: auto; max-width: 100%; }
table:not(.facts) td.number { text-align: right; font-variant-numeric: tabular-nums; }
"""

Cell = str | float
"""Text is escaped when it is written; a `Safe` is written as it is."""


class Safe(str):
    """HTML made here."""

    __slots__ = ()


def overview(sandbox: Sandbox) -> str:
    """Everything at a glance: the service, then each organization, newest first."""
    parts = [_service(sandbox)]
    entries = sandbox.ledger()
    if not entries:
        parts.append("<p>There is no organization yet.</p>")
    parts += [_organization(sandbox, entry) for entry in reversed(entries)]
    return _document("Sandbox", "".join(parts))


def _service(sandbox: Sandbox) -> str:
    options, plan = sandbox.options, sandbox.faults
    counts = plan.counts()
    rows: list[Sequence[Cell]] = [
        ("Time", f"{options.time_factor:g} × faster than life"),
        ("Dialect", options.dialect),
        ("Limit", f"{options.rate_limit} requests in {options.real_window_seconds:g} real seconds"),
        ("Announcements go to", "any address" if options.webhooks_anywhere else "this machine only"),
        ("Faults planned", plan.text or "none"),
        ("Faults that struck", _told(counts["faults"]) or "none"),
        ("Description", Safe('<a href="/openapi.json">openapi.json</a>')),
    ]
    note = "<p class=note>A stand-in for the Cleanlist API. Everybody in it is invented.</p>"
    return note + _table("How it behaves", ("", ""), rows)


def _organization(sandbox: Sandbox, entry: OrganizationEntry) -> str:
    access = "" if entry.api_access else " (its plan has no API access)"
    money: list[Sequence[Cell]] = [
        ("Given", whole(entry.granted)),
        ("Left", whole(entry.credits)),
        ("Held for running workflows", whole(entry.held)),
    ]
    newest = list(reversed(entry.workflows))
    parts = [
        f"<h2>{escape(entry.organization_id)}{access}</h2>",
        _table("Credits", ("", ""), money),
        _table(
            "Keys",
            ("Key", "User", "Made", "Ends", "State"),
            map(_key_row, sandbox.list_keys(entry.organization_id)),
        ),
        _table(
            "Workflows",
            ("Workflow", "Type", "State", "Contacts", "Accepted", "Ends", "Charged", "Announced"),
            map(_workflow_row, newest[:SHOWN_WORKFLOWS]),
            left_out=len(newest) - SHOWN_WORKFLOWS,
        ),
        _table(
            "People looked up one at a time",
            ("Look-up", "Asked", "When", "Credits"),
            (
                (one.lookup_id, _told(one.contact), iso(one.looked_up_at), one.credits)
                for one in entry.lookups
            ),
        ),
        _table(
            "Windows of the rate limit",
            ("From", "To", "Let through", "Refused"),
            (
                (iso(window.started_at), iso(window.ends_at), window.accepted, window.refused)
                for window in list(reversed(entry.requests))[:SHOWN_WINDOWS]
            ),
            left_out=len(entry.requests) - SHOWN_WINDOWS,
        ),
    ]
    return "".join(parts)


def _key_row(key: KeyEntry) -> Sequence[Cell]:
    ends = "never" if key.expires_at is None else iso(key.expires_at)
    return f"{key.prefix}…{key.last_four}", key.user_id, iso(key.created_at), ends, key.state


def _workflow_row(entry: WorkflowEntry) -> Sequence[Cell]:
    state = f"{entry.status} ({entry.fate})" if entry.fate else entry.status
    return (
        _link(f"/_sandbox/workflows/{quote(entry.workflow_id)}", entry.workflow_id),
        entry.enrichment_type,
        state,
        len(entry.contacts),
        iso(entry.accepted_at),
        iso(entry.ends_at),
        entry.charged,
        _announced(entry),
    )


def _announced(entry: WorkflowEntry) -> str:
    if not entry.webhook_url:
        return "not asked for"
    if not entry.deliveries:
        return "not yet"
    last = entry.deliveries[-1]
    return f"{last.status} (attempt {last.number})"


def workflow_page(sandbox: Sandbox, workflow: Workflow, entry: WorkflowEntry) -> str:
    """One workflow: its contacts with outcome and charge, and the attempts to announce it."""
    progress = workflow.progress(sandbox.now())
    facts: list[Sequence[Cell]] = [
        ("State", entry.status),
        ("Type", entry.enrichment_type),
        ("Fault", entry.fate or "none"),
        ("Contacts", progress.total),
        ("Done", progress.completed),
        ("Failed", progress.failed),
        ("Emails", progress.emails_found),
        ("Phones", progress.phones_found),
        ("Charged", entry.charged),
    ]
    if entry.webhook_url:
        # The rest of the address may be a secret.
        parts = urlsplit(entry.webhook_url)
        facts.append(("Announced to", f"{parts.scheme}://{parts.hostname}/…"))
    contacts = (
        _contact_row(sandbox, workflow, entry, position) for position in range(len(workflow.contacts))
    )
    return _document(
        entry.workflow_id,
        "<p><a href='/'>All of the sandbox</a></p>"
        + _table("Where it stands", ("", ""), facts)
        + _table("Contacts", ("Nr.", "Asked", "Task", "State", "Found", "Charged"), contacts)
        + _table(
            "Attempts to announce it",
            ("Attempt", "State", "Answer", "Error", "When"),
            map(_attempt_row, entry.deliveries),
        ),
    )


def _contact_row(sandbox: Sandbox, workflow: Workflow, entry: WorkflowEntry, position: int) -> Sequence[Cell]:
    charged = sum(charge.credits for charge in entry.charges if charge.position == position)
    address = f"/_sandbox/workflows/{quote(workflow.workflow_id)}/{position}"
    state, found = _state_of(sandbox, workflow, position)
    return (
        _link(address, str(position + 1)),
        _told(workflow.contacts[position]),
        workflow.task_ids[position],
        state,
        found,
        charged,
    )


def _state_of(sandbox: Sandbox, workflow: Workflow, position: int) -> tuple[str, str]:
    outcome = workflow.outcomes[position]
    if not workflow.task_ended(position, sandbox.now()):
        return "not done", ""
    if outcome.failed:
        return "failed", ""
    finds = []
    if outcome.email_provider:
        finds.append(f"email, {outcome.email_status}, by {outcome.email_provider}")
    if outcome.phone_provider:
        finds.append(f"phone by {outcome.phone_provider}")
    if outcome.discovered:
        finds.append(f"{outcome.discovered} people")
    return "done", "; ".join(finds) or "nothing"


def _attempt_row(attempt: Attempt) -> Sequence[Cell]:
    return (
        attempt.number,
        attempt.status,
        attempt.response_code or "none",
        attempt.error or "none",
        iso(attempt.attempted_at),
    )


def contact_page(sandbox: Sandbox, workflow: Workflow, position: int) -> str:
    """The waterfall of one contact: who was asked, with what outcome, and how long it took."""
    steps = trace(workflow.lookups[position], workflow.enrichment_type, workflow.seed)
    state, found = _state_of(sandbox, workflow, position)
    facts: list[Sequence[Cell]] = [
        ("Asked", _told(workflow.contacts[position])),
        ("Known by", workflow.lookups[position].identity),
        ("Task", workflow.task_ids[position]),
        ("State", state),
        ("Found", found or "nothing yet"),
    ]
    back = f"/_sandbox/workflows/{quote(workflow.workflow_id)}"
    return _document(
        f"Contact {position + 1}",
        f"<p><a href='{escape(back)}'>The workflow</a></p>"
        + _table("Who", ("", ""), facts)
        + "<p class=note>Seconds are simulated. Emails and phones are looked for side by side.</p>"
        + _table("Waterfall", ("Looked for", "Provider", "Outcome", "Began", "Took"), map(_step_row, steps)),
    )


def _step_row(step: Step) -> Sequence[Cell]:
    return step.search, step.provider or "profile", step.outcome, f"{step.began:.2f}", f"{step.took:.2f}"


def _told(fields: object) -> str:
    """A small object in one line."""
    if isinstance(fields, dict):
        return ", ".join(f"{name}: {value}" for name, value in fields.items())
    return str(fields)


def _link(address: str, text: str) -> Safe:
    return Safe(f'<a href="{escape(address)}">{escape(text)}</a>')


def _table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, left_out: int = 0) -> str:
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    if not body:
        return f"<h3>{escape(title)}</h3><p class=note>None.</p>"
    named = any(columns)
    head = "".join(f"<th scope=col>{escape(name)}</th>" for name in columns) if named else ""
    more = f"<p class=note>{left_out} older ones are not shown.</p>" if left_out > 0 else ""
    return (
        f"<h3>{escape(title)}</h3><div class=wide tabindex=0 role=group aria-label='{escape(title)}'>"
        f"<table{'' if named else ' class=facts'}>"
        f"{f'<thead><tr>{head}</tr></thead>' if named else ''}<tbody>{body}</tbody></table></div>{more}"
    )


def _cell(value: Cell) -> str:
    if isinstance(value, Safe):
        return f"<td>{value}</td>"
    if isinstance(value, str):
        return f"<td>{escape(value)}</td>"
    return f"<td class=number>{value:,}</td>"


def _document(title: str, body: str) -> str:
    # Half a surrogate pair cannot be written as UTF-8.
    text = (
        f"<!doctype html><html lang=en><head><meta charset=utf-8>"
        f"<title>{escape(title)} · Cleanlist sandbox</title>"
        "<meta name=viewport content='width=device-width, initial-scale=1'>"
        f"<style>{_STYLE}</style></head><body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    return text.encode("utf-8", "replace").decode()
