create view api.prescription as
select p.resident_id, p.id as key, api.owned_id('p', p.resident_id, p.id) as id, p.institution_id, p.pharmacy_id, p.doctor_id,
       p.bill_id, p.status, p.issued_at, p.issued_at as occurred_at, p.expires_at, p.ready_at, p.ended_at, p.cancel_reason,
       exists (select from public.prescription_item i
                where i.resident_id = p.resident_id and i.prescription_id = p.id
                  and api.in_use(p.status, p.issued_at, i.days, i.dispensed)) as in_use
from public.prescription p;

create view api.prescription_item as
select i.resident_id, i.id as key, api.owned_id('i', i.resident_id, i.id) as id, i.prescription_id, i.position::integer as position,
       i.code, i.medicine, i.dose, i.route, i.frequency, i.days, trim_scale(i.quantity)::text as quantity, i.unit, i.unit_price,
       trim_scale(i.dispensed)::text as dispensed, trim_scale(i.quantity - i.dispensed)::text as remaining, p.institution_id,
       p.pharmacy_id, p.issued_at as occurred_at, api.in_use(p.status, p.issued_at, i.days, i.dispensed) as in_use
from public.prescription_item i join public.prescription p on p.resident_id = i.resident_id and p.id = i.prescription_id;

create view api.dispensing as
select d.resident_id, d.id as key, api.owned_id('s', d.resident_id, d.id) as id, d.prescription_id, d.item_id,
       trim_scale(d.quantity)::text as quantity, d.dispensed_at, p.institution_id, p.pharmacy_id, p.issued_at as occurred_at,
       (select v.delegate_name from public.visit v where v.resident_id = d.resident_id and v.id = d.visit_id) as delegate_name
from public.dispensing d join public.prescription p on p.resident_id = d.resident_id and p.id = d.prescription_id;
