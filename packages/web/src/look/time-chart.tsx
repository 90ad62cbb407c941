// Figures over time as a drawing that can be read with the mouse, with the arrow keys, and as words.
import 'uplot/dist/uPlot.min.css';
import { Box, Group, Text, useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import UPlot from 'uplot';
import { useFormats } from '../language/formats.ts';
import { type ChartColor, type ChartSeries, chartOptions, stacked } from './chart-options.ts';
import { StatusDot } from './status-dot.tsx';

export type { ChartSeries } from './chart-options.ts';

interface TimeChartProps {
  /** What the figures are: said to who cannot see them. */
  label: string;
  /** Milliseconds since 1970, rising. */
  times: readonly number[];
  /** Made with useMemo: the drawing is made anew when it changes. One colour each. */
  series: readonly ChartSeries[];
  format: (value: number) => string;
  /** Each series stands on the one before it. */
  isStacked?: boolean;
  /** Only whole numbers mean something. */
  isCount?: boolean;
  height?: number;
}

export function TimeChart({ label, times, series, format, isStacked = false, isCount = false, height = 170 }: TimeChartProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const scheme = useComputedColorScheme('light');
  const { ref: frame, width: exactWidth } = useElementSize();
  const width = Math.floor(exactWidth);
  const target = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  // The highest stack is drawn first, so that none hides another.
  const looks = ordered(series, isStacked)
    .map(({ color, kind = 'area' }) => `${color} ${kind}`)
    .join();
  const newest = useRef({ format, formats });
  newest.current = { format, formats };
  const data = useMemo((): UPlot.AlignedData => {
    const values = isStacked ? ordered(stacked(series), true) : series.map(({ values }) => [...values]);
    return [times.map((time) => time / 1000), ...values];
  }, [times, series, isStacked]);
  const drawn = useRef(data);
  drawn.current = data;
  const isReady = width > 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the looks and the scheme are the reason to draw anew; data and size follow below
  useEffect(() => {
    if (!target.current || !isReady) return;
    const made = new UPlot(
      chartOptions({
        looks: looks.split(',').map((look) => look.split(' ') as [ChartColor, NonNullable<ChartSeries['kind']>]),
        isCount,
        size: { width, height },
        formatValue: (value) => newest.current.format(value),
        formatTime: (time, spanMs) => newest.current.formats.axisTime(time, spanMs),
        onPoint: setPointed,
      }),
      drawn.current,
      target.current,
    );
    chart.current = made;
    return () => {
      chart.current = null;
      made.destroy();
    };
  }, [looks, scheme, isCount, isReady]);
  useEffect(() => chart.current?.setData(data), [data]);
  useEffect(() => {
    const made = chart.current;
    if (isReady && made && (made.width !== width || made.height !== height)) made.setSize({ width, height });
  }, [width, height, isReady]);

  const last = times.length - 1;
  const shown = pointed !== null && pointed <= last ? pointed : last;
  function point(event: KeyboardEvent) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined || !chart.current) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(last, shown + step));
    const left = chart.current.valToPos((times[next] ?? 0) / 1000, 'x');
    chart.current.setCursor({ left, top: 0 });
  }
  const time = times[shown];
  const words = series.map(({ name, values }) => {
    const value = values[shown];
    return { name, text: value === null || value === undefined ? '–' : format(value) };
  });
  return (
    <Box ref={frame} miw={0}>
      <Group gap="md" mih={24} wrap="wrap" fz="sm">
        {words.map(({ name, text }, index) => (
          <Group key={name} gap={6} wrap="nowrap">
            <StatusDot color={series[index]?.color ?? 'gray'} />
            <Text inherit c="dimmed" span>
              {name}
            </Text>
            <Text inherit fw={600} span>
              {text}
            </Text>
          </Group>
        ))}
        {time !== undefined && pointed !== null ? (
          <Text inherit c="dimmed" span ms="auto">
            {formats.dateTime(new Date(time).toISOString())}
          </Text>
        ) : (
          <Text inherit c="dimmed" span ms="auto" visibleFrom="sm">
            {t('chart.now')}
          </Text>
        )}
      </Group>
      <div
        ref={target}
        role="img"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys read the figures one by one
        tabIndex={0}
        onKeyDown={point}
        aria-label={`${label}. ${words.map(({ name, text }) => `${name}: ${text}`).join(', ')}`}
        style={{ height }}
        className="relevo-chart"
      />
    </Box>
  );
}

function ordered<T>(items: readonly T[], isReversed: boolean): T[] {
  return isReversed ? items.toReversed() : [...items];
}
