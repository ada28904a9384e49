create view api.app as
select id as key, api.plain_id('A', id) as id, name, kind, scopes, suspended_at is not null as suspended, created_at
from public.app;

-- retires_at: until when the secret before the newest one works, while there is one.
create view api.client as
select c.id as key, api.plain_id('L', c.id) as id, c.app_id, c.institution_id, c.scopes, c.created_at,
       (select max(s.retires_at) from public.client_secret s where s.client_id = c.id and s.retires_at > now()) as retires_at
from public.client c;
