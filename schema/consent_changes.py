"""How a consent is given and taken back: inputs, payloads and mutations."""

import strawberry

from resolvers import consents
from schema.base import made
from schema.changes import change, payload
from schema.consents import Consent
from schema.enums import HealthRecordKind
from schema.scalars import Date, DateTime

WRITE = (("record:write",),)


@strawberry.input(
    description="Entries of these kinds, of the days from and to and those between; without end where one is left out."
    " expiresAt: of the consent, at most two years ahead."
)
class GrantConsentInput:
    institution_id: strawberry.ID
    kinds: list[HealthRecordKind]
    expires_at: DateTime
    resident_id: strawberry.ID | None = strawberry.UNSET
    from_day: Date | None = strawberry.field(name="from", default=strawberry.UNSET)
    to: Date | None = strawberry.UNSET


@payload
class GrantConsentPayload:
    """The consent, new or as it stands."""

    consent: Consent | None = made("Consent", "The consent.")


@strawberry.input
class RevokeConsentInput:
    consent_id: strawberry.ID


@payload
class RevokeConsentPayload:
    """The consent, which opens nothing more."""

    consent: Consent | None = made("Consent", "The consent.")


@strawberry.type
class ConsentChanges:
    grant_consent: GrantConsentPayload | None = change(
        consents.grant_consent,
        GrantConsentInput,
        "Opens a part of the record to an institution. The resident is told, whoever gave it.",
        scopes=WRITE,
    )
    revoke_consent: RevokeConsentPayload | None = change(
        consents.revoke_consent, RevokeConsentInput, "Takes a consent back, from the next request on.", scopes=WRITE
    )
