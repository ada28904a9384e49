"""Both servers together, for as long as a `with` block lasts."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from ecard.embedded.errors import EmbeddedError
from ecard.embedded.postgres import Postgres
from ecard.embedded.redis import Redis


class EmbeddedServers:
    """PostgreSQL and Redis under `folder`, started on entering the block and gone after it.

    They end with this process too, even when it is killed. A second start finds the data of the first.

    folder: made if it is not there; one process at a time uses it.
    postgres, redis: which servers to start.
    durable: False for data that a test makes and throws away; faster.
    redis_durable: the same for Redis alone: whether its data outlive a restart. As `durable` when left out.
    postgres_settings: more settings for PostgreSQL, such as {"shared_buffers": "1GB"}.

    Raises EmbeddedError on entering, with one clear sentence.
    """

    def __init__(
        self,
        folder: Path,
        *,
        postgres: bool = True,
        redis: bool = True,
        durable: bool = True,
        redis_durable: bool | None = None,
        postgres_settings: Mapping[str, str] | None = None,
    ) -> None:
        self._folder = folder.absolute()
        self._wanted = (postgres, redis)
        self._durable = durable
        self._redis_durable = durable if redis_durable is None else redis_durable
        self._postgres_settings = postgres_settings or {}
        self._lock: IO[str] | None = None
        self._postgres: Postgres | None = None
        self._redis: Redis | None = None

    @property
    def postgres(self) -> Postgres:
        """The running PostgreSQL, to restart or kill."""
        if self._postgres is None:
            raise EmbeddedError("No embedded PostgreSQL is running.")
        return self._postgres

    @property
    def redis(self) -> Redis:
        """The running Redis, to restart, kill or wipe."""
        if self._redis is None:
            raise EmbeddedError("No embedded Redis is running.")
        return self._redis

    @property
    def database_url(self) -> str:
        """PostgreSQL's address."""
        return self.postgres.url

    @property
    def redis_url(self) -> str:
        """Redis' address."""
        return self.redis.url

    def __enter__(self) -> Self:
        postgres, redis = self._wanted
        try:
            self._take_folder()
            if postgres:
                self._postgres = Postgres(self._folder, self._postgres_settings, durable=self._durable)
                self._postgres.start()
            if redis:
                self._redis = Redis(self._folder, durable=self._redis_durable)
                self._redis.start()
        except OSError as error:
            self._stop()
            raise EmbeddedError(f"The servers cannot start in {self._folder}: {error}.") from error
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop()

    def _take_folder(self) -> None:
        """Makes the folder ours for as long as this process lives."""
        try:
            # Root's own must let the account pass that runs PostgreSQL; what stands inside is closed by itself.
            self._folder.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
            lock = (self._folder / "lock").open("a+")
        except OSError as error:
            raise EmbeddedError(f"{self._folder} cannot be written ({error.strerror}): choose another data folder.") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            owner = lock.read().strip()
            lock.close()
            raise EmbeddedError(
                f"{self._folder} is in use by process {owner}: stop that one first, or choose another data folder."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    def _stop(self) -> None:
        for server in (self._redis, self._postgres):
            if server is not None:
                server.close()
        self._redis = self._postgres = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None


@contextmanager
def throwaway_servers(
    *,
    postgres: bool = True,
    redis: bool = True,
    redis_durable: bool = False,
    postgres_settings: Mapping[str, str] | None = None,
) -> Iterator[EmbeddedServers]:
    """Servers in a passing folder that is removed with all their data: for tests and benchmarks."""
    folder = Path(tempfile.mkdtemp(prefix="ecard-", dir="/tmp"))
    if os.geteuid() == 0:
        folder.chmod(0o711)  # for the account that runs PostgreSQL
    servers = EmbeddedServers(
        folder,
        postgres=postgres,
        redis=redis,
        durable=False,
        redis_durable=redis_durable,
        postgres_settings=postgres_settings,
    )
    try:
        with servers:
            yield servers
    finally:
        shutil.rmtree(folder)
