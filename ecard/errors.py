"""The one place that turns what went wrong into GraphQL errors: a stable `extensions.code`, a message in two languages, and for a
fault the request id instead of its text. Refusals are data, not errors; they never come here."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson
from graphql import GraphQLError, GraphQLSyntaxError

from ecard.transport.engine import Answer

log = logging.getLogger(__name__)


class Code(StrEnum):
    """What `extensions.code` may be."""

    BAD_REQUEST = "BAD_REQUEST"
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    OPERATION_RESOLUTION_FAILURE = "OPERATION_RESOLUTION_FAILURE"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    QUERY_TOO_COMPLEX = "QUERY_TOO_COMPLEX"
    RATE_LIMITED = "RATE_LIMITED"
    TIMEOUT = "TIMEOUT"
    INTERNAL_SERVER_ERROR = "INTERNAL_SERVER_ERROR"


class Text(NamedTuple):
    """A message for people, in both languages."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """In English when that was asked for, else in Chinese."""
        return self.en if language == "en" else self.zh


TEXTS: Mapping[Code, Text] = MappingProxyType(
    {
        Code.BAD_REQUEST: Text("The request is malformed.", "请求格式不正确。"),
        Code.GRAPHQL_PARSE_FAILED: Text("The document cannot be parsed.", "查询文档无法解析。"),
        Code.GRAPHQL_VALIDATION_FAILED: Text("The document does not fit the schema.", "查询文档与接口定义不符。"),
        Code.BAD_USER_INPUT: Text("A value is not as it must be.", "输入的值不正确。"),
        Code.OPERATION_RESOLUTION_FAILURE: Text("The document has no such operation.", "查询文档中没有该操作。"),
        # Clients compare this very text, in any language.
        Code.PERSISTED_QUERY_NOT_FOUND: Text("PersistedQueryNotFound", "PersistedQueryNotFound"),
        Code.UNAUTHENTICATED: Text("Sign in first.", "请先登录。"),
        Code.FORBIDDEN: Text("This client may not do that.", "该客户端无权执行此操作。"),
        Code.QUERY_TOO_COMPLEX: Text("The document asks for too much at once.", "一次请求的内容过多。"),
        Code.RATE_LIMITED: Text("Too many requests; try again later.", "请求过于频繁，请稍后再试。"),
        Code.TIMEOUT: Text("This took too long and was stopped.", "处理超时，已停止。"),
        Code.INTERNAL_SERVER_ERROR: Text("Something went wrong on our side.", "服务器内部错误。"),
    }
)

# The HTTP status of a request that got no data, 400 where it is not here.
STATUSES: Mapping[str, int] = MappingProxyType(
    {
        Code.UNAUTHENTICATED: 401,
        Code.FORBIDDEN: 403,
        Code.RATE_LIMITED: 429,
        Code.TIMEOUT: 503,
        Code.INTERNAL_SERVER_ERROR: 500,
    }
)
# What a client cannot mend by another document has that status under application/json too, where all else is answered with 200.
ALWAYS: frozenset[str] = frozenset(
    {Code.BAD_REQUEST, Code.UNAUTHENTICATED, Code.RATE_LIMITED, Code.TIMEOUT, Code.INTERNAL_SERVER_ERROR}
)

# What PostgreSQL says of values that came from the client: out of range, no such date, the character U+0000.
_INPUT_STATES = frozenset({"22003", "22007", "22008", "22021", "22P05"})
_CANCELLED_STATE = "57014"
_FAULTS = frozenset({Code.INTERNAL_SERVER_ERROR, Code.TIMEOUT})


class RequestError(Exception):
    """Ends a request without data. `status`: the HTTP status, where not the code's own. `retry_after`: whole seconds."""

    def __init__(self, code: Code, text: Text | None = None, *, status: int | None = None, retry_after: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.text = text or TEXTS[code]
        self.status = status
        self.retry_after = retry_after


class Unauthenticated(RequestError):
    """The credentials are wrong, expired or revoked."""

    def __init__(self, text: Text | None = None) -> None:
        super().__init__(Code.UNAUTHENTICATED, text)


def describe(error: BaseException, request_id: str) -> RequestError:
    """What is said of any exception. A fault is logged here, once, with the request id; its text goes nowhere."""
    if isinstance(error, RequestError):
        return error
    state = getattr(error, "sqlstate", None)
    if state in _INPUT_STATES:
        return RequestError(Code.BAD_USER_INPUT)
    code = Code.TIMEOUT if state == _CANCELLED_STATE or isinstance(error, TimeoutError) else Code.INTERNAL_SERVER_ERROR
    log.error("A request failed", exc_info=error, extra={"request_id": request_id, "code": code.value})
    return RequestError(code)


def error_object(
    error: BaseException, request_id: str, language: str, *, path: Sequence[str | int] | None = None
) -> dict[str, Any]:
    """One member of `errors`. A GraphQLError keeps its message, places and extensions; anything else is described."""
    if not isinstance(error, GraphQLError):
        return {**_object(describe(error, request_id), request_id, language), **({"path": list(path)} if path else {})}
    cause = _cause(error)
    if cause is None:
        return _of_graphql(error, path)
    return {**_object(describe(cause, request_id), request_id, language), **_places(error, path)}


def errors_body(errors: Iterable[dict[str, Any]], *, data_is_null: bool = False) -> bytes:
    """A whole response: no `data` where nothing ran, `data: null` where all of it failed."""
    found: dict[str, Any] = {"errors": list(errors)}
    return orjson.dumps({"data": None, **found} if data_is_null else found)


def answer_of_errors(
    errors: Sequence[BaseException],
    request_id: str,
    language: str,
    *,
    request_error: bool = False,
    kind: str | None = None,
    operation: str | None = None,
) -> Answer:
    """The answer of a request of which nothing succeeded. `request_error`: it did not run at all."""
    objects = [error_object(error, request_id, language) for error in errors]
    codes = tuple(found["extensions"]["code"] for found in objects)
    retry_after = next((e.retry_after for e in errors if isinstance(e, RequestError) and e.retry_after), None)
    return Answer(errors_body(objects, data_is_null=not request_error), request_error, operation, kind, 0, codes, retry_after)


def _cause(error: GraphQLError) -> Exception | None:
    """What a resolver raised, beneath what the executor made of it. None for an error of the language itself, and for one that has
    a code: so it is told what a scalar says of a value that it cannot read."""
    if error.extensions and "code" in error.extensions:
        return None
    cause = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def _object(error: RequestError, request_id: str, language: str) -> dict[str, Any]:
    extensions: dict[str, Any] = {"code": error.code.value}
    if error.code in _FAULTS:
        extensions["requestId"] = request_id
    if error.retry_after is not None:
        extensions["retryAfter"] = error.retry_after
    return {"message": error.text.in_language(language), "extensions": extensions}


def _of_graphql(error: GraphQLError, path: Sequence[str | int] | None) -> dict[str, Any]:
    """An error of the language itself, for developers and so in English."""
    default = Code.GRAPHQL_PARSE_FAILED if isinstance(error, GraphQLSyntaxError) else Code.BAD_USER_INPUT
    extensions = {"code": default.value, **(error.extensions or {})}
    return {"message": error.message, **_places(error, path), "extensions": extensions}


def _places(error: GraphQLError, path: Sequence[str | int] | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if error.locations:
        found["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    where = path or error.path
    if where:
        found["path"] = list(where)
    return found
