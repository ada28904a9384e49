create view api.condition as
select resident_id, id as key, api.owned_id('d', resident_id, id) as id, institution_id, code, display, status, since, resolved_on,
       recorded_at, recorded_at as occurred_at
from public.condition;

create view api.allergy as
select resident_id, id as key, api.owned_id('a', resident_id, id) as id, institution_id, code, substance, reaction, severity,
       recorded_at, recorded_at as occurred_at
from public.allergy;

create view api.immunization as
select resident_id, id as key, api.owned_id('m', resident_id, id) as id, institution_id, code, vaccine, dose, lot_number, given_on,
       recorded_at, given_on::timestamp at time zone 'Asia/Shanghai' as occurred_at
from public.immunization;
