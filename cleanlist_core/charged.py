"""What this dashboard itself was charged between two moments, by all lists of an organization."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate

from cleanlist_core.store.progress import Charge


class Charges:
    """The charges of an organization, to be asked for what fell between two moments."""

    def __init__(self, charges: Iterable[Charge]) -> None:
        self._settled = sorted(charges, key=lambda charge: charge.settled_at)
        sent = sorted(self._settled, key=lambda charge: charge.sent_at)
        self._settled_at = [charge.settled_at for charge in self._settled]
        self._sent_at = [charge.sent_at for charge in sent]
        self._until_settled = [0, *accumulate(charge.credits for charge in self._settled)]
        self._until_sent = [0, *accumulate(charge.credits for charge in sent)]

    def between(self, before: float, after: float) -> tuple[int, int]:
        """The least and the most that was charged between two moments: of requests on their way, none or all.

        A charge settled just before a balance was asked for is in that balance.
        """
        first, last = bisect_right(self._settled_at, before), bisect_right(self._settled_at, after)
        least = sum(charge.credits for charge in self._settled[first:last] if charge.sent_at >= before)
        most = self._until_sent[bisect_left(self._sent_at, after)] - self._until_settled[first]
        return least, most
