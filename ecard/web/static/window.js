// A hospital's window: it signs in with the institution's own credentials, as any hospital system does.
import { ask, at, choices, clock, desk, grouped, outcome, STEP } from './ask.js';

const VERIFY = `mutation VerifyCode($input: VerifyCodeInput!) {
  verifyCode(input: $input) {
    visit {
      id careStep openedAt expiresAt patientNumber
      card { number }
      resident { fullName sex birthDate documentNumberMasked phoneMasked }
    }
    userErrors { code message }
  }
}`;
const tokens = new Map();

async function tokenOf({ code }) {
  if (!tokens.has(code)) {
    const { id, secret } = await desk('/demo/client', { code });
    const answer = await fetch('/oauth/token', {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const { access_token: token, expires_in: seconds } = await answer.json();
    tokens.set(code, token);
    setTimeout(() => tokens.delete(code), (seconds - 30) * 1000);
  }
  return tokens.get(code);
}

function show(visit) {
  const one = visit.resident;
  const lines = [
    ['姓名 Name', one.fullName], ['性别 Sex', one.sex], ['出生日期 Born', one.birthDate],
    ['证件 Document', one.documentNumberMasked], ['手机 Phone', one.phoneMasked],
    ['卡号 Card', visit.card && grouped(visit.card.number)], ['就诊号 Patient number', visit.patientNumber],
    ['授权至 Open until', clock(visit.expiresAt)],
  ];
  at('visit').replaceChildren(...lines.map(([name, value]) => {
    const line = document.createElement('tr');
    const head = document.createElement('th');
    head.textContent = name;
    const cell = document.createElement('td');
    cell.textContent = value ?? '—';
    line.append(head, cell);
    return line;
  }));
}

async function verify(institution) {
  const code = at('text').value.trim();
  at('text').value = '';
  if (!code) return;
  at('visit').replaceChildren();
  try {
    const input = { code, careStep: at('step').value, careSetting: 'OUTPATIENT', terminal: { id: 'demo-window-1', kind: 'WINDOW' } };
    const { visit } = outcome(await ask(VERIFY, { input }, await tokenOf(institution)), 'verifyCode');
    at('outcome').textContent = '已受理 · Accepted';
    at('outcome').className = 'outcome yes';
    show(visit);
  } catch (error) {
    at('outcome').textContent = error.code ? `${error.message} · ${error.code}` : error.message;
    at('outcome').className = 'outcome wrong';
  }
  at('text').focus();
}

// Where the browser reads codes itself, its camera stands in for a reader.
async function watch(institution) {
  const video = at('seen');
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  video.classList.remove('hidden');
  await video.play();
  const detector = new BarcodeDetector({ formats: ['qr_code'] });
  while (!at('text').value) {
    const [found] = await detector.detect(video);
    if (found) at('text').value = found.rawValue;
    await new Promise((done) => { setTimeout(done, 150); });
  }
  for (const track of video.srcObject.getTracks()) track.stop();
  video.classList.add('hidden');
  await verify(institution());
}

const { institutions } = await desk('/demo');
const chosen = () => institutions[at('institution').value];
choices(at('institution'), institutions, (one) => `${one.name} · ${one.code}`);
at('step').replaceChildren(...Object.entries(STEP).map(([step, name]) => new Option(name, step)));
at('scan').onsubmit = (event) => { event.preventDefault(); verify(chosen()); };
at('camera').classList.toggle('hidden', !('BarcodeDetector' in window));
at('camera').onclick = () => watch(chosen).catch((error) => { at('outcome').textContent = error.message; });
