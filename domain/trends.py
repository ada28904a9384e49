"""The last results of one examination as a small plot: where each point and the reference range lie, from 0 to 1."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

_NUMBER = r"(-?[0-9]{1,15}(?:\.[0-9]{1,15})?)"
_VALUE = re.compile(_NUMBER)
_BETWEEN = re.compile(rf"{_NUMBER}\s*(?:-{{1,2}}|[–—~～至])\s*{_NUMBER}")
_BELOW = re.compile(rf"(?:<|≤|<=|＜)\s*{_NUMBER}")
_ABOVE = re.compile(rf"(?:>|≥|>=|＞)\s*{_NUMBER}")


@dataclass(frozen=True, slots=True)
class Result:
    """What was found at one time. `observed_at` is aware."""

    observed_at: datetime
    value: str
    unit: str | None


@dataclass(frozen=True, slots=True)
class Trend:
    """A plot. `points`: (when, how much), oldest first, both from 0 to 1; `low`, `high`: the ends of the reference range on the
    same scale, 0 and 1 where it has none."""

    points: Sequence[tuple[float, float]]
    low: float
    high: float


def trend(results: Sequence[Result], reference_range: str | None) -> Trend | None:
    """The plot of results, oldest first, the last of them being the one that it is about. Those that are no plain number, or in
    another unit, are no part of it; None where fewer than two are left, or the last one is none."""
    measured = [one for one in results if _VALUE.fullmatch(one.value) and one.unit == results[-1].unit]
    if len(measured) < 2 or measured[-1] is not results[-1]:
        return None
    values = [float(one.value) for one in measured]
    low, high = bounds(reference_range)
    ends = [end for end in (low, high) if end is not None]
    least, most = min(values + ends), max(values + ends)
    scale = most - least or 1.0
    start, length = measured[0].observed_at, (measured[-1].observed_at - measured[0].observed_at).total_seconds() or 1.0
    points = [
        ((one.observed_at - start).total_seconds() / length, (value - least) / scale)
        for one, value in zip(measured, values, strict=True)
    ]
    return Trend(points, 0.0 if low is None else (low - least) / scale, 1.0 if high is None else (high - least) / scale)


def bounds(reference_range: str | None) -> tuple[float | None, float | None]:
    """The ends of a range of numbers: `3.5-9.5`, `<5.2`, `≥60`; None for an end that it has not, or that is not written so."""
    text = (reference_range or "").strip()
    if found := _BETWEEN.fullmatch(text):
        return float(found[1]), float(found[2])
    if found := _BELOW.fullmatch(text):
        return None, float(found[1])
    if found := _ABOVE.fullmatch(text):
        return float(found[1]), None
    return None, None
