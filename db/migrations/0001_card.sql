-- The card: residents, cards, codes, scans, visits, sessions; and what everything later stands on: outbox, audit, access log.
--
-- Every table of a resident's data has the primary key (resident_id, id), and references between two such tables carry
-- resident_id: one resident's rows then live together when the database is spread over several machines. What must be unique
-- in the whole city is a table keyed by the thing itself. Ids are UUIDv7, so ordering by id is ordering by time.



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

-- ---------------------------------------------------------------- residents

-- Sealed columns are encrypted by the application; the masked form beside each is what people are shown.
create table resident (
    resident_id uuid primary key,
    full_name text not null,
    sex text not null,
    birth_date date not null,
    document_type text not null,
    document_sealed bytea not null,
    document_masked text not null,
    social_security_sealed bytea,
    social_security_masked text,
    phone_sealed bytea,
    phone_masked text,
    language text not null default 'zh-CN',
    created_at timestamptz not null
);

-- Who a document, a phone or a social security number belongs to, by keyed hash: unique city-wide.
create table identity (
    kind text not null,
    digest bytea not null,
    resident_id uuid not null,
    constraint identity_is_unique primary key (kind, digest)
);

-- Documents that were replaced (a newborn's birth certificate, an old passport) stay, so that the history does.
create table former_document (
    resident_id uuid not null references resident,
    id uuid not null,
    document_type text not null,
    document_sealed bytea not null,
    document_masked text not null,
    replaced_at timestamptz not null,
    primary key (resident_id, id)
);

-- The truth about care is with the person cared for; the carer's list of the same rows is family_member.
create table carer (
    resident_id uuid not null references resident,
    id uuid not null,
    carer_id uuid not null,
    carer_name text not null,
    relationship text not null,
    scopes text[] not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    primary key (resident_id, id),
    constraint carer_is_unique unique (resident_id, carer_id)
);

create table family_member (
    resident_id uuid not null references resident,
    id uuid not null,
    member_id uuid not null,
    relationship text not null,
    scopes text[] not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    primary key (resident_id, id),
    constraint family_member_is_unique unique (resident_id, member_id)
);

-- ---------------------------------------------------------------- cards and codes

create table card (
    resident_id uuid not null references resident,
    id uuid not null,
    number text not null,
    handle bytea not null,
    national_id text not null,
    status text not null,
    app_id uuid not null references app,
    issued_at timestamptz not null,
    status_changed_at timestamptz not null,
    status_reason text,
    replaced_by uuid,
    primary key (resident_id, id)
);
-- A resident has one card that can still be used.
create unique index card_is_unique on card (resident_id) where status in ('ACTIVE', 'SUSPENDED');

create table printed_code (
    resident_id uuid not null,
    id uuid not null,
    card_id uuid not null,
    handle bytea not null,
    form text not null,
    label text,
    created_at timestamptz not null,
    revoked_at timestamptz,
    primary key (resident_id, id),
    foreign key (resident_id, card_id) references card
);
create index printed_code_of_card on printed_code (resident_id, card_id, id desc);

-- What a code's handle leads to: a card (16 bytes), its national card id (32 bytes), its number, or one printed code. Unique city-wide.
create table code_handle (
    handle bytea primary key,
    kind text not null,
    resident_id uuid not null,
    card_id uuid not null,
    printed_code_id uuid
);

-- A dynamic code is used by inserting its nonce: the second insert finds it taken.
create table used_code (
    nonce bytea constraint code_is_used_once primary key,
    resident_id uuid not null,
    used_at timestamptz not null,
    expires_at timestamptz not null
);
create index used_code_by_expiry on used_code (expires_at);

-- ---------------------------------------------------------------- at an institution

create table visit (
    resident_id uuid not null references resident,
    id uuid not null,
    card_id uuid not null,
    institution_id uuid not null references institution,
    department_id uuid references department,
    client_id uuid not null references client,
    care_step text not null,
    care_setting text not null,
    terminal_id text not null,
    terminal_kind text not null,
    opened_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (resident_id, id),
    foreign key (resident_id, card_id) references card
);
create index visit_of_institution on visit (resident_id, institution_id, expires_at);

-- Every scan whose code led to a resident, accepted or refused.
create table scan (
    resident_id uuid not null references resident,
    id uuid not null,
    card_id uuid not null,
    institution_id uuid not null references institution,
    visit_id uuid,
    care_step text not null,
    care_setting text not null,
    purpose text not null,
    outcome text not null,
    terminal_id text not null,
    terminal_kind text not null,
    scanned_at timestamptz not null,
    offline boolean not null default false,
    primary key (resident_id, id),
    foreign key (resident_id, card_id) references card,
    foreign key (resident_id, visit_id) references visit
);
create index scan_of_card on scan (resident_id, card_id, scanned_at desc, id desc);

-- A terminal uploads the same scan again when the answer was lost: unique by the institution's own reference.
create table offline_scan (
    id uuid not null,
    institution_id uuid not null references institution,
    client_reference text not null,
    outcome text not null,
    resident_id uuid,
    visit_id uuid,
    uploaded_at timestamptz not null,
    primary key (institution_id, client_reference)
);
create index offline_scan_by_id on offline_scan (id);

create table patient_number (
    resident_id uuid not null references resident,
    id uuid not null,
    institution_id uuid not null references institution,
    number text not null,
    linked_at timestamptz not null,
    primary key (resident_id, id),
    constraint patient_number_is_unique unique (resident_id, institution_id)
);

create table patient_number_index (
    institution_id uuid not null references institution,
    number text not null,
    resident_id uuid not null,
    constraint patient_number_belongs_to_one_resident primary key (institution_id, number)
);

-- ---------------------------------------------------------------- signing in

create table session (
    resident_id uuid not null references resident,
    id uuid not null,
    app_id uuid not null references app,
    device text,
    refresh_digest bytea not null,
    started_at timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    primary key (resident_id, id)
);

-- Access tokens that are refused although they have not expired: of ended sessions, suspended apps, retired clients.
create table revocation (
    subject uuid not null,
    revoked_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (subject, revoked_at)
);
create index revocation_by_expiry on revocation (expires_at);

create table verification_code (
    phone_digest bytea not null,
    id uuid not null,
    purpose text not null,
    phone_sealed bytea not null,
    code_digest bytea not null,
    code_sealed bytea,
    language text not null,
    tries integer not null default 0,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    primary key (phone_digest, id)
);
create index verification_code_by_expiry on verification_code (expires_at);

-- Counts in fixed windows, for limits that must hold over all processes (SMS per phone and per address).
create table rate_count (
    key bytea not null,
    window_start timestamptz not null,
    count integer not null,
    expires_at timestamptz not null,
    primary key (key, window_start)
);
create index rate_count_by_expiry on rate_count (expires_at);

-- ---------------------------------------------------------------- files

create table file (
    resident_id uuid not null references resident,
    id uuid not null,
    kind text not null,
    subject_id uuid not null,
    format text not null,
    key text not null,
    status text not null,
    media_type text not null,
    content bytea,
    created_at timestamptz not null,
    ready_at timestamptz,
    expires_at timestamptz,
    revoked_at timestamptz,
    primary key (resident_id, id),
    constraint file_is_unique unique (resident_id, subject_id, kind, format)
);

create table file_key (
    key text primary key,
    resident_id uuid not null,
    file_id uuid not null
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

-- ---------------------------------------------------------------- what happened, and who looked

create table audit (
    subject_id uuid not null,
    id uuid not null,
    at timestamptz not null,
    actor_kind text not null,
    actor_id uuid,
    action text not null,
    object_id uuid,
    reason text,
    primary key (subject_id, id)
);

-- Append-only, chained by hash for each resident: digest = sha256(previous digest, row), in the order of `entry`. The head is the newest.
create table access_log (
    resident_id uuid not null,
    id uuid not null,
    entry bigint not null,
    at timestamptz not null,
    actor_kind text not null,
    actor_id uuid not null,
    actor text not null,
    care_step text,
    purpose text not null,
    kinds text[] not null,
    break_glass boolean not null default false,
    reason text,
    previous bytea not null,
    digest bytea not null,
    primary key (resident_id, id)
) partition by range (id);
create table access_log_all partition of access_log default;
create index access_log_by_entry on access_log (resident_id, entry desc);

create table log_head (
    resident_id uuid primary key references resident,
    entries bigint not null,
    digest bytea not null
);
