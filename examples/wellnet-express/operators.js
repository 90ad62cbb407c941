// Who is signed in. Yours will be better: what matters is that the user comes from the session, never from what a request claims.
import { randomUUID } from 'node:crypto';

/** `OPERATORS=ana:2,ben:3`: the people of this back office, and the number of each at the hub. */
const operators = new Map(
  (process.env.OPERATORS ?? 'ana:1').split(',').map((entry) => {
    const [name, hubUserId] = entry.split(':');
    return [name, { name, userId: Number(hubUserId) }];
  }),
);
const sessions = new Map();

/** The new session of an operator; undefined when there is no such person. */
export function signIn(name) {
  const operator = operators.get(name);
  if (!operator) return undefined;
  const session = randomUUID();
  sessions.set(session, operator);
  return { session, operator };
}

export function operatorOf(cookie = '') {
  return sessions.get(/(?:^|; )session=([\w-]+)/.exec(cookie)?.[1]);
}
