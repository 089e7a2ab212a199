"""What each person of a list still needs, and what asking for it would cost.

Only what is missing is asked: an email or phone the file already has, or an earlier answer that
still counts, is not paid for again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from cleanlist_core.domain import EnrichmentType, KeyKind
from cleanlist_core.pricing import Estimate, FindRates, estimate
from cleanlist_core.store.run_creation import PersonGroup

SAMPLE_SIZE = 10


def still_missing(
    wanted: EnrichmentType, *, has_email: bool, has_phone: bool, by_email: bool = False
) -> EnrichmentType | None:
    """What to ask for one person, or None when nothing is missing.

    has_email, has_phone: it is in the file, or an earlier answer covers it (also one that found nothing).
    by_email: looked up by an email alone, which asks for everything at once: who is known in any part is
    not asked about again, and there is nothing to ask that would be free.
    """
    if by_email:
        whole = wanted is not EnrichmentType.NONE and not (has_email or has_phone)
        return EnrichmentType.FULL if whole else None
    if wanted is EnrichmentType.NONE:
        return EnrichmentType.NONE
    return EnrichmentType.covering(
        email=wanted.wants_email and not has_email, phone=wanted.wants_phone and not has_phone
    )


def estimate_run(wanted: EnrichmentType, people: Mapping[PersonGroup, int], rates: FindRates) -> Estimate:
    """The price of one choice. people: how many ready people there are of each kind."""
    asked: Counter[tuple[KeyKind, EnrichmentType]] = Counter()
    known = misses = in_file = 0
    for group, count in people.items():
        by_email = group.key_kind == KeyKind.EMAIL
        part = still_missing(wanted, has_email=group.has_email, has_phone=group.has_phone, by_email=by_email)
        if part is None:
            known += count
            misses += count if _was_missed(wanted, group) else 0
            in_file += count if not _told_before(wanted, group) else 0
        else:
            asked[(KeyKind(group.key_kind), part)] += count
    return estimate(wanted, asked, already_known=known, known_misses=misses, in_file=in_file, rates=rates)


def _told_before(wanted: EnrichmentType, group: PersonGroup) -> list[bool]:
    """What earlier answers say of the parts that are wanted; of those the file has alone they say nothing."""
    told = [group.email_found] if wanted.wants_email else []
    told += [group.phone_found] if wanted.wants_phone else []
    return [found for found in told if found is not None]


def _was_missed(wanted: EnrichmentType, group: PersonGroup) -> bool:
    """Whether earlier answers found nothing of what is wanted."""
    told = _told_before(wanted, group)
    return False in told and True not in told


def spread_sample(row_numbers_by_kind: Mapping[str, Sequence[int]], size: int = SAMPLE_SIZE) -> list[int]:
    """Row numbers for a test run: as many of each key kind as it has a share, evenly over the file."""
    total = sum(len(rows) for rows in row_numbers_by_kind.values())
    if total <= size:
        return sorted(number for rows in row_numbers_by_kind.values() for number in rows)
    chosen: list[int] = []
    for rows in sorted(row_numbers_by_kind.values(), key=len):
        share = max(1, round(size * len(rows) / total)) if rows else 0
        share = min(share, size - len(chosen), len(rows))
        chosen += [rows[index * len(rows) // share] for index in range(share)]
    return sorted(chosen)
