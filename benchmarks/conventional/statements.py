"""Statements of the health record. $1: the resident; $2: the viewer."""

from domain.enums import CareScope


def reads(alias: str, scope: str) -> str:
    """The rows are one's own, or of someone for whom one cares with the scope."""
    return (
        f"({alias}.resident_id = $2 or exists (select from carer k where k.resident_id = {alias}.resident_id and k.carer_id = $2"
        f" and '{scope}' = any(k.scopes) and (k.expires_at is null or k.expires_at > now())))"
    )


SUMMARY = f"""
select r.resident_id, b.blood_type from resident r left join blood_type b on b.resident_id = r.resident_id
where r.resident_id = $1 and {reads("r", CareScope.RECORDS)}
"""
ALLERGIES = f"""
select a.*, a.recorded_at as occurred_at from allergy a where a.resident_id = $1 and {reads("a", CareScope.RECORDS)}
order by a.recorded_at desc, a.id desc
"""
CONDITIONS = f"""
select c.*, c.recorded_at as occurred_at from condition c where c.resident_id = $1 and {reads("c", CareScope.RECORDS)}
order by c.recorded_at desc, c.id desc
"""
IMMUNIZATIONS = f"""
select m.*, m.given_on::timestamp at time zone 'Asia/Shanghai' as occurred_at
from immunization m where m.resident_id = $1 and {reads("m", CareScope.RECORDS)} order by m.given_on desc, m.id desc
"""
MEDICATIONS = f"""
select i.medicine, i.dose, (p.issued_at at time zone 'Asia/Shanghai')::date as since
from prescription_item i join prescription p on p.resident_id = i.resident_id and p.id = i.prescription_id
where p.resident_id = $1 and {reads("p", CareScope.PRESCRIPTIONS)} and now() < p.issued_at + i.days * interval '1 day'
  and (p.status in ('ISSUED', 'READY', 'PARTLY_DISPENSED', 'DISPENSED') or i.dispensed > 0)
order by p.issued_at desc, i.id desc
"""
TIMELINE = f"""
select h.* from (
    select 'ENCOUNTER'::text as kind, resident_id, id, occurred_at, institution_id, true as listed from encounter
    union all select 'CONDITION', resident_id, id, recorded_at, institution_id, true from condition
    union all select 'ALLERGY', resident_id, id, recorded_at, institution_id, true from allergy
    union all select 'IMMUNIZATION', resident_id, id, given_on::timestamp at time zone 'Asia/Shanghai', institution_id, true
    from immunization
    union all select 'ADMISSION', resident_id, id, admitted_at, institution_id, true from admission
    union all select 'REPORT', resident_id, id, issued_at, institution_id, status = 'FINAL' from report
    union all select 'PRESCRIPTION', resident_id, id, issued_at, institution_id, status <> 'CANCELLED' from prescription
) h
where h.resident_id = $1 and h.listed and case h.kind when 'REPORT' then {reads("h", CareScope.REPORTS)}
    when 'PRESCRIPTION' then {reads("h", CareScope.PRESCRIPTIONS)} else {reads("h", CareScope.RECORDS)} end
  and ($3::text[] is null or h.kind = any($3))
  and ($4::date is null or h.occurred_at >= $4::timestamp at time zone 'Asia/Shanghai')
  and ($5::date is null or h.occurred_at < ($5::date + 1)::timestamp at time zone 'Asia/Shanghai')
order by h.occurred_at desc, h.id desc limit $6
"""

# What DataLoaders ask: ($1, $2) the keys of owned rows.
_OWNED = "unnest($1::uuid[], $2::uuid[])"
OF_KIND = {
    kind: f"select t.* from {_OWNED} asked (resident_id, id) join {kind.lower()} t using (resident_id, id)"
    for kind in ("ENCOUNTER", "CONDITION", "ALLERGY", "IMMUNIZATION", "ADMISSION", "REPORT", "PRESCRIPTION")
}
BILL_ITEMS = f"""
select t.bill_id as id, t.resident_id, t.name, trim_scale(t.quantity)::text as quantity, t.unit_price, t.amount
from {_OWNED} asked (resident_id, bill_id) join bill_item t using (resident_id, bill_id) order by t.position
"""
DIAGNOSES = f"""
select t.encounter_id as id, t.resident_id, t.code, t.display
from {_OWNED} asked (resident_id, encounter_id) join diagnosis t using (resident_id, encounter_id) order by t.position
"""
PRESCRIPTION_ITEMS = f"""
select t.prescription_id as id, t.resident_id, t.medicine, trim_scale(t.quantity)::text as quantity
from {_OWNED} asked (resident_id, prescription_id) join prescription_item t using (resident_id, prescription_id) order by t.position
"""
