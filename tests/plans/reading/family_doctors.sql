-- Teams of the same codes at three institutions; the packages' order by code is not that of their ids, and one of each is offered
-- no longer.
insert into family_doctor_team
select pg_temp.n(1600 + h * 10 + j), pg_temp.n(11 + h), 'T' || (9 - j), '团队 ' || h || j, pg_temp.n(700 + h * 10 + j), 20 + j, 3 + j, null, now()
from generate_series(0, 2) h, generate_series(0, 2) j;
insert into family_doctor_package
select pg_temp.n(1700 + right(t.id::text, 2)::int * 10 + i), t.id, 'K' || (9 - i), '服务包 ' || i || ' "' || t.name || '"', i * 12345, i <> 1
from family_doctor_team t, generate_series(0, 3) i;
insert into promised_service
select p.id, 9 - i, '服务 ' || pg_temp.pick(right(p.id::text, 2)::int + i, '甲', '乙', '丙', '丁'), i + 1
from family_doctor_package p, generate_series(0, 2) i;

-- What is over, of each end; of two that were asked for at once the last id is the newest, and the last id of all is the oldest.
-- Signed are 2, 4, 7 and 8, 3 and 6 ask; of 9 all is over. 8 is signed where they register as well.
insert into family_doctor_agreement (resident_id, id, institution_id, team_id, status, requested_at, decide_by, decided_at,
    decision_reason, starts_on, ends_on, ended_at, end_reason, bill_id)
select pg_temp.n(r), pg_temp.n(2100 + i), pg_temp.n(11 + h), pg_temp.n(1600 + h * 10 + i % 3), status, at, at + interval '72 hours',
       case when status <> 'REQUESTED' then at + interval '1 hour' end, case when status = 'DECLINED' then '名额已满 ' || r end, day, day + 364,
       case when status in ('ENDED', 'EXPIRED') then at + interval '9 days' end, case when status = 'ENDED' then '搬家 ' || r end,
       case when day is not null and r <> 7 then (select b.id from bill b where b.resident_id = pg_temp.n(r) order by b.id desc limit 1) end
from generate_series(1, 9) r, generate_series(0, 3) i,
     lateral (select case when i <> 2 then pg_temp.pick(r + i, 'ENDED', 'DECLINED', 'EXPIRED')
                          when r in (2, 4, 7, 8) then 'ACTIVE' when r in (3, 6) then 'REQUESTED' when r <> 9 then 'ENDED' end as status,
                     case when r = 8 and i = 2 then 1 when r = 2 then 0 else (r + i) % 3 end as h,
                     now() - pg_temp.pick(i, '40', '20', '20', '60')::int * interval '1 day' + r * interval '1 microsecond' as at) s,
     lateral (select case when status in ('ACTIVE', 'ENDED') then (now() at time zone 'Asia/Shanghai')::date - 40 + i end as day) d
where status is not null;
insert into agreement_package
select a.resident_id, a.id, p.id, p.annual_fee
from family_doctor_agreement a join family_doctor_package p on p.team_id = a.team_id
where (right(a.resident_id::text, 1)::int + right(p.id::text, 1)::int) % 3 > 0;
-- The first year of each; one more that has not begun, or, of 4 and 8, one that has and another that has not.
insert into agreement_term
select a.resident_id, pg_temp.n(2200 + right(a.id::text, 1)::int * 10 + n), a.id, a.starts_on + n * away, a.ends_on + n * away, null, a.requested_at
from family_doctor_agreement a, generate_series(0, 2) n,
     lateral (select case when a.resident_id in (pg_temp.n(4), pg_temp.n(8)) then 20 else 400 end as away) w
where n = 0 or (a.status = 'ACTIVE' and (n = 1 or away = 20));
insert into agreement_service
select t.resident_id, t.id, '服务 ' || pg_temp.pick(i + right(t.id::text, 2)::int, '甲', '乙', '丙', '丁'), 9 - i, i + 1, (i + right(t.id::text, 1)::int) % 3,
       case when (i + right(t.id::text, 1)::int) % 3 > 0 then now() - i * interval '1 hour' end
from agreement_term t, generate_series(0, 2) i;
-- 1 may see what 3 has asked for, and no longer what 4 has.
update carer set scopes = scopes || '{FAMILY_DOCTOR}' where carer_id = pg_temp.n(1) and resident_id <> pg_temp.n(2);
