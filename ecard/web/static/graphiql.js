// GraphiQL with this platform's addresses; the start page hands over a query and a session.
const WELCOME = `# 欢迎 · Welcome. The schema is the manual: open the book at the left.
# With a session (start page → "Get a session"), put {"Authorization": "Bearer …"} into Headers.

query Institutions {
  serverTime
  institutions(first: 3) {
    nodes { code name district level departments { name } }
  }
}
`;
const handed = JSON.parse(sessionStorage.getItem('ecard') ?? 'null');
sessionStorage.removeItem('ecard');

const socket = new URL('/graphql', location.href);
socket.protocol = socket.protocol.replace('http', 'ws');
const fetcher = GraphiQL.createFetcher({ url: '/graphql', subscriptionUrl: socket.href });

ReactDOM.createRoot(document.getElementById('graphiql')).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultQuery: WELCOME,
    isHeadersEditorEnabled: true,
    shouldPersistHeaders: false,
    ...(handed && { query: handed.query, headers: JSON.stringify(handed.headers, null, 2) }),
  }),
);
