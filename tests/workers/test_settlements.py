"""Days of a provider that no other test knows, beside the same days of another provider."""

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from db import settlements
from db.outbox import Job, JobKind
from domain.enums import DiscrepancyKind, PaymentMethod, RefundStatus, SettlementStatus, StatementLineKind
from outside.errors import Permanent, Transient
from outside.payments import RefundState, State, StatementLine
from tests.support.money import Place, add_institution, add_paid
from tests.support.till import Till
from tests.workers.books import METHOD, Books
from tests.workers.conftest import Clock
from tests.workers.office import Office
from workers.settlements import settle_day
from workers.tools import Tools
from workers.upkeep import put_due

KINDS = DiscrepancyKind
DAY = timedelta(days=1)
_serial = itertools.count()


@pytest.fixture
async def books(tools: Tools, clock: Clock) -> Books:
    clock.now = datetime(2031, 1, 1, 2, tzinfo=UTC) + next(_serial) * timedelta(days=100)
    async with tools.pool.transaction() as connection:
        for table in ("settlement", "statement_line", "discrepancy"):
            await connection.execute(f"delete from {table} where method = $1", METHOD)
        here, there = [Place(await add_institution(connection, clock()), METHOD) for _ in range(2)]
        for moved in (timedelta(0), DAY):  # another provider's books
            await add_paid(connection, clock() + moved, Place(here.institution_id, PaymentMethod.ALIPAY), 777)
    return Books(Office(tools, clock, Till(METHOD, at=clock()), here), there)


async def test_equal_books_match_for_the_city_and_each_institution(books: Books) -> None:
    paid, elsewhere = await books.paid(500), await books.paid(500, elsewhere=True)
    day = books.today
    books.publish(day, books.line(paid), books.line(elsewhere, number=None))
    assert [await books.status(day, id) for id in (None, books.elsewhere.institution_id)] == ["OPEN", "OPEN"]
    books.office.clock.move(DAY)
    assert await books.settle(day)
    places = (None, books.office.place.institution_id, books.elsewhere.institution_id)
    assert [await books.status(day, id) for id in places] == [SettlementStatus.MATCHED] * 3
    assert await books.differences(day) == []
    owners = "select array_agg(institution_id order by position) from statement_line where method = $1 and day = $2"
    assert await books.office.value(owners, METHOD, day) == list(places[1:])


async def test_statement_that_is_not_ready_changes_nothing(books: Books) -> None:
    await books.paid(500)
    assert not await books.settle(books.today)
    assert await books.status(books.today) == "OPEN"


async def test_difference_is_its_institution_s_and_the_city_s(books: Books) -> None:
    paid, elsewhere = await books.paid(500), await books.paid(500, elsewhere=True)
    day = books.today
    books.publish(day, books.line(paid), books.line(elsewhere, amount=501))
    await books.settle(day)
    assert await books.differences(day) == [(KINDS.AMOUNT_DIFFERS, elsewhere.payment_id)]
    places = (None, books.office.place.institution_id, books.elsewhere.institution_id)
    assert [await books.status(day, id) for id in places] == ["DIFFERENT", "MATCHED", "DIFFERENT"]
    sql = "select institution_id, ours, theirs, provider_reference from discrepancy where method = $1 and day = $2"
    async with books.office.tools.pool.connection() as connection:
        row = await connection.fetchrow(sql, METHOD, day)
    assert tuple(row) == (books.elsewhere.institution_id, 500, 501, elsewhere.reference)


async def test_hundred_seeded_differences_are_all_found(books: Books) -> None:
    """Through the tables, with refunds; the pure rule has its own test with generated days."""
    day, office = books.today, books.office
    payments = [await books.paid(500 + n, elsewhere=n % 2 == 0) for n in range(120)]
    lines = {paid.payment_id: [books.line(paid)] for paid in payments}
    expected: Counter[tuple[str, UUID | None]] = Counter()
    for n, paid in enumerate(payments[:100]):
        kind = list(KINDS)[n % 6]
        [line] = lines[paid.payment_id]
        expected[kind, None if kind is KINDS.MISSING_HERE else paid.payment_id] += 1
        if kind is KINDS.MISSING_HERE:
            lines[paid.payment_id] = [line, replace(line, provider_reference=f"{line.provider_reference}?", number=None)]
        elif kind is KINDS.MISSING_THERE:
            lines[paid.payment_id] = []
        elif kind is KINDS.AMOUNT_DIFFERS:
            lines[paid.payment_id] = [replace(line, amount=line.amount - 1)]
        elif kind is KINDS.STATUS_DIFFERS:
            lines[paid.payment_id] = [replace(line, state=State.FAILED)]
        elif kind is KINDS.DUPLICATE:
            lines[paid.payment_id] = [line, line]
        else:
            sql = "update payment set book_day = $3 where resident_id = $1 and id = $2"
            async with office.tools.pool.transaction() as connection:
                await connection.execute(sql, paid.resident_id, paid.payment_id, day + DAY)
    books.publish(day, *itertools.chain.from_iterable(lines.values()))
    office.clock.move(DAY)
    await books.settle(day)
    assert sum(expected.values()) == 100
    assert Counter(await books.differences(day)) == expected


async def test_day_is_closed_once_it_is_over_and_settled(books: Books) -> None:
    day, noon = books.today, books.office.clock()
    books.publish(day)
    await books.settle(day)
    assert await books.book_day(noon) == day  # it is not over yet
    assert await books.status(day) == "OPEN"  # and what was compared holds no longer
    books.office.clock.move(DAY)
    assert await books.book_day(noon) == day
    await books.settle(day)
    assert await books.book_day(noon) == day + DAY
    assert await books.status(day) == SettlementStatus.MATCHED


async def test_late_payment_goes_into_the_next_open_books_and_both_days_say_so(books: Books) -> None:
    day, noon = books.today, books.office.clock()
    books.office.clock.move(2 * DAY)
    late = await books.paid(500)
    books.publish(day, books.line(late, at=noon))
    books.publish(day + DAY)
    await books.office.value(
        "update payment set status = 'EXPIRED', book_day = null where resident_id = $1 returning id", late.resident_id
    )
    for closed in (day, day + DAY):
        await books.settle(closed)
    assert await books.differences(day) == [(KINDS.STATUS_DIFFERS, late.payment_id)]
    booked = await books.book_day(noon)
    assert booked == day + 2 * DAY
    await books.office.value(
        "update payment set status = 'SUCCEEDED', book_day = $2 where resident_id = $1 returning id", late.resident_id, booked
    )
    books.publish(booked)
    books.office.clock.move(DAY)
    await books.settle(booked)
    assert await books.differences(booked) == [(KINDS.LATE, late.payment_id)]
    assert await books.differences(day) == [(KINDS.LATE, late.payment_id)]
    assert await books.differences(day + DAY) == []


async def test_refund_is_settled_with_the_day_on_which_it_was_made(books: Books) -> None:
    office, day = books.office, books.today
    paid = await books.paid(500)
    id = await office.request(paid, 200)
    office.clock.move(DAY)
    made = RefundState(id.hex, paid.number, State.SUCCEEDED, 200, f"R-{id.hex}", office.clock())
    assert await office.apply(paid, id, made) is RefundStatus.SUCCEEDED
    line = StatementLine(StatementLineKind.REFUND, f"R-{id.hex}", None, 200, State.SUCCEEDED, office.clock())
    books.publish(day, books.line(paid))
    books.publish(day + DAY, line)
    for each in (day, day + DAY):
        await books.settle(each)
    assert [await books.differences(each) for each in (day, day + DAY)] == [[], []]
    books.publish(day + DAY, replace(line, amount=201))
    await books.settle(day + DAY)
    assert await books.differences(day + DAY) == [(KINDS.AMOUNT_DIFFERS, id)]


async def test_same_day_again_replaces_the_statement(books: Books) -> None:
    paid, day = await books.paid(500), books.today
    books.office.clock.move(DAY)
    for lines, kinds in (([], [KINDS.MISSING_THERE]), ([books.line(paid)], []), ([books.line(paid)] * 3, [KINDS.DUPLICATE] * 2)):
        books.publish(day, *lines)
        await books.settle(day)
        assert [kind for kind, _ in await books.differences(day)] == kinds
    counted = "select count(*) from statement_line where method = $1 and day = $2"
    assert await books.office.value(counted, METHOD, day) == 3


async def nightly(books: Books) -> Sequence[str]:
    """A turn of the clock: the days whose jobs were left to workers and done."""
    await put_due(books.office.tools)
    await books.office.work()
    await books.office.work()
    sql = "select array_agg(args->>'day' order by args->>'day') from outbox where job = $1 and state = 'done'"
    days: list[str] = await books.office.value(sql, JobKind.SETTLE_DAY) or []
    async with books.office.tools.pool.connection() as connection:
        await connection.execute("delete from outbox where state = 'done'")
    return days


async def test_every_night_s_day_is_settled_and_missed_ones_are_made_up(books: Books) -> None:
    day = books.today
    paid = await books.paid(500)
    for n in range(4):
        books.publish(day + n * DAY, *([books.line(paid)] if n == 0 else []))
    books.office.clock.move(4 * DAY)  # nobody worked for so long
    days = [(day + n * DAY).isoformat() for n in range(4)]
    assert await nightly(books) == days
    assert [await books.status(day + n * DAY) for n in range(4)] == [SettlementStatus.MATCHED] * 4
    books.office.clock.move(timedelta(hours=1))
    assert await nightly(books) == []


async def test_day_whose_statement_is_not_ready_is_asked_for_again(books: Books) -> None:
    day = books.today
    await books.paid(500)
    books.office.clock.move(DAY)
    assert await nightly(books) == [day.isoformat()]
    assert await books.status(day) == "OPEN"
    books.publish(day)
    books.office.clock.move(timedelta(hours=1))
    assert await nightly(books) == [day.isoformat()]
    assert await books.differences(day) != []


async def test_day_that_failed_waits_for_people_and_gets_no_second_job(books: Books) -> None:
    async def refuse(day: date) -> None:
        raise Permanent("no such merchant")

    books.office.till.statement = refuse  # type: ignore[method-assign]  # a provider that answers otherwise
    for _ in range(3):
        books.office.clock.move(timedelta(hours=1))
        assert await nightly(books) == []
    sql = "select count(*) from outbox where job = $1 and state = 'failed'"
    assert await books.office.value(sql, JobKind.SETTLE_DAY) == 1


async def test_provider_that_is_off_cannot_be_settled(books: Books) -> None:
    job = Job(UUID(int=1), JobKind.SETTLE_DAY, {"method": PaymentMethod.BANK, "day": books.today.isoformat()}, 1)
    with pytest.raises(Transient):
        await settle_day(books.office.tools, job)


async def test_closing_a_day_waits_for_who_books_in_it(books: Books) -> None:
    day, noon = books.today, books.office.clock()
    books.office.clock.move(DAY)
    books.publish(day)
    pool = books.office.tools.pool
    async with pool.connection() as other:
        await other.execute("set lock_timeout = '200ms'")
        async with pool.transaction() as connection:
            place = books.office.place
            assert await settlements.book(connection, noon, books.office.tools.random, METHOD, place.institution_id, noon) == day
            with pytest.raises(Exception, match="lock timeout"):
                await settlements.settle(other, books.office.clock(), books.office.tools.random, METHOD, day, [])
        await other.execute("reset lock_timeout")
    assert await books.settle(day)
