// Public ids as the platform makes them: a letter, the resident (or a zero byte), the id, in base64url.
import { randomFillSync } from "node:crypto";

const hex = (uuid) => Buffer.from(uuid.replaceAll("-", ""), "hex");

const text = (bytes) => {
  const digits = bytes.toString("hex");
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`;
};

export const plainId = (letter, id) => Buffer.concat([Buffer.from(`${letter}\0`), hex(id)]).toString("base64url");

export const ownedId = (letter, resident, id) =>
  Buffer.concat([Buffer.from(letter), hex(resident), hex(id)]).toString("base64url");

// The id of a thing that is no resident's, or null.
export function readPlainId(letter, given) {
  const bytes = Buffer.from(given, "base64url");
  return bytes.length === 18 && bytes[0] === letter.charCodeAt(0) && bytes[1] === 0 ? text(bytes.subarray(2)) : null;
}

const random = Buffer.alloc(4096);
let used = random.length;

// UUIDv7.
export function newId() {
  if (used === random.length) {
    randomFillSync(random);
    used = 0;
  }
  const bytes = Buffer.from(random.subarray(used, (used += 16)));
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return text(bytes);
}
