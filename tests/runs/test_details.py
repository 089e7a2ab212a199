"""The file with all details tells of each person what their card tells."""

from __future__ import annotations

import csv
import io

from cleanlist_core.domain import EnrichmentType
from cleanlist_core.results.exporting import export_bytes
from cleanlist_core.results.person import person_card
from tests.runs.scene import Scene, by_domain, people


def test_a_run_s_file_tells_what_each_card_tells(scene: Scene) -> None:
    rows = [*people(30), *people(10, start=30, make=by_domain), *people(5)]
    run_id = scene.look_up(rows, EnrichmentType.FULL)
    data = export_bytes(scene.database, run_id, preset="details").decode("utf-8-sig")
    told = list(csv.DictReader(io.StringIO(data, newline=""), strict=True))
    assert len(told) == len(rows)
    facts = 0
    for number, row in enumerate(told, start=1):
        for section in person_card(scene.database, run_id, number).sections:
            for label, value in section.facts:
                place = section.title if section.title in ("Experience", "Education") else label
                cell = row.get(f"Details: {place}", row["Details: Everything else"])
                assert all(part in cell for part in value.split(" · ")), (number, label)
                facts += 1
    assert facts > 20 * len(rows)
