"""Reports: what they say, and what makes two of them the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

import orjson

from domain.enums import ObservationFlag, ReportCategory
from domain.refusals import InvalidInput

MOST_OBSERVATIONS = 200
# How far the clocks of institutions may be ahead of ours.
CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Observation:
    """What was found of one thing. `code`: the same for the same examination, over time and in each report; `value`: as it is read,
    a number or words; `flag`: how it lies to the reference range, where somebody has judged that."""

    code: str
    display: str
    value: str
    unit: str | None = None
    reference_range: str | None = None
    flag: ObservationFlag | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What a report says: at least one of its three parts."""

    observations: Sequence[Observation]
    findings: str | None
    conclusion: str | None


def content_digest(
    resident_id: UUID, title: str, category: ReportCategory, author_id: UUID, observed_at: datetime | None, content: Content
) -> bytes:
    """Equal for reports of one resident that say the same. `observed_at`: as it was given."""
    lines = [[o.code, o.display, o.value, o.unit, o.reference_range, o.flag] for o in content.observations]
    moment = None if observed_at is None else observed_at.timestamp()
    about = [str(resident_id), title, category, str(author_id), moment]
    return sha256(orjson.dumps([*about, lines, content.findings, content.conclusion])).digest()


def check_content(content: Content) -> None:
    """Raises InvalidInput for a report that says nothing, and for too many observations."""
    is_empty = not content.observations and content.findings is None and content.conclusion is None
    if is_empty or len(content.observations) > MOST_OBSERVATIONS:
        raise InvalidInput("observations")


def check_observed_at(observed_at: datetime, now: datetime) -> None:
    """Raises InvalidInput for what is yet to come."""
    if observed_at > now + CLOCK_SKEW:
        raise InvalidInput("observed_at")
