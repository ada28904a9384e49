-- The health records of the large city, after `scale.sql`: of its visits, bookings and doctors.

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
cross join lateral (select v.at + make_interval(hours => 1 + r) as at) e
order by v.resident_id, r;  -- as the indexes have them
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
