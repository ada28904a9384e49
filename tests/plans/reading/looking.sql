-- Who looked, in chains as the platform writes them; of 4 nobody has. The ids and moments of a log do not all follow its order.
create view pg_temp.looked as
select pg_temp.n(r) as resident_id, e::bigint as entry, pg_temp.n(2100 + e * 5 % 7) as id,
       timestamptz '2026-01-01 00:00:00+08' + e / 2 * interval '1 hour 250 milliseconds' as at,
       pg_temp.pick(e, 'LINK', 'INSTITUTION', 'RESIDENT') as actor_kind, pg_temp.n(1800 + e) as actor_id, '某人 "𠮷" \ ' || e || chr(10) as actor,
       case when e % 3 = 1 then pg_temp.pick(e, 'REGISTER', 'SURGERY') end as care_step, pg_temp.pick(e, 'SHARED', 'CARE', 'FAMILY') as purpose,
       case e % 3 when 0 then '{REPORT}'::text[] else '{CARD,IDENTITY,RECORD}' end as kinds, e % 4 = 1 as break_glass,
       case when e % 4 = 1 then '昏迷 "急诊"' end as reason
from generate_series(1, 9) r, generate_series(1, 6) e where r <> 4 and e <= r;
insert into access_log (resident_id, id, entry, at, actor_kind, actor_id, actor, care_step, purpose, kinds, break_glass, reason, previous, digest)
with recursive chain as (
    select resident_id, 0::bigint as entry, null::bytea as previous, decode(repeat('00', 32), 'hex') as digest from resident
    union all
    select l.resident_id, l.entry, c.digest, sha256(c.digest || convert_to(json_build_array(l.resident_id::text, l.entry::text, l.id::text,
               to_char(l.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), l.actor_kind, l.actor_id::text, l.actor, l.care_step, l.purpose,
               array_to_string(l.kinds, ','), l.break_glass, l.reason)::text, 'UTF8'))
    from chain c join pg_temp.looked l on l.resident_id = c.resident_id and l.entry = c.entry + 1
)
select l.resident_id, l.id, l.entry, l.at, l.actor_kind, l.actor_id, l.actor, l.care_step, l.purpose, l.kinds, l.break_glass, l.reason,
       c.previous, c.digest
from pg_temp.looked l join chain c using (resident_id, entry);
update log_head h set entries = l.entry, digest = l.digest from access_log l
where l.resident_id = h.resident_id and l.entry = (select max(entry) from access_log m where m.resident_id = h.resident_id);
