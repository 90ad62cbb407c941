// The card that content lies on.
import { Paper, type PaperProps } from '@mantine/core';
import type { ReactNode } from 'react';

interface SurfaceProps extends PaperProps {
  component?: 'div' | 'section' | 'li';
  'aria-label'?: string;
  'data-step'?: string;
  'data-status'?: string;
  children: ReactNode;
}

export function Surface({ component = 'div', children, ...props }: SurfaceProps) {
  return (
    <Paper component={component} withBorder radius="lg" className="relevo-surface" {...props}>
      {children}
    </Paper>
  );
}
