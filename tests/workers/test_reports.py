"""The page of a report, read back from the PDF as a person and as a scanner would."""

import re
from collections.abc import Mapping
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from db import outbox, report_documents
from db.outbox import Job
from db.pool import Pool
from db.report_documents import ReportDocument
from domain.enums import FileStatus, ObservationFlag
from domain.ids import Key
from domain.smart_health_card import PREFIX
from tests.resolvers.laboratory import Laboratory, new_laboratory
from tests.resolvers.world import new_world
from workers import reports
from workers.files import render_file
from workers.tools import Tools

GLUCOSE = {"code": "GLU", "display": "葡萄糖", "unit": "mmol/L", "reference_range": "3.9-6.1"}


@pytest.fixture
async def laboratory(pool: Pool, tools: Tools) -> Laboratory:
    """After `tools`, which empties the outbox."""
    return await new_laboratory(await new_world(pool))


async def _file(laboratory: Laboratory, report: Key) -> Mapping[str, Any]:
    sql = "select * from file where resident_id = $1 and subject_id = $2"
    (row,) = await laboratory.world.rows(sql, report.resident_id, report.id)
    return row


async def _jobs(tools: Tools, laboratory: Laboratory, report: Key) -> list[Job]:
    """What is to be done for the report's document, begun."""
    file = await _file(laboratory, report)
    ids = await laboratory.world.rows("select id from outbox where args->>'id' = $1 and state <> 'done'", str(file["id"]))
    async with tools.pool.transaction() as connection:
        jobs = [await outbox.start(connection, row["id"], tools.clock()) for row in ids]
    return [job for job in jobs if job is not None]


async def _made(tools: Tools, laboratory: Laboratory, report: Key) -> bytes:
    for job in await _jobs(tools, laboratory, report):
        await render_file(tools, job)
    file = await _file(laboratory, report)
    assert file["status"] == FileStatus.READY
    content: bytes = file["content"]
    return content


async def _read(tools: Tools, report: Key, earlier: int) -> ReportDocument | None:
    """What the page of the report shows."""
    assert report.resident_id is not None
    async with tools.pool.connection() as connection:
        return await report_documents.find(connection, report.resident_id, report.id, earlier)


def _pages(pdf: bytes) -> list[str]:
    """The text of each page without white space, which PDF readers see where they like."""
    with pypdfium2.PdfDocument(pdf) as document:
        return ["".join(page.get_textpage().get_text_bounded().split()) for page in document]


def _codes(pdf: bytes) -> set[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[len(document) - 1].render(scale=4).to_pil()
    return {code.text for code in zxingcpp.read_barcodes(picture)}


async def _speaks(laboratory: Laboratory, language: str) -> None:
    sql = "update resident set language = $2 where resident_id = $1 returning resident_id"
    await laboratory.world.rows(sql, laboratory.resident.resident_id, language)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_the_page_says_what_was_found_in_both_languages(tools: Tools, laboratory: Laboratory, language: str) -> None:
    await _speaks(laboratory, language)
    report = await laboratory.publish(conclusion="血糖偏高，请复查。", findings="标本合格。\n无溶血。")
    [text] = _pages(await _made(tools, laboratory, report))
    for said in ("生化检查", "葡萄糖", "GLU", "7.2↑", "mmol/L", "3.9-6.1", "阴性", "血糖偏高，请复查。", "标本合格。", "N-1"):
        assert said in text
    for zh, en in (("检验报告", "Laboratoryreport"), ("偏高", "High"), ("结论", "Conclusion"), ("姓名", "Name")):
        leading, other = (zh, en) if language == "zh-CN" else (en, zh)
        assert f"{leading}{other}" in text
    assert "修订" not in text


async def test_its_codes_identify_the_holder_and_prove_the_report(tools: Tools, laboratory: Laboratory) -> None:
    report = await laboratory.publish()
    row = await laboratory.row(report)
    card = await laboratory.world.value("select national_id from card where resident_id = $1", report.resident_id)
    assert row["credential"].startswith(PREFIX)
    assert _codes(await _made(tools, laboratory, report)) == {f"{card}:1", row["credential"]}


@pytest.mark.parametrize(
    ("flag", "said"),
    [
        (ObservationFlag.LOW, "↓偏低Low"),
        (ObservationFlag.HIGH, "↑偏高High"),
        (ObservationFlag.CRITICAL, "‼危急Critical"),
        (ObservationFlag.ABNORMAL, "*异常Abnormal"),
    ],
)
async def test_what_is_abnormal_is_marked_with_more_than_a_colour(
    tools: Tools, laboratory: Laboratory, flag: ObservationFlag, said: str
) -> None:
    marked = [{**GLUCOSE, "value": "7.2", "flag": flag}, {**GLUCOSE, "code": "X", "value": "5.5", "flag": ObservationFlag.NORMAL}]
    [text] = _pages(await _made(tools, laboratory, await laboratory.publish(observations=marked)))
    assert f"7.2{said}" in text
    assert re.search(r"5\.5mmol/L", text)


async def test_an_amended_report_says_so_and_the_new_one_why(tools: Tools, laboratory: Laboratory) -> None:
    first = await laboratory.publish()
    before = await _made(tools, laboratory, first)
    second = await laboratory.amend(first, conclusion="复核无误")
    [old], [new] = _pages(await _made(tools, laboratory, first)), _pages(await _made(tools, laboratory, second))
    assert "已被修订" not in _pages(before)[0]
    assert "此版本已被修订" in old
    assert "wasamended:thenewerone" in old
    assert "复核无误" not in old
    assert "此版本已被修订" not in new
    for said in ("修订原因", "标本有误", "复核无误", "第2版"):
        assert said in new


async def test_what_was_drawn_before_the_amendment_is_not_kept(
    tools: Tools, laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await laboratory.publish()
    [early] = await _jobs(tools, laboratory, first)
    find = report_documents.find

    async def amended_meanwhile(*given: Any) -> Any:
        found = await find(*given)
        monkeypatch.undo()
        await laboratory.amend(first)
        return found

    monkeypatch.setattr(report_documents, "find", amended_meanwhile)
    await render_file(tools, early)
    assert (await _file(laboratory, first))["status"] == FileStatus.PENDING
    assert "此版本已被修订" in _pages(await _made(tools, laboratory, first))[0]


async def test_of_a_withdrawn_report_nothing_is_drawn(tools: Tools, laboratory: Laboratory) -> None:
    report = await laboratory.publish()
    [job] = await _jobs(tools, laboratory, report)
    await laboratory.withdraw(report)
    await render_file(tools, job)
    file = await _file(laboratory, report)
    assert (file["status"], file["content"]) == (FileStatus.PENDING, None)
    assert await _read(tools, report, 7) is None


async def test_a_long_report_says_on_each_page_whose_it_is(tools: Tools, laboratory: Laboratory) -> None:
    many = [{**GLUCOSE, "code": f"C{place}", "display": f"很长的项目名称{place}" * 4, "value": str(place)} for place in range(200)]
    pages = _pages(await _made(tools, laboratory, await laboratory.publish(observations=many)))
    assert len(pages) > 5
    for number, text in enumerate(pages, 1):
        assert f"王小明N-1第1版{number}/{len(pages)}" in text
        assert "参考范围Reference" in text or number == len(pages)
    for place in range(200):
        assert f"C{place}" in "".join(pages)


@pytest.mark.parametrize(
    "text",
    [
        '#panic("read as markup")',
        '#read("/base.typ")',
        "*粗* _斜_ $x^2$ = 标题 @x <y> // z",
        "𠮷田·买买提",
        "\\u{4e00}",
        "<script>",
    ],
)
async def test_what_looks_like_markup_is_shown_as_it_is(tools: Tools, laboratory: Laboratory, text: str) -> None:
    observations = [{"code": text, "display": text, "value": text}]
    report = await laboratory.publish(title=text, findings=text, conclusion=text, observations=observations)
    [page] = _pages(await _made(tools, laboratory, report))
    assert page.count("".join(text.split())) == 6


async def test_the_plot_has_the_last_results_of_the_same_person_and_no_others(tools: Tools, laboratory: Laboratory) -> None:
    for count in range(3):
        await laboratory.publish(number=f"E-{count}", observations=[{**GLUCOSE, "value": f"{4 + count}.5"}])
    withdrawn = await laboratory.publish(number="E-8", observations=[{**GLUCOSE, "value": "99"}])
    await laboratory.withdraw(withdrawn)
    amended = await laboratory.publish(number="E-9", observations=[{**GLUCOSE, "value": "88"}])
    await laboratory.amend(amended, observations=[{**GLUCOSE, "value": "8.8"}])
    report = await laboratory.publish(observations=[{**GLUCOSE, "value": "7.2"}])
    await laboratory.publish(number="L-1", observations=[{**GLUCOSE, "value": "77"}])
    found, all_of_them = await _read(tools, report, 4), await _read(tools, report, 7)
    assert found is not None
    assert all_of_them is not None
    assert [one.value for one in found.earlier["GLU"]] == ["4.5", "5.5", "6.5", "8.8"]
    # The first is what another hospital found.
    assert [one.value for one in all_of_them.earlier["GLU"]] == ["5.0", "4.5", "5.5", "6.5", "8.8"]
    row = reports._row(all_of_them.observations[0], all_of_them)
    assert len(row["trend"]["points"]) == 6
