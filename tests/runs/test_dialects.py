"""Whatever form of the API answers: the same finds on the same rows, and the same totals everywhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cleanlist_core.commands import run_answer
from cleanlist_core.domain import EnrichmentType, RunState
from cleanlist_core.results.exporting import export_bytes
from cleanlist_core.results.metrics import run_totals
from cleanlist_core.sandbox.answers import DIALECTS
from tests.runs.scene import QUICK, Scene, by_company, by_domain, open_scene, people

PEOPLE = [*people(400), *people(300, start=400, make=by_domain), *people(300, start=700, make=by_company)]
Finds = list[tuple[str, str, int]]


def _look_up(scene: Scene) -> str:
    run_id = scene.look_up(PEOPLE, EnrichmentType.FULL)
    assert scene.view(run_id).state is RunState.FINISHED, scene.log(run_id)
    return run_id


def _finds(scene: Scene, run_id: str) -> Finds:
    return [(row.email, row.phone, row.credits) for row in scene.rows(run_id)]


@pytest.fixture(scope="module")
def true_finds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finds]:
    """What the sandbox finds for these people; the same in every form, for it depends on who they are."""
    with open_scene(tmp_path_factory.mktemp("default") / "data") as scene:
        yield _finds(scene, _look_up(scene))


@pytest.mark.parametrize("dialect", [*sorted(DIALECTS), "thirty_per_key", "terminated_spelling"])
def test_a_thousand_people_end_with_the_same_finds_on_the_right_rows(
    dialect: str, true_finds: Finds, tmp_path: Path
) -> None:
    with open_scene(tmp_path / "data", options=replace(QUICK, dialect=dialect)) as scene:
        run_id = _look_up(scene)

        assert _finds(scene, run_id) == true_finds
        emails = sum(bool(email) for email, _, _ in true_finds)
        phones = sum(bool(phone) for _, phone, _ in true_finds)
        spent = sum(price for *_, price in true_finds)
        assert spent == scene.charged()
        totals = run_totals(scene.database, run_id)
        assert (totals.emails_found, totals.phones_found, totals.credits_spent) == (emails, phones, spent)
        answer = run_answer(scene.workspace, scene.view(run_id))
        assert (answer["emails_found"], answer["phones_found"], answer["credits_spent"]) == (
            emails,
            phones,
            spent,
        )
        assert _file_totals(scene, run_id) == (emails, phones, spent)
        receipt = scene.workspace.receipts(scene.organization_id)[0]
        assert (receipt.credits, receipt.note) == (spent, "")


def _file_totals(scene: Scene, run_id: str) -> tuple[int, int, int]:
    text = export_bytes(scene.database, run_id).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) == len(PEOPLE)
    return (
        sum(bool(row["Cleanlist Email"]) for row in rows),
        sum(bool(row["Cleanlist Phone"]) for row in rows),
        sum(int(row["Cleanlist Credits"]) for row in rows),
    )
