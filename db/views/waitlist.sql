create view api.waitlist_entry as
select w.resident_id, w.id as key, api.owned_id('W', w.resident_id, w.id) as id, w.institution_id, w.department_id, w.status,
       case when w.status = 'WAITING' then (select count(*)::int from public.waitlist_entry o
           where o.department_id = w.department_id and o.status = 'WAITING' and (o.id, o.resident_id) <= (w.id, w.resident_id)
             and o.from_day <= w.to_day and o.to_day >= w.from_day) end as position,
       w.from_day, w.to_day, w.joined_at, w.ended_at, w.appointment_id
from public.waitlist_entry w;
