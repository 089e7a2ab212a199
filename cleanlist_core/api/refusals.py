"""Error answers of the API made into errors a person can act on.

Two families are documented, `{"detail": …}` and `{"error": {"code": …, "problem": …}}`; a code that is
known decides, else the status does. What the server wrote is kept short, and never holds the key.
Source: docs/api-contract.md, "Errors".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from cleanlist_core.api.answers import json_fields
from cleanlist_core.api.values import as_count, as_number, as_text, is_list, is_object
from cleanlist_core.domain import MAX_BATCH
from cleanlist_core.errors import (
    InvalidContactsError,
    KeyRejectedError,
    NoAccessError,
    OutOfCreditsError,
    RateLimitedError,
    RefusedError,
    ServerFailedError,
    UnknownIdError,
)

LONGEST_DETAIL = 200
SAFE = "Nothing was charged, and your lists and results are safe."
KEPT_ASIDE = (
    "Cleanlist may have taken these people on and may charge for them, so they are kept aside and "
    "not sent again unless you decide so."
)
_WRONG_KINDS = {
    "clext_": "This key belongs to Cleanlist's browser extension and does not work here.",
    "clnl_": "This key belongs to Cleanlist's service for looking up one person at a time, not to lists;"
    " it can be added under One person once a key for lists is connected.",
}
_USELESS = "Cleanlist does not accept this key. It may be incomplete, expired or withdrawn."
_WRONG_FOR_ONE = {
    "clext_": "This key belongs to Cleanlist's browser extension and does not work here.",
    "clapi_": "This key is for lists; it does not look anybody up by email.",
}
KEY_FOR_LISTS_NEEDED = (
    "Create an API key in Cleanlist (it starts with clapi_), copy all of it and connect it here."
)
SINGLE_KEY_NEEDED = "Looking somebody up by email needs the other kind of key, which starts with clnl_."


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer with an error status, before it is put in words.

    key: only to explain a wrong kind of key and to keep it out of every text.
    spending: the request was one that spends credits.
    """

    status: int
    body: bytes
    retry_after_seconds: float | None
    key: str = field(repr=False)
    spending: bool

    @property
    def fields(self) -> dict[str, object]:
        return json_fields(self.body) or {}

    @property
    def problem(self) -> Mapping[str, object]:
        """The object of the newer family; empty in the older one."""
        error = self.fields.get("error")
        return error if is_object(error) else {}

    @property
    def code(self) -> str:
        return as_text(self.problem.get("code")).lower()

    @property
    def from_the_api(self) -> bool:
        """Whether the API itself wrote this body, in one of its two families and nothing else.

        Gateways in front of it write HTML or other JSON, among it problem details (RFC 9457), which hold a
        `detail` beside a title or a status.
        """
        if self.problem:
            return bool(self.code and as_text(self.problem.get("problem")))
        return bool(as_text(self.fields.get("detail"))) and set(self.fields) == {"detail"}

    @property
    def detail(self) -> str:
        given = self.problem.get("problem") or self.code or self.fields.get("detail")
        return self.short(as_text(given))

    def short(self, text: str) -> str:
        return (text.replace(self.key, "[key]") if self.key else text)[:LONGEST_DETAIL]


def refusal(answer: Refusal) -> RefusedError:
    """The error for an answer with a status of 300 or above; `maybe_spent` only for a spending request."""
    if answer.status >= 500 or answer.status in _WITHOUT_A_WORD_ABOUT_MONEY:
        return _server_failed(answer)
    if answer.status < 400:
        return _redirected(answer)
    by_code = _BY_CODE.get(answer.code) if answer.status != 429 else None
    return (by_code or _BY_STATUS.get(answer.status, _refused))(answer)


def _key_rejected(answer: Refusal) -> RefusedError:
    return rejected_key(answer.key, status=answer.status, detail=answer.detail)


def rejected_key(key: str, *, status: int, detail: str = "") -> KeyRejectedError:
    """The refusal of a key, explained by its prefix where that tells a wrong kind."""
    why = wrong_kind_for_lists(key) or _USELESS
    return KeyRejectedError(f"{why} {SAFE} {KEY_FOR_LISTS_NEEDED}", status=status, detail=detail)


def wrong_kind_for_lists(key: str) -> str:
    """Why a key is probably not one for lists; "" when it may well be. Only the API decides."""
    return next((why for prefix, why in _WRONG_KINDS.items() if key.startswith(prefix)), "")


def rejected_single_key(key: str, detail: str = "") -> KeyRejectedError:
    """The refusal of a key by the service that looks up one person at a time, by email, too."""
    why = wrong_kind_for_one(key) or _USELESS
    return KeyRejectedError(f"{why} {SAFE} {SINGLE_KEY_NEEDED}", status=401, detail=detail)


def wrong_kind_for_one(key: str) -> str:
    """Why a key is probably not one for looking up one person at a time; "" when it may well be."""
    return next((why for prefix, why in _WRONG_FOR_ONE.items() if key.startswith(prefix)), "")


def _no_access(answer: Refusal) -> RefusedError:
    return NoAccessError(
        f"Cleanlist knows this key, but its plan or permissions do not allow this. {SAFE} "
        "Check in Cleanlist that your plan includes API access, or ask an administrator for another key.",
        status=answer.status,
        detail=answer.detail,
    )


def _out_of_credits(answer: Refusal) -> RefusedError:
    return OutOfCreditsError(
        f"Your Cleanlist account does not have enough credits for this. {SAFE} "
        "Add credits in Cleanlist, then continue.",
        status=answer.status,
        detail=answer.detail,
    )


def _spending_cap(answer: Refusal) -> RefusedError:
    return OutOfCreditsError(
        f"This key has reached the spending limit set for it in Cleanlist. {SAFE} "
        "Raise the limit in Cleanlist or connect another key, then continue.",
        status=answer.status,
        code="spending_cap",
        detail=answer.detail,
    )


def _unknown_id(answer: Refusal) -> RefusedError:
    return UnknownIdError(
        f"Cleanlist does not know what was asked for. {SAFE} "
        "If this stays so, ask Cleanlist's support about this look-up.",
        status=answer.status,
        detail=answer.detail,
    )


def _invalid_contacts(answer: Refusal) -> RefusedError:
    rows = dict(_named_rows(answer))
    who = {0: "something in this request", 1: "1 person"}.get(len(rows), f"{len(rows)} people")
    return InvalidContactsError(
        f"Cleanlist could not use {who} as written. {SAFE} "
        "Check the names, companies and LinkedIn addresses and send them again.",
        status=answer.status,
        rows=rows,
        detail=answer.detail,
    )


def _rate_limited(answer: Refusal) -> RefusedError:
    return RateLimitedError(
        f"Cleanlist is getting too many requests from your organization. {SAFE} "
        "Please try again in a minute.",
        retry_after_seconds=wait_asked_for(answer),
        detail=answer.detail,
    )


def wait_asked_for(answer: Refusal) -> float | None:
    """Seconds the API asked to wait, from the header or, in the newer family, the body."""
    if answer.retry_after_seconds is not None:
        return answer.retry_after_seconds
    milliseconds = as_number(answer.problem.get("retry_after_ms"))
    return None if milliseconds is None or milliseconds < 0 else milliseconds / 1000


def _refused(answer: Refusal) -> RefusedError:
    return RefusedError(
        f"Cleanlist refused this request. {SAFE} Try again later; if it stays so, ask Cleanlist's support.",
        status=answer.status,
        detail=answer.detail,
    )


def _redirected(answer: Refusal) -> RefusedError:
    return RefusedError(
        "The address set for Cleanlist points to another address, and a key is not sent on unasked. "
        f"{SAFE} Check the setting CLEANLIST_BASE_URL.",
        status=answer.status,
        code="redirected",
    )


def _server_failed(answer: Refusal) -> RefusedError:
    definite = answer.status == 503 and answer.from_the_api
    maybe_spent = answer.spending and not definite
    safety = KEPT_ASIDE if maybe_spent else f"{SAFE} Please try again in a few minutes."
    return ServerFailedError(
        f"Cleanlist had a fault of its own. {safety}",
        status=answer.status,
        detail=answer.detail,
        maybe_spent=maybe_spent,
    )


def _named_rows(answer: Refusal) -> Iterator[tuple[int, str]]:
    """Position of a contact → what the API said about it, several remarks joined."""
    remarks: dict[int, list[str]] = {}
    for remark in _remarks(answer):
        position = _position(remark.get("loc"))
        if position is not None:
            text = as_text(remark.get("msg")).removeprefix("Value error, ")
            remarks.setdefault(position, []).append(text)
    for position, texts in remarks.items():
        yield position, answer.short("; ".join(dict.fromkeys(text for text in texts if text)))


def _remarks(answer: Refusal) -> Iterator[Mapping[str, object]]:
    details = answer.problem.get("details")
    nested = details.get("errors") if is_object(details) else None
    for listed in (answer.fields.get("detail"), details, nested):
        if is_list(listed):
            yield from (remark for remark in listed if is_object(remark))


def _position(loc: object) -> int | None:
    if not is_list(loc) or "contacts" not in loc:
        return None
    after = loc[list(loc).index("contacts") + 1 :]
    position = as_count(after[0]) if after else None
    return position if position is not None and position < MAX_BATCH else None


_WITHOUT_A_WORD_ABOUT_MONEY = (303, 408)
"""See the answer elsewhere, and timed out: neither says that the request was not carried out."""
_Explain = Callable[[Refusal], RefusedError]
_BY_STATUS: dict[int, _Explain] = {
    401: _key_rejected,
    402: _out_of_credits,
    403: _no_access,
    404: _unknown_id,
    422: _invalid_contacts,
    429: _rate_limited,
}
_BY_CODE: dict[str, _Explain] = {
    "insufficient_credits": _out_of_credits,
    "spend_cap_exceeded": _spending_cap,
    "validation_error": _invalid_contacts,
    "insufficient_scope": _no_access,
    "feature_gated": _no_access,
    "not_found": _unknown_id,
    "unauthorized": _key_rejected,
    "invalid_api_key": _key_rejected,
    "rate_limited": _rate_limited,
    "rate_limit_exceeded": _rate_limited,
}
