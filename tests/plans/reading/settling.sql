-- What is booked today and yesterday, and what providers say of it: of three methods, for the city and two institutions.
-- That of the city comes first, though its id is the last.
update payment set book_day = (now() at time zone 'Asia/Shanghai')::date - right(id::text, 1)::int % 2 where status = 'SUCCEEDED';
update refund set book_day = (now() at time zone 'Asia/Shanghai')::date - amount::int % 2 where status = 'SUCCEEDED';
insert into settlement
select pg_temp.n(1400 + (row_number() over (order by m, d, h desc))::int), m, (now() at time zone 'Asia/Shanghai')::date - d,
       case when h > 0 then pg_temp.n(10 + h) end, pg_temp.pick(d + h, 'OPEN', 'MATCHED', 'DIFFERENT'),
       case when d > 0 then now() end, case when d > 0 then now() end
from unnest('{WECHAT_PAY,ALIPAY,BANK}'::text[]) m, generate_series(0, 1) d, generate_series(0, 2) h where m <> 'BANK' or d = 0;
insert into statement_line
select m, (now() at time zone 'Asia/Shanghai')::date - d, i, pg_temp.pick(i, 'PAYMENT', 'REFUND', 'PAYMENT'), 'T' || i, null, 100 + i,
       pg_temp.pick(i, 'SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'FAILED'), now(), case when i % 4 > 0 then pg_temp.n(10 + i % 4) end
from unnest('{WECHAT_PAY,ALIPAY}'::text[]) m, generate_series(0, 1) d, generate_series(0, 9) i;
insert into discrepancy
select pg_temp.n(1500 + (row_number() over (order by m, d, i))::int), m, (now() at time zone 'Asia/Shanghai')::date - d,
       case when i > 0 then pg_temp.n(10 + i % 3 + 1) end,
       pg_temp.pick(i, 'MISSING_HERE', 'MISSING_THERE', 'AMOUNT_DIFFERS', 'STATUS_DIFFERS', 'DUPLICATE', 'LATE'),
       case when i <> 3 then 'T' || i end, case when i > 0 then 90000 + i end, case when i <> 1 then 100 + i end,
       case when i > 0 then pg_temp.n(i) end, case when i in (1, 2, 4) then pg_temp.n(1200 + i % 4) end,
       case when i in (3, 5) then r.id end, now() - i * interval '1 minute'
from unnest('{WECHAT_PAY,ALIPAY}'::text[]) m, generate_series(0, 1) d, generate_series(0, 5) i
     left join lateral (select id from refund where resident_id = pg_temp.n(i) order by id limit 1) r on true;
