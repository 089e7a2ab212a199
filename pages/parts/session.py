"""Who is at the screen: the organization this browser has connected, for real or for practice.

It is held on the server under the browser's id, a cookie no script can read, so that a refresh or a new
tab keeps it. Without a cookie (the screens run on their own, or a test) it lives in Streamlit's session.
A key is handed on and forgotten; everything else asks with the organization's id and sees only its data.
Who sits at the computer that serves the app may have its key remembered in the keyring of that computer.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from pydantic import SecretStr

from cleanlist_core.accounts import Account
from cleanlist_core.errors import ApiError, CleanlistError
from cleanlist_core.remembered_key import SERVICE, KeyringRefusedError, RememberedKey
from cleanlist_core.results.large_files import FileShelf, LargeFile, Owner
from cleanlist_core.settings import Settings, read_settings
from cleanlist_core.store.results import run_heading
from cleanlist_core.workspace import Workspace
from cleanlist_core.workspaces import Workspaces, open_workspaces
from pages.parts.this_computer import asked_from_here

COOKIE = "bid"
SHORTEST_BROWSER_ID = 32
MOST_BROWSERS = 10_000
_IN_SESSION = "connection"
_handing_out = threading.Event()


@dataclass(frozen=True, slots=True)
class Connection:
    """What is remembered of a browser. organization_id: "" after it has left on purpose.

    practised_in: where it practised before it left, so that practising again finds the same lists.
    """

    organization_id: str
    practice: bool
    user_id: str = ""
    practised_in: str = ""


def _practising(kept: list[str] | str) -> Connection:
    """A connection as it was written down; by older versions as the organization alone."""
    organization_id, user_id = (kept, "") if isinstance(kept, str) else kept
    return Connection(organization_id, practice=True, user_id=user_id)


class KeyNotKeptError(CleanlistError):
    """The keyring of this computer did not take a key, or did not let it go; all else went well."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A connected browser: its organization, and the workspace that holds its data."""

    workspace: Workspace
    organization_id: str
    user_id: str = ""

    @property
    def practice(self) -> bool:
        return self.workspace.is_practice

    @property
    def account(self) -> Account:
        return self.workspace.account(self.organization_id)


class Browsers:
    """Connections by browser; the longest unseen are forgotten first. Safe to share between threads.

    path: where those to practice outlast a restart of the server. Real ones never touch the disk.
    """

    def __init__(self, path: Path | None = None, most: int = MOST_BROWSERS) -> None:
        self._path = path
        self._most = most
        self._lock = threading.Lock()
        self._connections: OrderedDict[str, Connection] = OrderedDict(self._kept())

    def find(self, browser: str) -> Connection | None:
        with self._lock:
            connection = self._connections.get(browser)
            if connection is not None:
                self._connections.move_to_end(browser)
            return connection

    def remember(self, browser: str, connection: Connection) -> None:
        with self._lock:
            self._connections[browser] = connection
            self._connections.move_to_end(browser)
            while len(self._connections) > self._most:
                self._connections.popitem(last=False)
            self._keep()

    def _kept(self) -> dict[str, Connection]:
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8")) if self._path else {}
            return {str(browser): _practising(place) for browser, place in kept.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}  # a visitor starts practice anew; nothing of worth is lost

    def _keep(self) -> None:
        if self._path is None:
            return
        practising = {
            name: [one.organization_id, one.user_id]
            for name, one in self._connections.items()
            if one.practice
        }
        unfinished = self._path.with_suffix(".part")
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
            unfinished.touch(mode=0o600)
            unfinished.write_text(json.dumps(practising), encoding="utf-8")
            unfinished.replace(self._path)


def browser_of(cookies: Mapping[str, str]) -> str:
    """A name for the browser that does not give its cookie away; "" when it has none worth the name."""
    value = cookies.get(COOKIE, "")
    return hashlib.sha256(value.encode()).hexdigest() if len(value) >= SHORTEST_BROWSER_ID else ""


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    return read_settings()


@st.cache_resource(show_spinner=False)
def workspaces() -> Workspaces:
    """The workspaces of this process, opened once, with the engines that go on when no browser is open."""
    return open_workspaces(settings(), drive=True)


@st.cache_resource(show_spinner=False)
def _browsers() -> Browsers:
    return Browsers(settings().data_dir / "practice-browsers.json")


@st.cache_resource(show_spinner=False)
def shelf() -> FileShelf:
    """Where large downloads wait; `app.py` hands them out."""
    return FileShelf(settings().downloads_dir)


def owner_of(seat: Seat) -> Owner | None:
    """For whom this browser may have a large file made; None where nobody could hand it out."""
    browser = browser_of(st.context.cookies)
    return Owner(browser, seat.organization_id, seat.practice) if browser and _handing_out.is_set() else None


def hand_out_files() -> None:
    """Say that the server has the route for large downloads."""
    _handing_out.set()


def large_file(token: str, cookies: Mapping[str, str]) -> LargeFile | None:
    """The file of a token, if this browser still belongs to whom it was made for and its list is there."""
    browser = browser_of(cookies)
    connection = (_browsers().find(browser) or _connected_by_settings()) if browser else None
    workspace = _workspace(practice=connection.practice) if connection else None
    if connection is None or workspace is None:
        return None
    owner = Owner(browser, connection.organization_id, connection.practice)
    found = shelf().find(token, owner)
    if found is None or run_heading(workspace.database, found.run_id).deleted:
        return None
    return found


@st.cache_resource(show_spinner=False)
def remembered_key() -> RememberedKey:
    return RememberedKey(settings())


def may_remember() -> bool:
    """Whether a key may be remembered: there is a keyring, and who asks sits at this computer."""
    return _is_at_this_computer() and remembered_key().can_be_kept()


def _is_at_this_computer() -> bool:
    served_at = (st.get_option("server.address"), _host_of(settings().webhook_base_url))
    return asked_from_here(st.context.headers, st.context.ip_address, served_at)


def _host_of(url: str | None) -> str | None:
    return urlsplit(url).hostname if url else None


def current() -> Seat | None:
    """The seat of this browser, or None when it has connected nothing."""
    connection = _remembered()
    if connection is None:
        connection = _connected_by_settings() or _connected_by_this_computer()
    if connection is None or not connection.organization_id:
        return None
    workspace = _workspace(practice=connection.practice)
    if workspace is None or (connection.practice and not workspace.keys.has(connection.organization_id)):
        return None  # practice is switched off, or its data was swept
    return Seat(workspace, connection.organization_id, connection.user_id)


def connect(key: str, *, remember: bool = False) -> Account:
    """Connect this browser with a key. Raises ApiError saying why the key is of no use.

    remember: also after a restart, on this computer. When its keyring does not take the key, the browser is
    connected all the same, and a KeyNotKeptError says so.
    """
    account = workspaces().real.connect(key)
    _remember(Connection(account.organization_id, practice=False, user_id=account.user_id))
    if not may_remember():
        return account
    try:
        if remember:
            remembered_key().keep(account.organization_id, key)
        else:
            remembered_key().forget()
    except KeyringRefusedError:
        if remember:
            raise KeyNotKeptError(
                "Your key is connected, but the keyring of this computer did not take it. Nothing was lost."
                " After a restart of the app, connect the key again.",
                code="key_not_kept",
            ) from None
    finally:
        _look_into_the_keyring_again()
    return account


def practise(*, anew: bool = False) -> Account:
    """Give this browser a place to practise: the one it left, unless that is short of practice credits.

    anew: a new one in any case, with all its credits and without any list.
    """
    workspace = workspaces().practice
    if workspace is None:
        raise CleanlistError(
            "Practice is switched off on this server. Connect a key to start.", code="practice_off"
        )
    before = _remembered()
    account = workspace.connect_practice(before.practised_in if before and not anew else None)
    if account.low:
        account = workspace.connect_practice()
    _remember(Connection(account.organization_id, practice=True, user_id=account.user_id))
    return account


def leave() -> None:
    """Forget the connection of this browser; lists and results stay with the organization.

    Raises KeyNotKeptError when a key remembered on this computer could not be removed.
    """
    seat = current()
    practised_in = seat.organization_id if seat is not None and seat.practice else ""
    _remember(Connection("", practice=False, practised_in=practised_in))
    if seat is None or seat.practice:
        return
    seat.workspace.keys.withdraw(seat.organization_id)
    if not may_remember():
        return
    try:
        remembered_key().forget(seat.organization_id)
    except KeyringRefusedError:
        raise KeyNotKeptError(
            "This browser is disconnected, but the keyring of this computer did not let your key go: it may"
            f" be connected again after a restart. Remove “{SERVICE}” in your computer’s keyring.",
            code="key_not_removed",
        ) from None
    finally:
        _look_into_the_keyring_again()


def is_remembered(organization_id: str) -> bool:
    """Whether the key of an organization is found again after a restart, because this computer keeps it."""
    if not may_remember():
        return False
    try:
        kept = remembered_key().find()
    except KeyringRefusedError:
        return False
    return kept is not None and kept.organization_id == organization_id


def _workspace(*, practice: bool) -> Workspace | None:
    return workspaces().practice if practice else workspaces().real


def _remembered() -> Connection | None:
    browser = browser_of(st.context.cookies)
    if browser:
        return _browsers().find(browser)
    connection: Connection | None = st.session_state.get(_IN_SESSION)
    return connection


def _remember(connection: Connection) -> None:
    browser = browser_of(st.context.cookies)
    if browser:
        _browsers().remember(browser, connection)
    else:
        st.session_state[_IN_SESSION] = connection


def _connected_by_settings() -> Connection | None:
    """The connection of a single-user install, whose key is in the environment."""
    account = _account_of_settings()
    if not isinstance(account, Account):
        return None
    return Connection(account.organization_id, practice=False, user_id=account.user_id)


def _connected_by_this_computer() -> Connection | None:
    """The connection by a key that somebody let this computer remember."""
    if not may_remember():
        return None
    account = _account_of_this_computer()
    if not isinstance(account, Account):
        return None
    connection = Connection(account.organization_id, practice=False, user_id=account.user_id)
    _remember(connection)
    return connection


def trouble_with_key_at_hand() -> str:
    """Why a key set or remembered here could not be used; "" when there is none, or it works."""
    accounts = [_account_of_settings()]
    if may_remember():
        accounts.append(_account_of_this_computer())
    return next((account for account in accounts if isinstance(account, str) and account), "")


@st.cache_resource(show_spinner=False, ttl="1m")
def _account_of_settings() -> Account | str:
    key = settings().api_key
    return "" if key is None else _account_of(key)


@st.cache_resource(show_spinner=False, ttl="1m")
def _account_of_this_computer() -> Account | str:
    key = _key_of_this_computer()
    return key if isinstance(key, str) else _account_of(key)


@st.cache_resource(show_spinner=False)
def _key_of_this_computer() -> SecretStr | str:
    """The key, or why there is none. Asked once: the system may put a question before a person each time."""
    try:
        kept = remembered_key().find()
    except KeyringRefusedError:
        return "The keyring of this computer did not give your key. Nothing was lost. Connect the key again."
    return "" if kept is None else kept.key


def _look_into_the_keyring_again() -> None:
    _key_of_this_computer.clear()
    _account_of_this_computer.clear()


def _account_of(key: SecretStr) -> Account | str:
    try:
        return workspaces().real.connect(key.get_secret_value())
    except ApiError as error:
        return error.message
