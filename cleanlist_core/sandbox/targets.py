"""Where an announcement may go: the address behind a URL, looked up once and then used as it is.

The name is not asked a second time when the connection is made, so it cannot turn into another address
in between.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""From a host name and port to its addresses; raises OSError when there are none."""


class ForbiddenTargetError(Exception):
    """This sandbox does not call that address."""


class Target(NamedTuple):
    """url: with the address in place of the name. host: for the Host header. name: to check a certificate."""

    url: str
    host: str
    name: str


async def find_target(url: str, *, anywhere: bool, resolve: Resolve) -> Target:
    """The address to call. anywhere: also beyond this machine. Raises ForbiddenTargetError, OSError."""
    parts = urlsplit(url)
    name = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    addresses = await resolve(name, port)
    if not addresses:
        raise OSError("the host has no address")
    if not anywhere and not all(ipaddress.ip_address(each).is_loopback for each in addresses):
        raise ForbiddenTargetError("This sandbox calls addresses of this machine only")
    address = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
    path = parts.path or "/"
    bare = urlunsplit((parts.scheme, f"{address}:{port}", path, parts.query, ""))
    return Target(bare, parts.netloc.rpartition("@")[2], name)


def addresses_of(found: list[tuple[object, ...]]) -> list[str]:
    """The addresses in an answer of getaddrinfo, each once, scopes of IPv6 left out."""
    addresses = (str(entry[4][0]).partition("%")[0] for entry in found if isinstance(entry[4], tuple))
    return list(dict.fromkeys(addresses))


async def resolve_name(name: str, port: int) -> list[str]:
    """Ask the system for the addresses of a name."""
    loop = asyncio.get_running_loop()
    return addresses_of(list(await loop.getaddrinfo(name, port, type=socket.SOCK_STREAM)))
