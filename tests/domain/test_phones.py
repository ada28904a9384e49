import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.phones import mask_phone, read_phone
from domain.refusals import InvalidInput


@pytest.mark.parametrize(
    "typed",
    ["13800000000", "+86 138 0000 0000", "0086-138-0000-0000", "8613800000000", "(+86)13800000000", "１３８００００００００"],
)
def test_one_written_form(typed: str) -> None:
    assert read_phone(typed) == "13800000000"


@pytest.mark.parametrize(
    "typed", ["", "1380000000", "138000000000", "12800000000", "075512345678", "+852 91234567", "+1 13800000000", "1380000000a"]
)
def test_what_is_no_mobile_number(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_phone(typed)
    assert refused.value.field == ("phone",)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_every_mobile_number_is_read_and_masked(phone: str) -> None:
    assert read_phone(f"+86{phone}") == phone
    assert mask_phone(phone) == phone[:3] + "****" + phone[7:]


@given(st.text(max_size=80))
def test_garbage_is_refused_and_nothing_worse(typed: str) -> None:
    try:
        phone = read_phone(typed)
    except InvalidInput:
        return
    assert read_phone(phone) == phone
