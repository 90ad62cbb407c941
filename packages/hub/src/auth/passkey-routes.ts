// Passkeys under `/api/auth/passkey/`: adding one to an account, signing in with one, renaming and removing them.
import { ProblemError } from '@relevo/runtime';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';
import { hubTables } from './accounts-schema.ts';
import { type AuthHandler, type AuthParts, type AuthRoutes, actor, confirmPassword, forwarded, signedIn, uncached } from './auth-handler.ts';
import type { Passkeys, RelyingParty } from './passkeys.ts';
import { readBody } from './read-body.ts';
import { nameSchema } from './user-input.ts';

type Parts = AuthParts & { passkeys: Passkeys };

/** An id of a credential is at most 1023 bytes (WebAuthn §4); in base64url that is this many characters. */
const idSchema = z.string().regex(/^[\w-]{1,1364}$/);
// Only its shape; what is in it, the library checks.
const credential = { id: idSchema, rawId: idSchema, type: z.literal('public-key'), clientExtensionResults: z.looseObject({}) };
const registrationSchema = z.looseObject({ ...credential, response: z.looseObject({ clientDataJSON: z.string(), attestationObject: z.string() }) });
const assertionSchema = z.looseObject({
  ...credential,
  response: z.looseObject({ clientDataJSON: z.string(), authenticatorData: z.string(), signature: z.string(), userHandle: z.string().optional() }),
});

export function passkeyRoutes(parts: Parts): AuthRoutes {
  return {
    '/api/auth/passkey/generate-register-options': { method: 'POST', handler: registrationOptions(parts) },
    '/api/auth/passkey/verify-registration': { method: 'POST', handler: register(parts) },
    '/api/auth/passkey/generate-authenticate-options': { method: 'POST', handler: authenticationOptions(parts) },
    '/api/auth/passkey/verify-authentication': { method: 'POST', handler: authenticate(parts) },
    '/api/auth/passkey/update-passkey': { method: 'POST', handler: rename(parts) },
    '/api/auth/passkey/delete-passkey': { method: 'POST', handler: remove(parts) },
  };
}

function registrationOptions(parts: Parts): AuthHandler {
  const schema = z.object({ password: z.string().max(4096) });
  return async (request, context) => {
    const identity = await signedIn(parts, request);
    const { password } = await readBody(request, schema, parts.settings.JSON_BODY_MAX_BYTES);
    const party = relyingParty(request);
    // A passkey is a lasting way in: who only found a page open must not leave one.
    await confirmPassword(parts, identity, password, context);
    return uncached(Response.json(await parts.passkeys.registrationOptions(party, identity.caller)));
  };
}

function register(parts: Parts): AuthHandler {
  const schema = z.object({ name: nameSchema, response: registrationSchema });
  return async (request, context) => {
    const identity = await signedIn(parts, request);
    const { name, response } = await readBody(request, schema, parts.settings.JSON_BODY_MAX_BYTES);
    const passkey = await parts.passkeys.register(
      relyingParty(request),
      identity.caller.userId,
      name,
      response as unknown as RegistrationResponseJSON,
      (trx, { id }) =>
        parts.audit.record(hubTables(trx), { by: actor(identity, context), action: 'passkey.create', subject: { kind: 'passkey', id, title: name } }),
    );
    return uncached(Response.json(passkey, { status: 201 }));
  };
}

function authenticationOptions(parts: Parts): AuthHandler {
  return async (request) => uncached(Response.json(await parts.passkeys.authenticationOptions(relyingParty(request))));
}

function authenticate(parts: Parts): AuthHandler {
  const { betterAuth, limit, passkeys, settings } = parts;
  const schema = z.object({ response: assertionSchema });
  return async (request, { clientAddress }) => {
    const { response } = await readBody(request, schema, settings.JSON_BODY_MAX_BYTES);
    limit.begin('passkey', clientAddress);
    const userId = await passkeys.authenticate(relyingParty(request), response as unknown as AuthenticationResponseJSON);
    const answer = await betterAuth.api.startSession({ body: { userId }, headers: forwarded(request, clientAddress), asResponse: true });
    limit.succeeded('passkey', clientAddress);
    if (answer.status === 403) throw new ProblemError('account_disabled', 'The passkey is right, but an administrator has disabled this account');
    if (!answer.ok || !((await answer.clone().json()) as { started: boolean }).started) throw new Error(`better-auth answered ${answer.status} to a passkey`);
    return uncached(answer);
  };
}

function rename(parts: Parts): AuthHandler {
  const schema = z.object({ id: idSchema, name: nameSchema });
  return async (request) => {
    const { caller } = await signedIn(parts, request);
    const { id, name } = await readBody(request, schema, parts.settings.JSON_BODY_MAX_BYTES);
    return uncached(Response.json(await parts.passkeys.rename(caller.userId, id, name)));
  };
}

function remove(parts: Parts): AuthHandler {
  const schema = z.object({ id: idSchema });
  return async (request, context) => {
    const identity = await signedIn(parts, request);
    const { id } = await readBody(request, schema, parts.settings.JSON_BODY_MAX_BYTES);
    await parts.passkeys.delete(identity.caller.userId, id, (trx, { name }) =>
      parts.audit.record(hubTables(trx), { by: actor(identity, context), action: 'passkey.delete', subject: { kind: 'passkey', id, title: name } }),
    );
    return new Response(null, { status: 204 });
  };
}

/** The page's own address, which the check of the origin has let pass. @throws ProblemError `invalid_request` when there is none */
function relyingParty(request: Request): RelyingParty {
  const origin = request.headers.get('origin');
  if (origin === null) throw new ProblemError('invalid_request', 'passkeys need the Origin that a browser sends');
  return { id: new URL(origin).hostname, origin };
}
