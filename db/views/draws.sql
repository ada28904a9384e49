create view api.return_draw as
select day as key, day as date, encode(commitment, 'hex') as commitment,
       case when revealed_at is not null then encode(seed, 'hex') end as seed, after_min as minimum_seconds,
       after_max as maximum_seconds, revealed_at
from public.draw_seed;

create view api.place_return as
select r.id as key, api.plain_id('E', r.id) as id, r.day, r.slot_id, r.number as queue_number, r.given_up_at, r.returns_at
from public.place_return r
where exists (select from public.draw_seed d where d.day = r.day and d.revealed_at is not null);
