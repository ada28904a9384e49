"""One round after another, each platform in turn within each round: whatever else the machine does falls on all of them alike."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from benchmarks import load
from benchmarks.load import Load
from benchmarks.meter import Meter
from benchmarks.platforms import Platform
from benchmarks.questions import Ask, Question


@dataclass(frozen=True, slots=True)
class Block:
    """One block of requests to one platform. CPU: seconds that its server and the database used meanwhile."""

    platform: str
    question: str
    load: Load
    server_cpu: float
    database_cpu: float

    @property
    def server_cpu_each(self) -> float:
        """Seconds of the server's CPU for each request."""
        return self.server_cpu / len(self.load.latencies)

    @property
    def database_cpu_each(self) -> float:
        """Seconds of the database's CPU for each request."""
        return self.database_cpu / len(self.load.latencies)


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is asked: `requests` of each platform, question and round, over so many connections at once."""

    rounds: int
    requests: int
    connections: int


Asks = Mapping[str, Sequence[Ask]]
PutBack = Callable[[], Awaitable[None]]


async def measure(
    platforms: Sequence[Platform],
    questions: Sequence[Question],
    asks: Asks,
    database: int,
    effort: Effort,
    put_back: PutBack,
    say: Callable[[str], None],
) -> list[list[Block]]:
    """The blocks of each round. `asks`: of each question; they take turns. `database`: the id of PostgreSQL's first process.
    `put_back`: makes the tables what they were before the run, after a block that changed them."""

    async def block(platform: Platform, question: Question) -> Block:
        done = await _block(platform, question, asks[question.name], database, effort)
        if question.changes:
            await put_back()
        return done

    for platform in platforms:
        for question in questions:
            if platform.name in question.platforms:
                await block(platform, question)
    rounds = []
    for number in range(effort.rounds):
        say(f"round {number + 1} of {effort.rounds}")
        turn = number % len(platforms)
        order = [*platforms[turn:], *platforms[:turn]]
        rounds.append(
            [await block(platform, question) for question in questions for platform in order if platform.name in question.platforms]
        )
    return rounds


async def _block(platform: Platform, question: Question, asks: Sequence[Ask], database: int, effort: Effort) -> Block:
    asking = iter(asks) if question.changes else cycle(asks)
    count = max(1, int(effort.requests * platform.share))
    requests = [platform.request(question, ask) for ask in islice(asking, count)]
    meter = Meter(platform.pid, database)
    before = meter.cpu()
    done = await load.run(platform.port, requests, effort.connections)
    after = meter.cpu()
    return Block(platform.name, question.name, done, after[0] - before[0], after[1] - before[1])
