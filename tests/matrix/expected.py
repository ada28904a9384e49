"""What the table says of an answer: of all there is, what the viewer sees."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.ids import PublicId
from domain.viewer import ViewerKind
from tests.matrix.lines import ANY, NOBODY, Line
from tests.matrix.reasons import PARTS, REASONS, Seen, Town
from tests.matrix.table import FILES, TYPES, WAYS
from tests.plans.reading.city import Record

Json = Any
MARK = "|"  # between a medicine's key and its name, where all there is was asked for


@dataclass(slots=True)
class Judge:
    """For one viewer. `letters`: of public ids, and of which type each is."""

    town: Town
    letters: Mapping[str, str]
    rows: Mapping[tuple[str, UUID | None, UUID], Record]

    def answer(self, data: Mapping[str, Json]) -> Json:
        """The part of a whole answer that the viewer sees."""
        asking = Seen("Query", {}, ("Query", {}))
        out = {}
        for name, value in data.items():
            line = TYPES["Query"].field(name)
            hidden = line is None or not self.allows(line, asking, unsaid=True)
            out[name] = self.seen(emptied(value) if hidden else value, None, f"Query.{name}")
        return out

    def seen(self, answer: Json, parent: Seen | None, way: str) -> Json:
        """The part of an object, or of a list or a page of them, that the viewer sees; None where there is none."""
        if isinstance(answer, list):
            kept = [self.seen(one, parent, way) for one in answer]
            return kept if way == "Query.nodes" else [one for one in kept if one is not None]
        if isinstance(answer, dict) and "nodes" in answer:
            nodes = self.seen(answer["nodes"], parent, way)
            return {**answer, "totalCount": len(nodes), "nodes": nodes}
        if not isinstance(answer, dict) or "__typename" not in answer:
            return answer
        return self._object(answer, parent, way)

    def _object(self, answer: dict[str, Json], parent: Seen | None, way: str) -> Json:
        type_name = answer["__typename"]
        entry = TYPES[type_name]
        if entry.rows.everyone and type_name != "Institution":
            return answer
        seen = self.row(type_name, answer, parent)
        if not self.allows(self.line_of(seen), seen, unsaid=False):
            return None
        out: dict[str, Json] = {}
        for key, value in answer.items():
            name = key if key.startswith("__") else key.rpartition("_")[2]
            line = entry.field(name)
            hidden = name != "__typename" and (
                line is None or not self.allows(line, seen, unsaid=True) or self.is_hidden(way, name)
            )
            is_list = isinstance(value, list) or (isinstance(value, dict) and "nodes" in value)
            if not hidden:
                out[key] = self.seen(self._told(type_name, name, value), seen, f"{type_name}.{name}")
            else:
                out[key] = emptied(value) if is_list else None
        return out

    def row(self, type_name: str, answer: Mapping[str, Json], parent: Seen | None) -> Seen:
        """The row that an object shows."""
        through = parent.through if parent else None
        if type_name == "HealthSummary":
            assert parent is not None
            (row,) = self.town.of("blood_type", parent.owner) or [{"resident_id": parent.owner}]
            return Seen(type_name, row, (type_name, row), through)
        if type_name in HANGING:
            assert parent is not None
            return Seen(type_name, parent.row, parent.whole, through)  # hangs on it alone
        if type_name == "Medication":
            assert parent is not None
            row = self.rows["Medication", parent.owner, UUID(answer["medicine"].split(MARK)[0])]
        else:
            row = self.named(answer["id"])
        through = row if type_name == "Visit" else through
        return Seen(type_name, row, self.whole(type_name, row), through)

    def named(self, id: str) -> Record:
        """The row of a public id."""
        public = PublicId.decode(id)
        assert public is not None
        return self.rows[self.letters[public.letter], public.resident_id, public.id]

    def whole(self, type_name: str, row: Record) -> tuple[str, Record]:
        """What the row is a part of, itself where it is none."""
        if type_name not in PARTS:
            return type_name, row
        of, column = PARTS[type_name]
        return of, self.rows[of, row["resident_id"], row[column]]

    def line_of(self, seen: Seen) -> Line:
        """Who sees the row."""
        return FILES.get(seen.row["kind"], Line("", (), ())) if seen.type == "File" else TYPES[seen.type].rows

    def allows(self, line: Line, seen: Seen, unsaid: bool) -> bool:
        """Whether the viewer is among whom the line names; `unsaid` where it names nobody of the viewer's kind."""
        viewer = self.town.viewer
        if line.everyone:
            return True
        if viewer.kind is ViewerKind.RESIDENT:
            if not line.residents or seen.row.get("resident_id") == viewer.resident_id:
                return line.residents
            if any(REASONS[reason](self.town, seen) for reason in line.others):
                return True
            return unsaid if line.carers is None else line.carers != NOBODY and self.town.cares(seen.owner, line.carers)
        reasons = {ViewerKind.INSTITUTION: line.institutions, ViewerKind.APP: line.apps}.get(viewer.kind)
        if reasons is None:
            return unsaid
        return any(REASONS[reason](self.town, self._subject(seen)) for reason in reasons)

    def _subject(self, seen: Seen) -> Seen:
        """A report's file is shown to whom the report is shown."""
        if seen.type != "File":
            return seen
        report = self.rows.get(("Report", seen.owner, seen.row["subject_id"]), {})
        return Seen("File", seen.row, ("Report", report), seen.through)

    def is_hidden(self, way: str, name: str) -> bool:
        """Whether institutions do not read it on this way."""
        is_identity = name in IDENTITY
        return self.town.viewer.kind is ViewerKind.INSTITUTION and way in WAYS and is_identity and name not in WAYS[way].split()

    def _told(self, type_name: str, name: str, value: Json) -> Json:
        return value.split(MARK, 1)[1] if (type_name, name) == ("Medication", "medicine") else value


# Types without ids, whose row is their parent's.
HANGING = {"BillItem", "Diagnosis", "AgreementService", "NotificationPreferences", "SettlementTotals"}
IDENTITY = {name for names, line in TYPES["Resident"].fields.items() if line.carers not in (None, ANY) for name in names.split()}


def emptied(value: Json) -> Json:
    """A list, or a page, of which nothing is seen."""
    return [] if isinstance(value, list) else {**value, "totalCount": 0, "nodes": []}
