-- Care beyond the visit of the large city, after `scale_record.sql`: family doctors, stays in hospital, and what people were told of.
-- What it costs is in `owed` and `stay`, of which `scale_money.sql` makes bills.

-- say: family doctors
create temporary table team on commit drop as
select k, t, institution_id, doctor_id, pg_temp.id_at('2020-01-01+08', 'team' || k || '-' || t) as team_id
from staff cross join lateral (select s as t) x where s < 2;
create temporary table package on commit drop as
select team.*, p.*, pg_temp.id_at('2020-01-01+08', 'package' || k || '-' || t || '-' || p) as package_id
from team, (values (0, 'JC', '基础服务包', 0), (1, 'LN', '老年人服务包', 12000)) p (p, code, name, fee);
create temporary table promise on commit drop as
select * from (values (0, 1, '健康体检', 1), (0, 2, '电话随访', 4), (1, 1, '上门巡诊', 6), (1, 2, '血压测量', 12), (1, 3, '用药指导', 4))
    v (p, position, name, promised);
-- One in three has a family doctor, some had one before, and a few ask for one.
create temporary table signed on commit drop as
select n.n, n.resident_id, a.turn, a.status, a.starts_on, (a.starts_on + interval '1 year')::date - 1 as ends_on, t.institution_id, t.team_id,
       p.package_id, p.p, p.fee, r.at as requested_at, pg_temp.id_at(r.at, 'agreement' || n.n || '-' || a.turn) as id,
       pg_temp.id_at(r.at, 'term' || n.n || '-' || a.turn) as term_id,
       case when p.fee > 0 and a.status <> 'REQUESTED' then pg_temp.id_at(r.at, 'agreed' || n.n || '-' || a.turn) end as bill_id
from newcomer n
cross join lateral (select (now() at time zone 'Asia/Shanghai')::date as today) d
cross join lateral (
    select 40 as turn, 'ACTIVE' as status, today - 1 - n.n % 359 as starts_on where n.n % 3 = 0
    union all select 41, 'EXPIRED', today - 370 - n.n % 359 where n.n % 7 = 1
    union all select 42, 'REQUESTED', null::date where n.n % 300 = 1) a
cross join lateral (select case when a.status = 'REQUESTED' then now() - interval '1 day'
    else (a.starts_on - 1 + time '09:00') at time zone 'Asia/Shanghai' end as at) r
join team t on t.k = n.n / 5 % 40 and t.t = n.n % 2
join package p on p.team_id = t.team_id and p.p = (n.n / 3 % 4 = 0)::int
where r.at > n.issued_at;
analyze signed;
insert into family_doctor_team (id, institution_id, code, name, leader_id, capacity, taken, created_at)
select t.team_id, t.institution_id, 'T0' || 1 + t.t, '家庭医生' || 1 + t.t || '队', t.doctor_id, 500 + x.taken, x.taken, '2020-01-01+08'
from team t
cross join lateral (select count(*)::int as taken from signed s where s.team_id = t.team_id and s.status <> 'EXPIRED') x;
insert into family_doctor_package (id, team_id, code, name, annual_fee) select package_id, team_id, code, name, fee from package;
insert into promised_service (package_id, position, name, promised)
select package_id, position, s.name, promised from package join promise s using (p);
insert into family_doctor_agreement (resident_id, id, institution_id, team_id, status, requested_at, decide_by, decided_at, starts_on, ends_on,
                                     ended_at, ended_by, bill_id)
select resident_id, id, institution_id, team_id, status, requested_at, requested_at + interval '72 hours',
       case when status <> 'REQUESTED' then requested_at + interval '1 day' end, starts_on, ends_on,
       case when status = 'EXPIRED' then (ends_on + 1)::timestamp at time zone 'Asia/Shanghai' end, case when status = 'EXPIRED' then 'PLATFORM' end, bill_id
from signed;
insert into agreement_package (resident_id, agreement_id, package_id, annual_fee) select resident_id, id, package_id, fee from signed;
insert into agreement_term (resident_id, id, agreement_id, starts_on, ends_on, bill_id, asked_at)
select resident_id, term_id, id, starts_on, ends_on, bill_id, requested_at from signed;
create temporary table served on commit drop as
select s.resident_id, s.id, s.term_id, s.turn, s.n, s.starts_on, v.position, v.name, v.promised,
       case s.status when 'REQUESTED' then 0 when 'EXPIRED' then v.promised else least(v.promised, s.n % 359 / 30) end as delivered
from signed s join promise v using (p);
insert into agreement_service (resident_id, term_id, name, position, promised, delivered, last_delivered_at)
select resident_id, term_id, name, position, promised, delivered,
       case when delivered > 0 then (starts_on + delivered * 25 + time '10:00') at time zone 'Asia/Shanghai' end
from served;
insert into service_delivery (resident_id, id, agreement_id, term_id, name, delivered_at, recorded_at)
select resident_id, pg_temp.id_at(at, 'service' || n || '-' || turn || '-' || position || '-' || i), id, term_id, name, at, at + interval '1 hour'
from served
cross join lateral generate_series(1, delivered) i
cross join lateral (select (starts_on + i * 25 + time '10:00') at time zone 'Asia/Shanghai' as at) a;

-- say: stays in hospital
-- One in twenty was in hospital for five days, one in a hundred is, at one of the eight institutions that have beds.
update institution set accepts_inpatient = true where id in (select id from place where k % 5 = 0);
create temporary table stay on commit drop as
select n.n, n.resident_id, n.card_id, p.id as institution_id, p.client_id, x.days, x.at as admitted_at, x.days = 5 as is_over,
       pg_temp.id_at(x.at, 'stay' || n.n) as id, pg_temp.id_at(x.at, 'arrival' || n.n) as visit_id
from newcomer n
cross join lateral (
    select 5 as days, n.issued_at + interval '30 days' as at where n.n % 20 = 7
    union all select 2, now() - interval '49 hours' where n.n % 100 = 9) x
join place p on p.k = n.n / 5 % 8 * 5;
create temporary table service on commit drop as
select * from (values (1, '110900001', '普通床位费', 1, 6000), (2, '120100003', 'Ⅱ级护理', 1, 2000), (3, '120400006', '静脉输液', 3, 980),
    (4, '250101015', '血细胞分析', 1, 2000)) v (position, code, name, quantity, unit_price);
insert into visit (resident_id, id, card_id, institution_id, client_id, care_step, care_setting, terminal_id, terminal_kind, opened_at, expires_at)
select resident_id, visit_id, card_id, institution_id, client_id, 'SURGERY', 'INPATIENT', 'T1', 'WINDOW', admitted_at, admitted_at + interval '30 minutes'
from stay;
insert into admission (resident_id, id, institution_id, visit_id, status, ward, bed, admitted_at, discharged_at, summary, charged, final_bill_id)
select resident_id, id, institution_id, visit_id, case when is_over then 'DISCHARGED' else 'ADMITTED' end, '外科' || 1 + n % 3 || '病区', 1 + n % 40 || '床',
       admitted_at, case when is_over then admitted_at + interval '5 days' end, case when is_over then '恢复良好，门诊随访。' end, days * 12940,
       case when is_over then pg_temp.id_at(admitted_at + interval '5 days', 'final' || n) end
from stay;
insert into inpatient_charge (resident_id, id, admission_id, charged_on, code, name, quantity, unit_price, amount, recorded_at)
select resident_id, pg_temp.id_at(at, 'charge' || n || '-' || day || '-' || position), id, (at at time zone 'Asia/Shanghai')::date, code, name, quantity,
       unit_price, quantity * unit_price, at
from stay cross join lateral generate_series(0, days - 1) day cross join service
cross join lateral (select admitted_at + make_interval(days => day, hours => 1) as at) a;

-- say: what that costs
create temporary table owed on commit drop as
select n, resident_id, turn, institution_id, null::uuid as visit_id, null::uuid as appointment_id, 'FAMILY_DOCTOR' as kind, bill_id as id,
       requested_at + interval '1 day' as at, fee as self_paid, 0 as insured, n % 10 < 9 as is_paid, null::uuid as admission_id, 0 as deposited, 0 as applied
from signed where bill_id is not null
union all
select n, resident_id, turn, institution_id, visit_id, null, 'DEPOSIT', pg_temp.id_at(b.at, 'deposit' || n || '-' || turn), b.at, amount, 0, true, id, 0,
       case when is_over then amount else 0 end
from stay cross join (values (50, 0, 20000), (51, 1, 4700)) d (turn, day, amount)
cross join lateral (select admitted_at + make_interval(days => day, mins => 10) as at) b
union all
select n, resident_id, 52, institution_id, visit_id, null, 'DISCHARGE', pg_temp.id_at(admitted_at + interval '5 days', 'final' || n),
       admitted_at + interval '5 days', 24700, 40000, false, id, 24700, 0
from stay where is_over;

-- say: notifications
-- Of each report, within the months for which they are kept.
create temporary table news on commit drop as
select n, r, resident_id, e.id as report_id, at, pg_temp.id_at(at, 'news' || n || '-' || r) as id
from (select n, r, resident_id, id, now() - make_interval(days => (n * 37 + (5 - r) * 53) % 300, mins => 10 * r + n % 500) as at from examined) e
order by resident_id, at;
insert into notification_key (resident_id, event, subject_id, notification_id, created_at)
select resident_id, 'REPORT_PUBLISHED', report_id, id, at from news;
insert into notification (resident_id, id, event, about_id, subject_letter, subject_id, in_app, title_zh, body_zh, title_en, body_en, created_at, read_at)
select resident_id, id, 'REPORT_PUBLISHED', resident_id, 'r', report_id, true, '新的报告', '您有一份新的报告，可在健康卡中查看。', 'A new report',
       'There is a new report for you. You can read it with your health card.', at, case when (n + r) % 4 > 0 then at + interval '2 hours' end
from news;
insert into notification_delivery (resident_id, notification_id, channel, target, state, created_at, ended_at)
select resident_id, id, 'SMS', resident_id, 'SENT', at, at + interval '3 seconds' from news where n % 5 not in (2, 4);
