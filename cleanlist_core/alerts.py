"""Alerts outside the tab: a message to a chat when a list is done, needs somebody, or credits run low.

The address is an incoming webhook of Slack, Teams or whatever takes the same form. It comes from the
settings alone, and whoever knows it can write there, so it is treated as a secret. Nothing of a run
depends on it: a message that cannot be sent is tried a few times and then given up.
"""

from __future__ import annotations

import logging
import re
import threading
from typing import Any
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from cleanlist_core.accounts import LOW_BALANCE
from cleanlist_core.errors import CleanlistError
from cleanlist_core.results.metrics import run_sentence
from cleanlist_core.store import alerts, runs
from cleanlist_core.store.alerts import FINISHED, LOW, Alert
from cleanlist_core.store.database import Database, StoreError

LOOK_SECONDS = 5.0
TIMEOUT_SECONDS = 8.0
LONGEST_NAME = 80
TEAMS = ("webhook.office.com", "logic.azure.com", "powerplatform.com")
"""Ends of the hosts that want Teams' cards; everybody else takes Slack's plain form."""

logger = logging.getLogger(__name__)
_LOG_WHOLE_ADDRESSES = ("httpx", "httpcore")


def keep_addresses_out_of_logs() -> None:
    """Whatever level the program logs at, the HTTP client says nothing of the addresses it calls."""
    for name in _LOG_WHOLE_ADDRESSES:
        logging.getLogger(name).setLevel(logging.WARNING)


class AlertSender:
    """A thread that tells what there is to tell. Stopping it loses nothing that was not under way."""

    def __init__(self, database: Database, url: SecretStr, *, app_url: str | None = None) -> None:
        self._database = database
        self._url = url
        self._app_url = app_url
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="cleanlist-alerts", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(TIMEOUT_SECONDS)

    def tell_now(self) -> int:
        """Tell whatever is to be told at the moment. Returns how many messages were tried."""
        claimed = alerts.claim_alerts(self._database, low_balance=LOW_BALANCE)
        for one in claimed:
            arrived = post(self._url, message_of(self._database, one, app_url=self._app_url))
            alerts.report(self._database, one, again=not arrived)
        return len(claimed)

    def _watch(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            try:
                self.tell_now()
            except StoreError as error:
                logger.warning("alerts wait for the data store: %s", error.message)
            except Exception as error:  # whatever is wrong with an alert, nothing else may suffer from it
                logger.warning("an alert could not be made: %s", type(error).__name__)


def message_of(database: Database, one: Alert, *, app_url: str | None = None) -> str:
    """The alert in a sentence or two, without anything of a person in the list."""
    if one.kind == LOW:
        return (
            f"Credits are running low: {one.balance.normalize():,f} left. Lists wait when they are used up,"
            " and go on after a top-up in the Cleanlist portal."
        )
    try:
        view = runs.get_run(database, None, one.run_id)
        name = quiet(view.list_name)
        said = (
            f"{name} is done: {run_sentence(database, one.run_id)}."
            if one.kind == FINISHED
            else f"{name} needs you. {view.why}"
        )
    except CleanlistError:
        return "A list changed and was deleted meanwhile."
    screen = "results" if one.kind == FINISHED else "progress"
    return f"{said} {app_url}/{screen}?run={one.run_id}" if app_url else said


def quiet(name: str) -> str:
    """The name of a list as text that no chat takes for a link, a mention or a format."""
    plain = re.sub(r"[^\w .,'’&()+-]", " ", name, flags=re.UNICODE)
    plain = re.sub(r"[_\s]+", " ", plain).strip()
    apart = re.sub(r"(?<=\w)\.(?=\w)", ".\u200b", plain)  # no address is made of a name such as example.com
    return apart if len(apart) <= LONGEST_NAME else apart[: LONGEST_NAME - 1] + "…"


def body_for(url: str, text: str) -> dict[str, Any]:
    """The message in the form the receiver takes."""
    host = urlsplit(url).hostname or ""
    if not host.endswith(TEAMS):
        return {"text": text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")}
    card = {
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [{"type": "TextBlock", "text": text, "wrap": True}],
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "content": card}]}


def post(url: SecretStr, text: str) -> bool:
    """Send one message. False when it certainly did not arrive; a lost answer counts as arrived."""
    address = url.get_secret_value()
    try:
        with httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False) as client:
            answer = client.post(address, json=body_for(address, text))
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        logger.warning("an alert could not be sent: %s", type(error).__name__)
        return False
    except httpx.HTTPError as error:
        logger.warning("an alert may not have arrived: %s", type(error).__name__)
        return True
    if not answer.is_success:
        logger.warning("an alert was refused with status %d", answer.status_code)
    return answer.is_success
