// Reads a count from the command line.
import { InvalidArgumentError } from 'commander';
import { say } from './language.ts';

/** A whole number from 1. @throws InvalidArgumentError, which Commander says beside the option's name */
export function positive(text: string): number {
  const value = Number(text);
  if (!/^[0-9]{1,15}$/.test(text) || value < 1) throw new InvalidArgumentError(say('It must be a whole number from 1.', 'Debe ser un número entero desde 1.'));
  return value;
}
