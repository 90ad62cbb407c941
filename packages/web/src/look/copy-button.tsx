// Copies a text, and says that it did.
import { ActionIcon, Button, CopyButton as Copying } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

/** @param label what the button is called where there is room for a sign only */
export function CopyButton({ text, label }: { text: string; label?: string }) {
  const { t } = useTranslation();
  return (
    <Copying value={text}>
      {({ copied, copy }) => {
        const sign = copied ? <IconCheck size={16} /> : <IconCopy size={16} />;
        if (label === undefined) {
          return (
            <Button size="xs" variant="light" leftSection={sign} onClick={copy}>
              {copied ? t('actions.copied') : t('actions.copy')}
            </Button>
          );
        }
        return (
          <ActionIcon
            size="sm"
            variant="subtle"
            color={copied ? 'teal' : 'gray'}
            onClick={copy}
            aria-label={copied ? t('actions.copied') : label}
            title={label}
          >
            {sign}
          </ActionIcon>
        );
      }}
    </Copying>
  );
}
