from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.documents import NATIONAL_CODES, Document, read_document
from domain.enums import DocumentType, Sex
from domain.refusals import InvalidDocument

TODAY = date(2026, 11, 23)
CITIZEN = "11010519491231002X"
T = DocumentType


@pytest.mark.parametrize(
    ("type", "number", "written", "masked"),
    [
        (T.RESIDENT_ID, "11010519491231002x", CITIZEN, "110***********002X"),
        (T.RESIDENT_ID, " 110105 19491231 002Ｘ", CITIZEN, "110***********002X"),
        (T.RESIDENT_ID, "810000199408230021", "810000199408230021", "810***********0021"),
        (T.HOUSEHOLD_BOOK, CITIZEN, CITIZEN, "110***********002X"),
        (T.PASSPORT, "e12345678", "E12345678", "E1*****78"),
        (T.PASSPORT, "EA1234567", "EA1234567", "EA*****67"),
        (T.PASSPORT, "C01X00T47", "C01X00T47", "C0*****47"),
        (T.PASSPORT, "533401372", "533401372", "53*****72"),
        (T.OFFICER, "军字第 2001988 号", "军字第2001988号", "军字*******8号"),
        (T.OFFICER, "士字第P011816", "士字第P011816号", "士字*******6号"),
        (T.DRIVING_LICENCE, CITIZEN, CITIZEN, "110***********002X"),
        (T.DRIVING_LICENCE, "440301234567", "440301234567", "44********67"),
        (T.HK_MACAU_PERMIT, "H01234567", "H01234567", "H0*****67"),
        (T.HK_MACAU_PERMIT, "m0123456702", "M01234567", "M0*****67"),
        (T.HK_MACAU_PERMIT, "HA1234567", "HA1234567", "HA*****67"),
        (T.TAIWAN_PERMIT, "01234567", "01234567", "01****67"),
        (T.TAIWAN_PERMIT, "0123456701（B）", "01234567", "01****67"),
        (T.BIRTH_CERTIFICATE, "O 440123456", "O440123456", "O4******56"),
        (T.OTHER, "粤-2026/17", "粤2026/17", "粤2****17"),
        (T.OTHER, "A-123", "A123", "A**3"),
    ],
)
def test_each_type_has_one_written_form(type: DocumentType, number: str, written: str, masked: str) -> None:
    document = read_document(type, number, TODAY)
    assert (document.type, document.number, document.masked) == (type, written, masked)
    assert read_document(type, written, TODAY) == document


@pytest.mark.parametrize(
    ("type", "number"),
    [
        (T.RESIDENT_ID, "110105194912310021"),  # check character
        (T.RESIDENT_ID, "110105194912312"),  # 15 characters, no longer valid since 2013
        (T.RESIDENT_ID, "E12345678"),
        (T.RESIDENT_ID, "440301234567"),
        (T.HOUSEHOLD_BOOK, "440301234"),  # a household's number is not a person's
        (T.PASSPORT, "ABCDEFGH"),
        (T.PASSPORT, "E1234"),
        (T.PASSPORT, "E123456789"),
        (T.OFFICER, "字第2001988号"),
        (T.OFFICER, "2001988"),
        (T.DRIVING_LICENCE, "110105194912310021"),
        (T.DRIVING_LICENCE, "44030123456"),
        (T.HK_MACAU_PERMIT, "T01234567"),
        (T.HK_MACAU_PERMIT, "H012345670"),
        (T.HK_MACAU_PERMIT, CITIZEN),
        (T.TAIWAN_PERMIT, "0123456"),
        (T.TAIWAN_PERMIT, "A1234567"),
        (T.BIRTH_CERTIFICATE, "0440123456"),
        (T.BIRTH_CERTIFICATE, "O44012345"),
        (T.OTHER, "ABCD"),
        (T.OTHER, "A12"),
        (T.OTHER, "1" * 33),
        (T.OTHER, "<script>1</script>"),
    ],
)
def test_a_number_of_another_form_is_refused(type: DocumentType, number: str) -> None:
    with pytest.raises(InvalidDocument) as refused:
        read_document(type, number, TODAY)
    assert refused.value.field == ("document", "number")


@given(st.sampled_from(DocumentType), st.text(max_size=80))
def test_garbage_is_refused_and_nothing_worse(type: DocumentType, number: str) -> None:
    try:
        document = read_document(type, number, TODAY)
    except InvalidDocument:
        return
    assert read_document(type, document.number, TODAY) == document


def test_what_a_number_tells() -> None:
    for type in (T.RESIDENT_ID, T.HOUSEHOLD_BOOK, T.DRIVING_LICENCE):
        document = read_document(type, CITIZEN, TODAY)
        assert (document.sex, document.birth_date) == (Sex.FEMALE, date(1949, 12, 31))
    passport = read_document(T.PASSPORT, "E12345678", TODAY)
    assert (passport.sex, passport.birth_date) == (None, None)


def test_one_person_has_one_identity() -> None:
    of_citizen = {read_document(type, CITIZEN, TODAY).identity for type in (T.RESIDENT_ID, T.HOUSEHOLD_BOOK, T.DRIVING_LICENCE)}
    assert of_citizen == {f"CITIZEN:{CITIZEN}"}
    renewed = {read_document(T.HK_MACAU_PERMIT, number, TODAY).identity for number in ("H0123456700", "H0123456701")}
    assert renewed == {"HK_MACAU_PERMIT:H01234567"}
    alike = {read_document(type, "440301234567", TODAY).identity for type in (T.DRIVING_LICENCE, T.OTHER)}
    assert len(alike) == 2


@given(st.from_regex(r"[0-9A-Z]{4,40}", fullmatch=True))
def test_a_mask_never_shows_more_than_half(number: str) -> None:
    masked = Document(T.OTHER, number).masked
    assert len(masked) == len(number)
    assert masked.count("*") * 2 >= len(number)


def test_the_number_is_not_in_what_is_logged() -> None:
    assert CITIZEN not in repr(read_document(T.RESIDENT_ID, CITIZEN, TODAY))


def test_every_type_has_its_national_code() -> None:
    assert set(NATIONAL_CODES) == set(DocumentType)
    assert len(set(NATIONAL_CODES.values())) == len(DocumentType)
