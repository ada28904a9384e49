
-- What was booked is the appointment with the last id: those of 1 and 3 have the same, and 1, who cares for 3, sees both.
-- Lines in which several wait: for the same days, for others, no longer, and in the department's line of another institution.
insert into waitlist_entry
select pg_temp.n(r), pg_temp.n(1200 + i), pg_temp.n(11 + i % 3), pg_temp.n(20 + (i % 3) * 4 + i / 3),
       current_date + r % 3 - 1, current_date + r % 3 + 1, status, pg_temp.n(1), now() - interval '9 days',
       case when status <> 'WAITING' then now() - case when r % 2 = 0 then interval '1 day' else interval '31 days' end end,
       case when status = 'BOOKED' then (select a.id from appointment a where a.resident_id = pg_temp.n(r) order by a.id desc limit 1) end
from generate_series(1, 9) r, generate_series(0, 5) i,
     lateral (select pg_temp.pick(r + i, 'WAITING', 'BOOKED', 'LEFT', 'WAITING', 'EXPIRED', 'WAITING') as status) s;

-- Yesterday's draw is shown, today's is not yet, and another day had no place to draw for.
insert into draw_seed
select (now() at time zone 'Asia/Shanghai')::date - away, decode(repeat('0' || away, 32), 'hex'), sha256(decode(repeat('0' || away, 32), 'hex')),
       300, 3600, now() - away * interval '1 day', case when away > 0 then now() - interval '1 hour' end
from generate_series(0, 2) away;
insert into place_return
select pg_temp.n(1300 + away * 10 + i), (now() at time zone 'Asia/Shanghai')::date - away, pg_temp.n(800 + i), i + 1,
       now() - away * interval '1 day', now() - away * interval '1 day' + i * interval '7 minutes'
from generate_series(0, 1) away, generate_series(0, 4) i;
