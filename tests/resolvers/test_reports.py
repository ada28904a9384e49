"""Reports: published once, amended one after the other, withdrawn; other people's are always there."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from db import reports as stored
from domain.enums import ReportCategory
from domain.ids import Key, PublicId
from domain.refusals import Conflict, Forbidden, InvalidInput, NotFound, Refusal, WrongState
from domain.reports import CLOCK_SKEW, MOST_OBSERVATIONS
from resolvers import reports
from tests.resolvers.laboratory import OBSERVATIONS, Laboratory, new_laboratory, report_id
from tests.resolvers.world import World, public

OBSERVED = "select * from observation where resident_id = $1 and report_id = $2 order by position"


@pytest.fixture
async def laboratory(world: World) -> Laboratory:
    return await new_laboratory(world)


async def observed(laboratory: Laboratory, report: Key) -> list[tuple[str, str, str | None]]:
    rows = await laboratory.world.rows(OBSERVED, report.resident_id, report.id)
    return [(row["code"], row["value"], row["flag"]) for row in rows]


async def test_a_report_is_kept_as_it_was_given(laboratory: Laboratory) -> None:
    world = laboratory.world
    report = await laboratory.publish(findings="一\r\n二  \n", observed_at=world.now - timedelta(days=1))
    row = await laboratory.row(report)
    assert (row["number"], row["version"], row["status"], row["category"]) == ("N-1", 1, "FINAL", "LABORATORY")
    assert (row["institution_id"], row["visit_id"]) == (laboratory.hospital.institution_id, laboratory.visit.id)
    assert (row["findings"], row["conclusion"], row["issued_at"]) == ("一\n二", None, world.now)
    assert row["issued_at"] - row["observed_at"] == timedelta(days=1, milliseconds=1)
    assert await observed(laboratory, report) == [("GLU", "7.2", "HIGH"), ("HBSAG", "阴性", None)]
    assert row["credential"].startswith("shc:/")
    assert await laboratory.done("report.published") == 2  # the other elsewhere
    assert await laboratory.told(report) == ["REPORT_PUBLISHED"]
    files = await world.rows("select kind, format, status from file where subject_id = $1", report.id)
    assert files == [{"kind": "REPORT", "format": "PDF", "status": "PENDING"}]


async def test_results_come_when_the_visit_is_long_over(laboratory: Laboratory) -> None:
    laboratory.world.later(days=9)
    await laboratory.publish()


async def test_the_same_number_and_content_is_the_same_report(laboratory: Laboratory) -> None:
    first = await laboratory.publish()
    assert await laboratory.publish() == first
    for change in (
        {"title": "血脂"},
        {"category": ReportCategory.CHECKUP},
        {"conclusion": "偏高"},
        {"observations": OBSERVATIONS[:1]},
        {"observed_at": laboratory.world.now},
    ):
        with pytest.raises(Conflict) as refused:
            await laboratory.publish(**change)
        assert refused.value.field == ("number",)
    with pytest.raises(Conflict):
        await laboratory.publish(number="N-0")  # another patient's
    assert await laboratory.done("report.published") == 2


async def test_of_two_that_publish_at_once_both_get_the_one(laboratory: Laboratory) -> None:
    reports = await asyncio.gather(*(laboratory.publish() for _ in range(4)))
    assert len(set(reports)) == 1
    assert await laboratory.done("report.published") == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"observations": []}, ("observations",)),
        ({"observations": [OBSERVATIONS[1]] * (MOST_OBSERVATIONS + 1)}, ("observations",)),
        ({"observations": [OBSERVATIONS[0], {**OBSERVATIONS[1], "value": " "}]}, ("observations", "1", "value")),
        ({"number": ""}, ("number",)),
        ({"title": "甲\u202e乙"}, ("title",)),
        ({"findings": "甲\n乙\u202e"}, ("findings",)),
        ({"conclusion": "长" * 10_001}, ("conclusion",)),
    ],
)
async def test_what_is_no_report_is_refused(laboratory: Laboratory, changes: dict[str, Any], field: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput) as refused:
        await laboratory.publish(**changes)
    assert refused.value.field == field


async def test_nothing_is_observed_in_days_to_come(laboratory: Laboratory) -> None:
    now = laboratory.world.now
    await laboratory.publish(observed_at=now + CLOCK_SKEW)
    with pytest.raises(InvalidInput):
        await laboratory.publish(number="N-2", observed_at=now + CLOCK_SKEW + timedelta(minutes=1))


async def test_only_the_hospital_of_the_visit_reports_with_its_doctors(laboratory: Laboratory) -> None:
    world = laboratory.world
    other = await world.institution()
    for changes, field in (({"by": other}, "visit_id"), ({"author_id": public("H", laboratory.visit.id)}, "author_id")):
        with pytest.raises(NotFound) as refused:
            await laboratory.publish(**changes)
        assert refused.value.field == (field,)
    elsewhere = await world.value(
        "select d.id from doctor d where d.institution_id <> $1 and d.code = 'M1' limit 1", laboratory.hospital.institution_id
    )
    with pytest.raises(NotFound):
        await laboratory.publish(author_id=public("H", elsewhere))
    with pytest.raises(Forbidden):
        await laboratory.publish(by=laboratory.resident)
    assert await laboratory.done("report.published") == 1


async def test_an_amendment_supersedes(laboratory: Laboratory) -> None:
    first = await laboratory.publish(findings="甲", conclusion="乙")
    second = await laboratory.amend(first, conclusion="丙", findings="")
    before, after = await laboratory.row(first), await laboratory.row(second)
    assert (before["status"], before["superseded_by"], before["findings"]) == ("AMENDED", second.id, "甲")
    assert (after["status"], after["supersedes"], after["version"], after["amend_reason"]) == ("FINAL", first.id, 2, "标本有误")
    assert (after["findings"], after["conclusion"], after["number"]) == (None, "丙", "N-1")
    assert (after["read_at"], after["observed_at"]) == (None, before["observed_at"])
    assert await observed(laboratory, second) == await observed(laboratory, first)
    third = await laboratory.amend(second, observations=OBSERVATIONS[1:])
    assert await observed(laboratory, third) == [("HBSAG", "阴性", None)]
    assert (await laboratory.row(third))["conclusion"] == "丙"
    assert len({(await laboratory.row(report))["credential"] for report in (first, second, third)}) == 3
    assert await laboratory.told(second) == ["REPORT_AMENDED"]
    # What was published is still the first version.
    assert await laboratory.publish(findings="甲", conclusion="乙") == first


async def test_what_does_not_stand_is_not_amended(laboratory: Laboratory) -> None:
    first = await laboratory.publish()
    second = await laboratory.amend(first, conclusion="丙")
    with pytest.raises(WrongState):
        await laboratory.amend(first)
    await laboratory.withdraw(second)
    with pytest.raises(WrongState):
        await laboratory.amend(second)
    with pytest.raises(NotFound):
        await laboratory.amend(second, by=await laboratory.world.institution())
    with pytest.raises(Forbidden):
        await laboratory.amend(second, by=laboratory.resident)


async def test_an_amendment_that_leaves_nothing_is_refused(laboratory: Laboratory) -> None:
    report = await laboratory.publish(observations=[], conclusion="乙")
    with pytest.raises(InvalidInput):
        await laboratory.amend(report, conclusion="")
    assert (await laboratory.row(report))["status"] == "FINAL"


async def test_of_amendments_at_once_one_wins(laboratory: Laboratory) -> None:
    report = await laboratory.publish()

    async def amend(n: int) -> str:
        try:
            await laboratory.amend(report, conclusion=f"更正 {n}")
        except (Conflict, WrongState) as refusal:
            return type(refusal).__name__
        return "won"

    outcomes = Counter(await asyncio.gather(*(amend(n) for n in range(6))))
    assert outcomes["won"] == 1
    versions = await laboratory.world.rows(
        "select version, status from report where resident_id = $1 and institution_id = $2 order by version",
        laboratory.resident.resident_id,
        laboratory.hospital.institution_id,
    )
    assert [tuple(row.values()) for row in versions] == [(1, "AMENDED"), (2, "FINAL")]


async def test_who_is_overtaken_between_looking_and_amending_is_told_of_a_conflict(
    laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, found = await laboratory.publish(), stored.find

    async def overtaken(*args: Any) -> Any:
        seen = await found(*args)
        monkeypatch.setattr(stored, "find", found)
        await laboratory.amend(report, conclusion="先到")
        return seen

    monkeypatch.setattr(stored, "find", overtaken)
    with pytest.raises(Conflict) as refused:
        await laboratory.amend(report, conclusion="后到")
    assert refused.value.field == ("report_id",)


async def test_a_withdrawn_report_goes_with_its_versions(laboratory: Laboratory) -> None:
    other = await laboratory.publish(number="N-2")
    first = await laboratory.publish()
    second = await laboratory.amend(first, conclusion="丙")
    with pytest.raises(WrongState):
        await laboratory.withdraw(first)
    await laboratory.withdraw(second)
    assert await laboratory.withdraw(second) == second
    for report in (first, second):
        row = await laboratory.row(report)
        assert (row["status"], row["withdraw_reason"]) == ("WITHDRAWN", "非本人标本")
        revoked = await laboratory.world.value("select revoked_at from file where subject_id = $1", report.id)
        assert revoked is not None
    assert (await laboratory.row(other))["status"] == "FINAL"
    assert await laboratory.world.value("select revoked_at from file where subject_id = $1", other.id) is None
    assert await laboratory.done("report.withdrawn") == 1
    assert await laboratory.told(second) == ["REPORT_AMENDED", "REPORT_WITHDRAWN"]
    with pytest.raises(NotFound):
        await laboratory.withdraw(other, by=await laboratory.world.institution())


async def test_it_is_read_once_by_the_resident_or_who_may(laboratory: Laboratory) -> None:
    world, report = laboratory.world, await laboratory.publish()

    async def read(viewer: Any, id: str = report_id(report)) -> None:
        await world.change(reports.mark_report_read, viewer, report_id=id)

    carer, other = await world.resident(), await world.resident()
    await world.care_for(laboratory.resident, carer, "REPORTS")
    await world.care_for(laboratory.resident, other, "RECORDS")
    refusals: list[tuple[Any, type[Refusal]]] = [
        (other, Forbidden),
        (await world.resident(), NotFound),
        (laboratory.hospital, Forbidden),
    ]
    for viewer, refusal in refusals:
        with pytest.raises(refusal):
            await read(viewer)
    await read(carer)
    at = world.now
    await read(laboratory.resident)
    assert (await laboratory.row(report))["read_at"] == at
    assert await laboratory.done("report.read") == 1
    with pytest.raises(NotFound):
        await read(laboratory.resident, PublicId("r", laboratory.visit.id, laboratory.resident.resident_id).encode())
