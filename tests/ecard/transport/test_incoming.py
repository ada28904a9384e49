"""What headers say."""

import pytest

from ecard.transport.incoming import EVENTS, GRAPHQL, JSON, Media, is_json, language, negotiate


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (b"application/json", JSON),
        (b"application/graphql-response+json", GRAPHQL),
        (b"text/event-stream", EVENTS),
        (b"*/*", JSON),
        (b"application/*", JSON),
        (b"APPLICATION/GraphQL-Response+JSON; Charset=UTF-8", GRAPHQL),
        (b"application/json, application/graphql-response+json", JSON),
        (b"application/graphql-response+json, application/json", GRAPHQL),
        (b"application/json;q=0.9, application/graphql-response+json", GRAPHQL),
        (b"application/json;q=0.9, application/graphql-response+json;q=0.8", JSON),
        (b"*/*, application/graphql-response+json", GRAPHQL),
        (b"application/json;q=0, */*", GRAPHQL),
        (b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON),
        (b"application/json; charset=iso-8859-1, application/graphql-response+json;q=0.1", GRAPHQL),
        (b"multipart/mixed, application/graphql-response+json, text/event-stream", GRAPHQL),
        (b"text/html", None),
        (b"text/*", None),
        (b"application/json;q=0", None),
        (b"application/json;q=x", None),
        (b"*/*;q=0", None),
        (b"", None),
        (b",;,=;q", None),
        (b"\xff", None),
    ],
)
def test_the_media_type(accept: bytes, chosen: Media | None) -> None:
    assert negotiate(accept) is chosen


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        (b"zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        (b"zh-TW", "zh-CN"),
        (b"en", "en"),
        (b"en-US,en;q=0.9,zh-CN;q=0.8", "en"),
        (b"fr, en;q=0.2, zh;q=0.3", "zh-CN"),
        (b"fr", ""),
        (b"*", ""),
        (b"en;q=0", ""),
        (b"", ""),
    ],
)
def test_the_language(accepted: bytes, chosen: str) -> None:
    assert language(accepted) == chosen


@pytest.mark.parametrize(
    ("content_type", "read"),
    [
        (b"application/json", True),
        (b"application/json; charset=utf-8", True),
        (b'application/json;charset="UTF-8"', True),
        (b"application/json; charset=latin1", False),
        (b"application/json, application/json", False),
        (b"text/json", False),
        (b"", False),
    ],
)
def test_the_type_of_a_body(content_type: bytes, read: bool) -> None:
    assert is_json(content_type) is read
