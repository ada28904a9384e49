"""What a newcomer does: start everything, walk the tour, look at what it tells, stop it."""

import json
import os
import re
import shlex
import signal
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from domain.enums import DocumentType
from ecard.launch.places import SETTINGS
from tests.acceptance.demo import PATIENCE, Demo, ecard

HOSPITALS = 7
APPS = ("wechat", "alipay", "unionpay", "bank", "dashboard", "operator")
pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with Demo(tmp_path_factory.mktemp("demo") / "data") as running:
        yield running


def test_tour_is_as_it_should_be(demo: Demo) -> None:
    walked = ecard("tour", "--url", demo.ready["url"], "--ready-file", str(demo.ready_file))
    assert walked.returncode == 0, walked.stdout[-3000:] + walked.stderr
    assert "The tour is done" in walked.stdout
    again = ecard("tour", "--ready-file", str(demo.ready_file))
    assert again.returncode == 0, again.stdout[-3000:] + again.stderr


def test_ready_file_is_what_the_contract_says(demo: Demo) -> None:
    assert stat.S_IMODE(demo.ready_file.stat().st_mode) == 0o600
    ready = demo.ready
    assert set(ready) == {"url", "clients", "residents", "applicants", "simulators", "smsFile"}
    assert set(APPS) <= set(ready["clients"])
    assert len(ready["clients"]) >= len(APPS) + HOSPITALS
    assert set(ready["simulators"]) == {"wechat-pay", "alipay", "unionpay", "bank"}
    assert all(httpx.get(f"{url}/books").status_code == 200 for url in ready["simulators"].values())
    assert len(ready["residents"]) >= 20
    assert all(set(one) == {"name", "phone", "documentNumber"} for one in ready["residents"])
    assert len(ready["applicants"]) >= 20
    newborns = [one for one in ready["applicants"] if one["documentType"] == DocumentType.BIRTH_CERTIFICATE]
    assert newborns
    assert all(one["phone"] is None for one in newborns)
    assert {one["guardian"] for one in newborns} <= {one["documentNumber"] for one in ready["residents"]}
    assert {one["documentNumber"] for one in ready["applicants"]}.isdisjoint(one["documentNumber"] for one in ready["residents"])


def test_each_client_signs_in(demo: Demo) -> None:
    for name, client in demo.ready["clients"].items():
        credentials = (client["id"], client["secret"])
        answer = httpx.post(f"{demo.ready['url']}/oauth/token", data={"grant_type": "client_credentials"}, auth=credentials)
        assert answer.status_code == 200, name


def test_the_three_queries_work_when_pasted(demo: Demo) -> None:
    # What to try is printed when the ready file is there already.
    end = time.monotonic() + PATIENCE
    lines: list[str] = []
    while len(lines) < 3 and time.monotonic() < end:
        time.sleep(0.1)
        lines = [line for line in demo.output.splitlines() if line.startswith("curl ")]
    assert len(lines) == 3
    for line in lines:
        words = shlex.split(line)
        headers = dict(word.split(": ", 1) for word in words if ": " in word and not word.startswith("{"))
        answer = httpx.post(words[2], content=words[-1], headers=headers).json()
        assert "errors" not in answer
        assert all(answer["data"].values())


def test_every_page_is_there(demo: Demo) -> None:
    for url in re.findall(r"http://\S+", demo.output.partition("A session of")[0]):
        answer = httpx.get(url, params={"query": "{ serverTime }"})
        assert answer.status_code == 200, url


def test_demo_session_serves_the_pages(demo: Demo) -> None:
    url = demo.ready["url"]
    residents = httpx.get(f"{url}/demo").json()["residents"]
    session = httpx.post(f"{url}/demo/session", json={"phone": residents[1]["phone"]}).json()
    asked = {"query": "{ me { fullName } }"}
    me = httpx.post(f"{url}/graphql", json=asked, headers={"authorization": f"Bearer {session['accessToken']}"}).json()
    assert me["data"]["me"]["fullName"] == residents[1]["name"]
    assert httpx.post(f"{url}/demo/session", json={"phone": "13000000000"}).status_code == 404


def test_doctor_and_log_are_well(demo: Demo, running_environment: dict[str, str]) -> None:
    examined = ecard("doctor", environment=running_environment)
    assert examined.returncode == 0, examined.stdout + examined.stderr
    verified = ecard("verify-log", environment=running_environment)
    assert verified.returncode == 0
    assert "Every chain is whole." in verified.stdout


@pytest.fixture
def running_environment(demo: Demo) -> dict[str, str]:
    """The demo's own settings."""
    settings: dict[str, str] = json.loads((demo.folder / SETTINGS).read_text())
    return {**os.environ, **settings}


def test_second_demo_in_the_same_folder_is_refused(demo: Demo) -> None:
    refused = ecard("up", "--port", "0", "--data", str(demo.folder))
    assert refused.returncode == 1
    assert f"is in use by process {demo.process.pid}" in refused.stderr


def test_occupied_port_is_refused(demo: Demo, tmp_path: Path) -> None:
    port = demo.ready["url"].rpartition(":")[2]
    refused = ecard("up", "--port", port, "--data", str(tmp_path / "data"))
    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1
    assert f"Port {port} on 127.0.0.1 cannot be had" in refused.stderr


@pytest.mark.parametrize("name", ["web", "worker"])
def test_child_that_dies_comes_back(demo: Demo, name: str) -> None:
    before = demo.child(name)
    before.kill()
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if demo.child(name) != before and httpx.get(f"{demo.ready['url']}/health/ready").status_code == 200:
                break
        except (OSError, ValueError, psutil.Error, httpx.TransportError):
            pass
        time.sleep(0.05)
    assert demo.child(name) != before
    assert f"The {name} process ended" in demo.output


def test_stop_leaves_nothing_and_a_second_start_finds_all(tmp_path: Path) -> None:
    with Demo(tmp_path / "data") as first:
        assert first.stop(signal.SIGINT) == []
    assert first.process.returncode == 0
    assert "Nothing is left running" in first.output
    assert not first.ready_file.exists()
    assert not (first.folder / SETTINGS).exists()
    with Demo(first.folder) as second:
        # Killed, it leaves nothing either.
        assert second.stop(signal.SIGKILL) == []
    # Each start takes free ports.
    ports = {"url": "", "simulators": {}}
    assert second.ready | ports == first.ready | ports
