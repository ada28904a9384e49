"""The health record: one timeline over all institutions."""

from schema import rules
from schema.base import Node, edge, field, gathered, newest_first
from schema.institutions import Institution
from schema.scalars import DateTime

READ = (("record:read",),)
MEMBERS = {
    "ENCOUNTER": "Encounter",
    "CONDITION": "Condition",
    "ALLERGY": "Allergy",
    "IMMUNIZATION": "Immunization",
    "ADMISSION": "Admission",
    "REPORT": "Report",
    "PRESCRIPTION": "Prescription",
}
BY_TIME = newest_first("occurred_at")
OF_TIMELINE = {
    "kinds": "{t}.kind = any({value})",
    "from": "{t}.occurred_at >= {value}::date::timestamp at time zone 'Asia/Shanghai'",
    "to": "{t}.occurred_at < ({value}::date + 1)::timestamp at time zone 'Asia/Shanghai'",
}


@gathered(view="health_record", owned=True, rule=rules.HEALTH_RECORD, scopes=READ, members=MEMBERS)
class HealthRecordEntry(Node):
    """An entry of the health record, of whatever kind."""

    occurred_at: DateTime = field("When it happened, was issued, or was written down: where it stands in the timeline.")
    institution: Institution | None = edge("Institution", "Who wrote it.", on={"key": "{p}.institution_id"})
