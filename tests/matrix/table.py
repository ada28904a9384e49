"""Who reads what, kept by hand: for each type, and each of its fields, the scopes of clients, the scope of carers, and the reasons
for which institutions and apps see it. Everything else of the matrix is made from this and the schema.

A reason is a word of `reasons`; one of them is enough. What is not named here is seen by nobody.
"""

from tests.matrix.lines import (
    AGREEMENT,
    ANY,
    BILLS,
    BOOKING,
    CARE,
    HANDED_OUT,
    IDENTITY,
    NEEDED,
    NOBODY,
    NOTIFICATION,
    PAYMENTS,
    PLATFORM,
    PRESCRIPTION,
    RECORD,
    REPORT,
    SAME,
    SETTLING,
    SIGNED_IN,
    STAY,
    WRITTEN,
    Entry,
    Line,
    public,
)

RESIDENT = Entry(
    Line(
        ANY, ("expects them", "has them here", "has them in bed", "something waits here", "was let in", "signed them"), scopes=CARE
    ),
    {
        "id fullName": SAME,
        "sex birthDate": Line("CARD", ("expects them", "treats them", "has them in bed", "signed them")),
        IDENTITY: Line("CARD", ("registers them",)),
        "card familyMembers sessions carers": SAME,
        "bills": Line(scopes=BILLS),
        "appointments": Line(scopes=BOOKING),
        "waitlist": Line(scopes=("appointment:read",)),
        "healthSummary healthRecord admissions consents accessLog": Line(scopes=RECORD),
        "observations reports": Line(scopes=REPORT),
        "prescriptions": Line(scopes=PRESCRIPTION),
        "familyDoctorAgreement": Line(scopes=AGREEMENT),
        "notifications notificationPreferences": Line(scopes=NOTIFICATION),
    },
)
TYPES: dict[str, Entry] = {
    "Resident": RESIDENT,
    "FamilyMember": Entry(Line(NOBODY, scopes=("card:read",)), {"id relationship scopes createdAt expiresAt resident": SAME}),
    "Session": Entry(Line(NOBODY, scopes=("card:read",)), {"id device startedAt lastSeenAt expiresAt current app": SAME}),
    "Card": Entry(
        Line("CARD", ("has them here",), scopes=CARE),
        {"id number status temporary issuedAt statusChangedAt holder image printedCodes scans binding": SAME},
    ),
    "CardBinding": Entry(
        Line(
            "CARD",
            ("wrote it",),
            ("operates the platform",),
            scopes=("card:read", "visit:read", "platform:write"),
            others=("it was bound to them",),
        ),
        {"id reason boundAt undoneAt undoReason institution card resident": SAME},
    ),
    "Device": Entry(Line(NOBODY, scopes=NOTIFICATION), {"id channel createdAt": SAME}),
    "PrintedCode": Entry(Line("CARD", scopes=("card:read",)), {"id label form createdAt revokedAt document": SAME}),
    "Scan": Entry(
        Line("CARD", scopes=("card:read",)),
        {"id careStep careSetting purpose outcome terminalKind scannedAt offline institution": SAME},
    ),
    "Visit": Entry(
        Line(institutions=("wrote it",), scopes=("visit:read",), residents=False),
        {
            "id careStep careSetting openedAt expiresAt patientNumber delegateName institution department": SAME,
            "card resident": Line(institutions=("it is open",)),
            "appointments": Line(institutions=("it is open to REGISTER",)),
            "bills": Line(institutions=("it is open to PAY",)),
            "prescriptions": Line(institutions=("it is open to COLLECT_MEDICINE",)),
        },
    ),
    "Appointment": Entry(
        Line("APPOINTMENTS", ("wrote it",), scopes=BOOKING),
        {
            "id status startsAt endsAt queueNumber cancellableUntil bookedAt checkedInAt completedAt cancelledAt": SAME,
            "cancelReason fee doctor department institution bill slot resident": SAME,
            "reason": Line(NOBODY),
        },
    ),
    "WaitlistEntry": Entry(
        Line("APPOINTMENTS", scopes=("appointment:read",)),
        {"id status position from to joinedAt endedAt department institution appointment resident": SAME},
    ),
    "Bill": Entry(
        Line("BILLS", ("wrote it", "hands out what it is for"), ("may pay it", "carries a payment of it"), BILLS),
        {
            "id number status issuedAt paidAt cancelledAt total insured selfPaid deposited payable refunded": SAME,
            "items institution resident payment refunds": SAME,
            "kind careSetting cancelReason": Line(apps=()),
        },
    ),
    "BillItem": Entry(Line("BILLS", ("wrote it",), scopes=BILLS), {"code name quantity unit unitPrice amount": SAME}),
    "Payment": Entry(
        Line("BILLS", ("wrote it",), ("carries it",), PAYMENTS),
        {
            "id status method flow startedAt expiresAt paidAt failureReason providerReference amount refunded instructions": SAME,
            "bills refunds institution": SAME,
        },
    ),
    "Refund": Entry(
        Line("BILLS", ("wrote it",), ("carries it",), PAYMENTS),
        {"id status reason requestedAt succeededAt failureReason providerReference amount payment bill": SAME},
    ),
    "Payer": Entry(Line(NOBODY, apps=("scanned a PAY code",), scopes=PAYMENTS, residents=False), {"nameMasked": SAME}),
    "FamilyDoctorAgreement": Entry(
        Line("FAMILY_DOCTOR", ("wrote it",), scopes=AGREEMENT),
        {
            "id status requestedAt decideBy decidedAt decisionReason startsOn endsOn endedAt endReason": SAME,
            "team institution packages services bill resident": SAME,
        },
    ),
    "AgreementService": Entry(
        Line("FAMILY_DOCTOR", ("wrote it",), scopes=AGREEMENT), {"name promised delivered lastDeliveredAt": SAME}
    ),
    "Carer": Entry(Line("CARD", scopes=("card:read",)), {"id relationship carerName scopes createdAt expiresAt": SAME}),
    "Notification": Entry(Line(NOBODY, scopes=NOTIFICATION), {"id event title body createdAt readAt resident subject": SAME}),
    "NotificationPreferences": Entry(Line(NOBODY, scopes=NOTIFICATION), {"language channels quietFrom quietTo": SAME}),
    "Consent": Entry(
        Line("RECORDS", ("wrote it",), scopes=RECORD),
        {"id kinds from to grantedAt expiresAt revokedAt institution resident": SAME},
    ),
    "AccessLogEntry": Entry(
        Line("RECORDS", scopes=RECORD),
        {"id entry at actorKind actor careStep purpose kinds breakGlass reason previous digest hashed": SAME},
    ),
    "HealthRecordEntry": Entry(Line(scopes=RECORD), {"id occurredAt institution": SAME}),
    "Encounter": Entry(
        Line("RECORDS", WRITTEN, scopes=RECORD),
        {"id occurredAt careSetting note recordedAt institution department doctor diagnoses": SAME},
    ),
    "Diagnosis": Entry(Line("RECORDS", WRITTEN, scopes=RECORD), {"code display": SAME}),
    "Admission": Entry(
        Line("RECORDS", WRITTEN, scopes=RECORD),
        {
            "id occurredAt status ward bed admittedAt dischargedAt summary institution resident": SAME,
            "balance depositLow": Line("BILLS", ("wrote it",), scopes=STAY),
            "charges depositBills finalBill depositRefunds": Line(scopes=STAY),
        },
    ),
    "InpatientCharge": Entry(
        Line("BILLS", ("wrote it",), scopes=("bill:read",)), {"id chargedOn code name quantity unitPrice amount": SAME}
    ),
    "Condition": Entry(
        Line("RECORDS", NEEDED, scopes=RECORD),
        {"id occurredAt code display status since resolvedOn recordedAt institution": SAME},
    ),
    "Allergy": Entry(
        Line("RECORDS", NEEDED, scopes=RECORD),
        {"id occurredAt code substance reaction severity recordedAt institution": SAME},
    ),
    "Immunization": Entry(
        Line("RECORDS", NEEDED, scopes=RECORD),
        {"id occurredAt code vaccine dose lotNumber givenOn recordedAt institution": SAME},
    ),
    "HealthSummary": Entry(
        Line("RECORDS", ("wrote it", "has them here", "has them in bed", "was let in"), scopes=RECORD),
        {
            "allergies conditions medications immunizations": SAME,
            "bloodType": Line(institutions=("wrote it", "treats safely", "has them in bed", "emergency")),
        },
    ),
    "Medication": Entry(Line("PRESCRIPTIONS", HANDED_OUT, scopes=RECORD), {"medicine dose route frequency days since": SAME}),
    "Prescription": Entry(
        Line("PRESCRIPTIONS", HANDED_OUT, scopes=PRESCRIPTION),
        {
            "id occurredAt status issuedAt expiresAt readyAt endedAt cancelReason institution pharmacy doctor items bill": SAME,
            "dispensings resident": SAME,
        },
    ),
    "PrescriptionItem": Entry(
        Line("PRESCRIPTIONS", HANDED_OUT, scopes=PRESCRIPTION),
        {"id code medicine dose route frequency days quantity unit dispensed remaining unitPrice": SAME},
    ),
    "Dispensing": Entry(
        Line("PRESCRIPTIONS", (*WRITTEN, "hands it out"), scopes=PRESCRIPTION),
        {"id quantity dispensedAt delegateName item": SAME},
    ),
    "Report": Entry(
        Line("REPORTS", WRITTEN, scopes=REPORT),
        {
            "id occurredAt number version title category status findings conclusion observedAt issuedAt amendReason": SAME,
            "withdrawnAt withdrawReason credential institution author resident observations document links": SAME,
            "supersedes supersededBy": SAME,
            "readAt": Line(institutions=()),
        },
    ),
    "Observation": Entry(
        Line("REPORTS", WRITTEN, scopes=REPORT),
        {"id code display value unit referenceRange flag observedAt report": SAME},
    ),
    "ReportLink": Entry(
        Line("REPORTS", scopes=REPORT),
        {"id url createdAt expiresAt revokedAt asksPasscode locked openedCount": SAME},
    ),
    "File": Entry(
        Line(scopes=("card:read", "report:read", "record:read")), {"id status url mediaType createdAt readyAt expiresAt": SAME}
    ),
}
# Files by their kind; a kind that is not here nobody sees.
FILES: dict[str, Line] = {
    "CARD_IMAGE": Line("CARD"),
    "PRINTED_CODE": Line("CARD"),
    "REPORT": Line("REPORTS", WRITTEN),
    "RECORD_EXPORT": Line("RECORDS"),
}
# What belongs to nobody, or to an institution or an app.
ITS_OWN = ("its own",)
OPERATORS = Line(apps=("scopes alone",), scopes=PLATFORM, residents=False)
SETTLED = Line(institutions=("wrote it",), apps=("carries its method", "operates the platform"), scopes=SETTLING, residents=False)
TYPES |= {
    "App": public(**{"id name kind": SAME, "scopes suspended": Line(scopes=("platform:read", "client:read"))}),
    "Institution": public(
        **{
            "id code name district level address acceptsOutpatient acceptsInpatient careSteps departments": SAME,
            "email": Line(institutions=ITS_OWN, scopes=("platform:read", "directory:write")),
            "appointments": Line(scopes=BOOKING),
            "bills": Line(institutions=ITS_OWN, apps=(), scopes=("bill:read",), residents=False),
            "prescriptions": Line(institutions=ITS_OWN, apps=(), scopes=PRESCRIPTION, residents=False),
            "familyDoctorAgreements": Line(institutions=ITS_OWN, apps=(), scopes=AGREEMENT, residents=False),
            "admissions": Line(institutions=ITS_OWN, apps=(), scopes=RECORD, residents=False),
        }
    ),
    "FamilyDoctorTeam": public(**{"id code name capacity openPlaces leader institution packages": SAME}),
    "FamilyDoctorPackage": public(**{"id code name annualFee offered services": SAME}),
    "PromisedService": public(**{"name promised": SAME}),
    "Department": public(**{"id code name active doctors": SAME}),
    "Doctor": public(**{"id code name title speciality active department institution": SAME}),
    "Slot": public(
        **{"id startsAt endsAt capacity remaining publishedAt withdrawnAt withdrawnReason fee doctor department institution": SAME}
    ),
    "ReturnDraw": public(**{"date commitment seed minimumSeconds maximumSeconds revealedAt returns": SAME}),
    "PlaceReturn": public(**{"id queueNumber givenUpAt returnsAt slot": SAME}),
    "Client": Entry(
        Line(institutions=ITS_OWN, apps=("its own", "operates the platform"), scopes=(), residents=False),
        {"id scopes retiresAt createdAt app institution secret": SAME},
    ),
    "Settlement": Entry(SETTLED, {"id method date status settledAt institution ours theirs discrepancies": SAME}),
    "Discrepancy": Entry(SETTLED, {"id kind providerReference foundAt ours theirs payment refund": SAME}),
    "SettlementTotals": Entry(
        Line(institutions=("scopes alone",), apps=("scopes alone",), scopes=SETTLING, residents=False),
        {"count refundCount amount refundAmount": SAME},
    ),
    "OfflineScanResult": Entry(
        Line(institutions=("wrote it",), scopes=("visit:read",), residents=False), {"clientReference outcome visit": SAME}
    ),
    "Operations": Entry(OPERATORS, {"queues workers failedJobs": SAME}),
    "Queue": Entry(OPERATORS, {"name depth oldestAgeSeconds": SAME}),
    "Worker": Entry(OPERATORS, {"name startedAt lastSeenAt jobsDone jobsFailed": SAME}),
    "FailedJob": Entry(OPERATORS, {"id kind attempts lastError failedAt": SAME}),
    "Query": public(
        **{
            "institution institutions doctors familyDoctorTeams slots returnDraw node nodes serverTime pushPublicKey": SAME,
            "me client resident": Line(scopes=SIGNED_IN),
            "payments": Line(institutions=("scopes alone",), apps=("scopes alone",), scopes=PAYMENTS, residents=False),
            "settlement": Line(scopes=SETTLING),
            "operations": Line(scopes=PLATFORM),
        }
    ),
    "Subscription": public(**{"paymentUpdated": Line(scopes=PAYMENTS), "notificationReceived": Line(scopes=NOTIFICATION)}),
}

# What an institution reads at most of the identity on these ways to a resident.
WAYS: dict[str, str] = {
    "Appointment.resident": "sex birthDate",
    "Report.resident": "sex birthDate",
    "Admission.resident": "sex birthDate",
    "FamilyDoctorAgreement.resident": "sex birthDate",
    "Bill.resident": "",
    "Prescription.resident": "",
    "Consent.resident": "",
    "CardBinding.resident": "",
}
OPEN_WAYS = {
    *("Card.holder", "Visit.resident", "WaitlistEntry.resident", "FamilyMember.resident", "Notification.resident"),
    *("Query.me", "Query.resident"),
}
