"""Company domains: the part of a web or email address that says whose it is."""

from __future__ import annotations

import re
from functools import lru_cache

import idna
import tldextract

from cleanlist_core.intake.wordlists import (
    FLAT_ENDINGS,
    FREE_MAIL,
    FREE_MAIL_NAMES,
    RESERVED_ENDINGS,
    SOCIAL_HOSTS,
)

_HOST = re.compile(
    r"(?:[a-z][a-z0-9+.\-]*:)?/{0,3}(?:[^/@\s]*@)?(?P<host>[^\s/:?#@]+)(?::\d*)?(?:[/?#].*)?", re.IGNORECASE
)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"]+@[^\s@<>()\[\],;:\"]+")

# The bundled list of public suffixes only: never the network, never a cache on disk.
_suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def registrable_domain(text: str) -> str:
    """The domain one registers, of a web address, a domain or an email address; "" when there is none.

    `https://www.shop.acme.co.uk/en` → `acme.co.uk`. Free mail and social hosts are answered too.
    """
    match = _HOST.fullmatch(text.strip().strip("<>\"'"))
    if match is None:
        return ""
    host = _ascii_host(match["host"])
    labels = host.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        return ""
    return _registrable(host)


def _ascii_host(host: str) -> str:
    host = host.strip(".").lower()
    if host.isascii():
        return host
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        return ""


def _registrable(host: str) -> str:
    labels = host.split(".")
    flat = labels[-1] in FLAT_ENDINGS and labels[:-2] in ([], ["www"])
    if flat or labels[-1] in RESERVED_ENDINGS:
        return ".".join(labels[-2:])
    found = _suffixes.extract_str(host)
    if found.domain and found.suffix:
        return f"{found.domain}.{found.suffix}"
    # `myshopify.com` itself: a suffix for its customers, and a company.
    if found.is_private and "." in host:
        public = _suffixes.extract_str(host, include_psl_private_domains=False)
        return f"{public.domain}.{public.suffix}" if public.domain and public.suffix else ""
    return ""


@lru_cache(maxsize=65536)
def is_shared_host(domain: str) -> bool:
    """Whether a registrable domain is free mail or social, and so says nothing about a company."""
    return domain in FREE_MAIL or domain in SOCIAL_HOSTS or domain.partition(".")[0] in FREE_MAIL_NAMES


def company_domain(text: str) -> str:
    """The company's registrable domain from a website, a domain or a work email; "" for shared hosts.

    Of several addresses in one cell the first that names a company counts.
    """
    for piece in re.split(r"\s*(?:[,;|]|:::|\s)\s*", text.strip()):
        domain = registrable_domain(piece)
        if domain and not is_shared_host(domain):
            return domain
    return ""


def email_address(text: str) -> str:
    """The email address in a cell, in lower case; "" when there is none.

    Of several the first at a company counts, before any at a provider of free mail.
    """
    private = ""
    for match in _EMAIL.finditer(text):
        address = match[0].strip(".'").lower()
        domain = registrable_domain(address.partition("@")[2])
        if domain and not is_shared_host(domain):
            return address
        private = private or (address if domain else "")
    return private
