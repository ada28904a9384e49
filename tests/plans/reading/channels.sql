-- Where institutions are written to, but for one that has not said.
update institution set email = 'desk@' || lower(code) || '.example' where id <> pg_temp.n(13);

-- Devices of sessions that stand, have ended and are over, of each resident with the same ids; some are gone, and one is two people's.
insert into device
select pg_temp.n(r), pg_temp.n(1700 + i), pg_temp.n(500 + i % 5), pg_temp.pick(i, 'PUSH', 'WECHAT'), decode(lpad(to_hex(i), 64, '0'), 'hex'),
       '\x00', now() - (i * r) * interval '1 hour', case when i in (4, 5) then now() end
from generate_series(1, 9) r, generate_series(0, 7) i;
