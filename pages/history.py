"""History: every list with what became of it; open, rename, download again, or delete its data."""

from __future__ import annotations

from pages.parts import frame
from pages.parts.managing import draw_list
from pages.parts.rows import told_of_runs
from pages.parts.session import Seat


def draw(seat: Seat) -> None:
    lists = seat.workspace.lists(seat.organization_id)
    if not lists:
        frame.draw_empty(
            "No lists yet",
            "Every list you drop in is kept here with what was found and what it cost.",
            link="upload.py",
            label="Start a list",
        )
        return
    told = told_of_runs(seat)
    for listed in lists:
        draw_list(seat, listed, told)


seat = frame.required_seat()
frame.draw_heading("History")
draw(seat)
