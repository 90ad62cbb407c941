// How a router of each kind is spoken to: the schemes and ports that belong together.
import type { RouterChanges, RouterResource } from '@relevo/protocol';
import { ProblemError } from '@relevo/runtime';

type Kind = RouterResource['tipo'];
type Scheme = RouterResource['scheme'];

const schemesOf: Record<Kind, readonly Scheme[]> = { routeros: ['https', 'http'], linux: ['ssh'] };
const usualPort: Record<Scheme, number> = { https: 443, http: 80, ssh: 22 };

interface Given {
  tipo: Kind;
  scheme?: Scheme | undefined;
  port?: number | undefined;
  nft_set?: string | null | undefined;
}

type Address = Pick<RouterResource, 'tipo' | 'scheme' | 'port' | 'nft_set'>;

/** Fills in what is usual for the kind. @throws ProblemError invalid_request when the scheme or set is of another kind */
export function addressOf({ tipo, scheme: given, port, nft_set = null }: Given): Address {
  const [usual = 'https'] = schemesOf[tipo];
  const scheme = given ?? usual;
  if (!schemesOf[tipo].includes(scheme))
    throw new ProblemError('invalid_request', `scheme: a router of kind ${tipo} is spoken to by ${schemesOf[tipo].join(' or ')}`);
  if (nft_set !== null && tipo !== 'linux') throw new ProblemError('invalid_request', 'nft_set: only a router of kind linux has one');
  return { tipo, scheme, port: port ?? usualPort[scheme], nft_set };
}

/** The address after `changes`: another kind or scheme brings its own usual port unless one is given. @throws ProblemError invalid_request */
export function newAddress(now: Address, { tipo = now.tipo, scheme, port, nft_set }: RouterChanges): Address {
  if (tipo !== now.tipo) return addressOf({ tipo, scheme, port, nft_set });
  const sameScheme = scheme === undefined || scheme === now.scheme;
  return addressOf({
    tipo,
    scheme: scheme ?? now.scheme,
    port: port ?? (sameScheme ? now.port : undefined),
    nft_set: nft_set === undefined ? now.nft_set : nft_set,
  });
}
