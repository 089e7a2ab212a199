"""What the API is told of a person: every key the file has, not only the best one."""

from __future__ import annotations

from pathlib import Path

from cleanlist_core.domain import EnrichmentType
from tests.runs.scene import open_scene


def test_a_person_with_a_profile_and_a_company_is_sent_with_both(tmp_path: Path) -> None:
    person = {
        "LinkedIn URL": "https://uk.linkedin.com/in/Mara-Quill/?trk=x",
        "First Name": "Dr. Mara",
        "Last Name": "Quill, MBA",
        "Company Name": "Northlantern",
        "Website": "https://www.northlantern.example/team",
        "Email": "mara@gmail.com",
    }
    with open_scene(tmp_path) as scene:
        scene.look_up([person], EnrichmentType.PHONE_ONLY)
        sent = [dict(contact) for one in scene.workflows() for contact in one.contacts]
    assert sent == [
        {
            "linkedin_url": "https://www.linkedin.com/in/mara-quill",
            "first_name": "Mara",
            "last_name": "Quill",
            "company_domain": "northlantern.example",
            "company_name": "Northlantern",
        }
    ]
