"""A hospital that reports on a patient, for tests of reports. Other people's reports with the same numbers and codes are there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.enums import ObservationFlag, ReportCategory
from domain.ids import Key
from domain.viewer import Viewer
from resolvers import report_links, reports
from tests.resolvers.hospital import publish
from tests.resolvers.world import World, public

OBSERVATIONS = [
    {
        "code": "GLU",
        "display": "葡萄糖",
        "value": "7.2",
        "unit": "mmol/L",
        "reference_range": "3.9-6.1",
        "flag": ObservationFlag.HIGH,
    },
    {"code": "HBSAG", "display": "乙肝表面抗原", "value": "阴性"},
]


@dataclass
class Laboratory:
    """Of the hospital, where the resident had a visit. `author`: a doctor's public id."""

    world: World
    hospital: Viewer
    resident: Viewer
    visit: Key
    author: str

    @property
    def visit_id(self) -> str:
        return public("V", self.visit.id, self.visit.resident_id)

    async def publish(self, by: Viewer | None = None, **changes: Any) -> Key:
        """Publishes report N-1, unless the changes say otherwise."""
        given: dict[str, Any] = {
            "visit_id": self.visit_id,
            "number": "N-1",
            "title": "生化检查",
            "category": ReportCategory.LABORATORY,
            "observations": OBSERVATIONS,
            "author_id": self.author,
            **changes,
        }
        return await self._made(reports.publish_report, by or self.hospital, **given)

    async def amend(self, report: Key, by: Viewer | None = None, **changes: Any) -> Key:
        """The next version."""
        given = {"report_id": report_id(report), "reason": "标本有误", **changes}
        return await self._made(reports.amend_report, by or self.hospital, **given)

    async def withdraw(self, report: Key, by: Viewer | None = None) -> Key:
        """Takes it back."""
        return await self._made(reports.withdraw_report, by or self.hospital, report_id=report_id(report), reason="非本人标本")

    async def share(self, report: Key, by: Viewer | None = None, **given: Any) -> Key:
        """A link to it."""
        made = await self.world.change(report_links.share_report, by or self.resident, report_id=report_id(report), **given)
        key: Key = made.fields["link"]
        return key

    async def _made(self, resolve: Any, by: Viewer, **given: Any) -> Key:
        key: Key = (await self.world.change(resolve, by, **given)).fields["report"]
        return key

    async def row(self, report: Key) -> Mapping[str, Any]:
        """The report as it is stored."""
        (row,) = await self.world.rows("select * from report where resident_id = $1 and id = $2", report.resident_id, report.id)
        return row

    async def link(self, link: Key) -> Mapping[str, Any]:
        """The link as it is stored."""
        sql = "select * from report_link where resident_id = $1 and id = $2"
        (row,) = await self.world.rows(sql, link.resident_id, link.id)
        return row

    async def made(self, content: bytes = b"%PDF-1.7") -> None:
        """Makes every document of the resident, as the worker would."""
        sql = "update file set status = 'READY', content = $2 where resident_id = $1 and kind = 'REPORT' returning id"
        await self.world.rows(sql, self.resident.resident_id, content)

    async def done(self, action: str) -> int:
        """How often the audit says so of the resident."""
        sql = "select count(*) from audit where subject_id = $1 and action = $2"
        count: int = await self.world.value(sql, self.resident.resident_id, action)
        return count

    async def told(self, report: Key) -> list[str]:
        """Of what about the report people are to be told."""
        sql = "select args->>'event' as event from outbox where args->>'subject_id' = $1 order by id"
        return [row["event"] for row in await self.world.rows(sql, str(report.id))]


def report_id(key: Key) -> str:
    """The public id."""
    return public("r", key.id, key.resident_id)


async def new_laboratory(world: World) -> Laboratory:
    """A laboratory; another patient there and the same patient elsewhere have a report of that number or codes."""
    here = await _laboratory(world, await world.institution(), await world.resident())
    other = await _laboratory(world, here.hospital, await world.resident())
    await other.publish(number="N-0")
    elsewhere = await _laboratory(world, await world.institution(), here.resident)
    await elsewhere.publish(observations=[{"code": "GLU", "display": "葡萄糖", "value": "5.0", "unit": "mmol/L"}])
    return here


async def _laboratory(world: World, hospital: Viewer, resident: Viewer) -> Laboratory:
    await publish(world, hospital)
    (author,) = await world.rows("select id from doctor where institution_id = $1 and code = 'M1'", hospital.institution_id)
    visit = await world.verify(hospital, await world.present(resident))
    return Laboratory(world, hospital, resident, visit, public("H", author["id"]))
