"""Family doctors: who may decide, renew and end what, what a year is, and what is billed and given back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.enums import AgreementStatus, BillStatus
from domain.family_doctors import (
    LARGEST_CAPACITY,
    MOST_PROMISED,
    Package,
    Service,
    Term,
    bill_content,
    check_capacity,
    check_offer,
    must_decide,
    must_end,
    next_year,
    promised,
    released_bills,
    term_of_delivery,
    year_from,
)
from domain.money import LARGEST
from domain.refusals import InvalidInput, Refusal, WrongState
from domain.times import SHANGHAI

S = AgreementStatus
NOW = datetime(2026, 11, 24, 0, 30, tzinfo=SHANGHAI)
TODAY = date(2026, 11, 24)
CHECKUP, VISIT = Service("年度体检", 1), Service("上门随访", 4)
BASIC = Package(UUID(int=1), "B", "基础包", 0, (CHECKUP, VISIT))
ELDERLY = Package(UUID(int=2), "E", "老年人包", 12_000, (Service("血压测量", 12), VISIT))


def year(n: int, starts_on: date | None, delivered: int = 0, bill: bool = True) -> Term:
    """The n-th year of an agreement, with a bill of its own."""
    first, last = (None, None) if starts_on is None else year_from(starts_on)
    return Term(UUID(int=n), first, last, UUID(int=100 + n) if bill else None, delivered)


def outcome(of: Callable[..., Any], *given: Any) -> Any:
    """What it answers, or why it refuses and where."""
    try:
        return of(*given)
    except Refusal as refusal:
        return type(refusal), refusal.field


WRONG = (WrongState, ("agreement_id",))


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        ("2026-11-24", "2027-11-23"),
        ("2026-01-01", "2026-12-31"),
        ("2027-03-01", "2028-02-29"),
        ("2028-02-29", "2029-02-28"),
        ("2028-03-01", "2029-02-28"),
    ],
)
def test_a_year_ends_the_day_before_its_day_comes_again(starts_on: str, ends_on: str) -> None:
    assert year_from(date.fromisoformat(starts_on)) == (date.fromisoformat(starts_on), date.fromisoformat(ends_on))


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_years_follow_on_each_other_and_none_is_short(day: date) -> None:
    _, last = year_from(day)
    assert timedelta(days=364) <= last - day <= timedelta(days=365)
    following, _ = year_from(last + timedelta(days=1))
    assert (following.month, following.day) == ((day.month, day.day) if (day.month, day.day) != (2, 29) else (3, 1))


@pytest.mark.parametrize("capacity", [0, -1, LARGEST_CAPACITY + 1])
def test_a_team_is_there_for_somebody(capacity: int) -> None:
    assert outcome(check_capacity, capacity) == (InvalidInput, ("capacity",))
    assert outcome(check_capacity, min(max(capacity, 1), LARGEST_CAPACITY)) is None


@pytest.mark.parametrize(
    ("packages", "field"),
    [
        ([], ("packages",)),
        ([replace(BASIC, code=str(n)) for n in range(21)], ("packages",)),
        ([BASIC, replace(ELDERLY, code="B")], ("packages", "1", "code")),
        ([BASIC, replace(ELDERLY, services=())], ("packages", "1", "services")),
        ([replace(BASIC, services=(VISIT, VISIT))], ("packages", "0", "services")),
        ([replace(BASIC, services=tuple(Service(str(n), 1) for n in range(31)))], ("packages", "0", "services")),
        ([replace(BASIC, services=(CHECKUP, Service("x", 0)))], ("packages", "0", "services", "1", "promised")),
        ([replace(BASIC, services=(Service("x", MOST_PROMISED + 1),))], ("packages", "0", "services", "0", "promised")),
        ([replace(BASIC, annual_fee=LARGEST), replace(ELDERLY, annual_fee=1)], ("packages",)),
    ],
)
def test_an_offer_that_is_none_says_where(packages: list[Package], field: tuple[str, ...]) -> None:
    assert outcome(check_offer, packages) == (InvalidInput, field)


def test_an_offer_may_be_as_large_as_it_may() -> None:
    services = tuple(Service(str(n), MOST_PROMISED) for n in range(30))
    check_offer([replace(BASIC, code=str(n), services=services, annual_fee=LARGEST // 20) for n in range(20)])


def test_services_of_one_name_add_up_in_their_order() -> None:
    assert promised([BASIC, ELDERLY]) == [CHECKUP, Service("上门随访", 8), Service("血压测量", 12)]
    assert promised([ELDERLY]) == list(ELDERLY.services)


def test_a_year_is_billed_by_package_and_what_is_free_is_not() -> None:
    content = bill_content({("B", "基础包"): 0, ("E", "老年人包"): 12_000, ("F", "家庭包"): 1})
    assert [(item.code, item.name, item.quantity, item.unit, item.amount) for item in content.items] == [
        ("E", "老年人包", Decimal(1), "年", 12_000),
        ("F", "家庭包", Decimal(1), "年", 1),
    ]
    assert (content.total, content.insured, content.status) == (12_001, 0, BillStatus.UNPAID)
    assert not bill_content({("B", "基础包"): 0}).items


@pytest.mark.parametrize(
    ("status", "accept", "decline", "end"),
    [
        (S.REQUESTED, True, True, True),
        (S.ACTIVE, False, WRONG, True),
        (S.DECLINED, WRONG, False, WRONG),
        (S.ENDED, WRONG, WRONG, False),
        (S.EXPIRED, WRONG, WRONG, WRONG),
    ],
)
def test_what_was_done_so_before_is_not_done_again(status: S, accept: Any, decline: Any, end: Any) -> None:
    assert outcome(must_decide, status, True) == accept
    assert outcome(must_decide, status, False) == decline
    assert outcome(must_end, status) == end


@pytest.mark.parametrize(
    ("status", "starts_on", "added"),
    [
        (S.ACTIVE, TODAY, (date(2027, 11, 24), date(2028, 11, 23))),
        (S.ACTIVE, TODAY - timedelta(days=364), (date(2026, 11, 25), date(2027, 11, 24))),  # the last day
        (S.ACTIVE, TODAY - timedelta(days=365), WRONG),  # over since midnight
        (S.ACTIVE, TODAY + timedelta(days=1), None),  # renewed already
        (S.REQUESTED, None, WRONG),
        (S.ENDED, TODAY, WRONG),
        (S.EXPIRED, TODAY - timedelta(days=400), WRONG),
    ],
)
def test_a_renewal_adds_the_year_that_follows_once(status: S, starts_on: date | None, added: Any) -> None:
    assert outcome(next_year, status, [year(1, date(2020, 1, 1)), year(2, starts_on)], NOW) == added


def test_what_was_not_begun_or_not_used_is_given_back() -> None:
    running, over = TODAY - timedelta(days=9), TODAY - timedelta(days=374)
    ahead = year_from(running)[1] + timedelta(days=1)
    assert released_bills([year(1, None)], NOW) == []
    assert released_bills([year(1, running, delivered=0)], NOW) == [UUID(int=101)]
    assert released_bills([year(1, running, delivered=1)], NOW) == []
    assert released_bills([year(1, over, delivered=0), year(2, running, delivered=1), year(3, ahead)], NOW) == [UUID(int=103)]
    assert released_bills([year(1, over), year(2, running), year(3, ahead, bill=False)], NOW) == [UUID(int=102)]
    assert released_bills([year(1, running, bill=False)], NOW) == []


def test_a_service_counts_in_the_year_in_which_it_was_delivered() -> None:
    first, second = year(1, date(2025, 11, 20)), year(2, date(2026, 11, 20))
    terms = [first, second]
    assert outcome(term_of_delivery, S.ACTIVE, terms, NOW, NOW) == second
    assert outcome(term_of_delivery, S.ACTIVE, terms, NOW - timedelta(days=5), NOW) == first
    # In Shanghai it is the year's first day already.
    edge = datetime(2026, 11, 20, 0, 0, tzinfo=SHANGHAI)
    assert outcome(term_of_delivery, S.ACTIVE, terms, edge, NOW) == second
    assert outcome(term_of_delivery, S.ACTIVE, terms, edge - timedelta(microseconds=1), NOW) == first
    for moment in (NOW + timedelta(microseconds=1), datetime(2025, 11, 19, tzinfo=SHANGHAI)):
        assert outcome(term_of_delivery, S.ACTIVE, terms, moment, NOW) == (InvalidInput, ("delivered_at",))
    for status in set(S) - {S.ACTIVE}:
        assert outcome(term_of_delivery, status, terms, NOW, NOW) == WRONG
