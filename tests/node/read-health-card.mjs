// Reads SMART Health Cards with kill-the-clipboard, as a pharmacy or another country's hospital would: the digits of a QR code, and
// the keys from the issuer's address. Prints for each what it says, or the name of the error that refuses it.
import { readFileSync } from "node:fs";
import { SHCReader } from "kill-the-clipboard";

const reader = new SHCReader({});
const results = [];
for (const text of readFileSync(0, "utf8").split("\n")) {
  try {
    const card = await reader.fromQRNumeric(text);
    results.push({ bundle: await card.asBundle() });
  } catch (error) {
    results.push({ refused: error.constructor.name });
  }
}
console.log(JSON.stringify(results));
