// Copies a text, and says that it did.
import { Button, CopyButton as Copying } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

export function CopyButton({ text }: { text: string }) {
  const { t } = useTranslation();
  return (
    <Copying value={text}>
      {({ copied, copy }) => (
        <Button size="compact-md" variant="light" leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />} onClick={copy}>
          {copied ? t('actions.copied') : t('actions.copy')}
        </Button>
      )}
    </Copying>
  );
}
