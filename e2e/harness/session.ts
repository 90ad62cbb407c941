// A signed-in person: sends requests with the session's cookie and the hub's own origin, as a browser does.

export interface SendOptions {
  json?: unknown;
  body?: BodyInit;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export interface Session {
  readonly url: string;
  readonly userId: number;
  readonly cookie: string;
  send(method: string, path: string, options?: SendOptions): Promise<Response>;
  /** As `send`, for an answer with a JSON body. @throws when the status is not 2xx */
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects
  ask(method: string, path: string, options?: SendOptions): Promise<any>;
}

export async function signIn(url: string, email: string, password: string): Promise<Session> {
  const response = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email, password }),
  });
  if (!response.ok) throw new Error(`sign-in answered ${response.status}: ${await response.text()}`);
  await response.body?.cancel();
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.slice(0, line.indexOf(';')))
    .join('; ');
  const send: Session['send'] = (method, path, { json, body, headers = {}, signal } = {}) =>
    fetch(url + path, {
      method,
      headers: { origin: url, cookie, ...(json !== undefined && { 'content-type': 'application/json' }), ...headers },
      body: json === undefined ? (body ?? null) : JSON.stringify(json),
      ...(signal && { signal }),
    });
  const ask: Session['ask'] = async (method, path, options) => {
    const answer = await send(method, path, options);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  const { id } = await ask('GET', '/api/me');
  return { url, userId: id, cookie, send, ask };
}

/** Makes a user through the API and signs in as them. */
export async function makeUser(admin: Session, email: string, password = 'a password of the tests'): Promise<Session> {
  await admin.ask('POST', '/api/users', { json: { email, password, name: email, role: 'user' } });
  return signIn(admin.url, email, password);
}
