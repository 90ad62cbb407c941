// How far a whole operation is.
import type { OperationState, StepEvent } from '@relevo/protocol';

/**
 * 0 to 100, by the bytes of the steps where every step tells them, else by the mean of the steps' percentages; null when nobody can
 * tell.
 */
export function overallProgress(state: OperationState, steps: readonly Pick<StepEvent, 'status' | 'progress' | 'bytes' | 'total_bytes'>[]): number | null {
  if (state === 'completed') return 100;
  if (steps.length === 0) return null;
  const total = steps.reduce((sum, { total_bytes = 0 }) => sum + total_bytes, 0);
  if (total > 0 && steps.every(({ total_bytes }) => total_bytes !== undefined)) {
    return (steps.reduce((sum, { bytes = 0, total_bytes = 0, status }) => sum + (status === 'completed' ? total_bytes : bytes), 0) / total) * 100;
  }
  if (steps.every(({ progress, status }) => progress === null && status === 'in_progress')) return null;
  return steps.reduce((sum, { progress, status }) => sum + (status === 'completed' ? 100 : (progress ?? 0)), 0) / steps.length;
}
