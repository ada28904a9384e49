"""Whether a scan is accepted: the decision, from plain facts.

The questions come in the order of how much of the resident they need: the code by itself, the institution, the purpose,
and only then the card. So whoever does not accept the card, or scans it for the wrong thing, learns nothing of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from domain.enums import CardStatus, CareSetting, CareStep, CodePurpose, ScanOutcome
from domain.reading import Code
from domain.refusals import (
    CardSuspended,
    ExpiredCode,
    InvalidCode,
    NotAcceptedHere,
    Refusal,
    Revoked,
    WrongPurpose,
)

_PRINTED = frozenset({CareStep.REGISTER, CareStep.EXAMINE, CareStep.OTHER})

OPENS: Mapping[CodePurpose, frozenset[CareStep]] = MappingProxyType(
    {
        CodePurpose.IDENTIFY: _PRINTED,
        CodePurpose.RECORDS: _PRINTED | {CareStep.DIAGNOSE, CareStep.PRESCRIBE, CareStep.SURGERY},
        CodePurpose.PAY: frozenset({CareStep.PAY}),
        CodePurpose.COLLECT: frozenset({CareStep.COLLECT_MEDICINE}),
    }
)
"""Which purpose opens which care steps. A printed code's purpose is IDENTIFY."""


@dataclass(frozen=True, slots=True)
class Skew:
    """How far clocks may be apart: `early`, a code seems to come from the future; `late`, it seems to be over."""

    early: timedelta
    late: timedelta


ONLINE = Skew(early=timedelta(seconds=5), late=timedelta(0))
"""We issued the code and we verify it, on machines that keep the same time."""

OFFLINE = Skew(early=timedelta(minutes=2), late=timedelta(minutes=2))
"""A terminal without a network noted the time of the scan by a clock of its own."""


@dataclass(frozen=True, slots=True)
class Place:
    """What an institution accepts."""

    care_steps: frozenset[CareStep]
    accepts_outpatient: bool
    accepts_inpatient: bool


@dataclass(frozen=True, slots=True)
class Scan:
    """The facts. `revoked`: the printed code was; `at`: when it was scanned."""

    code: Code
    at: datetime
    skew: Skew
    care_step: CareStep
    care_setting: CareSetting
    place: Place
    card_status: CardStatus
    revoked: bool


def judge(scan: Scan) -> None:
    """Returns when the scan is accepted, if its code was not used. Raises the Refusal that says why not, the first of: ExpiredCode,
    NotAcceptedHere, WrongPurpose, Revoked, CardSuspended; InvalidCode for a code from the future."""
    check_time(scan.code, scan.at, scan.skew)
    check_place(scan.place, scan.care_step, scan.care_setting)
    check_purpose(scan.code.purpose, scan.care_step)
    check_card(scan.card_status, scan.revoked)


def check_time(code: Code, at: datetime, skew: Skew = ONLINE) -> None:
    """Raises ExpiredCode, or InvalidCode for a code from the future."""
    if code.issued is not None and code.issued > at + skew.early:
        raise InvalidCode("code")
    if code.expires is not None and code.expires + skew.late <= at:
        raise ExpiredCode("code")


def check_place(place: Place, care_step: CareStep, care_setting: CareSetting) -> None:
    """Raises NotAcceptedHere."""
    accepts = place.accepts_outpatient if care_setting is CareSetting.OUTPATIENT else place.accepts_inpatient
    if not accepts or care_step not in place.care_steps:
        raise NotAcceptedHere("care_step" if accepts else "care_setting")


def check_purpose(purpose: CodePurpose, care_step: CareStep) -> None:
    """Raises WrongPurpose."""
    if care_step not in OPENS[purpose]:
        raise WrongPurpose("code")


def check_card(status: CardStatus, revoked: bool) -> None:
    """Raises Revoked, CardSuspended. `revoked`: the printed code was."""
    if revoked or status in (CardStatus.REPLACED, CardStatus.CLOSED):
        raise Revoked("code")
    if status is CardStatus.SUSPENDED:
        raise CardSuspended("code")


def outcome_of(refusal: Refusal) -> ScanOutcome:
    """What a refused scan came to: each refusal of a scan has the outcome of its name."""
    return ScanOutcome(refusal.code)
