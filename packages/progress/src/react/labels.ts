// The words of <OperationProgress>, in the languages it knows; anybody may pass others.
import type { OperationState } from '@relevo/protocol';

export interface ProgressLabels {
  states: Readonly<Record<OperationState, string>>;
  /** Names the list of steps. */
  steps: string;
  /** `value`: 0 to 100, whole. */
  percent(value: number): string;
  /** Said instead of every single step when many changed at once. */
  settled(count: number, total: number): string;
}

export const progressLabels: Readonly<Record<'en' | 'es', ProgressLabels>> = {
  en: {
    states: { pending: 'Waiting', in_progress: 'In progress', completed: 'Completed', error: 'Failed', stopped: 'Stopped' },
    steps: 'Steps',
    percent: (value) => `${value}%`,
    settled: (count, total) => `${count} of ${total} steps finished`,
  },
  es: {
    states: { pending: 'En espera', in_progress: 'En curso', completed: 'Completado', error: 'Falló', stopped: 'Detenido' },
    steps: 'Pasos',
    percent: (value) => `${value} %`,
    settled: (count, total) => `${count} de ${total} pasos terminados`,
  },
};
