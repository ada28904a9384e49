"""A worker process, to be started and killed."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from ecard.demo.secrets import demo_secrets
from ecard.embedded import EmbeddedServers


class WorkerProcess:
    """`ecard worker`, with settings of its own. `more`: further ones, or others than these."""

    def __init__(self, servers: EmbeddedServers, folder: Path, more: Mapping[str, str] = MappingProxyType({})) -> None:
        (folder / "registry.json").write_text("[]")
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ECARD_")},
            **demo_secrets(folder),
            "ECARD_ENVIRONMENT": "development",
            "ECARD_PUBLIC_URL": "http://localhost",
            "ECARD_DATABASE_URL": servers.database_url,
            "ECARD_REDIS_URL": servers.redis_url,
            "ECARD_IDENTITY_FILE": str(folder / "registry.json"),
            "ECARD_SMS_FILE": str(folder / "sms.jsonl"),
            "ECARD_WORKER_SECONDS": "2",
            "ECARD_WORKER_JOBS": "4",
            **more,
        }
        self._log = folder / "worker.log"
        self._process: subprocess.Popen[bytes] | None = None

    @contextmanager
    def running(self) -> Iterator["subprocess.Popen[bytes]"]:
        """Runs within the block, and is killed at its end if it still does."""
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "ecard", "worker"]
            self._process = process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    @property
    def has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def last_words(self) -> str:
        return self._log.read_text()[-5000:]
