"""One request to a provider: what went wrong on the way is Transient; what the answer says is the adapter's matter."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import httpx
import orjson

from outside.errors import Permanent, Transient

LONGEST = 10.0  # seconds for each step; a worker waits, not a person
LARGEST = 256 * 1024 * 1024  # bytes of an answer: a statement of a city's busy day has some ten megabytes
S = TypeVar("S")
T = TypeVar("T")
Clock = Callable[[], datetime]
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,64}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `headers` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Exchange:
    """The connections to one provider."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None) -> None:
        self._client = httpx.AsyncClient(timeout=LONGEST, transport=transport, follow_redirects=False)

    async def send(self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """Raises Transient where there is no answer."""
        try:
            async with self._client.stream(method, url, headers=headers, content=body or None) as response:
                content = bytearray()
                async for part in response.aiter_bytes():
                    content += part
                    if len(content) > LARGEST:
                        raise Transient("The answer is too large.")
                return Answer(response.status_code, dict(response.headers), bytes(content))
        except httpx.HTTPError as error:
            raise Transient(f"No answer: {type(error).__name__}.") from None
        except httpx.InvalidURL:
            raise Permanent("The address of the provider's is none.") from None

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()


def busy(status: int) -> bool:
    """Whether the provider means: later."""
    return status == 429 or status >= 500


def code_of(value: Any) -> str:
    """A provider's error code, fit for a log: anything longer or freer than a code is left out."""
    return value if isinstance(value, str) and _CODE.fullmatch(value) else "unknown"


def json_object(content: bytes) -> dict[str, Any]:
    """Raises ValueError for anything else than a JSON object."""
    found = orjson.loads(content)
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def understood(read: Callable[[S], T], content: S) -> T:
    """What `read` makes of a trusted answer. Raises Transient where it is not as documented: the next one may be."""
    try:
        return read(content)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Transient("The answer is not as it must be.") from None


def told(read: Callable[[S], T], content: S) -> T:
    """What `read` makes of what came by itself, or of a file. Raises Permanent where it is not as documented."""
    try:
        return read(content)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Permanent("It is not as it must be.") from None
