"""Files of invented people to practise with, in the shapes people really upload."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True)
class Sample:
    """One practice file. file_name: as a person would have it on disk."""

    key: str
    title: str
    description: str
    file_name: str

    def read(self) -> bytes:
        """The file's bytes, as if it had been uploaded."""
        return resources.files(__name__).joinpath(self.file_name).read_bytes()


def samples() -> tuple[Sample, ...]:
    """Every practice file, the easiest first."""
    return (
        Sample(
            "linkedin_connections",
            "LinkedIn connections",
            "250 people as LinkedIn exports them: notes above the table, hardly any emails.",
            "Connections.csv",
        ),
        Sample(
            "zoominfo",
            "ZoomInfo export",
            "120 people with companies, phones and many more columns; two of them twice.",
            "zoominfo-export.csv",
        ),
        Sample(
            "badge_scan",
            "Messy badge scan",
            "60 visitors of a booth: full names in capitals, titles, missing companies, duplicates.",
            "badge-scan.csv",
        ),
    )
