-- The health record: what lasts and what happened, written at each institution, and who may look at it beside who wrote it.
-- 9 cares for 3 and 4 too, for what the scopes of others lack.
insert into carer values
    (pg_temp.n(3), pg_temp.n(52), pg_temp.n(9), 'c', 'PARENT', '{REPORTS,RECORDS}', now(), null, 2),
    (pg_temp.n(4), pg_temp.n(52), pg_temp.n(9), 'c', 'PARENT', '{PRESCRIPTIONS}', now(), null, 2),
    (pg_temp.n(5), pg_temp.n(52), pg_temp.n(9), 'c', 'OTHER', '{RECORDS}', now(), now() - interval '1 day', 2);
-- An emergency at 12 of one who also pays there, one at 11 that is over, and somebody who is operated on at 12.
insert into visit (resident_id, id, card_id, institution_id, client_id, care_step, care_setting, terminal_id, terminal_kind, opened_at,
    expires_at, break_glass, break_glass_reason)
select pg_temp.n(r), pg_temp.n(v), pg_temp.n(101), pg_temp.n(h), pg_temp.n(35), step, 'OUTPATIENT', 't', 'WINDOW', now() - interval '1 hour',
       now() + days * interval '1 day', reason is not null, reason
from (values (3, 320, 12, 'OTHER', 1, '昏迷'), (3, 325, 12, 'PAY', 1, null), (2, 321, 11, 'DIAGNOSE', -1, '昏迷'), (9, 322, 12, 'SURGERY', 1, null)) x (r, v, h, step, days, reason);
-- 2 has opened some kinds to 11, 5 some days to 12 and all before to 11, 7 something to 12; 4 has taken it back, 8's is over.
-- 8 and 9, who register at 12, have taken theirs back there: it may read their numbers, but not through a consent.
insert into consent (resident_id, id, institution_id, kinds, from_day, to_day, granted_at, expires_at, revoked_at)
select pg_temp.n(r), pg_temp.n(1500 + h), pg_temp.n(h), kinds::text[], day + since, day + until, now(), now() + days * interval '1 day',
       case when revoked then now() end
from (values (2, 11, '{ENCOUNTER,REPORT,ALLERGY}', null, null, 1, false), (5, 12, '{CONDITION,ADMISSION,PRESCRIPTION,IMMUNIZATION}', -1, -1, 1, false),
             (5, 11, '{ENCOUNTER,CONDITION,ADMISSION,REPORT,PRESCRIPTION}', null, -2, 9, false), (7, 12, '{ENCOUNTER,IMMUNIZATION,REPORT}', -1, null, 1, false),
             (4, 11, '{ENCOUNTER,CONDITION,REPORT}', null, null, 1, true), (8, 13, '{ALLERGY,CONDITION,REPORT}', null, null, -1, false),
             (8, 12, '{REPORT}', null, null, 1, true), (9, 12, '{CONDITION}', null, null, 1, true))
         x (r, h, kinds, since, until, days, revoked),
     lateral (select (now() at time zone 'Asia/Shanghai')::date as day) d;

-- Each thing on each of four days, from the first moment of a day to its last, so that many share one.
create view pg_temp.written as
select pg_temp.n(r) as resident_id, k, pg_temp.n(11 + (r + k) % 4) as institution_id, at,
       (select id from public.visit v where v.resident_id = pg_temp.n(r) order by id limit 1) as visit_id
from generate_series(1, 9) r, generate_series(0, 7) k,
     lateral (select date_trunc('day', now(), 'Asia/Shanghai') - k / 2 * interval '1 day'
                     - case when k % 2 = 0 then interval '0' else interval '1 microsecond' end as at) a
where exists (select from public.visit v where v.resident_id = pg_temp.n(r)) and (r + k) % 5 > 0;
insert into encounter (resident_id, id, visit_id, institution_id, department_id, doctor_id, care_setting, occurred_at, note, recorded_at)
select resident_id, pg_temp.n(1400 + k), visit_id, institution_id, pg_temp.n(20 + k), pg_temp.n(700 + k % 3 * 10), pg_temp.pick(k, 'OUTPATIENT', 'INPATIENT'),
       at, case when k % 3 > 0 then '主诉 "' || k || '"' end, now()
from pg_temp.written;
insert into diagnosis
select resident_id, id, n, 'J' || (9 - n), '诊断 ' || n || right(id::text, 1) from encounter, generate_series(0, 2) n where right(id::text, 1)::int > n;
insert into condition
select resident_id, pg_temp.n(1420 + k), institution_id, visit_id, 'I' || k, '高血压 ' || k, pg_temp.pick(k, 'ACTIVE', 'RESOLVED'), case when k <> 2 then date '2020-02-29' + k end,
       case when k % 2 = 1 then date '2024-02-29' end, at
from pg_temp.written;
insert into allergy
select resident_id, pg_temp.n(1440 + k), institution_id, visit_id, case when k <> 1 then 'A' || k end, '青霉素 ' || k, case when k <> 2 then '皮疹' end,
       pg_temp.pick(k, 'MILD', 'MODERATE', 'SEVERE'), at
from pg_temp.written;
insert into immunization
select resident_id, pg_temp.n(1460 + k), institution_id, visit_id, case when k <> 3 then 'V' || k end, '乙肝疫苗 ' || k, case when k <> 2 then '第 ' || k || ' 剂' end,
       case when k <> 1 then 'L' || k end, (at at time zone 'Asia/Shanghai')::date, now()
from pg_temp.written;
insert into admission
select resident_id, pg_temp.n(1480 + k), institution_id, visit_id, case k when 4 then 'ADMITTED' else 'DISCHARGED' end, '内科 ' || k, k || ' 床', at,
       case when k <> 4 then at + interval '2 days' end, case when k % 2 = 1 then '好转' end
from pg_temp.written where k < 5;
insert into blood_type
select resident_id, pg_temp.pick(k, 'A_POSITIVE', 'AB_NEGATIVE', 'O_UNKNOWN'), institution_id, visit_id, now()
from (select distinct on (resident_id) * from pg_temp.written order by resident_id, k desc) w where resident_id <> pg_temp.n(8);
