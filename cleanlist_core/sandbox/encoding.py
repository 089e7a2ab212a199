"""JSON, written fast: most of what a busy sandbox does is writing answers of half a megabyte."""

from __future__ import annotations

import json

import pydantic_core


def encode(value: object) -> bytes:
    """The value as compact JSON."""
    try:
        return pydantic_core.to_json(value)
    except pydantic_core.PydanticSerializationError:
        # Half a surrogate pair, which JSON may carry and UTF-8 may not.
        return json.dumps(value, separators=(",", ":")).encode()
