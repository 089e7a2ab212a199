"""What exports write above and below their tables, in every way it was seen: none of it becomes a person."""

from __future__ import annotations

import pytest

from cleanlist_core.intake.checking import prepare
from cleanlist_core.intake.mapping import recognise
from cleanlist_core.intake.reading import read_table

CONNECTIONS = (
    "First Name,Last Name,URL,Email Address,Company,Position,Connected On\r\n"
    "Ines,Ulvestad,https://www.linkedin.com/in/ines-ulvestad,,Marrowstone Health,VP Marketing,12 Mar 2024\r\n"
    ",,,,,,\r\n"
    "Oskar,O'Harrow,https://www.linkedin.com/in/oskar-oharrow,,Zephyrline Software,Founder,3 Jan 2023\r\n"
)
NOTE = (
    "Some addresses may be missing here, because people decide who may see theirs, when, and where. More on"
    " it, in many words: https://www.linkedin.com/help/linkedin/answer/261"
)
TOTALS = ("Grand Totals (2 records)", "Confidential Information - Do Not Distribute")
RIGHTS = "2000-2025 salesforce.com, inc. All rights reserved."
REPORT = (
    '"First Name","Last Name","Title","Company / Account","Email","Lead ID"\r\n'
    '"Ines","Ulvestad","VP Marketing","Marrowstone Health","","00Q5f00000AbC00eae"\r\n'
    '"Oskar","O\'Harrow","Founder","Zephyrline Software","","00Q5f00000AbC01EAE"\r\n'
)
ATTENDEES = (
    "Attended,User Name (Original Name),First Name,Last Name,Email,Join Time,Leave Time\r\n"
    'Yes,Ines Ulvestad,Ines,Ulvestad,ines@marrowstone.example,"Apr 2, 2025","Apr 2, 2025"\r\n'
    'No,Oskar,Oskar,O\'Harrow,oskar@zephyrline.example,"Apr 2, 2025","Apr 2, 2025"\r\n'
)
HOSTS = (
    "Attendee Report,,,,,,\r\nReport Generated:,2025-04-03,,,,,\r\nTopic,Webinar ID,Registered,,,,\r\n"
    "Pipeline,812 3456 7890,48,,,,\r\nHost Details,,,,,,\r\n"
    "Attended,User Name (Original Name),First Name,Last Name,Email,Join Time,Leave Time\r\n"
    'Yes,Robin Hostwell,Robin,Hostwell,robin@host.example,"Apr 2, 2025","Apr 2, 2025"\r\n'
)
PANELISTS = (
    "Panelist Details,,,,,,\r\n"
    "Attended,User Name (Original Name),First Name,Last Name,Email,Join Time,Leave Time\r\n"
    'Yes,Kit Panelman,Kit,Panelman,kit@host.example,"Apr 2, 2025","Apr 2, 2025"\r\n'
)


def closing(rights: str, commas: str = "") -> str:
    return "".join(f'"{line}"{commas}\r\n' for line in (*TOTALS, f"Copyright {rights} {RIGHTS}"))


LINKEDIN, SALESFORCE, ZOOM = "linkedin_connections", "salesforce", "zoom_webinar"


@pytest.mark.parametrize(
    ("text", "source", "header_row"),
    [
        pytest.param(f'Notes:\r\n"{NOTE}"\r\n\r\n{CONNECTIONS}', LINKEDIN, 4, id="LinkedIn"),
        pytest.param(
            f'\ufeffNotes:\r\n"{NOTE}"\r\n\r\n{CONNECTIONS}', LINKEDIN, 4, id="LinkedIn, with a mark"
        ),
        pytest.param(f'"Notes:"\r\n"{NOTE}"\r\n""\r\n{CONNECTIONS}', LINKEDIN, 4, id="LinkedIn, all quoted"),
        pytest.param(f"Notes:\r\n{NOTE}\r\n\r\n{CONNECTIONS}", LINKEDIN, 4, id="LinkedIn, nothing quoted"),
        pytest.param(CONNECTIONS, LINKEDIN, 1, id="LinkedIn, older archives"),
        pytest.param(f"{REPORT}\r\n{closing('(c)')}", SALESFORCE, 1, id="Salesforce"),
        pytest.param(f"{REPORT}\r\n{closing('©', ',,,,,')}", SALESFORCE, 1, id="Salesforce, with commas"),
        pytest.param(f"{HOSTS}{PANELISTS}Attendee Details,,,,,,\r\n{ATTENDEES}", ZOOM, 12, id="Zoom"),
        pytest.param(f"{HOSTS}Attendee Details\r\n{ATTENDEES}", ZOOM, 9, id="Zoom, without panelists"),
    ],
)
def test_only_the_people_of_the_table_are_read(text: str, source: str, header_row: int) -> None:
    table = read_table(text.encode(), "people.csv")
    mapping = recognise(table)
    prepared = prepare(table, mapping)
    assert (mapping.source, table.header_row) == (source, header_row)
    assert prepared.rows["last_name"].to_pylist() == ["Ulvestad", "O'Harrow"]
    assert (prepared.counts.rows, prepared.counts.ready) == (2, 2)


def test_a_hidden_member_is_an_empty_row_and_counted() -> None:
    table = read_table(CONNECTIONS.encode(), "Connections.csv")
    assert [note.text for note in table.notes] == ["Left out 1 empty row."]
