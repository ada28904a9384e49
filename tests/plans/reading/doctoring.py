"""The plain resolvers of family doctors: teams and what they offer, which everybody sees, and a resident's agreements."""

from datetime import date
from typing import Any

from tests.plans.reading.booking import amount, by_code, is_id
from tests.plans.reading.city import Record
from tests.plans.reading.dispensing import with_status
from tests.plans.reading.fields import at
from tests.plans.reading.pages import Listed
from tests.plans.reading.plain import EXPECTED, SEEN_BY, Reader, Row, first, of


def sees_agreement(reader: Reader, row: Record) -> bool:
    """The resident, who cares for them with FAMILY_DOCTOR, and the team's institution."""
    if reader.kind == "INSTITUTION":
        return bool(row["institution_id"] == reader.viewer.institution_id)
    owner = row["resident_id"]
    return reader.kind == "RESIDENT" and (owner == reader.viewer.resident_id or reader.cares(owner, "FAMILY_DOCTOR"))


def sees_service(reader: Reader, row: Record) -> bool:
    """Who sees the agreement."""
    (term,) = reader.city.rows("agreement_term", resident_id=row["resident_id"], id=row["term_id"])
    (agreement,) = reader.city.rows("family_doctor_agreement", resident_id=row["resident_id"], id=term["agreement_id"])
    return sees_agreement(reader, agreement)


SEEN_BY["FamilyDoctorAgreement"] = sees_agreement
SEEN_BY["AgreementService"] = sees_service
for name in ("FamilyDoctorTeam", "FamilyDoctorPackage", "PromisedService"):
    SEEN_BY[name] = lambda _, __: True


@of("Query.familyDoctorTeams")
def teams(reader: Reader, _: Any, given: Any) -> Listed:
    def fits(row: Record) -> bool:
        (place,) = reader.city.rows("institution", id=row["institution_id"])
        is_there = is_id(given.get("institutionId"), "Institution", row, "institution_id")
        return is_there and given.get("district") in (None, place["district"])

    return Listed("FamilyDoctorTeam", [row for row in reader.all("FamilyDoctorTeam") if fits(row)], given)


of("FamilyDoctorTeam.institution", "FamilyDoctorAgreement.institution")(at)
of("FamilyDoctorPackage.annualFee")(amount("annual_fee"))


@of("FamilyDoctorTeam.openPlaces")
def open_places(_: Reader, row: Row, __: Any) -> int:
    return int(row.data["capacity"] - row.data["taken"])


@of("FamilyDoctorTeam.leader")
def leader(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Doctor", first(reader.city.rows("doctor", id=row.data["leader_id"])))


@of("FamilyDoctorTeam.packages")
def offered(reader: Reader, row: Row, _: Any) -> list[Row | None]:
    rows = reader.all("FamilyDoctorPackage", team_id=row.data["id"], offered=True)
    return [reader.see("FamilyDoctorPackage", one) for one in sorted(rows, key=by_code)]


@of("FamilyDoctorPackage.services")
def promised(reader: Reader, row: Row, _: Any) -> list[Row | None]:
    rows = reader.all("PromisedService", package_id=row.data["id"])
    return [reader.see("PromisedService", one) for one in sorted(rows, key=lambda one: one["position"])]


@of("Resident.familyDoctorAgreement")
def newest(reader: Reader, row: Row, _: Any) -> Row | None:
    rows = reader.all("FamilyDoctorAgreement", resident_id=row.data["resident_id"])
    rows.sort(key=lambda one: (one["requested_at"], one["id"]), reverse=True)
    return reader.see("FamilyDoctorAgreement", first(rows))


@of("Institution.familyDoctorAgreements")
def queue(reader: Reader, row: Row, given: Any) -> Listed:
    is_ours = row.data["id"] == reader.viewer.institution_id
    rows = reader.all("FamilyDoctorAgreement", institution_id=row.data["id"]) if is_ours else []
    return Listed("FamilyDoctorAgreement", with_status(given, rows), given)


@of("FamilyDoctorAgreement.team")
def team(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("FamilyDoctorTeam", first(reader.city.rows("family_doctor_team", id=row.data["team_id"])))


@of("FamilyDoctorAgreement.packages")
def packages(reader: Reader, row: Row, _: Any) -> list[Row | None]:
    signed = reader.city.rows("agreement_package", resident_id=row.data["resident_id"], agreement_id=row.data["id"])
    rows = [first(reader.city.rows("family_doctor_package", id=one["package_id"])) for one in signed]
    return [reader.see("FamilyDoctorPackage", one) for one in sorted(filter(None, rows), key=by_code)]


@of("FamilyDoctorAgreement.services")
def services(reader: Reader, row: Row, _: Any) -> list[Row | None]:
    """Of the newest year that has begun."""
    owner = row.data["resident_id"]
    terms = reader.city.rows("agreement_term", resident_id=owner, agreement_id=row.data["id"])
    begun = [term for term in terms if term["starts_on"] is None or term["starts_on"] <= reader.today]
    current = max(begun, key=lambda term: term["starts_on"] or date.min)
    rows = reader.all("AgreementService", resident_id=owner, term_id=current["id"])
    return [reader.see("AgreementService", one) for one in sorted(rows, key=lambda one: one["position"])]


@of("FamilyDoctorAgreement.bill")
def bill(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Bill", first(reader.city.rows("bill", resident_id=row.data["resident_id"], id=row.data["bill_id"])))


@of("FamilyDoctorAgreement.resident")
def resident(reader: Reader, row: Row, _: Any) -> Row | None:
    return reader.see("Resident", first(reader.city.rows("resident", resident_id=row.data["resident_id"])), EXPECTED)
