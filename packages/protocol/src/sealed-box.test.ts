import { expect, test } from 'bun:test';
import { createSealingKey, seal, unseal } from './sealed-box.ts';

test('opens what was sealed to its key, of any length and alphabet', async () => {
  const key = await createSealingKey();
  for (const text of ['', 'contraseña ñ 📷', 'x'.repeat(10_000)]) expect(await unseal(await seal(text, key.publicKey), key)).toBe(text);
});

test('seals the same text differently each time', async () => {
  const { publicKey } = await createSealingKey();
  expect(await seal('secret', publicKey)).not.toBe(await seal('secret', publicKey));
});

test('refuses another key, an altered box and a box of another version', async () => {
  const key = await createSealingKey();
  const box = await seal('secret', key.publicKey);
  expect(unseal(box, await createSealingKey())).rejects.toThrow();
  expect(unseal(box.slice(0, -4) + (box.endsWith('AAAA') ? 'BBBB' : 'AAAA'), key)).rejects.toThrow();
  expect(unseal(box.replace('v1.', 'v2.'), key)).rejects.toThrow('version');
});
