"""One round after another, each platform in turn within each round: whatever else the machine does falls on all of them alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from benchmarks import load
from benchmarks.load import Load
from benchmarks.meter import Meter
from benchmarks.platforms import Platform
from benchmarks.questions import Question


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


Tokens = Mapping[str, Sequence[str]]


async def measure(
    platforms: Sequence[Platform],
    questions: Sequence[Question],
    tokens: Tokens,
    database: int,
    effort: Effort,
    say: Callable[[str], None],
) -> list[list[Block]]:
    """The blocks of each round. `tokens`: of the residents who ask each question; they take turns. `database`: the id of
    PostgreSQL's first process."""
    for platform in platforms:
        for question in questions:
            await _block(platform, question, tokens, database, effort)
    rounds = []
    for number in range(effort.rounds):
        say(f"round {number + 1} of {effort.rounds}")
        turn = number % len(platforms)
        order = [*platforms[turn:], *platforms[:turn]]
        rounds.append(
            [await _block(platform, question, tokens, database, effort) for question in questions for platform in order]
        )
    return rounds


async def _block(platform: Platform, question: Question, tokens: Tokens, database: int, effort: Effort) -> Block:
    asking = cycle(tokens[question.name])
    count = max(1, int(effort.requests * platform.share))
    requests = [platform.request(question, token) for token in islice(asking, count)]
    meter = Meter(platform.pid, database)
    before = meter.cpu()
    done = await load.run(platform.port, requests, effort.connections)
    after = meter.cpu()
    return Block(platform.name, question.name, done, after[0] - before[0], after[1] - before[1])
