"""Refunds: how much may go back, and when the provider is asked again.

A refund is an action with a number of its own, which is stored before the provider hears of it. Asking for the same refund twice
is the matter of idempotency keys; telling the provider twice is harmless, for it knows the number.
"""

from datetime import timedelta
from enum import StrEnum

from domain.refusals import InvalidInput, RefundExceedsPayment

# A provider that takes its time is asked after these, and from then on after the last of them.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 30, 120, 600, 1800, 3600, 10800, 21600))
# Banks take days to return money to a card; what takes longer than this is for people to look at.
PATIENCE = timedelta(days=30)


class RequestedBy(StrEnum):
    """Who asked for it. SURPLUS: nobody; it was paid without a bill that needed it, and goes back by itself."""

    RESIDENT = "RESIDENT"
    APP = "APP"
    INSTITUTION = "INSTITUTION"
    PLATFORM = "PLATFORM"
    SURPLUS = "SURPLUS"


def amount_to_refund(asked: int | None, left: int) -> int:
    """Fen: what was asked for, or all that is left (`left`: paid, and not promised to an earlier refund). Raises InvalidInput and
    RefundExceedsPayment."""
    if asked is not None and asked <= 0:
        raise InvalidInput("amount")
    amount = left if asked is None else asked
    if not 0 < amount <= left:
        raise RefundExceedsPayment("amount")
    return amount


def pause_before(asked: int) -> timedelta:
    """How long to wait before the provider is asked again, after it has been asked so often."""
    return PAUSES[min(asked, len(PAUSES)) - 1]
