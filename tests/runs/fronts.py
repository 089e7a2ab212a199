"""A scene whose client talks to the sandbox through a front that misbehaves as told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cleanlist_core.domain import EnrichmentType
from tests.runs.faulty_api import Fault, FaultyApi, faulty_api, hangs_after_accepting, hangs_unread
from tests.runs.scene import TINY_TIMEOUTS, Scene, open_scene, people

HANGING = (hangs_unread, hangs_after_accepting)


@dataclass
class Front:
    """faults meet the requests of one kind in order; whoever comes after them is passed on."""

    scene: Scene
    api: FaultyApi

    def newcomer(self) -> Front:
        """The same front with nothing wrong, for an organization of its own."""
        self.api.forget()
        scene = self.scene.newcomer()
        self.api.seen.clear()
        return Front(scene, self.api)

    def look_up(
        self,
        *faults: Fault,
        to: str = "send",
        count: int = 10,
        wanted: EnrichmentType = EnrichmentType.PARTIAL,
    ) -> str:
        self.api.faults[to] = list(faults)
        run_id = self.scene.start(self.scene.add_list(people(count)), wanted)
        self.drive(run_id, waits=any(fault in HANGING for fault in faults))
        return run_id

    def drive(self, run_id: str, *, waits: bool = False) -> None:
        """waits: for an answer that never comes; a busy machine would be late with the others, too."""
        self.scene.drive(run_id, self.scene.options(timeouts=TINY_TIMEOUTS if waits else None))

    def requests(self, kinds: Sequence[str] = ("send", "look", "person")) -> list[str]:
        return [kind for kind in self.api.seen if kind in kinds]


@contextmanager
def open_front(folder: Path, **settings: Any) -> Iterator[Front]:
    with open_scene(folder, resend_after_seconds=0, **settings) as scene, faulty_api(scene.base_url) as front:
        scene.base_url = front.url
        scene.workspace.settings = scene.workspace.settings.model_copy(update={"base_url": front.url})
        yield Front(scene, front)
