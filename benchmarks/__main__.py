"""`python -m benchmarks`: loads the city once, starts the platforms, checks that they answer alike, measures, reports."""

import argparse
import os
import shutil
import sys
from datetime import datetime
from functools import partial
from pathlib import Path

import asyncpg
import uvloop

from benchmarks import report, same
from benchmarks.asks import Asking
from benchmarks.city import City, city
from benchmarks.measure import Effort, measure
from benchmarks.meter import Meter
from benchmarks.platforms import ROOT, running
from benchmarks.put_back import putting_back
from benchmarks.questions import QUESTIONS
from domain.times import SHANGHAI

RESULTS = Path(__file__).parent / "results"
CHECKED = 25  # askings for which the answers are compared
CHECKED_CHANGES = 5  # of those that change something, since each is taken back for each platform
say = partial(print, flush=True)


def arguments(words: list[str]) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("--residents", type=int, default=200_000, help="how large the city is")
    parser.add_argument("--askers", type=int, default=1_000, help="how many residents ask, in turn")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=2_000, help="of each platform, question and round")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--data", type=Path, help="the folder of the city, kept for the next run")
    names = [question.name for question in QUESTIONS]
    parser.add_argument("--questions", nargs="+", choices=names, default=names, metavar="NAME", help=f"of {', '.join(names)}")
    parser.add_argument("--quick", action="store_true", help="only check, on a small city, that all answer alike")
    return parser.parse_args(words)


async def run(options: argparse.Namespace, data: City) -> None:
    """A whole run in a city. Raises Different where the platforms do not answer alike."""
    await data.load(options.residents, say)
    asking = Asking(data.url, data.environment)
    questions = [question for question in QUESTIONS if question.name in options.questions]
    asks = {question.name: await asking.asks(question.askers, options.askers) for question in questions}
    load_before = os.getloadavg()[0]
    put_back = await putting_back(data.url)
    with running(data.environment) as platforms:
        sizes = {}
        for question in questions:
            some = asks[question.name][: CHECKED_CHANGES if question.changes else CHECKED]
            sizes[question.name] = await same.check(data.url, platforms, question, some, put_back)
        say("all answer alike")
        if options.quick:
            return
        effort = Effort(options.rounds, options.requests, options.connections)
        rounds = await measure(platforms, questions, asks, data.postgres, effort, put_back, say)
        done = report.Run(
            datetime.now(SHANGHAI),
            options.residents,
            options.askers,
            effort,
            rounds,
            {platform.name: Meter(platform.pid, data.postgres).memory() for platform in platforms},
            sizes,
            await _postgres(data),
            load_before,
        )
    say(report.markdown(done))
    say(f"kept in {report.keep(done, RESULTS).relative_to(ROOT)}")


async def _postgres(data: City) -> str:
    connection = await asyncpg.connect(data.url)
    try:
        return f"PostgreSQL {await connection.fetchval('show server_version')}"
    finally:
        await connection.close()


def main(words: list[str]) -> None:
    options = arguments(words)
    if options.quick:
        options.residents, options.askers = 200, 20
    folder = options.data or ROOT / ".ecard" / f"benchmarks-{options.residents}"
    with city(folder) as data:
        stale = not uvloop.run(data.is_current())
    if stale:
        say("the days of the city are over: it is made anew")
        shutil.rmtree(folder)
    with city(folder) as data:
        uvloop.run(run(options, data))


if __name__ == "__main__":
    main(sys.argv[1:])
