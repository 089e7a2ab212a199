"""Settings come from the environment (or a `.env` file), are checked once, and do not change afterwards."""

from __future__ import annotations

import base64
import ipaddress
import re
from pathlib import Path
from typing import Annotated, Literal, NamedTuple
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from cleanlist_core.errors import SettingsError

DEFAULT_BASE_URL = "https://api.cleanlist.ai/api/v1/public"


class RateLimit(NamedTuple):
    """At most `requests` in any window of `seconds`."""

    requests: int
    seconds: float


class Settings(BaseSettings):
    """Every setting, with the environment variable `CLEANLIST_<NAME>` it is read from."""

    model_config = SettingsConfigDict(
        env_prefix="CLEANLIST_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    api_key: SecretStr | None = Field(
        None,
        description="Your Cleanlist key, for a single-user install and for commands without a browser.",
    )
    base_url: str = Field(
        DEFAULT_BASE_URL, description="Where the API is: HTTPS, or plain HTTP on this machine."
    )
    data_dir: Path = Field(Path("data"), description="Where lists, results and receipts are kept.")
    database_url: SecretStr | None = Field(None, description="A database instead of the SQLite file there.")
    master_key: SecretStr | None = Field(
        None, description="Seals keys typed in a browser for the workers; several, by commas, to change it."
    )
    rate_limit: Annotated[RateLimit, NoDecode] = Field(
        RateLimit(60, 60), description="Requests per seconds the API allows your organization."
    )
    poll_seconds: float = Field(5, gt=0, le=3600, description="Shortest pause between two looks at a batch.")
    resend_after_seconds: float = Field(
        600, ge=0, description="How long after a lost answer a person may decide to send again."
    )
    webhook_base_url: str | None = Field(
        None, description="Public HTTPS address of this app, where Cleanlist may announce results."
    )
    alert_url: SecretStr | None = Field(
        None, description="Incoming webhook of a chat that is told when a list is done or needs somebody."
    )
    reuse_days: float = Field(90, ge=0, description="How long a result is reused for nothing.")
    max_upload_mb: int = Field(200, ge=1, le=4096, description="Largest file that is accepted.")
    practice: Literal["on", "off"] = Field(
        "on", description="Whether practice with invented people is offered."
    )

    @property
    def downloads_dir(self) -> Path:
        """Where files to take away lie while they are made, and the large ones until they are fetched."""
        return self.data_dir / "downloads"

    @field_validator("rate_limit", mode="before")
    @classmethod
    def _read_rate_limit(cls, value: object) -> RateLimit:
        if isinstance(value, RateLimit):
            return value
        match = re.fullmatch(r"\s*(\d+)\s*/\s*(\d+(?:\.\d+)?)\s*", str(value))
        if not match or int(match[1]) < 1 or float(match[2]) <= 0:
            raise ValueError("write it as requests/seconds, such as 60/60")
        return RateLimit(int(match[1]), float(match[2]))

    @field_validator("master_key")
    @classmethod
    def _master_keys_are_whole(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not all(map(_is_master_key, master_keys(value))):
            raise ValueError("each key is 32 random bytes in URL-safe base64, 44 characters")
        return value

    @field_validator("base_url")
    @classmethod
    def _keep_the_key_private(cls, value: str) -> str:
        return checked_base_url(value)

    @field_validator("webhook_base_url")
    @classmethod
    def _webhooks_are_https(cls, value: str | None) -> str | None:
        return checked_base_url(value) if value else None

    @field_validator("alert_url")
    @classmethod
    def _alerts_are_https(cls, value: SecretStr | None) -> SecretStr | None:
        return SecretStr(checked_base_url(value.get_secret_value())) if value else None


def master_keys(value: SecretStr) -> list[str]:
    """The master keys of a setting, the one that seals first."""
    return [part.strip() for part in value.get_secret_value().split(",")]


def _is_master_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, altchars=b"-_", validate=True)) == 32
    except ValueError:
        return False


def checked_base_url(value: str) -> str:
    """The address without a trailing slash; a key must not travel in clear over a network."""
    parts = urlsplit(value.strip())
    if parts.username or parts.password:
        raise ValueError("leave user names and passwords out of the address")
    if parts.scheme == "https" and parts.hostname:
        return value.strip().rstrip("/")
    if parts.scheme == "http" and parts.hostname and _is_loopback(parts.hostname):
        return value.strip().rstrip("/")
    raise ValueError("it must start with https:// (plain http:// only for this machine)")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read_settings(**overrides: object) -> Settings:
    """The settings of this process. Raises SettingsError naming the variable and what is wrong with it."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # overrides are checked by the model itself
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = "CLEANLIST_" + "_".join(str(part) for part in first["loc"]).upper()
        reason = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"The setting {name} cannot be used: {reason}. Nothing was started.") from None
