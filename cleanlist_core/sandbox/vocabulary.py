"""The words documents use for the same thing: checks of an email, and their order by how good they are."""

from __future__ import annotations

import binascii

EMAIL_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "reliable": {"reliable": ("reliable",), "risky": ("risky",), "unknown": ("unknown",)},
    "verified": {"reliable": ("verified",), "risky": ("risky",), "unknown": ("invalid",)},
    "likely_valid": {
        "reliable": ("verified", "verified", "likely_valid"),
        "risky": ("risky",),
        "unknown": ("unknown", "invalid"),
    },
    "valid": {"reliable": ("valid",), "risky": ("risky",), "unknown": ("unknown",)},
    "seven": {
        "reliable": ("valid",),
        "risky": ("risky", "catch-all", "role-based"),
        "unknown": ("unknown", "invalid", "disposable"),
    },
}
"""Vocabulary → what verification came to → the words for it; the address decides which one."""


def email_word(words: str, status: str, address: str) -> str:
    """What a vocabulary calls a status; the same address is always called the same."""
    choices = EMAIL_WORDS[words][status]
    if len(choices) == 1:
        return choices[0]
    return choices[binascii.crc32(address.encode("utf-8", "surrogatepass")) % len(choices)]
