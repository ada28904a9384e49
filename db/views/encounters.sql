create view api.encounter as
select resident_id, id as key, api.owned_id('e', resident_id, id) as id, visit_id, institution_id, department_id, doctor_id,
       care_setting, occurred_at, note, recorded_at
from public.encounter;

create view api.diagnosis as
select d.resident_id, d.encounter_id, d.position::integer as key, d.code, d.display,
       (select e.institution_id from public.encounter e where e.resident_id = d.resident_id and e.id = d.encounter_id) as institution_id,
       (select e.occurred_at from public.encounter e where e.resident_id = d.resident_id and e.id = d.encounter_id) as occurred_at
from public.diagnosis d;
