"""Who may read a file: whoever may see what it shows. The report of a document stands in its view with what its rule asks for."""

from domain.enums import CareScope, HealthRecordKind
from plans.mapping import Own, Rule
from schema.rules import cares_for, either, reads_record

_FILES = {
    CareScope.CARD: "'CARD_IMAGE', 'PRINTED_CODE'",
    CareScope.REPORTS: "'REPORT'",
    CareScope.RECORDS: "'RECORD_EXPORT'",
}
_OF_READABLE_REPORT = (
    "({t}.kind = 'REPORT' and exists (select from api.report d where d.resident_id = {owner} and d.key = {t}.subject_id and "
    + reads_record(f"'{HealthRecordKind.REPORT}'").replace("{t}", "d")
    + "))"
)
FILE = Rule(
    {
        "RESIDENT": Own(either(*(f"({{t}}.kind in ({kinds}) and {cares_for(scope)})" for scope, kinds in _FILES.items()))),
        "INSTITUTION": _OF_READABLE_REPORT,
    }
)
