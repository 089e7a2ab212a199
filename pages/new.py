"""New list: the place to drop a file. The list it becomes opens on a screen of its own, `upload.py`.

So the link to here starts anew also while a list is open.
"""

from __future__ import annotations

from pages.parts import frame
from pages.parts.choosing import draw_new_list

draw_new_list(frame.required_seat())
