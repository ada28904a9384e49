create view api.session as
select resident_id, id as key, api.owned_id('S', resident_id, id) as id, app_id, device, started_at, last_seen_at, expires_at
from public.session
where ended_at is null and expires_at > now();
