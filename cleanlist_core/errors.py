"""Every error this package raises on purpose.

CleanlistError
├── SettingsError               a setting is missing or malformed
├── IntakeError                 the file is not a table of contacts
├── RunError                    what was asked of a list or a run cannot be done
└── ApiError                    a call gave no usable answer
    ├── UnreachableError        no answer came back
    ├── UnreadableError         an answer in an unknown shape
    └── RefusedError            an answer with an error status
        ├── KeyRejectedError    401
        ├── NoAccessError       403
        ├── OutOfCreditsError   402, or the code insufficient_credits
        ├── UnknownIdError      404
        ├── InvalidContactsError  422, or the code validation_error
        ├── RateLimitedError    429
        └── ServerFailedError   5xx

Each message says what happened, what was not lost, and what to do, in words for the person at
the screen; facts that decide what the program does next are attributes.
"""

from __future__ import annotations

from collections.abc import Mapping


class CleanlistError(Exception):
    """Something a person can understand and act on.

    code: a stable word for programs, such as `file_empty`.
    """

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class SettingsError(CleanlistError):
    """A setting is missing or malformed."""

    def __init__(self, message: str, *, code: str = "settings") -> None:
        super().__init__(message, code=code)


class IntakeError(CleanlistError):
    """The file is not a table of contacts; nothing was stored or sent."""


class RunError(CleanlistError):
    """What was asked of a list or a run cannot be done; nothing was sent."""


class ApiError(CleanlistError):
    """A call gave no usable answer.

    maybe_spent: the request may have been accepted, and paid for; it must not be repeated by a program.
    """

    def __init__(self, message: str, *, code: str = "api", maybe_spent: bool = False) -> None:
        super().__init__(message, code=code)
        self.maybe_spent = maybe_spent


class UnreachableError(ApiError):
    """No answer came back."""

    def __init__(self, message: str, *, maybe_spent: bool = False) -> None:
        super().__init__(message, code="unreachable", maybe_spent=maybe_spent)


class UnreadableError(ApiError):
    """An answer came back in a shape nobody has seen."""

    def __init__(self, message: str, *, maybe_spent: bool = False) -> None:
        super().__init__(message, code="unreadable", maybe_spent=maybe_spent)


class RefusedError(ApiError):
    """An answer with an error status.

    status: the HTTP status. detail: what the API said, for the log and for support.
    """

    default_code = "refused"

    def __init__(
        self,
        message: str,
        *,
        status: int,
        code: str = "",
        detail: str = "",
        maybe_spent: bool = False,
    ) -> None:
        super().__init__(message, code=code or self.default_code, maybe_spent=maybe_spent)
        self.status = status
        self.detail = detail


class KeyRejectedError(RefusedError):
    default_code = "key_rejected"


class NoAccessError(RefusedError):
    default_code = "no_api_access"


class OutOfCreditsError(RefusedError):
    default_code = "no_credits"


class UnknownIdError(RefusedError):
    default_code = "unknown_id"


class InvalidContactsError(RefusedError):
    """Some contacts of a request are unusable; none was accepted.

    rows: position in the request → what the API said about it; empty when it named none.
    """

    default_code = "invalid_contacts"

    def __init__(self, message: str, *, status: int, rows: Mapping[int, str], detail: str = "") -> None:
        super().__init__(message, status=status, detail=detail)
        self.rows = dict(rows)


class RateLimitedError(RefusedError):
    """Too many requests. retry_after_seconds: how long the API asked to wait, None when it did not say."""

    default_code = "rate_limited"

    def __init__(self, message: str, *, retry_after_seconds: float | None, detail: str = "") -> None:
        super().__init__(message, status=429, detail=detail)
        self.retry_after_seconds = retry_after_seconds


class ServerFailedError(RefusedError):
    default_code = "server_failed"
