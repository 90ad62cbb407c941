// Sets up an authenticator app: the password, the QR code and a first code, the recovery codes.
import { Code, Group, PinInput, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../look/copy-button.tsx';
import { FormDialog } from '../../look/form-dialog.tsx';
import { type TwoFactorSecret, useConfirmTwoFactor, useEnableTwoFactor } from './account-queries.ts';
import { PasswordDialog } from './password-dialog.tsx';
import { QrCode } from './qr-code.tsx';
import { RecoveryCodesDialog } from './recovery-codes.tsx';

const codeLength = 6;

export function TwoFactorSetup({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const enabling = useEnableTwoFactor();
  const [isConfirmed, setConfirmed] = useState(false);
  if (!enabling.data) {
    return (
      <PasswordDialog
        title={t('account.two_factor_enable')}
        text={t('account.two_factor_password')}
        submit={t('account.next')}
        mutation={enabling}
        onClose={onClose}
        staysOpen
      />
    );
  }
  if (!isConfirmed) return <FirstCode secret={enabling.data} onConfirmed={() => setConfirmed(true)} onClose={onClose} />;
  return <RecoveryCodesDialog codes={enabling.data.backupCodes} onClose={onClose} />;
}

function FirstCode({ secret, onConfirmed, onClose }: { secret: TwoFactorSecret; onConfirmed: () => void; onClose: () => void }) {
  const { t } = useTranslation();
  const confirmation = useConfirmTwoFactor();
  const [code, setCode] = useState('');
  const key = new URL(secret.totpURI).searchParams.get('secret') ?? '';
  const then = { onSuccess: onConfirmed, onError: () => setCode('') };

  return (
    <FormDialog
      title={t('account.two_factor_enable')}
      submit={t('account.two_factor_confirm')}
      onSubmit={() => confirmation.mutateAsync(code, then)}
      onClose={onClose}
      staysOpen
      isPending={confirmation.isPending}
      error={confirmation.error}
      isComplete={code.length === codeLength}
    >
      <Text size="sm">{t('account.scan')}</Text>
      <Group justify="center">
        <QrCode text={secret.totpURI} label={t('account.qr')} />
      </Group>
      <Stack gap={4}>
        <Text size="sm" c="dimmed">
          {t('account.type_key')}
        </Text>
        <Group gap="sm" wrap="nowrap">
          <Code fz="sm" style={{ overflowWrap: 'anywhere', userSelect: 'all' }}>
            {key.match(/.{1,4}/g)?.join(' ')}
          </Code>
          <CopyButton text={key} label={t('account.copy_key')} />
        </Group>
      </Stack>
      <Stack gap={6}>
        <Text size="sm" fw={600} id="first-code">
          {t('account.first_code')}
        </Text>
        <PinInput
          key={`code-${confirmation.failureCount}`}
          length={codeLength}
          type="number"
          oneTimeCode
          value={code}
          onChange={setCode}
          onComplete={(value) => confirmation.mutate(value, then)}
          aria-labelledby="first-code"
          getInputProps={(index) => ({ 'aria-label': t('sign_in.digit', { number: index + 1 }), ...(index === 0 && { 'data-autofocus': true }) })}
        />
      </Stack>
    </FormDialog>
  );
}
