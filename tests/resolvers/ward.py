"""A department with a doctor, and a patient who is there to be treated, for tests of the health record."""

from dataclasses import dataclass
from typing import Any

from domain.enums import AllergySeverity, CareStep, CodePurpose
from domain.ids import Key
from domain.viewer import Viewer
from resolvers import conditions, encounters
from tests.resolvers.clinic import Clinic, open_clinic
from tests.resolvers.world import World, public


@dataclass
class Ward:
    """`visit`: of the resident, to be diagnosed; `doctor`: public id."""

    clinic: Clinic
    doctor: str
    resident: Viewer
    visit: Key

    @property
    def world(self) -> World:
        return self.clinic.world

    @property
    def hospital(self) -> Viewer:
        return self.clinic.institution

    @property
    def visit_id(self) -> str:
        return public("V", self.visit.id, self.visit.resident_id)

    def encounter(self, **changes: Any) -> dict[str, Any]:
        """The input of an encounter, for a resolver."""
        diagnoses = [{"code": "I10", "display": "高血压"}, {"code": "E11", "display": "糖尿病"}]
        where = {"visit_id": self.visit_id, "department_id": self.clinic.public_id, "doctor_id": self.doctor}
        return {**where, "diagnoses": diagnoses, "note": "头晕三天", **changes}

    async def written(self) -> dict[str, Key]:
        """An encounter, a condition, an allergy and an immunization of the patient: type → key."""
        visit = {"visit_id": self.visit_id}
        changes: list[tuple[Any, dict[str, Any]]] = [
            (encounters.record_encounter, self.encounter()),
            (conditions.record_condition, {**visit, "code": "I10", "display": "高血压"}),
            (conditions.record_allergy, {**visit, "substance": "青霉素", "severity": AllergySeverity.SEVERE}),
            (conditions.record_immunization, {**visit, "vaccine": "乙肝疫苗", "given_on": self.world.now.date()}),
        ]
        found: dict[str, Key] = {}
        for change, given in changes:
            ((noun, key),) = (await self.world.change(change, self.hospital, **given)).fields.items()
            found[noun.capitalize()] = key
        return found


async def scanned(world: World, resident: Viewer, hospital: Viewer, step: CareStep = CareStep.DIAGNOSE) -> Key:
    """A visit of the resident."""
    purpose = {CareStep.PAY: CodePurpose.PAY, CareStep.COLLECT_MEDICINE: CodePurpose.COLLECT}.get(step, CodePurpose.RECORDS)
    return await world.verify(hospital, await world.present(resident, purpose), step)


async def new_ward(world: World, resident: Viewer | None = None) -> Ward:
    """A ward of a new institution; beside it there is another one, with a patient of its own of whom everything is written down."""
    if resident is None:
        await (await new_ward(world, await world.resident())).written()
    clinic, patient = await open_clinic(world), resident or await world.resident()
    doctor = public("H", await clinic.doctor())
    return Ward(clinic, doctor, patient, await scanned(world, patient, clinic.institution))
