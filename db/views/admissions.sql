create view api.admission as
select resident_id, id as key, api.owned_id('n', resident_id, id) as id, institution_id, status, ward, bed, admitted_at,
       discharged_at, summary, admitted_at as occurred_at
from public.admission;
