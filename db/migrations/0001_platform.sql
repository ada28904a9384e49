-- What every feature stands on: institutions, apps and clients; outbox, workers and audit.

-- ---------------------------------------------------------------- reference tables

create table institution (
    id uuid primary key,
    code text not null constraint institution_code_is_unique unique,
    name text not null,
    district text not null,
    level text not null,
    address text not null,
    accepts_outpatient boolean not null,
    accepts_inpatient boolean not null,
    care_steps text[] not null,
    created_at timestamptz not null
);
create index institution_by_district on institution (district, code, id);

create table department (
    id uuid primary key,
    institution_id uuid not null references institution,
    code text not null,
    name text not null,
    active boolean not null default true,
    constraint department_code_is_unique unique (institution_id, code)
);

create table app (
    id uuid primary key,
    name text not null,
    kind text not null,
    scopes text[] not null,
    suspended_at timestamptz,
    created_at timestamptz not null
);

-- Credentials of an app or of an institution: exactly one of the two.
create table client (
    id uuid primary key,
    app_id uuid references app,
    institution_id uuid references institution,
    scopes text[] not null,
    created_at timestamptz not null,
    check (num_nonnulls(app_id, institution_id) = 1)
);

create table client_secret (
    client_id uuid not null references client,
    id uuid not null,
    digest bytea not null,
    created_at timestamptz not null,
    retires_at timestamptz,
    primary key (client_id, id)
);

-- ---------------------------------------------------------------- after: what workers are to do

-- The row is the truth, Redis a courier. A lane is claimed as a whole with its number as an equality (see docs/decisions).
create table outbox (
    lane smallint not null check (lane between 0 and 15),
    id uuid not null,
    job text not null,
    args jsonb not null,
    state text not null default 'waiting' check (state in ('waiting', 'sent', 'done', 'failed')),
    attempts integer not null default 0,
    run_at timestamptz not null,
    lease_until timestamptz,
    last_error text,
    created_at timestamptz not null,
    finished_at timestamptz,
    primary key (lane, id)
);
create index outbox_due on outbox (lane, run_at) where state in ('waiting', 'sent');
create index outbox_failed on outbox (id) where state = 'failed';
create index outbox_finished on outbox (finished_at) where state = 'done';

create table worker_heartbeat (
    name text primary key,
    started_at timestamptz not null,
    last_seen_at timestamptz not null,
    jobs_done bigint not null default 0,
    jobs_failed bigint not null default 0
);

create table cron_run (
    name text primary key,
    last_run_at timestamptz not null
);
