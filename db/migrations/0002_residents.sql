-- Residents, who cares for them, and how they sign in; their cards and codes.
--
-- Every table of a resident's data has the primary key (resident_id, id), and references between two such tables carry
-- resident_id: one resident's rows then live together when the database is spread over several machines. What must be unique
-- in the whole city is a table keyed by the thing itself. Ids are UUIDv7, so ordering by id is ordering by time.

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
