import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.codes import PrintedText, SignedText, new_claims, print_code, sign
from domain.enums import CodePurpose
from domain.national import NationalDynamic, NationalStatic, dynamic_text, static_text
from domain.reading import Code, CodeKind, open_code, read_code
from domain.refusals import InvalidCode
from tests.domain.samples import KEY, KEYS, LOOKUP, NATIONAL_KEY, NOW, later, noise

HANDLE, CARD_ID = b"h" * 16, b"i" * 32
SIGNED = sign(new_claims(HANDLE, CodePurpose.PAY, NOW, noise("nonce")), KEY)
PRINTED = print_code(HANDLE, LOOKUP)
DYNAMIC = dynamic_text(CARD_ID, CodePurpose.COLLECT, later(60), b"nonce", NATIONAL_KEY)
STATIC = static_text(CARD_ID)
ALL = (SIGNED, PRINTED, DYNAMIC, STATIC)

QR = string.digits + string.ascii_uppercase + " $%*+-./:"
NEARLY = st.tuples(
    st.sampled_from(["EC1:", "EP1:", "EC2:", "HC1:", "ec1:", "A" * 64 + ":0:", "A" * 64 + ":1", ""]),
    st.text(QR, max_size=200) | st.text(max_size=40) | st.text("0123456789ABCDEFabcdef:", max_size=40),
).map("".join)


@st.composite
def damaged(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(ALL))
    place = draw(st.integers(0, len(text)))
    return text[:place] + draw(st.text(max_size=2) | st.text(QR, max_size=2)) + text[place + draw(st.integers(0, 2)) :]


def test_each_kind_is_recognised() -> None:
    assert [type(read_code(text)) for text in ALL] == [SignedText, PrintedText, NationalDynamic, NationalStatic]


def test_each_kind_says_what_it_says() -> None:
    assert [open_code(text, KEYS.public, LOOKUP, NATIONAL_KEY) for text in ALL] == [
        Code(CodeKind.SIGNED, HANDLE, CodePurpose.PAY, noise("nonce")(10), NOW, later(60)),
        Code(CodeKind.PRINTED, HANDLE, CodePurpose.IDENTIFY),
        Code(CodeKind.NATIONAL_DYNAMIC, CARD_ID, CodePurpose.COLLECT, bytes.fromhex(DYNAMIC[-32:]), expires=later(60)),
        Code(CodeKind.NATIONAL_STATIC, CARD_ID, CodePurpose.IDENTIFY),
    ]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\t"])
def test_what_a_reader_appends_is_left_off(end: str) -> None:
    for text in ALL:
        assert read_code(text + end) == read_code(text)


@given(st.text() | NEARLY | damaged())
@example("EC1:" + "0" * 100_000)
@example("1" * 100_000)
def test_garbage_is_an_invalid_code_and_nothing_worse(text: str) -> None:
    try:
        code = open_code(text, KEYS.public, LOOKUP, NATIONAL_KEY)
    except InvalidCode as refusal:
        where = refusal.field
    else:
        # Only a static national code is without a proof of its own; everything else is one of ours, to the character.
        where = ("code",)
        assert text.strip("\r\n\t").upper() in ALL or code.kind is CodeKind.NATIONAL_STATIC
    assert where == ("code",)
