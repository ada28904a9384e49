"""What is said of what went wrong, and what is not."""

import logging
from typing import Any

import orjson
import pytest
from graphql import (
    GraphQLError,
    GraphQLScalarType,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    build_schema,
    get_variable_values,
    graphql_sync,
    parse,
    validate,
)

from ecard.errors import TEXTS, Code, RequestError, Text, Unauthenticated, answer_of_errors, describe, error_object, errors_body

SECRET = "Key (phone)=(13800138000) already exists."
SCHEMA = build_schema("type Query { a: String  must: String!  twice(times: Int!): Int }")


class DatabaseError(Exception):
    def __init__(self, sqlstate: str) -> None:
        super().__init__(SECRET)
        self.sqlstate = sqlstate


def test_every_code_has_both_texts() -> None:
    assert set(TEXTS) == set(Code)
    assert all(code.value == code.name for code in Code)
    assert all(text.en and text.zh for text in TEXTS.values())


def test_chinese_is_said_but_to_who_asks_for_english() -> None:
    said = [error_object(Unauthenticated(), "r", language)["message"] for language in ("", "zh-CN", "en")]
    assert said == ["请先登录。", "请先登录。", "Sign in first."]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ValueError(SECRET), "INTERNAL_SERVER_ERROR"),
        (RecursionError(SECRET), "INTERNAL_SERVER_ERROR"),
        (ConnectionError(SECRET), "INTERNAL_SERVER_ERROR"),
        (DatabaseError("23505"), "INTERNAL_SERVER_ERROR"),
        (TimeoutError(SECRET), "TIMEOUT"),
        (DatabaseError("57014"), "TIMEOUT"),
    ],
)
def test_a_fault_is_logged_with_its_request_and_told_without_its_text(
    error: Exception, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    told = error_object(error, "abc", "en", path=["me", 0])
    assert told["extensions"] == {"code": code, "requestId": "abc"}
    assert told["path"] == ["me", 0]
    assert SECRET not in str(told)
    (record,) = caplog.records
    assert record.exc_info is not None
    assert (record.exc_info[1], record.__dict__["request_id"], record.__dict__["code"]) == (error, "abc", code)


@pytest.mark.parametrize("state", ["22003", "22008", "22021", "22P05"])
def test_values_that_the_database_cannot_take(state: str, caplog: pytest.LogCaptureFixture) -> None:
    assert error_object(DatabaseError(state), "r", "en")["extensions"] == {"code": "BAD_USER_INPUT"}
    assert not caplog.records


def test_what_was_raised_to_be_told_is_told() -> None:
    error = RequestError(Code.RATE_LIMITED, Text("Slowly.", "慢一点。"), retry_after=7)
    assert error_object(error, "r", "en") == {"message": "Slowly.", "extensions": {"code": "RATE_LIMITED", "retryAfter": 7}}
    assert describe(error, "r") is error


def test_errors_of_the_language_keep_their_message_and_places() -> None:
    with pytest.raises(GraphQLSyntaxError) as raised:
        parse("{ a(")
    assert error_object(raised.value, "r", "zh-CN") == {
        "message": "Syntax Error: Expected Name, found <EOF>.",
        "locations": [{"line": 1, "column": 5}],
        "extensions": {"code": "GRAPHQL_PARSE_FAILED"},
    }
    (error,) = validate(SCHEMA, parse("{ nothing }"))
    error.extensions = {"code": "GRAPHQL_VALIDATION_FAILED"}
    assert error_object(error, "r", "en")["extensions"] == {"code": "GRAPHQL_VALIDATION_FAILED"}


def executed(query: str, root: Any) -> dict[str, Any]:
    """The error of an execution."""
    errors = graphql_sync(SCHEMA, query, root).errors or []
    return error_object(errors[0], "r", "en")


class Root:
    def __init__(self, error: Exception) -> None:
        self.error = error

    def a(self, _: Any) -> str:
        raise self.error

    must = None


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (ValueError(SECRET), "INTERNAL_SERVER_ERROR", "Something went wrong on our side."),
        (RequestError(Code.FORBIDDEN), "FORBIDDEN", "This client may not do that."),
        (GraphQLError("Too much.", extensions={"code": "QUERY_TOO_COMPLEX"}), "QUERY_TOO_COMPLEX", "Too much."),
    ],
)
def test_errors_of_fields(error: Exception, code: str, message: str) -> None:
    told = executed("{ a }", Root(error))
    assert (told["message"], told["extensions"]["code"], told["path"]) == (message, code, ["a"])


def test_what_a_scalar_says_of_a_value_is_told() -> None:
    schema = build_schema("scalar Date  type Query { on(day: Date): String }")
    date_type = schema.type_map["Date"]
    assert isinstance(date_type, GraphQLScalarType)

    def read(value: Any) -> Any:
        raise ValueError("A Date is written as 2026-11-23.")

    date_type.coerce_input_value = read
    operation = parse("query ($day: Date) { on(day: $day) }").definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    errors = get_variable_values(schema, operation.variable_definitions or (), {"day": "x"})
    assert isinstance(errors, list)
    errors[0].extensions = {"code": "BAD_USER_INPUT"}
    told = error_object(errors[0], "r", "en")
    assert told["extensions"] == {"code": "BAD_USER_INPUT"}
    assert "A Date is written as 2026-11-23." in told["message"]


def test_a_null_where_none_may_be_is_our_fault() -> None:
    assert executed("{ must }", Root(ValueError()))["extensions"]["code"] == "INTERNAL_SERVER_ERROR"


def test_answers_of_errors() -> None:
    errors = [RequestError(Code.RATE_LIMITED, retry_after=3), GraphQLError("x", extensions={"code": "FORBIDDEN"})]
    refused = answer_of_errors(errors, "r", "en", request_error=True)
    assert (refused.request_error, refused.error_codes, refused.retry_after) == (True, ("RATE_LIMITED", "FORBIDDEN"), 3)
    assert "data" not in orjson.loads(refused.body)
    failed = answer_of_errors([ValueError()], "r", "en", kind="query", operation="A")
    assert (failed.request_error, failed.operation_kind, failed.operation) == (False, "query", "A")
    assert orjson.loads(failed.body)["data"] is None


def test_the_body_of_errors() -> None:
    assert errors_body([{"message": "x"}]) == b'{"errors":[{"message":"x"}]}'
    assert errors_body([{"message": "x"}], data_is_null=True) == b'{"data":null,"errors":[{"message":"x"}]}'


def test_nothing_else_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        error_object(Unauthenticated(), "r", "en")
        error_object(GraphQLError("x"), "r", "en")
    assert not caplog.records
