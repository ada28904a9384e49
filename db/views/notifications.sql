create view api.notification as
select n.resident_id, n.id as key, api.owned_id('w', n.resident_id, n.id) as id, n.event, n.title_zh, n.body_zh, n.title_en, n.body_en,
       (select r.language from public.resident r where r.resident_id = n.resident_id) as language, n.about_id, n.subject_letter,
       n.subject_id, n.created_at, n.read_at
from public.notification n
where n.in_app;

-- Who has chosen nothing has no row.
create view api.notification_preferences as
select r.resident_id, r.resident_id as key, r.language,
       case when p.resident_id is null then array['IN_APP', 'SMS', 'WECHAT', 'PUSH'] else p.channels end as channels,
       case when p.resident_id is null then '22:00' else to_char(p.quiet_from, 'HH24:MI') end as quiet_from,
       case when p.resident_id is null then '08:00' else to_char(p.quiet_to, 'HH24:MI') end as quiet_to
from public.resident r left join public.notification_preference p on p.resident_id = r.resident_id;
