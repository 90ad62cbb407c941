// The recovery codes, shown this once: to copy, download or print.
import { Button, Group, List, Modal, Stack, Text } from '@mantine/core';
import { IconDownload, IconPrinter } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../look/copy-button.tsx';
import { useMe } from '../session/session.ts';

export function RecoveryCodesDialog({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const { t } = useTranslation();
  const { email } = useMe();
  const text = codes.join('\n');
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('account.recovery_codes')}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
      classNames={{ root: 'relevo-printable' }}
    >
      <Stack gap="md">
        <Text size="sm">{t('account.recovery_about')}</Text>
        <Text size="sm" c="dimmed">
          {t('account.recovery_for', { email, host: location.host })}
        </Text>
        <List listStyleType="none" className="relevo-codes" aria-label={t('account.recovery_codes')}>
          {codes.map((code) => (
            <List.Item key={code} ff="monospace">
              {code}
            </List.Item>
          ))}
        </List>
        <Group gap="sm" className="relevo-not-printed">
          <CopyButton text={text} />
          <Button
            size="xs"
            variant="light"
            leftSection={<IconDownload size={16} />}
            component="a"
            href={`data:text/plain;charset=utf-8,${encodeURIComponent(`Relevo · ${location.host} · ${email}\n\n${text}\n`)}`}
            download="relevo-recovery-codes.txt"
          >
            {t('actions.download')}
          </Button>
          <Button size="xs" variant="light" leftSection={<IconPrinter size={16} />} onClick={() => window.print()}>
            {t('account.print')}
          </Button>
        </Group>
        <Group justify="flex-end" className="relevo-not-printed">
          <Button onClick={onClose} data-autofocus>
            {t('account.codes_kept')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
