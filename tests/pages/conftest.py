"""The screens as Streamlit runs them, over real workspaces and the sandbox; nothing runs unasked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from cleanlist_core import workspaces
from cleanlist_core.practice import PracticeApi
from cleanlist_core.sandbox import Sandbox, SandboxOptions, serve
from cleanlist_core.settings import Settings
from cleanlist_core.workspaces import Workspaces, open_workspaces
from pages.parts import session

DASHBOARD = Path(__file__).resolve().parents[2] / "pages" / "dashboard.py"
FAST = 1000.0


@pytest.fixture
def real_api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """The sandbox in the place of the real API."""
    sandbox = Sandbox(SandboxOptions(time_factor=FAST))
    with serve(sandbox) as running:
        monkeypatch.setenv("CLEANLIST_BASE_URL", running.base_url)
        yield sandbox
    sandbox.close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process that has just started. Runs stand still until a test drives them."""
    made: list[Workspaces] = []

    def open_without_engines(settings: Settings, *, drive: bool) -> Workspaces:
        assert drive
        made.append(open_workspaces(settings, drive=False))
        return made[-1]

    monkeypatch.setattr(workspaces, "PracticeApi", partial(PracticeApi, time_factor=FAST))
    monkeypatch.setattr(session, "open_workspaces", open_without_engines)
    st.cache_resource.clear()
    yield
    for one in made:
        one.close()
    st.cache_resource.clear()


@pytest.fixture
def opened(server: None) -> Workspaces:  # noqa: ARG001  # it only has to be there first
    """The workspaces behind the screens."""
    return session.workspaces()


@dataclass
class Visitor:
    """One browser: it clicks, goes somewhere, and reads what is on the screen."""

    app: AppTest

    def go(self, page: str, **address: str) -> Visitor:
        self.app.switch_page(page)
        self.app.query_params.clear()
        for name, value in address.items():
            self.app.query_params[name] = value
        self.look()
        # AppTest would come back to this page at every further run, also after a click that leads elsewhere.
        self.app._page_hash = ""
        return self

    def look(self) -> Visitor:
        self.app.run()
        assert not self.app.exception
        return self

    def click(self, key: str) -> Visitor:
        self.app.button(key=key).click().run()
        assert not self.app.exception
        return self

    def upload(self, data: bytes, name: str) -> Visitor:
        self.app.file_uploader[0].upload(name, data, "text/csv").run()
        assert not self.app.exception
        return self

    def address(self, name: str) -> str:
        values = self.app.query_params[name]
        return values[0] if isinstance(values, list) else values

    @property
    def text(self) -> str:
        """All there is to read, without the marks that keep text from being interpreted."""
        shown = [*self.app.title, *self.app.header, *self.app.markdown, *self.app.caption]
        shown += [*self.app.error, *self.app.warning, *self.app.info, *self.app.success]
        return "\n".join(re.sub(r"\\(.)|\u2060", r"\1", str(one.value)) for one in shown)

    @property
    def primary(self) -> list[str]:
        """The labels of the primary buttons on the screen."""
        return [button.label for button in self.app.button if button.proto.type == "primary"]

    @property
    def metrics(self) -> dict[str, str]:
        return {metric.label: metric.value for metric in self.app.metric}


@pytest.fixture
def new_visitor(server: None) -> Callable[[], Visitor]:  # noqa: ARG001  # it only has to be there first
    """A browser that has never been here."""
    return lambda: Visitor(AppTest.from_file(str(DASHBOARD), default_timeout=180)).look()


@pytest.fixture
def visitor(new_visitor: Callable[[], Visitor]) -> Visitor:
    return new_visitor()


@pytest.fixture
def trainee(visitor: Visitor) -> Visitor:
    """A browser in practice."""
    return visitor.click("practise")
