create view api.bill as
select resident_id, id as key, api.owned_id('G', resident_id, id) as id, number, kind, institution_id, visit_id, appointment_id,
       admission_id, payment_id, care_setting, status, total, insured, self_paid, deposited, payable, refunded,
       issued_at, paid_at, cancelled_at, cancel_reason
from public.bill;

create view api.bill_item as
select i.resident_id, i.bill_id, i.position::integer as key, i.code, i.name, trim_scale(i.quantity)::text as quantity, i.unit,
       i.unit_price, i.amount,
       (select b.institution_id from public.bill b where b.resident_id = i.resident_id and b.id = i.bill_id) as institution_id
from public.bill_item i;

-- Enough of a name to tell that the right person pays: its first character and, of three or more, its last.
create view api.payer as
select resident_id, resident_id as key,
       left(full_name, 1) || repeat('*', greatest(1, char_length(full_name) - 2))
           || case when char_length(full_name) > 2 then right(full_name, 1) else '' end as name_masked
from public.resident;
