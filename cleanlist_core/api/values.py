"""Values as an outside system writes them, read as plain ones; what cannot be read is missing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import TypeGuard

LARGEST_COUNT = 10**15
_NAMING_KEYS = ("name", "value", "text", "title", "label", "message", "problem", "msg")


def is_object(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, list)


def is_blank(value: object) -> bool:
    """Null, white space and empty containers all say the same: nothing was given."""
    if isinstance(value, str):
        return not value or value.isspace()
    return value is None or (not value and isinstance(value, list | dict))


def as_text(value: object) -> str:
    """One line of plain text, "" when there is none. Objects give their name, else their texts in order."""
    if isinstance(value, str):
        return _storable(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return _float_as_text(value)
    if isinstance(value, int | Decimal):
        return _int_as_text(value)
    if is_list(value):
        return ", ".join(text for part in value if (text := _scalar_text(part)))
    if is_object(value):
        return _object_as_text(value)
    return ""


def _storable(text: str) -> str:
    """Without what databases and spreadsheets cannot hold: NUL and halves of surrogate pairs."""
    if text.isascii() and "\x00" not in text:
        return text.strip()
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "").strip()


def _float_as_text(value: float) -> str:
    if not math.isfinite(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < LARGEST_COUNT else str(value)


def _int_as_text(value: int | Decimal) -> str:
    try:
        return str(value)
    except ValueError:  # Python refuses to print numbers of thousands of digits
        return ""


def _scalar_text(value: object) -> str:
    if is_object(value):
        return next((as_text(value[key]) for key in _NAMING_KEYS if isinstance(value.get(key), str)), "")
    return "" if is_list(value) else as_text(value)


def _object_as_text(value: Mapping[str, object]) -> str:
    return _scalar_text(value) or ", ".join(text for part in value.values() if (text := _scalar_text(part)))


def as_texts(value: object) -> tuple[str, ...]:
    """Every text of a list, or the one text given, without repeats."""
    parts = value if is_list(value) else (value,)
    return tuple(dict.fromkeys(text for part in parts if (text := as_text(part))))


def as_decimal(value: object) -> Decimal | None:
    """A finite number, also when written as text such as "1,875.50"."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    text = value.replace(",", "").strip() if isinstance(value, str) else value
    try:
        number = Decimal(str(text))
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() and abs(number) <= LARGEST_COUNT else None


def as_number(value: object) -> float | None:
    number = as_decimal(value)
    return None if number is None else float(number)


def as_whole(value: object) -> int | None:
    number = as_decimal(value)
    return int(number) if number is not None and number == number.to_integral_value() else None


def as_count(value: object) -> int | None:
    number = as_whole(value)
    return number if number is not None and number >= 0 else None


def as_range(value: object) -> str:
    """A range such as 51-200; a bare number is a count, not a range."""
    return "" if as_whole(value) is not None else as_text(value)


def as_flag(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(
        as_text(value).lower()
    )


def as_mapping(value: object) -> dict[str, object]:
    return dict(value) if is_object(value) else {}


def first_given(fields: Mapping[str, object], *names: str) -> object:
    """The first of these fields that holds something, else None."""
    return next((fields[name] for name in names if not is_blank(fields.get(name))), None)
