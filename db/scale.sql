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
select client_id, id, '{visit:read,visit:write,directory:write}', '2020-01-01+08' from place;
create temporary table issuer on commit drop as select pg_temp.id_at('2020-01-01+08', 'app') as app_id;
insert into app (id, name, kind, scopes, created_at)
select app_id, '健康服务', 'OTHER', '{card:read,card:write}', '2020-01-01+08' from issuer;

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
select n.resident_id, n.card_id, turn, at, p.id as institution_id, p.client_id,
       pg_temp.id_at(at, 'scan' || n.n || '-' || turn) as id, pg_temp.id_at(at, 'visit' || n.n || '-' || turn) as visit_id,
       case when (n.n * 7 + turn) % 11 < 3 then (array['EXPIRED_CODE', 'ALREADY_USED', 'CARD_SUSPENDED'])[1 + (n.n + turn) % 3] else 'ACCEPTED' end as outcome,
       (array['REGISTER', 'DIAGNOSE', 'EXAMINE', 'PAY', 'COLLECT_MEDICINE'])[1 + turn % 5] as care_step,
       (array['WINDOW', 'KIOSK', 'OTHER'])[1 + (n.n + turn) % 3] as terminal_kind
from newcomer n
cross join lateral generate_series(0, 4 + n.n % 4) turn
cross join lateral (select n.issued_at + make_interval(days => 1 + turn * (3 + n.n % 9), mins => (n.n * 37 + turn * 91) % 480) as at) a
join place p on p.k = (n.n / 5 + turn / 5) % 40;
insert into visit (resident_id, id, card_id, institution_id, client_id, care_step, care_setting, terminal_id, terminal_kind, opened_at, expires_at)
select resident_id, visit_id, card_id, institution_id, client_id, care_step, 'OUTPATIENT', 'T' || turn, terminal_kind, at, at + interval '30 minutes'
from scanned where outcome = 'ACCEPTED';

-- say: scans
insert into scan (resident_id, id, card_id, institution_id, visit_id, care_step, care_setting, purpose, outcome, terminal_id, terminal_kind,
                  scanned_at, offline)
select resident_id, id, card_id, institution_id, case when outcome = 'ACCEPTED' then visit_id end, care_step, 'OUTPATIENT',
       case care_step when 'PAY' then 'PAY' when 'COLLECT_MEDICINE' then 'COLLECT' else 'IDENTIFY' end, outcome, 'T' || turn, terminal_kind, at, turn % 5 = 4
from scanned;

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
