"""What `ecard up` asks of its own processes, over HTTP as anybody would."""

import time
from collections.abc import Callable, Sequence

import httpx

from ecard.launch.children import Child
from ecard.launch.failure import Failure

POLL = 0.05  # seconds
GIVE_UP_AFTER = 3  # deaths of one child


def wait_until_ready(urls: Sequence[str], children: Sequence[Child], say: Callable[[str], None]) -> None:
    """Returns when all that listens may have work. Raises Failure with a child's last words when one keeps dying."""
    with httpx.Client(timeout=5) as http:
        while not all(_is_ready(http, url) for url in urls):
            for child in children:
                told = child.revive()
                if told is not None:
                    say(told)
                if child.deaths >= GIVE_UP_AFTER:
                    raise Failure(f"The {child.name} process does not start. The end of {child.log}:\n{child.last_words()}")
            time.sleep(POLL)


def _is_ready(http: httpx.Client, url: str) -> bool:
    try:
        return http.get(f"{url}/health/ready").status_code == 200
    except httpx.TransportError:
        return False


def demo_session(url: str, phone: str) -> str:
    """An access token of the demo resident with this phone."""
    response = httpx.post(f"{url}/demo/session", json={"phone": phone}, timeout=10)
    token: str = response.raise_for_status().json()["accessToken"]
    return token
