"""Who changes what, kept by hand: each mutation with the input that concerns the owner, and who alone is not refused.

`@name` in an input is an id of `things`. Keys of idempotency are added where a mutation takes one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.enums import CareScope

ONESELF = "ONESELF"  # with whatever is named: others' is not there
EACH_FOR_THEMSELVES = "EACH FOR THEMSELVES"  # of those who sign in as residents
ANYBODY = "ANYBODY"
INSTITUTIONS = "institutions"
PAYMENT_APPS = "payment apps"
THERE = {"INSTITUTION": "NOT_FOUND"}
BESIDE = {**THERE, "payment app": "NOT_FOUND", "other app": "NOT_FOUND"}


@dataclass(frozen=True, slots=True)
class Deed:
    """`by`: the scope that a carer needs, or one of the words above, or which of the viewers. `also`: viewers of another kind who
    may as well; `told`: how others are refused, by who they are or by their kind, where it is not with FORBIDDEN. `but`: a refusal
    that is not for want of access: there is none of it."""

    mutation: str
    by: str
    given: Mapping[str, Any] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    told: Mapping[str, str] = field(default_factory=dict)
    but: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """For people; a mutation may be done in several ways."""
        purpose = self.given.get("purpose", "")
        return f"{self.mutation} {purpose}".strip()


OWNER = {"residentId": "@owner"}
VISIT = {"visitId": "@visit"}
CARD, BOOKS = CareScope.CARD, CareScope.APPOINTMENTS
ITEM = {"code": "A1", "name": "诊查费", "quantity": "1", "unitPrice": "25"}
MEDICINE = {
    "medicine": "药",
    "dose": "1",
    "route": "口服",
    "frequency": "每日",
    "days": 3,
    "quantity": "1",
    "unit": "盒",
    "unitPrice": "10",
}
TERMINAL = {"id": "W-3", "kind": "WINDOW"}
STEP = {"careStep": "REGISTER", "careSetting": "OUTPATIENT", "terminal": TERMINAL}
SCAN = {"code": "x", **STEP}

RESIDENTS = (
    Deed("updateResident", CARD, {**OWNER, "socialSecurityNumber": "5123456789"}),
    Deed("presentCard", CARD, {**OWNER, "purpose": "IDENTIFY"}),
    Deed("presentCard", CareScope.BILLS, {**OWNER, "purpose": "PAY"}),
    Deed("presentCard", CareScope.RECORDS, {**OWNER, "purpose": "RECORDS"}),
    Deed("presentCard", CareScope.PRESCRIPTIONS, {**OWNER, "purpose": "COLLECT"}),
    Deed("printCard", CARD, OWNER),
    Deed("revokePrintedCode", CARD, {"printedCodeId": "@printed"}),
    Deed("suspendCard", CARD, OWNER),
    Deed("resumeCard", CARD, OWNER),
    Deed("replaceCard", CARD, {**OWNER, "reason": "丢失"}),
    Deed("closeCard", CARD, {**OWNER, "reason": "迁出"}),
    Deed("bookAppointment", BOOKS, {**OWNER, "slotId": "@slot"}),
    Deed("cancelAppointment", BOOKS, {"appointmentId": "@appointment"}),
    Deed("rescheduleAppointment", BOOKS, {"appointmentId": "@appointment", "slotId": "@slot"}),
    Deed("joinWaitlist", BOOKS, {**OWNER, "departmentId": "@department", "from": "@tomorrow", "to": "@tomorrow"}),
    Deed("leaveWaitlist", BOOKS, {"entryId": "@entry"}),
    Deed("startPayment", CareScope.BILLS, {"billIds": ["@bill"], "method": "ALIPAY"}, ("hospital",), BESIDE),
    Deed("cancelPayment", CareScope.BILLS, {"paymentId": "@payment"}, (), BESIDE),
    Deed("markReportRead", CareScope.REPORTS, {"reportId": "@report"}),
    Deed("shareReport", CareScope.REPORTS, {"reportId": "@report", "expiresAt": "@later"}),
    Deed("revokeReportLink", CareScope.REPORTS, {"linkId": "@link"}),
    Deed("delegatePickup", CareScope.PRESCRIPTIONS, {"prescriptionId": "@ready", "delegateName": "李四"}),
    Deed(
        "grantConsent",
        CareScope.RECORDS,
        {**OWNER, "institutionId": "@institution", "kinds": ["REPORT"], "expiresAt": "@later"},
    ),
    Deed("revokeConsent", CareScope.RECORDS, {"consentId": "@consent"}),
    Deed("exportHealthRecord", CareScope.RECORDS, {**OWNER, "format": "JSON"}),
    Deed(
        "signUpWithFamilyDoctor",
        CareScope.FAMILY_DOCTOR,
        {**OWNER, "teamId": "@team", "packageIds": ["@package"]},
    ),
    Deed("renewFamilyDoctorAgreement", CareScope.FAMILY_DOCTOR, {"agreementId": "@agreement"}),
    Deed(
        "endFamilyDoctorAgreement", CareScope.FAMILY_DOCTOR, {"agreementId": "@agreement", "reason": "搬家"}, ("hospital",), THERE
    ),
    Deed("removeFamilyMember", CARD, {"familyMemberId": "@carer"}),
    Deed("signOut", ONESELF, {"sessionId": "@session"}),
    Deed("markNotificationsRead", ONESELF, {"ids": ["@notification"]}),
    Deed("updateNotificationPreferences", EACH_FOR_THEMSELVES, {"language": "en"}),
    Deed("registerDevice", EACH_FOR_THEMSELVES, {"channel": "WECHAT", "token": "oLVPpjqs9BhvzwPj5A"}),
    Deed(
        "addFamilyMember",
        EACH_FOR_THEMSELVES,
        {"fullName": "某人", "document": {"type": "PASSPORT", "number": "E12345678"}, "relationship": "CHILD", "scopes": ["CARD"]},
    ),
)
HOSPITALS = (
    Deed("linkPatientNumber", "hospital", {**VISIT, "patientNumber": "P-77"}),
    Deed("checkIn", "hospital", {**VISIT, "appointmentId": "@appointment"}),
    Deed("withdrawSlots", "hospital", {"slotIds": ["@slot"], "reason": "停诊"}),
    Deed(
        "publishSchedule",
        "hospital",
        {
            "departmentId": "@department",
            "doctorId": "@doctor",
            "sessions": [
                {"startsAt": "@later", "endsAt": "@later still", "slotMinutes": 30, "capacity": 2, "fee": "0"},
            ],
        },
    ),
    Deed("issueBill", "hospital", {**VISIT, "number": "M-9", "items": [ITEM], "insured": "0"}),
    Deed("cancelBill", "hospital", {"billId": "@bill", "reason": "重复"}),
    Deed("refundBill", "hospital", {"billId": "@paid bill", "reason": "退", "amount": "1"}),
    Deed(
        "recordEncounter",
        "hospital",
        {**VISIT, "departmentId": "@department", "doctorId": "@doctor", "diagnoses": [{"code": "I10", "display": "高血压"}]},
    ),
    Deed("recordCondition", "hospital", {**VISIT, "code": "I10", "display": "高血压"}),
    Deed("resolveCondition", "hospital", {"conditionId": "@condition"}),
    Deed("recordAllergy", "hospital", {**VISIT, "substance": "青霉素", "severity": "MILD"}),
    Deed("recordImmunization", "hospital", {**VISIT, "vaccine": "乙肝疫苗", "givenOn": "@today"}),
    Deed("recordBloodType", "hospital", {**VISIT, "bloodType": "A_POSITIVE"}),
    Deed("breakGlass", "hospital", {**VISIT, "reason": "昏迷"}),
    Deed(
        "publishReport",
        "hospital",
        {
            **VISIT,
            "number": "M-9",
            "title": "血常规",
            "category": "LABORATORY",
            "authorId": "@doctor",
            "observations": [{"code": "C", "display": "d", "value": "1"}],
        },
    ),
    Deed("amendReport", "hospital", {"reportId": "@report", "reason": "更正", "conclusion": "正常"}),
    Deed("withdrawReport", "hospital", {"reportId": "@report", "reason": "非本人"}),
    Deed("issuePrescription", "hospital", {**VISIT, "doctorId": "@doctor", "items": [MEDICINE], "insured": "0"}),
    Deed("cancelPrescription", "hospital", {"prescriptionId": "@prescription", "reason": "开错"}),
    Deed("markPrescriptionReady", "pharmacy", {"prescriptionId": "@paid prescription"}),
    Deed("dispensePrescription", "pharmacy", {"prescriptionId": "@ready", "visitId": "@collecting"}),
    Deed("issueTemporaryCard", INSTITUTIONS, {"sex": "MALE", "age": 40, **STEP}),
    Deed("bindTemporaryCard", "hospital", {**VISIT, "cardId": "@temporary", "reason": "家属认领"}, ("operator",)),
    Deed("undoTemporaryCardBinding", "hospital", {"cardId": "@bound", "reason": "认错"}, ("operator",)),
    Deed("publishDirectory", INSTITUTIONS, {"departments": [], "doctors": []}),
    Deed("verifyCode", INSTITUTIONS, SCAN),
    Deed(
        "uploadOfflineScans",
        INSTITUTIONS,
        {"scans": [{**SCAN, "clientReference": "1", "scannedAt": "2026-11-23T09:30:00+08:00"}]},
    ),
    Deed(
        "publishFamilyDoctorTeam",
        "hospital",
        {"code": "T2", "name": "队", "leaderId": "@doctor", "capacity": 3, "packages": []},
    ),
    Deed("decideFamilyDoctorAgreement", "hospital", {"agreementId": "@agreement", "accept": True}),
    Deed("recordFamilyDoctorService", "hospital", {"agreementId": "@agreement", "service": "上门随访"}),
    Deed("admitPatient", "hospital", {**VISIT, "ward": "1", "bed": "2", "deposit": "0"}),
    Deed("transferPatient", "hospital", {"admissionId": "@admission", "ward": "1", "bed": "2"}),
    Deed("requestDeposit", "hospital", {"admissionId": "@admission", "amount": "100"}),
    Deed(
        "addInpatientCharges",
        "hospital",
        {"admissionId": "@admission", "charges": [{"chargedOn": "@today", **ITEM}]},
    ),
    Deed("dischargePatient", "hospital", {"admissionId": "@admission", "insured": "0", "summary": "好转"}),
)
APPS = (
    Deed("openBillsForCode", PAYMENT_APPS, {"code": "x"}),
    Deed(
        "refundPayment",
        "payment app",
        {"paymentId": "@paid payment", "amount": "1", "reason": "退"},
        (),
        {"other app": "NOT_FOUND"},
    ),
    Deed("importStatement", "payment app", {"method": "ALIPAY", "date": "@yesterday", "lines": []}),
    Deed(
        "registerInstitution",
        "operator",
        {
            "code": "M-9",
            "name": "新",
            "district": "福田区",
            "level": "二级",
            "address": "路",
            "acceptsOutpatient": True,
            "acceptsInpatient": False,
            "careSteps": [],
        },
    ),
    Deed("updateInstitution", "operator", {"institutionId": "@institution", "acceptsInpatient": True}),
    Deed("retryFailedJob", "operator", {"jobId": "@job"}, but=("NOT_FOUND",)),
)
PUBLIC = (
    Deed("requestVerificationCode", ANYBODY),
    Deed("applyForCard", ANYBODY),
    Deed("signIn", ANYBODY),
)
DEEDS = (*RESIDENTS, *HOSPITALS, *APPS)
