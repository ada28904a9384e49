"""Token buckets: how much, for whom, and that they are forgotten."""

from dataclasses import dataclass
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.viewer import ANONYMOUS, Viewer, ViewerKind
from ecard.transport.rates import Bucket, Rate, Rates


@dataclass
class Clock:
    now: float = 1_000.0

    def __call__(self) -> int:
        return int(self.now * 1_000_000_000)


def shown(bucket: Bucket, key: str = "a") -> tuple[str, int]:
    taken = bucket.take(key)
    return dict(taken.headers)[b"ratelimit"].decode(), taken.retry_after


def test_a_full_quota_at_once_and_then_one_at_a_time() -> None:
    clock = Clock()
    bucket = Bucket(Rate("x", 3, 60), 10, clock)
    assert [shown(bucket) for _ in range(4)] == [
        ('"x";r=2;t=20', 0),
        ('"x";r=1;t=40', 0),
        ('"x";r=0;t=60', 0),
        ('"x";r=0;t=60', 20),
    ]
    clock.now += 19.5
    assert shown(bucket) == ('"x";r=0;t=41', 1)
    clock.now += 0.5
    assert shown(bucket) == ('"x";r=0;t=60', 0)
    clock.now += 600
    assert shown(bucket) == ('"x";r=2;t=20', 0)


def test_the_policy_is_told() -> None:
    headers = dict(Bucket(Rate("x", 3, 60), 10, Clock()).take("a").headers)
    assert headers[b"ratelimit-policy"] == b'"x";q=3;w=60'


@given(st.integers(1, 5_000), st.integers(1, 3_600), st.integers(0, 10**9))
def test_exactly_the_quota_at_once(quota: int, window: int, now: int) -> None:
    bucket = Bucket(Rate("x", quota, window), 10, Clock(now))
    assert [bucket.take("a").retry_after for _ in range(quota)] == [0] * quota
    refused = bucket.take("a")
    assert refused.retry_after >= 1
    assert refused.headers[1][1].startswith(b'"x";r=0;')


@given(st.integers(1, 50), st.lists(st.floats(0, 30), max_size=200))
def test_never_more_than_the_quota_and_what_was_given_back(quota: int, pauses: list[float]) -> None:
    clock = Clock(0)
    bucket = Bucket(Rate("x", quota, 60), 10, clock)
    allowed = 0
    for pause in pauses:
        clock.now += pause
        allowed += bucket.take("a").retry_after == 0
    assert allowed <= quota + clock.now * quota / 60 + 1e-3


def test_a_refused_request_uses_nothing_up() -> None:
    clock = Clock()
    bucket = Bucket(Rate("x", 1, 60), 10, clock)
    bucket.take("a")
    waits = [bucket.take("a").retry_after for _ in range(100)]
    assert waits == [60] * 100
    clock.now += 60
    assert bucket.take("a").retry_after == 0


def test_buckets_are_bounded_and_those_used_last_are_kept() -> None:
    bucket = Bucket(Rate("x", 1, 60), 3, Clock())
    for key in "abacad":
        bucket.take(key)
    assert len(bucket) == 3
    assert bucket.take("a").retry_after > 0
    assert bucket.take("b").retry_after == 0


def test_whose_bucket_it_is() -> None:
    rates = Rates({kind: Rate(kind.lower(), 1, 60) for kind in ViewerKind}, clock=Clock())
    resident = Viewer(ViewerKind.RESIDENT, UUID(int=1), session_id=UUID(int=2), client_id=UUID(int=3))
    another = Viewer(ViewerKind.RESIDENT, UUID(int=1), session_id=UUID(int=4), client_id=UUID(int=3))
    app = Viewer(ViewerKind.APP, client_id=UUID(int=3))
    assert [rates.take(viewer, "192.0.2.1").retry_after for viewer in (resident, another, app, ANONYMOUS)] == [0] * 4
    assert [rates.take(viewer, "192.0.2.2").retry_after for viewer in (resident, another, app)] == [60] * 3
    assert rates.take(ANONYMOUS, "192.0.2.2").retry_after == 0
    assert rates.take_of_address("192.0.2.1").retry_after == 60
