// Shows the generated password of the first administrator, once: to the supervisor, which has a place for it, or on the terminal. Never in the log.
import { tellSupervisor } from '@relevo/runtime';
import type { FirstAdmin } from './auth.ts';

export function announceFirstAdmin({ email, password }: FirstAdmin, write: (text: string) => void = (text) => void process.stdout.write(text)): void {
  if (tellSupervisor({ event: 'first_admin', email, password })) return;
  write(`\n  The first administrator was made; this is shown only once.\n\n    E-mail    ${email}\n    Password  ${password}\n\n`);
}
