create view api.device as
select d.resident_id, d.id as key, api.owned_id('v', d.resident_id, d.id) as id, d.channel, d.created_at
from public.device d join public.session s on s.resident_id = d.resident_id and s.id = d.session_id
where d.gone_at is null and s.ended_at is null and s.expires_at > now();
