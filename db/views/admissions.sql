-- What is held of deposits is neither spent nor on its way back. `balance`: less what was charged, or, after the discharge, what is
-- owed of the final bill.
create view api.admission as
select a.resident_id, a.id as key, api.owned_id('n', a.resident_id, a.id) as id, a.institution_id, a.status, a.ward, a.bed,
       a.admitted_at, a.discharged_at, a.summary, a.admitted_at as occurred_at, a.final_bill_id,
       (select coalesce(sum(q.amount - q.reserved - q.applied), 0)::bigint
          from public.bill b join public.payment_bill q
               on q.resident_id = a.resident_id and q.bill_id = b.id and q.payment_id = b.payment_id
         where b.resident_id = a.resident_id and b.admission_id = a.id and b.kind = 'DEPOSIT'
           and b.status in ('PAID', 'PARTLY_REFUNDED'))
       - case a.status when 'ADMITTED' then a.charged else coalesce(
           (select f.payable from public.bill f
             where f.resident_id = a.resident_id and f.id = a.final_bill_id and f.status in ('UNPAID', 'PAYING')), 0) end as balance,
       a.status = 'ADMITTED' and
       (select sum(q.amount - q.reserved) > 0
               and (sum(q.amount - q.reserved) - a.charged) * 100 < sum(q.amount - q.reserved) * a.low_percent
          from public.bill b join public.payment_bill q
               on q.resident_id = a.resident_id and q.bill_id = b.id and q.payment_id = b.payment_id
         where b.resident_id = a.resident_id and b.admission_id = a.id and b.kind = 'DEPOSIT'
           and b.status in ('PAID', 'PARTLY_REFUNDED')) is true as deposit_low
from public.admission a;

create view api.inpatient_charge as
select c.resident_id, c.id as key, api.owned_id('h', c.resident_id, c.id) as id, c.admission_id, c.charged_on, c.code, c.name,
       trim_scale(c.quantity)::text as quantity, c.unit_price, c.amount,
       (select a.institution_id from public.admission a where a.resident_id = c.resident_id and a.id = c.admission_id)
           as institution_id
from public.inpatient_charge c;
