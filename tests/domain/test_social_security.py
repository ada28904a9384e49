from datetime import date

import pytest

from domain.documents import read_document
from domain.enums import DocumentType
from domain.refusals import InvalidInput
from domain.social_security import read_social_security_number
from domain.texts import mask

TODAY = date(2026, 11, 23)
CITIZEN = read_document(DocumentType.RESIDENT_ID, "11010519491231002X", TODAY)
PERMIT = read_document(DocumentType.HK_MACAU_PERMIT, "H01234567", TODAY)


@pytest.mark.parametrize(
    ("typed", "written", "masked"),
    [
        ("11010519491231002x", "11010519491231002X", "110***********002X"),
        ("USA 0 1234 5678 9012 34", "USA012345678901234", "USA***********1234"),
        ("a12345678", "A12345678", "A1*****78"),
        ("600123456", "600123456", "60*****56"),
        ("JSA000000123", "JSA000000123", "JS********23"),
    ],
)
def test_each_form(typed: str, written: str, masked: str) -> None:
    number = read_social_security_number(typed, CITIZEN, TODAY)
    assert (number, mask(number)) == (written, masked)


@pytest.mark.parametrize(
    "typed", ["", "1234567", "1234567890123", "110105194912310021", "ABCD12345", "USA01234567890123", "社保123456"]
)
def test_what_is_no_number(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_social_security_number(typed, CITIZEN, TODAY)
    assert refused.value.field == ("social_security_number",)


def test_a_citizens_number_must_be_the_holders_own() -> None:
    other = "440524188001010014"
    with pytest.raises(InvalidInput):
        read_social_security_number(other, CITIZEN, TODAY)
    # A permit's number is no citizen's; its holder may have one all the same, of the residence permit.
    assert read_social_security_number(other, PERMIT, TODAY) == other
