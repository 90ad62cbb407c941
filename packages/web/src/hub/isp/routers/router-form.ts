// What is written in the form of a router, and what of it the hub is asked to keep. Pure.
import type { RouterChanges, RouterResource } from '@relevo/protocol';
import { differences } from '../../../http/differences.ts';
import { readNumber } from '../../../language/read-number.ts';

export interface RouterForm {
  nombre: string;
  tipo: RouterResource['tipo'];
  host: string;
  port: string;
  scheme: RouterResource['scheme'];
  agentId: string | null;
  pin: string;
  nftSet: string;
  username: string;
  password: string;
  privateKey: string;
}

export const portBounds = { min: 1, max: 65_535, decimals: 0 };
const portOf: Record<RouterResource['scheme'], string> = { https: '443', http: '80', ssh: '22' };

export function formOf(router: RouterResource | undefined): RouterForm {
  return {
    nombre: router?.nombre ?? '',
    tipo: router?.tipo ?? 'routeros',
    host: router?.host ?? '',
    port: router ? String(router.port) : portOf.https,
    scheme: router?.scheme ?? 'https',
    agentId: router?.agent_id ?? null,
    pin: router?.pin ?? '',
    nftSet: router?.nft_set ?? '',
    // Written, never read.
    username: '',
    password: '',
    privateKey: '',
  };
}

/** Another kind is reached in another way; a port that was only the usual one follows. */
export function withKind(form: RouterForm, tipo: RouterForm['tipo']): RouterForm {
  return withScheme({ ...form, tipo }, tipo === 'linux' ? 'ssh' : 'https');
}

export function withScheme(form: RouterForm, scheme: RouterForm['scheme']): RouterForm {
  return { ...form, scheme, port: form.port === portOf[form.scheme] ? portOf[scheme] : form.port };
}

/** What is missing to sign in on the router; nothing written is nothing missing. `isKept`: the hub knows a user already. */
export function missingOf({ username, password, privateKey }: RouterForm, isKept: boolean): 'username' | 'secret' | undefined {
  const hasSecret = password !== '' || privateKey.trim() !== '';
  if (hasSecret) return username.trim() === '' && !isKept ? 'username' : undefined;
  return username === '' ? undefined : 'secret';
}

/** That a required field is empty the browser says, at that field. */
export function isComplete(form: RouterForm, isKept: boolean): boolean {
  const isBlank = [form.nombre, form.host].some((text) => text !== '' && text.trim() === '');
  return !isBlank && readNumber(form.port, portBounds, '.').fault === undefined && missingOf(form, isKept) === undefined;
}

/** What the form changes of the router it was opened with; all of it without. */
export function changesOf(form: RouterForm, opened?: RouterForm): RouterChanges {
  const now = membersOf(form);
  if (opened === undefined) return now;
  const changed = differences(membersOf(opened), now);
  // Another kind or scheme would bring its usual port, and no set of addresses, unless the hub is told of them too.
  const { tipo, scheme, port, nft_set } = now;
  return { ...changed, ...((changed.tipo ?? changed.scheme) !== undefined && { tipo, scheme, port, nft_set }) };
}

function membersOf(form: RouterForm): RouterChanges {
  const { nombre, tipo, host, port, scheme, agentId, pin, nftSet, username, password, privateKey } = form;
  const hasSecret = password !== '' || privateKey.trim() !== '';
  return {
    nombre,
    tipo,
    host,
    port: Number(port),
    scheme,
    agent_id: agentId,
    pin: pin.trim() || null,
    nft_set: tipo === 'linux' ? nftSet.trim() || null : null,
    ...(hasSecret && {
      credentials: {
        ...(username.trim() !== '' && { username }),
        ...(password !== '' && { password }),
        ...(privateKey.trim() !== '' && { private_key: `${privateKey.trim()}\n` }),
      },
    }),
  };
}
