-- Who is hidden, or works in a department that is, is not active.
create view api.doctor as
select d.id as key, api.plain_id('H', d.id) as id, d.institution_id, d.department_id, d.code, d.name, d.title, d.speciality,
       d.active and (select e.active from public.department e where e.id = d.department_id) as active
from public.doctor d;

-- Nothing is left of what has begun or was withdrawn.
create view api.slot as
select id as key, api.plain_id('T', id) as id, institution_id, department_id, doctor_id, starts_at, ends_at, day, capacity,
       case when withdrawn_at is null and starts_at > now() then capacity - taken else 0 end as remaining, fee, published_at,
       withdrawn_at, withdrawn_reason
from public.slot;

create view api.appointment as
select resident_id, id as key, api.owned_id('B', resident_id, id) as id, slot_id, institution_id, department_id, doctor_id, day,
       starts_at, ends_at, cancellable_until, queue_number, fee, status, reason, booked_at, checked_in_at, completed_at,
       cancelled_at, cancel_reason, visit_id, bill_id
from public.appointment;
