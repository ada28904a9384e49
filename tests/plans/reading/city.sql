-- A small city for the proof of reading: for every rule somebody to whom it applies, beside people to whom it does not.
-- Ids are the same from resident to resident, so that a statement that forgets the resident finds too much.
create function pg_temp.n(number integer) returns uuid language sql immutable
    return ('00000000-0000-7000-8000-' || lpad(number::text, 12, '0'))::uuid;
create function pg_temp.pick(number integer, variadic choices text[]) returns text language sql immutable
    return choices[1 + number % array_length(choices, 1)];

insert into app values
    (pg_temp.n(1), 'City App', 'CITY_APP', '{card:read,card:write}', null, now()),
    (pg_temp.n(2), '某银行', 'BANK', '{}', now() - interval '1 day', now());
insert into institution values
    (pg_temp.n(11), 'B100', '北京大学深圳医院', '福田区', '三级甲等', '莲花路 1120 号', true, true, '{REGISTER,PAY,DIAGNOSE}', now()),
    (pg_temp.n(12), 'A200', '深圳市第二人民医院', '福田区', '三级甲等', '笋岗西路 3002 号', true, false, '{REGISTER}', now()),
    (pg_temp.n(13), 'C300', '南山 100%_医院', '南山区', '二级', 'Peach "Garden" \ 89', false, false, '{}', now()),
    (pg_temp.n(14), 'D400', '社康中心', '盐田区', '社区', '海山路', false, true, '{OTHER}', now());
insert into department
select pg_temp.n(20 + h * 4 + i), pg_temp.n(11 + h), 'D' || (9 - i), '科' || h || i, i <> 2
from generate_series(0, 2) h, generate_series(0, 3) i;
-- 31 the app, 32 the operator, 33 the dashboard, 34 to 36 institutions.
insert into client values
    (pg_temp.n(31), pg_temp.n(1), null, '{client:read}', now()), (pg_temp.n(32), pg_temp.n(2), null, '{platform:read}', now()),
    (pg_temp.n(33), pg_temp.n(2), null, '{dashboard:read}', now()), (pg_temp.n(34), null, pg_temp.n(11), '{visit:read}', now()),
    (pg_temp.n(35), null, pg_temp.n(12), '{visit:read}', now()), (pg_temp.n(36), null, pg_temp.n(13), '{}', now());
insert into client_secret
select pg_temp.n(c), pg_temp.n(40 + i), '\x00', now(), case i when 1 then now() + interval '3 days' when 2 then now() - interval '1 day' end
from generate_series(31, 35) c, generate_series(0, 2) i where i = 0 or c <> 33;

-- 1 cares for 2, 3 and (no longer) 4; 9 cares for 1 and 2; 5 is a stranger; 6 to 8 are patients somewhere; 4 has no card.
insert into resident
select pg_temp.n(r), '住民·' || r || ' "𠮷"', pg_temp.pick(r, 'MALE', 'FEMALE'), date '1960-02-28' + r * 1000,
       pg_temp.pick(r, 'RESIDENT_ID', 'PASSPORT', 'BIRTH_CERTIFICATE'), '\x00', '44***' || r, null,
       case when r not in (4, 5) then 'SS***' || r end, null, case when r <> 2 then '138****000' || r end, 'zh-CN', now()
from generate_series(1, 9) r;
insert into log_head select resident_id, 0, decode(repeat('00', 32), 'hex') from resident;
insert into carer values
    (pg_temp.n(2), pg_temp.n(50), pg_temp.n(1), 'c', 'CHILD', '{CARD,BILLS}', now(), now() + interval '9 days', 1),
    (pg_temp.n(3), pg_temp.n(50), pg_temp.n(1), 'c', 'PARENT', '{APPOINTMENTS}', now(), null, 1),
    (pg_temp.n(4), pg_temp.n(50), pg_temp.n(1), 'c', 'OTHER', '{CARD}', now(), now() - interval '1 day', 1),
    (pg_temp.n(1), pg_temp.n(51), pg_temp.n(9), 'c', 'SPOUSE', '{CARD,RECORDS}', now(), null, 1),
    (pg_temp.n(2), pg_temp.n(51), pg_temp.n(9), 'c', 'GRANDCHILD', '{}', now(), null, 2),
    (pg_temp.n(2), pg_temp.n(53), pg_temp.n(4), 'c', 'CHILD', '{CARD}', now(), now() - interval '1 day', 3);
-- Whom a binding made a carer has no place.
insert into carer values (pg_temp.n(2), pg_temp.n(52), pg_temp.n(5), 'c', 'OTHER', '{CARD}', now(), null, null, pg_temp.n(49));
insert into family_member
select pg_temp.n(1), pg_temp.n(52 + m), pg_temp.n(m), 'CHILD', '{CARD}', now(), case when m = 3 then now() + interval '9 days' end
from generate_series(2, 5) m;
insert into family_member values
    (pg_temp.n(1), pg_temp.n(59), pg_temp.n(6), 'OTHER', '{}', now(), now() - interval '1 day'),
    (pg_temp.n(9), pg_temp.n(54), pg_temp.n(1), 'SPOUSE', '{CARD,RECORDS}', now(), null),
    (pg_temp.n(9), pg_temp.n(55), pg_temp.n(2), 'GRANDCHILD', '{}', now(), null),
    (pg_temp.n(2), pg_temp.n(54), pg_temp.n(1), 'PARENT', '{CARD}', now(), null);

insert into card
select pg_temp.n(r), pg_temp.n(100 + c), lpad((r * 10 + c)::text, 16, '0'), '\x00', 'x',
       case c when 0 then 'REPLACED' when 1 then pg_temp.pick(r, 'ACTIVE', 'SUSPENDED', 'CLOSED') else 'CLOSED' end, pg_temp.n(1),
       now() - interval '3 days', now() - interval '2 days' + r * interval '1 millisecond', null, case c when 0 then pg_temp.n(101) end
from generate_series(1, 9) r, generate_series(0, 2) c where r <> 4 and (c < 2 or r in (1, 3));
insert into printed_code
select resident_id, pg_temp.n(110 + i * 3 + right(id::text, 1)::int), id, '\x00', pg_temp.pick(i, 'PLATFORM', 'NATIONAL'),
       case when i % 2 = 0 then '标签 ' || i end, now() - i * interval '1 hour', case when i = 1 then now() end
from card, generate_series(0, 2) i;
-- Images of cards and pages of printed codes in every state, and files of another kind of the same subjects.
insert into file
select resident_id, pg_temp.n(200 + (row_number() over (partition by resident_id order by subject, kind, format))::int), kind, subject, format,
       md5(random()::text), pg_temp.pick(state, 'READY', 'PENDING', 'FAILED', 'READY', 'READY', 'READY'), 'image/' || format, null,
       now() - interval '1 hour', case when state % 6 not in (1, 2) then now() end,
       case state % 6 when 3 then now() - interval '1 minute' when 4 then now() + interval '1 day' end, case state % 6 when 5 then now() end
from (
    select resident_id, id as subject, kind, format,
           (row_number() over (order by resident_id, id, kind, format))::int as state
    from (select resident_id, id from card union all select resident_id, id from printed_code) s,
         (values ('CARD_IMAGE', 'SVG'), ('CARD_IMAGE', 'PNG'), ('PRINTED_CODE', 'PDF'), ('RECORD_EXPORT', 'JSON'), ('NOISE', 'SVG'), ('NOISE', 'PDF')) k (kind, format)
) f where not (resident_id = pg_temp.n(2) and format = 'PNG');

-- 6 is at 11 twice and 8 at 12, 7 at 11 once (and was before); who was at 13 has left.
insert into visit (resident_id, id, card_id, institution_id, department_id, client_id, care_step, care_setting, terminal_id,
    terminal_kind, opened_at, expires_at)
select pg_temp.n(r), pg_temp.n(v), pg_temp.n(101), pg_temp.n(h), case when v % 2 = 0 then pg_temp.n(20 + v % 7) end, pg_temp.n(34), step,
       pg_temp.pick(v, 'OUTPATIENT', 'INPATIENT'), 't', 'WINDOW', now() - interval '1 hour', now() + days * interval '1 day'
from (values (6, 300, 11, 'PAY', 1), (6, 301, 11, 'DIAGNOSE', 1), (6, 302, 12, 'REGISTER', -1), (7, 300, 11, 'COLLECT_MEDICINE', 1),
             (7, 301, 11, 'REGISTER', -1), (8, 300, 12, 'REGISTER', 1), (8, 303, 12, 'PAY', 1), (8, 302, 13, 'SURGERY', -1), (1, 300, 11, 'EXAMINE', 1),
             (5, 301, 11, 'REGISTER', -1)) x (r, v, h, step, days);
insert into patient_number values
    (pg_temp.n(6), pg_temp.n(310), pg_temp.n(11), 'P-6', now()), (pg_temp.n(8), pg_temp.n(310), pg_temp.n(11), 'P-8', now()),
    (pg_temp.n(8), pg_temp.n(311), pg_temp.n(12), 'Q-8', now());
-- Several scans share a moment, so that only the id tells which is newer.
insert into scan
select resident_id, pg_temp.n(400 + s * 3 + right(id::text, 1)::int), id, pg_temp.n(11 + s % 4), null, pg_temp.pick(s, 'REGISTER', 'PAY'),
       pg_temp.pick(s, 'OUTPATIENT', 'INPATIENT'), pg_temp.pick(s, 'IDENTIFY', 'PAY'), pg_temp.pick(s, 'ACCEPTED', 'ALREADY_USED', 'REVOKED'), 't',
       pg_temp.pick(s, 'WINDOW', 'KIOSK', 'OTHER'), timestamptz '2026-01-01 23:59:59.5+08' + (s * 7 % 4) * interval '1 second 250 milliseconds', s % 3 = 0
from card, generate_series(0, 6) s where right(id::text, 1)::int < 2;

insert into session
select pg_temp.n(r), pg_temp.n(500 + i), pg_temp.n(1 + i % 2), case when i <> 1 then 'Phone ' || i end, '\x00', now() - interval '1 hour',
       now() - i * interval '1 minute', now() + case when i = 3 then -1 else 1 end * interval '1 day', case when i = 2 then now() end
from generate_series(1, 9) r, generate_series(0, 4) i;

insert into outbox
select i % 4, pg_temp.n(600 + i), pg_temp.pick(i, 'render_card', 'send_sms', 'print_page'), '{}',
       pg_temp.pick(i, 'waiting', 'failed', 'done', 'failed', 'sent'), i, now() + (i - 6) * interval '1 minute', null,
       case when i % 2 = 0 then 'Error ' || i end, now(), case when i % 5 in (1, 2, 3) then now() end
from generate_series(0, 17) i;
insert into worker_heartbeat values
    ('host-b:1', now() - interval '1 hour', now(), 7, 0), ('host-a:2', now(), now() - interval '1 minute', 3000000000, 2);

-- Doctors of one code in every institution; one of each is hidden, and one works in a hidden department.
insert into doctor
select pg_temp.n(700 + h * 10 + j), pg_temp.n(11 + h), pg_temp.n(20 + h * 4 + j % 4), 'M' || (9 - j), '医生 ' || h || j,
       pg_temp.pick(j, '主任医师', '副主任医师'), case when j % 2 = 0 then 'Garden" 100%_ \ 福田区 ' || j end, j <> 3
from generate_series(0, 2) h, generate_series(0, 5) j;
-- Slots of doctors who begin together: some are over, full, or withdrawn.
insert into slot
select pg_temp.n(800 + h * 50 + j * 10 + s), pg_temp.n(11 + h), pg_temp.n(20 + h * 4 + j % 2), pg_temp.n(700 + h * 10 + j), at, at + interval '30 minutes',
       (at at time zone 'Asia/Shanghai')::date, 3, case s when 2 then 3 else s % 3 end, s * 1250, now(), case when s = 3 and j = 1 then now() end,
       case when s = 3 and j = 1 then '停诊' end
from generate_series(0, 2) h, generate_series(0, 3) j, generate_series(0, 5) s, lateral (select now() + (s - 1) * interval '7 hours' as at) a;
-- Hours count from this day's beginning. Expected at 11 are 1, 3, 6 and 8, at 12 are 1 and 8, who is there and
-- registers; the others' are cancelled, missed or over.
insert into appointment (resident_id, id, slot_id, institution_id, department_id, doctor_id, day, starts_at, ends_at, cancellable_until,
    queue_number, fee, status, reason, booked_at)
select pg_temp.n(r), pg_temp.n(900 + k), pg_temp.n(800 + (h - 11) * 50 + k % 4 * 10 + k % 6), pg_temp.n(h), pg_temp.n(20 + (h - 11) * 4 + k % 4),
       pg_temp.n(700 + (h - 11) * 10 + k % 4), (at at time zone 'Asia/Shanghai')::date, at, at + interval '30 minutes', at - interval '2 hours',
       1 + k % 3, k * 1005, status, case when k % 3 > 0 then '复查 ' || r || k end, now()
from (values (1, 9, 11, 9, 'BOOKED'), (1, 8, 11, 33, 'BOOKED'), (1, 7, 12, 10, 'CHECKED_IN'), (1, 6, 12, -14, 'NO_SHOW'), (3, 9, 11, 9, 'BOOKED'),
             (3, 4, 11, -15, 'COMPLETED'), (4, 5, 11, 10, 'NO_SHOW'), (5, 9, 11, 34, 'CANCELLED'), (5, 8, 11, -14, 'COMPLETED'), (6, 9, 11, 8, 'COMPLETED'),
             (7, 8, 11, 35, 'CANCELLED'), (8, 8, 12, 9, 'BOOKED'), (8, 9, 12, 8, 'CHECKED_IN'), (8, 7, 12, 10, 'CANCELLED'), (8, 6, 12, 34, 'BOOKED'),
             (8, 5, 11, 11, 'BOOKED'), (8, 4, 12, -14, 'NO_SHOW'), (9, 9, 12, -14, 'BOOKED'), (9, 8, 13, 12, 'BOOKED'), (2, 9, 13, 12, 'CANCELLED')) x (r, k, h, hours, status),
     lateral (select date_trunc('day', now(), 'Asia/Shanghai') + hours * interval '1 hour' + r * interval '1 minute' as at) a;
