// The words for the steps of work on a connection; others are shown as they are.
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import en from '../../../language/en.json' with { type: 'json' };
import { connectionOfStep } from '../connections/connection-step.ts';

type StepKey = keyof typeof en.isp_steps;

export function useStepName(): (step: string) => string {
  const { t } = useTranslation();
  return useCallback(
    (step) => {
      const connection = connectionOfStep(step);
      if (connection !== undefined) return t('isp.connection_step', { id: connection });
      const key = step.replaceAll('-', '_');
      return isKnown(key) ? t(`isp_steps.${key}`) : step;
    },
    [t],
  );
}

function isKnown(key: string): key is StepKey {
  return Object.hasOwn(en.isp_steps, key);
}
