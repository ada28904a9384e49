"""What the transports ask for: an engine that answers requests and an authenticator that knows who sent them."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, Protocol

from domain.viewer import Viewer


@dataclass(slots=True)
class GraphQLRequest:
    """One well-formed request. `query` is None only where `extensions` name a persisted document that is yet to be looked up.

    `method_is_get`: only a query may run; the engine refuses anything else with `request_error` and its kind, which becomes a 405.
    """

    query: str | None
    operation_name: str | None
    variables: dict[str, Any] | None
    extensions: dict[str, Any] | None
    method_is_get: bool


@dataclass(slots=True)
class Answer:
    """`body` is the whole JSON object. `request_error`: nothing was executed (parsing, validation, variables, operation), so there
    is no `data`. `operation`: its name; `operation_kind`: query, mutation or subscription, where it came that far.
    `error_codes`: the `extensions.code` of each error, in order. `retry_after`: whole seconds."""

    body: bytes
    request_error: bool
    operation: str | None
    operation_kind: str | None
    statements: int
    error_codes: tuple[str, ...]
    retry_after: int | None


class Engine(Protocol):
    """`language` is `zh-CN` or `en`, or empty where the request names neither: then the viewer's preference counts, else zh-CN."""

    async def execute(self, request: GraphQLRequest, viewer: Viewer, language: str, request_id: str, address: str) -> Answer:
        """Answers a query or a mutation; a subscription is a request error here."""
        ...

    async def subscribe(
        self, request: GraphQLRequest, viewer: Viewer, language: str, request_id: str, address: str
    ) -> Answer | AsyncGenerator[bytes, None]:
        """Answers any operation for a transport that streams: a subscription gives its results, each a whole JSON object, until
        the generator is closed; everything else gives what `execute` would."""
        ...


class Authenticator(Protocol):
    """Knows the viewer of an `Authorization` value."""

    async def viewer(self, authorization: bytes | None) -> Viewer:
        """The viewer; ANONYMOUS without a value. Raises `ecard.errors.Unauthenticated` when the value is wrong, expired or revoked.
        It is asked again every second for each open stream, so a token known before must cost a look-up only."""
        ...
