"""Who looked at whose data: written by the statement that reads, before its bytes leave.

The entries of a resident are a chain: each digest is sha256 over the digest before it and the entry's JSON array, exactly as
`json_build_array` writes it. docs/reference/access-log.md gives the algorithm.

Heads are locked in the order of the residents, so that two requests that read the same people wait, and never deadlock. Where there
is no head, `entry` is null, which the table refuses: what cannot be recorded is not answered.
"""

READING = """
with q as materialized ({query}),
r as (
    select distinct x::uuid as resident_id from q, unnest(string_to_array(q.residents, ',')) x
    where x <> '' and x::uuid is distinct from {viewer.resident_id}::uuid
),
h as materialized (
    select l.resident_id, l.digest, l.entries from public.log_head l join r using (resident_id)
    order by l.resident_id for update of l
),
e as materialized (
    select r.resident_id, h.digest as previous, h.entries + 1 as entry, api.new_id() as id, clock_timestamp() as at,
        {viewer.kind}::text as actor_kind, {viewer.actor_id}::uuid as actor_id, {viewer.name}::text as actor,
        {viewer.purpose}::text as purpose, {kinds} as kinds, false as break_glass, null::text as reason,
        (select w.care_step from public.visit w
         where w.resident_id = r.resident_id and w.institution_id = {viewer.institution_id}::uuid and w.expires_at > now()
         order by w.id desc limit 1) as care_step
    from r left join h using (resident_id)
),
i as (
    insert into public.access_log (resident_id, id, entry, at, actor_kind, actor_id, actor, care_step, purpose, kinds,
        break_glass, reason, previous, digest)
    select e.resident_id, e.id, e.entry, e.at, e.actor_kind, e.actor_id, e.actor, e.care_step, e.purpose, e.kinds,
        e.break_glass, e.reason, e.previous, sha256(e.previous || convert_to(json_build_array(
            e.resident_id::text, e.entry::text, e.id::text,
            to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e.actor_kind, e.actor_id::text, e.actor,
            e.care_step, e.purpose, array_to_string(e.kinds, ','), e.break_glass, e.reason)::text, 'UTF8'))
    from e
    returning resident_id, entry, digest
),
u as (
    update public.log_head l set entries = i.entry, digest = i.digest from i where l.resident_id = i.resident_id
)
select answer from q
"""
