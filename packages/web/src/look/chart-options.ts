// How a chart over time is drawn: the theme's colours, quiet lines, and no more labels than fit.
import UPlot from 'uplot';

export type ChartColor = 'relay' | 'teal' | 'red' | 'gray' | 'orange';

export interface ChartSeries {
  name: string;
  color: ChartColor;
  /** As many as there are times; null where nothing is known. */
  values: readonly (number | null)[];
  /** `area` unless said otherwise. */
  kind?: 'area' | 'line' | 'bars';
}

interface ChartOptions {
  looks: readonly [ChartColor, NonNullable<ChartSeries['kind']>][];
  isCount: boolean;
  size: { width: number; height: number };
  formatValue: (value: number) => string;
  /** `time` in milliseconds since 1970, `spanMs` between the first and the last. */
  formatTime: (time: number, spanMs: number) => string;
  /** The index that is pointed at; null when none is. */
  onPoint: (index: number | null) => void;
}

const counts = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 1_000_000];

/** Seconds between two marks on the axis of time: its labels say no fractions. */
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 432_000, 864_000];
/** The least that an axis reaches up to, so that nothing is drawn as nothing: things counted, and bytes. */
const countMin = 4;
const bytesMin = 1000;

/** Reads the theme from the document: to be called again when the scheme changes. */
export function chartOptions({ looks, isCount, size, formatValue, formatTime, onPoint }: ChartOptions): UPlot.Options {
  const css = getComputedStyle(document.documentElement);
  const color = (name: string) => css.getPropertyValue(name).trim();
  const text = color('--mantine-color-dimmed');
  const line = color('--relevo-line') || color('--mantine-color-default-border');
  const font = `11px ${css.getPropertyValue('--mantine-font-family') || 'sans-serif'}`;
  const axis = { stroke: text, font, ticks: { show: false }, grid: { stroke: line, width: 1 } } as const;
  const bars = UPlot.paths.bars?.({ size: [0.75, 40], radius: 0.15 });
  return {
    ...size,
    padding: [10, 22, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 7 }, drag: { setScale: false, x: false, y: false } },
    scales: { y: { range: (_, __, max) => [0, Math.max(isCount ? countMin : bytesMin, (max ?? 0) * 1.08)] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 26,
        incrs: steps,
        gap: 4,
        space: 90,
        values: (chart, splits) => {
          const { min, max } = chart.scales.x ?? {};
          return splits.map((seconds) => formatTime(seconds * 1000, ((max ?? 0) - (min ?? 0)) * 1000));
        },
      },
      { ...axis, size: 64, space: 34, ...(isCount && { incrs: counts }), values: (_, splits) => splits.map(formatValue) },
    ],
    series: [
      {},
      ...looks.map(([name, kind]): UPlot.Series => {
        const stroke = color(`--mantine-color-${name}-6`);
        if (kind === 'bars') return { stroke, fill: stroke, width: 0, points: { show: false }, ...(bars && { paths: bars }) };
        const points = { show: isSparse, size: 6, fill: stroke };
        return { stroke, width: 2, points, ...(kind === 'area' && { fill: `color-mix(in srgb, ${stroke} 18%, transparent)` }) };
      }),
    ],
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.left !== undefined && cursor.left >= 0 ? (cursor.idx ?? null) : null)] },
  };
}

/** A line needs two points: fewer are shown as points. */
function isSparse({ data }: UPlot, series: number): boolean {
  const values = data[series] ?? [];
  let known = 0;
  for (const value of values) if (value !== null && value !== undefined && ++known > 2) return false;
  return true;
}

/** The values of each series on top of those before it; the last is the sum. */
export function stacked(series: readonly ChartSeries[]): number[][] {
  const sums = new Array<number>(series[0]?.values.length ?? 0).fill(0);
  return series.map(({ values }) => {
    values.forEach((value, index) => {
      sums[index] = (sums[index] ?? 0) + (value ?? 0);
    });
    return [...sums];
  });
}
