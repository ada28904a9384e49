"""SMART Health Cards in the hands of the npm package kill-the-clipboard, which knows the platform by its address alone."""

from dataclasses import replace
from typing import Any

import orjson

from domain.smart_health_card import PREFIX, CertifiedReport, credential
from ecard.settings import Settings
from ecard.transport.front import Front
from tests.domain.samples import KEY
from tests.domain.test_smart_health_card import REPORT, with_values
from tests.support import node
from tests.support.serving import serving


async def _read(*texts: str) -> list[dict[str, Any]]:
    out = await node.run("read-health-card.mjs", needs="kill-the-clipboard", given="\n".join(texts))
    results: list[dict[str, Any]] = orjson.loads(out)
    return results


async def test_another_program_reads_what_the_platform_certifies(app: Front, settings: Settings) -> None:
    key = settings.signing_keys.get_secret_value().current
    rare = replace(REPORT, holder="𠮷田·买买提", title="Full blood count 血常规 <b>&amp;</b>")
    reports: list[CertifiedReport] = [REPORT, rare, with_values(0), with_values(40, flagged=3)]
    async with serving(app) as port:
        issuer = f"http://127.0.0.1:{port}"
        results = await _read(*(credential(report, issuer, key) for report in reports))
    assert all("bundle" in result for result in results)
    for report, result in zip(reports, results, strict=True):
        patient, said, *values = [entry["resource"] for entry in result["bundle"]["entry"]]
        assert (patient["name"], patient["birthDate"]) == ([{"text": report.holder}], report.birth_date.isoformat())
        assert said["code"] == {"text": report.title}
        codes = [value["code"]["coding"][0]["code"] for value in values]
        expected = [one.code for one in report.observations]
        assert codes == (expected if len(expected) < 10 else expected[:3])


async def test_another_program_refuses_any_changed_byte(app: Front, settings: Settings) -> None:
    key = settings.signing_keys.get_secret_value().current
    async with serving(app) as port:
        text = credential(REPORT, f"http://127.0.0.1:{port}", key)
        # The last character holds four bits that are no part of the signature, which base64 readers pass over: see tests/domain.
        places = range(len(PREFIX), len(text) - 2, 2)
        results = await _read(text, *(_changed(text, place) for place in places[::23]))
    assert "bundle" in results[0]
    assert len(results) > 40
    assert all("refused" in result for result in results[1:])


def _changed(text: str, place: int) -> str:
    """The same with another character of base64url at this place."""
    other = "65" if text[place : place + 2] != "65" else "66"  # n, o
    return f"{text[:place]}{other}{text[place + 2 :]}"


async def test_a_key_that_the_issuer_does_not_have_is_refused(app: Front) -> None:
    async with serving(app) as port:
        assert "refused" in (await _read(credential(REPORT, f"http://127.0.0.1:{port}", KEY)))[0]
