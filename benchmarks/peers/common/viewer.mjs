// A token becomes a viewer: its signature, its session or client and what was revoked are looked up at its first sight; after that it
// is known for its life.
import { createHash, createPublicKey, verify } from "node:crypto";
import { statement } from "./database.mjs";

const keys = new Map(
  JSON.parse(process.env.PEER_JWKS).keys.map((jwk) => [jwk.kid, createPublicKey({ key: jwk, format: "jwk" })]),
);
const known = new Map();

const SESSION = statement(`
  select s.resident_id, s.id as session_id, s.app_id, a.scopes, r.full_name as name, a.suspended_at
  from session s join app a on a.id = s.app_id join resident r on r.resident_id = s.resident_id
  where s.resident_id = $1 and s.id = $2 and s.ended_at is null and s.expires_at > now()`);
const CLIENT = statement(`
  select c.id as client_id, c.institution_id, c.scopes, i.name, null as suspended_at
  from client c join institution i on i.id = c.institution_id where c.id = $1`);
const REVOKED = statement("select 1 from revocation where subject = any($1::uuid[]) and revoked_at >= $2 limit 1");

export async function viewerOf(pool, authorization) {
  const found = known.get(authorization);
  if (found !== undefined && found.expires > Date.now()) return found.viewer;
  const { claims, digest } = read(authorization);
  const rows = claims.sid
    ? await SESSION(pool, claims.sub, claims.sid)
    : await CLIENT(pool, claims.client_id);
  if (rows.length === 0 || rows[0].suspended_at !== null) throw new Error("UNAUTHENTICATED");
  const [row] = rows;
  const subjects = [uuidOf(digest), row.session_id, row.client_id, row.app_id].filter((id) => id != null);
  if ((await REVOKED(pool, subjects, new Date(claims.iat * 1000))).length > 0) throw new Error("UNAUTHENTICATED");
  const scopes = new Set(row.scopes.filter((scope) => claims.scope.split(" ").includes(scope)));
  const viewer = { ...row, kind: claims.kind, scopes, actor: row.institution_id ?? row.resident_id };
  known.set(authorization, { viewer, expires: claims.exp * 1000 });
  return viewer;
}

function read(authorization) {
  const token = authorization.slice("Bearer ".length);
  const [head, body, signature] = token.split(".");
  const key = keys.get(JSON.parse(Buffer.from(head, "base64url")).kid);
  const signed = { key, dsaEncoding: "ieee-p1363" };
  if (!verify("sha256", `${head}.${body}`, signed, Buffer.from(signature, "base64url"))) throw new Error("UNAUTHENTICATED");
  const claims = JSON.parse(Buffer.from(body, "base64url"));
  if (claims.exp * 1000 <= Date.now()) throw new Error("UNAUTHENTICATED");
  return { claims, digest: createHash("sha256").update(token).digest() };
}

function uuidOf(digest) {
  return digest.subarray(0, 16).toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
