"""What a document is refused for before anything runs: scopes, sizes of pages, cursors, too many ids.

Every field is walked as though each object were there, so that what is refused does not hang on the data. The scopes are stated
here once more, by themselves.
"""

from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
)

from domain.viewer import Viewer
from tests.plans.reading.pages import MAXIMUM, check_page
from tests.plans.reading.texts import type_of

SIGNED_IN: tuple[set[str], ...] = (set(),)
RESIDENTS = ({"card:read"},)
CARE = ({"card:read"}, {"visit:read"})
BOOKING = ({"appointment:read"}, {"visit:read"})
PLATFORM = ({"platform:read"}, {"dashboard:read"})
RECORD = ({"record:read"},)
SIGNING = ({"agreement:read"},)
SETTLING = ({"payment:read"}, {"platform:read"})
SCOPES: dict[str, tuple[set[str], ...]] = {
    **dict.fromkeys(("Query.me", "Query.client", "Query.resident"), SIGNED_IN),
    **dict.fromkeys(("Resident", "Card"), CARE),
    "CardBinding": ({"card:read"}, {"visit:read"}, {"platform:write"}),
    **dict.fromkeys(("FamilyMember", "Carer", "Session", "PrintedCode", "Scan"), RESIDENTS),
    "File": ({"card:read"}, {"report:read"}, {"record:read"}),
    **dict.fromkeys(("Query.operations", "Operations", "Queue", "Worker", "FailedJob"), PLATFORM),
    **dict.fromkeys(("App.scopes", "App.suspended"), ({"platform:read"}, {"client:read"})),
    **dict.fromkeys(("Institution.appointments", "Appointment"), BOOKING),
    **dict.fromkeys(("Bill", "BillItem", "Resident.bills"), ({"bill:read"}, {"payment:read"})),
    **dict.fromkeys(("Query.payments", "Payment", "Refund"), ({"payment:read"},)),
    **dict.fromkeys(("Query.settlement", "Settlement", "SettlementTotals", "Discrepancy"), SETTLING),
    **dict.fromkeys(("Encounter", "Diagnosis", "Condition", "Allergy", "Immunization", "Admission"), RECORD),
    **dict.fromkeys(("HealthSummary", "Medication", "Resident.healthSummary", "Resident.healthRecord"), RECORD),
    **dict.fromkeys(("Consent", "AccessLogEntry", "Resident.consents", "Resident.accessLog"), RECORD),
    **dict.fromkeys(("Notification", "Resident.notifications", "Device"), ({"notification:read"},)),
    "Institution.email": ({"platform:read"}, {"directory:write"}),
    **dict.fromkeys(("NotificationPreferences", "Resident.notificationPreferences"), ({"notification:read"},)),
    **dict.fromkeys(("Report", "Observation", "ReportLink", "Resident.reports", "Resident.observations"), ({"report:read"},)),
    "Institution.bills": ({"bill:read"},),
    **dict.fromkeys(("Resident.familyDoctorAgreement", "Institution.familyDoctorAgreements"), SIGNING),
    **dict.fromkeys(("FamilyDoctorAgreement", "AgreementService"), SIGNING),
    "InpatientCharge": ({"bill:read"},),
    **dict.fromkeys(("Resident.admissions", "Institution.admissions"), RECORD),
    **dict.fromkeys(("Admission.balance", "Admission.depositLow", "Admission.charges"), ({"record:read", "bill:read"},)),
    **dict.fromkeys(("Admission.depositBills", "Admission.finalBill", "Admission.depositRefunds"), ({"record:read", "bill:read"},)),
    **dict.fromkeys(("Prescription", "PrescriptionItem", "Dispensing"), ({"prescription:read"},)),
    **dict.fromkeys(("Resident.prescriptions", "Institution.prescriptions"), ({"prescription:read"},)),
    **dict.fromkeys(("Resident.waitlist", "WaitlistEntry"), ({"appointment:read"},)),
    "Resident.appointments": BOOKING,
    "Visit": ({"visit:read"},),
}
SUBJECTS = ("Appointment", "Bill", "Payment", "Refund", "Report", "Prescription", "Consent", "Visit", "FamilyDoctorAgreement",
            "Admission", "Card", "Carer", "Resident")  # fmt: skip
"""What notifications in the city are about."""
SAMPLES = {"Int": 0, "Boolean": True}


def covered(viewer: Viewer, type_name: str, field: str) -> bool:
    """Whether the viewer's scopes cover the field."""
    needed = SCOPES.get(f"{type_name}.{field}", SCOPES.get(type_name))
    return needed is None or (viewer.kind.value != "ANONYMOUS" and any(every <= viewer.scopes for every in needed))


def refuse(source: Any, info: GraphQLResolveInfo[Viewer], **given: Any) -> Any:
    """A resolver that refuses what is refused, and else answers with some object."""
    viewer, parent = info.context, info.parent_type.name
    if not covered(viewer, parent, info.field_name):
        code = "UNAUTHENTICATED" if viewer.kind.value == "ANONYMOUS" else "FORBIDDEN"
        raise GraphQLError("Not covered.", extensions={"code": code})
    named = get_named_type(info.return_type)
    try:
        if named.name.endswith("Connection"):
            check_page(named.name.removesuffix("Connection"), given)
        if len(given.get("ids", ())) > MAXIMUM:
            raise ValueError("ids")
    except ValueError as error:
        raise GraphQLError("No such page.", extensions={"code": "BAD_USER_INPUT"}) from error
    if parent == "Query" and info.field_name in ("node", "nodes"):
        found = [name and {"type": name} for name in map(type_of, given.get("ids") or [given.get("id", "")])]
        return found if info.field_name == "nodes" else found[0]
    return _some(info, info.return_type, source)


def refusing(subject: str | None) -> Any:
    """`refuse`, where a notification's subject is of this type."""

    def resolve(source: Any, info: GraphQLResolveInfo[Viewer], **given: Any) -> Any:
        found = refuse(source, info, **given)
        if info.parent_type.name == "Notification" and info.field_name == "subject":
            return {"type": subject} if subject and covered(info.context, subject, "id") else None
        return found

    return resolve


def some_type(source: Any, *_: Any) -> str:
    """What an object of an interface is, by its id."""
    return str(source["type"])


def _some(info: GraphQLResolveInfo[Viewer], kind: GraphQLOutputType, source: Any) -> Any:
    """A value of that kind. `source`: says of an edge of which type its node is."""
    inner = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
    if is_list_type(inner):
        return [_some(info, inner.of_type, {"type": name}) for name in _members(info, inner.of_type)]
    if is_abstract_type(inner):
        return source
    if isinstance(inner, GraphQLEnumType):
        return next(iter(inner.values))
    return SAMPLES.get(inner.name, "") if is_leaf_type(inner) else (source or {})


def _members(info: GraphQLResolveInfo[Viewer], kind: GraphQLOutputType) -> list[str]:
    """Of which types the objects of a list may be; of an edge, its nodes."""
    named = get_named_type(kind)
    if isinstance(named, GraphQLObjectType) and named.name.endswith("Edge"):
        return _members(info, named.fields["node"].type)
    return [of.name for of in info.schema.get_possible_types(named)] if is_abstract_type(named) else [named.name]
