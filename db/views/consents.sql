create view api.consent as
select c.resident_id, c.id as key, api.owned_id('c', c.resident_id, c.id) as id, c.institution_id, c.kinds, c.from_day, c.to_day,
       c.granted_at, c.expires_at, c.revoked_at
from public.consent c;
