"""Credentials from the command line, tried at the token endpoint."""

import httpx
import pytest

from domain.ids import PublicId
from tests.ecard.commands.support import run


def shown(output: str) -> tuple[str, str]:
    """The id and the secret that a command printed."""
    lines = dict(line.split(maxsplit=1) for line in output.splitlines())
    return lines["id"], lines["secret"]


async def signs_in(http: httpx.AsyncClient, id: str, secret: str) -> bool:
    answer = await http.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=(id, secret))
    return answer.status_code == 200


@pytest.fixture
def created(environment: dict[str, str]) -> tuple[str, str]:
    done = run(environment, "client", "create", "--app", "看板", "--scope", "dashboard:read")
    assert done.exit_code == 0, done.output
    return shown(done.stdout)


async def test_created_credentials_sign_in(http: httpx.AsyncClient, created: tuple[str, str]) -> None:
    assert await signs_in(http, *created)
    assert not await signs_in(http, created[0], created[1] + "x")


def test_rotation_keeps_the_old_secret_for_a_while(environment: dict[str, str], created: tuple[str, str]) -> None:
    id, secret = shown(run(environment, "client", "rotate", created[0], "--overlap-hours", "1").stdout)
    assert (id, secret) == (created[0], secret)
    assert secret != created[1]
    line = next(line for line in run(environment, "client", "list").stdout.splitlines() if line.startswith(created[0]))
    assert "看板  [dashboard:read]  2 secrets, since " in line
    run(environment, "client", "rotate", created[0], "--overlap-hours", "0")
    line = next(line for line in run(environment, "client", "list").stdout.splitlines() if line.startswith(created[0]))
    assert "1 secret, since" in line


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("create",), "Say whose: --institution CODE or --app NAME."),
        (("create", "--app", "看板", "--institution", "X"), "Say whose"),
        (("create", "--app", "看板"), "Say what the app may do, with --scope: admission:write, agreement:read,"),
        (("create", "--app", "看板", "--scope", "fly:high"), "There is no scope fly:high; there are admission:write,"),
        (("create", "--institution", "NOWHERE"), "There is no institution NOWHERE"),
        (("rotate", "x"), "There is no client x"),
        (("rotate", PublicId.decode("TAAAAAAAAAAAAAAAAAAAAAAA").encode()), "There is no client"),  # type: ignore[union-attr]  # an id
    ],
)
def test_what_cannot_be_done_is_told(environment: dict[str, str], arguments: tuple[str, ...], told: str) -> None:
    refused = run(environment, "client", *arguments)
    assert refused.exit_code == 1
    assert told in refused.stderr
