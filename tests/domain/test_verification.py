from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from domain.enums import VerificationPurpose
from domain.refusals import Refusal, VerificationCodeExpired, WrongVerificationCode
from domain.sealing import Lookup
from domain.verification import LIFE, TRIES, SentCode, check_code, code_digest, new_code
from tests.domain.samples import LOOKUP, NOW, later

PHONE = b"phone digest"
SIGN_IN = VerificationPurpose.SIGN_IN
RIGHT, WRONG = (code_digest(LOOKUP, PHONE, SIGN_IN, code) for code in ("012345", "012346"))


def checked(sent: SentCode | None, digest: bytes, at: datetime = NOW) -> type[Refusal] | None:
    try:
        check_code(sent, digest, at)
    except Refusal as refusal:
        return type(refusal)
    return None


def sent(tries: int = 0, is_used: bool = False) -> SentCode:
    return SentCode(RIGHT, tries, NOW + LIFE, is_used)


@given(st.binary(min_size=16, max_size=16))
def test_a_code_has_six_digits(noise: bytes) -> None:
    code = new_code(lambda count: noise[:count])
    assert len(code) == 6
    assert code.isdecimal()


def test_small_numbers_keep_their_zeros() -> None:
    assert new_code(lambda count: (42).to_bytes(count)) == "000042"


def test_the_right_code_is_right_for_five_minutes() -> None:
    assert checked(sent(), RIGHT) is None
    assert checked(sent(), RIGHT, later(299.999)) is None
    assert checked(sent(), RIGHT, later(300)) is VerificationCodeExpired


def test_the_fifth_try_is_the_last() -> None:
    assert TRIES == 5
    for tries in range(5):
        assert checked(sent(tries), WRONG) is WrongVerificationCode
        assert checked(sent(tries), RIGHT) is None
    assert checked(sent(5), RIGHT) is VerificationCodeExpired
    assert checked(sent(6), WRONG) is VerificationCodeExpired


def test_a_code_works_once() -> None:
    assert checked(sent(is_used=True), RIGHT) is VerificationCodeExpired


def test_without_a_code_none_is_right() -> None:
    assert checked(None, RIGHT) is WrongVerificationCode


def test_a_code_is_for_its_phone_and_purpose_and_cannot_be_tried_out_without_the_key() -> None:
    others = {
        code_digest(LOOKUP, b"other phone", SIGN_IN, "012345"),
        code_digest(LOOKUP, PHONE, VerificationPurpose.CHANGE_PHONE, "012345"),
        code_digest(Lookup(b"x" * 32), PHONE, SIGN_IN, "012345"),
    }
    assert len(others | {RIGHT}) == 4
    assert code_digest(LOOKUP, PHONE, SIGN_IN, " 012 345 ") == RIGHT
