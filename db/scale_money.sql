-- What the large city bills and pays, after `scale_beyond.sql`: fees, what was done, medicine, family doctors and stays in hospital.

-- say: bills
-- The fees; for what was done at every other time; and for medicine.
create temporary table charge on commit drop as
select n, resident_id, turn, institution_id, visit_id, id as appointment_id, case when fee > 0 then 'FEE' else 'VISIT' end as kind,
       pg_temp.id_at(at, case when fee > 0 then 'fee' else 'bill' end || n || '-' || turn) as id, at,
       case when fee > 0 then fee else 4100 end as self_paid, case when fee > 0 then 0 else 6000 end as insured,
       status in ('COMPLETED', 'NO_SHOW') and (turn < 5 or n % 5 > 0) as is_paid, null::uuid as admission_id, 0 as deposited, 0 as applied
from booking cross join lateral (select case when fee > 0 then booked_at else starts_at + interval '20 minutes' end as at) b
where fee > 0 or turn in (1, 3, 5)
union all
select n, resident_id, turn + 20, institution_id, visit_id, null, 'PRESCRIPTION', pg_temp.id_at(at, 'medicine' || n || '-' || turn + 20), at, 2100, 2100, true,
       null, 0, 0
from prescribed
union all select * from owed;
analyze charge;
insert into bill (resident_id, id, number, kind, institution_id, visit_id, appointment_id, care_setting, status, total, insured, self_paid, payment_id,
                  content_digest, issued_at, paid_at, admission_id, deposited)
select resident_id, id, case kind when 'VISIT' then 'B' || n || '-' || turn else 'F' || upper(translate(id::text, '-', '')) end,
       kind, institution_id, case when kind <> 'FEE' then visit_id end, case when kind = 'FEE' then appointment_id end,
       case when admission_id is null then 'OUTPATIENT' else 'INPATIENT' end,
       case when is_paid or deposited = self_paid then 'PAID' else 'UNPAID' end, self_paid + insured, insured, self_paid,
       case when is_paid then pg_temp.id_at(at, 'payment' || n || '-' || turn) end, sha256(uuid_send(id)), at,
       case when is_paid then at + interval '2 minutes' when deposited = self_paid then at end, admission_id, deposited
from charge;
insert into bill_item (resident_id, bill_id, position, code, name, quantity, unit, unit_price, amount)
select resident_id, id, 1, 'REGISTRATION', '挂号费', 1, '次', self_paid, self_paid from charge where kind = 'FEE'
union all
select resident_id, id, i.* from charge, (values (1, '250101015', '血细胞分析', 1, '次', 2000, 2000), (2, '250302001', '葡萄糖测定', 2, '项', 650, 1300),
    (3, '210102015', '数字化摄影（DR）', 1, '次', 6800, 6800)) i where kind = 'VISIT'
union all
select resident_id, id, position, m.code, medicine, quantity, unit, unit_price, quantity * unit_price from charge, medicine m where kind = 'PRESCRIPTION'
union all
select resident_id, id, 1, 'FAMILY_DOCTOR', '家庭医生签约服务费', 1, '年', self_paid, self_paid from charge where kind = 'FAMILY_DOCTOR'
union all
select resident_id, id, 1, 'DEPOSIT', '住院押金', 1, '次', self_paid, self_paid from charge where kind = 'DEPOSIT'
union all
select resident_id, c.id, s.position, s.code, s.name, 5 * s.quantity, '次', s.unit_price, 5 * s.quantity * s.unit_price
from charge c, service s where kind = 'DISCHARGE';
insert into bill_number (institution_id, number, resident_id, bill_id)
select institution_id, 'B' || n || '-' || turn, resident_id, id from charge where kind = 'VISIT';

-- say: payments
create temporary table paid on commit drop as
select n, turn, resident_id, id as bill_id, institution_id, admission_id, self_paid as amount, applied, at + interval '1 minute' as started_at,
       at + interval '2 minutes' as paid_at, ((at + interval '2 minutes') at time zone 'Asia/Shanghai')::date as day,
       pg_temp.id_at(at, 'payment' || n || '-' || turn) as id,
       (array['WECHAT_PAY', 'ALIPAY', 'UNIONPAY', 'BANK'])[1 + n % 4] as method
from charge where is_paid;
insert into payment (resident_id, id, number, institution_id, app_id, method, flow, status, amount, provider_reference, started_at, expires_at, ended_at,
                     paid_at, book_day)
select resident_id, id, translate(id::text, '-', ''), institution_id, app_id, method, 'QR_CODE', 'SUCCEEDED', amount, '4200' || n || '-' || turn,
       started_at, started_at + interval '15 minutes', paid_at, paid_at, day
from paid, issuer;
insert into payment_bill (resident_id, payment_id, bill_id, amount, applied) select resident_id, id, bill_id, amount, applied from paid;
insert into money_number (number, kind, resident_id, id) select translate(id::text, '-', ''), 'PAYMENT', resident_id, id from paid;
insert into provider_reference (method, kind, reference, resident_id, id) select method, 'PAYMENT', '4200' || n || '-' || turn, resident_id, id from paid;
insert into settlement (id, method, day, institution_id, status, settled_at)
select pg_temp.id_at(min(paid_at), 'settlement' || method || day || coalesce(institution_id::text, '')), method, day, institution_id, 'MATCHED',
       (day + 1 + time '03:00') at time zone 'Asia/Shanghai'
from paid group by grouping sets ((method, day), (method, day, institution_id))
on conflict on constraint settlement_is_unique do nothing;  -- on days of the demo city

-- say: the ledger
insert into ledger_entry (resident_id, id, at, event, subject_id, leg, debit, credit, amount, institution_id, method, bill_id, payment_id)
select resident_id, pg_temp.id_at(at, 'issued' || n || '-' || turn), at, 'BILL_ISSUED', id, 'SELF_PAID', 'RESIDENT', 'INSTITUTION', self_paid,
       institution_id, null, id, null::uuid from charge
union all
select resident_id, pg_temp.id_at(at, 'insured' || n || '-' || turn), at, 'BILL_ISSUED', id, 'INSURED', 'INSURANCE_FUND', 'INSTITUTION', insured,
       institution_id, null, id, null from charge where insured > 0
union all
select resident_id, pg_temp.id_at(paid_at, 'paid' || n || '-' || turn), paid_at, 'PAYMENT_SUCCEEDED', id, bill_id::text, 'PROVIDER', 'RESIDENT', amount,
       institution_id, method, bill_id, id from paid
union all
select p.resident_id, pg_temp.id_at(f.at, 'applied' || p.n || '-' || p.turn), f.at, 'DEPOSIT_APPLIED', f.id, p.bill_id::text, 'INSTITUTION', 'RESIDENT', p.applied,
       p.institution_id, p.method, f.id, p.id
from paid p join owed f on f.resident_id = p.resident_id and f.admission_id = p.admission_id and f.kind = 'DISCHARGE' where p.applied > 0;

drop function pg_temp.id_at;
drop function pg_temp.slot_id;
drop function pg_temp.slot_digest;
