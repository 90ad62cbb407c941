// Numbers as people write them: with a comma or a point, whichever the page shows. Pure.

export interface NumberBounds {
  min: number;
  max: number;
  /** Digits after the decimal separator that are kept; 0 for whole numbers. */
  decimals: number;
}

/** Why a text is not taken; each has a text of its own under `numbers`. */
export type NumberFault = 'unreadable' | 'ambiguous' | 'not_whole' | 'too_precise' | 'out_of_range';

/** Of an empty text neither is there. */
export interface ReadNumber {
  value?: number;
  fault?: NumberFault;
}

/**
 * Reads `text`, of which nothing is guessed, rounded or bounded. `separator` is the decimal one of the reader's locale: "24,905" is less than 25 where
 * the comma is that, and might be either where it is not.
 */
export function readNumber(text: string, { min, max, decimals }: NumberBounds, separator: string): ReadNumber {
  const written = text.trim().replace(/^\u2212/, '-');
  if (written === '') return {};
  if (decimals === 0 && !/^[-+]?\d+$/.test(written)) return { fault: /^[-+]?\d[\d.,]*$/.test(written) ? 'not_whole' : 'unreadable' };
  const plain = plainOf(written, separator);
  if (plain === 'unreadable' || plain === 'ambiguous') return { fault: plain };
  if ((plain.split('.')[1] ?? '').replace(/0+$/, '').length > decimals) return { fault: 'too_precise' };
  const value = Number(plain);
  return value < min || value > max ? { fault: 'out_of_range' } : { value };
}

/** The digits with a point for the decimals and nothing between thousands. */
function plainOf(written: string, separator: string): string {
  if (/^[-+]?(?:\d+[.,]?\d*|[.,]\d+)$/.test(written)) {
    // A group of three after what is not the reader's own separator may be thousands.
    const other = separator === ',' ? '\\.' : ',';
    return new RegExp(`^[-+]?[1-9]\\d{0,2}${other}\\d{3}$`).test(written) ? 'ambiguous' : written.replace(',', '.');
  }
  const grouped = /^[-+]?[1-9]\d{0,2}(?:([.,' \u00a0\u202f])\d{3})(?:\1\d{3})*(?:([.,])\d*)?$/.exec(written);
  if (!grouped || grouped[1] === grouped[2]) return 'unreadable';
  const decimal = grouped[2] === undefined ? -1 : written.lastIndexOf(grouped[2]);
  const [whole, rest] = decimal === -1 ? [written, ''] : [written.slice(0, decimal), written.slice(decimal + 1)];
  return `${whole.replace(/[^-+\d]/g, '')}.${rest}`;
}
