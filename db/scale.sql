-- What a large city has that `ecard.demo.scale` did not copy, made of the people whom it did: they are in `newcomer` (n, resident_id,
-- card_id, issued_at, number, handle, national_id). The same people always give the same rows. Each block is said when it is run.

-- say: institutions
create function pg_temp.id_at(at timestamptz, seed text) returns uuid
    language sql immutable parallel safe
    return (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(md5(seed), 1, 3)
        || '8' || substr(md5(seed), 4, 15))::uuid;
create temporary table place on commit drop as
select k, pg_temp.id_at('2020-01-01+08', 'institution' || k) as id, pg_temp.id_at('2020-01-01+08', 'client' || k) as client_id,
       d.name as district
from generate_series(0, 39) k
join (values (0, '福田区'), (1, '罗湖区'), (2, '南山区'), (3, '宝安区'), (4, '龙岗区')) d (remainder, name) on d.remainder = k % 5;
insert into institution (id, code, name, district, level, address, accepts_outpatient, accepts_inpatient, care_steps, created_at)
select id, 'C' || (1001 + k), district || '第' || (1 + k / 5) || '社区健康服务中心', district, '社区健康服务中心',
       district || '健康路' || (1 + k) || '号', true, false, '{REGISTER,DIAGNOSE,COLLECT_MEDICINE,EXAMINE,PAY,PRESCRIBE}', '2020-01-01+08'
from place;
insert into client (id, institution_id, scopes, created_at)
select client_id, id, '{visit:read,visit:write,directory:write,appointment:read,appointment:write,bill:read,bill:write,payment:read,payment:write,report:read,report:write,prescription:read,prescription:write,record:read,record:write}', '2020-01-01+08' from place;
create temporary table issuer on commit drop as select pg_temp.id_at('2020-01-01+08', 'app') as app_id;
insert into app (id, name, kind, scopes, created_at)
select app_id, '健康服务', 'OTHER', '{card:read,card:write,appointment:read,appointment:write,bill:read,payment:read,payment:write,report:read,report:write,prescription:read,prescription:write,record:read,record:write}', '2020-01-01+08' from issuer;

-- say: cards
insert into card (resident_id, id, number, handle, national_id, status, app_id, issued_at, status_changed_at)
select resident_id, card_id, number, handle, national_id, case when n % 100 = 99 then 'SUSPENDED' else 'ACTIVE' end,
       app_id, issued_at, issued_at
from newcomer, issuer;

-- say: printed codes
insert into printed_code (resident_id, id, card_id, handle, form, label, created_at)
select resident_id, pg_temp.id_at(issued_at, 'print' || n), card_id, decode(md5('print' || n), 'hex'), 'PLATFORM', '放在钱包里', issued_at
from newcomer where n % 3 = 0;

-- say: what codes lead to
insert into code_handle (handle, kind, resident_id, card_id, printed_code_id)
select handle, 'CARD', resident_id, card_id, null::uuid from newcomer
union all select decode(national_id, 'hex'), 'NATIONAL', resident_id, card_id, null from newcomer
union all select int8send(number::bigint), 'NUMBER', resident_id, card_id, null from newcomer
union all select p.handle, 'PRINTED', p.resident_id, p.card_id, p.id from printed_code p join newcomer using (resident_id);

-- say: visits
create temporary table scanned on commit drop as
select n.n, n.resident_id, n.card_id, turn, at, p.id as institution_id, p.client_id,
       pg_temp.id_at(at, 'scan' || n.n || '-' || turn) as id, pg_temp.id_at(at, 'visit' || n.n || '-' || turn) as visit_id,
       case when (n.n * 7 + turn) % 11 < 3 then (array['EXPIRED_CODE', 'ALREADY_USED', 'CARD_SUSPENDED'])[1 + (n.n + turn) % 3] else 'ACCEPTED' end as outcome,
       (array['REGISTER', 'DIAGNOSE', 'EXAMINE', 'PAY', 'COLLECT_MEDICINE'])[1 + turn % 5] as care_step,
       (array['WINDOW', 'KIOSK', 'OTHER'])[1 + (n.n + turn) % 3] as terminal_kind
from newcomer n
cross join lateral generate_series(0, 4 + n.n % 4) turn
cross join lateral (select n.issued_at + make_interval(days => 1 + turn * (3 + n.n % 9), mins => (n.n * 37 + turn * 91) % 480) as at) a
join place p on p.k = (n.n / 5 + turn / 5) % 40;
analyze scanned;
insert into visit (resident_id, id, card_id, institution_id, client_id, care_step, care_setting, terminal_id, terminal_kind, opened_at, expires_at)
select resident_id, visit_id, card_id, institution_id, client_id, care_step, 'OUTPATIENT', 'T' || turn, terminal_kind, at, at + interval '30 minutes'
from scanned where outcome = 'ACCEPTED';

-- say: scans
insert into scan (resident_id, id, card_id, institution_id, visit_id, care_step, care_setting, purpose, outcome, terminal_id, terminal_kind,
                  scanned_at, offline)
select resident_id, id, card_id, institution_id, case when outcome = 'ACCEPTED' then visit_id end, care_step, 'OUTPATIENT',
       case care_step when 'PAY' then 'PAY' when 'COLLECT_MEDICINE' then 'COLLECT' else 'IDENTIFY' end, outcome, 'T' || turn, terminal_kind, at, turn % 5 = 4
from scanned;

-- say: departments and doctors
create temporary table desk on commit drop as
select p.k, p.id as institution_id, d.n as d, pg_temp.id_at('2020-01-01+08', 'department' || p.k || '-' || d.n) as department_id, d.code, d.name
from place p, (values (0, 'QK', '全科医学科'), (1, 'ZY', '中医科'), (2, 'EB', '儿童保健科'), (3, 'KF', '康复医学科')) d (n, code, name);
insert into department (id, institution_id, code, name) select department_id, institution_id, code, name from desk;
create temporary table staff on commit drop as
select k, d * 3 + r as s, institution_id, department_id, code || r + 1 as code,
       pg_temp.id_at('2020-01-01+08', 'doctor' || k || '-' || d || '-' || r) as doctor_id,
       substr('陈林黄李张郑吴罗梁谢何许', 1 + (k * 5 + d * 3 + r) % 12, 1) || substr('志文晓雅建国美玲俊杰思远', 1 + (k + d * 7 + r * 5) % 11, 2) as name,
       (array['主任医师', '副主任医师', '主治医师'])[1 + r] as title
from desk, generate_series(0, 2) r;
insert into doctor (id, institution_id, department_id, code, name, title)
select doctor_id, institution_id, department_id, code, name, title from staff;

-- say: appointments
-- As domain.slots.slot_id makes it, of the digest that slot_digest gives.
create function pg_temp.slot_digest(doctor_id uuid, starts_at timestamptz) returns text language sql immutable parallel safe
    return encode(sha256('slot' || uuid_send(doctor_id) || int8send((extract(epoch from starts_at) * 1000000)::bigint)), 'hex');
create function pg_temp.slot_id(digest text) returns uuid language sql immutable parallel safe
    return (substr(digest, 1, 12) || '8' || substr(digest, 14, 3)
        || translate(substr(digest, 17, 1), '0123456789abcdef', '89ab89ab89ab89ab') || substr(digest, 18, 15))::uuid;
-- Seven that are over, of which those at the time of a visit belong to it, and one on one of the next two days, at so few institutions
-- that their days are long.
create temporary table booking on commit drop as
select n.n, n.resident_id, t.turn, b.at as starts_at, b.at + interval '30 minutes' as ends_at, s.institution_id, s.department_id, s.doctor_id,
       pg_temp.slot_id(h.digest) as slot_id, b.at - interval '3 days' as booked_at,
       case when t.turn = 7 then 'BOOKED' when t.turn <> 6 or n.n % 4 > 1 then 'COMPLETED' when n.n % 4 = 1 then 'NO_SHOW' else 'CANCELLED' end as status,
       case when t.turn in (0, 2, 7) then 1500 else 0 end as fee, v.visit_id,
       pg_temp.id_at(b.at - interval '3 days', 'appointment' || n.n || '-' || t.turn) as id
from newcomer n
cross join generate_series(0, 7) t (turn)
cross join lateral (select date_bin('30 minutes', n.issued_at + make_interval(days => 1 + t.turn * (3 + n.n % 9), mins => (n.n * 37 + t.turn * 91) % 480), '2020-01-01+08')
    ) past (at)
cross join lateral (select case when t.turn < 7 then past.at
    else ((now() at time zone 'Asia/Shanghai')::date + 1 + n.n % 2 + time '08:00' + n.n / 2 % 16 * interval '30 minutes') at time zone 'Asia/Shanghai' end
    ) b (at)
join staff s on s.s = (n.n + t.turn) % 12
    and s.k = case when t.turn < 7 then (n.n / 5 + t.turn / 5) % 40 else n.n / 5 % least(40, 1 + (select count(*) from newcomer)::int / 1000) end
cross join lateral (select pg_temp.slot_digest(s.doctor_id, b.at) as digest offset 0) h
left join scanned v on v.resident_id = n.resident_id and v.turn = t.turn and v.outcome = 'ACCEPTED' and t.turn < 6;
analyze booking;
create temporary table held on commit drop as
select id, slot_id, resident_id, row_number() over (partition by slot_id order by id) as number from booking where status <> 'CANCELLED';
analyze held;
insert into appointment (resident_id, id, slot_id, institution_id, department_id, doctor_id, day, starts_at, ends_at, cancellable_until, queue_number,
                         fee, status, app_id, booked_at, checked_in_at, completed_at, cancelled_at, cancel_reason, visit_id, bill_id)
select b.resident_id, id, b.slot_id, institution_id, department_id, doctor_id, (starts_at at time zone 'Asia/Shanghai')::date, starts_at, ends_at,
       starts_at - interval '2 hours', coalesce(number, 1), fee, status, app_id, booked_at, case when status = 'COMPLETED' then starts_at end,
       case when status = 'COMPLETED' then ends_at end, case when status = 'CANCELLED' then starts_at - interval '1 day' end,
       case when status = 'CANCELLED' then '临时有事' end, visit_id, case when fee > 0 then pg_temp.id_at(booked_at, 'fee' || n || '-' || turn) end
from booking b cross join issuer left join held using (id);

-- say: slots
insert into slot (id, institution_id, department_id, doctor_id, starts_at, ends_at, day, capacity, taken, fee, published_at)
select slot_id, institution_id, department_id, doctor_id, starts_at, ends_at, (starts_at at time zone 'Asia/Shanghai')::date,
       greatest(20, count(*) filter (where status <> 'CANCELLED')), count(*) filter (where status <> 'CANCELLED'), max(fee), starts_at - interval '14 days'
from booking group by slot_id, institution_id, department_id, doctor_id, starts_at, ends_at;
insert into slot_place (slot_id, number, resident_id, appointment_id) select slot_id, number, resident_id, id from held;
-- Nobody has booked on the days after these two.
insert into slot (id, institution_id, department_id, doctor_id, starts_at, ends_at, day, capacity, fee, published_at)
select pg_temp.slot_id(digest), institution_id, department_id, doctor_id, b.at, b.at + interval '30 minutes', day, 20, 1500, now()
from staff
cross join lateral (select (now() at time zone 'Asia/Shanghai')::date + n as day from generate_series(3, 9) n) a
cross join lateral (select (day + time '08:00' + n * interval '30 minutes') at time zone 'Asia/Shanghai' from generate_series(0, 15) n) b (at)
cross join lateral (select pg_temp.slot_digest(doctor_id, b.at) as digest offset 0) h;

-- say: prescriptions
-- Each was paid at once, and collected at the visit for that, where there was one.
create temporary table prescribed on commit drop as
select v.n, v.resident_id, v.turn, v.institution_id, v.visit_id, c.visit_id as collected_in, c.at as collected_at, s.doctor_id,
       v.at + interval '15 minutes' as at, pg_temp.id_at(v.at + interval '15 minutes', 'prescription' || v.n || '-' || v.turn) as id
from scanned v
join scanned c on c.resident_id = v.resident_id and c.turn = 4 and c.outcome = 'ACCEPTED'
join staff s on s.institution_id = v.institution_id and s.s = (v.n + v.turn) % 12
where v.turn in (1, 3) and v.outcome = 'ACCEPTED';
analyze prescribed;
insert into prescription (resident_id, id, institution_id, pharmacy_id, visit_id, doctor_id, bill_id, status, issued_at, expires_at, ready_at, ended_at)
select resident_id, id, institution_id, institution_id, visit_id, doctor_id, pg_temp.id_at(at, 'medicine' || n || '-' || turn + 20), 'DISPENSED', at,
       at + interval '60 days', at + interval '1 hour', collected_at + interval '5 minutes'
from prescribed;
create temporary table medicine on commit drop as
select * from (values (1, 'A10BA02', '盐酸二甲双胍片', '0.5 g', '每日两次', 2, '盒', 900), (2, 'C08CA01', '苯磺酸氨氯地平片', '5 mg', '每日一次', 1, '盒', 1200),
    (3, 'R05CB01', '乙酰半胱氨酸颗粒', '0.2 g', '每日三次', 3, '袋', 400)) m (position, code, medicine, dose, frequency, quantity, unit, unit_price);
insert into prescription_item (resident_id, id, prescription_id, position, code, medicine, dose, route, frequency, days, quantity, unit, unit_price, dispensed)
select resident_id, overlay(id::text placing position::text from 36)::uuid, id, position, code, medicine, dose, '口服', frequency, 7, quantity, unit,
       unit_price, quantity
from prescribed, medicine;
insert into dispensing (resident_id, id, prescription_id, item_id, visit_id, quantity, dispensed_at)
select resident_id, overlay(id::text placing 'd' || position from 35)::uuid, id, overlay(id::text placing position::text from 36)::uuid,
       collected_in, quantity, collected_at + interval '5 minutes'
from prescribed, medicine;

-- say: reports
-- Six a resident, over the visits that there were.
create temporary table visited on commit drop as
select *, row_number() over (partition by resident_id order by turn) - 1 as place, count(*) over (partition by resident_id) as visits
from scanned where outcome = 'ACCEPTED';
analyze visited;
create temporary table examined on commit drop as
select v.n, v.resident_id, r, v.institution_id, v.visit_id, s.doctor_id, e.at,
       pg_temp.id_at(e.at, 'report' || v.n || '-' || r) as id
from generate_series(0, 5) r
join visited v on v.place = r % v.visits
join staff s on s.institution_id = v.institution_id and s.s = (v.n + r) % 12
cross join lateral (select v.at + make_interval(hours => 1 + r) as at) e;
insert into report (resident_id, id, institution_id, visit_id, number, title, category, status, findings, conclusion, author_id, observed_at, issued_at,
                    read_at, content_digest)
select resident_id, id, institution_id, visit_id, 'R' || n || '-' || r, (array['血常规', '生化检查', '胸部正位片', '健康体检', '尿常规', '甲状腺功能'])[1 + r],
       (array['LABORATORY', 'LABORATORY', 'IMAGING', 'CHECKUP', 'LABORATORY', 'LABORATORY'])[1 + r], 'FINAL', case r when 2 then '双肺纹理清晰。' end,
       case when r in (2, 3) then '未见明显异常。' end, doctor_id, at - interval '1 hour', at, case when (n + r) % 3 > 0 then at + interval '1 day' end,
       sha256(uuid_send(id))
from examined;
insert into report_number (institution_id, number, resident_id, report_id) select institution_id, 'R' || n || '-' || r, resident_id, id from examined;
insert into observation (resident_id, id, report_id, position, code, display, value, unit, reference_range, flag, observed_at)
select resident_id, overlay(id::text placing position::text from 36)::uuid, id, position, code, display,
       (low + (high - low) * ((n * 7 + r * 3 + position * 5) % 23) / 20)::numeric(6, 1)::text, unit, low || '-' || high,
       case when (n * 7 + r * 3 + position * 5) % 23 > 20 then 'HIGH' else 'NORMAL' end, at - interval '1 hour'
from examined, (values (1, '6690-2', '白细胞', '10*9/L', 3.5, 9.5), (2, '789-8', '红细胞', '10*12/L', 3.8, 5.8), (3, '718-7', '血红蛋白', 'g/L', 115.0, 175.0),
    (4, '777-3', '血小板', '10*9/L', 125.0, 350.0), (5, '14749-6', '葡萄糖', 'mmol/L', 3.9, 6.1), (6, '14647-2', '总胆固醇', 'mmol/L', 2.9, 5.2),
    (7, '1742-6', '丙氨酸氨基转移酶', 'U/L', 9.0, 50.0), (8, '14682-9', '肌酐', 'umol/L', 41.0, 111.0))
    o (position, code, display, unit, low, high);

-- say: encounters, conditions and what else lasts
insert into encounter (resident_id, id, visit_id, institution_id, department_id, doctor_id, appointment_id, care_setting, occurred_at, note, recorded_at)
select resident_id, pg_temp.id_at(starts_at, 'encounter' || n || '-' || turn), visit_id, institution_id, department_id, doctor_id, id, 'OUTPATIENT',
       starts_at, case when n % 2 = 0 then '一般情况好。' end, ends_at
from booking where visit_id is not null and status = 'COMPLETED';
insert into diagnosis (resident_id, encounter_id, position, code, display)
select resident_id, pg_temp.id_at(starts_at, 'encounter' || n || '-' || turn), 1, d.code, d.display
from booking join (values (0, 'J06.9', '急性上呼吸道感染'), (1, 'I10', '原发性高血压'), (2, 'E11.9', '2型糖尿病'), (3, 'K29.7', '胃炎')) d (k, code, display)
    on d.k = (n + turn) % 4
where visit_id is not null and status = 'COMPLETED';
create temporary table begun on commit drop as select * from visited where place = 0;
insert into condition (resident_id, id, institution_id, visit_id, code, display, status, since, recorded_at)
select resident_id, pg_temp.id_at(at, 'condition' || n), institution_id, visit_id, case when n % 8 > 3 then 'I10' else 'E11.9' end,
       case when n % 8 > 3 then '原发性高血压' else '2型糖尿病' end, 'ACTIVE', (at - interval '3 years')::date, at
from begun where n % 4 = 0;
insert into allergy (resident_id, id, institution_id, visit_id, substance, reaction, severity, recorded_at)
select resident_id, pg_temp.id_at(at, 'allergy' || n), institution_id, visit_id, '青霉素', '皮疹', 'MODERATE', at from begun where n % 10 = 0;
insert into immunization (resident_id, id, institution_id, visit_id, vaccine, dose, given_on, recorded_at)
select resident_id, pg_temp.id_at(at, 'vaccine' || n || '-' || d), institution_id, visit_id, '流感疫苗', '第 ' || d || ' 剂', (at at time zone 'Asia/Shanghai')::date, at
from begun, generate_series(1, 2) d where n % 2 = 0;
insert into blood_type (resident_id, blood_type, institution_id, visit_id, recorded_at)
select resident_id, (array['A_POSITIVE', 'B_POSITIVE', 'O_POSITIVE', 'AB_POSITIVE'])[1 + n % 4], institution_id, visit_id, at from begun where n % 3 > 0;

-- say: bills
-- The fees; for what was done at every other time; and for medicine.
create temporary table charge on commit drop as
select n, resident_id, turn, institution_id, visit_id, id as appointment_id, case when fee > 0 then 'FEE' else 'VISIT' end as kind,
       pg_temp.id_at(at, case when fee > 0 then 'fee' else 'bill' end || n || '-' || turn) as id, at,
       case when fee > 0 then fee else 4100 end as self_paid, case when fee > 0 then 0 else 6000 end as insured,
       status in ('COMPLETED', 'NO_SHOW') and (turn < 5 or n % 5 > 0) as is_paid
from booking cross join lateral (select case when fee > 0 then booked_at else starts_at + interval '20 minutes' end as at) b
where fee > 0 or turn in (1, 3, 5)
union all
select n, resident_id, turn + 20, institution_id, visit_id, null, 'PRESCRIPTION', pg_temp.id_at(at, 'medicine' || n || '-' || turn + 20), at, 2100, 2100, true
from prescribed;
analyze charge;
insert into bill (resident_id, id, number, kind, institution_id, visit_id, appointment_id, care_setting, status, total, insured, self_paid, payment_id,
                  content_digest, issued_at, paid_at)
select resident_id, id, case kind when 'VISIT' then 'B' || n || '-' || turn else 'F' || upper(translate(id::text, '-', '')) end,
       kind, institution_id, case when kind <> 'FEE' then visit_id end, case when kind = 'FEE' then appointment_id end,
       'OUTPATIENT', case when is_paid then 'PAID' else 'UNPAID' end, self_paid + insured, insured, self_paid,
       case when is_paid then pg_temp.id_at(at, 'payment' || n || '-' || turn) end, sha256(uuid_send(id)), at,
       case when is_paid then at + interval '2 minutes' end
from charge;
insert into bill_item (resident_id, bill_id, position, code, name, quantity, unit, unit_price, amount)
select resident_id, id, 1, 'REGISTRATION', '挂号费', 1, '次', self_paid, self_paid from charge where kind = 'FEE'
union all
select resident_id, id, i.* from charge, (values (1, '250101015', '血细胞分析', 1, '次', 2000, 2000), (2, '250302001', '葡萄糖测定', 2, '项', 650, 1300),
    (3, '210102015', '数字化摄影（DR）', 1, '次', 6800, 6800)) i where kind = 'VISIT'
union all
select resident_id, id, position, m.code, medicine, quantity, unit, unit_price, quantity * unit_price from charge, medicine m where kind = 'PRESCRIPTION';
insert into bill_number (institution_id, number, resident_id, bill_id)
select institution_id, 'B' || n || '-' || turn, resident_id, id from charge where kind = 'VISIT';

-- say: payments
create temporary table paid on commit drop as
select n, turn, resident_id, id as bill_id, institution_id, self_paid as amount, at + interval '1 minute' as started_at,
       at + interval '2 minutes' as paid_at, ((at + interval '2 minutes') at time zone 'Asia/Shanghai')::date as day,
       pg_temp.id_at(at, 'payment' || n || '-' || turn) as id,
       (array['WECHAT_PAY', 'ALIPAY', 'UNIONPAY', 'BANK'])[1 + n % 4] as method
from charge where is_paid;
insert into payment (resident_id, id, number, institution_id, app_id, method, flow, status, amount, provider_reference, started_at, expires_at, ended_at,
                     paid_at, book_day)
select resident_id, id, translate(id::text, '-', ''), institution_id, app_id, method, 'QR_CODE', 'SUCCEEDED', amount, '4200' || n || '-' || turn,
       started_at, started_at + interval '15 minutes', paid_at, paid_at, day
from paid, issuer;
insert into payment_bill (resident_id, payment_id, bill_id, amount) select resident_id, id, bill_id, amount from paid;
insert into money_number (number, kind, resident_id, id) select translate(id::text, '-', ''), 'PAYMENT', resident_id, id from paid;
insert into provider_reference (method, kind, reference, resident_id, id) select method, 'PAYMENT', '4200' || n || '-' || turn, resident_id, id from paid;
insert into settlement (id, method, day, institution_id, status, settled_at)
select pg_temp.id_at(min(paid_at), 'settlement' || method || day || coalesce(institution_id::text, '')), method, day, institution_id, 'MATCHED',
       (day + 1 + time '03:00') at time zone 'Asia/Shanghai'
from paid group by grouping sets ((method, day), (method, day, institution_id));

-- say: the ledger
insert into ledger_entry (resident_id, id, at, event, subject_id, leg, debit, credit, amount, institution_id, method, bill_id, payment_id)
select resident_id, pg_temp.id_at(at, 'issued' || n || '-' || turn), at, 'BILL_ISSUED', id, 'SELF_PAID', 'RESIDENT', 'INSTITUTION', self_paid,
       institution_id, null, id, null::uuid from charge
union all
select resident_id, pg_temp.id_at(at, 'insured' || n || '-' || turn), at, 'BILL_ISSUED', id, 'INSURED', 'INSURANCE_FUND', 'INSTITUTION', insured,
       institution_id, null, id, null from charge where insured > 0
union all
select resident_id, pg_temp.id_at(paid_at, 'paid' || n || '-' || turn), paid_at, 'PAYMENT_SUCCEEDED', id, bill_id::text, 'PROVIDER', 'RESIDENT', amount,
       institution_id, method, bill_id, id from paid;

-- say: images and pages, which are blank
create temporary table page on commit drop as
select resident_id, pg_temp.id_at(issued_at, f.format || n) as id, 'CARD_IMAGE' as kind, card_id as subject_id, f.*, issued_at
from newcomer, (values
    ('SVG', 'image/svg+xml', convert_to('<svg xmlns="http://www.w3.org/2000/svg"/>', 'UTF8')),
    ('PNG', 'image/png', decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABAQAAAAA3bvkkAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==', 'base64'))
) f (format, media_type, content)
union all
select resident_id, pg_temp.id_at(created_at, 'PDF' || id), 'PRINTED_CODE', p.id, 'PDF', 'application/pdf', convert_to('%PDF-1.7', 'UTF8'), created_at
from printed_code p join newcomer using (resident_id);
insert into file (resident_id, id, kind, subject_id, format, key, status, media_type, content, created_at, ready_at)
select resident_id, id, kind, subject_id, format, encode(uuid_send(id), 'hex'), 'READY', media_type, content, issued_at, issued_at + interval '1 second'
from page;
insert into file_key (key, resident_id, file_id) select encode(uuid_send(id), 'hex'), resident_id, id from page;

-- say: families
create temporary table family on commit drop as
select c.resident_id as carer_id, m.resident_id, m.issued_at,
       (array['SPOUSE', 'CHILD', 'PARENT', 'CHILD'])[m.n - c.n] as relationship, c.n, m.n - c.n as place
from newcomer c join newcomer m on m.n between c.n + 1 and c.n + 1 + c.n / 5 % 4
where c.n % 5 = 0;
insert into family_member (resident_id, id, member_id, relationship, scopes, created_at)
select carer_id, pg_temp.id_at(issued_at, 'member' || n || '-' || place), resident_id, relationship,
       '{CARD,APPOINTMENTS,BILLS,REPORTS,PRESCRIPTIONS,RECORDS,FAMILY_DOCTOR}', issued_at
from family;
insert into carer (resident_id, id, carer_id, carer_name, relationship, scopes, created_at)
select f.resident_id, pg_temp.id_at(f.issued_at, 'carer' || f.n || '-' || f.place), f.carer_id, r.full_name, f.relationship,
       '{CARD,APPOINTMENTS,BILLS,REPORTS,PRESCRIPTIONS,RECORDS,FAMILY_DOCTOR}', f.issued_at
from family f join resident r on r.resident_id = f.carer_id;

-- say: sessions and access logs
insert into session (resident_id, id, app_id, device, refresh_digest, started_at, last_seen_at, expires_at)
select resident_id, pg_temp.id_at(issued_at, 'session' || n), app_id, 'phone', sha256(convert_to('session' || n, 'UTF8')), issued_at, issued_at,
       '2099-12-31+08'
from newcomer, issuer;
insert into log_head (resident_id, entries, digest) select resident_id, 0, decode(repeat('00', 32), 'hex') from newcomer;
drop function pg_temp.id_at;
drop function pg_temp.slot_id;
drop function pg_temp.slot_digest;
