// Where results go: standard output, as text for people or JSON for programs.

export interface OutputOptions {
  /** `--json` */
  json?: boolean | undefined;
}

/** Prints `value` as JSON, or what `asText` makes of it. */
export function print(value: unknown, { json }: OutputOptions, asText: () => string): void {
  const text = json ? JSON.stringify(value, null, 2) : asText();
  if (text !== '') process.stdout.write(`${text}\n`);
}
