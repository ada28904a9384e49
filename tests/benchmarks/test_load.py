"""The load generator: it sends what it is given, and stops at the first answer that is not right."""

import pytest

from benchmarks import load
from benchmarks.load import Load, LoadError, request
from tests.benchmarks.servers import answered, answering


async def test_each_request_is_sent_once() -> None:
    seen: list[bytes] = []

    def answer(body: bytes) -> bytes:
        seen.append(body)
        return answered("200 OK", b"{}")

    async with answering(answer) as port:
        done = await load.run(port, [request("/graphql", "token", b"%d" % number) for number in range(50)], 4)
    assert sorted(seen, key=int) == [b"%d" % number for number in range(50)]
    assert len(done.latencies) == 50
    assert all(0 < latency <= done.seconds for latency in done.latencies)


async def test_one_answer_is_given_whole() -> None:
    async with answering(lambda body: answered("200 OK", body * 100_000)) as port:
        assert await load.ask(port, request("/graphql", "token", b"ab")) == b"ab" * 100_000


@pytest.mark.parametrize(("answer", "reason"), [(answered("503 Busy", b"{}"), "503"), (b"", "closed a connection")])
async def test_it_stops_where_a_server_fails(answer: bytes, reason: str) -> None:
    async with answering(lambda _: answer) as port:
        with pytest.raises(LoadError, match=reason):
            await load.run(port, [request("/graphql", "token", b"{}")] * 8, 2)


def test_percentiles_are_of_the_requests() -> None:
    done = Load(2.0, [number / 1000 for number in range(100, 0, -1)])
    assert (done.rate, done.percentile(0.5), done.percentile(0.99), done.percentile(1)) == (50.0, 0.051, 0.1, 0.1)
