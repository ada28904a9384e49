"""Where two answers differ, said so that a line of the table can be found."""

from collections.abc import Iterator
from typing import Any


def differences(found: Any, expected: Any, way: str = "") -> Iterator[str]:
    """Each place where what was found is not what is expected."""
    if isinstance(found, dict) and isinstance(expected, dict) and found.keys() == expected.keys():
        name = f"{found['__typename']}." if "__typename" in found else ""
        for key in found:
            yield from differences(found[key], expected[key], f"{way} › {name}{key}")
    elif isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        for one, other in zip(found, expected, strict=True):
            yield from differences(one, other, way)
    elif found != expected:
        yield f"{way}: {shortened(found)} instead of {shortened(expected)}"


def shortened(value: Any) -> str:
    """Enough of a value to know it."""
    if isinstance(value, list):
        return f"{len(value)} of {sorted({one['__typename'] for one in value if isinstance(one, dict)})}"
    return str(value)[:120]
