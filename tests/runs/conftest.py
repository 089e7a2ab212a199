"""A scene per test: an organization of its own, in a place that all tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.runs.fronts import Front, open_front
from tests.runs.scene import Scene, open_scene


@pytest.fixture(scope="session")
def shared_scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with open_scene(tmp_path_factory.mktemp("scene")) as opened:
        yield opened


@pytest.fixture(scope="session")
def shared_front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with open_front(tmp_path_factory.mktemp("front")) as opened:
        yield opened


@pytest.fixture
def scene(shared_scene: Scene) -> Scene:
    return shared_scene.newcomer()


@pytest.fixture
def front(shared_front: Front) -> Front:
    return shared_front.newcomer()
