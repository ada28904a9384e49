"""What lasts: conditions, allergies and immunizations. Names and fields follow the FHIR resources."""

from domain.enums import HealthRecordKind
from schema import rules
from schema.base import field, stored
from schema.enums import AllergySeverity, ConditionStatus
from schema.health_record import READ, HealthRecordEntry
from schema.scalars import Date, DateTime


@stored(view="condition", letter="d", owned=True, kind="RECORD", rule=rules.record(HealthRecordKind.CONDITION), scopes=READ)
class Condition(HealthRecordEntry):
    """An illness or another finding that lasts."""

    code: str = field("ICD-10.")
    display: str = field("In words.")
    status: ConditionStatus = field("Whether it lasts still.")
    since: Date | None = field("When it began, as far as is known.")
    resolved_on: Date | None = field("When it was over.")
    recorded_at: DateTime = field("When it was written down.")


@stored(view="allergy", letter="a", owned=True, kind="RECORD", rule=rules.record(HealthRecordKind.ALLERGY), scopes=READ)
class Allergy(HealthRecordEntry):
    """What the resident must not be given."""

    code: str | None = field("The institution's code of the substance.")
    substance: str = field("What it is.")
    reaction: str | None = field("What it does.")
    severity: AllergySeverity = field("How bad it is.")
    recorded_at: DateTime = field("When it was written down.")


@stored(view="immunization", letter="m", owned=True, kind="RECORD", rule=rules.record(HealthRecordKind.IMMUNIZATION), scopes=READ)
class Immunization(HealthRecordEntry):
    """A vaccine was given."""

    code: str | None = field("The institution's code of the vaccine.")
    vaccine: str = field("Which one.")
    dose: str | None = field("Which dose of how many.")
    lot_number: str | None = field("Of which lot.")
    given_on: Date = field("On which day.")
    recorded_at: DateTime = field("When it was written down.")
