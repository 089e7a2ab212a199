"""The API, one method per endpoint. Two doors lead to the network: `_read` repeats, `_spend` never does.

Source: docs/api-contract.md.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import Literal, Protocol, Self
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from cleanlist_core.api.answers import (
    CreditBalance,
    Delivery,
    KeyInfo,
    SinglePerson,
    SubmittedBatch,
    TaskStatus,
    WorkflowStatus,
    json_fields,
    read_balance,
    read_deliveries,
    read_key,
    read_single_person,
    read_submitted,
    read_task,
    read_workflow,
)
from cleanlist_core.api.exchange import Answer, Timeouts, exchange, open_connection
from cleanlist_core.api.refusals import (
    KEPT_ASIDE,
    Refusal,
    refusal,
    rejected_key,
    rejected_single_key,
)
from cleanlist_core.api.requests import bulk_body, contact_body, id_query
from cleanlist_core.api.waiting import (
    LONGEST_WAIT_SECONDS,
    back_off,
    rate_limit_pause,
    retry_after,
    worth_repeating,
)
from cleanlist_core.domain import Contact, EnrichmentType
from cleanlist_core.errors import (
    ApiError,
    KeyRejectedError,
    RateLimitedError,
    RefusedError,
    SettingsError,
    UnreadableError,
)

Kind = Literal["interactive", "send", "poll"]
OnAsk = Callable[[], None]
"""Called when a question leaves: its turn has come, however long that took. Again at each further try."""
OnRaw = Callable[[bytes], None]
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"


class RateGate(Protocol):
    """Shares the organization's requests per minute among all who ask."""

    def slot(self, kind: Kind) -> AbstractContextManager[None]:
        """Held around one request, from before it leaves until its answer is in."""
        ...

    def block(self, seconds: float) -> None:
        """The API asked everybody to wait."""
        ...


class OpenGate:
    """Lets everything through."""

    def slot(self, kind: Kind) -> AbstractContextManager[None]:  # noqa: ARG002 - every kind passes
        return nullcontext()

    def block(self, seconds: float) -> None:
        """Nobody is held up."""


class CleanlistClient:
    """The Cleanlist API for one key. Safe to share between threads; close it or use it in a `with`.

    Reads are repeated on faults that pass (`attempts` tries in all); what spends credits is sent once.
    Every method raises ApiError or a child of it. The key is in no error, repr or log.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        gate: RateGate | None = None,
        transport: httpx.BaseTransport | None = None,
        timeouts: Timeouts | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
        rng: random.Random | None = None,
        attempts: int = 4,
        single_key: str | None = None,
    ) -> None:
        """clock: seconds since 1970, to read dates the API asks to wait for. single_key: the other kind of
        key, for `enrich_contact`. Raises SettingsError for a key or an address that no request can carry."""
        self._base_url = _clean_address(base_url)
        self._key = SecretStr(clean_key(api_key))
        self._single_key = SecretStr(clean_key(single_key)) if single_key else None
        self._gate = gate or OpenGate()
        self._timeouts = timeouts or Timeouts()
        self._sleep = sleep
        self._clock = clock
        self._rng = rng or random.Random()  # noqa: S311 - spreads retries in time, guards nothing
        self._attempts = max(1, attempts)
        self._shared_transport = transport is not None
        self._http = open_connection(self._base_url, self._timeouts.for_reads(), transport)

    def __repr__(self) -> str:
        return f"CleanlistClient({self._base_url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    @property
    def has_single_key(self) -> bool:
        """Whether there is a key of its own for `enrich_contact`."""
        return self._single_key is not None

    def validate_key(self) -> KeyInfo:
        """Whose key this is. Costs nothing. Raises KeyRejectedError, NoAccessError."""
        info = read_key(self._read("interactive", "/auth/validate-key"))
        if not info.valid:
            raise rejected_key(self._key.get_secret_value(), status=httpx.codes.OK)
        return info

    def credit_balance(self, kind: Kind = "interactive", *, on_ask: OnAsk | None = None) -> CreditBalance:
        """The organization's credits, shared by all its keys. Costs nothing."""
        return read_balance(self._read(kind, "/credits/balance", on_ask=on_ask))

    def submit_batch(
        self,
        contacts: Sequence[Contact],
        wanted: EnrichmentType,
        *,
        webhook_url: str = "",
        on_raw: OnRaw | None = None,
    ) -> SubmittedBatch:
        """Send 1 to 250 contacts to be looked up. SPENDS credits and is never repeated here.

        Takes no slot of the gate: whoever calls holds one from before the intent is written down.
        Results come later, by `workflow_status`; `task_ids` are in the order of the contacts, and may
        be fewer or more than were sent, which the caller must check.
        on_raw: gets the body of an accepting answer before it is interpreted.
        Raises ApiError; `maybe_spent` says that the contacts may have been accepted, and paid for.
        """
        body = bulk_body(contacts, wanted, webhook_url=webhook_url)
        return read_submitted(self._spend(self._base_url + "/enrich/bulk", body, on_raw))

    def enrich_contact(
        self, contact: Contact | None = None, *, email: str = "", on_raw: OnRaw | None = None
    ) -> SinglePerson:
        """Look one person up with the single-look-up key (`clnl_`); here an email alone is enough.

        SPENDS credits, answers at once, and is never repeated; like `submit_batch` it takes no slot.
        The service stands beside the public API, at /v1 of the same host, with words of its own.
        Raises ApiError; `maybe_spent` as for `submit_batch`.
        """
        body = contact_body(contact, email)
        host = urlsplit(self._base_url)
        address = f"{host.scheme}://{host.netloc}/v1/enrich/contact"
        try:
            fields = self._spend(address, body, on_raw, key=self._single_key)
            return read_single_person(fields)
        except KeyRejectedError as error:
            key = self._single_key or self._key
            raise rejected_single_key(key.get_secret_value(), error.detail) from None
        except UnreadableError as error:
            raise UnreadableError(error.message, maybe_spent=True) from None

    def workflow_status(self, workflow_id: str, *, on_raw: OnRaw | None = None) -> WorkflowStatus:
        """Where one batch stands, with the results the API gives along.

        on_raw: gets the body of each answer before it is interpreted. Raises UnknownIdError.
        """
        query = id_query("workflow_id", workflow_id)
        return read_workflow(self._read("poll", "/enrich/status", query, on_raw))

    def task_status(self, task_id: str, *, on_raw: OnRaw | None = None) -> TaskStatus:
        """Where one person stands. on_raw as in `workflow_status`. Raises UnknownIdError."""
        return read_task(self._read("poll", "/enrich/status", id_query("task_id", task_id), on_raw))

    def webhook_deliveries(self, workflow_id: str) -> tuple[Delivery, ...]:
        """Attempts of the API to announce a batch's results, as far as it tells of them."""
        query = id_query("workflow_id", workflow_id)
        return read_deliveries(self._read("interactive", "/webhooks/deliveries", query))

    def _read(
        self,
        kind: Kind,
        path: str,
        query: Mapping[str, str] | None = None,
        on_raw: OnRaw | None = None,
        on_ask: OnAsk | None = None,
    ) -> dict[str, object]:
        """The fields of an answer that costs nothing, asked for again while faults pass."""
        attempt = 0
        while True:
            attempt += 1
            with self._gate.slot(kind):
                if on_ask is not None:
                    on_ask()
                outcome = self._ask(path, query, on_raw)
            if not isinstance(outcome, ApiError):
                return outcome
            pause = self._pause(outcome, attempt)
            if pause is None:
                raise outcome
            self._sleep(pause)

    def _ask(
        self, path: str, query: Mapping[str, str] | None, on_raw: OnRaw | None
    ) -> dict[str, object] | ApiError:
        request = self._http.build_request(
            "GET", self._base_url + path, params=query, headers=self._headers()
        )
        answer = exchange(self._http, request, spending=False, longest=self._timeouts.whole_answer)
        if isinstance(answer, ApiError):
            return answer
        if not answer.ok:
            return self._refused(answer, spending=False)
        if on_raw is not None:
            on_raw(answer.body)
        return json_fields(answer.body) or UnreadableError(
            "Cleanlist's answer could not be read. Nothing was lost. Please try again in a few minutes."
        )

    def _pause(self, error: ApiError, attempt: int) -> float | None:
        """Seconds before the next try; None when tries are used up, of no use, or too far away."""
        if attempt == self._attempts or not worth_repeating(error):
            return None
        pause = back_off(attempt, self._rng)
        if isinstance(error, RateLimitedError):
            pause += rate_limit_pause(error.retry_after_seconds, now=self._clock())
        return pause if pause <= LONGEST_WAIT_SECONDS else None

    def _spend(
        self,
        address: str,
        body: Mapping[str, object],
        on_raw: OnRaw | None,
        *,
        key: SecretStr | None = None,
    ) -> dict[str, object]:
        """Send what may cost credits: once, over a connection that was never used before.

        A connection kept open from earlier could be dead on the server's side; the doubt that leaves
        would keep people from being looked up.
        """
        longest = self._timeouts.submit_read + self._timeouts.whole_answer
        with self._fresh_connection() as http:
            request = http.build_request(
                "POST",
                address,
                json=body,
                headers=self._headers(key),
                timeout=self._timeouts.for_submit(),
            )
            answer = exchange(http, request, spending=True, longest=longest)
        if isinstance(answer, ApiError):
            raise answer
        if not answer.ok:
            raise self._refused(answer, spending=True, key=key)
        if on_raw is not None:
            on_raw(answer.body)
        fields = json_fields(answer.body)
        if fields is None:
            raise UnreadableError(f"Cleanlist's answer could not be read. {KEPT_ASIDE}", maybe_spent=True)
        return fields

    @contextmanager
    def _fresh_connection(self) -> Iterator[httpx.Client]:
        if self._shared_transport:
            yield self._http
            return
        with open_connection(self._base_url, self._timeouts.for_submit()) as http:
            yield http

    def _refused(self, answer: Answer, *, spending: bool, key: SecretStr | None = None) -> RefusedError:
        now = self._clock()
        error = refusal(
            Refusal(
                status=answer.status,
                body=answer.body,
                retry_after_seconds=retry_after(answer.retry_after, now=now),
                key=(key or self._key).get_secret_value(),
                spending=spending,
            )
        )
        if isinstance(error, RateLimitedError):
            self._gate.block(rate_limit_pause(error.retry_after_seconds, now=now))
        return error

    def _headers(self, key: SecretStr | None = None) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {(key or self._key).get_secret_value()}",
            "Accept": "application/json",
            "User-Agent": "cleanlist-dashboard",
        }


def _clean_address(base_url: str) -> str:
    """The address without a trailing slash. Raises SettingsError when it is none."""
    with suppress(httpx.InvalidURL):
        return str(httpx.URL(base_url.strip())).rstrip("/")
    raise SettingsError(
        "The address of Cleanlist cannot be used. Nothing was sent. Check the setting CLEANLIST_BASE_URL."
    )


def clean_key(api_key: str) -> str:
    """The key without what pasting adds around it. Raises SettingsError when no request can carry it."""
    key = api_key.strip().strip(_INVISIBLE).strip()
    if key and key.isascii() and key.isprintable() and " " not in key:
        return key
    raise SettingsError(
        "This does not look like a key: it is empty or holds spaces or unusual characters. "
        "Nothing was sent. Copy the whole key from Cleanlist and try again.",
        code="key_malformed",
    )
