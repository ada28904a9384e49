-- Prescriptions of every status, to be collected at 11, 12 or 13, whoever wrote them; the last of a resident is overdue. Those of 5, 8
-- and 9, who register at 12, are mostly collected there. 7 is at the pharmacy of 11, and so is whom they sent, for one of them.
-- 3 is there too, for whom 11 has written what is ready elsewhere.
insert into visit (resident_id, id, card_id, institution_id, client_id, care_step, care_setting, terminal_id, terminal_kind, opened_at,
    expires_at, delegate_name, prescription_id)
values (pg_temp.n(7), pg_temp.n(323), pg_temp.n(101), pg_temp.n(11), pg_temp.n(34), 'COLLECT_MEDICINE', 'OUTPATIENT', 't', 'WINDOW',
    now() - interval '1 hour', now() + interval '1 day', '某人 "𠮷"', pg_temp.n(1901)),
    (pg_temp.n(3), pg_temp.n(324), pg_temp.n(101), pg_temp.n(11), pg_temp.n(34), 'COLLECT_MEDICINE', 'OUTPATIENT', 't', 'WINDOW',
    now() - interval '1 hour', now() + interval '1 day', null, null);
-- Their bills are those that there are: of each institution, of every status.
insert into prescription (resident_id, id, institution_id, pharmacy_id, visit_id, doctor_id, bill_id, status, issued_at, expires_at, ready_at,
    ended_at, cancel_reason)
select w.resident_id, pg_temp.n(1900 + k), institution_id, pg_temp.n(case when r in (5, 8, 9) and k < 6 then 12 else 11 + (r * 2 + k) % 3 end), visit_id, pg_temp.n(700 + k % 3 * 10),
       (select b.id from bill b where b.resident_id = w.resident_id and b.id = pg_temp.n(1100 + (k * 2 + 1) % 9)), status, moment,
       moment + interval '3 days', case when status <> 'ISSUED' then moment + interval '1 hour' end,
       case when status in ('DISPENSED', 'EXPIRED', 'CANCELLED') then moment + interval '2 hours' end,
       case when status = 'CANCELLED' then '开错 "' || k || '"' end
from pg_temp.written w, lateral (select right(w.resident_id::text, 1)::int as r) n,
     lateral (select pg_temp.pick(k, 'ISSUED', 'READY', 'PARTLY_DISPENSED', 'DISPENSED', 'READY', 'EXPIRED', 'CANCELLED', 'READY') as status) s,
     -- No two of different residents at one moment, and each still on its day.
     lateral (select at + case when k % 2 = 0 then r else -r end * interval '1 microsecond' as moment) m;
-- For one, three or ten days; not in the order of their ids.
insert into prescription_item (resident_id, id, prescription_id, position, code, medicine, dose, route, frequency, days, quantity, unit,
    unit_price, dispensed)
select resident_id, pg_temp.n(1920 + right(id::text, 1)::int * 4 + i), id, 9 - i, case when i <> 1 then 'M' || i end, '药品 "' || i || '"',
       i || 'g', pg_temp.pick(i, '口服', '外用'), '每日', case i when 0 then 1 when 1 then 3 else 10 end, i + 0.5, pg_temp.pick(i, '盒', '支'),
       i * 1005, case when status = 'DISPENSED' or (status in ('PARTLY_DISPENSED', 'EXPIRED') and i = 2) then i + 0.5
                      when status = 'PARTLY_DISPENSED' and i = 1 then 0.25 else 0 end
from prescription, generate_series(0, 3) i where (right(id::text, 1)::int + i) % 5 > 0;
-- Handed out at the same moment in twos, in any visit of the resident's.
insert into dispensing (resident_id, id, prescription_id, item_id, visit_id, quantity, dispensed_at)
select i.resident_id, pg_temp.n(1960 + right(i.id::text, 2)::int), i.prescription_id, i.id, v.id, i.dispensed,
       now() - (9 - i.position) / 2 * interval '1 hour'
from prescription_item i, lateral (select id from visit v where v.resident_id = i.resident_id order by id desc limit 1) v where i.dispensed > 0;
