// The second step of signing in: the code of the authenticator app, or a recovery code.
import { Anchor, Button, PinInput, Stack, Text, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../http/api-error.ts';
import { Refusal } from '../../look/refusal.tsx';
import { TextField } from '../../look/text-field.tsx';
import { useSecondFactor } from './session.ts';

const codeLength = 6;

/** `onStartOver`: back to the password, as when the code came too late. */
export function SecondFactorForm({ onStartOver }: { onStartOver: (error?: unknown) => void }) {
  const { t } = useTranslation();
  const verification = useSecondFactor();
  const [isRecovery, setRecovery] = useState(false);
  const [code, setCode] = useState('');

  function send(value: string) {
    verification.mutate(
      { code: value, isRecovery },
      {
        onError: (error) => {
          setCode('');
          if (error instanceof ApiError && error.code === 'second_factor_expired') onStartOver(error);
        },
      },
    );
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (code !== '' && !verification.isPending) send(code);
  }

  function change(recovery: boolean) {
    setRecovery(recovery);
    setCode('');
    verification.reset();
  }

  return (
    <form onSubmit={submit} aria-label={t('sign_in.second_factor')}>
      <Stack gap="md">
        <Title order={1} fz="1.35rem">
          {t('sign_in.second_factor')}
        </Title>
        <Text size="sm" c="dimmed" id="second-factor-about">
          {isRecovery ? t('sign_in.recovery_about') : t('sign_in.code_about')}
        </Text>
        {verification.error && <Refusal error={verification.error} />}
        {isRecovery ? (
          <TextField
            key="recovery"
            label={t('sign_in.recovery_code')}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            autoFocus
            required
            maxLength={64}
            value={code}
            onChange={setCode}
          />
        ) : (
          <PinInput
            key={`code-${verification.failureCount}`}
            length={codeLength}
            type="number"
            oneTimeCode
            autoFocus
            size="md"
            value={code}
            onChange={setCode}
            onComplete={send}
            disabled={verification.isPending}
            aria-label={t('sign_in.code')}
            getInputProps={(index) => ({ 'aria-label': t('sign_in.digit', { number: index + 1 }), 'aria-describedby': 'second-factor-about' })}
          />
        )}
        <Button type="submit" loading={verification.isPending} fullWidth>
          {t('sign_in.submit')}
        </Button>
        <Stack gap={4}>
          <Anchor component="button" type="button" size="sm" ta="start" onClick={() => change(!isRecovery)}>
            {isRecovery ? t('sign_in.use_code') : t('sign_in.use_recovery')}
          </Anchor>
          <Anchor component="button" type="button" size="sm" ta="start" onClick={() => onStartOver()}>
            {t('sign_in.start_over')}
          </Anchor>
        </Stack>
      </Stack>
    </form>
  );
}
