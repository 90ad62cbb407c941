// Signs in with e-mail and password, makes an API key for this machine, and signs the session out again.
import { hostname } from 'node:os';
import { z } from 'zod';
import { refusal, unreachable } from '../hub/hub-client.ts';

const createdKeySchema = z.object({ id: z.string(), key: z.string() });

export interface SignIn {
  apiKey: string;
  apiKeyId: string;
}

/** What a right password is answered with when a second factor is due. */
const secondFactorSchema = z.object({ twoFactorRedirect: z.literal(true) });

/** Six digits are of an authenticator app; anything else is a recovery code. */
const appCode = /^\s*\d{3}\s?\d{3}\s*$/;

/** `askCode` is called when the account has two-factor sign-in on. @throws CommandError with the hub's reason */
export async function signIn(url: string, email: string, password: string, askCode: () => Promise<string>): Promise<SignIn> {
  const cookies = new Map<string, string>();
  // The session lives only for these requests: they are those of a browser on the hub's own page.
  async function send(path: string, json?: unknown): Promise<Response> {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: {
        origin: new URL(url).origin,
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...(cookies.size > 0 && { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
      },
      body: json === undefined ? null : JSON.stringify(json),
      redirect: 'manual',
    }).catch((error: unknown) => {
      throw unreachable(url, error);
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    if (!response.ok) throw await refusal(response);
    return response;
  }

  const answer: unknown = await (await send('/api/auth/sign-in/email', { email, password })).json().catch(() => undefined);
  if (secondFactorSchema.safeParse(answer).success) {
    const code = await askCode();
    await send(`/api/auth/two-factor/${appCode.test(code) ? 'verify-totp' : 'verify-backup-code'}`, { code });
  }
  const response = await send('/api/api-keys', { name: `relevo CLI, ${hostname()}`.slice(0, 128) });
  const { id, key } = createdKeySchema.parse(await response.json());
  await send('/api/auth/sign-out');
  return { apiKey: key, apiKeyId: id };
}
