// A booking, in one transaction: the key asked once, the resident's lock, the slot and its place, the appointment, its bill with the
// posting, the reminders, the audit, and the payload.
import { createHash } from "node:crypto";
import { appointment } from "./day_list.mjs";
import { statement, transaction } from "../common/database.mjs";
import { newId, readPlainId } from "../common/ids.mjs";

const HOUR = 3_600_000, DAY = 24 * HOUR, SHANGHAI = 8 * HOUR, TIME_TO_GO = HOUR / 2;
const RULES = { daysAhead: 14, noShows: 3, noShowDays: 90, lockDays: 30, cancelUntil: 2 * HOUR };

const CLAIM = statement(`
  insert into idempotency_key (digest, input_digest, created_at) values ($1, $2, $3) on conflict (digest) do nothing returning digest`);
const EARLIER = statement("select input_digest, result from idempotency_key where digest = $1");
const KEEP = statement("update idempotency_key set result = $2::jsonb where digest = $1");
const LOCK = statement(`
  select resident_id, (select array_agg(a.ends_at) from appointment a
    where a.resident_id = $1 and a.status = 'NO_SHOW' and a.ends_at >= $2) as missed
  from resident where resident_id = $1 for no key update`);
const SLOT = statement("select * from slot where id = $1");
const TAKE = statement(`
  update slot set taken = taken + 1 where id = $1 and taken < capacity and withdrawn_at is null and starts_at > $2 returning *`);
const HOLD = statement(`
  insert into slot_place (slot_id, number, resident_id, appointment_id)
  select $1::uuid, n, $3::uuid, $4::uuid from generate_series(1, $2::int) n
  where not exists (select from slot_place p where p.slot_id = $1 and p.number = n) order by n limit 1 returning number`);
const INSERT = statement(`
  insert into appointment (resident_id, id, slot_id, institution_id, department_id, doctor_id, day, starts_at, ends_at,
    cancellable_until, queue_number, fee, bill_id, status, reason, app_id, booked_at)
  select $1::uuid, $2::uuid, $3::uuid, $4::uuid, $5::uuid, $6::uuid, $7::date, $8::timestamptz, $9::timestamptz, $10::timestamptz,
    $11::int, $12::bigint, $13::uuid, 'BOOKED', $14, $15::uuid, $16::timestamptz
  where not exists (select from appointment a where a.resident_id = $1 and a.status in ('BOOKED', 'CHECKED_IN')
    and (a.starts_at < $9 and a.ends_at > $8 or a.department_id = $5 and a.day = $7))
  returning resident_id, id, starts_at, status, queue_number, fee, doctor_id, department_id, institution_id, bill_id`);
const BILL = statement(`
  with b as (insert into bill (resident_id, id, number, kind, institution_id, appointment_id, care_setting, status, total, insured,
    self_paid, content_digest, issued_at) values ($1, $2, $3, 'FEE', $4, $5, 'OUTPATIENT', 'UNPAID', $6, 0, $6, $7, $8))
  insert into bill_item (resident_id, bill_id, position, code, name, quantity, unit, unit_price, amount)
  values ($1, $2, 1, 'REGISTRATION', '挂号费', 1, '次', $6, $6)`);
const POST = statement(`
  insert into ledger_entry (resident_id, id, at, event, subject_id, leg, debit, credit, amount, institution_id, bill_id)
  values ($1, $2, $3, 'BILL_ISSUED', $4, 'SELF_PAID', 'RESIDENT', 'INSTITUTION', $5, $6, $4)`);
const REMIND = statement(`
  insert into outbox (lane, id, job, args, run_at, created_at)
  select l, i, 'send_notification', a::jsonb, t, $5 from unnest($1::smallint[], $2::uuid[], $3::text[], $4::timestamptz[]) x (l, i, a, t)`);
const AUDIT = statement(`
  insert into audit (subject_id, id, at, actor_kind, actor_id, action, object_id) values ($1, $2, $3, $4, $5, 'appointment.booked', $6)`);
const FOUND = statement(`
  select resident_id, id, starts_at, status, queue_number, fee, doctor_id, department_id, institution_id, bill_id
  from appointment where resident_id = $1 and id = $2`);

class Refusal extends Error {}

const MESSAGES = {
  NOT_FOUND: "There is no such thing.", SLOT_TAKEN: "All places are taken.", SLOT_WITHDRAWN: "The slot was withdrawn.",
  TOO_LATE: "It is too late.", NOT_READY: "It is too early.", ALREADY_BOOKED: "There is an appointment at that time.",
  BOOKING_LOCKED: "Booking is locked.", IDEMPOTENCY_KEY_REUSED: "The key was used for something else.",
};

export const resolvers = {
  Mutation: {
    async bookAppointment(_, { input }, { pool, viewer }) {
      try {
        const row = await transaction(pool, (connection) => once(connection, viewer, input));
        return { appointment: appointment(row), userErrors: [] };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return { appointment: null, userErrors: [{ code: error.message, field: null, message: MESSAGES[error.message], retryAt: null }] };
      }
    },
  },
};

const sha256 = (text) => createHash("sha256").update(text).digest();

async function once(connection, viewer, { idempotencyKey, ...input }) {
  const now = new Date();
  const digest = sha256(JSON.stringify([viewer.kind, viewer.app_id, viewer.resident_id, "bookAppointment", idempotencyKey]));
  const inputDigest = sha256(JSON.stringify(input));
  if ((await CLAIM(connection, digest, inputDigest, now)).length > 0) {
    const row = await book(connection, viewer, input, now);
    await KEEP(connection, digest, JSON.stringify({ appointment: { key: [row.id, row.resident_id] } }));
    return row;
  }
  const [earlier] = await EARLIER(connection, digest);
  if (!earlier.input_digest.equals(inputDigest)) throw new Refusal("IDEMPOTENCY_KEY_REUSED");
  return (await FOUND(connection, earlier.result.appointment.key[1], earlier.result.appointment.key[0]))[0];
}

async function book(connection, viewer, { slotId, reason = null }, now) {
  const owner = viewer.resident_id, id = newId();
  const [locked] = await LOCK(connection, owner, new Date(now - (RULES.noShowDays + RULES.lockDays) * DAY));
  checkNotLocked(locked.missed ?? [], now);
  const slot = await take(connection, readPlainId("T", slotId), now);
  const [{ number }] = await HOLD(connection, slot.id, slot.capacity, owner, id);
  const billId = slot.fee ? newId() : null, until = new Date(Date.parse(slot.starts_at) - RULES.cancelUntil);
  const [row] = await INSERT(
    connection, owner, id, slot.id, slot.institution_id, slot.department_id, slot.doctor_id, slot.day, slot.starts_at, slot.ends_at,
    until, number, slot.fee, billId, reason, viewer.app_id, now,
  );
  if (row === undefined) throw new Refusal("ALREADY_BOOKED");
  if (billId) await askFee(connection, row, now);
  await remind(connection, row, now);
  await AUDIT(connection, owner, newId(), now, viewer.kind, viewer.actor, id);
  return row;
}

function checkNotLocked(missed, now) {
  const ends = missed.map((text) => Date.parse(text)).sort((a, b) => b - a);
  for (let i = 0; i + RULES.noShows <= ends.length; i++) {
    const [last, first] = [ends[i], ends[i + RULES.noShows - 1]];
    if (last - first <= RULES.noShowDays * DAY && now < last + RULES.lockDays * DAY) throw new Refusal("BOOKING_LOCKED");
  }
}

async function take(connection, id, now) {
  const [taken] = id ? await TAKE(connection, id, now) : [];
  const slot = taken ?? (id && (await SLOT(connection, id))[0]);
  if (!slot) throw new Refusal("NOT_FOUND");
  const starts = Date.parse(slot.starts_at), midnight = Math.floor((starts + SHANGHAI) / DAY) * DAY - SHANGHAI;
  if (slot.withdrawn_at) throw new Refusal("SLOT_WITHDRAWN");
  if (starts <= now) throw new Refusal("TOO_LATE");
  if (now < midnight - RULES.daysAhead * DAY) throw new Refusal("NOT_READY");
  if (!taken) throw new Refusal("SLOT_TAKEN");
  return taken;
}

async function askFee(connection, row, now) {
  const number = `F${row.bill_id.replaceAll("-", "").toUpperCase()}`;
  const content = sha256(JSON.stringify([row.resident_id, 0, [["REGISTRATION", "挂号费", "1", "次", row.fee]]]));
  await BILL(connection, row.resident_id, row.bill_id, number, row.institution_id, row.id, row.fee, content, now);
  await POST(connection, row.resident_id, newId(), now, row.bill_id, row.fee, row.institution_id);
}

async function remind(connection, row, now) {
  const starts = Date.parse(row.starts_at);
  const planned = [["APPOINTMENT_REMINDER_DAY", starts - DAY], ["APPOINTMENT_REMINDER_HOURS", starts - 2 * HOUR]]
    .map(([event, at]) => [event, afterQuiet(at)])
    .filter(([, at]) => at > now && at <= starts - TIME_TO_GO);
  if (planned.length === 0) return;
  const ids = planned.map(newId);
  const args = planned.map(([event]) =>
    JSON.stringify({ event, resident_id: row.resident_id, subject_id: row.id, starts_at: row.starts_at }));
  const lanes = ids.map((id) => parseInt(id.at(-1), 16));
  await REMIND(connection, lanes, ids, args, planned.map(([, at]) => new Date(at)), now);
}

// What falls between 22:00 and 08:00 waits until 08:00.
function afterQuiet(at) {
  const ofDay = (at + SHANGHAI) % DAY;
  if (ofDay < 8 * HOUR) return at - ofDay + 8 * HOUR;
  return ofDay >= 22 * HOUR ? at - ofDay + DAY + 8 * HOUR : at;
}
