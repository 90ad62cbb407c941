// Nothing that comes from a record, a router or a hub becomes a command of its own.
import { expect, test } from 'bun:test';
import { TaskFailure } from '../../tasks/task-handler.ts';
import {
  addElement,
  addNeighbour,
  addRoute,
  cutFlows,
  deleteElement,
  deleteNeighbour,
  deleteRoute,
  find,
  parseNftSet,
  quoted,
  sectionsOf,
} from './commands.ts';

const set = { family: 'inet', table: 'relevo', set: 'clientes' };
const hostile = [
  "10.0.0.5'; reboot; '",
  '$(reboot)',
  '`reboot`',
  '10.0.0.5\nreboot',
  '10.0.0.5 }; delete table inet relevo',
  '-h',
  '10.0.0.0/8',
  '10.0.0.5%lan',
  '',
  '0.0.0.0',
];

test.each(hostile)('no command is made with %p for an address', (ip) => {
  for (const make of [
    () => find(ip, set),
    () => deleteElement(set, ip),
    () => addElement(set, ip, {}),
    () => deleteRoute(ip, {}),
    () => addRoute(ip, {}),
    () => deleteNeighbour(ip, 'lan'),
    () => addNeighbour(ip, 'lan', '4C:5E:0C:AA:BB:05'),
    () => cutFlows(ip),
    () => addRoute('10.0.0.5', { via: ip }),
  ]) {
    expect(make).toThrow(TaskFailure);
  }
});

test.each(["lan'; reboot", '$(reboot)', 'a-name-of-more-than-15', '', 'la n'])('no command is made with %p for an interface', (dev) => {
  expect(() => deleteNeighbour('10.0.0.5', dev)).toThrow(TaskFailure);
  expect(() => addRoute('10.0.0.5', { dev })).toThrow(TaskFailure);
});

test.each(['x" }; delete table inet relevo; #', 'two\nlines', 'back\\slash', ''])('no element is added with %p for a comment', (comment) => {
  expect(() => addElement(set, '10.0.0.5', { comment })).toThrow(TaskFailure);
});

test('a comment with the quote of the shell reaches nft as one word', () => {
  expect(addElement(set, '10.0.0.5', { comment: "Ana's" })).toEndWith(`$s nft add element 'inet' 'relevo' 'clientes' '{ 10.0.0.5 comment "Ana'\\''s" }'`);
});

test.each([
  'inet relevo',
  'inet relevo clientes x',
  'bridge relevo clientes',
  "inet relevo cli'entes",
  'inet relevo $(reboot)',
  'inet  relevo clientes',
  'inet relevo 1clientes',
  '',
])('%p is no set of customers', (text) => {
  expect(() => parseNftSet(text)).toThrow(TaskFailure);
});

test.each(['inet relevo clientes', 'ip filter allow-list', 'ip6 a b.c_d'])('%p is a set of customers', (text) => {
  expect(Object.values(parseNftSet(text)).join(' ')).toBe(text);
});

test.each(["it's", '$(reboot) `x` "y" \\', 'two\nlines', ''])('a shell reads the quoted %p as it was', (text) => {
  expect(Bun.spawnSync(['sh', '-c', `printf %s ${quoted(text)}`]).stdout.toString()).toBe(text);
});

test('an answer is taken apart by its sections, and how each ended', () => {
  const sections = sectionsOf('@@set\ntable\n@@end 0\n@@element\n@@end 1\n@@route\n10.0.0.5 dev lan\n@@end 0\n');
  expect([...sections]).toEqual([
    ['set', { text: 'table\n', code: 0 }],
    ['element', { text: '', code: 1 }],
    ['route', { text: '10.0.0.5 dev lan\n', code: 0 }],
  ]);
});
