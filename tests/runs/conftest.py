"""A scene per test: an organization of its own, in a place that all tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.databases import NewUrl
from tests.runs.fronts import Front, open_front
from tests.runs.scene import Scene, open_scene


@pytest.fixture(scope="session")
def shared_scene(tmp_path_factory: pytest.TempPathFactory, new_url: NewUrl) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("scene")
    with open_scene(folder, url=new_url(folder)) as opened:
        yield opened


@pytest.fixture(scope="session")
def shared_front(tmp_path_factory: pytest.TempPathFactory, new_url: NewUrl) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("front")
    with open_front(folder, url=new_url(folder)) as opened:
        yield opened


@pytest.fixture
def scene(shared_scene: Scene) -> Scene:
    return shared_scene.newcomer()


@pytest.fixture
def front(shared_front: Front) -> Front:
    return shared_front.newcomer()
