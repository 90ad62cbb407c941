// A link to the connection that a step of work on a selection is about; nothing for any other step.
import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { connectionOfStep } from './connection-step.ts';

export function ConnectionOfStep({ step }: { step: string }) {
  const { t } = useTranslation();
  const id = connectionOfStep(step);
  if (id === undefined) return null;
  return (
    <Anchor size="sm" renderRoot={(props) => <Link to="/connections/$connectionId" params={{ connectionId: id }} {...props} />}>
      {t('isp.connection_step', { id })}
    </Anchor>
  );
}
