// The look of both interfaces: calm, one accent, numbers that keep their width.
import { createTheme, type MantineColorsTuple } from '@mantine/core';

const relay: MantineColorsTuple = ['#e3f6fa', '#d1e9ee', '#a7d1da', '#79b8c6', '#53a3b4', '#3b96aa', '#2b8fa4', '#1a7c90', '#0b7285', '#005f70'];

/** Dark greys with a breath of the accent, so that inputs, menus and cards belong together. */
const dark: MantineColorsTuple = ['#d3dade', '#b9c3c9', '#95a1a9', '#6d7a82', '#3d474e', '#30393f', '#272f34', '#1c2226', '#161b1e', '#101416'];

export const theme = createTheme({
  primaryColor: 'relay',
  primaryShade: { light: 8, dark: 7 },
  colors: { relay, dark },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "Liberation Mono", monospace',
  headings: { fontWeight: '600' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  autoContrast: true,
  respectReducedMotion: true,
  components: {
    Modal: {
      defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.45, blur: 2 } },
      classNames: { content: 'relevo-surface', header: 'relevo-surface', title: 'relevo-dialog-title' },
    },
    Drawer: { classNames: { content: 'relevo-surface', header: 'relevo-surface', title: 'relevo-dialog-title' } },
    // What may be left out is the exception, and says so itself.
    InputWrapper: { defaultProps: { withAsterisk: false } },
    // A list that opens by itself would take the first Esc from the dialog that it stands in.
    Select: { defaultProps: { openOnFocus: false } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
    Badge: { defaultProps: { variant: 'light' } },
    NavLink: { styles: { root: { borderRadius: 'var(--mantine-radius-md)' } } },
  },
});
