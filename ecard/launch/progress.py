"""Steps on the terminal: each says how it ended, and one that takes longer than a second says that it goes on."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

FIRST, AGAIN = 1.0, 5.0  # seconds after which a step is heard of, and then each time


class Step:
    """A running step. `say` tells how far it is, in a few words."""

    def __init__(self, title: str, echo: Callable[[str], None]) -> None:
        self._title = title
        self._echo = echo
        self._detail = ""
        self._started = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def say(self, detail: str) -> None:
        """Shown with the next line of progress."""
        self._detail = f": {detail}"

    def end(self, mark: str) -> None:
        """Prints how long it took."""
        self._over.set()
        self._thread.join()
        self._echo(f"{mark} {self._title} ({time.monotonic() - self._started:.1f} s)")

    def _watch(self) -> None:
        wait = FIRST
        while not self._over.wait(wait):
            self._echo(f"  {self._title}{self._detail} …")
            wait = AGAIN


@contextmanager
def step(title: str, echo: Callable[[str], None] = click.echo) -> Iterator[Step]:
    """A step by its title; what goes wrong within it ends it with a cross."""
    running = Step(title, echo)
    try:
        yield running
    except BaseException:
        running.end("✗")
        raise
    running.end("✓")
