-- The schema that db/migrations and db/views make, written by `make snapshots`. Not to be edited, and not to be applied.

CREATE SCHEMA api;

CREATE FUNCTION api.booked(of_method text, of_day date, of_institution uuid) RETURNS TABLE(count integer, amount bigint, refund_count integer, refund_amount bigint)
    LANGUAGE plpgsql STABLE
    AS $$ begin
    return query select p.n::int, p.a::bigint, r.n::int, r.a::bigint
    from (select count(*) as n, coalesce(sum(x.amount), 0) as a from public.payment x
          where x.method = of_method and x.book_day = of_day and (of_institution is null or x.institution_id = of_institution)) p,
         (select count(*) as n, coalesce(sum(x.amount), 0) as a from public.refund x
          where x.method = of_method and x.book_day = of_day and (of_institution is null or x.institution_id = of_institution)) r;
end $$;

CREATE FUNCTION api.in_use(status text, issued_at timestamp with time zone, days integer, dispensed numeric) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN ((now() < (issued_at + ((days)::double precision * '1 day'::interval))) AND ((status = ANY (ARRAY['ISSUED'::text, 'READY'::text, 'PARTLY_DISPENSED'::text, 'DISPENSED'::text])) OR (dispensed > (0)::numeric)));

CREATE FUNCTION api.new_id() RETURNS uuid
    LANGUAGE sql PARALLEL SAFE
    RETURN (encode(set_bit(set_bit(OVERLAY(uuid_send(gen_random_uuid()) PLACING SUBSTRING(int8send(((EXTRACT(epoch FROM clock_timestamp()) * (1000)::numeric))::bigint) FROM 3) FROM 1 FOR 6), (52)::bigint, 1), (53)::bigint, 1), 'hex'::text))::uuid;

CREATE FUNCTION api.owned_id(letter bytea, resident_id uuid, id uuid) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN translate(encode(((letter || uuid_send(resident_id)) || uuid_send(id)), 'base64'::text), '+/'::text, '-_'::text);

CREATE FUNCTION api.plain_id(letter bytea, id uuid) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN translate(encode(((letter || '\x00'::bytea) || uuid_send(id)), 'base64'::text), '+/'::text, '-_'::text);

CREATE FUNCTION api.stated(of_method text, of_day date, of_institution uuid) RETURNS TABLE(count integer, amount bigint, refund_count integer, refund_amount bigint)
    LANGUAGE plpgsql STABLE
    AS $$ begin
    return query select (count(*) filter (where x.kind = 'PAYMENT'))::int,
        coalesce(sum(x.amount) filter (where x.kind = 'PAYMENT'), 0)::bigint,
        (count(*) filter (where x.kind = 'REFUND'))::int, coalesce(sum(x.amount) filter (where x.kind = 'REFUND'), 0)::bigint
    from public.statement_line x
    where x.method = of_method and x.day = of_day and x.status = 'SUCCEEDED'
        and (of_institution is null or x.institution_id = of_institution);
end $$;

CREATE FUNCTION public.ledger_is_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin raise exception 'the ledger is append-only' using errcode = 'restrict_violation'; end $$;

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

CREATE VIEW api.access_log_entry AS
 SELECT resident_id,
    id AS key,
    api.owned_id('\x67'::bytea, resident_id, id) AS id,
    entry AS place,
    (entry)::integer AS entry,
    at,
    actor_kind,
    actor,
    care_step,
    purpose,
    kinds,
    break_glass,
    reason,
    encode(previous, 'hex'::text) AS previous,
    encode(digest, 'hex'::text) AS digest,
    (json_build_array((resident_id)::text, (entry)::text, (id)::text, to_char((at AT TIME ZONE 'UTC'::text), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'::text), actor_kind, (actor_id)::text, actor, care_step, purpose, array_to_string(kinds, ','::text), break_glass, reason))::text AS hashed
   FROM public.access_log l;

CREATE TABLE public.admission (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    institution_id uuid NOT NULL,
    visit_id uuid NOT NULL,
    status text NOT NULL,
    ward text NOT NULL,
    bed text NOT NULL,
    admitted_at timestamp with time zone NOT NULL,
    discharged_at timestamp with time zone,
    summary text,
    charged bigint DEFAULT 0 NOT NULL,
    low_percent smallint DEFAULT 20 NOT NULL,
    final_bill_id uuid,
    CONSTRAINT admission_charged_check CHECK ((charged >= 0)),
    CONSTRAINT admission_low_percent_check CHECK (((low_percent >= 0) AND (low_percent <= 100)))
);

CREATE TABLE public.bill (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    number text NOT NULL,
    kind text NOT NULL,
    institution_id uuid NOT NULL,
    visit_id uuid,
    appointment_id uuid,
    care_setting text NOT NULL,
    status text NOT NULL,
    total bigint NOT NULL,
    insured bigint NOT NULL,
    self_paid bigint NOT NULL,
    refunded bigint DEFAULT 0 NOT NULL,
    payment_id uuid,
    content_digest bytea NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    paid_at timestamp with time zone,
    cancelled_at timestamp with time zone,
    cancel_reason text,
    admission_id uuid,
    deposited bigint DEFAULT 0 NOT NULL,
    payable bigint GENERATED ALWAYS AS ((self_paid - deposited)) STORED,
    CONSTRAINT bill_adds_up CHECK (((insured >= 0) AND (self_paid >= 0) AND (total = (insured + self_paid)))),
    CONSTRAINT bill_is_covered_once CHECK (((deposited >= 0) AND (deposited <= self_paid))),
    CONSTRAINT bill_is_refunded_once CHECK (((refunded >= 0) AND (refunded <= self_paid)))
);

CREATE TABLE public.payment_bill (
    resident_id uuid NOT NULL,
    payment_id uuid NOT NULL,
    bill_id uuid NOT NULL,
    amount bigint NOT NULL,
    reserved bigint DEFAULT 0 NOT NULL,
    applied bigint DEFAULT 0 NOT NULL,
    CONSTRAINT bill_is_not_overdrawn CHECK (((reserved >= 0) AND (reserved <= amount))),
    CONSTRAINT bill_is_spent_once CHECK (((reserved + applied) <= amount)),
    CONSTRAINT payment_bill_applied_check CHECK ((applied >= 0))
);

CREATE VIEW api.admission AS
 SELECT resident_id,
    id AS key,
    api.owned_id('\x6e'::bytea, resident_id, id) AS id,
    institution_id,
    status,
    ward,
    bed,
    admitted_at,
    discharged_at,
    summary,
    admitted_at AS occurred_at,
    final_bill_id,
    (( SELECT (COALESCE(sum(((q.amount - q.reserved) - q.applied)), (0)::numeric))::bigint AS "coalesce"
           FROM (public.bill b
             JOIN public.payment_bill q ON (((q.resident_id = a.resident_id) AND (q.bill_id = b.id) AND (q.payment_id = b.payment_id))))
          WHERE ((b.resident_id = a.resident_id) AND (b.admission_id = a.id) AND (b.kind = 'DEPOSIT'::text) AND (b.status = ANY (ARRAY['PAID'::text, 'PARTLY_REFUNDED'::text])))) -
        CASE status
            WHEN 'ADMITTED'::text THEN charged
            ELSE COALESCE(( SELECT f.payable
               FROM public.bill f
              WHERE ((f.resident_id = a.resident_id) AND (f.id = a.final_bill_id) AND (f.status = ANY (ARRAY['UNPAID'::text, 'PAYING'::text])))), (0)::bigint)
        END) AS balance,
    ((status = 'ADMITTED'::text) AND (( SELECT ((sum((q.amount - q.reserved)) > (0)::numeric) AND (((sum((q.amount - q.reserved)) - (a.charged)::numeric) * (100)::numeric) < (sum((q.amount - q.reserved)) * (a.low_percent)::numeric)))
           FROM (public.bill b
             JOIN public.payment_bill q ON (((q.resident_id = a.resident_id) AND (q.bill_id = b.id) AND (q.payment_id = b.payment_id))))
          WHERE ((b.resident_id = a.resident_id) AND (b.admission_id = a.id) AND (b.kind = 'DEPOSIT'::text) AND (b.status = ANY (ARRAY['PAID'::text, 'PARTLY_REFUNDED'::text])))) IS TRUE)) AS deposit_low
   FROM public.admission a;

CREATE TABLE public.agreement_service (
    resident_id uuid NOT NULL,
    term_id uuid NOT NULL,
    name text NOT NULL,
    "position" smallint NOT NULL,
    promised integer NOT NULL,
    delivered integer DEFAULT 0 NOT NULL,
    last_delivered_at timestamp with time zone,
    CONSTRAINT agreement_service_delivered_check CHECK ((delivered >= 0))
);

CREATE TABLE public.agreement_term (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    agreement_id uuid NOT NULL,
    starts_on date,
    ends_on date,
    bill_id uuid,
    asked_at timestamp with time zone NOT NULL,
    CONSTRAINT agreement_term_check CHECK (((starts_on IS NULL) = (ends_on IS NULL)))
);

CREATE TABLE public.family_doctor_agreement (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    institution_id uuid NOT NULL,
    team_id uuid NOT NULL,
    status text NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    decide_by timestamp with time zone NOT NULL,
    reminded_at timestamp with time zone,
    escalated_at timestamp with time zone,
    decided_at timestamp with time zone,
    decision_reason text,
    starts_on date,
    ends_on date,
    ended_at timestamp with time zone,
    ended_by text,
    end_reason text,
    bill_id uuid,
    ending_told_at timestamp with time zone
);

CREATE VIEW api.agreement_service AS
 SELECT resident_id,
    ("position")::integer AS key,
    term_id,
    name,
    promised,
    delivered,
    last_delivered_at,
    ( SELECT a.institution_id
           FROM (public.agreement_term t
             JOIN public.family_doctor_agreement a ON (((a.resident_id = t.resident_id) AND (a.id = t.agreement_id))))
          WHERE ((t.resident_id = s.resident_id) AND (t.id = s.term_id))) AS institution_id
   FROM public.agreement_service s;

CREATE TABLE public.allergy (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    institution_id uuid NOT NULL,
    visit_id uuid NOT NULL,
    code text,
    substance text NOT NULL,
    reaction text,
    severity text NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

CREATE VIEW api.allergy AS
 SELECT resident_id,
    id AS key,
    api.owned_id('\x61'::bytea, resident_id, id) AS id,
    institution_id,
    code,
    substance,
    reaction,
    severity,
    recorded_at,
    recorded_at AS occurred_at
   FROM public.allergy;

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

CREATE TABLE public.appointment (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    slot_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    department_id uuid NOT NULL,
    doctor_id uuid NOT NULL,
    day date NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    cancellable_until timestamp with time zone NOT NULL,
    queue_number integer NOT NULL,
    fee bigint NOT NULL,
    status text NOT NULL,
    reason text,
    app_id uuid,
    booked_at timestamp with time zone NOT NULL,
    checked_in_at timestamp with time zone,
    completed_at timestamp with time zone,
    cancelled_at timestamp with time zone,
    cancel_reason text,
    visit_id uuid,
    bill_id uuid
);

CREATE VIEW api.appointment AS
 SELECT resident_id,
    id AS key,
    api.owned_id('\x42'::bytea, resident_id, id) AS id,
    slot_id,
    institution_id,
    department_id,
    doctor_id,
    day,
    starts_at,
    ends_at,
    cancellable_until,
    queue_number,
    fee,
    status,
    reason,
    booked_at,
    checked_in_at,
    completed_at,
    cancelled_at,
    cancel_reason,
    visit_id,
    bill_id
   FROM public.appointment;

CREATE VIEW api.bill AS
 SELECT resident_id,
    id AS key,
    api.owned_id('\x47'::bytea, resident_id, id) AS id,
    number,
    kind,
    institution_id,
    visit_id,
    appointment_id,
    admission_id,
    payment_id,
    care_setting,
    status,
    total,
    insured,
    self_paid,
    deposited,
    payable,
    refunded,
    issued_at,
    paid_at,
    cancelled_at,
    cancel_reason
   FROM public.bill;

CREATE TABLE public.bill_item (
    resident_id uuid NOT NULL,
    bill_id uuid NOT NULL,
    "position" smallint NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    quantity numeric(14,4) NOT NULL,
    unit text,
    unit_price bigint NOT NULL,
    amount bigint NOT NULL
);

CREATE VIEW api.bill_item AS
 SELECT resident_id,
    bill_id,
    ("position")::integer AS key,
    code,
    name,
    (trim_scale(quantity))::text AS quantity,
    unit,
    unit_price,
    amount,
    ( SELECT b.institution_id
           FROM public.bill b
          WHERE ((b.resident_id = i.resident_id) AND (b.id = i.bill_id))) AS institution_id
   FROM public.bill_item i;

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
    replaced_by uuid,
    temporary boolean DEFAULT false NOT NULL
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
    replaced_by,
    temporary
   FROM public.card;

CREATE TABLE public.card_binding (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    card_id uuid NOT NULL,
    bound_to uuid NOT NULL,
    institution_id uuid NOT NULL,
    visit_id uuid NOT NULL,
    reason text NOT NULL,
    bound_at timestamp with time zone NOT NULL,
    undone_at timestamp with time zone,
    undo_reason text
);

CREATE VIEW api.card_binding AS
 SELECT resident_id,
    id AS key,
    api.owned_id('\x79'::bytea, resident_id, id) AS id,
    card_id,
    bound_to,
    institution_id,
    reason,
    bound_at,
    undone_at,
    undo_reason
   FROM public.card_binding;

CREATE TABLE public.carer (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    carer_id uuid NOT NULL,
    carer_name text NOT NULL,
    relationship text NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    place smallint,
    binding_id uuid,
    CONSTRAINT carer_is_counted CHECK (((place IS NULL) = (binding_id IS NOT NULL))),
    CONSTRAINT carer_place_check CHECK (((place >= 1) AND (place <= 8)))
);

CREATE VIEW api.carer AS
 SELECT resident_id,
    id AS key,
    api.owned_id('\x6b'::bytea, resident_id, id) AS id,
    carer_name,
    relationship,
    scopes,
    created_at,
    expires_at
   FROM public.carer
  WHERE ((place IS NOT NULL) AND ((expires_at IS NULL) OR (expires_at > now())));

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

CREATE TABLE public.condition (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    institution_id uuid NOT NULL,
    visit_id uuid NOT NULL,
    code text NOT NULL,
    display text NOT NULL,
    status text NOT NULL,
    since date,
    resolved_on date,
    recorded_at timestamp with time zone NOT NULL
);

CREATE VIEW api.condition AS
 SELECT resident_id,
    id AS key,
    api.owned_id('\x64'::bytea, resident_id, id) AS id,
    institution_id,
    code,
    display,
    status,
    since,
    resolved_on,
    recorded_at,
    recorded_at AS occurred_at
   FROM public.condition;

CREATE TABLE public.consent (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    institution_id uuid NOT NULL,
    kinds text[] NOT NULL,
    from_day date,
    to_day date,
    granted_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT consent_check CHECK (((from_day IS NULL) OR (to_day IS NULL) OR (from_day <= to_day)))
);

CREATE VIEW api.consent AS
 SELECT resident_id,
    id AS key,
    api.owned_id('\x63'::bytea, resident_id, id) AS id,
    institution_id,
    kinds,
    from_day,
    to_day,
    granted_at,
    expires_at,
    revoked_at
   FROM public.consent c;

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

CREATE TABLE public.device (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    session_id uuid NOT NULL,
    channel text NOT NULL,
    token_digest bytea NOT NULL,
    token_sealed bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    gone_at timestamp with time zone
);

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

CREATE VIEW api.device AS
 SELECT d.resident_id,
    d.id AS key,
    api.owned_id('\x76'::bytea, d.resident_id, d.id) AS id,
    d.channel,
    d.created_at
   FROM (public.device d
     JOIN public.session s ON (((s.resident_id = d.resident_id) AND (s.id = d.session_id))))
  WHERE ((d.gone_at IS NULL) AND (s.ended_at IS NULL) AND (s.expires_at > now()));

CREATE TABLE public.diagnosis (
    resident_id uuid NOT NULL,
    encounter_id uuid NOT NULL,
    "position" smallint NOT NULL,
    code text NOT NULL,
    display text NOT NULL
);

CREATE TABLE public.encounter (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    visit_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    department_id uuid NOT NULL,
    doctor_id uuid NOT NULL,
    appointment_id uuid,
    care_setting text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    note text,
    recorded_at timestamp with time zone NOT NULL
);

CREATE VIEW api.diagnosis AS
 SELECT resident_id,
    encounter_id,
    ("position")::integer AS key,
    code,
    display,
    ( SELECT e.institution_id
           FROM public.encounter e
          WHERE ((e.resident_id = d.resident_id) AND (e.id = d.encounter_id))) AS institution_id,
    ( SELECT e.occurred_at
           FROM public.encounter e
          WHERE ((e.resident_id = d.resident_id) AND (e.id = d.encounter_id))) AS occurred_at
   FROM public.diagnosis d;

CREATE TABLE public.discrepancy (
    id uuid NOT NULL,
    method text NOT NULL,
    day date NOT NULL,
    institution_id uuid,
    kind text NOT NULL,
    provider_reference text,
    ours bigint,
    theirs bigint,
    payer_id uuid,
    payment_id uuid,
    refund_id uuid,
    found_at timestamp with time zone NOT NULL
);

CREATE VIEW api.discrepancy AS
 SELECT id AS key,
    api.plain_id('\x58'::bytea, id) AS id,
    method,
    day,
    institution_id,
    kind,
    provider_reference,
    ours,
    theirs,
    payer_id,
    payment_id,
    refund_id,
    found_at
   FROM public.discrepancy;

CREATE TABLE public.dispensing (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    prescription_id uuid NOT NULL,
    item_id uuid NOT NULL,
    visit_id uuid NOT NULL,
    quantity numeric(14,4) NOT NULL,
    dispensed_at timestamp with time zone NOT NULL,
    CONSTRAINT dispensing_quantity_check CHECK ((quantity > (0)::numeric))
);

CREATE TABLE public.prescription (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    institution_id uuid NOT NULL,
    pharmacy_id uuid NOT NULL,
    visit_id uuid NOT NULL,
    doctor_id uuid NOT NULL,
    bill_id uuid,
    status text NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ready_at timestamp with time zone,
    ended_at timestamp with time zone,
    cancel_reason text
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
    expires_at timestamp with time zone NOT NULL,
    prescription_id uuid,
    break_glass boolean DEFAULT false NOT NULL,
    break_glass_reason text
);

CREATE VIEW api.dispensing AS
 SELECT d.resident_id,
    d.id AS key,
    api.owned_id('\x73'::bytea, d.resident_id, d.id) AS id,
    d.prescription_id,
    d.item_id,
    (trim_scale(d.quantity))::text AS quantity,
    d.dispensed_at,
    p.institution_id,
    p.pharmacy_id,
    p.issued_at AS occurred_at,
    ( SELECT v.delegate_name
           FROM public.visit v
          WHERE ((v.resident_id = d.resident_id) AND (v.id = d.visit_id))) AS delegate_name
   FROM (public.dispensing d
     JOIN public.prescription p ON (((p.resident_id = d.resident_id) AND (p.id = d.prescription_id))));

CREATE TABLE public.doctor (
    id uuid NOT NULL,
    institution_id uuid NOT NULL,
    department_id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    title text NOT NULL,
    speciality text,
    active boolean DEFAULT true NOT NULL
);

CREATE VIEW api.doctor AS
 SELECT id AS key,
    api.plain_id('\x48'::bytea, id) AS id,
    institution_id,
    department_id,
    code,
    name,
    title,
    speciality,
    (active AND ( SELECT e.active
           FROM public.department e
          WHERE (e.id = d.department_id))) AS active
   FROM public.doctor d;

CREATE VIEW api.encounter AS
 SELECT resident_id,
    id AS key,
    api.owned_id('\x65'::bytea, resident_id, id) AS id,
    visit_id,
    institution_id,
    department_id,
    doctor_id,
    care_setting,
    occurred_at,
    note,
    recorded_at
   FROM public.encounter;

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

CREATE VIEW api.family_doctor_agreement AS
 SELECT resident_id,
    id AS key,
    api.owned_id('\x66'::bytea, resident_id, id) AS id,
    institution_id,
    team_id,
    status,
    requested_at,
    decide_by,
    decided_at,
    decision_reason,
    starts_on,
    ends_on,
    ended_at,
    end_reason,
    bill_id,
    ( SELECT t.id
           FROM public.agreement_term t
          WHERE ((t.resident_id = a.resident_id) AND (t.agreement_id = a.id) AND ((t.starts_on IS NULL) OR (t.starts_on = a.starts_on) OR (t.starts_on <= ((now() AT TIME ZONE 'Asia/Shanghai'::text))::date)))
          ORDER BY t.starts_on DESC
         LIMIT 1) AS term_id
   FROM public.family_doctor_agreement a;

CREATE TABLE public.family_doctor_package (
    id uuid NOT NULL,
    team_id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    annual_fee bigint NOT NULL,
    offered boolean DEFAULT true NOT NULL,
    CONSTRAINT family_doctor_package_annual_fee_check CHECK ((annual_fee >= 0))
);

CREATE VIEW api.family_doctor_package AS
 SELECT id AS key,
    api.plain_id('\x62'::bytea, id) AS id,
    team_id,
    code,
    name,
    annual_fee,
    offered
   FROM public.family_doctor_package;

CREATE TABLE public.family_doctor_team (
    id uuid NOT NULL,
    institution_id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    leader_id uuid NOT NULL,
    capacity integer NOT NULL,
    taken integer DEFAULT 0 NOT NULL,
    email text,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT team_has_room CHECK (((taken >= 0) AND (taken <= capacity)))
);

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
    created_at timestamp with time zone NOT NULL,
    email text
);

CREATE VIEW api.family_doctor_team AS
 SELECT t.id AS key,
    api.plain_id('\x74'::bytea, t.id) AS id,
    t.institution_id,
    t.code,
    t.name,
    t.leader_id,
    t.capacity,
    (t.capacity - t.taken) AS open_places,
    i.district
   FROM (public.family_doctor_team t
     JOIN public.institution i ON ((i.id = t.institution_id)));

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

CREATE TABLE public.immunization (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    institution_id uuid NOT NULL,
    visit_id uuid NOT NULL,
    code text,
    vaccine text NOT NULL,
    dose text,
    lot_number text,
    given_on date NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

CREATE TABLE public.prescription_item (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    prescription_id uuid NOT NULL,
    "position" smallint NOT NULL,
    code text,
    medicine text NOT NULL,
    dose text NOT NULL,
    route text NOT NULL,
    frequency text NOT NULL,
    days integer NOT NULL,
    quantity numeric(14,4) NOT NULL,
    unit text NOT NULL,
    unit_price bigint NOT NULL,
    dispensed numeric(14,4) DEFAULT 0 NOT NULL,
    CONSTRAINT item_is_dispensed_once CHECK (((dispensed >= (0)::numeric) AND (dispensed <= quantity)))
);

CREATE TABLE public.report (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    institution_id uuid NOT NULL,
    visit_id uuid NOT NULL,
    number text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    title text NOT NULL,
    category text NOT NULL,
    status text NOT NULL,
    findings text,
    conclusion text,
    author_id uuid NOT NULL,
    observed_at timestamp with time zone NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    read_at timestamp with time zone,
    supersedes uuid,
    superseded_by uuid,
    amend_reason text,
    withdrawn_at timestamp with time zone,
    withdraw_reason text,
    content_digest bytea NOT NULL,
    credential text
);

CREATE VIEW api.health_record AS
 SELECT 'ENCOUNTER'::text AS kind,
    encounter.resident_id,
    encounter.id AS key,
    encounter.occurred_at,
    encounter.institution_id,
    NULL::uuid AS pharmacy_id,
    false AS needed,
    true AS listed
   FROM public.encounter
UNION ALL
 SELECT 'CONDITION'::text AS kind,
    condition.resident_id,
    condition.id AS key,
    condition.recorded_at AS occurred_at,
    condition.institution_id,
    NULL::uuid AS pharmacy_id,
    true AS needed,
    true AS listed
   FROM public.condition
UNION ALL
 SELECT 'ALLERGY'::text AS kind,
    allergy.resident_id,
    allergy.id AS key,
    allergy.recorded_at AS occurred_at,
    allergy.institution_id,
    NULL::uuid AS pharmacy_id,
    true AS needed,
    true AS listed
   FROM public.allergy
UNION ALL
 SELECT 'IMMUNIZATION'::text AS kind,
    immunization.resident_id,
    immunization.id AS key,
    ((immunization.given_on)::timestamp without time zone AT TIME ZONE 'Asia/Shanghai'::text) AS occurred_at,
    immunization.institution_id,
    NULL::uuid AS pharmacy_id,
    true AS needed,
    true AS listed
   FROM public.immunization
UNION ALL
 SELECT 'ADMISSION'::text AS kind,
    admission.resident_id,
    admission.id AS key,
    admission.admitted_at AS occurred_at,
    admission.institution_id,
    NULL::uuid AS pharmacy_id,
    false AS needed,
    true AS listed
   FROM public.admission
UNION ALL
 SELECT 'REPORT'::text AS kind,
    report.resident_id,
    report.id AS key,
    report.issued_at AS occurred_at,
    report.institution_id,
    NULL::uuid AS pharmacy_id,
    false AS needed,
    (report.status = 'FINAL'::text) AS listed
   FROM public.report
UNION ALL
 SELECT 'PRESCRIPTION'::text AS kind,
    p.resident_id,
    p.id AS key,
    p.issued_at AS occurred_at,
    p.institution_id,
    p.pharmacy_id,
    (EXISTS ( SELECT
           FROM public.prescription_item i
          WHERE ((i.resident_id = p.resident_id) AND (i.prescription_id = p.id) AND api.in_use(p.status, p.issued_at, i.days, i.dispensed)))) AS needed,
    (p.status <> 'CANCELLED'::text) AS listed
   FROM public.prescription p;

CREATE TABLE public.blood_type (
    resident_id uuid NOT NULL,
    blood_type text NOT NULL,
    institution_id uuid NOT NULL,
    visit_id uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

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
    created_at timestamp with time zone NOT NULL,
    temporary boolean DEFAULT false NOT NULL
);

CREATE VIEW api.health_summary AS
 SELECT r.resident_id,
    r.resident_id AS key,
    b.blood_type,
    b.institution_id
   FROM (public.resident r
     LEFT JOIN public.blood_type b ON ((b.resident_id = r.resident_id)));

CREATE VIEW api.immunization AS
 SELECT resident_id,
    id AS key,
    api.owned_id('\x6d'::bytea, resident_id, id) AS id,
    institution_id,
    code,
    vaccine,
    dose,
    lot_number,
    given_on,
    recorded_at,
    ((given_on)::timestamp without time zone AT TIME ZONE 'Asia/Shanghai'::text) AS occurred_at
   FROM public.immunization;

CREATE TABLE public.inpatient_charge (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    admission_id uuid NOT NULL,
    charged_on date NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    quantity numeric(14,4) NOT NULL,
    unit_price bigint NOT NULL,
    amount bigint NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT inpatient_charge_quantity_check CHECK ((quantity <> (0)::numeric)),
    CONSTRAINT inpatient_charge_unit_price_check CHECK ((unit_price >= 0))
);

CREATE VIEW api.inpatient_charge AS
 SELECT resident_id,
    id AS key,
    api.owned_id('\x68'::bytea, resident_id, id) AS id,
    admission_id,
    charged_on,
    code,
    name,
    (trim_scale(quantity))::text AS quantity,
    unit_price,
    amount,
    ( SELECT a.institution_id
           FROM public.admission a
          WHERE ((a.resident_id = c.resident_id) AND (a.id = c.admission_id))) AS institution_id
   FROM public.inpatient_charge c;

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
    created_at,
    email
   FROM public.institution;

CREATE VIEW api.medication AS
 SELECT i.resident_id,
    i.id AS key,
    i.medicine,
    i.dose,
    i.route,
    i.frequency,
    i.days,
    p.institution_id,
    p.pharmacy_id,
    p.issued_at AS occurred_at,
    ((p.issued_at AT TIME ZONE 'Asia/Shanghai'::text))::date AS since
   FROM (public.prescription_item i
     JOIN public.prescription p ON (((p.resident_id = i.resident_id) AND (p.id = i.prescription_id))))
  WHERE api.in_use(p.status, p.issued_at, i.days, i.dispensed);

CREATE TABLE public.notification (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    event text NOT NULL,
    about_id uuid NOT NULL,
    subject_letter text NOT NULL,
    subject_id uuid NOT NULL,
    in_app boolean NOT NULL,
    title_zh text NOT NULL,
    body_zh text NOT NULL,
    title_en text NOT NULL,
    body_en text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    read_at timestamp with time zone
)
PARTITION BY RANGE (id);

CREATE VIEW api.notification AS
 SELECT resident_id,
    id AS key,
    api.owned_id('\x77'::bytea, resident_id, id) AS id,
    event,
    title_zh,
    body_zh,
    title_en,
    body_en,
    ( SELECT r.language
           FROM public.resident r
          WHERE (r.resident_id = n.resident_id)) AS language,
    about_id,
    subject_letter,
    subject_id,
    created_at,
    read_at
   FROM public.notification n
  WHERE in_app;

CREATE TABLE public.notification_preference (
    resident_id uuid NOT NULL,
    channels text[] NOT NULL,
    quiet_from time without time zone,
    quiet_to time without time zone,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT notification_preference_check CHECK (((quiet_from IS NULL) = (quiet_to IS NULL)))
);

CREATE VIEW api.notification_preferences AS
 SELECT r.resident_id,
    r.resident_id AS key,
    r.language,
        CASE
            WHEN (p.resident_id IS NULL) THEN ARRAY['IN_APP'::text, 'SMS'::text, 'WECHAT'::text, 'PUSH'::text]
            ELSE p.channels
        END AS channels,
        CASE
            WHEN (p.resident_id IS NULL) THEN '22:00'::text
            ELSE to_char((p.quiet_from)::interval, 'HH24:MI'::text)
        END AS quiet_from,
        CASE
            WHEN (p.resident_id IS NULL) THEN '08:00'::text
            ELSE to_char((p.quiet_to)::interval, 'HH24:MI'::text)
        END AS quiet_to
   FROM (public.resident r
     LEFT JOIN public.notification_preference p ON ((p.resident_id = r.resident_id)));

CREATE TABLE public.observation (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    report_id uuid NOT NULL,
    "position" smallint NOT NULL,
    code text NOT NULL,
    display text NOT NULL,
    value text NOT NULL,
    unit text,
    reference_range text,
    flag text,
    observed_at timestamp with time zone NOT NULL
);

CREATE VIEW api.observation AS
 SELECT o.resident_id,
    o.id AS key,
    api.owned_id('\x6f'::bytea, o.resident_id, o.id) AS id,
    o.report_id,
    (o."position")::integer AS "position",
    o.code,
    o.display,
    o.value,
    o.unit,
    o.reference_range,
    o.flag,
    o.observed_at,
    r.institution_id,
    r.status AS report_status,
    r.issued_at AS occurred_at
   FROM (public.observation o
     JOIN public.report r ON (((r.resident_id = o.resident_id) AND (r.id = o.report_id))))
  WHERE (r.status <> 'WITHDRAWN'::text);

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

CREATE VIEW api.payer AS
 SELECT resident_id,
    resident_id AS key,
    (("left"(full_name, 1) || repeat('*'::text, GREATEST(1, (char_length(full_name) - 2)))) ||
        CASE
            WHEN (char_length(full_name) > 2) THEN "right"(full_name, 1)
            ELSE ''::text
        END) AS name_masked
   FROM public.resident;

CREATE TABLE public.payment (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    number text NOT NULL,
    institution_id uuid NOT NULL,
    app_id uuid,
    client_id uuid,
    method text NOT NULL,
    flow text NOT NULL,
    status text NOT NULL,
    amount bigint NOT NULL,
    reserved bigint DEFAULT 0 NOT NULL,
    refunded bigint DEFAULT 0 NOT NULL,
    payer_reference text,
    payer_address text,
    return_url text,
    code_url text,
    parameters jsonb,
    provider_reference text,
    failure_reason text,
    started_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    paid_at timestamp with time zone,
    book_day date,
    CONSTRAINT payment_amount_check CHECK ((amount > 0)),
    CONSTRAINT payment_is_not_overdrawn CHECK (((refunded >= 0) AND (refunded <= reserved) AND (reserved <= amount)))
);

CREATE VIEW api.payment AS
 SELECT resident_id,
    id AS key,
    api.owned_id('\x59'::bytea, resident_id, id) AS id,
    institution_id,
    app_id,
    method,
    flow,
    status,
    amount,
    refunded,
    expires_at,
    started_at,
    paid_at,
    failure_reason,
    provider_reference,
        CASE
            WHEN ((status = 'PENDING'::text) AND ((code_url IS NOT NULL) OR (parameters IS NOT NULL))) THEN jsonb_build_object('codeUrl', code_url, 'parameters', parameters)
            ELSE NULL::jsonb
        END AS instructions
   FROM public.payment;

CREATE TABLE public.draw_seed (
    day date NOT NULL,
    seed bytea NOT NULL,
    commitment bytea NOT NULL,
    after_min integer NOT NULL,
    after_max integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    revealed_at timestamp with time zone
);

CREATE TABLE public.place_return (
    id uuid NOT NULL,
    day date NOT NULL,
    slot_id uuid NOT NULL,
    number integer NOT NULL,
    given_up_at timestamp with time zone NOT NULL,
    returns_at timestamp with time zone NOT NULL
);

CREATE VIEW api.place_return AS
 SELECT id AS key,
    api.plain_id('\x45'::bytea, id) AS id,
    day,
    slot_id,
    number AS queue_number,
    given_up_at,
    returns_at
   FROM public.place_return r
  WHERE (EXISTS ( SELECT
           FROM public.draw_seed d
          WHERE ((d.day = r.day) AND (d.revealed_at IS NOT NULL))));

CREATE VIEW api.prescription AS
 SELECT resident_id,
    id AS key,
    api.owned_id('\x70'::bytea, resident_id, id) AS id,
    institution_id,
    pharmacy_id,
    doctor_id,
    bill_id,
    status,
    issued_at,
    issued_at AS occurred_at,
    expires_at,
    ready_at,
    ended_at,
    cancel_reason,
    (EXISTS ( SELECT
           FROM public.prescription_item i
          WHERE ((i.resident_id = p.resident_id) AND (i.prescription_id = p.id) AND api.in_use(p.status, p.issued_at, i.days, i.dispensed)))) AS in_use
   FROM public.prescription p;

CREATE VIEW api.prescription_item AS
 SELECT i.resident_id,
    i.id AS key,
    api.owned_id('\x69'::bytea, i.resident_id, i.id) AS id,
    i.prescription_id,
    (i."position")::integer AS "position",
    i.code,
    i.medicine,
    i.dose,
    i.route,
    i.frequency,
    i.days,
    (trim_scale(i.quantity))::text AS quantity,
    i.unit,
    i.unit_price,
    (trim_scale(i.dispensed))::text AS dispensed,
    (trim_scale((i.quantity - i.dispensed)))::text AS remaining,
    p.institution_id,
    p.pharmacy_id,
    p.issued_at AS occurred_at,
    api.in_use(p.status, p.issued_at, i.days, i.dispensed) AS in_use
   FROM (public.prescription_item i
     JOIN public.prescription p ON (((p.resident_id = i.resident_id) AND (p.id = i.prescription_id))));

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

CREATE TABLE public.promised_service (
    package_id uuid NOT NULL,
    "position" smallint NOT NULL,
    name text NOT NULL,
    promised integer NOT NULL,
    CONSTRAINT promised_service_promised_check CHECK ((promised > 0))
);

CREATE VIEW api.promised_service AS
 SELECT ("position")::integer AS key,
    package_id,
    name,
    promised
   FROM public.promised_service;

CREATE VIEW api.queue AS
 SELECT job AS key,
    job AS name,
    (count(*))::integer AS depth,
    (GREATEST((0)::numeric, EXTRACT(epoch FROM (now() - min(run_at)))))::integer AS oldest_age_seconds
   FROM public.outbox
  WHERE (state = ANY (ARRAY['waiting'::text, 'sent'::text]))
  GROUP BY job;

CREATE TABLE public.refund (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    number text NOT NULL,
    payment_id uuid NOT NULL,
    bill_id uuid NOT NULL,
    institution_id uuid NOT NULL,
    method text NOT NULL,
    amount bigint NOT NULL,
    reason text NOT NULL,
    status text NOT NULL,
    requested_by text NOT NULL,
    requested_at timestamp with time zone NOT NULL,
    provider_reference text,
    failure_reason text,
    succeeded_at timestamp with time zone,
    ended_at timestamp with time zone,
    book_day date,
    CONSTRAINT refund_amount_check CHECK ((amount > 0))
);

CREATE VIEW api.refund AS
 SELECT resident_id,
    id AS key,
    api.owned_id('\x55'::bytea, resident_id, id) AS id,
    payment_id,
    bill_id,
    institution_id,
    method,
    ( SELECT p.app_id
           FROM public.payment p
          WHERE ((p.resident_id = r.resident_id) AND (p.id = r.payment_id))) AS app_id,
    ( SELECT b.admission_id
           FROM public.bill b
          WHERE ((b.resident_id = r.resident_id) AND (b.id = r.bill_id) AND (b.kind = 'DEPOSIT'::text))) AS deposit_of,
    status,
    amount,
    reason,
    requested_at,
    succeeded_at,
    failure_reason,
    provider_reference
   FROM public.refund r;

CREATE VIEW api.report AS
 SELECT resident_id,
    id AS key,
    api.owned_id('\x72'::bytea, resident_id, id) AS id,
    institution_id,
    author_id,
    number,
    version,
    title,
    category,
    status,
        CASE
            WHEN (status <> 'WITHDRAWN'::text) THEN findings
            ELSE NULL::text
        END AS findings,
        CASE
            WHEN (status <> 'WITHDRAWN'::text) THEN conclusion
            ELSE NULL::text
        END AS conclusion,
    observed_at,
    issued_at,
    issued_at AS occurred_at,
    read_at,
    supersedes AS supersedes_id,
    superseded_by AS superseded_by_id,
    amend_reason,
    withdrawn_at,
    withdraw_reason,
        CASE
            WHEN (status <> 'WITHDRAWN'::text) THEN credential
            ELSE NULL::text
        END AS credential
   FROM public.report r;

CREATE TABLE public.report_link (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    report_id uuid NOT NULL,
    key text NOT NULL,
    passcode_digest bytea,
    wrong_tries integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    opened_count integer DEFAULT 0 NOT NULL,
    CONSTRAINT report_link_wrong_tries_check CHECK (((wrong_tries >= 0) AND (wrong_tries <= 5)))
);

CREATE VIEW api.report_link AS
 SELECT resident_id,
    id AS key,
    api.owned_id('\x6c'::bytea, resident_id, id) AS id,
    report_id,
        CASE
            WHEN ((revoked_at IS NULL) AND (expires_at > now()) AND (wrong_tries < 5) AND (( SELECT r.status
               FROM public.report r
              WHERE ((r.resident_id = l.resident_id) AND (r.id = l.report_id))) <> 'WITHDRAWN'::text)) THEN ((current_setting('ecard.public_url'::text) || '/shared/'::text) || key)
            ELSE NULL::text
        END AS url,
    created_at,
    expires_at,
    revoked_at,
    opened_count,
    (passcode_digest IS NOT NULL) AS asks_passcode,
    (wrong_tries >= 5) AS locked
   FROM public.report_link l;

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

CREATE VIEW api.return_draw AS
 SELECT day AS key,
    day AS date,
    encode(commitment, 'hex'::text) AS commitment,
        CASE
            WHEN (revealed_at IS NOT NULL) THEN encode(seed, 'hex'::text)
            ELSE NULL::text
        END AS seed,
    after_min AS minimum_seconds,
    after_max AS maximum_seconds,
    revealed_at
   FROM public.draw_seed;

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

CREATE TABLE public.settlement (
    id uuid NOT NULL,
    method text NOT NULL,
    day date NOT NULL,
    institution_id uuid,
    status text NOT NULL,
    statement_at timestamp with time zone,
    settled_at timestamp with time zone
);

CREATE VIEW api.settlement AS
 SELECT id AS key,
    api.plain_id('\x5a'::bytea, id) AS id,
    method,
    day AS date,
    institution_id,
    status,
    statement_at,
    settled_at,
    ((institution_id IS NOT NULL))::integer AS rank
   FROM public.settlement;

CREATE VIEW api.settlement_totals AS
 SELECT s.id AS key,
    'OURS'::text AS side,
    t.count,
    t.amount,
    t.refund_count,
    t.refund_amount
   FROM public.settlement s,
    LATERAL api.booked(s.method, s.day, s.institution_id) t(count, amount, refund_count, refund_amount)
UNION ALL
 SELECT s.id AS key,
    'THEIRS'::text AS side,
    t.count,
    t.amount,
    t.refund_count,
    t.refund_amount
   FROM public.settlement s,
    LATERAL api.stated(s.method, s.day, s.institution_id) t(count, amount, refund_count, refund_amount);

CREATE TABLE public.slot (
    id uuid NOT NULL,
    institution_id uuid NOT NULL,
    department_id uuid NOT NULL,
    doctor_id uuid NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    day date NOT NULL,
    capacity integer NOT NULL,
    taken integer DEFAULT 0 NOT NULL,
    fee bigint NOT NULL,
    published_at timestamp with time zone NOT NULL,
    withdrawn_at timestamp with time zone,
    withdrawn_reason text,
    CONSTRAINT slot_check CHECK ((starts_at < ends_at)),
    CONSTRAINT slot_fee_check CHECK ((fee >= 0)),
    CONSTRAINT slot_has_capacity CHECK (((taken >= 0) AND (taken <= capacity)))
);

CREATE VIEW api.slot AS
 SELECT id AS key,
    api.plain_id('\x54'::bytea, id) AS id,
    institution_id,
    department_id,
    doctor_id,
    starts_at,
    ends_at,
    day,
    capacity,
        CASE
            WHEN ((withdrawn_at IS NULL) AND (starts_at > now())) THEN (capacity - taken)
            ELSE 0
        END AS remaining,
    fee,
    published_at,
    withdrawn_at,
    withdrawn_reason
   FROM public.slot;

CREATE TABLE public.patient_number (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    institution_id uuid NOT NULL,
    number text NOT NULL,
    linked_at timestamp with time zone NOT NULL
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
    prescription_id,
    opened_at,
    expires_at,
    ( SELECT n.number
           FROM public.patient_number n
          WHERE ((n.resident_id = v.resident_id) AND (n.institution_id = v.institution_id))) AS patient_number
   FROM public.visit v;

CREATE TABLE public.waitlist_entry (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    institution_id uuid NOT NULL,
    department_id uuid NOT NULL,
    from_day date NOT NULL,
    to_day date NOT NULL,
    status text NOT NULL,
    app_id uuid,
    joined_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    appointment_id uuid,
    CONSTRAINT waitlist_entry_check CHECK ((from_day <= to_day))
);

CREATE VIEW api.waitlist_entry AS
 SELECT resident_id,
    id AS key,
    api.owned_id('\x57'::bytea, resident_id, id) AS id,
    institution_id,
    department_id,
    status,
        CASE
            WHEN (status = 'WAITING'::text) THEN ( SELECT (count(*))::integer AS count
               FROM public.waitlist_entry o
              WHERE ((o.department_id = w.department_id) AND (o.status = 'WAITING'::text) AND (ROW(o.id, o.resident_id) <= ROW(w.id, w.resident_id)) AND (o.from_day <= w.to_day) AND (o.to_day >= w.from_day)))
            ELSE NULL::integer
        END AS "position",
    from_day,
    to_day,
    joined_at,
    ended_at,
    appointment_id
   FROM public.waitlist_entry w;

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

CREATE TABLE public.agreement_package (
    resident_id uuid NOT NULL,
    agreement_id uuid NOT NULL,
    package_id uuid NOT NULL,
    annual_fee bigint NOT NULL
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

CREATE TABLE public.bill_number (
    institution_id uuid NOT NULL,
    number text NOT NULL,
    resident_id uuid NOT NULL,
    bill_id uuid NOT NULL
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

CREATE TABLE public.idempotency_key (
    digest bytea NOT NULL,
    input_digest bytea NOT NULL,
    result jsonb,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE public.identity (
    kind text NOT NULL,
    digest bytea NOT NULL,
    resident_id uuid NOT NULL
);

CREATE TABLE public.inbox (
    method text NOT NULL,
    id text NOT NULL,
    state text NOT NULL,
    kind text,
    number text,
    order_number text,
    provider_state text,
    amount bigint,
    provider_reference text,
    at timestamp with time zone,
    failure text,
    reason text,
    received_at timestamp with time zone NOT NULL,
    handled_at timestamp with time zone
);

CREATE TABLE public.ledger_entry (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    event text NOT NULL,
    subject_id uuid NOT NULL,
    leg text NOT NULL,
    debit text NOT NULL,
    credit text NOT NULL,
    amount bigint NOT NULL,
    institution_id uuid NOT NULL,
    method text,
    bill_id uuid,
    payment_id uuid,
    refund_id uuid,
    CONSTRAINT ledger_entry_amount_check CHECK ((amount > 0)),
    CONSTRAINT ledger_entry_check CHECK ((debit <> credit))
);

CREATE TABLE public.log_head (
    resident_id uuid NOT NULL,
    entries bigint NOT NULL,
    digest bytea NOT NULL
);

CREATE TABLE public.mail (
    id uuid NOT NULL,
    institution_id uuid NOT NULL,
    event text NOT NULL,
    subject_id uuid NOT NULL,
    recipient text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone
);

CREATE TABLE public.money_number (
    number text NOT NULL,
    kind text NOT NULL,
    resident_id uuid NOT NULL,
    id uuid NOT NULL
);

CREATE TABLE public.notification_all (
    resident_id uuid CONSTRAINT notification_resident_id_not_null NOT NULL,
    id uuid CONSTRAINT notification_id_not_null NOT NULL,
    event text CONSTRAINT notification_event_not_null NOT NULL,
    about_id uuid CONSTRAINT notification_about_id_not_null NOT NULL,
    subject_letter text CONSTRAINT notification_subject_letter_not_null NOT NULL,
    subject_id uuid CONSTRAINT notification_subject_id_not_null NOT NULL,
    in_app boolean CONSTRAINT notification_in_app_not_null NOT NULL,
    title_zh text CONSTRAINT notification_title_zh_not_null NOT NULL,
    body_zh text CONSTRAINT notification_body_zh_not_null NOT NULL,
    title_en text CONSTRAINT notification_title_en_not_null NOT NULL,
    body_en text CONSTRAINT notification_body_en_not_null NOT NULL,
    created_at timestamp with time zone CONSTRAINT notification_created_at_not_null NOT NULL,
    read_at timestamp with time zone
);

CREATE TABLE public.notification_delivery (
    resident_id uuid NOT NULL,
    notification_id uuid NOT NULL,
    channel text NOT NULL,
    target uuid NOT NULL,
    state text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    failure text
);

CREATE TABLE public.notification_key (
    resident_id uuid NOT NULL,
    event text NOT NULL,
    subject_id uuid NOT NULL,
    occasion text DEFAULT ''::text NOT NULL,
    notification_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL
);

CREATE TABLE public.patient_number_index (
    institution_id uuid NOT NULL,
    number text NOT NULL,
    resident_id uuid NOT NULL
);

CREATE TABLE public.pay_permission (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    app_id uuid NOT NULL,
    granted_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.pickup_code (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    prescription_id uuid NOT NULL,
    handle bytea NOT NULL,
    delegate_name text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.provider_reference (
    method text NOT NULL,
    kind text NOT NULL,
    reference text NOT NULL,
    resident_id uuid NOT NULL,
    id uuid NOT NULL
);

CREATE TABLE public.rate_count (
    key bytea NOT NULL,
    window_start timestamp with time zone NOT NULL,
    count integer NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.report_link_key (
    key text NOT NULL,
    resident_id uuid NOT NULL,
    link_id uuid NOT NULL
);

CREATE TABLE public.report_number (
    institution_id uuid NOT NULL,
    number text NOT NULL,
    resident_id uuid NOT NULL,
    report_id uuid NOT NULL
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

CREATE TABLE public.service_delivery (
    resident_id uuid NOT NULL,
    id uuid NOT NULL,
    agreement_id uuid NOT NULL,
    term_id uuid NOT NULL,
    name text NOT NULL,
    visit_id uuid,
    delivered_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);

CREATE TABLE public.slot_place (
    slot_id uuid NOT NULL,
    number integer NOT NULL,
    resident_id uuid NOT NULL,
    appointment_id uuid NOT NULL,
    given_up_at timestamp with time zone,
    returns_at timestamp with time zone,
    CONSTRAINT slot_place_check CHECK (((given_up_at IS NULL) = (returns_at IS NULL))),
    CONSTRAINT slot_place_number_check CHECK ((number > 0))
);

CREATE TABLE public.statement_line (
    method text NOT NULL,
    day date NOT NULL,
    "position" integer NOT NULL,
    kind text NOT NULL,
    provider_reference text NOT NULL,
    number text,
    amount bigint NOT NULL,
    status text NOT NULL,
    at timestamp with time zone NOT NULL,
    institution_id uuid
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

ALTER TABLE ONLY public.notification ATTACH PARTITION public.notification_all DEFAULT;

ALTER TABLE ONLY public.access_log
    ADD CONSTRAINT access_log_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.access_log_all
    ADD CONSTRAINT access_log_all_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.admission
    ADD CONSTRAINT admission_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.agreement_package
    ADD CONSTRAINT agreement_package_pkey PRIMARY KEY (resident_id, agreement_id, package_id);

ALTER TABLE ONLY public.agreement_service
    ADD CONSTRAINT agreement_service_pkey PRIMARY KEY (resident_id, term_id, name);

ALTER TABLE ONLY public.agreement_term
    ADD CONSTRAINT agreement_term_is_unique UNIQUE (resident_id, agreement_id, starts_on);

ALTER TABLE ONLY public.agreement_term
    ADD CONSTRAINT agreement_term_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.allergy
    ADD CONSTRAINT allergy_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.app
    ADD CONSTRAINT app_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.appointment
    ADD CONSTRAINT appointment_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (subject_id, id);

ALTER TABLE ONLY public.bill_item
    ADD CONSTRAINT bill_item_pkey PRIMARY KEY (resident_id, bill_id, "position");

ALTER TABLE ONLY public.bill_number
    ADD CONSTRAINT bill_number_is_unique PRIMARY KEY (institution_id, number);

ALTER TABLE ONLY public.bill
    ADD CONSTRAINT bill_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.blood_type
    ADD CONSTRAINT blood_type_pkey PRIMARY KEY (resident_id);

ALTER TABLE ONLY public.card_binding
    ADD CONSTRAINT card_binding_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.card
    ADD CONSTRAINT card_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.carer
    ADD CONSTRAINT carer_has_a_place UNIQUE (resident_id, place);

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

ALTER TABLE ONLY public.condition
    ADD CONSTRAINT condition_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.consent
    ADD CONSTRAINT consent_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.cron_run
    ADD CONSTRAINT cron_run_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.department
    ADD CONSTRAINT department_code_is_unique UNIQUE (institution_id, code);

ALTER TABLE ONLY public.department
    ADD CONSTRAINT department_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_is_unique UNIQUE (resident_id, channel, token_digest);

ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.diagnosis
    ADD CONSTRAINT diagnosis_pkey PRIMARY KEY (resident_id, encounter_id, "position");

ALTER TABLE ONLY public.discrepancy
    ADD CONSTRAINT discrepancy_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.dispensing
    ADD CONSTRAINT dispensing_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.doctor
    ADD CONSTRAINT doctor_code_is_unique UNIQUE (institution_id, code);

ALTER TABLE ONLY public.doctor
    ADD CONSTRAINT doctor_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.draw_seed
    ADD CONSTRAINT draw_seed_pkey PRIMARY KEY (day);

ALTER TABLE ONLY public.encounter
    ADD CONSTRAINT encounter_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.family_doctor_agreement
    ADD CONSTRAINT family_doctor_agreement_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.family_doctor_package
    ADD CONSTRAINT family_doctor_package_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.family_doctor_team
    ADD CONSTRAINT family_doctor_team_pkey PRIMARY KEY (id);

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

ALTER TABLE ONLY public.idempotency_key
    ADD CONSTRAINT idempotency_key_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY public.identity
    ADD CONSTRAINT identity_is_unique PRIMARY KEY (kind, digest);

ALTER TABLE ONLY public.immunization
    ADD CONSTRAINT immunization_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (method, id);

ALTER TABLE ONLY public.inpatient_charge
    ADD CONSTRAINT inpatient_charge_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.institution
    ADD CONSTRAINT institution_code_is_unique UNIQUE (code);

ALTER TABLE ONLY public.institution
    ADD CONSTRAINT institution_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.ledger_entry
    ADD CONSTRAINT ledger_entry_is_posted_once UNIQUE (resident_id, event, subject_id, leg);

ALTER TABLE ONLY public.ledger_entry
    ADD CONSTRAINT ledger_entry_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.log_head
    ADD CONSTRAINT log_head_pkey PRIMARY KEY (resident_id);

ALTER TABLE ONLY public.mail
    ADD CONSTRAINT mail_is_sent_once UNIQUE (institution_id, event, subject_id, recipient);

ALTER TABLE ONLY public.mail
    ADD CONSTRAINT mail_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.money_number
    ADD CONSTRAINT money_number_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.notification
    ADD CONSTRAINT notification_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.notification_all
    ADD CONSTRAINT notification_all_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.notification_delivery
    ADD CONSTRAINT notification_is_delivered_once PRIMARY KEY (resident_id, notification_id, channel, target);

ALTER TABLE ONLY public.notification_key
    ADD CONSTRAINT notification_is_made_once PRIMARY KEY (resident_id, event, subject_id, occasion);

ALTER TABLE ONLY public.notification_preference
    ADD CONSTRAINT notification_preference_pkey PRIMARY KEY (resident_id);

ALTER TABLE ONLY public.observation
    ADD CONSTRAINT observation_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.offline_scan
    ADD CONSTRAINT offline_scan_pkey PRIMARY KEY (institution_id, client_reference);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (lane, id);

ALTER TABLE ONLY public.family_doctor_package
    ADD CONSTRAINT package_is_unique UNIQUE (team_id, code);

ALTER TABLE ONLY public.patient_number_index
    ADD CONSTRAINT patient_number_belongs_to_one_resident PRIMARY KEY (institution_id, number);

ALTER TABLE ONLY public.patient_number
    ADD CONSTRAINT patient_number_is_unique UNIQUE (resident_id, institution_id);

ALTER TABLE ONLY public.patient_number
    ADD CONSTRAINT patient_number_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.pay_permission
    ADD CONSTRAINT pay_permission_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.payment_bill
    ADD CONSTRAINT payment_bill_pkey PRIMARY KEY (resident_id, payment_id, bill_id);

ALTER TABLE ONLY public.payment
    ADD CONSTRAINT payment_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.pickup_code
    ADD CONSTRAINT pickup_code_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.slot_place
    ADD CONSTRAINT place_is_held_once PRIMARY KEY (slot_id, number);

ALTER TABLE ONLY public.place_return
    ADD CONSTRAINT place_return_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.prescription_item
    ADD CONSTRAINT prescription_item_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.prescription
    ADD CONSTRAINT prescription_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.printed_code
    ADD CONSTRAINT printed_code_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.promised_service
    ADD CONSTRAINT promised_service_is_unique UNIQUE (package_id, name);

ALTER TABLE ONLY public.promised_service
    ADD CONSTRAINT promised_service_pkey PRIMARY KEY (package_id, "position");

ALTER TABLE ONLY public.provider_reference
    ADD CONSTRAINT provider_reference_is_unique PRIMARY KEY (method, kind, reference);

ALTER TABLE ONLY public.rate_count
    ADD CONSTRAINT rate_count_pkey PRIMARY KEY (key, window_start);

ALTER TABLE ONLY public.refund
    ADD CONSTRAINT refund_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.report_link_key
    ADD CONSTRAINT report_link_key_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.report_link
    ADD CONSTRAINT report_link_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.report_number
    ADD CONSTRAINT report_number_is_unique PRIMARY KEY (institution_id, number);

ALTER TABLE ONLY public.report
    ADD CONSTRAINT report_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.report
    ADD CONSTRAINT report_version_is_unique UNIQUE (resident_id, institution_id, number, version);

ALTER TABLE ONLY public.resident
    ADD CONSTRAINT resident_pkey PRIMARY KEY (resident_id);

ALTER TABLE ONLY public.revocation
    ADD CONSTRAINT revocation_pkey PRIMARY KEY (subject, revoked_at);

ALTER TABLE ONLY public.scan
    ADD CONSTRAINT scan_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.schema_migration
    ADD CONSTRAINT schema_migration_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.service_delivery
    ADD CONSTRAINT service_delivery_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.settlement
    ADD CONSTRAINT settlement_is_unique UNIQUE NULLS NOT DISTINCT (method, day, institution_id);

ALTER TABLE ONLY public.settlement
    ADD CONSTRAINT settlement_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.slot
    ADD CONSTRAINT slot_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.statement_line
    ADD CONSTRAINT statement_line_pkey PRIMARY KEY (method, day, "position");

ALTER TABLE ONLY public.family_doctor_team
    ADD CONSTRAINT team_is_unique UNIQUE (institution_id, code);

ALTER TABLE ONLY public.verification_code
    ADD CONSTRAINT verification_code_pkey PRIMARY KEY (phone_digest, id);

ALTER TABLE ONLY public.visit
    ADD CONSTRAINT visit_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.waitlist_entry
    ADD CONSTRAINT waitlist_entry_pkey PRIMARY KEY (resident_id, id);

ALTER TABLE ONLY public.worker_heartbeat
    ADD CONSTRAINT worker_heartbeat_pkey PRIMARY KEY (name);

CREATE INDEX access_log_by_entry ON ONLY public.access_log USING btree (resident_id, entry DESC);

CREATE INDEX access_log_all_resident_id_entry_idx ON public.access_log_all USING btree (resident_id, entry DESC);

CREATE INDEX admission_by_time ON public.admission USING btree (resident_id, admitted_at DESC, id DESC);

CREATE UNIQUE INDEX admission_is_unique ON public.admission USING btree (resident_id, institution_id) WHERE (status = 'ADMITTED'::text);

CREATE INDEX admission_of_institution ON public.admission USING btree (institution_id, admitted_at DESC, id DESC);

CREATE INDEX admission_of_status ON public.admission USING btree (institution_id, status, admitted_at);

CREATE INDEX agreement_by_time ON public.family_doctor_agreement USING btree (resident_id, requested_at DESC, id DESC);

CREATE UNIQUE INDEX agreement_is_unique ON public.family_doctor_agreement USING btree (resident_id) WHERE (status = ANY (ARRAY['REQUESTED'::text, 'ACTIVE'::text]));

CREATE INDEX agreement_of_institution ON public.family_doctor_agreement USING btree (institution_id, status, requested_at, id);

CREATE INDEX agreement_to_decide ON public.family_doctor_agreement USING btree (decide_by) WHERE (status = 'REQUESTED'::text);

CREATE INDEX agreement_to_end ON public.family_doctor_agreement USING btree (ends_on) WHERE (status = 'ACTIVE'::text);

CREATE INDEX allergy_by_time ON public.allergy USING btree (resident_id, recorded_at DESC, id DESC);

CREATE INDEX appointment_by_time ON public.appointment USING btree (resident_id, starts_at, id);

CREATE INDEX appointment_missed ON public.appointment USING btree (resident_id, starts_at DESC) WHERE (status = 'NO_SHOW'::text);

CREATE UNIQUE INDEX appointment_of_day_is_unique ON public.appointment USING btree (resident_id, department_id, day) WHERE (status = ANY (ARRAY['BOOKED'::text, 'CHECKED_IN'::text]));

CREATE INDEX appointment_of_department ON public.appointment USING btree (department_id, day, starts_at, id);

CREATE INDEX appointment_of_institution ON public.appointment USING btree (institution_id, day, starts_at, id);

CREATE INDEX appointment_of_slot ON public.appointment USING btree (slot_id);

CREATE UNIQUE INDEX appointment_time_is_unique ON public.appointment USING btree (resident_id, starts_at) WHERE (status = ANY (ARRAY['BOOKED'::text, 'CHECKED_IN'::text]));

CREATE INDEX appointment_to_judge ON public.appointment USING btree (ends_at) WHERE (status = 'BOOKED'::text);

CREATE INDEX bill_by_time ON public.bill USING btree (resident_id, issued_at DESC, id DESC);

CREATE INDEX bill_of_admission ON public.bill USING btree (resident_id, admission_id, issued_at DESC, id DESC) WHERE (admission_id IS NOT NULL);

CREATE INDEX bill_of_institution ON public.bill USING btree (institution_id, issued_at DESC, id DESC);

CREATE INDEX card_binding_to ON public.card_binding USING btree (bound_to) WHERE (undone_at IS NULL);

CREATE UNIQUE INDEX card_is_bound_once ON public.card_binding USING btree (resident_id) WHERE (undone_at IS NULL);

CREATE UNIQUE INDEX card_is_unique ON public.card USING btree (resident_id) WHERE (status = ANY (ARRAY['ACTIVE'::text, 'SUSPENDED'::text]));

CREATE INDEX carer_to_expire ON public.carer USING btree (expires_at) WHERE (expires_at IS NOT NULL);

CREATE INDEX condition_by_time ON public.condition USING btree (resident_id, recorded_at DESC, id DESC);

CREATE INDEX consent_of_institution ON public.consent USING btree (resident_id, institution_id, expires_at) WHERE (revoked_at IS NULL);

CREATE INDEX discrepancy_of_day ON public.discrepancy USING btree (method, day, institution_id, id);

CREATE INDEX doctor_by_code ON public.doctor USING btree (code, id);

CREATE INDEX doctor_of_department ON public.doctor USING btree (department_id, code, id);

CREATE INDEX encounter_by_time ON public.encounter USING btree (resident_id, occurred_at DESC, id DESC);

CREATE INDEX family_doctor_team_by_code ON public.family_doctor_team USING btree (code, id);

CREATE INDEX file_to_expire ON public.file USING btree (expires_at) WHERE (expires_at IS NOT NULL);

CREATE INDEX idempotency_key_by_age ON public.idempotency_key USING btree (created_at);

CREATE INDEX immunization_by_time ON public.immunization USING btree (resident_id, ((given_on)::timestamp without time zone AT TIME ZONE 'Asia/Shanghai'::text) DESC, id DESC);

CREATE INDEX inbox_by_age ON public.inbox USING btree (received_at);

CREATE INDEX inpatient_charge_by_day ON public.inpatient_charge USING btree (resident_id, admission_id, charged_on DESC, id DESC);

CREATE INDEX institution_by_district ON public.institution USING btree (district, code, id);

CREATE INDEX ledger_entry_of_bill ON public.ledger_entry USING btree (resident_id, bill_id);

CREATE INDEX mail_by_age ON public.mail USING btree (created_at);

CREATE INDEX notification_by_age ON ONLY public.notification USING btree (created_at);

CREATE INDEX notification_all_created_at_idx ON public.notification_all USING btree (created_at);

CREATE INDEX notification_unread ON ONLY public.notification USING btree (resident_id, id DESC) WHERE (in_app AND (read_at IS NULL));

CREATE INDEX notification_all_resident_id_id_idx ON public.notification_all USING btree (resident_id, id DESC) WHERE (in_app AND (read_at IS NULL));

CREATE INDEX notification_delivery_by_age ON public.notification_delivery USING btree (created_at);

CREATE INDEX notification_key_by_age ON public.notification_key USING btree (created_at);

CREATE INDEX observation_by_code ON public.observation USING btree (resident_id, code, observed_at DESC, id DESC);

CREATE INDEX observation_of_report ON public.observation USING btree (resident_id, report_id, "position");

CREATE INDEX offline_scan_by_id ON public.offline_scan USING btree (id);

CREATE INDEX outbox_due ON public.outbox USING btree (lane, run_at) WHERE (state = ANY (ARRAY['waiting'::text, 'sent'::text]));

CREATE INDEX outbox_failed ON public.outbox USING btree (id) WHERE (state = 'failed'::text);

CREATE INDEX outbox_finished ON public.outbox USING btree (finished_at) WHERE (state = 'done'::text);

CREATE INDEX pay_permission_of_app ON public.pay_permission USING btree (resident_id, app_id, expires_at);

CREATE INDEX payment_bill_of_bill ON public.payment_bill USING btree (resident_id, bill_id, payment_id);

CREATE INDEX payment_by_time ON public.payment USING btree (started_at DESC, id DESC);

CREATE INDEX payment_of_app ON public.payment USING btree (app_id, started_at DESC, id DESC);

CREATE INDEX payment_of_day ON public.payment USING btree (method, book_day, id) WHERE (book_day IS NOT NULL);

CREATE INDEX payment_of_institution ON public.payment USING btree (institution_id, started_at DESC, id DESC);

CREATE INDEX payment_of_method ON public.payment USING btree (method, started_at DESC, id DESC);

CREATE INDEX place_return_of_day ON public.place_return USING btree (day, id);

CREATE INDEX prescription_by_time ON public.prescription USING btree (resident_id, issued_at DESC, id DESC);

CREATE INDEX prescription_item_of_prescription ON public.prescription_item USING btree (resident_id, prescription_id, "position");

CREATE INDEX prescription_of_pharmacy ON public.prescription USING btree (pharmacy_id, issued_at DESC, id DESC);

CREATE INDEX prescription_of_queue ON public.prescription USING btree (pharmacy_id, status, issued_at);

CREATE INDEX prescription_to_expire ON public.prescription USING btree (expires_at) WHERE (status = ANY (ARRAY['ISSUED'::text, 'READY'::text, 'PARTLY_DISPENSED'::text]));

CREATE INDEX printed_code_of_card ON public.printed_code USING btree (resident_id, card_id, id DESC);

CREATE INDEX rate_count_by_expiry ON public.rate_count USING btree (expires_at);

CREATE INDEX refund_of_bill ON public.refund USING btree (resident_id, bill_id, id);

CREATE INDEX refund_of_day ON public.refund USING btree (method, book_day, id) WHERE (book_day IS NOT NULL);

CREATE INDEX refund_of_payment ON public.refund USING btree (resident_id, payment_id, id);

CREATE INDEX report_by_time ON public.report USING btree (resident_id, issued_at DESC, id DESC);

CREATE UNIQUE INDEX report_is_amended_once ON public.report USING btree (resident_id, supersedes) WHERE (supersedes IS NOT NULL);

CREATE INDEX report_link_of_report ON public.report_link USING btree (resident_id, report_id, id DESC);

CREATE INDEX revocation_by_expiry ON public.revocation USING btree (expires_at);

CREATE INDEX scan_of_card ON public.scan USING btree (resident_id, card_id, scanned_at DESC, id DESC);

CREATE INDEX slot_of_department ON public.slot USING btree (department_id, starts_at, id);

CREATE INDEX slot_of_doctor ON public.slot USING btree (doctor_id, starts_at, id);

CREATE INDEX slot_place_returning ON public.slot_place USING btree (returns_at, slot_id, number) WHERE (returns_at IS NOT NULL);

CREATE INDEX statement_line_by_number ON public.statement_line USING btree (method, number);

CREATE INDEX statement_line_by_reference ON public.statement_line USING btree (method, provider_reference);

CREATE INDEX used_code_by_expiry ON public.used_code USING btree (expires_at);

CREATE INDEX verification_code_by_expiry ON public.verification_code USING btree (expires_at);

CREATE INDEX visit_of_institution ON public.visit USING btree (resident_id, institution_id, expires_at);

CREATE UNIQUE INDEX waitlist_entry_is_unique ON public.waitlist_entry USING btree (resident_id, department_id) WHERE (status = 'WAITING'::text);

CREATE INDEX waitlist_in_line ON public.waitlist_entry USING btree (department_id, id) WHERE (status = 'WAITING'::text);

ALTER INDEX public.access_log_pkey ATTACH PARTITION public.access_log_all_pkey;

ALTER INDEX public.access_log_by_entry ATTACH PARTITION public.access_log_all_resident_id_entry_idx;

ALTER INDEX public.notification_by_age ATTACH PARTITION public.notification_all_created_at_idx;

ALTER INDEX public.notification_pkey ATTACH PARTITION public.notification_all_pkey;

ALTER INDEX public.notification_unread ATTACH PARTITION public.notification_all_resident_id_id_idx;

CREATE TRIGGER ledger_is_append_only BEFORE DELETE OR UPDATE ON public.ledger_entry FOR EACH ROW EXECUTE FUNCTION public.ledger_is_append_only();

ALTER TABLE ONLY public.admission
    ADD CONSTRAINT admission_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.admission
    ADD CONSTRAINT admission_resident_id_final_bill_id_fkey FOREIGN KEY (resident_id, final_bill_id) REFERENCES public.bill(resident_id, id);

ALTER TABLE ONLY public.admission
    ADD CONSTRAINT admission_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.admission
    ADD CONSTRAINT admission_resident_id_visit_id_fkey FOREIGN KEY (resident_id, visit_id) REFERENCES public.visit(resident_id, id);

ALTER TABLE ONLY public.agreement_package
    ADD CONSTRAINT agreement_package_package_id_fkey FOREIGN KEY (package_id) REFERENCES public.family_doctor_package(id);

ALTER TABLE ONLY public.agreement_package
    ADD CONSTRAINT agreement_package_resident_id_agreement_id_fkey FOREIGN KEY (resident_id, agreement_id) REFERENCES public.family_doctor_agreement(resident_id, id);

ALTER TABLE ONLY public.agreement_service
    ADD CONSTRAINT agreement_service_resident_id_term_id_fkey FOREIGN KEY (resident_id, term_id) REFERENCES public.agreement_term(resident_id, id);

ALTER TABLE ONLY public.agreement_term
    ADD CONSTRAINT agreement_term_resident_id_agreement_id_fkey FOREIGN KEY (resident_id, agreement_id) REFERENCES public.family_doctor_agreement(resident_id, id);

ALTER TABLE ONLY public.agreement_term
    ADD CONSTRAINT agreement_term_resident_id_bill_id_fkey FOREIGN KEY (resident_id, bill_id) REFERENCES public.bill(resident_id, id);

ALTER TABLE ONLY public.allergy
    ADD CONSTRAINT allergy_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.allergy
    ADD CONSTRAINT allergy_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.allergy
    ADD CONSTRAINT allergy_resident_id_visit_id_fkey FOREIGN KEY (resident_id, visit_id) REFERENCES public.visit(resident_id, id);

ALTER TABLE ONLY public.appointment
    ADD CONSTRAINT appointment_app_id_fkey FOREIGN KEY (app_id) REFERENCES public.app(id);

ALTER TABLE ONLY public.appointment
    ADD CONSTRAINT appointment_department_id_fkey FOREIGN KEY (department_id) REFERENCES public.department(id);

ALTER TABLE ONLY public.appointment
    ADD CONSTRAINT appointment_doctor_id_fkey FOREIGN KEY (doctor_id) REFERENCES public.doctor(id);

ALTER TABLE ONLY public.appointment
    ADD CONSTRAINT appointment_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.appointment
    ADD CONSTRAINT appointment_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.appointment
    ADD CONSTRAINT appointment_resident_id_visit_id_fkey FOREIGN KEY (resident_id, visit_id) REFERENCES public.visit(resident_id, id);

ALTER TABLE ONLY public.bill
    ADD CONSTRAINT bill_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.bill_item
    ADD CONSTRAINT bill_item_resident_id_bill_id_fkey FOREIGN KEY (resident_id, bill_id) REFERENCES public.bill(resident_id, id);

ALTER TABLE ONLY public.bill_number
    ADD CONSTRAINT bill_number_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.bill
    ADD CONSTRAINT bill_resident_id_admission_id_fkey FOREIGN KEY (resident_id, admission_id) REFERENCES public.admission(resident_id, id);

ALTER TABLE ONLY public.bill
    ADD CONSTRAINT bill_resident_id_appointment_id_fkey FOREIGN KEY (resident_id, appointment_id) REFERENCES public.appointment(resident_id, id);

ALTER TABLE ONLY public.bill
    ADD CONSTRAINT bill_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.bill
    ADD CONSTRAINT bill_resident_id_visit_id_fkey FOREIGN KEY (resident_id, visit_id) REFERENCES public.visit(resident_id, id);

ALTER TABLE ONLY public.blood_type
    ADD CONSTRAINT blood_type_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.blood_type
    ADD CONSTRAINT blood_type_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.card
    ADD CONSTRAINT card_app_id_fkey FOREIGN KEY (app_id) REFERENCES public.app(id);

ALTER TABLE ONLY public.card_binding
    ADD CONSTRAINT card_binding_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.card_binding
    ADD CONSTRAINT card_binding_resident_id_card_id_fkey FOREIGN KEY (resident_id, card_id) REFERENCES public.card(resident_id, id);

ALTER TABLE ONLY public.card_binding
    ADD CONSTRAINT card_binding_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

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

ALTER TABLE ONLY public.condition
    ADD CONSTRAINT condition_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.condition
    ADD CONSTRAINT condition_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.condition
    ADD CONSTRAINT condition_resident_id_visit_id_fkey FOREIGN KEY (resident_id, visit_id) REFERENCES public.visit(resident_id, id);

ALTER TABLE ONLY public.consent
    ADD CONSTRAINT consent_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.consent
    ADD CONSTRAINT consent_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.department
    ADD CONSTRAINT department_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.device
    ADD CONSTRAINT device_resident_id_session_id_fkey FOREIGN KEY (resident_id, session_id) REFERENCES public.session(resident_id, id);

ALTER TABLE ONLY public.diagnosis
    ADD CONSTRAINT diagnosis_resident_id_encounter_id_fkey FOREIGN KEY (resident_id, encounter_id) REFERENCES public.encounter(resident_id, id);

ALTER TABLE ONLY public.discrepancy
    ADD CONSTRAINT discrepancy_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.dispensing
    ADD CONSTRAINT dispensing_resident_id_item_id_fkey FOREIGN KEY (resident_id, item_id) REFERENCES public.prescription_item(resident_id, id);

ALTER TABLE ONLY public.dispensing
    ADD CONSTRAINT dispensing_resident_id_prescription_id_fkey FOREIGN KEY (resident_id, prescription_id) REFERENCES public.prescription(resident_id, id);

ALTER TABLE ONLY public.dispensing
    ADD CONSTRAINT dispensing_resident_id_visit_id_fkey FOREIGN KEY (resident_id, visit_id) REFERENCES public.visit(resident_id, id);

ALTER TABLE ONLY public.doctor
    ADD CONSTRAINT doctor_department_id_fkey FOREIGN KEY (department_id) REFERENCES public.department(id);

ALTER TABLE ONLY public.doctor
    ADD CONSTRAINT doctor_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.encounter
    ADD CONSTRAINT encounter_department_id_fkey FOREIGN KEY (department_id) REFERENCES public.department(id);

ALTER TABLE ONLY public.encounter
    ADD CONSTRAINT encounter_doctor_id_fkey FOREIGN KEY (doctor_id) REFERENCES public.doctor(id);

ALTER TABLE ONLY public.encounter
    ADD CONSTRAINT encounter_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.encounter
    ADD CONSTRAINT encounter_resident_id_appointment_id_fkey FOREIGN KEY (resident_id, appointment_id) REFERENCES public.appointment(resident_id, id);

ALTER TABLE ONLY public.encounter
    ADD CONSTRAINT encounter_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.encounter
    ADD CONSTRAINT encounter_resident_id_visit_id_fkey FOREIGN KEY (resident_id, visit_id) REFERENCES public.visit(resident_id, id);

ALTER TABLE ONLY public.family_doctor_agreement
    ADD CONSTRAINT family_doctor_agreement_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.family_doctor_agreement
    ADD CONSTRAINT family_doctor_agreement_resident_id_bill_id_fkey FOREIGN KEY (resident_id, bill_id) REFERENCES public.bill(resident_id, id);

ALTER TABLE ONLY public.family_doctor_agreement
    ADD CONSTRAINT family_doctor_agreement_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.family_doctor_agreement
    ADD CONSTRAINT family_doctor_agreement_team_id_fkey FOREIGN KEY (team_id) REFERENCES public.family_doctor_team(id);

ALTER TABLE ONLY public.family_doctor_package
    ADD CONSTRAINT family_doctor_package_team_id_fkey FOREIGN KEY (team_id) REFERENCES public.family_doctor_team(id);

ALTER TABLE ONLY public.family_doctor_team
    ADD CONSTRAINT family_doctor_team_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.family_doctor_team
    ADD CONSTRAINT family_doctor_team_leader_id_fkey FOREIGN KEY (leader_id) REFERENCES public.doctor(id);

ALTER TABLE ONLY public.family_member
    ADD CONSTRAINT family_member_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.file
    ADD CONSTRAINT file_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.former_document
    ADD CONSTRAINT former_document_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.immunization
    ADD CONSTRAINT immunization_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.immunization
    ADD CONSTRAINT immunization_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.immunization
    ADD CONSTRAINT immunization_resident_id_visit_id_fkey FOREIGN KEY (resident_id, visit_id) REFERENCES public.visit(resident_id, id);

ALTER TABLE ONLY public.inpatient_charge
    ADD CONSTRAINT inpatient_charge_resident_id_admission_id_fkey FOREIGN KEY (resident_id, admission_id) REFERENCES public.admission(resident_id, id);

ALTER TABLE ONLY public.ledger_entry
    ADD CONSTRAINT ledger_entry_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.ledger_entry
    ADD CONSTRAINT ledger_entry_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.log_head
    ADD CONSTRAINT log_head_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.mail
    ADD CONSTRAINT mail_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.notification_delivery
    ADD CONSTRAINT notification_delivery_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.notification_key
    ADD CONSTRAINT notification_key_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.notification_preference
    ADD CONSTRAINT notification_preference_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE public.notification
    ADD CONSTRAINT notification_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.observation
    ADD CONSTRAINT observation_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.observation
    ADD CONSTRAINT observation_resident_id_report_id_fkey FOREIGN KEY (resident_id, report_id) REFERENCES public.report(resident_id, id);

ALTER TABLE ONLY public.offline_scan
    ADD CONSTRAINT offline_scan_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.patient_number_index
    ADD CONSTRAINT patient_number_index_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.patient_number
    ADD CONSTRAINT patient_number_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.patient_number
    ADD CONSTRAINT patient_number_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.pay_permission
    ADD CONSTRAINT pay_permission_app_id_fkey FOREIGN KEY (app_id) REFERENCES public.app(id);

ALTER TABLE ONLY public.pay_permission
    ADD CONSTRAINT pay_permission_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.payment
    ADD CONSTRAINT payment_app_id_fkey FOREIGN KEY (app_id) REFERENCES public.app(id);

ALTER TABLE ONLY public.payment_bill
    ADD CONSTRAINT payment_bill_resident_id_bill_id_fkey FOREIGN KEY (resident_id, bill_id) REFERENCES public.bill(resident_id, id);

ALTER TABLE ONLY public.payment_bill
    ADD CONSTRAINT payment_bill_resident_id_payment_id_fkey FOREIGN KEY (resident_id, payment_id) REFERENCES public.payment(resident_id, id);

ALTER TABLE ONLY public.payment
    ADD CONSTRAINT payment_client_id_fkey FOREIGN KEY (client_id) REFERENCES public.client(id);

ALTER TABLE ONLY public.payment
    ADD CONSTRAINT payment_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.payment
    ADD CONSTRAINT payment_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.pickup_code
    ADD CONSTRAINT pickup_code_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.pickup_code
    ADD CONSTRAINT pickup_code_resident_id_prescription_id_fkey FOREIGN KEY (resident_id, prescription_id) REFERENCES public.prescription(resident_id, id);

ALTER TABLE ONLY public.prescription
    ADD CONSTRAINT prescription_doctor_id_fkey FOREIGN KEY (doctor_id) REFERENCES public.doctor(id);

ALTER TABLE ONLY public.prescription
    ADD CONSTRAINT prescription_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.prescription_item
    ADD CONSTRAINT prescription_item_resident_id_prescription_id_fkey FOREIGN KEY (resident_id, prescription_id) REFERENCES public.prescription(resident_id, id);

ALTER TABLE ONLY public.prescription
    ADD CONSTRAINT prescription_pharmacy_id_fkey FOREIGN KEY (pharmacy_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.prescription
    ADD CONSTRAINT prescription_resident_id_bill_id_fkey FOREIGN KEY (resident_id, bill_id) REFERENCES public.bill(resident_id, id);

ALTER TABLE ONLY public.prescription
    ADD CONSTRAINT prescription_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.prescription
    ADD CONSTRAINT prescription_resident_id_visit_id_fkey FOREIGN KEY (resident_id, visit_id) REFERENCES public.visit(resident_id, id);

ALTER TABLE ONLY public.printed_code
    ADD CONSTRAINT printed_code_resident_id_card_id_fkey FOREIGN KEY (resident_id, card_id) REFERENCES public.card(resident_id, id);

ALTER TABLE ONLY public.promised_service
    ADD CONSTRAINT promised_service_package_id_fkey FOREIGN KEY (package_id) REFERENCES public.family_doctor_package(id);

ALTER TABLE ONLY public.refund
    ADD CONSTRAINT refund_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.refund
    ADD CONSTRAINT refund_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.refund
    ADD CONSTRAINT refund_resident_id_payment_id_bill_id_fkey FOREIGN KEY (resident_id, payment_id, bill_id) REFERENCES public.payment_bill(resident_id, payment_id, bill_id);

ALTER TABLE ONLY public.report
    ADD CONSTRAINT report_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.doctor(id);

ALTER TABLE ONLY public.report
    ADD CONSTRAINT report_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.report_link
    ADD CONSTRAINT report_link_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.report_link
    ADD CONSTRAINT report_link_resident_id_report_id_fkey FOREIGN KEY (resident_id, report_id) REFERENCES public.report(resident_id, id);

ALTER TABLE ONLY public.report_number
    ADD CONSTRAINT report_number_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.report
    ADD CONSTRAINT report_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.report
    ADD CONSTRAINT report_resident_id_visit_id_fkey FOREIGN KEY (resident_id, visit_id) REFERENCES public.visit(resident_id, id);

ALTER TABLE ONLY public.scan
    ADD CONSTRAINT scan_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.scan
    ADD CONSTRAINT scan_resident_id_card_id_fkey FOREIGN KEY (resident_id, card_id) REFERENCES public.card(resident_id, id);

ALTER TABLE ONLY public.scan
    ADD CONSTRAINT scan_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.scan
    ADD CONSTRAINT scan_resident_id_visit_id_fkey FOREIGN KEY (resident_id, visit_id) REFERENCES public.visit(resident_id, id);

ALTER TABLE ONLY public.service_delivery
    ADD CONSTRAINT service_delivery_resident_id_agreement_id_fkey FOREIGN KEY (resident_id, agreement_id) REFERENCES public.family_doctor_agreement(resident_id, id);

ALTER TABLE ONLY public.service_delivery
    ADD CONSTRAINT service_delivery_resident_id_term_id_name_fkey FOREIGN KEY (resident_id, term_id, name) REFERENCES public.agreement_service(resident_id, term_id, name);

ALTER TABLE ONLY public.service_delivery
    ADD CONSTRAINT service_delivery_resident_id_visit_id_fkey FOREIGN KEY (resident_id, visit_id) REFERENCES public.visit(resident_id, id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_app_id_fkey FOREIGN KEY (app_id) REFERENCES public.app(id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);

ALTER TABLE ONLY public.settlement
    ADD CONSTRAINT settlement_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.slot
    ADD CONSTRAINT slot_department_id_fkey FOREIGN KEY (department_id) REFERENCES public.department(id);

ALTER TABLE ONLY public.slot
    ADD CONSTRAINT slot_doctor_id_fkey FOREIGN KEY (doctor_id) REFERENCES public.doctor(id);

ALTER TABLE ONLY public.slot
    ADD CONSTRAINT slot_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.statement_line
    ADD CONSTRAINT statement_line_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

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

ALTER TABLE ONLY public.waitlist_entry
    ADD CONSTRAINT waitlist_entry_app_id_fkey FOREIGN KEY (app_id) REFERENCES public.app(id);

ALTER TABLE ONLY public.waitlist_entry
    ADD CONSTRAINT waitlist_entry_department_id_fkey FOREIGN KEY (department_id) REFERENCES public.department(id);

ALTER TABLE ONLY public.waitlist_entry
    ADD CONSTRAINT waitlist_entry_institution_id_fkey FOREIGN KEY (institution_id) REFERENCES public.institution(id);

ALTER TABLE ONLY public.waitlist_entry
    ADD CONSTRAINT waitlist_entry_resident_id_appointment_id_fkey FOREIGN KEY (resident_id, appointment_id) REFERENCES public.appointment(resident_id, id);

ALTER TABLE ONLY public.waitlist_entry
    ADD CONSTRAINT waitlist_entry_resident_id_fkey FOREIGN KEY (resident_id) REFERENCES public.resident(resident_id);
