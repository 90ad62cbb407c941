// What is wrong with a value that somebody sent, in both languages and in words for people; what a schema says of itself is translated here.
import type { Language } from '@relevo/protocol';
import type { z } from 'zod';

export type Texts = Readonly<Record<Language, string>>;

/** The words of schemas, as they stand there. */
const ofSchemas: Readonly<Record<string, string>> = {
  'must not hold control characters': 'no puede tener caracteres de control',
  'must be the IPv4 or IPv6 address of one host': 'debe ser la dirección IPv4 o IPv6 de un solo equipo',
  'must be a MAC address, as 4C:5E:0C:AA:BB:01': 'debe ser una dirección MAC, como 4C:5E:0C:AA:BB:01',
  'must be a host name or an IP address': 'debe ser un nombre de equipo o una dirección IP',
  'must be a SHA-256 in base64': 'debe ser un SHA-256 en base64',
  'must be family, table and set, as inet relevo clientes': 'debe ser familia, tabla y conjunto, como inet relevo clientes',
  'password or private_key is needed': 'hace falta la contraseña o la clave privada',
  'must have at most two decimals': 'debe tener dos decimales como mucho',
};

const types: Readonly<Record<string, Texts>> = {
  string: { en: 'must be a text', es: 'debe ser un texto' },
  number: { en: 'must be a number', es: 'debe ser un número' },
  int: { en: 'must be a whole number', es: 'debe ser un número entero' },
  boolean: { en: 'must be true or false', es: 'debe ser true o false' },
  array: { en: 'must be a list', es: 'debe ser una lista' },
  object: { en: 'must be an object', es: 'debe ser un objeto' },
};

export function issueTexts(issue: z.core.$ZodIssue): Texts {
  const { message } = issue;
  const spanish = ofSchemas[message];
  return spanish === undefined ? (plain(issue) ?? { en: message, es: message }) : { en: message, es: spanish };
}

function plain(issue: z.core.$ZodIssue): Texts | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined') ? { en: 'is missing', es: 'falta' } : types[issue.expected];
    case 'too_small':
      return bound(issue.origin, Number(issue.minimum), 'least');
    case 'too_big':
      return bound(issue.origin, Number(issue.maximum), 'most');
    case 'invalid_format':
      return issue.format === 'email' ? { en: 'must be an e-mail address', es: 'debe ser una dirección de correo' } : undefined;
    case 'invalid_value':
      return { en: `must be one of ${issue.values.join(', ')}`, es: `debe ser uno de ${issue.values.join(', ')}` };
    case 'unrecognized_keys':
      return { en: `there is no ${issue.keys.join(', ')}`, es: `no existe ${issue.keys.join(', ')}` };
    default:
      return undefined;
  }
}

function bound(origin: string, length: number, which: 'least' | 'most'): Texts | undefined {
  const spanish = which === 'least' ? 'como mínimo' : 'como máximo';
  if (origin === 'string') {
    if (which === 'least' && length === 1) return { en: 'must not be empty', es: 'no puede quedar vacío' };
    return { en: `must have at ${which} ${length} characters`, es: `debe tener ${spanish} ${length} caracteres` };
  }
  if (origin === 'array') return { en: `must have at ${which} ${length} entries`, es: `debe tener ${spanish} ${length} elementos` };
  return { en: `must be at ${which} ${length}`, es: `debe ser ${spanish} ${length}` };
}
