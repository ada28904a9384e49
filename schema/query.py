"""What may be asked."""

import strawberry

from plans.mapping import NodeById, NodesByIds
from schema import payments, settlements
from schema.base import AUTHENTICATED, Connection, Node, argument, by_code, by_time, connection, edge, field, namespace, provided
from schema.clients import Client
from schema.doctors import Doctor, DoctorFilter
from schema.draws import ReturnDraw
from schema.enums import PaymentMethod
from schema.family_doctors import FamilyDoctorTeam
from schema.institutions import Institution, InstitutionFilter
from schema.operations import READ, Operations
from schema.payments import Payment, PaymentFilter
from schema.residents import Resident
from schema.scalars import Date, DateTime
from schema.settlements import Settlement
from schema.slots import OF_DAYS, Slot


@strawberry.type(description="What may be asked.")
class Query:
    me: Resident | None = edge(
        "Resident", "The signed-in resident.", on={"resident_id": "{viewer.resident_id}"}, scopes=AUTHENTICATED
    )
    client: Client | None = edge(
        "Client", "The signed-in app or institution.", on={"key": "{viewer.client_id}"}, scopes=AUTHENTICATED
    )
    resident: Resident | None = edge(
        "Resident",
        "A resident: the signed-in one when no id is given.",
        on={"resident_id": "{viewer.resident_id}"},
        by_id="id",
        args={"id": argument(strawberry.ID | None, "The person cared for, or a patient who is here.")},
        scopes=AUTHENTICATED,
    )
    institution: Institution | None = edge(
        "Institution",
        "An institution: the client's own when no id is given.",
        on={"key": "{viewer.institution_id}"},
        by_id="id",
        args={"id": argument(strawberry.ID | None, "Which one.")},
    )
    institutions: Connection[Institution] = connection(
        "Institution",
        "The institutions of the city, by code.",
        order=by_code(),
        args={"filter": argument(InstitutionFilter | None, "Which ones.")},
        where={
            "filter.text": "(strpos({t}.name, {value}) > 0 or strpos({t}.address, {value}) > 0)",
            "filter.district": "{t}.district = {value}",
            "filter.acceptsOutpatient": "{t}.accepts_outpatient = {value}",
            "filter.acceptsInpatient": "{t}.accepts_inpatient = {value}",
        },
    )
    doctors: Connection[Doctor] = connection(
        "Doctor",
        "The doctors of the city, by code.",
        order=by_code(),
        args={"filter": argument(DoctorFilter | None, "Which ones.")},
        always="{t}.active",
        where={
            "filter.text": "strpos(concat_ws(' ', {t}.name, {t}.title, {t}.speciality), {value}) > 0",
            "filter.institutionId": "{t}.institution_id = {value}",
            "filter.departmentId": "{t}.department_id = {value}",
        },
        ids={"filter.institutionId": "Institution", "filter.departmentId": "Department"},
    )
    slots: Connection[Slot] = connection(
        "Slot",
        "The slots of a department, by time.",
        order=by_time(),
        args={
            "department_id": argument(strawberry.ID, "Of which department.", ...),
            "doctor_id": argument(strawberry.ID | None, "Of this doctor alone."),
            "from_day": argument(Date, "From this day on.", ..., "from"),
            "to": argument(Date, "To this day, which is included.", ...),
            "available_only": argument(bool | None, "Only those of which a place can be booked now.", False),
        },
        where={
            "departmentId": "{t}.department_id = {value}",
            "doctorId": "{t}.doctor_id = {value}",
            "availableOnly": "(not {value} or {t}.remaining > 0)",
            **OF_DAYS,
        },
        ids={"departmentId": "Department", "doctorId": "Doctor"},
    )
    return_draw: ReturnDraw | None = edge(
        "ReturnDraw",
        "The draw of a day's places: when each that was given up that day returns.",
        args={"on": argument(Date, "Of which day.", ...)},
        where={"on": "{t}.date = {value}"},
    )
    family_doctor_teams: Connection[FamilyDoctorTeam] = connection(
        "FamilyDoctorTeam",
        "Teams of family doctors, by code.",
        order=by_code(),
        args={
            "district": argument(str | None, "In this district."),
            "institution_id": argument(strawberry.ID | None, "Of this institution."),
        },
        where={"district": "{t}.district = {value}", "institutionId": "{t}.institution_id = {value}"},
        ids={"institutionId": "Institution"},
    )
    payments: Connection[Payment] = connection(
        "Payment",
        "What an app or an institution may see of payments, newest first; a resident's own are with their bills.",
        order=payments.BY_TIME,
        args={"filter": argument(PaymentFilter, "Which ones.", ...)},
        where=payments.FILTERS,
        when="{viewer.resident_id}::uuid is null",
        scopes=payments.READ,
    )
    settlement: Settlement | None = edge(
        "Settlement",
        "A day of a provider beside its statement: an institution's own part, else that of the whole city when none is named.",
        args={
            "method": argument(PaymentMethod, "Of which provider.", ...),
            "date": argument(Date, "Which day, in Asia/Shanghai.", ...),
            "institution_id": argument(strawberry.ID | None, "The part of this institution."),
        },
        where={"method": "{t}.method = {value}", "date": "{t}.date = {value}", "institutionId": "{t}.institution_id = {value}"},
        ids={"institutionId": "Institution"},
        order=settlements.WHOLE_FIRST,
        scopes=settlements.READ,
    )
    node: Node | None = field("Any object with an id.", NodeById(), {"id": argument(strawberry.ID, "Its id.", ...)})
    nodes: list[Node | None] = field(
        "Objects by their ids, in the order asked, at most 100; null for what is not there or not the viewer's.",
        NodesByIds(),
        {"ids": argument(list[strawberry.ID], "Their ids.", ...)},
    )
    server_time: DateTime = provided("The platform's clock.", "server_time")
    push_public_key: str | None = provided(
        "The key with which a browser subscribes to web push (applicationServerKey); null while push is off.", "push_public_key"
    )
    operations: Operations | None = namespace("Operations", "The platform's own state.", READ)
