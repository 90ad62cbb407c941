// Runs a command of the system and tells how long it took.

/** Seconds that `script` took in bash, those of processor time that it and its commands used, and what it printed. @throws when any part of it fails */
export async function timed(script: string): Promise<{ seconds: number; cpuSeconds: number; output: string }> {
  const started = performance.now();
  const child = Bun.spawn(['bash', '-c', `set -euo pipefail\n${script}`], { stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' });
  const output = await new Response(child.stdout).text();
  const code = await child.exited;
  const seconds = (performance.now() - started) / 1000;
  if (code !== 0) throw new Error(`${script} ended with ${code}`);
  // getrusage(2) of a process that was waited for includes those it waited for itself.
  const cpuSeconds = Number(child.resourceUsage()?.cpuTime.total ?? 0) / 1e6;
  return { seconds, cpuSeconds, output };
}

/** Brings what earlier runs wrote to the disk, so that no run pays for another. */
export async function settleDisk(folder: string): Promise<void> {
  await timed(`sync -f ${folder}`);
}
