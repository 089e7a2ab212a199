"""Whether the person at the screen sits at the computer that serves it.

Only to them a key remembered on this computer is offered: to anybody else it would be somebody's key.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

PASSED_ON = ("forwarded", "via", "x-forwarded-", "x-real-ip", "x-original-", "cf-", "true-client-ip")
"""How headers begin that a proxy or a tunnel adds; whoever comes through one may be anywhere."""


def asked_from_here(headers: Mapping[str, str], address: str | None, served_at: Iterable[str | None]) -> bool:
    """Whether a request comes from this computer, by its own name, past no proxy.

    address: where the connection comes from; None for this computer, as Streamlit has it.
    served_at: the addresses at which the server says it can be reached, with None for those not set. Is one
    of them elsewhere, the server is meant for others too.
    """
    names = {name.lower(): value for name, value in headers.items()}
    return (
        is_loopback(_host(names.get("host", "")))
        and (address is None or is_loopback(address))
        and not any(name.startswith(PASSED_ON) for name in names)
        and all(is_loopback(one) for one in served_at if one)
    )


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _host(header: str) -> str:
    """The name in a Host header, without the port and the brackets of an IPv6 address."""
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""
