-- What 1, 2, 5 and 9 were told: of themselves and of others, of things that are there, that are not theirs to read, and that are gone.
-- Some the app does not list, and some are read.
insert into notification
select pg_temp.n(r), pg_temp.n(2300 + a * 20 + k::int),
       pg_temp.pick(k::int, 'BILL_ISSUED', 'REPORT_PUBLISHED', 'CARER_ADDED'), pg_temp.n(a), l.letter,
       coalesce(case l.letter
           when 'B' then (select x.id from appointment x where x.resident_id = pg_temp.n(a) order by x.id limit 1)
           when 'G' then (select x.id from bill x where x.resident_id = pg_temp.n(a) order by x.id limit 1)
           when 'Y' then (select x.id from payment x where x.resident_id = pg_temp.n(a) order by x.id limit 1)
           when 'U' then (select x.id from refund x where x.resident_id = pg_temp.n(a) order by x.id limit 1)
           when 'r' then (select x.id from report x where x.resident_id = pg_temp.n(a) order by x.id limit 1)
           when 'p' then (select x.id from prescription x where x.resident_id = pg_temp.n(a) order by x.id limit 1)
           when 'c' then (select x.id from consent x where x.resident_id = pg_temp.n(a) order by x.id limit 1)
           when 'V' then (select x.id from visit x where x.resident_id = pg_temp.n(a) order by x.id limit 1)
           when 'f' then (select x.id from family_doctor_agreement x where x.resident_id = pg_temp.n(a) order by x.id limit 1)
           when 'n' then (select x.id from admission x where x.resident_id = pg_temp.n(a) order by x.id limit 1)
           when 'C' then (select x.id from card x where x.resident_id = pg_temp.n(a) order by x.id limit 1)
           when 'k' then (select x.id from carer x where x.resident_id = pg_temp.n(a) order by x.id limit 1)
           when 'R' then pg_temp.n(a)
       end, pg_temp.n(9999)),
       (a + k) % 5 > 0, '标题 ' || k, '正文 "' || a || '" 𠮷', 'Title ' || k, 'Text \ ' || a, now() - k * interval '1 hour',
       case when (a + k) % 3 = 0 then now() end
from unnest('{1,2,5,9}'::int[]) r, unnest('{1,2,3,5}'::int[]) a, unnest('{B,G,Y,U,r,p,c,V,f,n,C,k,R}'::text[]) with ordinality l(letter, k);
insert into notification_preference values
    (pg_temp.n(1), '{SMS,IN_APP}', null, null, now()), (pg_temp.n(9), '{}', '21:30', '06:00', now());
update resident set language = 'en' where resident_id = pg_temp.n(9);
