// Amounts of bytes as people read them.

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
/** Making one takes longer than using it a hundred times. */
const formats = new Map<string, Intl.NumberFormat>();

/** `12.3 MB`: decimal units, one decimal so that the width stays while it grows. */
export function formatBytes(count: number, locale: string): string {
  let step = 0;
  let value = count;
  // 999.95 kB would be shown as 1,000.0 kB.
  while (value >= 999.95 && step < byteUnits.length - 1) {
    value /= 1000;
    step += 1;
  }
  const unit = byteUnits[step] ?? 'byte';
  const key = `${locale} ${unit}`;
  const decimals = step === 0 ? 0 : 1;
  // The short form of a byte says "999 byte".
  const unitDisplay = step === 0 ? 'long' : 'short';
  const format =
    formats.get(key) ?? new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay, minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  formats.set(key, format);
  return format.format(value);
}
