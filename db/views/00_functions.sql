-- Public ids, the same text as domain/ids.py makes. Both are inlined into the statements that use them.

create function api.owned_id(letter bytea, resident_id uuid, id uuid) returns text
    language sql immutable parallel safe
    return translate(encode(letter || uuid_send(resident_id) || uuid_send(id), 'base64'), '+/', '-_');

create function api.plain_id(letter bytea, id uuid) returns text
    language sql immutable parallel safe
    return translate(encode(letter || '\x00'::bytea || uuid_send(id), 'base64'), '+/', '-_');

-- UUIDv7 out of what PostgreSQL 16 has: a random uuid whose first 48 bits are the milliseconds and whose version is 7.
create function api.new_id() returns uuid
    language sql volatile parallel safe
    return encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
        placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1), 'hex')::uuid;

-- Whether a prescribed medicine is being taken: from its issue for as many days as it was prescribed, unless it will not be collected.
create function api.in_use(status text, issued_at timestamptz, days integer, dispensed numeric) returns boolean
    language sql stable parallel safe
    return now() < issued_at + days * interval '1 day'
        and (status in ('ISSUED', 'READY', 'PARTLY_DISPENSED', 'DISPENSED') or dispensed > 0);
