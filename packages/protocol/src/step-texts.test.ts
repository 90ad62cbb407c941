// What steps say: in the language asked for, down to the reasons that agents give.
import { expect, test } from 'bun:test';
import { renderStepText } from './step-texts.ts';

const removing = (more: Record<string, string>) => ({ code: 'router.removing', values: { label: 'queue ana', ...more } });
const unreachable = (reason: string) => ({ code: 'router.unreachable', values: { reason } });

const partlySent = { code: 'delivery.done_partly_sent', values: { copied: 412_000_000, total: 1_100_000_000 } };

test.each([
  ['in English as the agent says it', unreachable('connection refused'), 'en', 'The router cannot be reached: connection refused'],
  ['in Spanish throughout', unreachable('connection refused'), 'es', 'No se puede alcanzar el router: conexión rechazada'],
  ['with what a system said itself as it is', unreachable('EMFILE'), 'es', 'No se puede alcanzar el router: EMFILE'],
  ['with the word for what is on a router', removing({ kind: 'queue/simple', name: 'ana' }), 'es', 'Eliminando cola ana...'],
  ['with what is on a router as an older agent calls it', removing({}), 'es', 'Eliminando queue ana...'],
  ['with a place that has no value left open', { code: 'router.removing' }, 'en', 'Removing {label}...'],
  ['with amounts of bytes in units', partlySent, 'en', 'Delivered and verified; 412.0 MB of 1.1 GB did not have to be sent'],
  ['with those as Spanish writes them', partlySent, 'es', 'Entregado y verificado; no hubo que enviar 412,0 MB de 1,1 GB'],
  ['as its code when that is not known', { code: 'a.newer.agents.code' }, 'es', 'a.newer.agents.code'],
] as const)('a text is rendered %s', (_, text, language, expected) => {
  expect(renderStepText(text, language)).toBe(expected);
});
