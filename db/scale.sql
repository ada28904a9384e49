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
select client_id, id, '{visit:read,visit:write,directory:write,appointment:read,appointment:write,bill:read,bill:write,payment:read,payment:write,report:read,report:write,prescription:read,prescription:write,record:read,record:write,agreement:read,agreement:write,admission:write}', '2020-01-01+08' from place;
create temporary table issuer on commit drop as select pg_temp.id_at('2020-01-01+08', 'app') as app_id;
insert into app (id, name, kind, scopes, created_at)
select app_id, '健康服务', 'OTHER', '{card:read,card:write,appointment:read,appointment:write,bill:read,payment:read,payment:write,report:read,report:write,prescription:read,prescription:write,record:read,record:write,agreement:read,agreement:write,notification:read,notification:write}', '2020-01-01+08' from issuer;

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
insert into carer (resident_id, id, carer_id, carer_name, relationship, scopes, created_at, place)
select f.resident_id, pg_temp.id_at(f.issued_at, 'carer' || f.n || '-' || f.place), f.carer_id, r.full_name, f.relationship,
       '{CARD,APPOINTMENTS,BILLS,REPORTS,PRESCRIPTIONS,RECORDS,FAMILY_DOCTOR}', f.issued_at,
       row_number() over (partition by f.resident_id order by f.n, f.place)
from family f join resident r on r.resident_id = f.carer_id;

-- say: sessions and access logs
insert into session (resident_id, id, app_id, device, refresh_digest, started_at, last_seen_at, expires_at)
select resident_id, pg_temp.id_at(issued_at, 'session' || n), app_id, 'phone', sha256(convert_to('session' || n, 'UTF8')), issued_at, issued_at,
       '2099-12-31+08'
from newcomer, issuer;
insert into log_head (resident_id, entries, digest) select resident_id, 0, decode(repeat('00', 32), 'hex') from newcomer;
