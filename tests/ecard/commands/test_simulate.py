"""`ecard simulate`, refused and as a real process."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from ecard.launch.ports import free_port
from ecard.private_files import write_private
from ecard.simulators.keys import FILE, NAMES
from tests.ecard.commands.support import run
from tests.support.simulators import keys

PATIENCE = 60.0  # seconds: only so that a test that hangs ends


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A demo's, with its keys."""
    write_private(tmp_path / FILE, keys())
    return tmp_path


@pytest.fixture
def url(environment: dict[str, str], folder: Path) -> Iterator[str]:
    """Of a process with all simulators; it ends well."""
    port = str(free_port("127.0.0.1"))
    command = [sys.executable, "-m", "ecard", "simulate", "all", "--port", port, "--data", str(folder), "--behaviour", "silent=1"]
    with subprocess.Popen(command, env=environment) as process:
        found = f"http://127.0.0.1:{port}"
        end = time.monotonic() + PATIENCE
        while not _answers(found):
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)
        yield found
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) in (0, -signal.SIGTERM)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/ready").status_code == 200
    except httpx.TransportError:
        return False


def test_never_in_production(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecard.commands.simulate.settings_or_demo", lambda: SimpleNamespace(environment="production"))
    told = run(environment, "simulate", "all")
    assert told.exit_code == 1
    assert "Simulators are for development" in told.stderr


def test_what_is_no_behaviour(environment: dict[str, str], folder: Path) -> None:
    told = run(environment, "simulate", "bank", "--data", str(folder), "--behaviour", "slow=never")
    assert told.exit_code == 1
    assert "This is no behaviour: slow: " in told.stderr


def test_who_is_no_provider(environment: dict[str, str]) -> None:
    assert run(environment, "simulate", "paypal").exit_code == 2


def test_all_of_them(url: str) -> None:
    for name in NAMES:
        told = httpx.get(f"{url}/{name}/behaviour").json()
        assert told["silent"] == 1
        assert httpx.get(f"{url}/{name}/books").json() == {"payments": [], "refunds": []}
        assert httpx.post(f"{url}/{name}/pay", json={"codeUrl": "nobody's"}).status_code == 404


def test_silence_over_a_socket(url: str) -> None:
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{url}/bank/orders/1", timeout=1)
    assert httpx.get(f"{url}/bank/orders/1").json()["error"] == "WRONG_SIGNATURE"
