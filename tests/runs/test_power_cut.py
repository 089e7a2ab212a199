"""The power goes: what has reached the disk by then is all there is, and it is enough.

A process is frozen at a step, its files are copied as they lie there, and only then is it killed. The
next process has the copy; the sandbox, which was elsewhere, knows all that it accepted.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cleanlist_core.domain import BatchState, RunState
from cleanlist_core.runs.driver import take_over_from_the_dead
from cleanlist_core.store.database import open_sqlite
from cleanlist_core.workspace import Workspace
from tests.conftest import ROOT
from tests.runs.scene import POLL_SECONDS, QUICK_LIMIT, Scene, open_scene, people

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGSTOP is POSIX's")

PEOPLE = 600
STEPS = ["intent written", "answer in", "acceptance written", "answer read"]
NOT_ON_RECORD = ("intent written", "answer in")
"""Between these two the answer is not on the disk yet, so that only a person can tell what to do."""


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with open_scene(tmp_path / "before") as opened:
        yield opened


def cut_the_power(scene: Scene, run_id: str, step: str, copy_to: Path) -> None:
    folder = scene.workspace.settings.data_dir
    order = {
        "database": f"sqlite:///{folder / 'cleanlist.sqlite3'}",
        "base_url": scene.base_url,
        "key": scene.key,
        "organization_id": scene.organization_id,
        "run_id": run_id,
        "limit": QUICK_LIMIT,
        "poll_seconds": POLL_SECONDS,
        "step": step,
        "occurrence": 2,
        "freezes": True,
    }
    command = [sys.executable, "-m", "benchmarks.dying_process", json.dumps(order)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status), "it came to the step"
        # The index of the log lives in memory alone, so a power cut takes it.
        for path in folder.glob("cleanlist.sqlite3*"):
            if not path.name.endswith("-shm"):
                shutil.copy(path, copy_to)
        process.send_signal(signal.SIGKILL)


@pytest.mark.parametrize("step", STEPS)
def test_what_is_on_the_disk_when_the_power_goes_is_enough(scene: Scene, tmp_path: Path, step: str) -> None:
    run_id = scene.start(scene.add_list(people(PEOPLE)))
    after = tmp_path / "after"
    after.mkdir()
    cut_the_power(scene, run_id, step, after)

    database = open_sqlite(after / "cleanlist.sqlite3")
    workspace = Workspace(scene.workspace.settings.model_copy(update={"data_dir": after}), database)
    workspace.keys.remember(scene.organization_id, scene.key)
    here = replace(scene, workspace=workspace)
    in_doubt = here.states(run_id).count("sending")
    if step != "answer read":  # a next part may be on its way while answers are read
        assert in_doubt == (1 if step in NOT_ON_RECORD else 0)
    started = time.monotonic()
    take_over_from_the_dead(database)
    here.drive(run_id)
    assert time.monotonic() - started < 30

    assert set(here.accepted().values()) == {1}, "nobody was accepted twice"
    batches = here.batches(run_id)
    flagged = [one for one in batches if one.state == BatchState.UNCERTAIN]
    assert len(flagged) == in_doubt, "flagged if, and only if, no answer was on record"
    assert here.view(run_id).state is (RunState.NEEDS_YOU if flagged else RunState.FINISHED)
    known = {one.workflow_id for one in batches if one.workflow_id}
    accepted = {one.workflow_id: one for one in here.workflows()}
    assert known <= set(accepted)
    assert len(accepted) - len(known) <= len(flagged), "what was accepted is on record or flagged"
    assert here.spent(run_id) == sum(accepted[name].charged for name in known) > 0
    here.check_the_numbers(run_id)
    workspace.close()
