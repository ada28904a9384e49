"""When a place that was given up returns."""

import hmac
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.booking import BookingRules
from domain.draw import LAST_CALL, Seed, new_seed, returns_at

SEED = Seed(date(2026, 11, 23), bytes(range(32)), timedelta(minutes=5), timedelta(minutes=60))
SLOT = UUID("9f0c2e5a-7b1d-8c3e-a4f5-60718293a4b5")
NOW = datetime(2026, 11, 23, 1, 30, 0, 250_000, tzinfo=UTC)
FAR = NOW + timedelta(days=3)


def test_known_draw() -> None:
    # As docs/reference/return-draw.md gives it.
    message = b"VACfDC5aex2MPqT1YHGCk6S1\n3\n2026-11-23T09:30:00.25+08:00"
    chance = int.from_bytes(hmac.new(bytes(range(32)), message, sha256).digest(), "big")
    assert chance % 3301 == 990
    assert returns_at(SEED, SLOT, 3, NOW, FAR) == NOW + timedelta(minutes=5, seconds=990)
    assert SEED.commitment.hex() == "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd"


def test_slot_number_time_and_seed_each_change_it() -> None:
    other = Seed(SEED.day, bytes(32), SEED.after_min, SEED.after_max)
    draws = {
        returns_at(SEED, SLOT, 1, NOW, FAR) - NOW,
        returns_at(other, SLOT, 1, NOW, FAR) - NOW,
        returns_at(SEED, UUID(int=8), 1, NOW, FAR) - NOW,
        returns_at(SEED, SLOT, 2, NOW, FAR) - NOW,
        returns_at(SEED, SLOT, 1, NOW + timedelta(microseconds=1), FAR) - NOW,
    }
    assert len(draws) == 5


@given(
    st.binary(min_size=32, max_size=32),
    st.integers(0, 300),
    st.integers(0, 300),
    st.integers(1, 40),
    st.timedeltas(timedelta(seconds=1), timedelta(days=2)),
)
def test_it_is_within_the_window_and_never_in_the_last_hour(
    seed: bytes, least: int, more: int, number: int, ahead: timedelta
) -> None:
    day = Seed(SEED.day, seed, timedelta(seconds=least), timedelta(seconds=least + more))
    at = returns_at(day, SLOT, number, NOW, NOW + ahead)
    if at == NOW:
        return
    assert day.after_min <= at - NOW <= day.after_max
    assert at <= NOW + ahead - LAST_CALL


def test_window_shrinks_before_it_vanishes() -> None:
    starts_at = NOW + LAST_CALL + timedelta(minutes=5, seconds=1)
    delays = {returns_at(SEED, SLOT, number, NOW, starts_at) - NOW for number in range(1, 50)}
    assert delays == {timedelta(minutes=5), timedelta(minutes=5, seconds=1)}
    assert returns_at(SEED, SLOT, 1, NOW, starts_at - timedelta(seconds=2)) == NOW


def test_every_second_of_the_window_is_drawn_alike() -> None:
    day = Seed(SEED.day, SEED.seed, timedelta(0), timedelta(seconds=9))
    counts = Counter(returns_at(day, SLOT, number, NOW, FAR) - NOW for number in range(5_000))
    assert len(counts) == 10
    assert all(400 < count < 600 for count in counts.values())


def test_new_seed_is_random_and_has_the_window_of_the_rules() -> None:
    rules = BookingRules(return_after_min=timedelta(minutes=1), return_after_max=timedelta(minutes=2))
    seed = new_seed(SEED.day, rules, lambda size: b"\7" * size)
    assert (seed.seed, seed.after_min, seed.after_max) == (b"\7" * 32, timedelta(minutes=1), timedelta(minutes=2))


def test_seed_stays_hidden_until_the_last_place_of_its_day_is_back() -> None:
    last = datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC)
    assert max(returns_at(SEED, SLOT, number, last, FAR) for number in range(500)) < SEED.revealable_at
    assert datetime(2026, 11, 23, 17, 10, tzinfo=UTC) == SEED.revealable_at
