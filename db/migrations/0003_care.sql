-- The card at an institution: visits, scans, patient numbers; files; the audit, and the log of who looked.

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
    delegate_name text,
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
