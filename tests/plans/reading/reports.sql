-- Reports of every status at each institution, some of one moment; those that were amended lead to the next, which may not be there.
-- Most of those of 5, 8 and 9 are from 12, where they register: the institution may read their numbers, but not through a report.
insert into report (resident_id, id, institution_id, visit_id, number, version, title, category, status, findings, conclusion, author_id,
    observed_at, issued_at, read_at, supersedes, superseded_by, amend_reason, withdrawn_at, withdraw_reason, content_digest, credential)
select resident_id, pg_temp.n(1600 + k),
       case when resident_id in (pg_temp.n(5), pg_temp.n(8), pg_temp.n(9)) and k < 6 then pg_temp.n(12) else institution_id end, visit_id, 'R' || k, 1 + k % 3, '检查 "' || k || '"',
       pg_temp.pick(k, 'LABORATORY', 'IMAGING', 'CHECKUP'), status, case when k % 3 > 0 then '所见 ' || k end,
       case when k % 2 > 0 then '结论 ' || k end, pg_temp.n(700 + k % 3 * 10), at - k % 3 * interval '1 day', at, case when k % 3 = 0 then now() end,
       case when k % 4 = 2 then pg_temp.n(1600 + k - 1) end, case when status = 'AMENDED' then pg_temp.n(1600 + k + 1) end,
       case when k % 4 = 2 then '更正 ' || k end, case when status = 'WITHDRAWN' then now() end, case when status = 'WITHDRAWN' then '非本人' end,
       '\x00', case when k <> 4 then 'shc:/' || k end
from pg_temp.written, lateral (select pg_temp.pick(k, 'FINAL', 'AMENDED', 'FINAL', 'WITHDRAWN', 'FINAL', 'FINAL') as status) s;
-- The same codes in all of them, at moments that repeat; not in the order of their ids.
insert into observation (resident_id, id, report_id, position, code, display, value, unit, reference_range, flag, observed_at)
select resident_id, pg_temp.n(1620 + right(id::text, 1)::int * 4 + i), id, 9 - i, 'C' || i % 2, '项目 ' || i, i + 0.5, case when i <> 1 then 'mmol/L' end,
       case when i <> 2 then '1-' || i end, case when i <> 0 then pg_temp.pick(i, 'NORMAL', 'HIGH', 'ABNORMAL') end, observed_at
from report, generate_series(0, 3) i where right(id::text, 1)::int + i < 9;
insert into report_link (resident_id, id, report_id, key, passcode_digest, wrong_tries, created_at, expires_at, revoked_at, opened_count)
select resident_id, pg_temp.n(1700 + right(id::text, 1)::int * 5 + i), id, md5(random()::text), case when i % 2 = 0 then '\x00'::bytea end,
       case i when 2 then 5 when 0 then 4 else 0 end, now() - interval '1 hour', now() + case i when 1 then -1 else 1 end * interval '1 day',
       case when i = 3 then now() end, i * 7
from report, generate_series(0, 4) i where right(id::text, 1)::int + i < 8;
insert into file (resident_id, id, kind, subject_id, format, key, status, media_type, created_at, ready_at, revoked_at)
select resident_id, pg_temp.n(1780 + right(id::text, 1)::int), 'REPORT', id, 'PDF', md5(random()::text), pg_temp.pick(right(id::text, 1)::int, 'READY', 'PENDING'),
       'application/pdf', now(), now(), case when status = 'WITHDRAWN' then now() end
from report where id <> pg_temp.n(1602);
-- What is no document of a report shows none.
insert into file (resident_id, id, kind, subject_id, format, key, status, media_type, created_at)
select resident_id, pg_temp.n(1760 + right(id::text, 1)::int), 'CARD_IMAGE', id, 'PDF', md5(random()::text), 'FAILED', 'image/png', now()
from report;
