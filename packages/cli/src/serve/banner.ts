// What `relevo up` shows when it runs: where to go, and the first time how to sign in.
import { say } from '../terminal/language.ts';

export interface Running {
  hubUrl: string;
  /** Absent while the agent is not up yet. */
  agentUrl?: string | undefined;
  firstAdmin?: { email: string; password: string } | undefined;
}

export function banner({ hubUrl, agentUrl, firstAdmin }: Running): string {
  const lines = [
    say('Relevo is running.', 'Relevo está en marcha.'),
    '',
    ...rows([
      ['Hub', hubUrl],
      [say('Agent', 'Agente'), agentUrl ?? say('starting …', 'iniciando …')],
    ]),
  ];
  if (firstAdmin) {
    lines.push('', say('Your first sign-in, shown only this once:', 'Su primer inicio de sesión; se muestra solo esta vez:'), '');
    lines.push(
      ...rows([
        ['E-mail', firstAdmin.email],
        [say('Password', 'Contraseña'), firstAdmin.password],
      ]),
    );
  }
  lines.push('', say('Ctrl-C stops both.', 'Ctrl-C detiene ambos.'));
  return `\n${lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}\n\n`;
}

function rows(pairs: [string, string][]): string[] {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `  ${name.padEnd(width)}   ${value}`);
}
