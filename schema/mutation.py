"""What may be changed: each noun's mutations together. Their scopes stand with them, their rules in the domain."""

import strawberry

from schema.admission_changes import AdmissionChanges
from schema.appointment_changes import AppointmentChanges
from schema.bill_changes import BillChanges
from schema.card_changes import CardChanges
from schema.consent_changes import ConsentChanges
from schema.device_changes import DeviceChanges
from schema.directory_changes import DirectoryChanges
from schema.export_changes import ExportChanges
from schema.family_changes import FamilyChanges
from schema.family_doctor_changes import FamilyDoctorChanges
from schema.health_record_changes import HealthRecordChanges
from schema.institution_changes import InstitutionChanges
from schema.notification_changes import NotificationChanges
from schema.payment_changes import PaymentChanges
from schema.prescription_changes import PrescriptionChanges
from schema.refund_changes import RefundChanges
from schema.report_changes import ReportChanges
from schema.settlement_changes import SettlementChanges
from schema.temporary_card_changes import TemporaryCardChanges
from schema.waitlist_changes import WaitlistChanges


@strawberry.type(description="What may be changed. A mutation takes one input and answers the object, or null, and userErrors.")
class Mutation(
    CardChanges,
    FamilyChanges,
    InstitutionChanges,
    DirectoryChanges,
    BillChanges,
    AppointmentChanges,
    HealthRecordChanges,
    WaitlistChanges,
    PaymentChanges,
    RefundChanges,
    SettlementChanges,
    TemporaryCardChanges,
    ReportChanges,
    PrescriptionChanges,
    ConsentChanges,
    ExportChanges,
    FamilyDoctorChanges,
    AdmissionChanges,
    NotificationChanges,
    DeviceChanges,
):
    pass
