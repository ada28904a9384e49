-- Of a withdrawn report there is only left that there was one.
create view api.report as
select r.resident_id, r.id as key, api.owned_id('r', r.resident_id, r.id) as id, r.institution_id, r.author_id, r.number, r.version,
       r.title, r.category, r.status, case when r.status <> 'WITHDRAWN' then r.findings end as findings,
       case when r.status <> 'WITHDRAWN' then r.conclusion end as conclusion, r.observed_at, r.issued_at,
       r.issued_at as occurred_at, r.read_at, r.supersedes as supersedes_id, r.superseded_by as superseded_by_id, r.amend_reason,
       r.withdrawn_at, r.withdraw_reason, case when r.status <> 'WITHDRAWN' then r.credential end as credential
from public.report r;

create view api.observation as
select o.resident_id, o.id as key, api.owned_id('o', o.resident_id, o.id) as id, o.report_id, o.position::integer as position, o.code,
       o.display, o.value, o.unit, o.reference_range, o.flag, o.observed_at, r.institution_id, r.status as report_status,
       r.issued_at as occurred_at
from public.observation o join public.report r on r.resident_id = o.resident_id and r.id = o.report_id
where r.status <> 'WITHDRAWN';

-- The address shows while the link leads somewhere; with a withdrawn report it ends.
create view api.report_link as
select l.resident_id, l.id as key, api.owned_id('l', l.resident_id, l.id) as id, l.report_id,
       case when l.revoked_at is null and l.expires_at > now() and l.wrong_tries < 5
            and (select r.status from public.report r where r.resident_id = l.resident_id and r.id = l.report_id) <> 'WITHDRAWN'
            then current_setting('ecard.public_url') || '/shared/' || l.key end as url,
       l.created_at, l.expires_at, l.revoked_at, l.opened_count, l.passcode_digest is not null as asks_passcode,
       l.wrong_tries >= 5 as locked
from public.report_link l;
