// The steps of an operation in their order, however many: by how they stand, by name, and only those in view are drawn.
import { Badge, Chip, Group } from '@mantine/core';
import { stateOfStep } from '@relevo/progress/watch';
import type { OperationState } from '@relevo/protocol';
import { operationStates } from '@relevo/protocol';
import { IconSearch } from '@tabler/icons-react';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SearchInput } from '../../look/search-input.tsx';
import { Empty } from '../../look/states.tsx';
import { Surface } from '../../look/surface.tsx';
import { useTopInPage } from '../../look/table/top-in-page.ts';
import { countStates, type ShownOperation, type ShownStep } from './merged-operation.ts';
import { StepRow } from './step-row.tsx';

/** So many steps need neither filter nor search. */
const fewSteps = 6;
const stepHeight = 62;
const stepsAround = 8;

interface StepTimelineProps {
  operation: Pick<ShownOperation, 'operation_id' | 'user_id' | 'steps'>;
  nameOf: (step: ShownStep) => string;
}

export function StepTimeline({ operation: { operation_id, user_id, steps }, nameOf }: StepTimelineProps) {
  const { t } = useTranslation();
  const [state, setState] = useState<OperationState | 'all'>('all');
  const [search, setSearch] = useState('');
  /** What the reader opened and closed; of few steps those open by themselves that move or failed. */
  const [opened, setOpened] = useState<ReadonlyMap<string, boolean>>(new Map());
  const states = steps.map(stateOfStep);
  const counts = countStates(steps);
  const wanted = search.toLocaleLowerCase();
  const isFiltered = steps.length > fewSteps;
  const shown = isFiltered
    ? steps.filter((step, index) => (state === 'all' || states[index] === state) && (wanted === '' || nameOf(step).toLocaleLowerCase().includes(wanted)))
    : steps;
  const onToggle = useCallback((step: string, isOpened: boolean) => setOpened((before) => new Map(before).set(step, isOpened)), []);
  const isOpened = (step: ShownStep) => opened.get(step.step) ?? (!isFiltered && step.status !== 'pending' && step.status !== 'completed');

  return (
    <>
      {isFiltered && (
        <Group gap="sm">
          <SearchInput label={t('operations.search_steps')} onSearch={setSearch} />
          <Chip.Group value={state} onChange={(value) => setState(value as OperationState | 'all')}>
            <Group gap={6} role="group" aria-label={t('operations.filter')}>
              <Chip value="all" size="xs">
                {t('operations.all_steps')} <Count of={steps.length} />
              </Chip>
              {operationStates
                .filter((value) => counts[value] > 0 || value === state)
                .map((value) => (
                  <Chip key={value} value={value} size="xs">
                    {t(`operations.step_state_${value}`)} <Count of={counts[value]} />
                  </Chip>
                ))}
            </Group>
          </Chip.Group>
        </Group>
      )}
      <Surface style={{ overflow: 'clip' }} component="section" aria-label={t('operations.steps')}>
        {shown.length === 0 ? (
          <Empty icon={<IconSearch />} title={steps.length === 0 ? t('operations.no_steps') : t('operations.no_step_found')} />
        ) : (
          <Rows steps={shown} {...{ operation_id, user_id, nameOf, isOpened, onToggle }} />
        )}
      </Surface>
    </>
  );
}

function Count({ of }: { of: number }) {
  return (
    <Badge size="xs" variant="light" color="gray" ms={4}>
      {of}
    </Badge>
  );
}

interface RowsProps {
  steps: readonly ShownStep[];
  operation_id: string;
  user_id: number;
  nameOf: (step: ShownStep) => string;
  isOpened: (step: ShownStep) => boolean;
  onToggle: (step: string, isOpened: boolean) => void;
}

function Rows({ steps, operation_id, user_id, nameOf, isOpened, onToggle }: RowsProps) {
  const list = useRef<HTMLOListElement>(null);
  const scrollMargin = useTopInPage(list);
  const keys = useMemo(() => steps.map(({ step }) => step), [steps]);
  const virtualizer = useWindowVirtualizer<HTMLLIElement>({
    count: steps.length,
    estimateSize: () => stepHeight,
    overscan: stepsAround,
    scrollMargin,
    getItemKey: (index) => keys[index] ?? index,
    useFlushSync: false,
  });
  return (
    <ol ref={list} className="relevo-steps" style={{ height: virtualizer.getTotalSize() }}>
      {virtualizer.getVirtualItems().map(({ index, key, start }) => {
        const step = steps[index];
        return step === undefined ? null : (
          <li
            key={key}
            ref={virtualizer.measureElement}
            data-index={index}
            aria-setsize={steps.length}
            aria-posinset={index + 1}
            style={{ transform: `translateY(${start - scrollMargin}px)` }}
          >
            <StepRow step={step} name={nameOf(step)} operationId={operation_id} userId={user_id} isOpened={isOpened(step)} onToggle={onToggle} />
          </li>
        );
      })}
    </ol>
  );
}
