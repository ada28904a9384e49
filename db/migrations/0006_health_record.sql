-- The health record: encounters, reports with observations and links, prescriptions, conditions, allergies, immunizations; consent; exports.

-- ---------------------------------------------------------------- what a visit is for

-- A delegate's code opens a visit for one prescription alone; an emergency one for the whole record, with its reason.
alter table visit add column prescription_id uuid;
alter table visit add column break_glass boolean not null default false;
alter table visit add column break_glass_reason text;

create table encounter (
    resident_id uuid not null references resident,
    id uuid not null,
    visit_id uuid not null,
    institution_id uuid not null references institution,
    department_id uuid not null references department,
    doctor_id uuid not null references doctor,
    appointment_id uuid,
    care_setting text not null,
    occurred_at timestamptz not null,
    note text,
    recorded_at timestamptz not null,
    primary key (resident_id, id),
    foreign key (resident_id, visit_id) references visit,
    foreign key (resident_id, appointment_id) references appointment
);
create index encounter_by_time on encounter (resident_id, occurred_at desc, id desc);

create table diagnosis (
    resident_id uuid not null,
    encounter_id uuid not null,
    position smallint not null,
    code text not null,
    display text not null,
    primary key (resident_id, encounter_id, position),
    foreign key (resident_id, encounter_id) references encounter
);

-- ---------------------------------------------------------------- reports

-- An amendment is a row of its own with the next version; the one before stays, AMENDED, and names its successor.
create table report (
    resident_id uuid not null references resident,
    id uuid not null,
    institution_id uuid not null references institution,
    visit_id uuid not null,
    number text not null,
    version integer not null default 1,
    title text not null,
    category text not null,
    status text not null,
    findings text,
    conclusion text,
    author_id uuid not null references doctor,
    observed_at timestamptz not null,
    issued_at timestamptz not null,
    read_at timestamptz,
    supersedes uuid,
    superseded_by uuid,
    amend_reason text,
    withdrawn_at timestamptz,
    withdraw_reason text,
    content_digest bytea not null,
    credential text,
    primary key (resident_id, id),
    foreign key (resident_id, visit_id) references visit,
    constraint report_version_is_unique unique (resident_id, institution_id, number, version)
);
create index report_by_time on report (resident_id, issued_at desc, id desc);
-- A report is amended once: who comes second amends what the first one made.
create unique index report_is_amended_once on report (resident_id, supersedes) where supersedes is not null;

create table report_number (
    institution_id uuid not null references institution,
    number text not null,
    resident_id uuid not null,
    report_id uuid not null,
    constraint report_number_is_unique primary key (institution_id, number)
);

create table observation (
    resident_id uuid not null references resident,
    id uuid not null,
    report_id uuid not null,
    position smallint not null,
    code text not null,
    display text not null,
    value text not null,
    unit text,
    reference_range text,
    flag text,
    observed_at timestamptz not null,
    primary key (resident_id, id),
    foreign key (resident_id, report_id) references report
);
create index observation_of_report on observation (resident_id, report_id, position);
create index observation_by_code on observation (resident_id, code, observed_at desc, id desc);

create table report_link (
    resident_id uuid not null references resident,
    id uuid not null,
    report_id uuid not null,
    key text not null,
    passcode_digest bytea,
    wrong_tries integer not null default 0 check (wrong_tries between 0 and 5),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    opened_count integer not null default 0,
    primary key (resident_id, id),
    foreign key (resident_id, report_id) references report
);
create index report_link_of_report on report_link (resident_id, report_id, id desc);

create table report_link_key (
    key text primary key,
    resident_id uuid not null,
    link_id uuid not null
);

-- ---------------------------------------------------------------- medicines

create table prescription (
    resident_id uuid not null references resident,
    id uuid not null,
    institution_id uuid not null references institution,
    pharmacy_id uuid not null references institution,
    visit_id uuid not null,
    doctor_id uuid not null references doctor,
    bill_id uuid,
    status text not null,
    issued_at timestamptz not null,
    expires_at timestamptz not null,
    ready_at timestamptz,
    ended_at timestamptz,
    cancel_reason text,
    primary key (resident_id, id),
    foreign key (resident_id, visit_id) references visit,
    foreign key (resident_id, bill_id) references bill
);
create index prescription_by_time on prescription (resident_id, issued_at desc, id desc);
create index prescription_of_pharmacy on prescription (pharmacy_id, issued_at desc, id desc);
create index prescription_of_queue on prescription (pharmacy_id, status, issued_at);
create index prescription_to_expire on prescription (expires_at) where status in ('ISSUED', 'READY', 'PARTLY_DISPENSED');

create table prescription_item (
    resident_id uuid not null,
    id uuid not null,
    prescription_id uuid not null,
    position smallint not null,
    code text,
    medicine text not null,
    dose text not null,
    route text not null,
    frequency text not null,
    days integer not null,
    quantity numeric(14, 4) not null,
    unit text not null,
    unit_price bigint not null,
    dispensed numeric(14, 4) not null default 0,
    primary key (resident_id, id),
    foreign key (resident_id, prescription_id) references prescription,
    constraint item_is_dispensed_once check (dispensed between 0 and quantity)
);
create index prescription_item_of_prescription on prescription_item (resident_id, prescription_id, position);

-- What was handed over, and to whom: by a visit of the resident's or of a delegate's.
create table dispensing (
    resident_id uuid not null,
    id uuid not null,
    prescription_id uuid not null,
    item_id uuid not null,
    visit_id uuid not null,
    quantity numeric(14, 4) not null check (quantity > 0),
    dispensed_at timestamptz not null,
    primary key (resident_id, id),
    foreign key (resident_id, prescription_id) references prescription,
    foreign key (resident_id, item_id) references prescription_item,
    foreign key (resident_id, visit_id) references visit
);

-- A delegate's one-time code: a handle of its own, for this prescription alone.
create table pickup_code (
    resident_id uuid not null references resident,
    id uuid not null,
    prescription_id uuid not null,
    handle bytea not null,
    delegate_name text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (resident_id, id),
    foreign key (resident_id, prescription_id) references prescription
);

-- ---------------------------------------------------------------- what lasts

create table condition (
    resident_id uuid not null references resident,
    id uuid not null,
    institution_id uuid not null references institution,
    visit_id uuid not null,
    code text not null,
    display text not null,
    status text not null,
    since date,
    resolved_on date,
    recorded_at timestamptz not null,
    primary key (resident_id, id),
    foreign key (resident_id, visit_id) references visit
);
create index condition_by_time on condition (resident_id, recorded_at desc, id desc);

create table allergy (
    resident_id uuid not null references resident,
    id uuid not null,
    institution_id uuid not null references institution,
    visit_id uuid not null,
    code text,
    substance text not null,
    reaction text,
    severity text not null,
    recorded_at timestamptz not null,
    primary key (resident_id, id),
    foreign key (resident_id, visit_id) references visit
);
create index allergy_by_time on allergy (resident_id, recorded_at desc, id desc);

create table immunization (
    resident_id uuid not null references resident,
    id uuid not null,
    institution_id uuid not null references institution,
    visit_id uuid not null,
    code text,
    vaccine text not null,
    dose text,
    lot_number text,
    given_on date not null,
    recorded_at timestamptz not null,
    primary key (resident_id, id),
    foreign key (resident_id, visit_id) references visit
);
-- The timeline has it where its day begins.
create index immunization_by_time
    on immunization (resident_id, (given_on::timestamp at time zone 'Asia/Shanghai') desc, id desc);

create table blood_type (
    resident_id uuid primary key references resident,
    blood_type text not null,
    institution_id uuid not null references institution,
    visit_id uuid not null,
    recorded_at timestamptz not null
);

-- ---------------------------------------------------------------- consent

-- from_day, to_day: of the records; expires_at: of the consent.
create table consent (
    resident_id uuid not null references resident,
    id uuid not null,
    institution_id uuid not null references institution,
    kinds text[] not null,
    from_day date,
    to_day date,
    granted_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    primary key (resident_id, id),
    check (from_day is null or to_day is null or from_day <= to_day)
);
create index consent_of_institution on consent (resident_id, institution_id, expires_at) where revoked_at is null;

-- A stay in hospital, as the record shows it.
create table admission (
    resident_id uuid not null references resident,
    id uuid not null,
    institution_id uuid not null references institution,
    visit_id uuid not null,
    status text not null,
    ward text not null,
    bed text not null,
    admitted_at timestamptz not null,
    discharged_at timestamptz,
    summary text,
    primary key (resident_id, id),
    foreign key (resident_id, visit_id) references visit
);
create index admission_by_time on admission (resident_id, admitted_at desc, id desc);

-- Exported records are thrown away when they can be fetched no longer.
create index file_to_expire on file (expires_at) where expires_at is not null;

-- What the operator opened to institutions and to apps of residents, they may now do with the health record as well.
update client set scopes = array(select distinct unnest(scopes || array['report:read', 'report:write', 'prescription:read',
    'prescription:write', 'record:read', 'record:write'])) where institution_id is not null;
update app set scopes = array(select distinct unnest(scopes || array['report:read', 'report:write', 'prescription:read',
    'prescription:write', 'record:read', 'record:write'])) where 'card:write' = any(scopes);
update client c set scopes = a.scopes from app a where a.id = c.app_id and 'card:write' = any(a.scopes);
