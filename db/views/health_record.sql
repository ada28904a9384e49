-- The timeline: keys of all kinds, paged as a merge over the tables' indexes. So each branch is one table without a condition, and
-- every column has the same type in all of them. `needed`: treating safely needs it, whoever wrote it; `listed`: the timeline shows
-- it.
create view api.health_record as
select 'ENCOUNTER'::text as kind, resident_id, id as key, occurred_at, institution_id, null::uuid as pharmacy_id, false as needed,
       true as listed
from public.encounter
union all
select 'CONDITION'::text, resident_id, id, recorded_at, institution_id, null::uuid, true, true from public.condition
union all
select 'ALLERGY'::text, resident_id, id, recorded_at, institution_id, null::uuid, true, true from public.allergy
union all
select 'IMMUNIZATION'::text, resident_id, id, given_on::timestamp at time zone 'Asia/Shanghai', institution_id, null::uuid, true, true
from public.immunization
union all
select 'ADMISSION'::text, resident_id, id, admitted_at, institution_id, null::uuid, false, true from public.admission
union all
select 'REPORT'::text, resident_id, id, issued_at, institution_id, null::uuid, false, status = 'FINAL' from public.report
union all
select 'PRESCRIPTION'::text, resident_id, id, issued_at, institution_id, pharmacy_id,
       exists (select from public.prescription_item i
                where i.resident_id = p.resident_id and i.prescription_id = p.id
                  and api.in_use(p.status, p.issued_at, i.days, i.dispensed)),
       status <> 'CANCELLED'
from public.prescription p;
