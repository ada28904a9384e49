-- `hashed` is written as the statement that reads writes it (db/access_log.py), so that whoever has it needs no JSON of their own.
create view api.access_log_entry as
select l.resident_id, l.id as key, api.owned_id('g', l.resident_id, l.id) as id, l.entry as place, l.entry::integer as entry, l.at,
       l.actor_kind, l.actor, l.care_step, l.purpose, l.kinds, l.break_glass, l.reason, encode(l.previous, 'hex') as previous,
       encode(l.digest, 'hex') as digest,
       json_build_array(l.resident_id::text, l.entry::text, l.id::text,
           to_char(l.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), l.actor_kind, l.actor_id::text, l.actor, l.care_step,
           l.purpose, array_to_string(l.kinds, ','), l.break_glass, l.reason)::text as hashed
from public.access_log l;
