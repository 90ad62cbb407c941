// The one line that makes an agent of a machine: it downloads the executable that the hub offers, checks it and starts it; or starts what is there already.
import type { Executable, ExecutablePlatform } from '@relevo/protocol';

export const systems = ['linux', 'macos', 'windows', 'docker'] as const;
export type System = (typeof systems)[number];

/** The platforms of each system, the likelier first. */
export const platformsOf: Readonly<Record<System, readonly ExecutablePlatform[]>> = {
  linux: ['linux-x64', 'linux-arm64'],
  macos: ['darwin-arm64', 'darwin-x64'],
  windows: ['windows-x64'],
  docker: ['linux-x64', 'linux-arm64'],
};

export interface Enrolment {
  /** Of the hub, as the agent is to dial it; `http://host:port`. */
  origin: string;
  token: string;
}

/** Without an `executable` the machine must have Relevo, or for Docker its image, already. */
export function enrolmentCommand(system: System, enrolment: Enrolment, executable: Executable | undefined): string {
  if (system === 'windows') return executable ? windowsDownload(enrolment, executable) : `${windowsSettings(enrolment)}; npx relevo agent`;
  if (system === 'docker')
    return executable ? dockerDownload(enrolment, executable) : dockerRun(enrolment, ['-v relevo-agent:/var/lib/relevo', 'relevo-agent']);
  const settings = `SERVER_URL='${enrolment.origin}' API_KEY='${enrolment.token}'`;
  return executable ? `${unixDownload(enrolment, executable)} && ${settings} ./relevo agent` : `${settings} npx relevo agent`;
}

/** Whatever was downloaded is made executable only when it is what the hub said. */
function unixDownload({ origin }: Enrolment, { name, platform, sha256 }: Executable): string {
  const check = platform.startsWith('darwin') ? 'shasum -a 256' : 'sha256sum';
  return `curl -fsSLo relevo '${contentOf(origin, name)}' && echo '${sha256}  relevo' | ${check} -c - && chmod 755 relevo`;
}

function dockerDownload(enrolment: Enrolment, executable: Executable): string {
  const run = dockerRun(enrolment, [
    '--init --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges',
    '-v relevo-agent:/var/lib/relevo -v "$PWD/relevo:/usr/local/bin/relevo:ro" -w /var/lib/relevo -e AGENT_DATA_DIR=/var/lib/relevo',
    'debian:bookworm-slim relevo agent',
  ]);
  return `${unixDownload(enrolment, executable)} && ${run}`;
}

function dockerRun({ origin, token }: Enrolment, rest: readonly string[]): string {
  return ['docker run -d --restart unless-stopped', `-e SERVER_URL='${origin}' -e API_KEY='${token}'`, ...rest].join(' ');
}

/** PowerShell 5, which Windows brings: its progress bar would slow a download down many times, and a `throw` ends the line. */
function windowsDownload(enrolment: Enrolment, { name, sha256 }: Executable): string {
  return [
    "$ErrorActionPreference='Stop'",
    "$ProgressPreference='SilentlyContinue'",
    `Invoke-WebRequest -UseBasicParsing '${contentOf(enrolment.origin, name)}' -OutFile relevo.exe`,
    `if ((Get-FileHash relevo.exe -Algorithm SHA256).Hash -ne '${sha256}') { throw 'relevo.exe: SHA-256' }`,
    windowsSettings(enrolment),
    '.\\relevo.exe agent',
  ].join('; ');
}

function windowsSettings({ origin, token }: Enrolment): string {
  return `$env:SERVER_URL='${origin}'; $env:API_KEY='${token}'`;
}

function contentOf(origin: string, name: string): string {
  return `${origin}/api/executables/${encodeURIComponent(name)}/content`;
}
