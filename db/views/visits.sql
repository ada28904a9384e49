create view api.visit as
select v.resident_id, v.id as key, api.owned_id('V', v.resident_id, v.id) as id, v.card_id, v.institution_id, v.department_id,
       v.client_id, v.care_step, v.care_setting, v.terminal_id, v.terminal_kind, v.delegate_name,
       v.prescription_id, v.opened_at, v.expires_at,
       (select n.number from public.patient_number n
         where n.resident_id = v.resident_id and n.institution_id = v.institution_id) as patient_number
from public.visit v;

create view api.scan as
select resident_id, id as key, api.owned_id('N', resident_id, id) as id, card_id, institution_id, visit_id, care_step,
       care_setting, purpose, outcome, terminal_kind, scanned_at, offline
from public.scan;

create view api.offline_scan as
select id as key, institution_id, client_reference, outcome, resident_id, visit_id
from public.offline_scan;
