// A resident's phone: the card, a fresh code as soon as the last one ends, and where the card was scanned.
import { ask, at, choices, clock, desk, grouped, outcome, picture, STATUS, STEP } from './ask.js';

const PEOPLE = '{ me { id fullName familyMembers { resident { id fullName } } } }';
const CARD = `query Card($residentId: ID) {
  resident(id: $residentId) {
    fullName
    card { number status scans(first: 3) { nodes { id scannedAt careStep outcome institution { name } } } }
  }
}`;
const PRESENT = `mutation PresentCard($input: PresentCardInput!) {
  presentCard(input: $input) { code { text expiresAt svg } userErrors { code message } }
}`;

const shown = { token: null, person: null, purpose: 'IDENTIFY', from: 0, until: 0, text: '' };

async function showCard() {
  const { resident } = (await ask(CARD, { residentId: shown.person }, shown.token)).data;
  at('name').textContent = resident.fullName;
  at('number').textContent = grouped(resident.card.number);
  at('status').textContent = STATUS[resident.card.status];
  at('scans').replaceChildren(...resident.card.scans.nodes.map((scan) => {
    const line = document.createElement('li');
    const where = document.createElement('span');
    where.textContent = `${scan.institution.name} · ${STEP[scan.careStep].split(' ')[0]}`;
    const when = document.createElement('span');
    when.className = scan.outcome === 'ACCEPTED' ? 'soft' : 'wrong';
    when.textContent = scan.outcome === 'ACCEPTED' ? clock(scan.scannedAt) : scan.outcome;
    line.append(where, when);
    return line;
  }));
}

async function present() {
  at('refused').textContent = '';
  shown.until = Infinity; // not twice while one is asked for
  try {
    const input = { purpose: shown.purpose, residentId: shown.person };
    const { code } = outcome(await ask(PRESENT, { input }, shown.token), 'presentCard');
    at('code').src = picture(code.svg);
    Object.assign(shown, { text: code.text, from: Date.now(), until: Date.parse(code.expiresAt) });
  } catch (error) {
    at('code').removeAttribute('src');
    at('refused').textContent = error.message;
  }
  await showCard();
}

async function signIn(phone) {
  shown.token = (await desk('/demo/session', { phone })).accessToken;
  const { me } = (await ask(PEOPLE, {}, shown.token)).data;
  const people = [me, ...me.familyMembers.map((member) => member.resident)];
  choices(at('person'), people, (one) => one.fullName);
  at('person').classList.toggle('hidden', people.length === 1);
  at('person').onchange = () => { shown.person = people[at('person').value].id; present(); };
  shown.person = me.id;
  await present();
}

const { residents } = await desk('/demo');
choices(at('resident'), residents, (one) => `${one.name} · ${one.phone}`);
at('resident').onchange = () => signIn(residents[at('resident').value].phone);
at('copy').onclick = () => navigator.clipboard?.writeText(shown.text);
for (const tab of at('purposes').children) {
  tab.onclick = () => {
    for (const other of at('purposes').children) other.setAttribute('aria-pressed', String(other === tab));
    shown.purpose = tab.dataset.purpose;
    present();
  };
}
setInterval(() => {
  at('left').value = Math.max(0, (shown.until - Date.now()) / (shown.until - shown.from)) || 0;
  if (Date.now() > shown.until) present();
}, 500);
await signIn(residents[0].phone);
