-- Bills, payments and what goes back. Ids are the same from resident to resident here too.
-- 3 is a payment app, 37 its credentials. It holds permissions of 1 and 6, and had one of 2; app 1 holds one of 5.
insert into app values (pg_temp.n(3), '某支付', 'WECHAT', '{payment:read}', null, now());
insert into client values (pg_temp.n(37), pg_temp.n(3), null, '{payment:read}', now());
insert into pay_permission
select pg_temp.n(r), pg_temp.n(1000 + a), pg_temp.n(a), now(), now() + days * interval '1 day'
from (values (1, 3, 1), (6, 3, 1), (2, 3, -1), (5, 1, 1), (5, 3, -1)) x (r, a, days);

-- Bills of every status at each of three institutions, from three days. 6 and 8, who pay somewhere, have the most. Only those
-- of one resident share a moment, and payments too: the id then tells which is newer, and residents share ids in this city alone.
insert into bill (resident_id, id, number, kind, institution_id, care_setting, status, total, insured, self_paid, refunded, payment_id,
    content_digest, issued_at, paid_at, cancelled_at, cancel_reason)
select pg_temp.n(r), pg_temp.n(1100 + k), 'N' || k, pg_temp.pick(k, 'VISIT', 'FEE'), pg_temp.n(11 + k % 3),
       pg_temp.pick(r + k, 'OUTPATIENT', 'INPATIENT'), status, 10050 + k * 101, k * 50, 10050 + k * 51,
       case status when 'PARTLY_REFUNDED' then 5 when 'REFUNDED' then 10050 + k * 51 else 0 end,
       case when status <> 'UNPAID' and k <> 5 then pg_temp.n(1200 + k % 4) end, '\x00', at,
       case when status in ('PAID', 'PARTLY_REFUNDED', 'REFUNDED') then at + interval '1 hour' end,
       case when status = 'CANCELLED' then at + interval '2 hours' end, case when status = 'CANCELLED' then '重复开单 ' || k end
from generate_series(1, 9) r, generate_series(0, 8) k,
     lateral (select date_trunc('day', now(), 'Asia/Shanghai') - (k / 2) % 3 * interval '1 day' + (k % 2) * interval '1 minute'
                     + (r - 1) * interval '1 microsecond' as at) a,
     lateral (select pg_temp.pick(k, 'UNPAID', 'UNPAID', 'PAID', 'PAYING', 'PARTLY_REFUNDED', 'CANCELLED', 'UNPAID', 'REFUNDED', 'PAYING')
                     as status) s
where (r + k) % 4 > 0 or r in (6, 8);
-- The names of items repeat, and their numbers have zeros at the end.
insert into bill_item
select resident_id, id, i, 'C' || (9 - i), '项目 ' || i % 2 || ' "' || number || '"', (i % 3 + 1) * 0.25, case when i % 2 = 0 then '次' end, 1000 + i,
       total / (i + 1)
from bill, generate_series(0, 2) i where right(number, 1)::int + i < 9;
-- Of 5 and 9, who register at 12 as 8 does, the institution may read the numbers: but not through a bill.
insert into visit (resident_id, id, card_id, institution_id, client_id, care_step, care_setting, terminal_id, terminal_kind, opened_at, expires_at)
select pg_temp.n(r), pg_temp.n(305), pg_temp.n(101), pg_temp.n(12), pg_temp.n(34), 'REGISTER', 'OUTPATIENT', 't', 'WINDOW', now(),
       now() + interval '1 day'
from unnest('{5,9}'::int[]) r;
update appointment a set bill_id = b.id from bill b where b.resident_id = a.resident_id and right(b.number, 1) = right(a.id::text, 1);
-- Of each method; some were started through the payment app, some in an app that carries nothing itself.
insert into payment (resident_id, id, number, institution_id, app_id, method, flow, status, amount, reserved, refunded, code_url, parameters,
    provider_reference, failure_reason, started_at, expires_at, paid_at)
select pg_temp.n(r), pg_temp.n(1200 + p), 'P' || r || p, pg_temp.n(11 + p % 3), case (r + p) % 3 when 1 then pg_temp.n(3) when 2 then pg_temp.n(1) end,
       pg_temp.pick(r * 3 + p, 'ALIPAY', 'WECHAT_PAY', 'BANK', 'UNIONPAY', 'ALIPAY'), pg_temp.pick(p, 'QR_CODE', 'APP'),
       pg_temp.pick(p, 'PENDING', 'SUCCEEDED', 'SUCCEEDED', 'CANCELLED'), 90000 + p, case when p in (1, 2) then 10 else 0 end,
       case when p = 1 then 5 else 0 end, case when (r + p) % 2 = 0 then 'weixin://' || r || p end, case when r % 3 = 0 then '{"a": [1, "二"]}'::jsonb end,
       case when p in (1, 2) then 'T' || r || p end, case when p = 3 then '超时' end, now() - (p + r) % 3 * interval '7 hours' - r * interval '1 microsecond',
       now() + interval '1 hour', case when p in (1, 2) then now() end
from generate_series(1, 9) r, generate_series(0, 3) p;
insert into payment_bill
select b.resident_id, p.id, b.id, b.self_paid
from bill b join payment p using (resident_id)
where p.id = b.payment_id or (right(b.number, 1)::int % 5 = 0 and right(p.number, 1) = '3');
insert into refund (resident_id, id, number, payment_id, bill_id, institution_id, method, amount, reason, status, requested_by, requested_at,
    failure_reason, succeeded_at)
select b.resident_id, pg_temp.n(1300 + right(x.number, 1)::int * 10 + i), 'R' || i || x.number, b.payment_id, b.bill_id, x.institution_id, p.method,
       i + 1, '退 ' || i, pg_temp.pick(i, 'PENDING', 'SUCCEEDED', 'FAILED'), 'INSTITUTION', now() - i % 2 * interval '1 hour',
       case when i = 2 then '余额不足' end, case when i = 1 then now() end
from payment_bill b join payment p on p.resident_id = b.resident_id and p.id = b.payment_id
     join bill x on x.resident_id = b.resident_id and x.id = b.bill_id, generate_series(0, 2) i
where p.status = 'SUCCEEDED';
