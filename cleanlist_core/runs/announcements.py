"""Announcements: Cleanlist calls when a batch is done, if the app has a public address.

The call is not signed. So its address holds a secret per try to send, it is stored and taken as a hint to
look: asking with the key comes first, and only what asking for the batch does not tell is taken from here.
It does prove one thing: whoever knows the secret was sent the batch, so a lost answer is lost no more.
"""

from __future__ import annotations

import hmac
import re

from cleanlist_core.api.answers import json_fields
from cleanlist_core.api.values import as_text
from cleanlist_core.domain import BatchState
from cleanlist_core.store import batches, run_log, settling
from cleanlist_core.store.batches import Submission
from cleanlist_core.store.database import Database

PATH = "/announcements"
LARGEST_BODY_BYTES = 16 * 1024 * 1024
MOST_PER_BATCH = 12
"""Announcements stored for one batch; the API tries five or six times."""

ACCEPTED, MALFORMED, UNKNOWN, TOO_LARGE = 200, 400, 404, 413

_NOBODY = Submission("", "", "", "", "", "", "", 0)


def announcement_url(base_url: str | None, token: str, secret: str) -> str:
    """Where the API may announce the results of one try to send; "" without a public address."""
    return f"{base_url}{PATH}/{token}/{secret}" if base_url else ""


def without_secrets(text: str) -> str:
    """What the API says of a call, without the address that was called."""
    return re.sub(rf"{PATH}/\S*", f"{PATH}/…", text)


def receive(database: Database, token: str, secret: str, body: bytes) -> int:
    """Take one announcement. Returns the HTTP status to answer with.

    Repeats are welcome and change nothing. Anybody who does not know the secret learns nothing.
    """
    if len(body) > LARGEST_BODY_BYTES:
        return TOO_LARGE
    known = batches.find_submission(database, token) or _NOBODY
    if not hmac.compare_digest(known.secret.encode(), secret.encode()) or not known.token:
        return UNKNOWN
    workflow_id = _announced(body)
    if not workflow_id or (known.workflow_id and known.workflow_id != workflow_id):
        return MALFORMED
    if known.announcements < MOST_PER_BATCH and not known.list_deleted:
        settling.keep_raw(database, known.batch_id, "announcement", body)
    if known.batch_state == BatchState.SENT.value:
        batches.look_now(database, known.batch_id)
    elif batches.accepted(database, known.token, workflow_id, (), next_look_seconds=0) and _was_lost(known):
        run_log.note(database, known.run_id, "proven", "Cleanlist announced results whose answer was lost.")
    return ACCEPTED


def _was_lost(known: Submission) -> bool:
    return known.batch_state in (BatchState.UNCERTAIN.value, BatchState.LEFT_OUT.value)


def _announced(body: bytes) -> str:
    """The reference an announcement is about; "" when it is none."""
    fields = json_fields(body) or {}
    workflow_id = fields.get("workflow_id")
    if fields.get("event") != "enrichment.completed" or not isinstance(workflow_id, str):
        return ""
    return as_text(workflow_id) if len(workflow_id) <= 200 else ""
