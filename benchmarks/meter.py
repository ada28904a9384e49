"""What processes use: CPU, in nanoseconds where the kernel counts so finely, and memory that is theirs alone."""

import time
from contextlib import suppress
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Meter:
    """`server`: the process that answers. `database`: PostgreSQL's first process, of which all others are children."""

    server: int
    database: int

    def cpu(self) -> tuple[float, float]:
        """Seconds of CPU so far: (the server's, the database's)."""
        children = psutil.Process(self.database).children(recursive=True)
        return _seconds(self.server), sum(map(_seconds, [self.database, *(child.pid for child in children)]))

    def memory(self) -> int:
        """Bytes that the server has for itself."""
        unique: int = psutil.Process(self.server).memory_full_info().uss
        return unique


def _seconds(pid: int) -> float:
    """A process that has ended counts nothing: the database's sessions stay open from the first request to the last."""
    with suppress(OSError):
        # Linux' clock of another process' CPU time, as clock_getcpuclockid(3) makes it.
        return time.clock_gettime(~pid << 3 | 2)
    with suppress(psutil.NoSuchProcess):
        times = psutil.Process(pid).cpu_times()
        return float(times.user + times.system)
    return 0.0
