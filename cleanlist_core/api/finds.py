"""Email addresses and phone numbers, in every form an answer may carry them.

A find is text of the answer itself: an address must hold an "@" between two parts, a number enough
digits to be dialled. Anything else is a miss, and can still be seen in the raw answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from cleanlist_core.api.values import as_text, first_given, is_list, is_object

LONGEST_ADDRESS = 254
LONGEST_NUMBER_TEXT = 400
DIGITS_OF_A_NUMBER = range(5, 19)
_BETWEEN_ADDRESSES = re.compile(r"[\s<>,;|\"'()\[\]]+")
_BETWEEN_NUMBERS = re.compile(r"[;,/|\n]+|\s+or\s+")
_EXTENSION = re.compile(r"(?<=\d)[\s.)]*(?:ext|x|#|dw).*", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Address:
    """One email address. status: as the API wrote it, "" when it said nothing."""

    address: str
    status: str = ""


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone number: digits with a leading + where one was given. type, carrier: as written, or ""."""

    number: str
    type: str = ""
    carrier: str = ""


def read_addresses(value: object) -> tuple[Address, ...]:
    """Addresses of a text, an object with an address, or a list of either; none for a miss."""
    if value is None:
        return ()
    found: dict[str, Address] = {}
    for part in value if is_list(value) else (value,):
        if is_object(part):
            text = first_given(part, "email", "address", "value", "primary_email")
            status = as_text(first_given(part, "status", "email_status", "verification_status"))
        else:
            text, status = part, ""
        for address in _addresses_in(text):
            found.setdefault(address.casefold(), Address(address, status))
    return tuple(found.values())


def _addresses_in(text: object) -> Iterable[str]:
    if not isinstance(text, str) or "@" not in text:
        return
    for word in _BETWEEN_ADDRESSES.split(as_text(text)):
        address = word.removeprefix("mailto:").strip(".:")
        name, _, domain = address.partition("@")
        if name and domain and "@" not in domain and len(address) <= LONGEST_ADDRESS:
            yield address


def speaks_of_an_address(value: object) -> bool:
    """Whether a value was meant as an address, whatever can be made of it; "n/a" was not."""
    texts = [
        first_given(part, "email", "address", "value", "primary_email") if is_object(part) else part
        for part in (value if is_list(value) else (value,))
    ]
    return any(isinstance(text, str) and ("@" in text or len(text) > LONGEST_ADDRESS) for text in texts)


def speaks_of_a_number(value: object) -> bool:
    """The same of a phone number: enough digits for one, whatever can be made of them."""
    return sum(sign.isdecimal() for sign in as_text(value)) >= DIGITS_OF_A_NUMBER.start


def read_phones(value: object, *, kind: str = "") -> tuple[Phone, ...]:
    """Numbers of a text, a number, an object with a number, or a list of any; none for a miss.

    kind: what the numbers are when they do not say so themselves.
    """
    if value is None:
        return ()
    found: list[Phone] = []
    for part in value if is_list(value) else (value,):
        if is_object(part):
            text = first_given(part, "number", "phone", "phone_number", "value", "e164", "raw_number")
            given = as_text(first_given(part, "type", "phone_type", "line_type"))
            carrier = as_text(part.get("carrier"))
        else:
            text, given, carrier = part, "", ""
        found += [Phone(number, given or kind, carrier) for number in _numbers_in(text)]
    return without_repeats(found)


def without_repeats(phones: Iterable[Phone]) -> tuple[Phone, ...]:
    """Each number once, in the first order, with what any of its mentions told of it."""
    kept: dict[str, Phone] = {}
    for phone in phones:
        known = kept.setdefault(phone.number, phone)
        kept[phone.number] = replace(
            known, type=known.type or phone.type, carrier=known.carrier or phone.carrier
        )
    return tuple(kept.values())


def _numbers_in(value: object) -> Iterable[str]:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return
    text = as_text(value)
    if len(text) > LONGEST_NUMBER_TEXT:
        return
    for part in _BETWEEN_NUMBERS.split(text):
        number = plain_number(part)
        if len(number.lstrip("+")) in DIGITS_OF_A_NUMBER:
            yield number


def plain_number(text: str) -> str:
    """Digits and a leading +; an extension and the optional (0) of an international number are left out."""
    text = _EXTENSION.sub("", text)
    before, _, _ = text.partition(next((sign for sign in text if sign.isdecimal()), "\x00"))
    international = "+" in before or "＋" in before
    if international:
        text = text.replace("(0)", "")
    digits = "".join(str(int(sign)) for sign in text if sign.isdecimal())
    return f"+{digits}" if international and digits else digits
