-- How to pay is of use for as long as the order can be paid.
create view api.payment as
select resident_id, id as key, api.owned_id('Y', resident_id, id) as id, institution_id, app_id, method, flow, status, amount,
       refunded, expires_at, started_at, paid_at, failure_reason, provider_reference,
       case when status = 'PENDING' and (code_url is not null or parameters is not null)
            then jsonb_build_object('codeUrl', code_url, 'parameters', parameters) end as instructions
from public.payment;
