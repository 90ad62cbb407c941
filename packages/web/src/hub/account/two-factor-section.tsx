// Two-factor sign-in: on or off, and the recovery codes.
import { Badge, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { noticeDone } from '../../look/notices.ts';
import { Failed } from '../../look/states.tsx';
import { securityQuery, useDisableTwoFactor, useNewRecoveryCodes } from './account-queries.ts';
import { AccountSection } from './account-section.tsx';
import { PasswordDialog } from './password-dialog.tsx';
import { RecoveryCodesDialog } from './recovery-codes.tsx';
import { TwoFactorSetup } from './two-factor-setup.tsx';

/** Fewer recovery codes than this are worth a warning. */
const fewCodes = 3;

export function TwoFactorSection() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(securityQuery);
  const [open, setOpen] = useState<'setup' | 'disable' | 'codes'>();
  const close = () => setOpen(undefined);
  return (
    <AccountSection
      title={t('account.two_factor')}
      text={t('account.two_factor_about')}
      state={
        data && (
          <Badge color={data.two_factor ? 'teal' : 'gray'} tt="none">
            {data.two_factor ? t('account.on') : t('account.off')}
          </Badge>
        )
      }
    >
      {!data && (error ? <Failed error={error} onRetry={() => void refetch()} /> : <Skeleton h={36} w={180} />)}
      {data && !data.two_factor && <Button onClick={() => setOpen('setup')}>{t('account.two_factor_enable')}</Button>}
      {data?.two_factor && (
        <Stack gap="md">
          <Text size="sm" c={data.recovery_codes_left < fewCodes ? 'red' : undefined}>
            {t('account.codes_left', { count: data.recovery_codes_left })}
          </Text>
          <Group gap="sm">
            <Button variant="default" onClick={() => setOpen('codes')}>
              {t('account.new_codes')}
            </Button>
            <Button variant="light" color="red" onClick={() => setOpen('disable')}>
              {t('account.two_factor_disable')}
            </Button>
          </Group>
        </Stack>
      )}
      {open === 'setup' && <TwoFactorSetup onClose={close} />}
      {open === 'disable' && <DisableDialog onClose={close} />}
      {open === 'codes' && <NewCodesDialog onClose={close} />}
    </AccountSection>
  );
}

function DisableDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { mutateAsync, ...disabling } = useDisableTwoFactor();

  async function disable(password: string) {
    await mutateAsync(password);
    noticeDone(t('account.two_factor_disabled'));
  }

  return (
    <PasswordDialog
      title={t('account.two_factor_disable')}
      text={t('account.two_factor_disable_text')}
      submit={t('account.two_factor_disable')}
      mutation={{ ...disabling, mutateAsync: disable }}
      onClose={onClose}
    />
  );
}

function NewCodesDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const renewal = useNewRecoveryCodes();
  if (renewal.data) return <RecoveryCodesDialog codes={renewal.data.backupCodes} onClose={onClose} />;
  return (
    <PasswordDialog
      title={t('account.new_codes')}
      text={t('account.new_codes_text')}
      submit={t('account.new_codes')}
      mutation={renewal}
      onClose={onClose}
      staysOpen
    />
  );
}
