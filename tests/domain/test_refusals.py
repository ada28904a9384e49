import inspect
from datetime import UTC, datetime

from domain import refusals
from domain.enums import ErrorCode
from domain.refusals import InvalidDocument, RateLimited, Refusal

ALL = [made for _, made in inspect.getmembers(refusals, inspect.isclass) if issubclass(made, Refusal) and made is not Refusal]


def test_each_code_has_its_refusal_named_after_it() -> None:
    assert {refusal.code: refusal.__name__ for refusal in ALL} == {code: code.title().replace("_", "") for code in ErrorCode}


def test_each_says_something_of_its_own_in_both_languages() -> None:
    for language in ("en", "zh-CN"):
        messages = {refusal().message(language) for refusal in ALL}
        assert len(messages) == len(ALL)
        assert all(message.isascii() == (language == "en") for message in messages)


def test_a_refusal_says_where_and_until_when() -> None:
    then = datetime(2026, 11, 23, tzinfo=UTC)
    assert InvalidDocument("document", "number").field == ("document", "number")
    assert RateLimited("phone", retry_at=then).retry_at == then
    assert RateLimited().field is None
    assert RateLimited().retry_at is None
