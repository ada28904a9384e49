create view api.worker as
select name as key, name, started_at, last_seen_at, least(jobs_done, 2147483647)::int as jobs_done,
       least(jobs_failed, 2147483647)::int as jobs_failed
from public.worker_heartbeat;

-- The kind of a job is a queue: what waits, and for how long. Few rows by nature, so the grouping is no burden.
create view api.queue as
select job as key, job as name, count(*)::int as depth,
       greatest(0, extract(epoch from now() - min(run_at)))::int as oldest_age_seconds
from public.outbox
where state in ('waiting', 'sent')
group by job;

create view api.failed_job as
select id as key, api.plain_id('J', id) as id, lane, job as kind, attempts, last_error, finished_at as failed_at
from public.outbox
where state = 'failed';
