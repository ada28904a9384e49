"""What the PDF of a health record shows of each resource: a line with a time, what it is, where, and what more there is to say."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:")


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a line's parts stand in the resource: names with dots between them, which go through every member of a list."""

    when: str
    what: str
    where: str = ""
    more: tuple[str, ...] = ()


LINES: Mapping[str, Shown] = MappingProxyType(
    {
        "ALLERGIES": Shown("recordedDate", "code.text", "recorder.display", ("reaction.description", "reaction.severity")),
        "CONDITIONS": Shown(
            "recordedDate", "code.text", "recorder.display",
            ("code.coding.code", "clinicalStatus.text", "onsetDateTime", "abatementDateTime"),
        ),
        "BLOOD_TYPE": Shown("effectiveDateTime", "valueString", "performer.display"),
        "IMMUNIZATIONS": Shown(
            "occurrenceDateTime", "vaccineCode.text", "performer.actor.display",
            ("protocolApplied.doseNumberString", "lotNumber"),
        ),
        "ENCOUNTERS": Shown(
            "period.start", "serviceType.text", "serviceProvider.display",
            ("participant.individual.display", "reasonCode.text", "note"),
        ),
        "ADMISSIONS": Shown(
            "period.start", "location.location.display", "serviceProvider.display", ("status", "period.end", "note")
        ),
        "CHARGES": Shown("occurrenceDate", "code.text", "", ("quantity", "amount")),
        "REPORTS": Shown(
            "issued", "code.text", "performer.display",
            ("status", "identifier.value", "resultsInterpreter.display", "findings", "conclusion"),
        ),
        "OBSERVATIONS": Shown(
            "effectiveDateTime", "code.text", "performer.display",
            ("valueString", "unit", "interpretation.text", "referenceRange.text"),
        ),
        "PRESCRIPTIONS": Shown(
            "authoredOn", "medicationCodeableConcept.text", "requester.display",
            ("dosageInstruction.text", "dispenseRequest.quantity.value", "dispenseRequest.quantity.unit", "status"),
        ),
        "DISPENSINGS": Shown("whenHandedOver", "medicationCodeableConcept.text", "performer.actor.display", ("quantity.value",)),
        "APPOINTMENTS": Shown(
            "start", "serviceType.text", "participant.actor.display", ("status", "comment", "cancelationReason.text")
        ),
        "AGREEMENTS": Shown(
            "created", "team.display", "organization.display",
            ("status", "period.start", "period.end", "packages.text", "end.text"),
        ),
        "BILLS": Shown(
            "date", "lineItem.chargeItemCodeableConcept.text", "issuer.display",
            ("identifier.value", "status", "totalGross.value", "totalNet.value", "totalNet.currency"),
        ),
        "PAYMENTS": Shown("created", "method", "recipient.display", ("status", "amount.value", "amount.currency")),
        "REFUNDS": Shown(
            "created", "disposition", "paymentIssuer.display", ("status", "paymentAmount.value", "paymentAmount.currency")
        ),
        "CONSENTS": Shown(
            "dateTime", "provision.class", "organization.display",
            ("status", "provision.dataPeriod.start", "provision.dataPeriod.end"),
        ),
        "CARERS": Shown("period.start", "name.text", "", ("relationship.text", "scopes")),
        "CARDS": Shown("created", "identifier.value", "", ("status",)),
        "ACCESS_LOG": Shown(
            "recorded", "entry.kinds", "agent.who.display", ("agent.type.text", "purposeOfEvent.text", "entry.reason")
        ),
    }
)  # fmt: skip
"""The sections in the order in which people read them."""


def line(section: str, resource: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of the line: texts, each list of them as it comes."""
    shown = LINES[section]
    return {
        "when": next(found(resource, shown.when), ""),
        "what": list(found(resource, shown.what)),
        "where": list(found(resource, shown.where)) if shown.where else [],
        "more": [text for path in shown.more for text in found(resource, path)],
    }


def found(value: Any, path: str) -> Iterator[str]:
    """Every text or number at the end of the path; a moment to the minute."""
    if isinstance(value, list):
        for one in value:
            yield from found(one, path)
    elif isinstance(value, dict):
        name, _, rest = path.partition(".")
        if name in value:
            yield from found(value[name], rest)
    elif not path and value is not None:
        text = str(value)
        yield text[:16].replace("T", " ") if _MOMENT.match(text) else text
