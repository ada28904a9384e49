-- The schema that db/migrations and db/views make, written by `make snapshots`. Not to be edited, and not to be applied.

CREATE SCHEMA api;

CREATE FUNCTION api.new_id() RETURNS uuid
    LANGUAGE sql PARALLEL SAFE
    RETURN (encode(set_bit(set_bit(OVERLAY(uuid_send(gen_random_uuid()) PLACING SUBSTRING(int8send(((EXTRACT(epoch FROM clock_timestamp()) * (1000)::numeric))::bigint) FROM 3) FROM 1 FOR 6), (52)::bigint, 1), (53)::bigint, 1), 'hex'::text))::uuid;

CREATE FUNCTION api.owned_id(letter bytea, resident_id uuid, id uuid) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN translate(encode(((letter || uuid_send(resident_id)) || uuid_send(id)), 'base64'::text), '+/'::text, '-_'::text);

CREATE FUNCTION api.plain_id(letter bytea, id uuid) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN translate(encode(((letter || '\x00'::bytea) || uuid_send(id)), 'base64'::text), '+/'::text, '-_'::text);

CREATE TABLE public.app (
    id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    scopes text[] NOT NULL,
    suspended_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL
);

CREATE VIEW api.app AS
 SELECT id AS key,
    api.plain_id('\x41'::bytea, id) AS id,
    name,
    kind,
    scopes,
    (suspended_at IS NOT NULL) AS suspended,
    created_at
   FROM public.app;

CREATE TABLE public.card (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    number text NOT NULL,
    handle bytea NOT NULL,
    national_id text NOT NULL,
    status text NOT NULL,
    app_id uuid NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    status_changed_at timestamp with time zone NOT NULL,
    status_reason text,
    replaced_by uuid
);

CREATE VIEW api.card AS
 SELECT resident_id,
    id AS key,
    api.owned_id('\x43'::bytea, resident_id, id) AS id,
    number,
    status,
    app_id,
    issued_at,
    status_changed_at,
    replaced_by
   FROM public.card;

CREATE TABLE public.client (
    id uuid NOT NULL,
    app_id uuid,
    institution_id uuid,
    scopes text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT client_check CHECK ((num_nonnulls(app_id, institution_id) = 1))
);

CREATE TABLE public.client_secret (
    client_id uuid NOT NULL,
    id uuid NOT NULL,
    digest bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    retires_at timestamp with time zone
);

CREATE VIEW api.client AS
 SELECT id AS key,
    api.plain_id('\x4c'::bytea, id) AS id,
    app_id,
    institution_id,
    scopes,
    created_at,
    ( SELECT max(s.retires_at) AS max
           FROM public.client_secret s
          WHERE ((s.client_id = c.id) AND (s.retires_at > now()))) AS retires_at
   FROM public.client c;

CREATE TABLE public.department (
    id uuid NOT NULL,
    institution_id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    active boolean DEFAULT true NOT NULL
);

CREATE VIEW api.department AS
 SELECT id AS key,
    api.plain_id('\x44'::bytea, id) AS id,
    institution_id,
    code,
    name,
    active
   FROM public.department;

CREATE TABLE public.outbox (
    lane smallint NOT NULL,
    id uuid NOT NULL,
    job text NOT NULL,
    args jsonb NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    run_at timestamp with time zone NOT NULL,
    lease_until timestamp with time zone,
    last_error text,
    created_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT outbox_lane_check CHECK (((lane >= 0) AND (lane <= 15))),
    CONSTRAINT outbox_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'sent'::text, 'done'::text, 'failed'::text])))
);

CREATE VIEW api.failed_job AS
 SELECT id AS key,
    api.plain_id('\x4a'::bytea, id) AS id,
    lane,
    job AS kind,
    attempts,
    last_error,
    finished_at AS failed_at
   FROM public.outbox
  WHERE (state = 'failed'::text);

CREATE TABLE public.family_member (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    member_id uuid NOT NULL,
    relationship text NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone
);

CREATE VIEW api.family_member AS
 SELECT resident_id,
    id AS key,
    api.owned_id('\x4d'::bytea, resident_id, id) AS id,
    member_id,
    relationship,
    scopes,
    created_at,
    expires_at
   FROM public.family_member
  WHERE ((expires_at IS NULL) OR (expires_at > now()));

CREATE TABLE public.file (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    format text NOT NULL,
    key text NOT NULL,
    status text NOT NULL,
    media_type text NOT NULL,
    content bytea,
    created_at timestamp with time zone NOT NULL,
    ready_at timestamp with time zone,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone
);

CREATE VIEW api.file AS
 SELECT resident_id,
    id AS key,
    api.owned_id('\x46'::bytea, resident_id, id) AS id,
    kind,
    subject_id,
    format,
    status,
    media_type,
    created_at,
    ready_at,
    expires_at,
        CASE
            WHEN ((status = 'READY'::text) AND (revoked_at IS NULL) AND ((expires_at IS NULL) OR (expires_at > now()))) THEN ((current_setting('ecard.public_url'::text) || '/files/'::text) || key)
            ELSE NULL::text
        END AS url
   FROM public.file;

CREATE TABLE public.institution (
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    district text NOT NULL,
    level text NOT NULL,
    address text NOT NULL,
    accepts_outpatient boolean NOT NULL,
    accepts_inpatient boolean NOT NULL,
    care_steps text[] NOT NULL,
    created_at timestamp with time zone NOT NULL
);

CREATE VIEW api.institution AS
 SELECT id AS key,
    api.plain_id('\x49'::bytea, id) AS id,
    code,
    name,
    district,
    level,
    address,
    accepts_outpatient,
    accepts_inpatient,
    care_steps,
    created_at
   FROM public.institution;

CREATE TABLE public.offline_scan (
    id uuid NOT NULL,
    institution_id uuid NOT NULL,
    client_reference text NOT NULL,
    outcome text NOT NULL,
    resident_id uuid,
    visit_id uuid,
    uploaded_at timestamp with time zone NOT NULL
);

CREATE VIEW api.offline_scan AS
 SELECT id AS key,
    institution_id,
    client_reference,
    outcome,
    resident_id,
    visit_id
   FROM public.offline_scan;

CREATE TABLE public.printed_code (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    card_id uuid NOT NULL,
    handle bytea NOT NULL,
    form text NOT NULL,
    label text,
    created_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone
);

CREATE VIEW api.printed_code AS
 SELECT resident_id,
    id AS key,
    api.owned_id('\x50'::bytea, resident_id, id) AS id,
    card_id,
    form,
    label,
    created_at,
    revoked_at
   FROM public.printed_code;

CREATE VIEW api.queue AS
 SELECT job AS key,
    job AS name,
    (count(*))::integer AS depth,
    (GREATEST((0)::numeric, EXTRACT(epoch FROM (now() - min(run_at)))))::integer AS oldest_age_seconds
   FROM public.outbox
  WHERE (state = ANY (ARRAY['waiting'::text, 'sent'::text]))
  GROUP BY job;

CREATE TABLE public.resident (
    resident_id uuid NOT NULL,
    full_name text NOT NULL,
    sex text NOT NULL,
    birth_date date NOT NULL,
    document_type text NOT NULL,
    document_sealed bytea NOT NULL,
    document_masked text NOT NULL,
    social_security_sealed bytea,
    social_security_masked text,
    phone_sealed bytea,
    phone_masked text,
    language text DEFAULT 'zh-CN'::text NOT NULL,
    created_at timestamp with time zone NOT NULL
);

CREATE VIEW api.resident AS
 SELECT resident_id,
    resident_id AS key,
    api.plain_id('\x52'::bytea, resident_id) AS id,
    full_name,
    sex,
    birth_date,
    document_type,
    document_masked AS document_number_masked,
    social_security_masked AS social_security_number_masked,
    phone_masked,
    created_at
   FROM public.resident;

CREATE TABLE public.scan (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    card_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    visit_id uuid,
    care_step text NOT NULL,
    care_setting text NOT NULL,
    purpose text NOT NULL,
    outcome text NOT NULL,
    terminal_id text NOT NULL,
    terminal_kind text NOT NULL,
    scanned_at timestamp with time zone NOT NULL,
    offline boolean DEFAULT false NOT NULL
);

CREATE VIEW api.scan AS
 SELECT resident_id,
    id AS key,
    api.owned_id('\x4e'::bytea, resident_id, id) AS id,
    card_id,
    institution_id,
    visit_id,
    care_step,
    care_setting,
    purpose,
    outcome,
    terminal_kind,
    scanned_at,
    offline
   FROM public.scan;

CREATE TABLE public.session (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    app_id uuid NOT NULL,
    device text,
    refresh_digest bytea NOT NULL,
    started_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone
);

CREATE VIEW api.session AS
 SELECT resident_id,
    id AS key,
    api.owned_id('\x53'::bytea, resident_id, id) AS id,
    app_id,
    device,
    started_at,
    last_seen_at,
    expires_at
   FROM public.session
  WHERE ((ended_at IS NULL) AND (expires_at > now()));

CREATE TABLE public.patient_number (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    institution_id uuid NOT NULL,
    number text NOT NULL,
    linked_at timestamp with time zone NOT NULL
);

CREATE TABLE public.visit (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    card_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    department_id uuid,
    client_id uuid NOT NULL,
    care_step text NOT NULL,
    care_setting text NOT NULL,
    terminal_id text NOT NULL,
    terminal_kind text NOT NULL,
    delegate_name text,
    opened_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE VIEW api.visit AS
 SELECT resident_id,
    id AS key,
    api.owned_id('\x56'::bytea, resident_id, id) AS id,
    card_id,
    institution_id,
    department_id,
    client_id,
    care_step,
    care_setting,
    terminal_id,
    terminal_kind,
    delegate_name,
    opened_at,
    expires_at,
    ( SELECT n.number
           FROM public.patient_number n
          WHERE ((n.resident_id = v.resident_id) AND (n.institution_id = v.institution_id))) AS patient_number
   FROM public.visit v;

CREATE TABLE public.worker_heartbeat (
    name text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    jobs_done bigint DEFAULT 0 NOT NULL,
    jobs_failed bigint DEFAULT 0 NOT NULL
);

CREATE VIEW api.worker AS
 SELECT name AS key,
    name,
    started_at,
    last_seen_at,
    (LEAST(jobs_done, (2147483647)::bigint))::integer AS jobs_done,
    (LEAST(jobs_failed, (2147483647)::bigint))::integer AS jobs_failed
   FROM public.worker_heartbeat;

CREATE TABLE public.access_log (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    entry bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid NOT NULL,
    actor text NOT NULL,
    care_step text,
    purpose text NOT NULL,
    kinds text[] NOT NULL,
    break_glass boolean DEFAULT false NOT NULL,
    reason text,
    previous bytea NOT NULL,
    digest bytea NOT NULL
)
PARTITION BY RANGE (id);

CREATE TABLE public.access_log_all (
    resident_id uuid CONSTRAINT access_log_resident_id_not_null NOT NULL,
    id uuid CONSTRAINT access_log_id_not_null NOT NULL,
    entry bigint CONSTRAINT access_log_entry_not_null NOT NULL,
    at timestamp with time zone CONSTRAINT access_log_at_not_null NOT NULL,
    actor_kind text CONSTRAINT access_log_actor_kind_not_null NOT NULL,
    actor_id uuid CONSTRAINT access_log_actor_id_not_null NOT NULL,
    actor text CONSTRAINT access_log_actor_not_null NOT NULL,
    care_step text,
    purpose text CONSTRAINT access_log_purpose_not_null NOT NULL,
    kinds text[] CONSTRAINT access_log_kinds_not_null NOT NULL,
    break_glass boolean DEFAULT false CONSTRAINT access_log_break_glass_not_null NOT NULL,
    reason text,
    previous bytea CONSTRAINT access_log_previous_not_null NOT NULL,
    digest bytea CONSTRAINT access_log_digest_not_null NOT NULL
);

CREATE TABLE public.audit (
    subject_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    action text NOT NULL,
    object_id uuid,
    reason text
);

CREATE TABLE public.carer (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    carer_id uuid NOT NULL,
    carer_name text NOT NULL,
    relationship text NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone
);

CREATE TABLE public.code_handle (
    handle bytea NOT NULL,
    kind text NOT NULL,
    resident_id uuid NOT NULL,
    card_id uuid NOT NULL,
    printed_code_id uuid
);

CREATE TABLE public.cron_run (
    name text NOT NULL,
    last_run_at timestamp with time zone NOT NULL
);

CREATE TABLE public.file_key (
    key text NOT NULL,
    resident_id uuid NOT NULL,
    file_id uuid NOT NULL
);

CREATE TABLE public.former_document (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    document_type text NOT NULL,
    document_sealed bytea NOT NULL,
    document_masked text NOT NULL,
    replaced_at timestamp with time zone NOT NULL
);

CREATE TABLE public.identity (
    kind text NOT NULL,
    digest bytea NOT NULL,
    resident_id uuid NOT NULL
);

CREATE TABLE public.log_head (
    resident_id uuid NOT NULL,
    entries bigint NOT NULL,
    digest bytea NOT NULL
);

CREATE TABLE public.patient_number_index (
    institution_id uuid NOT NULL,
    number text NOT NULL,
    resident_id uuid NOT NULL
);

CREATE TABLE public.rate_count (
    key bytea NOT NULL,
    window_start timestamp with time zone NOT NULL,
    count integer NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.revocation (
    subject uuid NOT NULL,
    revoked_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.schema_migration (
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.used_code (
    nonce bytea NOT NULL,
    resident_id uuid NOT NULL,
    used_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.verification_code (
    phone_digest bytea NOT NULL,
    id uuid NOT NULL,
    purpose text NOT NULL,
    phone_sealed bytea NOT NULL,
    code_digest bytea NOT NULL,
    code_sealed bytea,
    language text NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);

ALTER TABLE ONLY public.access_log ATTACH PARTITION public.access_log_all DEFAULT;

ALTER TABLE ONLY public.access_log
    ADD CONSTRAINT access_log_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.access_log_all
    ADD CONSTRAINT access_log_all_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.app
    ADD CONSTRAINT app_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (subject_id, id);

ALTER TABLE ONLY public.card
    ADD CONSTRAINT card_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.carer
    ADD CONSTRAINT carer_is_unique UNIQUE (resident_id, carer_id);

ALTER TABLE ONLY public.carer
    ADD CONSTRAINT carer_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.client
    ADD CONSTRAINT client_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.client_secret
    ADD CONSTRAINT client_secret_pkey PRIMARY KEY (client_id, id);

ALTER TABLE ONLY public.code_handle
    ADD CONSTRAINT code_handle_pkey PRIMARY KEY (handle);

ALTER TABLE ONLY public.used_code
    ADD CONSTRAINT code_is_used_once PRIMARY KEY (nonce);

ALTER TABLE ONLY public.cron_run
    ADD CONSTRAINT cron_run_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.department
    ADD CONSTRAINT department_code_is_unique UNIQUE (institution_id, code);

ALTER TABLE ONLY public.department
    ADD CONSTRAINT department_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.family_member
    ADD CONSTRAINT family_member_is_unique UNIQUE (resident_id, member_id);

ALTER TABLE ONLY public.family_member
    ADD CONSTRAINT family_member_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.file
    ADD CONSTRAINT file_is_unique UNIQUE (resident_id, subject_id, kind, format);

ALTER TABLE ONLY public.file_key
    ADD CONSTRAINT file_key_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.file
    ADD CONSTRAINT file_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.former_document
    ADD CONSTRAINT former_document_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.identity
    ADD CONSTRAINT identity_is_unique PRIMARY KEY (kind, digest);

ALTER TABLE ONLY public.institution
    ADD CONSTRAINT institution_code_is_unique UNIQUE (code);

ALTER TABLE ONLY public.institution
    ADD CONSTRAINT institution_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.log_head
    ADD CONSTRAINT log_head_pkey PRIMARY KEY (resident_id);

ALTER TABLE ONLY public.offline_scan
    ADD CONSTRAINT offline_scan_pkey PRIMARY KEY (institution_id, client_reference);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (lane, id);

ALTER TABLE ONLY public.patient_number_index
    ADD CONSTRAINT patient_number_belongs_to_one_resident PRIMARY KEY (institution_id, number);

ALTER TABLE ONLY public.patient_number
    ADD CONSTRAINT patient_number_is_unique UNIQUE (resident_id, institution_id);

ALTER TABLE ONLY public.patient_number
    ADD CONSTRAINT patient_number_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.printed_code
    ADD CONSTRAINT printed_code_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.rate_count
    ADD CONSTRAINT rate_count_pkey PRIMARY KEY (key, window_start);

ALTER TABLE ONLY public.resident
    ADD CONSTRAINT resident_pkey PRIMARY KEY (resident_id);

ALTER TABLE ONLY public.revocation
    ADD CONSTRAINT revocation_pkey PRIMARY KEY (subject, revoked_at);

ALTER TABLE ONLY public.scan
    ADD CONSTRAINT scan_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.schema_migration
    ADD CONSTRAINT schema_migration_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.verification_code
    ADD CONSTRAINT verification_code_pkey PRIMARY KEY (phone_digest, id);

ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.worker_heartbeat
    ADD CONSTRAINT worker_heartbeat_pkey PRIMARY KEY (name);

CREATE INDEX access_log_by_entry ON ONLY public.access_log USING btree (resident_id, entry DESC);

CREATE INDEX access_log_all_resident_id_entry_idx ON public.access_log_all USING btree (resident_id, entry DESC);

CREATE UNIQUE INDEX card_is_unique ON public.card USING btree (resident_id) WHERE (status = ANY (ARRAY['ACTIVE'::text, 'SUSPENDED'::text]));

CREATE INDEX institution_by_district ON public.institution USING btree (district, code, id);

CREATE INDEX offline_scan_by_id ON public.offline_scan USING btree (id);

CREATE INDEX outbox_due ON public.outbox USING btree (lane, run_at) WHERE (state = ANY (ARRAY['waiting'::text, 'sent'::text]));

CREATE INDEX outbox_failed ON public.outbox USING btree (id) WHERE (state = 'failed'::text);

CREATE INDEX outbox_finished ON public.outbox USING btree (finished_at) WHERE (state = 'done'::text);

CREATE INDEX printed_code_of_card ON public.printed_code USING btree (resident_id, card_id, id DESC);

CREATE INDEX rate_count_by_expiry ON public.rate_count USING btree (expires_at);

CREATE INDEX revocation_by_expiry ON public.revocation USING btree (expires_at);

CREATE INDEX scan_of_card ON public.scan USING btree (resident_id, card_id, scanned_at DESC, id DESC);

CREATE INDEX used_code_by_expiry ON public.used_code USING btree (expires_at);

CREATE INDEX verification_code_by_expiry ON public.verification_code USING btree (expires_at);

CREATE INDEX visit_of_institution ON public.visit USING btree (resident_id, institution_id, expires_at);

ALTER INDEX public.access_log_pkey ATTACH PARTITION public.access_log_all_pkey;

ALTER INDEX public.access_log_by_entry ATTACH PARTITION public.access_log_all_resident_id_entry_idx;

ALTER TABLE ONLY public.card
    ADD CONSTRAINT card_app_id_fkey FOREIGN KEY (app_id) REFERENCES public.app(id);

ALTER TABLE ONLY public.card
    ADD CONSTRAINT card_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.carer
    ADD CONSTRAINT carer_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.client
    ADD CONSTRAINT client_app_id_fkey FOREIGN KEY (app_id) REFERENCES public.app(id);

ALTER TABLE ONLY public.client
    ADD CONSTRAINT client_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.client_secret
    ADD CONSTRAINT client_secret_client_id_fkey FOREIGN KEY (client_id) REFERENCES public.client(id);

ALTER TABLE ONLY public.department
    ADD CONSTRAINT department_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.family_member
    ADD CONSTRAINT family_member_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.file
    ADD CONSTRAINT file_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.former_document
    ADD CONSTRAINT former_document_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.log_head
    ADD CONSTRAINT log_head_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.offline_scan
    ADD CONSTRAINT offline_scan_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.patient_number_index
    ADD CONSTRAINT patient_number_index_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.patient_number
    ADD CONSTRAINT patient_number_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.patient_number
    ADD CONSTRAINT patient_number_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.printed_code
    ADD CONSTRAINT printed_code_resident_id_card_id_fkey FOREIGN KEY (resident_id, card_id) REFERENCES public.card(resident_id, id);

ALTER TABLE ONLY public.scan
    ADD CONSTRAINT scan_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.scan
    ADD CONSTRAINT scan_resident_id_card_id_fkey FOREIGN KEY (resident_id, card_id) REFERENCES public.card(resident_id, id);

ALTER TABLE ONLY public.scan
    ADD CONSTRAINT scan_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.scan
    ADD CONSTRAINT scan_resident_id_visit_id_fkey FOREIGN KEY (resident_id, visit_id) REFERENCES public.visit(resident_id, id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_app_id_fkey FOREIGN KEY (app_id) REFERENCES public.app(id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_client_id_fkey FOREIGN KEY (client_id) REFERENCES public.client(id);

ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_department_id_fkey FOREIGN KEY (department_id) REFERENCES public.department(id);

ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_resident_id_card_id_fkey FOREIGN KEY (resident_id, card_id) REFERENCES public.card(resident_id, id);

ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);
