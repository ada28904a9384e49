"""Who looked at whose data: written by the statement that reads, before its bytes leave.

The entries of a resident are a chain: each digest is sha256 over the digest before it and the entry's JSON array, exactly as
`json_build_array` writes it. docs/reference/access-log.md gives the algorithm.

An institution reads for the step of the visit that led to what it reads; where none did, of one that is open. When a glass was
broken, it is that visit's, and its reason stands beside it.

Heads are locked in the order of the residents, so that two requests that read the same people wait, and never deadlock. Where there
is no head, `entry` is null, which the table refuses: what cannot be recorded is not answered.

What is read outside GraphQL, by a link, is written by `append`, in the same chain.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from db.connection import Connection
from domain.access_chain import AccessEntry, digest_of

READING = """
with q as materialized ({query}),
r as (
    select left(x, 36)::uuid as resident_id, array_agg(substr(x, 38)::uuid) filter (where length(x) > 36) as visits
    from q, unnest(string_to_array(q.residents, ',')) x
    where x <> '' and left(x, 36)::uuid is distinct from {viewer.resident_id}::uuid
    group by 1
),
h as materialized (
    select l.resident_id, l.digest, l.entries from public.log_head l join r using (resident_id)
    order by l.resident_id for update of l
),
e as materialized (
    select r.resident_id, h.digest as previous, h.entries + 1 as entry, api.new_id() as id, clock_timestamp() as at,
        {viewer.kind}::text as actor_kind, {viewer.actor_id}::uuid as actor_id, {viewer.name}::text as actor,
        {viewer.purpose}::text as purpose, {kinds} as kinds, w.care_step, coalesce(w.break_glass, false) as break_glass,
        w.break_glass_reason as reason
    from r left join h using (resident_id) left join lateral (
        select v.care_step, v.break_glass, v.break_glass_reason from public.visit v
        where v.resident_id = r.resident_id and v.institution_id = {viewer.institution_id}::uuid and v.expires_at > now()
            and (r.visits is null or v.id = any(r.visits))
        order by v.break_glass desc, v.id desc limit 1
    ) w on true
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

HEAD = "select entries, digest, clock_timestamp() as at from log_head where resident_id = $1 for update"
APPEND = (
    "with e as (insert into access_log (resident_id, id, entry, at, actor_kind, actor_id, actor, care_step, purpose, kinds,"
    " break_glass, reason, previous, digest) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14))"
    " update log_head set entries = $3, digest = $14 where resident_id = $1"
)


@dataclass(frozen=True, slots=True)
class Looking:
    """Who looks at a resident's data outside GraphQL, and at what. `actor_kind`: LINK; `actor_id`: of the link; `kinds`: sorted."""

    actor_kind: str
    actor_id: UUID
    actor: str
    purpose: str
    kinds: Sequence[str]


async def append(connection: Connection, resident_id: UUID, id: UUID, looking: Looking) -> None:
    """Writes the entry behind the last one, in the transaction that reads. `id`: a new one, of the entry."""
    head = await connection.fetchrow(HEAD, resident_id)
    who = (looking.actor_kind, looking.actor_id, looking.actor)
    entry = AccessEntry(
        resident_id, head["entries"] + 1, id, head["at"], *who, None, looking.purpose, looking.kinds, False, None, b""
    )
    digest = digest_of(entry, head["digest"])
    about = (entry.care_step, entry.purpose, list(entry.kinds), entry.break_glass, entry.reason)
    await connection.execute(APPEND, resident_id, id, entry.number, entry.at, *who, *about, head["digest"], digest)
