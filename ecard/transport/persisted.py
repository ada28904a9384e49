"""Automatic persisted documents: a client sends the SHA-256 of a document, and itself only where it is not known here."""

from hashlib import sha256
from typing import Any

from ecard.errors import Code, RequestError
from ecard.transport.engine import GraphQLRequest
from ecard.transport.parameters import bad_request
from plans.cache import Cache


class PersistedDocuments:
    """Documents by their hash in this process: at most `documents`, of together at most `characters`."""

    def __init__(self, documents: int = 2_000, characters: int = 8_000_000) -> None:
        self._known: Cache[str, str] = Cache(documents, characters, len)

    def resolve(self, request: GraphQLRequest) -> str | None:
        """Puts the known document into the request. Gives the hash of a new one, to be kept once it could be carried out.

        Raises PERSISTED_QUERY_NOT_FOUND, upon which clients send the document along, or BAD_REQUEST.
        """
        wanted = request.extensions.get("persistedQuery") if request.extensions else None
        if wanted is None:
            return None
        digest = _digest(wanted)
        if request.query is None:
            request.query = self._known.get(digest)
            if request.query is None:
                raise RequestError(Code.PERSISTED_QUERY_NOT_FOUND)
            return None
        if sha256(request.query.encode()).hexdigest() != digest:
            raise bad_request("The hash is not that of the document.", "哈希值与查询文档不符。")
        return digest

    def keep(self, digest: str, document: str) -> None:
        """Remembers a document that could be carried out; one that is wrong would only take the place of others."""
        self._known.put(digest, document)


def _digest(wanted: Any) -> str:
    if not isinstance(wanted, dict):
        raise bad_request("extensions.persistedQuery must be an object.", "extensions.persistedQuery 必须是对象。")
    digest, version = wanted.get("sha256Hash"), wanted.get("version")
    if version != 1 or not isinstance(digest, str) or len(digest) != 64:
        raise bad_request(
            "extensions.persistedQuery must have version 1 and a sha256Hash of 64 hexadecimal digits.",
            "extensions.persistedQuery 必须包含 version 1 和 64 位十六进制的 sha256Hash。",
        )
    return digest.lower()
