// Finds the access token in a request, in every form that agents are known to send it.
import { accessTokenCookie, parseBearer } from '@relevo/protocol';

/** From `Authorization: Bearer`, else from the cookie `access_token`, whose value may carry `Bearer ` and quotes. */
export function accessTokenOf(request: Request): string | undefined {
  return parseBearer(request.headers.get('authorization')) ?? parseBearer(cookieValue(request.headers.get('cookie') ?? '', accessTokenCookie));
}

function cookieValue(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1);
  }
  return undefined;
}
