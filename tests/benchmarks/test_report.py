"""What a report says of a run."""

from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from benchmarks.load import Load
from benchmarks.measure import Block, Effort
from benchmarks.questions import QUESTIONS, Measured, Wanted
from benchmarks.report import Run, keep, markdown

# Milliseconds of the server's CPU for each request, by round.
SERVER = {
    "platform": (0.15, 0.30, 0.45),
    "limit": (0.10, 0.15, 0.60),
    "conventional": (3.0, 6.0, 4.5),
    "mercurius": (0.30, 0.60, 0.90),
    "postgraphile": (0.60, 1.20, 1.80),
}


@pytest.fixture
def run() -> Run:
    rounds = [
        [
            Block(name, question.name, Load(0.5, [0.001, 0.002]), SERVER[name][number] * 2 / 1000, 0.0004)
            for question in QUESTIONS
            for name in question.platforms
        ]
        for number in range(3)
    ]
    effort = Effort(3, 1000, 16)
    memory = {"platform": 50 << 20, "limit": 40 << 20, "conventional": 60 << 20, "mercurius": 70 << 20, "postgraphile": 80 << 20}
    at = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
    sizes = {question.name: 640 for question in QUESTIONS}
    return Run(at, 200_000, 500, effort, rounds, memory, sizes, "PostgreSQL 18", 0.25)


def test_ratios_are_the_median_of_rounds_side_by_side(run: Run) -> None:
    assert run.ratio("card", Wanted(Measured.SERVER_CPU, "platform", "limit")) == pytest.approx(1.5)
    assert run.ratio("card", Wanted(Measured.SERVER_CPU, "conventional", "platform")) == pytest.approx(20)
    assert run.ratio("day-list", Wanted(Measured.RATE, "platform", "mercurius")) == pytest.approx(1)


def test_figures_are_of_all_rounds_together(run: Run) -> None:
    found = run.figures("platform", "wallet")
    assert (found.rate, found.p50, found.p99) == (4.0, 0.002, 0.002)
    assert found.server_cpu == pytest.approx(0.0003)
    assert found.database_cpu == pytest.approx(0.0002)


def test_the_report_shows_what_was_asked_where(run: Run) -> None:
    text = markdown(run)
    assert "| this platform | 4 | 2.0 | 2.0 | 0.300 | 0.200 | 50 |" in text
    assert "this platform has **1.50 times** that of the bare limit (at most 1.5 is wanted)" in text
    assert "the conventional way has **20.00 times** that of this platform (at least 10 is wanted)" in text
    assert "- Requests a second: this platform has **1.00 times** that of Mercurius with its JIT (at least 1.5 is wanted)" in text
    assert "200,000 residents, of whom 500 ask" in text
    assert "load of the machine was 0.2" in text


def test_a_run_is_kept_under_its_time(run: Run, tmp_path: Path) -> None:
    path = keep(run, tmp_path / "results")
    assert path.name == "2026-03-04-0506.md"
    assert path.read_text("utf-8") == markdown(run)
    figures = orjson.loads(path.with_suffix(".json").read_bytes())
    assert figures["ratios"]["wallet"]["server_cpu platform/limit"] == pytest.approx(1.5)
    assert len(figures["blocks"]) == 3 * sum(len(question.platforms) for question in QUESTIONS)
