create view api.refund as
select r.resident_id, r.id as key, api.owned_id('U', r.resident_id, r.id) as id, r.payment_id, r.bill_id, r.institution_id, r.method,
       (select p.app_id from public.payment p where p.resident_id = r.resident_id and p.id = r.payment_id) as app_id,
       (select b.admission_id from public.bill b where b.resident_id = r.resident_id and b.id = r.bill_id and b.kind = 'DEPOSIT')
           as deposit_of,
       r.status, r.amount, r.reason, r.requested_at, r.succeeded_at, r.failure_reason,
       r.provider_reference
from public.refund r;
