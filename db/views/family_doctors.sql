create view api.family_doctor_team as
select t.id as key, api.plain_id('t', t.id) as id, t.institution_id, t.code, t.name, t.leader_id, t.capacity,
       t.capacity - t.taken as open_places, i.district
from public.family_doctor_team t join public.institution i on i.id = t.institution_id;

create view api.family_doctor_package as
select id as key, api.plain_id('b', id) as id, team_id, code, name, annual_fee, offered
from public.family_doctor_package;

create view api.promised_service as
select position::integer as key, package_id, name, promised
from public.promised_service;

-- term_id: of the year that runs, or is over last; before any has begun, of the first one.
create view api.family_doctor_agreement as
select a.resident_id, a.id as key, api.owned_id('f', a.resident_id, a.id) as id, a.institution_id, a.team_id, a.status, a.requested_at,
       a.decide_by, a.decided_at, a.decision_reason, a.starts_on, a.ends_on, a.ended_at, a.end_reason, a.bill_id,
       (select t.id from public.agreement_term t
         where t.resident_id = a.resident_id and t.agreement_id = a.id
           and (t.starts_on is null or t.starts_on = a.starts_on or t.starts_on <= (now() at time zone 'Asia/Shanghai')::date)
         order by t.starts_on desc limit 1) as term_id
from public.family_doctor_agreement a;

create view api.agreement_service as
select s.resident_id, s.position::integer as key, s.term_id, s.name, s.promised, s.delivered, s.last_delivered_at,
       (select a.institution_id from public.agreement_term t
          join public.family_doctor_agreement a on a.resident_id = t.resident_id and a.id = t.agreement_id
         where t.resident_id = s.resident_id and t.id = s.term_id) as institution_id
from public.agreement_service s;
