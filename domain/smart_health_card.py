"""A report as a SMART Health Card (https://spec.smarthealth.cards): what anyone can verify with the issuer's public keys alone.

It is a FHIR R4 bundle, made as small as the specification wants, deflated and signed with ES256, as `shc:/` and digits that one QR
code holds. That is 1195 characters of a signature (JWS), some ten values; several codes for one card are deprecated. So where a
report does not fit, less of it is in the card, and the card says how many values stand on the report alone: first the values that
are within their range are left out, then the conclusion, then every value. What is left proves who was told what by whom, and when.
"""

import base64
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import orjson

from domain.enums import ObservationFlag
from domain.keys import SigningKey
from domain.reports import Observation

PREFIX = "shc:/"
LONGEST_JWS = 1195  # characters: a QR code of version 22 at level L
_LONGEST_SIGNED = LONGEST_JWS - 87  # without the dot and the 64 bytes of the signature

_TYPES = ["https://smarthealth.cards#health-card", "https://smarthealth.cards#laboratory"]
_FHIR = "4.0.1"
# Codes of HL7's ObservationInterpretation, whose address would cost the room of three values.
_INTERPRETED = {
    ObservationFlag.NORMAL: "N",
    ObservationFlag.LOW: "L",
    ObservationFlag.HIGH: "H",
    ObservationFlag.CRITICAL: "AA",
    ObservationFlag.ABNORMAL: "A",
}
_PATIENT, _REPORT, _FIRST_VALUE = 0, 1, 2
# A number as JSON writes it; FHIR keeps its last noughts, since they tell how exactly it was measured.
_QUANTITY = re.compile(r"([<>]=?)?\s*(-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,14})?)")
_SHORT = 40  # characters: of title and institution when nothing else is left to leave out


@dataclass(frozen=True, slots=True)
class CertifiedReport:
    """What is certified. Times are aware; `number` is the institution's. Of the holder there is the name and the birth date, which
    tell people apart at a counter, and nothing else."""

    holder: str
    birth_date: date
    institution: str
    number: str
    title: str
    observed_at: datetime
    issued_at: datetime
    conclusion: str | None
    observations: Sequence[Observation]


def credential(report: CertifiedReport, issuer: str, key: SigningKey) -> str:
    """`shc:/` and digits, for one QR code. `issuer`: the platform's address, where /.well-known/jwks.json is."""
    header = _base64url(orjson.dumps({"zip": "DEF", "alg": "ES256", "kid": key.thumbprint}))
    for subset in _ever_less(report):
        signed = f"{header}.{_base64url(_deflated(_payload(report, subset, issuer)))}"
        if len(signed) <= _LONGEST_SIGNED:
            break
    jws = f"{signed}.{_base64url(key.sign(signed.encode()))}"
    return PREFIX + "".join(f"{ord(character) - 45:02}" for character in jws)


@dataclass(frozen=True, slots=True)
class _Subset:
    """What of a report is in its card."""

    observations: Sequence[Observation]
    conclusion: str | None = None
    longest: int | None = None


def _ever_less(report: CertifiedReport) -> Iterator[_Subset]:
    everything = report.observations
    striking = [one for one in everything if one.flag not in (None, ObservationFlag.NORMAL)]
    yield _Subset(everything, report.conclusion)
    yield _Subset(striking, report.conclusion)
    yield _Subset(everything)
    yield _Subset(striking)
    yield _Subset((), report.conclusion)
    yield _Subset(())
    yield _Subset((), longest=_SHORT)


def _payload(report: CertifiedReport, subset: _Subset, issuer: str) -> dict[str, Any]:
    resources = [_patient(report), _diagnostic_report(report, subset), *(_observation(one) for one in subset.observations)]
    entries = [{"fullUrl": _reference(place), "resource": resource} for place, resource in enumerate(resources)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    return {
        "iss": issuer,
        "nbf": int(report.issued_at.timestamp()),
        "vc": {"type": _TYPES, "credentialSubject": {"fhirVersion": _FHIR, "fhirBundle": bundle}},
    }


def _reference(place: int) -> str:
    return f"resource:{place}"


def _patient(report: CertifiedReport) -> dict[str, Any]:
    return {"resourceType": "Patient", "name": [{"text": report.holder}], "birthDate": report.birth_date.isoformat()}


def _diagnostic_report(report: CertifiedReport, subset: _Subset) -> dict[str, Any]:
    results = [{"reference": _reference(_FIRST_VALUE + place)} for place in range(len(subset.observations))]
    left_out = len(report.observations) - len(results)
    if left_out:
        results.append({"display": f"+{left_out}"})
    said = {
        "resourceType": "DiagnosticReport",
        "identifier": [{"value": report.number}],
        "status": "final",
        "code": {"text": report.title[: subset.longest]},
        "subject": {"reference": _reference(_PATIENT)},
        "effectiveDateTime": _moment(report.observed_at),
        "performer": [{"display": report.institution[: subset.longest]}],
        "result": results,
        "conclusion": subset.conclusion,
    }
    return _without_gaps(said)


def _observation(one: Observation) -> dict[str, Any]:
    said = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"code": one.code}]},
        "subject": {"reference": _reference(_PATIENT)},
        **_value(one),
        "referenceRange": one.reference_range and [{"text": one.reference_range}],
        "interpretation": one.flag and [{"coding": [{"code": _INTERPRETED[one.flag]}]}],
    }
    return _without_gaps(said)


def _value(one: Observation) -> dict[str, Any]:
    found = _QUANTITY.fullmatch(one.value)
    if found is None:
        return {"valueString": f"{one.value} {one.unit}" if one.unit else one.value}
    comparator, number = found.groups()
    return {"valueQuantity": _without_gaps({"value": orjson.Fragment(number), "comparator": comparator, "unit": one.unit})}


def _without_gaps(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _deflated(payload: dict[str, Any]) -> bytes:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflate.compress(orjson.dumps(payload)) + deflate.flush()


def _base64url(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")
