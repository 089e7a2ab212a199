"""Keys from their making to their end, by method and by developer route."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import httpx
import pytest

from cleanlist_core.sandbox import IssuedKey, Sandbox, SandboxOptions, TooManyKeysError
from cleanlist_core.sandbox.refusals import Refusal
from tests.unit.sandbox.conftest import Clock


def opens(sandbox: Sandbox, key: str, kind: str = "public") -> bool:
    try:
        sandbox.admit(f"Bearer {key}", "single" if kind == "single" else "public")
    except Refusal as refusal:
        if refusal.status != 401:
            raise
        return False
    return True


def test_a_listed_key_shows_its_prefix_and_last_four_and_no_more(
    sandbox: Sandbox, organization: IssuedKey
) -> None:
    (entry,) = sandbox.list_keys(organization.organization_id)
    assert (entry.prefix, entry.last_four) == ("clapi_", organization.key[-4:])
    assert (entry.user_id, entry.state, entry.expires_at) == (organization.user_id, "active", None)
    assert organization.key not in repr(entry)
    assert organization.key[6:-4] not in repr(entry)


def test_a_user_has_ten_active_keys_and_no_more(
    sandbox: Sandbox, organization: IssuedKey, clock: Clock
) -> None:
    name = organization.organization_id
    more = [sandbox.issue_key(name) for _ in range(9)]
    with pytest.raises(TooManyKeysError, match="10 active keys"):
        sandbox.issue_key(name)
    sandbox.revoke_key(more[0])
    sandbox.issue_key(name, expires_at=clock.now + 5)
    with pytest.raises(TooManyKeysError):
        sandbox.issue_key(name)
    clock.advance(5)
    assert opens(sandbox, sandbox.issue_key(name))
    other = sandbox.issue_key(name, user_id=sandbox.new_user(name))
    assert sandbox.admit(f"Bearer {other}").user_id != organization.user_id


def test_a_key_ends_at_its_moment(sandbox: Sandbox, organization: IssuedKey, clock: Clock) -> None:
    key = sandbox.issue_key(organization.organization_id, expires_at=clock.now + 60)
    assert opens(sandbox, key)
    clock.advance(60)
    assert not opens(sandbox, key)
    assert [entry.state for entry in sandbox.list_keys()] == ["active", "expired"]


def test_a_key_is_ended_and_withdrawn_by_itself_or_by_its_id(
    sandbox: Sandbox, organization: IssuedKey
) -> None:
    first, second = (sandbox.issue_key(organization.organization_id) for _ in range(2))
    ids = {entry.last_four: entry.key_id for entry in sandbox.list_keys()}
    sandbox.expire_key(first)
    sandbox.revoke_key(ids[second[-4:]])
    assert [opens(sandbox, key) for key in (organization.key, first, second)] == [True, False, False]
    assert [entry.state for entry in sandbox.list_keys()] == ["active", "expired", "revoked"]


def test_each_kind_of_key_opens_its_own_door(sandbox: Sandbox, organization: IssuedKey) -> None:
    single = sandbox.issue_key(organization.organization_id, kind="single")
    assert re.fullmatch(r"clnl_live_[A-Za-z0-9_-]{64}", single)
    assert opens(sandbox, single, "single")
    assert not opens(sandbox, single)
    assert not opens(sandbox, organization.key, "single")
    sandbox.revoke_key(organization.key)
    assert sandbox.key_for(organization.organization_id) is None


def test_nobody_gets_keys_for_an_organization_that_is_not_there(sandbox: Sandbox) -> None:
    with pytest.raises(KeyError):
        sandbox.new_user("org_sbx_nobody")
    assert sandbox.list_keys("org_sbx_nobody") == ()


def test_a_state_file_of_an_earlier_version_is_brought_up_to_date(tmp_path: Path, clock: Clock) -> None:
    state = tmp_path / "sandbox.db"
    key = "clapi_" + "o" * 64
    with sqlite3.connect(state) as db:
        db.executescript(
            "CREATE TABLE organization (id TEXT PRIMARY KEY, user_id TEXT NOT NULL,"
            " api_access INTEGER NOT NULL, granted REAL NOT NULL, credits REAL NOT NULL,"
            " window_phase REAL NOT NULL, created_at REAL NOT NULL);"
            "CREATE TABLE api_key (key TEXT PRIMARY KEY, organization_id TEXT NOT NULL,"
            " revoked INTEGER NOT NULL DEFAULT 0);"
            "CREATE TABLE workflow (id TEXT PRIMARY KEY, organization_id TEXT NOT NULL,"
            " enrichment_type TEXT NOT NULL, contacts BLOB NOT NULL, task_ids BLOB NOT NULL,"
            " task_family TEXT NOT NULL, webhook_url TEXT NOT NULL, accepted_at REAL NOT NULL,"
            " ends_at REAL NOT NULL, time_factor REAL NOT NULL, seed TEXT NOT NULL, worst_case REAL NOT NULL,"
            " charges BLOB);"
            "INSERT INTO organization VALUES ('org_old', 'user_old', 1, 7, 7, 0.5, 0);"
        )
        db.execute("INSERT INTO api_key VALUES (?, 'org_old', 0)", (key,))
    db.close()
    with Sandbox(SandboxOptions(), state_path=state, clock=clock) as sandbox:
        caller = sandbox.admit(f"Bearer {key}")
        assert (caller.organization_id, caller.user_id, caller.credits) == ("org_old", "user_old", 7)
        sandbox.submit(caller, b'{"contacts": [{"linkedin_url": "linkedin.com/in/ilse-varga"}]}')
        assert sandbox.list_keys()[0].state == "active"


# By route


@pytest.fixture
def desk(api: httpx.Client) -> httpx.Client:
    """The developer's routes, without a key."""
    del api.headers["Authorization"]
    api.base_url = api.base_url.copy_with(path="/_sandbox/")
    return api


def test_a_key_is_issued_listed_ended_and_withdrawn_by_route(
    desk: httpx.Client, sandbox: Sandbox, organization: IssuedKey
) -> None:
    asked = {"organization_id": organization.organization_id, "kind": "single", "expires_in_seconds": 60}
    made = desk.post("keys", json=asked)
    assert made.status_code == 201
    key, key_id = made.json()["key"], made.json()["key_id"]
    assert opens(sandbox, key, "single")
    listed = desk.get("keys", params={"organization_id": organization.organization_id})
    assert [entry["state"] for entry in listed.json()["keys"]] == ["active", "active"]
    assert listed.json()["keys"][1]["expires_at"] is not None
    assert key not in listed.text
    assert desk.post(f"keys/{key_id}/expire", json={}).json()["state"] == "expired"
    assert desk.post(f"keys/{key_id}/expire", json={"in_seconds": 60}).json()["state"] == "active"
    assert desk.post(f"keys/{key_id}/revoke", json={}).json()["state"] == "revoked"
    assert not opens(sandbox, key, "single")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"organization_id": "org_sbx_nobody"}, 404),
        ({}, 404),
        ({"organization_id": 7}, 422),
        ({"organization_id": "x", "kind": "golden"}, 422),
        ({"organization_id": "x", "expires_in_seconds": "soon"}, 422),
        ({"organization_id": "x", "expires_in_seconds": True}, 422),
    ],
)
def test_a_key_asked_for_wrongly_is_not_made(
    desk: httpx.Client, sandbox: Sandbox, fields: dict[str, object], status: int
) -> None:
    before = sandbox.list_keys()
    answer = desk.post("keys", json=fields)
    assert (answer.status_code, isinstance(answer.json()["detail"], str)) == (status, True)
    assert sandbox.list_keys() == before


def test_the_eleventh_key_is_a_conflict(desk: httpx.Client, organization: IssuedKey) -> None:
    asked = {"organization_id": organization.organization_id}
    assert [desk.post("keys", json=asked).status_code for _ in range(10)] == [201] * 9 + [409]


@pytest.mark.parametrize("path", ["keys/key_nobody/revoke", "keys/key_nobody/expire"])
def test_a_key_that_is_not_there_cannot_end(desk: httpx.Client, path: str) -> None:
    assert desk.post(path, json={}).status_code == 404


@pytest.mark.parametrize("path", ["keys", "keys/key_nobody/revoke", "keys/key_nobody/expire", "faults"])
def test_another_sites_form_changes_nothing(desk: httpx.Client, path: str) -> None:
    answer = desk.post(path, data={"organization_id": "x"})
    assert answer.status_code == 415
