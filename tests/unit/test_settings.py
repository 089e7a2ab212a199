"""Settings: read from the environment, refused when they would put the key or the money at risk."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleanlist_core.errors import SettingsError
from cleanlist_core.settings import (
    DEFAULT_BASE_URL,
    RateLimit,
    Settings,
    checked_base_url,
    master_keys,
    read_settings,
)

SECRET = "clapi_" + "x" * 64


def test_without_any_setting_everything_has_a_value() -> None:
    settings = read_settings()
    assert settings.base_url == DEFAULT_BASE_URL
    assert settings.rate_limit == RateLimit(60, 60)
    assert (settings.poll_seconds, settings.resend_after_seconds, settings.reuse_days) == (5, 600, 90)
    assert settings.api_key is None
    assert settings.database_url is None


def test_the_environment_sets_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in {
        "API_KEY": SECRET,
        "RATE_LIMIT": " 30 / 60 ",
        "DATA_DIR": str(tmp_path),
        "POLL_SECONDS": "7.5",
        "WEBHOOK_BASE_URL": "https://app.firm.example.com/",
        "PRACTICE": "off",
        "DATABASE_URL": "",
    }.items():
        monkeypatch.setenv(f"CLEANLIST_{name}", value)
    settings = read_settings()
    assert settings.api_key is not None
    assert settings.api_key.get_secret_value() == SECRET
    assert settings.rate_limit == RateLimit(requests=30, seconds=60.0)
    assert settings.data_dir == tmp_path
    assert settings.poll_seconds == 7.5
    assert settings.webhook_base_url == "https://app.firm.example.com"
    assert settings.practice == "off"
    assert settings.database_url is None, "an empty variable is one that is not set"


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEANLIST_API_KEY", SECRET)
    monkeypatch.setenv("CLEANLIST_DATABASE_URL", "postgresql://me:hidden-word@host/db")
    settings = read_settings()
    shown = f"{settings!r} {settings} {settings.model_dump()}"
    assert SECRET not in shown
    assert "hidden-word" not in shown


def test_a_wrong_setting_does_not_show_the_right_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEANLIST_API_KEY", SECRET)
    monkeypatch.setenv("CLEANLIST_BASE_URL", f"http://far.example.com/{SECRET}")
    with pytest.raises(SettingsError) as wrong:
        read_settings()
    assert "CLEANLIST_BASE_URL" in str(wrong.value)
    assert SECRET not in str(wrong.value)
    assert wrong.value.__cause__ is None


@pytest.mark.parametrize(
    "address",
    [
        "https://api.cleanlist.ai/api/v1/public",
        "https://gateway.example.com:8443/x/",
        "http://localhost:8900/api/v1/public",
        "http://127.0.0.1:8900",
        "http://127.8.9.10",
        "http://[::1]:8900/api",
        "  HTTPS://api.example.com/  ",
    ],
)
def test_addresses_that_keep_the_key_private(address: str) -> None:
    assert checked_base_url(address) == address.strip().rstrip("/")


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("http://api.cleanlist.ai", id="in clear over the network"),
        pytest.param("http://192.168.1.5:8900", id="in clear over the office"),
        pytest.param("http://0.0.0.0:8900", id="everywhere is not here"),
        pytest.param("http://localhost.example.com", id="only looks like this machine"),
        pytest.param("http://127.0.0.1.example.com", id="only looks like its number"),
        pytest.param("http://127.0.0.1@far.example.com", id="a user name that looks like it"),
        pytest.param("https://me:secret@api.example.com", id="a password in the address"),
        pytest.param("https://", id="no host"),
        pytest.param("ftp://api.example.com", id="another protocol"),
        pytest.param("api.cleanlist.ai", id="no protocol"),
        pytest.param("", id="nothing"),
        pytest.param("http://[::1", id="broken"),
    ],
)
def test_addresses_that_would_not(address: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        checked_base_url(address)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RATE_LIMIT", "60"),
        ("RATE_LIMIT", "0/60"),
        ("RATE_LIMIT", "60/0"),
        ("RATE_LIMIT", "-1/60"),
        ("RATE_LIMIT", "1e9/60"),
        ("RATE_LIMIT", "many/long"),
        ("POLL_SECONDS", "0"),
        ("POLL_SECONDS", "nan"),
        ("POLL_SECONDS", "4000"),
        ("RESEND_AFTER_SECONDS", "-1"),
        ("RESEND_AFTER_SECONDS", "nan"),
        ("REUSE_DAYS", "-1"),
        ("REUSE_DAYS", "soon"),
        ("MAX_UPLOAD_MB", "0"),
        ("PRACTICE", "maybe"),
        ("WEBHOOK_BASE_URL", "http://app.firm.example.com"),
        ("BASE_URL", "http://far.example.com"),
        ("ALERT_URL", "http://chat.example.com/hooks/secret"),
        ("MASTER_KEY", "too-short"),
        ("MASTER_KEY", "not base64, at all"),
        ("MASTER_KEY", "A" * 43),
        ("MASTER_KEY", "A" * 43 + "=,"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"CLEANLIST_{name}", value)
    with pytest.raises(SettingsError, match=f"CLEANLIST_{name} cannot be used") as wrong:
        read_settings()
    assert "Nothing was started" in wrong.value.message


def test_a_master_key_that_cannot_be_used_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEANLIST_MASTER_KEY", "nearly-a-master-key")
    with pytest.raises(SettingsError, match="32 random bytes") as wrong:
        read_settings()
    assert "nearly" not in str(wrong.value)


def test_several_master_keys_are_read_newest_first() -> None:
    one, other = ("A" * 43 + "=", "B" * 42 + "A=")
    value = Settings(master_key=f"{one}, {other}").master_key
    assert value is not None
    assert master_keys(value) == [one, other]


def test_settings_do_not_change_afterwards() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().poll_seconds = 1
