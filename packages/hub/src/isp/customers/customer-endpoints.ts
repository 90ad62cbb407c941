// /api/clientes: the customers, listed, made, changed, deleted when nothing belongs to them.
import { customerChangesSchema, customerSchema, newCustomerSchema } from '@relevo/protocol';
import { z } from 'zod';
import { endpoint, json, noContent } from '../../http/endpoint.ts';
import { actorOf } from '../actor.ts';
import { idParams, pageQuery, placeOf, placeQuery, totalSchema, writeCursor } from '../list-page.ts';
import { type Customers, customerSorts } from './customers.ts';

export function listCustomers(customers: Customers) {
  return endpoint({
    summary: 'Customers; `query` looks in name, document, telephone and e-mail',
    query: z.object({ ...pageQuery, ...placeQuery, sort: z.enum(customerSorts).default('nombre') }),
    responses: {
      200: { description: 'One page', schema: z.object({ clientes: z.array(customerSchema), next_cursor: z.string().nullable(), ...totalSchema }) },
    },
    async handle({ query: { query, sort, cursor, offset, limit } }) {
      const { customers: clientes, next, total } = await customers.list({ query, sort, ...placeOf({ cursor, offset }, sort), limit });
      return json({ clientes, next_cursor: writeCursor(next, sort), ...(total !== undefined && { total }) });
    },
  });
}

export function getCustomer(customers: Customers) {
  return endpoint({
    summary: 'A customer',
    params: idParams,
    responses: { 200: { description: 'The customer', schema: customerSchema } },
    handle: async ({ params }) => json(await customers.get(params.id)),
  });
}

export function createCustomer(customers: Customers) {
  return endpoint({
    summary: 'Make a customer',
    body: newCustomerSchema,
    responses: { 201: { description: 'The customer', schema: customerSchema } },
    async handle(request) {
      const made = await customers.create(actorOf(request), request.body);
      return json(made, 201, { location: `/api/clientes/${made.id_usuario}` });
    },
  });
}

export function updateCustomer(customers: Customers) {
  return endpoint({
    summary: 'Change a customer',
    params: idParams,
    body: customerChangesSchema,
    responses: { 200: { description: 'The customer', schema: customerSchema } },
    handle: async (request) => json(await customers.update(actorOf(request), request.params.id, request.body)),
  });
}

export function deleteCustomer(customers: Customers) {
  return endpoint({
    summary: 'Delete a customer without connections',
    params: idParams,
    responses: { 204: { description: 'Deleted' }, 409: { description: '`record_in_use`: a connection belongs to the customer' } },
    async handle(request) {
      await customers.delete(actorOf(request), request.params.id);
      return noContent();
    },
  });
}
