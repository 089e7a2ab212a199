"""History: every list with what became of it; open, rename, download again, or delete its data."""

from __future__ import annotations

from pages.parts import frame
from pages.parts.managing import draw_list
from pages.parts.rows import receipts_by_run
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
    receipts, unsent = receipts_by_run(seat), seat.workspace.not_sent(seat.organization_id)
    for listed in lists:
        draw_list(seat, listed, receipts, unsent)


seat = frame.required_seat()
frame.draw_heading("History")
draw(seat)
