"""A benchmark of platforms that answer differently is refused."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from benchmarks.platforms import Platform
from benchmarks.questions import Ask, Askers, Question
from benchmarks.same import Different, check
from tests.benchmarks.servers import Answering, answered, answering

QUESTION = Question("me", "", Askers.RESIDENTS, "{ me { id } }", ("platform 0", "platform 1"), ())
ASK = Ask("token")
ALIKE = b'{"data":{"me":{"id":"1","cards":[{"a":1,"b":null}]}}}'


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def platforms(stack: AsyncExitStack, *bodies: bytes) -> list[Platform]:
    def saying(body: bytes) -> Answering:
        return lambda _: answered("200 OK", body)

    ports = [await stack.enter_async_context(answering(saying(body))) for body in bodies]
    return [Platform(f"platform {index}", "", 1.0, port, 0) for index, port in enumerate(ports)]


async def test_spaces_and_extensions_make_no_difference(stack: AsyncExitStack, database_url: str) -> None:
    spaced = ALIKE.replace(b":", b" : ").replace(b"}}}", b"}}, " + b'"extensions":{}}')
    found = await platforms(stack, ALIKE, spaced)
    assert await check(database_url, found, QUESTION, [ASK, ASK]) == len(ALIKE)


@pytest.mark.parametrize(
    "other",
    [
        ALIKE.replace(b"1,", b"2,"),
        ALIKE.replace(b'"a":1,"b":null', b'"b":null,"a":1'),
        ALIKE.replace(b',"b":null', b""),
        b'{"data":null,"errors":[{"message":"no"}]}',
    ],
)
async def test_any_other_difference_does(other: bytes, stack: AsyncExitStack, database_url: str) -> None:
    found = await platforms(stack, ALIKE, other)
    with pytest.raises(Different, match="platform 1"):
        await check(database_url, found, QUESTION, [ASK])
