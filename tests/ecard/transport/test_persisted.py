"""Persisted documents, bounded."""

from hashlib import sha256

import pytest

from ecard.errors import Code, RequestError
from ecard.transport.engine import GraphQLRequest
from ecard.transport.persisted import PersistedDocuments


def request(document: str | None, digest: str) -> GraphQLRequest:
    return GraphQLRequest(document, None, None, {"persistedQuery": {"version": 1, "sha256Hash": digest}}, False)


def digest_of(document: str) -> str:
    return sha256(document.encode()).hexdigest()


def test_what_is_not_used_is_forgotten() -> None:
    persisted = PersistedDocuments(documents=2)
    for document in ("a", "b", "a", "c"):
        new = persisted.resolve(request(document, digest_of(document)))
        assert new == digest_of(document)
        persisted.keep(new, document)
        persisted.resolve(request(None, digest_of("a")))
    for document in ("a", "c"):
        asked = request(None, digest_of(document))
        assert persisted.resolve(asked) is None
        assert asked.query == document
    with pytest.raises(RequestError) as raised:
        persisted.resolve(request(None, digest_of("b")))
    assert raised.value.code is Code.PERSISTED_QUERY_NOT_FOUND


def test_big_documents_do_not_fill_the_memory() -> None:
    persisted = PersistedDocuments(documents=1_000, characters=100)
    for document in ("a" * 60, "b" * 60):
        persisted.keep(digest_of(document), document)
    with pytest.raises(RequestError):
        persisted.resolve(request(None, digest_of("a" * 60)))


def test_upper_case_digits_are_digits_too() -> None:
    assert PersistedDocuments().resolve(request("a", digest_of("a").upper())) == digest_of("a")


def test_without_one_there_is_nothing_to_do() -> None:
    asked = GraphQLRequest("a", None, None, {"other": 1}, False)
    assert PersistedDocuments().resolve(asked) is None
