"""Who asks, and what stands between them and the owner: rows that are written before, and taken back after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.enums import CareScope, CareStep, HealthRecordKind
from domain.scopes import OF_INSTITUTIONS, OF_RESIDENTS
from domain.viewer import ANONYMOUS, Viewer, ViewerKind
from tests.plans.reading.city import app, number

OWNER, CARER, STRANGER = number(9), number(5001), number(5002)
HOSPITAL, ELSEWHERE = number(5003), number(12)

# People without anything of their own, and an institution without patients. Whatever the city lacks of the owner.
SQL = f"""
insert into resident (resident_id, full_name, sex, birth_date, document_type, document_sealed, document_masked, language,
    created_at)
select id, '某人', 'FEMALE', '1990-01-01', 'PASSPORT', '\\x00', 'E***1', 'zh-CN', now()
from unnest(array['{CARER}', '{STRANGER}']::uuid[]) id;
insert into log_head (resident_id, entries, digest) select id, 0, decode(repeat('00', 32), 'hex')
from unnest(array['{CARER}', '{STRANGER}']::uuid[]) id;
insert into institution (id, code, name, district, level, address, accepts_outpatient, accepts_inpatient, care_steps, created_at)
values ('{HOSPITAL}', 'M500', '新医院', '福田区', '三级', '新路 1 号', true, true, '{{}}', now());
insert into client values ('{number(5004)}', null, '{HOSPITAL}', '{{}}', now());
update appointment set checked_in_at = now(), completed_at = now(), cancelled_at = now(), cancel_reason = '有事'
where resident_id = '{OWNER}';
insert into carer (resident_id, id, carer_id, carer_name, relationship, scopes, created_at, expires_at, place)
values ('{OWNER}', '{number(5011)}', '{number(8)}', '某人', 'CHILD', '{{CARD}}', now(), now() + interval '1 day', 7);
update consent set from_day = '2020-01-01', to_day = '2020-01-02' where resident_id = '{OWNER}';
update visit set delegate_name = '某人', department_id = '{number(20)}' where resident_id = '{OWNER}';
insert into patient_number values ('{OWNER}', '{number(5012)}', '{ELSEWHERE}', 'P-9', now());
update family_member set expires_at = now() + interval '1 day' where resident_id = '{OWNER}';
update prescription set cancel_reason = '开错' where resident_id = '{OWNER}';
update refund set provider_reference = 'R-' || number where resident_id = '{OWNER}';
update report set supersedes = null, superseded_by = null where resident_id = '{OWNER}';
with ends as (select min(id::text)::uuid as first, max(id::text)::uuid as last from report where resident_id = '{OWNER}')
update report r set supersedes = case r.id when last then first end, superseded_by = case r.id when first then last end
from ends where r.resident_id = '{OWNER}';
insert into notification_preference values ('{OWNER}', '{{IN_APP}}', '22:00', '08:00', now())
on conflict (resident_id) do update set channels = excluded.channels;
"""


@dataclass(frozen=True, slots=True)
class Relation:
    """`sql`: what makes it so."""

    viewer: Viewer
    sql: str = "select"


def resident(id: object) -> Viewer:
    return Viewer(ViewerKind.RESIDENT, id, number(500), None, number(1), None, OF_RESIDENTS, "某人")  # type: ignore[arg-type]  # a UUID


INSTITUTION = Viewer(ViewerKind.INSTITUTION, client_id=number(5004), institution_id=HOSPITAL, scopes=OF_INSTITUTIONS, name="新医院")


def cares_for(owner: object, carer: object, scopes: Sequence[str], until: str = "null") -> str:
    """One cares for the other, on both sides. `until`: as SQL has it."""
    listed = f"'{{{','.join(scopes)}}}'"
    return (
        f"insert into family_member values ('{carer}', '{number(5010)}', '{owner}', 'PARENT', {listed}, now(), {until});"
        "insert into carer (resident_id, id, carer_id, carer_name, relationship, scopes, created_at, expires_at, place)"
        f" values ('{owner}', '{number(5010)}', '{carer}', '某人', 'PARENT', {listed}, now(), {until}, 8);"
    )


REMOVED = f"delete from carer where resident_id = '{OWNER}' and carer_id = '{CARER}';"


def carer(*scopes: str, until: str = "null", then: str = "") -> Relation:
    """Cares for the owner."""
    return Relation(resident(CARER), cares_for(OWNER, CARER, scopes, until) + then)


def visit(step: str, n: int = 0, until: str = "now() + interval '1 day'", broken: bool = False) -> str:
    """The owner is at the hospital."""
    reason = "'昏迷'" if broken else "null"
    return (
        "insert into visit (resident_id, id, card_id, institution_id, client_id, care_step, care_setting, terminal_id,"
        " terminal_kind, opened_at, expires_at, break_glass, break_glass_reason)"
        f" values ('{OWNER}', '{number(5020 + n)}', '{number(101)}', '{HOSPITAL}', '{number(5004)}', '{step}', 'OUTPATIENT', 't',"
        f" 'WINDOW', now() - interval '1 hour', {until}, {broken}, {reason});"
    )


def appointment(days: int, status: str = "BOOKED") -> str:
    """The owner has booked at the hospital, so many days from today."""
    return (
        "insert into appointment (resident_id, id, slot_id, institution_id, department_id, doctor_id, day, starts_at, ends_at,"
        " cancellable_until, queue_number, fee, status, reason, booked_at)"
        f" select '{OWNER}', '{number(5030)}', id, '{HOSPITAL}', department_id, doctor_id,"
        " (at at time zone 'Asia/Shanghai')::date, at,"
        f" at + interval '7 minutes', at, 99, 1500, '{status}', '复查', now() from slot,"
        f" (select date_trunc('day', now(), 'Asia/Shanghai') + interval '{days} days 13 hours 7 minutes' as at) a"
        f" where id = '{number(850)}';"
    )


def consent(
    kinds: tuple[str, ...], until: str = "now() + interval '1 day'", days: str = "null, null", revoked: str = "null"
) -> str:
    """The owner has opened something to the hospital."""
    return (
        "insert into consent (resident_id, id, institution_id, kinds, from_day, to_day, granted_at, expires_at, revoked_at)"
        f" values ('{OWNER}', '{number(5040)}', '{HOSPITAL}', '{{{','.join(kinds)}}}', {days}, now(), {until}, {revoked});"
    )


def agreement(status: str) -> str:
    """The owner and a team of the hospital."""
    return (
        "insert into family_doctor_agreement (resident_id, id, institution_id, team_id, status, requested_at, decide_by)"
        f" select '{OWNER}', '{number(5060)}', '{HOSPITAL}', id, '{status}', now(), now() + interval '72 hours'"
        " from family_doctor_team order by id limit 1;"
    )


def admission(status: str) -> str:
    """The owner lies, or lay, at the hospital."""
    return (
        "insert into admission (resident_id, id, institution_id, visit_id, status, ward, bed, admitted_at)"
        f" select '{OWNER}', '{number(5070)}', '{HOSPITAL}', id, '{status}', '内科', '7 床', now()"
        f" from visit where resident_id = '{OWNER}' order by id limit 1;"
    )


def moved(table: str, column: str = "institution_id") -> str:
    """What the owner has elsewhere is the hospital's."""
    return f"update {table} set {column} = '{HOSPITAL}' where resident_id = '{OWNER}' and {column} = '{ELSEWHERE}';"


def here(sql: str = "select") -> Relation:
    return Relation(INSTITUTION, sql)


MONEY = ("bill", "payment", "refund")
WRITTEN = ("encounter", "condition", "allergy", "immunization", "admission", "report", "prescription", "blood_type")
KINDS = tuple(str(kind) for kind in HealthRecordKind)
BEFORE = "now() - interval '1 second'"
YESTERDAY = "(now() at time zone 'Asia/Shanghai')::date - 1"
PERMISSION = "insert into pay_permission (resident_id, id, app_id, granted_at, expires_at) values"

RELATIONS: Mapping[str, Relation] = {
    "oneself": Relation(resident(OWNER)),
    **{f"carer with {scope}": carer(scope) for scope in CareScope},
    "carer with all": carer(*CareScope),
    "carer with none": carer(),
    "carer until tomorrow": carer(*CareScope, until="now() + interval '1 day'"),
    "carer until now": carer(*CareScope, until="now()"),
    "carer until yesterday": carer(*CareScope, until="now() - interval '1 day'"),
    "carer removed a moment ago": carer(*CareScope, then=REMOVED),
    "stranger": Relation(resident(STRANGER), cares_for(OWNER, CARER, tuple(CareScope))),
    "institution": here(),
    **{f"institution at {step}": here(visit(step)) for step in CareStep},
    "institution after a visit": here(visit("DIAGNOSE", until=BEFORE)),
    "institution in an emergency": here(visit("OTHER", broken=True)),
    "institution after an emergency": here(visit("OTHER", broken=True, until=BEFORE)),
    "institution with an appointment today": here(appointment(0)),
    "institution with an appointment to come": here(appointment(2)),
    "institution with an appointment that was cancelled": here(appointment(2, "CANCELLED")),
    "institution with an appointment that is over": here(appointment(-1, "COMPLETED")),
    "institution with an appointment, at PAY": here(appointment(0) + visit("PAY")),
    **{f"institution shown {kind}": here(consent((kind,))) for kind in KINDS},
    "institution shown some days": here(consent(KINDS, days=f"{YESTERDAY}, {YESTERDAY}")),
    "institution no longer shown anything": here(consent(KINDS, revoked="now()")),
    "institution shown everything until now": here(consent(KINDS, until="now()")),
    "institution that wrote": here("".join(map(moved, WRITTEN))),
    "institution that hands out": here(moved("prescription", "pharmacy_id")),
    "institution that issued": here("".join(map(moved, MONEY))),
    "institution that signed": here(agreement("ACTIVE")),
    "institution that is asked to sign": here(agreement("REQUESTED")),
    "institution that no longer signed": here(agreement("ENDED")),
    "institution with an inpatient": here(admission("ADMITTED")),
    "institution after a stay": here(admission("DISCHARGED")),
    "institution with two visits": here(visit("REGISTER") + visit("PAY", 1)),
    "institution with an inpatient, at PAY": here(admission("ADMITTED") + visit("PAY")),
    "institution at REGISTER with everything": here(
        visit("REGISTER") + appointment(0) + consent(KINDS) + agreement("ACTIVE") + "".join(map(moved, (*WRITTEN, *MONEY)))
    ),
    "payment app": Relation(app(37, 3, "payment:read")),
    "payment app with a permission": Relation(
        app(37, 3, "payment:read"), f"{PERMISSION} ('{OWNER}', '{number(5050)}', '{number(3)}', now(), now() + interval '1 hour');"
    ),
    "payment app after a permission": Relation(
        app(37, 3, "payment:read"), f"{PERMISSION} ('{OWNER}', '{number(5050)}', '{number(3)}', now(), now());"
    ),
    "payment app beside one with a permission": Relation(
        app(37, 3, "payment:read"),
        f"{PERMISSION} ('{OWNER}', '{number(5050)}', '{number(1)}', now(), now() + interval '1 hour');",
    ),
    "operator": Relation(app(32, 2, "platform:read", "platform:write")),
    "dashboard": Relation(app(33, 2, "dashboard:read")),
    "anonymous": Relation(ANONYMOUS),
}
