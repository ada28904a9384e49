"""What bills come to, and when two are the same."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from domain.bills import (
    LARGEST_QUANTITY,
    MOST_ITEMS,
    Content,
    Item,
    check_content,
    check_quantity,
    is_own_number,
    own_number,
    registration_fee,
)
from domain.enums import BillStatus
from domain.money import LARGEST
from domain.refusals import AmountMismatch, InvalidInput

ONE, TWO = UUID(int=1), UUID(int=2)
ITEM = Item("A1", "阿莫西林", Decimal("1.5"), "盒", 333)


def test_each_line_is_rounded_by_itself_and_the_total_is_their_sum() -> None:
    assert (ITEM.amount, Content([ITEM] * 2).total) == (500, 1000)


def test_what_is_not_insured_is_left_for_the_resident() -> None:
    content = Content([ITEM], 120)
    assert (content.total, content.insured, content.self_paid, content.status) == (500, 120, 380, BillStatus.UNPAID)


@pytest.mark.parametrize("content", [Content([ITEM], 500), Content([replace(ITEM, unit_price=0)])])
def test_where_nothing_is_left_it_is_paid(content: Content) -> None:
    check_content(content)
    assert (content.self_paid, content.status) == (0, BillStatus.PAID)


@pytest.mark.parametrize(
    "items",
    [
        [],
        [ITEM] * (MOST_ITEMS + 1),
        [replace(ITEM, quantity=Decimal(1), unit_price=LARGEST)] * 2,
    ],
)
def test_a_bill_has_some_lines_and_not_too_much_money(items: list[Item]) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_content(Content(items))
    assert refused.value.field == ("items",)
    check_content(Content(items[:MOST_ITEMS][:1] or [ITEM]))


def test_more_than_the_total_is_not_insured() -> None:
    with pytest.raises(AmountMismatch) as refused:
        check_content(Content([ITEM], 501))
    assert refused.value.field == ("insured",)


@pytest.mark.parametrize("quantity", ["0.0001", "1", "2.50000", "1000000"])
def test_a_quantity_is_more_than_nothing(quantity: str) -> None:
    check_quantity(Decimal(quantity), "quantity")
    assert Decimal(quantity) <= LARGEST_QUANTITY


@pytest.mark.parametrize("quantity", ["0", "-1", "0.00001", "1000000.0001", "-0"])
def test_and_no_more_than_can_be_written_down(quantity: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_quantity(Decimal(quantity), "items", "0", "quantity")
    assert refused.value.field == ("items", "0", "quantity")


def test_bills_that_say_the_same_are_the_same() -> None:
    content = Content([ITEM, replace(ITEM, code="A2")], 10)
    assert content.digest(ONE) == Content([replace(ITEM, quantity=Decimal("1.500")), replace(ITEM, code="A2")], 10).digest(ONE)


def test_bills_that_say_something_else_are_not() -> None:
    others = [
        Content([replace(ITEM, code="A2")]),
        Content([replace(ITEM, name="头孢")]),
        Content([replace(ITEM, quantity=Decimal("1.51"))]),
        Content([replace(ITEM, unit=None)]),
        Content([replace(ITEM, unit_price=334)]),
        Content([ITEM], 1),
        Content([ITEM, ITEM]),
        Content([replace(ITEM, code="A2"), ITEM]),
        Content([ITEM, replace(ITEM, code="A2")]),
    ]
    digests = [content.digest(ONE) for content in (Content([ITEM]), *others)]
    assert len({*digests, Content([ITEM]).digest(TWO)}) == len(digests) + 1


def test_the_platforms_own_numbers_are_told_from_others() -> None:
    assert is_own_number(own_number(ONE))
    for number in ("F", "F123", own_number(ONE)[1:], own_number(ONE) + "0", own_number(ONE)[:-1] + "G", own_number(ONE).lower()):
        assert not is_own_number(number)


def test_a_fee_is_a_bill_of_one_line() -> None:
    content = registration_fee(2500)
    check_content(content)
    assert (content.total, content.self_paid, content.items[0].code) == (2500, 2500, "REGISTRATION")
