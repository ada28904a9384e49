// What each page needs: elements by id, GraphQL, and the demo's desk.

export const at = (id) => document.getElementById(id);

export async function ask(query, variables, token) {
  const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json', 'accept-language': 'zh-CN' };
  if (token) headers.authorization = `Bearer ${token}`;
  const answer = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  return answer.json();
}

// The data of one field, or an Error with a text that people understand.
export function outcome(answer, field) {
  if (answer.errors) throw new Error(answer.errors[0].message);
  const payload = answer.data[field];
  if (payload?.userErrors?.length) throw Object.assign(new Error(payload.userErrors[0].message), { code: payload.userErrors[0].code });
  return payload;
}

export async function desk(path, body) {
  const options = body ? { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {};
  const answer = await fetch(path, options);
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.error);
  return found;
}

export function choices(select, items, label) {
  select.replaceChildren(...items.map((item, index) => new Option(label(item), String(index))));
}

export const picture = (svg) => `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
export const grouped = (number) => number.replace(/(.{4})(?=.)/g, '$1 ');
export const clock = (text) => new Date(text).toLocaleString('zh-CN', { timeZone: 'Asia/Shanghai', hour12: false });

export const STATUS = { ACTIVE: '正常 Active', SUSPENDED: '已挂失 Suspended', REPLACED: '已更换 Replaced', CLOSED: '已注销 Closed' };
export const STEP = {
  REGISTER: '挂号 Register', DIAGNOSE: '就诊 Diagnose', COLLECT_MEDICINE: '取药 Collect medicine', EXAMINE: '检查 Examine',
  PAY: '缴费 Pay', PRESCRIBE: '开方 Prescribe', SURGERY: '手术 Surgery', OTHER: '其他 Other',
};
