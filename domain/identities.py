"""What identifies a resident, and the keyed hash under which each is found: a document, a phone, a social security number."""

from enum import StrEnum

from domain.documents import Document
from domain.sealing import Lookup


class IdentityKind(StrEnum):
    """Each of a resident's belongs to nobody else in the city."""

    DOCUMENT = "DOCUMENT"
    PHONE = "PHONE"
    SOCIAL_SECURITY = "SOCIAL_SECURITY"


def document_digest(lookup: Lookup, document: Document) -> bytes:
    """Equal for two documents of one person that bear the same citizen's number."""
    return lookup.digest(IdentityKind.DOCUMENT, document.identity)


def phone_digest(lookup: Lookup, phone: str) -> bytes:
    """`phone`: the eleven digits."""
    return lookup.digest(IdentityKind.PHONE, phone)


def social_security_digest(lookup: Lookup, number: str) -> bytes:
    """`number`: in its one written form."""
    return lookup.digest(IdentityKind.SOCIAL_SECURITY, number)
