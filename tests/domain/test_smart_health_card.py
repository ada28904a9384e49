"""SMART Health Cards, verified here by hand; tests/ecard has them read by somebody else's program."""

import base64
import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey

from domain.enums import ObservationFlag
from domain.keys import ES256, SigningKey
from domain.reports import Observation
from domain.smart_health_card import LONGEST_JWS, PREFIX, CertifiedReport, credential
from tests.domain.samples import KEY, KEYS, OLD_KEY

ISSUER = "https://ecard.example"
HIGH, NORMAL = ObservationFlag.HIGH, ObservationFlag.NORMAL
REPORT = CertifiedReport(
    holder="欧阳晓明",
    birth_date=date(1980, 2, 29),
    institution="某市人民医院",
    number="L202611240001",
    title="血常规",
    observed_at=datetime(2026, 11, 24, 1, 30, tzinfo=UTC),
    issued_at=datetime(2026, 11, 24, 3, 0, tzinfo=UTC),
    conclusion="白细胞升高，建议复查。",
    observations=[
        Observation("WBC", "白细胞计数", "12.30", "10^9/L", "3.5-9.5", HIGH),
        Observation("PLT", "血小板计数", "210", "10^9/L", "125-350", NORMAL),
        Observation("CRP", "C反应蛋白", "<0.5", "mg/L"),
        Observation("COLOUR", "颜色", "淡黄"),
    ],
)


class Refused(Exception):
    pass


def jws_of(text: str) -> str:
    """The characters that the digits stand for."""
    digits = text.removeprefix(PREFIX)
    if len(digits) % 2 or not (digits.isascii() and digits.isdecimal()):
        raise Refused
    return "".join(chr(int(digits[at : at + 2]) + 45) for at in range(0, len(digits), 2))


def part(text: str) -> bytes:
    """What is encoded, in the one spelling that it has."""
    try:
        decoded = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise Refused from None
    if base64.urlsafe_b64encode(decoded).decode().rstrip("=") != text:
        raise Refused
    return decoded


def verified(text: str, key: SigningKey = KEY) -> tuple[dict[str, Any], str]:
    """The claims, and their JSON as it was written. Raises Refused."""
    parts = jws_of(text).split(".")
    if len(parts) != 3:
        raise Refused
    head, body, signature = map(part, parts)
    if len(signature) != 64:
        raise Refused
    der = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
    try:
        key.private.public_key().verify(der, f"{parts[0]}.{parts[1]}".encode(), ES256)
    except InvalidSignature:
        raise Refused from None
    assert json.loads(head) == {"zip": "DEF", "alg": "ES256", "kid": key.thumbprint}
    written = zlib.decompress(body, wbits=-zlib.MAX_WBITS).decode()
    return json.loads(written), written


def resources(text: str) -> list[dict[str, Any]]:
    bundle = verified(text)[0]["vc"]["credentialSubject"]["fhirBundle"]
    entries: list[dict[str, Any]] = bundle["entry"]
    assert [entry["fullUrl"] for entry in entries] == [f"resource:{place}" for place in range(len(entries))]
    return [entry["resource"] for entry in entries]


def with_values(count: int, flagged: int = 0) -> CertifiedReport:
    values = [
        Observation(f"C{place}", "项目", f"{place}.5", "mmol/L", f"{place}-{place + 9}", HIGH if place < flagged else NORMAL)
        for place in range(count)
    ]
    return replace(REPORT, observations=values)


def test_it_says_what_the_specification_wants() -> None:
    claims, written = verified(credential(REPORT, ISSUER, KEY))
    assert claims["iss"] == ISSUER
    assert claims["nbf"] == int(REPORT.issued_at.timestamp())
    assert claims["vc"]["type"][0] == "https://smarthealth.cards#health-card"
    subject = claims["vc"]["credentialSubject"]
    assert subject["fhirVersion"] == "4.0.1"
    assert (subject["fhirBundle"]["resourceType"], subject["fhirBundle"]["type"]) == ("Bundle", "collection")
    # Minified, and without what the specification wants to be left out of resources.
    assert not re.search(r'[,:{[]\s|\s["}\]]|"(id|meta|div)":|"coding":[^]]*"display"', written)


def test_the_holder_is_a_name_and_a_birth_date_and_nothing_else() -> None:
    patient = resources(credential(REPORT, ISSUER, KEY))[0]
    assert patient == {"resourceType": "Patient", "name": [{"text": "欧阳晓明"}], "birthDate": "1980-02-29"}


def test_the_report_and_its_values_are_there() -> None:
    _, report, *values = resources(credential(REPORT, ISSUER, KEY))
    assert report == {
        "resourceType": "DiagnosticReport",
        "identifier": [{"value": "L202611240001"}],
        "status": "final",
        "code": {"text": "血常规"},
        "subject": {"reference": "resource:0"},
        "effectiveDateTime": "2026-11-24T01:30:00Z",
        "performer": [{"display": "某市人民医院"}],
        "result": [{"reference": f"resource:{place}"} for place in (2, 3, 4, 5)],
        "conclusion": "白细胞升高，建议复查。",
    }
    assert values[0] == {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"code": "WBC"}]},
        "subject": {"reference": "resource:0"},
        "valueQuantity": {"value": 12.3, "unit": "10^9/L"},
        "referenceRange": [{"text": "3.5-9.5"}],
        "interpretation": [{"coding": [{"code": "H"}]}],
    }
    assert values[2]["valueQuantity"] == {"value": 0.5, "comparator": "<", "unit": "mg/L"}
    assert values[3]["valueString"] == "淡黄"
    assert "interpretation" not in values[3]


@pytest.mark.parametrize("value", ["12.30", "0", "-0.50", "100", "0.000001"])
def test_a_number_keeps_its_noughts(value: str) -> None:
    text = credential(replace(REPORT, observations=[Observation("X", "项目", value, "g")]), ISSUER, KEY)
    assert f'"value":{value},' in verified(text)[1]


@pytest.mark.parametrize("value", ["012", "1.", ".5", "1e5", "1,5", "阴性", "1.5-2.5", "--", "٣", "9" * 30, "NaN"])
def test_what_is_no_number_stays_text(value: str) -> None:
    text = credential(replace(REPORT, observations=[Observation("X", "项目", value, "g")]), ISSUER, KEY)
    assert resources(text)[2]["valueString"] == f"{value} g"


def _shown(report: CertifiedReport) -> tuple[list[str], str | None, list[str]]:
    """Which codes are in the card, the conclusion, and what it says of the values that are not."""
    _, head, *values = resources(credential(report, ISSUER, KEY))
    more = [result["display"] for result in head.get("result", []) if "display" in result]
    return [value["code"]["coding"][0]["code"] for value in values], head.get("conclusion"), more


def test_what_does_not_fit_is_left_out_in_the_order_that_is_said() -> None:
    conclusion = REPORT.conclusion
    assert _shown(with_values(6)) == ([f"C{place}" for place in range(6)], conclusion, [])
    assert _shown(with_values(40, flagged=2)) == (["C0", "C1"], conclusion, ["+38"])
    assert _shown(replace(with_values(40, flagged=2), conclusion=_long(300))) == (["C0", "C1"], None, ["+38"])
    assert _shown(replace(with_values(5), conclusion=_long(300))) == ([f"C{place}" for place in range(5)], None, [])
    assert _shown(with_values(40, flagged=40)) == ([], conclusion, ["+40"])
    assert _shown(replace(with_values(40, flagged=40), conclusion=_long(300))) == ([], None, ["+40"])


def _long(length: int) -> str:
    """A text of which nothing repeats, so that it cannot be deflated."""
    return "".join(chr(0x4E00 + 37 * place) for place in range(length))


def test_the_longest_names_there_can_be_still_fit() -> None:
    names = {"holder": _long(64), "institution": _long(200), "title": _long(200)[::-1], "number": "N" + _long(20)}
    assert len(jws_of(credential(replace(REPORT, **names), ISSUER, KEY))) <= LONGEST_JWS  # type: ignore[arg-type]  # all are text


TEXTS = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=20)
OBSERVATIONS = st.lists(
    st.builds(
        Observation,
        code=TEXTS,
        display=TEXTS,
        value=st.one_of(TEXTS, st.decimals(-(10**6), 10**6, places=3).map(str)),
        unit=st.none() | TEXTS,
        reference_range=st.none() | TEXTS,
        flag=st.none() | st.sampled_from(ObservationFlag),
    ),
    max_size=30,
)


@given(observations=OBSERVATIONS, title=TEXTS, conclusion=st.none() | st.text(min_size=1, max_size=200))
def test_every_report_fits_one_code_and_reads_back(observations: Sequence[Observation], title: str, conclusion: str | None) -> None:
    report = replace(REPORT, observations=observations, title=title, conclusion=conclusion)
    text = credential(report, ISSUER, KEY)
    assert len(jws_of(text)) <= LONGEST_JWS
    _, head, *values = resources(text)
    assert head["code"]["text"] == title
    left_out = [result["display"] for result in head.get("result", []) if "display" in result]
    assert len(values) + sum(int(count) for count in left_out) == len(observations)


CREDENTIAL = credential(REPORT, ISSUER, KEY)


@given(at=st.integers(0, len(jws_of(CREDENTIAL)) - 1), other=st.integers(0, 77))
def test_any_changed_byte_is_refused(at: int, other: int) -> None:
    start = len(PREFIX) + 2 * at
    changed = f"{CREDENTIAL[:start]}{other:02}{CREDENTIAL[start + 2 :]}"
    if changed == CREDENTIAL:
        verified(changed)
    else:
        with pytest.raises(Refused):
            verified(changed)


def test_another_key_does_not_verify_it() -> None:
    with pytest.raises(Refused):
        verified(CREDENTIAL, OLD_KEY)


def test_the_published_keys_have_the_one_that_it_names() -> None:
    head = json.loads(part(jws_of(CREDENTIAL).split(".")[0]))
    [found] = [jwk for jwk in KEYS.public_jwks()["keys"] if jwk["kid"] == head["kid"]]
    assert ECKey.import_key(found).thumbprint() == head["kid"] == KEY.thumbprint
    assert (found["use"], found["alg"]) == ("sig", "ES256")


def test_the_same_report_gives_the_same_card() -> None:
    assert credential(REPORT, ISSUER, KEY) == CREDENTIAL
