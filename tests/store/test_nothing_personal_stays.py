"""Deleting the data of a list: nothing of its people is left in any file, and the receipt is."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from sqlalchemy import select

from cleanlist_core.domain import Contact, EnrichmentType
from cleanlist_core.errors import RunError
from cleanlist_core.store.schema import contact_list, metadata
from tests.runs.scene import Scene, by_domain, open_scene, people

ROWS = 60


def words_of(scene: Scene, list_id: str, run_id: str) -> set[str]:
    """What tells who is on the list or how to reach them: names, profiles, emails, phones."""
    words = {value for row in people(ROWS, make=by_domain) for name, value in row.items() if "Name" in name}
    found = {value for row in scene.rows(run_id) for value in (row.email, row.phone) if value}
    assert found
    assert list_id
    return words | found


def in_the_files(folder: Path, words: set[str]) -> set[str]:
    """Those of the words that stand, as they are, in any file of the data folder."""
    texts = [path.read_bytes().lower() for path in folder.rglob("*") if path.is_file()]
    return {word for word in words if any(word.lower().encode() in text for text in texts)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_after_deletion_nothing_personal_is_in_any_file_and_the_receipt_stays(folder: Path) -> None:
    with open_scene(folder) as scene:
        rows = people(ROWS, make=by_domain)
        list_id = scene.add_list(rows)
        run_id = scene.start(list_id, EnrichmentType.FULL)
        scene.drive(run_id)
        words = words_of(scene, list_id, run_id)
        assert in_the_files(folder, words) == words, "before, they are all there"
        [before] = scene.workspace.receipts(scene.organization_id)
        assert scene.workspace.account(scene.organization_id).used_this_month == before.credits

        scene.workspace.delete_list(scene.organization_id, list_id)

        assert in_the_files(folder, words) == set()
        trigrams = {word.lower()[start : start + 5] for word in words for start in range(len(word) - 4)}
        left = {one for one in in_the_files(folder, trigrams) if one.isalpha() and one[:2] in ("fi", "la")}
        assert left == set()
        [after] = scene.workspace.receipts(scene.organization_id)
        assert (after.credits, after.emails, after.phones) == (before.credits, before.emails, before.phones)
        assert after.credits > 0
        assert scene.workspace.account(scene.organization_id).used_this_month == after.credits


def test_no_packed_answer_stays_either(folder: Path) -> None:
    """Raw answers and the file itself are packed, so they are looked for by what they are packed to."""
    with open_scene(folder) as scene:
        list_id = scene.add_list(people(ROWS))
        run_id = scene.start(list_id)
        scene.drive(run_id)
        packed: list[bytes] = []
        with scene.database.read() as connection:
            for table in metadata.sorted_tables:
                for column in table.columns:
                    if column.type.python_type is bytes:
                        packed += connection.execute(select(column)).scalars().all()
        samples = [body[8:40] for body in packed if len(body) > 60]
        assert samples
        assert all(zlib.decompress(body) for body in packed)
        scene.workspace.delete_list(scene.organization_id, list_id)
        texts = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
        assert [one for one in samples if any(one in text for text in texts)] == []


def test_another_list_keeps_what_is_its_own(folder: Path) -> None:
    with open_scene(folder) as scene:
        kept = scene.look_up(people(8, start=500, make=by_domain))
        list_id = scene.add_list(people(8, make=by_domain))
        scene.drive(scene.start(list_id))
        scene.workspace.delete_list(scene.organization_id, list_id)
        assert {row.email for row in scene.rows(kept) if row.email} == in_the_files(
            folder, {row.email for row in scene.rows(kept) if row.email}
        )
        assert scene.view(kept)


def test_the_name_of_one_person_goes_with_them(folder: Path) -> None:
    with open_scene(folder) as scene:
        contact = Contact(
            first_name="Mirela", last_name="Quillfeather", company_domain="tidewick.example.com"
        )
        list_id = scene.workspace.add_person(scene.organization_id, contact)
        scene.drive(scene.start(list_id))
        scene.workspace.delete_list(scene.organization_id, list_id)
        assert in_the_files(folder, {"Quillfeather", "Mirela"}) == set()
        with scene.database.read() as connection:
            assert connection.execute(select(contact_list.c.name)).scalars().all() == ["One person"]


def test_nothing_is_deleted_while_an_answer_is_on_its_way(folder: Path) -> None:
    with open_scene(folder) as scene:
        list_id = scene.add_list(people(5))
        run_id = scene.start(list_id)
        with pytest.raises(RunError, match="Stop it first") as refused:
            scene.workspace.delete_list(scene.organization_id, list_id)
        assert refused.value.code == "run_active"
        assert len(scene.rows(run_id)) == 5
