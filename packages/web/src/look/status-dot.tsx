// A coloured dot beside a word: never the only carrier of what it says.
import type { MantineColor } from '@mantine/core';

export function StatusDot({ color, pulse = false }: { color: MantineColor; pulse?: boolean }) {
  return <span className="relevo-dot" aria-hidden data-pulse={pulse || undefined} style={{ background: `var(--mantine-color-${color}-6)` }} />;
}
