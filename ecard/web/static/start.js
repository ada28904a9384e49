import { ask, at, choices, desk, grouped } from './ask.js';

const HOME = `# 首页 · the home screen
query Home {
  me {
    id
    fullName
    familyMembers { relationship scopes resident { fullName card { number status } } }
  }
  resident {
    card {
      number
      status
      image(format: SVG) { status url }
      scans(first: 3) { nodes { scannedAt careStep outcome institution { name } } }
    }
  }
}
`;

async function signIn(residents) {
  const session = await desk('/demo/session', { phone: residents[at('resident').value].phone });
  at('token').value = session.accessToken;
  at('session').classList.remove('hidden');
  await run();
}

async function run() {
  const answer = await ask(at('query').value, {}, at('token').value);
  at('answer').textContent = JSON.stringify(answer, null, 2);
  at('answer').classList.remove('hidden');
  const me = answer.data?.me, card = answer.data?.resident?.card;
  if (me?.fullName) at('card-name').textContent = me.fullName;
  if (card?.number) at('card-number').textContent = grouped(card.number);
}

function explore() {
  sessionStorage.setItem('ecard', JSON.stringify({ query: at('query').value, headers: { Authorization: `Bearer ${at('token').value}` } }));
  location.href = '/graphiql';
}

const guarded = (act) => () => {
  at('refused').textContent = '';
  act().catch((error) => { at('refused').textContent = error.message; });
};

at('query').value = HOME;
if (document.body.dataset.demo === 'on') {
  const { residents } = await desk('/demo');
  choices(at('resident'), residents, (one) => `${one.name} · ${one.phone}`);
  at('sign-in').addEventListener('click', guarded(() => signIn(residents)));
  at('run').addEventListener('click', guarded(run));
  at('explore').addEventListener('click', explore);
  at('copy').addEventListener('click', () => { at('token').select(); navigator.clipboard?.writeText(at('token').value); });
}
