// Numbers, sizes, rates and times in the reader's locale.
import { formatBytes } from '@relevo/protocol';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

export interface Formats {
  /** `12.3 MB`: decimal units, one decimal so that the width stays while it grows. */
  bytes(count: number): string;
  /** `12.3 MB/s` from bytes per second. */
  rate(bytesPerSecond: number): string;
  /** `45%` from 0 to 100. */
  percent(value: number): string;
  /** `3 min 20 s`, at most two units. */
  duration(milliseconds: number): string;
  /** `3.4 s`: a short duration, in tenths. */
  seconds(milliseconds: number): string;
  dateTime(iso: string): string;
  time(iso: string): string;
  /** A time on an axis that spans `spanMs`: seconds, minutes or days, as the span needs. */
  axisTime(time: number, spanMs: number): string;
  /** `2 minutes ago`, measured against `now` in milliseconds since the epoch. */
  relative(iso: string, now: number): string;
  number(value: number): string;
  /** `1,250.00`: an amount of money, without its currency. */
  amount(value: number): string;
  /** `1250.5`: as one writes it into a field, in which `decimals` are always there. */
  typed(value: number, decimals?: number): string;
  /** Between a number and its decimals. */
  decimalSeparator: string;
}

export function createFormats(locale: string): Formats {
  const number = new Intl.NumberFormat(locale);
  const amount = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const decimalSeparator = number.formatToParts(0.5).find(({ type }) => type === 'decimal')?.value ?? '.';
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
  const ofDay = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
  const ofYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  // Instead of "now", which does not go with "since".
  const aMomentAgo = locale.startsWith('es') ? 'hace un momento' : 'a moment ago';
  const units = new Map<string, Intl.NumberFormat>();

  function inUnit(value: number, unit: string, decimals: number): string {
    const key = `${unit} ${decimals}`;
    const format =
      units.get(key) ??
      // Some Spanish variants shorten days to "dd.", which nobody reads as days.
      new Intl.NumberFormat(locale, {
        style: 'unit',
        unit,
        unitDisplay: unit === 'day' ? 'long' : 'short',
        minimumFractionDigits: decimals,
        maximumFractionDigits: decimals,
      });
    units.set(key, format);
    return format.format(value);
  }

  const bytes = (count: number) => formatBytes(count, locale);

  return {
    bytes,
    rate: (bytesPerSecond) => `${bytes(bytesPerSecond)}/s`,
    percent: (value) => percent.format(Math.floor(value) / 100),
    duration(milliseconds) {
      const seconds = Math.round(milliseconds / second);
      const parts: [number, string][] = [
        [Math.floor(seconds / 86_400), 'day'],
        [Math.floor(seconds / 3600) % 24, 'hour'],
        [Math.floor(seconds / 60) % 60, 'minute'],
        [seconds % 60, 'second'],
      ];
      const first = parts.findIndex(([value]) => value > 0);
      const shown = first === -1 ? parts.slice(-1) : parts.slice(first, first + 2).filter(([value], index) => index === 0 || value > 0);
      return shown.map(([value, unit]) => inUnit(value, unit, 0)).join(' ');
    },
    seconds: (milliseconds) => inUnit(milliseconds / second, 'second', 1),
    dateTime: (iso) => dateTime.format(new Date(iso)),
    time: (iso) => time.format(new Date(iso)),
    axisTime: (at, spanMs) => (spanMs < 15 * minute ? time : spanMs <= 36 * hour ? ofDay : ofYear).format(at),
    relative(iso, now) {
      const past = Date.parse(iso) - now;
      const size = Math.abs(past);
      // Clocks differ a little.
      if (size < 45 * second) return past < 5 * second ? aMomentAgo : relative.format(0, 'second');
      if (size < 45 * minute) return relative.format(Math.round(past / minute), 'minute');
      if (size < 22 * hour) return relative.format(Math.round(past / hour), 'hour');
      return relative.format(Math.round(past / day), 'day');
    },
    number: (value) => number.format(value),
    amount: (value) => amount.format(value),
    typed: (value, decimals = 0) =>
      new Intl.NumberFormat(locale, { useGrouping: false, minimumFractionDigits: decimals, maximumFractionDigits: Math.max(decimals, 3) }).format(value),
    decimalSeparator,
  };
}

/** The formats of the page's language. */
export function useFormats(): Formats {
  const { language } = useTranslation().i18n;
  return useMemo(() => createFormats(readerLocale(language)), [language]);
}

/** The reader's own variant of the page's language (`es-AR`), when the browser has one. */
function readerLocale(language: string): string {
  return navigator.languages.find((tag) => tag.toLowerCase().split('-')[0] === language) ?? language;
}
