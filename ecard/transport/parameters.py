"""The parameters of a request, from a JSON body, a query string or a message: a GraphQLRequest or a BAD_REQUEST."""

import re
from typing import Any
from urllib.parse import unquote_to_bytes

import orjson

from ecard.errors import Code, RequestError, Text
from ecard.transport.engine import GraphQLRequest

_NAMES = ("query", "operationName", "variables", "extensions")
_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_MOST_PAIRS = 20


def from_body(body: bytes) -> GraphQLRequest:
    """From the body of a POST."""
    return from_object(_json(body, "The body", "请求体"), b"\\u0000" in body)


def from_object(parameters: Any, may_hold_nul: bool) -> GraphQLRequest:
    """From a parsed JSON value. `may_hold_nul`: whether U+0000 may be in it, which no text in the database can be."""
    if type(parameters) is not dict:
        raise bad_request("Send one object; a list of requests is not answered.", "请求必须是一个对象，不支持批量请求。")
    query = parameters.get("query")
    if query is not None and type(query) is not str:
        raise _wrong("query", "a string", "字符串")
    name = parameters.get("operationName")
    if name is not None and type(name) is not str:
        raise _wrong("operationName", "a string", "字符串")
    variables = parameters.get("variables")
    if variables is not None and type(variables) is not dict:
        raise _wrong("variables", "an object", "对象")
    extensions = parameters.get("extensions")
    if extensions is not None and type(extensions) is not dict:
        raise _wrong("extensions", "an object", "对象")
    if may_hold_nul:
        refuse_nul(variables)
    if query is None and not (extensions and extensions.get("persistedQuery")):
        raise bad_request("The parameter query is missing.", "缺少参数 query。")
    return GraphQLRequest(query, name or None, variables, extensions, False)


def from_query_string(query_string: bytes) -> GraphQLRequest:
    """From the query string of a GET. Other parameters than ours are ignored."""
    if _BAD_ESCAPE.search(query_string):
        raise bad_request("The URL has a % that encodes nothing.", "URL 中的百分号编码不正确。")
    pairs = query_string.split(b"&")
    if len(pairs) > _MOST_PAIRS:
        raise bad_request("The URL has too many parameters.", "URL 的参数过多。")
    given: dict[str, Any] = {}
    for pair in pairs:
        name, _, value = pair.partition(b"=")
        decoded = _decoded(name)
        if decoded not in _NAMES:
            continue
        if decoded in given:
            raise bad_request(f"The parameter {decoded} was given twice.", f"参数 {decoded} 重复。")
        given[decoded] = _decoded(value)
    holds_nul = False
    for parameter in ("variables", "extensions"):
        text = given.get(parameter)
        holds_nul = holds_nul or "\\u0000" in (text or "")
        given[parameter] = _json(text.encode(), f"The parameter {parameter}", f"参数 {parameter} ") if text else None
    request = from_object(given, holds_nul)
    request.method_is_get = True
    return request


def refuse_nul(variables: dict[str, Any] | None) -> None:
    """Raises BAD_USER_INPUT where U+0000 is in any text."""
    if _holds_nul(variables):
        raise RequestError(Code.BAD_USER_INPUT, Text("A text cannot hold the character U+0000.", "文本不能包含字符 U+0000。"))


def bad_request(en: str, zh: str, status: int = 400) -> RequestError:
    """A BAD_REQUEST that says what is wrong."""
    return RequestError(Code.BAD_REQUEST, Text(en, zh), status=status)


def _wrong(name: str, en: str, zh: str) -> RequestError:
    return bad_request(f"The parameter {name} must be {en}.", f"参数 {name} 必须是{zh}。")


def _json(text: bytes, en: str, zh: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise bad_request(f"{en} is not JSON: {error}.", f"{zh}不是有效的 JSON：{error}。") from None


def _decoded(text: bytes) -> str:
    try:
        return unquote_to_bytes(text.replace(b"+", b" ")).decode()
    except UnicodeDecodeError:
        raise bad_request("The URL is not in UTF-8.", "URL 不是 UTF-8 编码。") from None


def _holds_nul(variables: Any) -> bool:
    stack = [variables]
    while stack:
        value = stack.pop()
        if type(value) is str:
            if "\0" in value:
                return True
        elif type(value) is dict:
            stack.extend(value)
            stack.extend(value.values())
        elif type(value) is list:
            stack.extend(value)
    return False
