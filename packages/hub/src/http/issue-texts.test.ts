import { expect, test } from 'bun:test';
import { newConnectionSchema, newCustomerSchema, newRouterSchema, newServiceSchema } from '@relevo/protocol';
import { z } from 'zod';
import { issueTexts } from './issue-texts.ts';

const connection = { id_usuario: 1, direccion_ip: '10.0.0.1' };
const customer = { nombre: 'Ana' };
const service = { nombre: 'Fibra', precio: 1 };
const router = { nombre: 'Torre', tipo: 'linux', host: '10.0.0.1' };

test.each<[string, z.ZodType, unknown, string, string]>([
  ['an address', newConnectionSchema, { ...connection, direccion_ip: '10.0.0.0/24' }, 'direccion_ip', 'debe ser la dirección IPv4 o IPv6 de un solo equipo'],
  ['a MAC', newConnectionSchema, { ...connection, mac: 'zz' }, 'mac', 'debe ser una dirección MAC, como 4C:5E:0C:AA:BB:01'],
  ['a state', newConnectionSchema, { ...connection, estado: 'rota' }, 'estado', 'debe ser uno de activa, suspendida'],
  ['what is missing', newConnectionSchema, { direccion_ip: '10.0.0.1' }, 'id_usuario', 'falta'],
  ['a number that is a text', newConnectionSchema, { ...connection, id_usuario: '1' }, 'id_usuario', 'debe ser un número'],
  ['a number that is not whole', newConnectionSchema, { ...connection, id_usuario: 1.5 }, 'id_usuario', 'debe ser un número entero'],
  ['a number that is too small', newConnectionSchema, { ...connection, id_usuario: 0 }, 'id_usuario', 'debe ser como mínimo 1'],
  ['an empty name', newCustomerSchema, { nombre: ' ' }, 'nombre', 'no puede quedar vacío'],
  ['a long name', newCustomerSchema, { nombre: 'x'.repeat(201) }, 'nombre', 'debe tener como máximo 200 caracteres'],
  ['a name of several lines', newCustomerSchema, { nombre: 'a\nb' }, 'nombre', 'no puede tener caracteres de control'],
  ['an e-mail address', newCustomerSchema, { ...customer, email: 'ana' }, 'email', 'debe ser una dirección de correo'],
  ['a price', newServiceSchema, { ...service, precio: 1.005 }, 'precio', 'debe tener dos decimales como mucho'],
  ['a host', newRouterSchema, { ...router, host: 'a b' }, 'host', 'debe ser un nombre de equipo o una dirección IP'],
  ['a pin', newRouterSchema, { ...router, pin: 'abc' }, 'pin', 'debe ser un SHA-256 en base64'],
  ['a set', newRouterSchema, { ...router, nft_set: 'x' }, 'nft_set', 'debe ser familia, tabla y conjunto, como inet relevo clientes'],
  ['credentials', newRouterSchema, { ...router, credentials: { username: 'a' } }, 'credentials', 'hace falta la contraseña o la clave privada'],
  ['a member that there is not', z.strictObject({}), { a: 1 }, '', 'no existe a'],
  ['a list', z.object({ a: z.array(z.string()).min(2) }), { a: ['x'] }, 'a', 'debe tener como mínimo 2 elementos'],
])('%s is told in both languages', (_, schema, value, path, spanish) => {
  const [issue] = schema.safeParse(value).error?.issues ?? [];
  if (!issue) throw new Error('it is valid');
  const { en, es } = issueTexts(issue);
  expect([issue.path.join('.'), es]).toEqual([path, spanish]);
  expect(en).not.toBe(es);
  expect(en).not.toMatch(/expected|received|>=|<=/);
});

test('what nothing is known of is told as it is', () => {
  const [issue] = z.string().regex(/^a/, 'must begin with a').safeParse('b').error?.issues ?? [];
  expect(issue && issueTexts(issue)).toEqual({ en: 'must begin with a', es: 'must begin with a' });
});
