"""Scans that were taken without a network, and what they are judged by: the facts as they were then."""

from datetime import datetime, timedelta

from domain.enums import CardStatus
from domain.refusals import ExpiredCode, InvalidInput
from domain.scan import OFFLINE

UPLOADED_WITHIN = timedelta(days=7)
"""How long a terminal may keep a scan before it uploads it."""

MOST_SCANS = 200
"""In one upload."""


def used_until(expires: datetime) -> datetime:
    """How long a used code must be remembered: until no scan of it can be uploaded any more."""
    return expires + OFFLINE.late + UPLOADED_WITHIN


def check_scanned_at(at: datetime, now: datetime) -> None:
    """Raises InvalidInput, of the field scanned_at, for a scan from the future."""
    if at > now + OFFLINE.early:
        raise InvalidInput("scanned_at")


def check_kept(at: datetime, now: datetime) -> None:
    """Raises ExpiredCode for a scan that was kept too long."""
    if at < now - UPLOADED_WITHIN:
        raise ExpiredCode("code")


def status_at(status: CardStatus, changed_at: datetime, at: datetime) -> CardStatus:
    """The card's status at that time, as far as we know it: before its last change it could be used."""
    return status if changed_at <= at else CardStatus.ACTIVE


def was_revoked(revoked_at: datetime | None, at: datetime) -> bool:
    """Whether a printed code was revoked at that time."""
    return revoked_at is not None and revoked_at <= at
