// What people call a task on a connection.
import { expect, test } from 'bun:test';
import { taskTitle } from './task-title.ts';

const router = { nombre: 'Router norte' };
const direccion_ip = '10.20.0.5';

test.each([
  ['tells whose connection it is, and on which router', { cliente: 'Ana', direccion_ip }, 'Ana (10.20.0.5) · Router norte'],
  ['of a hub that does not tell the customer is the address', { direccion_ip }, 'Router norte: 10.20.0.5'],
])('the title of a task %s', (_, connection, expected) => {
  expect(taskTitle({ router, connection })).toBe(expected);
});
