-- Stays in hospital: what was charged, deposits of every status, and what became of them. 9 cares for 7 with all that a stay needs.
insert into carer values (pg_temp.n(7), pg_temp.n(53), pg_temp.n(9), 'c', 'OTHER', '{RECORDS,BILLS}', now(), null, 1);
-- Only those of one resident share a moment at an institution: residents share ids in this city alone.
update admission set admitted_at = admitted_at + right(resident_id::text, 1)::int / 4 * interval '1 microsecond',
       low_percent = case when right(resident_id::text, 1)::int % 2 = 0 then 90 else 20 end;
-- Lines of three days, several at once; names repeat, and the fourth takes back what the third charged.
insert into inpatient_charge
select resident_id, pg_temp.n(1700 + right(id::text, 1)::int * 10 + i), id, (admitted_at at time zone 'Asia/Shanghai')::date + i / 2,
       'C' || i % 2, '床位费 ' || i % 2, case i when 3 then -2.50 else i * 0.25 + 1.50 end, 1000 + i,
       case i when 3 then -1 else 1 end * (right(resident_id::text, 1)::int * 200 + 55), now()
from admission, generate_series(0, 5) i;
update admission a set charged = (select sum(c.amount) from inpatient_charge c where c.resident_id = a.resident_id and c.admission_id = a.id);

-- Deposits: unpaid, paid, partly gone back, taken back. The last of a stay is of another kind, and no deposit.
insert into bill (resident_id, id, number, kind, institution_id, admission_id, care_setting, status, total, insured, self_paid, refunded,
    payment_id, content_digest, issued_at, paid_at, cancelled_at)
select a.resident_id, pg_temp.n(1600 + k * 10 + j), 'F16' || k || j, case j when 4 then 'VISIT' else 'DEPOSIT' end, a.institution_id, a.id,
       'INPATIENT', y.status, amount, 0, amount, case y.status when 'PARTLY_REFUNDED' then 600 else 0 end,
       case when y.status in ('PAID', 'PARTLY_REFUNDED') then pg_temp.n(1201 + j % 2) end, '\x00',
       date_trunc('day', now(), 'Asia/Shanghai') - k * interval '1 day' + j % 2 * interval '1 minute' + (r - 1) * interval '1 microsecond',
       case when y.status in ('PAID', 'PARTLY_REFUNDED') then now() end, case y.status when 'CANCELLED' then now() end
from admission a, generate_series(0, 4) j, lateral (select right(a.id::text, 1)::int as k, right(a.resident_id::text, 1)::int as r) x,
     lateral (select pg_temp.pick(j, 'UNPAID', 'PAID', 'PARTLY_REFUNDED', 'CANCELLED', 'PAID') as status, 2000 + j * 500 + k * 5 as amount) y;
insert into payment_bill (resident_id, payment_id, bill_id, amount, reserved, applied)
select b.resident_id, b.payment_id, b.id, b.self_paid, case b.status when 'PARTLY_REFUNDED' then 1000 else 0 end,
       case a.status when 'DISCHARGED' then right(a.id::text, 1)::int * 10 else 0 end
from bill b join admission a on a.resident_id = b.resident_id and a.id = b.admission_id where b.payment_id is not null;
-- What goes back of them, and of the bill that is none.
insert into refund (resident_id, id, number, payment_id, bill_id, institution_id, method, amount, reason, status, requested_by, requested_at,
    failure_reason, succeeded_at)
select b.resident_id, pg_temp.n(1800 + right(b.number, 2)::int * 3 + i), 'RS' || i || b.number, b.payment_id, b.id, p.institution_id, p.method, 200 + i * 200,
       '出院 ' || i, pg_temp.pick(i, 'PENDING', 'FAILED', 'SUCCEEDED'), 'PLATFORM', now() - i / 2 * interval '1 hour',
       case i when 1 then '余额不足' end, case i when 2 then now() end
from bill b join payment p on p.resident_id = b.resident_id and p.id = b.payment_id, generate_series(0, 2) i where b.admission_id is not null;

-- Final bills: owed, being paid, paid by deposits; the last stay cost nothing.
insert into bill (resident_id, id, number, kind, institution_id, admission_id, care_setting, status, total, insured, self_paid, deposited,
    payment_id, content_digest, issued_at, paid_at)
select a.resident_id, pg_temp.n(1660 + k), 'F166' || k, 'DISCHARGE', a.institution_id, a.id, 'INPATIENT', pg_temp.pick(k, 'UNPAID', 'PAYING', 'PAID'),
       9900, 900, 9000, pg_temp.pick(k, '0', '3005', '9000')::bigint, case k when 1 then pg_temp.n(1200) end, '\x00',
       now() + r * interval '1 microsecond', case k when 2 then now() end
from admission a, lateral (select right(a.id::text, 1)::int as k, right(a.resident_id::text, 1)::int as r) x where k < 3;
update admission a set final_bill_id = b.id from bill b
where b.resident_id = a.resident_id and b.admission_id = a.id and b.kind = 'DISCHARGE';
