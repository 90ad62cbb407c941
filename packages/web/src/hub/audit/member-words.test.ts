import { expect, test } from 'bun:test';
import {
  connectionSchema,
  customerSchema,
  enrolmentTokenSchema,
  fileSchema,
  heldFileSchema,
  newRouterSchema,
  routerSchema,
  serviceSchema,
  userSchema,
} from '@relevo/protocol';
import en from '../../language/en.json' with { type: 'json' };

test('every member of a record of which the audit log tells has a word', () => {
  const records = [
    connectionSchema,
    customerSchema,
    enrolmentTokenSchema,
    fileSchema,
    heldFileSchema,
    newRouterSchema,
    routerSchema,
    serviceSchema,
    userSchema,
  ];
  const members = new Set(records.flatMap(({ shape }) => Object.keys(shape)));
  // The table leaves it out.
  members.delete('updated_at');
  expect([...members].filter((member) => !Object.hasOwn(en.members, member))).toEqual([]);
});
