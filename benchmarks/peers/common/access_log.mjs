// Who looked at whom, chained by hash, before the answer leaves: three statements, however many residents it is about.
import { createHash } from "node:crypto";
import { statement, transaction } from "./database.mjs";
import { newId } from "./ids.mjs";

const HEADS = statement(`
  select h.resident_id, h.entries, h.digest, (
    select w.care_step from visit w where w.resident_id = h.resident_id and w.institution_id = $2 and w.expires_at > now()
    order by w.id desc limit 1) as care_step
  from log_head h where h.resident_id = any($1::uuid[]) order by h.resident_id for update of h`);
const INSERT = statement(`
  insert into access_log (resident_id, id, entry, at, actor_kind, actor_id, actor, care_step, purpose, kinds, previous, digest)
  select r, i, e, $4::timestamptz, $5, $6::uuid, $7, c, $8, $9::text[], p, d
  from unnest($1::uuid[], $2::uuid[], $3::bigint[], $10::text[], $11::bytea[], $12::bytea[]) as rows (r, i, e, c, p, d)`);
const MOVE = statement(`
  update log_head h set entries = m.e, digest = m.d
  from unnest($1::uuid[], $2::bigint[], $3::bytea[]) as m (r, e, d) where h.resident_id = m.r`);
const PURPOSES = { RESIDENT: "FAMILY", INSTITUTION: "CARE" };

export async function record(pool, viewer, residents, kinds) {
  if (residents.size === 0) return;
  await transaction(pool, async (connection) => {
    const heads = await HEADS(connection, [...residents], viewer.institution_id ?? null);
    const at = new Date(), shown = `${at.toISOString().slice(0, 23)}000Z`, purpose = PURPOSES[viewer.kind];
    const rows = heads.map((head) => {
      const id = newId(), entry = head.entries + 1;
      const array = [head.resident_id, String(entry), id, shown, viewer.kind, viewer.actor, viewer.name, head.care_step, purpose];
      // As json_build_array writes it: a space behind each comma.
      const json = `[${[...array, kinds.join(","), false, null].map((value) => JSON.stringify(value)).join(", ")}]`;
      return { head, id, entry, digest: createHash("sha256").update(head.digest).update(json).digest() };
    });
    const columns = (pick) => rows.map(pick);
    await INSERT(
      connection, columns((r) => r.head.resident_id), columns((r) => r.id), columns((r) => r.entry), at, viewer.kind,
      viewer.actor, viewer.name, purpose, kinds, columns((r) => r.head.care_step), columns((r) => r.head.digest),
      columns((r) => r.digest),
    );
    await MOVE(connection, columns((r) => r.head.resident_id), columns((r) => r.entry), columns((r) => r.digest));
  });
}
