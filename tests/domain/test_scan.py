from dataclasses import replace
from itertools import product

import pytest

from domain.enums import CardStatus, CareSetting, CareStep, CodePurpose, ScanOutcome
from domain.reading import Code, CodeKind
from domain.refusals import (
    AlreadyUsed,
    CardSuspended,
    ExpiredCode,
    InvalidCode,
    NotAcceptedHere,
    Refusal,
    Revoked,
    WrongPurpose,
)
from domain.scan import OFFLINE, ONLINE, Place, Scan, Skew, judge, outcome_of
from tests.domain.samples import NOW, later

EVERYTHING = Place(frozenset(CareStep), accepts_outpatient=True, accepts_inpatient=True)
SHOWN = Code(CodeKind.SIGNED, b"h" * 16, CodePurpose.IDENTIFY, b"nonce", NOW, later(60))
ACCEPTED = Scan(
    code=SHOWN,
    at=later(1),
    skew=ONLINE,
    care_step=CareStep.REGISTER,
    care_setting=CareSetting.OUTPATIENT,
    place=EVERYTHING,
    card_status=CardStatus.ACTIVE,
    revoked=False,
)

# What makes the accepted scan a refused one, in the order in which the refusals come.
WRONGS: list[tuple[type[Refusal], dict[str, object]]] = [
    (ExpiredCode, {"at": later(60)}),
    (NotAcceptedHere, {"place": replace(EVERYTHING, accepts_outpatient=False)}),
    (WrongPurpose, {"care_step": CareStep.PAY}),
    (Revoked, {"revoked": True}),
    (CardSuspended, {"card_status": CardStatus.SUSPENDED}),
]


def judged(scan: Scan) -> type[Refusal] | None:
    try:
        judge(scan)
    except Refusal as refusal:
        return type(refusal)
    return None


def test_a_good_scan_is_accepted() -> None:
    assert judged(ACCEPTED) is None


@pytest.mark.parametrize("flags", list(product([False, True], repeat=len(WRONGS))))
def test_of_all_that_is_wrong_the_first_is_said(flags: tuple[bool, ...]) -> None:
    wrong = [case for case, is_wrong in zip(WRONGS, flags, strict=True) if is_wrong]
    scan = ACCEPTED
    for _, facts in wrong:
        scan = replace(scan, **facts)  # type: ignore[arg-type]  # facts by name
    assert judged(scan) is (wrong[0][0] if wrong else None)


# The contract's own words: "IDENTIFY and every printed code REGISTER EXAMINE OTHER; RECORDS these and DIAGNOSE PRESCRIBE
# SURGERY; PAY the step PAY; COLLECT the step COLLECT_MEDICINE. Anything else is WRONG_PURPOSE."
@pytest.mark.parametrize(
    ("purpose", "opened"),
    [
        (CodePurpose.IDENTIFY, "REGISTER EXAMINE OTHER"),
        (CodePurpose.RECORDS, "REGISTER EXAMINE OTHER DIAGNOSE PRESCRIBE SURGERY"),
        (CodePurpose.PAY, "PAY"),
        (CodePurpose.COLLECT, "COLLECT_MEDICINE"),
    ],
)
def test_a_purpose_opens_its_steps_and_no_other(purpose: CodePurpose, opened: str) -> None:
    for step in CareStep:
        found = judged(replace(ACCEPTED, code=replace(SHOWN, purpose=purpose), care_step=step))
        assert found is (None if step in opened.split() else WrongPurpose)


@pytest.mark.parametrize("status", [CardStatus.REPLACED, CardStatus.CLOSED])
def test_codes_of_a_card_that_is_no_more_are_revoked(status: CardStatus) -> None:
    assert judged(replace(ACCEPTED, card_status=status)) is Revoked


def test_a_printed_code_lasts_and_is_never_used_up() -> None:
    printed = Code(CodeKind.PRINTED, b"h" * 16, CodePurpose.IDENTIFY)
    assert judged(replace(ACCEPTED, code=printed, at=later(10_000_000))) is None


def test_an_institution_accepts_what_it_says() -> None:
    only = Place(frozenset({CareStep.REGISTER}), accepts_outpatient=False, accepts_inpatient=True)
    for step, setting in product(CareStep, CareSetting):
        code = replace(SHOWN, purpose=next(p for p in reversed(CodePurpose) if judged_purpose(p, step)))
        found = judged(replace(ACCEPTED, code=code, place=only, care_step=step, care_setting=setting))
        is_accepted = (step, setting) == (CareStep.REGISTER, CareSetting.INPATIENT)
        assert found is (None if is_accepted else NotAcceptedHere)


def judged_purpose(purpose: CodePurpose, step: CareStep) -> bool:
    return judged(replace(ACCEPTED, code=replace(SHOWN, purpose=purpose), care_step=step)) is None


@pytest.mark.parametrize(
    ("skew", "seconds", "expected"),
    [
        (ONLINE, -5.1, InvalidCode),
        (ONLINE, -5, None),
        (ONLINE, 59.999, None),
        (ONLINE, 60, ExpiredCode),
        (OFFLINE, -120.1, InvalidCode),
        (OFFLINE, -120, None),
        (OFFLINE, 179.999, None),
        (OFFLINE, 180, ExpiredCode),
    ],
)
def test_how_far_clocks_may_be_apart(skew: Skew, seconds: float, expected: type[Refusal] | None) -> None:
    assert judged(replace(ACCEPTED, skew=skew, at=later(seconds))) is expected


def test_each_refusal_has_the_outcome_of_its_name() -> None:
    refusals = [refusal() for refusal, _ in WRONGS] + [InvalidCode(), AlreadyUsed()]
    assert {outcome_of(refusal) for refusal in refusals} == set(ScanOutcome) - {ScanOutcome.ACCEPTED}
