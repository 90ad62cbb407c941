// Signing in, at whatever address the reader came to: the page of that address follows, and no other site can name one.
import { Alert, Button, Center, Divider, Group, Stack, Title } from '@mantine/core';
import { IconFingerprint, IconInfoCircle } from '@tabler/icons-react';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Brand } from '../../look/brand.tsx';
import { PasswordField } from '../../look/password-field.tsx';
import { PreferencesButton } from '../../look/preferences-button.tsx';
import { Refusal } from '../../look/refusal.tsx';
import { Surface } from '../../look/surface.tsx';
import { TextField } from '../../look/text-field.tsx';
import { hasPasskeys, PasskeyCancelled } from './passkey-sign-in.ts';
import { SecondFactorForm } from './second-factor-form.tsx';
import { usePasskeySignIn, useSignIn } from './session.ts';

/** `hasEnded`: a session ended under an open page, and not because the reader signed out. */
export function SignInPage({ hasEnded }: { hasEnded: boolean }) {
  const { t } = useTranslation();
  const [wasEnded] = useState(hasEnded);
  const [isCodeDue, setCodeDue] = useState(false);
  const [tooLate, setTooLate] = useState<unknown>();
  useEffect(() => {
    document.title = `${t('sign_in.title')} · Relevo`;
  }, [t]);
  return (
    <Center component="main" mih="100vh" p="md">
      <Stack w="100%" maw={400} gap="lg">
        <Group justify="space-between">
          <Brand />
          <PreferencesButton />
        </Group>
        <Surface p="xl">
          {isCodeDue ? (
            <SecondFactorForm
              onStartOver={(error) => {
                setTooLate(error);
                setCodeDue(false);
              }}
            />
          ) : (
            <PasswordForm wasEnded={wasEnded} refused={tooLate} onCodeDue={() => setCodeDue(true)} />
          )}
        </Surface>
      </Stack>
    </Center>
  );
}

/** `refused`: why the step after this one led back here. */
function PasswordForm({ wasEnded, refused, onCodeDue }: { wasEnded: boolean; refused: unknown; onCodeDue: () => void }) {
  const { t } = useTranslation();
  const signIn = useSignIn();
  const passkey = usePasskeySignIn();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const error = passkey.error instanceof PasskeyCancelled ? null : (passkey.error ?? signIn.error ?? (signIn.isIdle ? refused : null));

  function submit(event: FormEvent) {
    event.preventDefault();
    passkey.reset();
    signIn.mutate({ email, password }, { onSuccess: ({ twoFactorRedirect }) => twoFactorRedirect && onCodeDue() });
  }

  return (
    <form onSubmit={submit} aria-label={t('sign_in.title')}>
      <Stack gap="md">
        <Title order={1} fz="1.35rem">
          {t('sign_in.title')}
        </Title>
        {wasEnded && !error && (
          <Alert color="yellow" icon={<IconInfoCircle />} role="status">
            {t('sign_in.ended')}
          </Alert>
        )}
        {Boolean(error) && <Refusal error={error} />}
        <TextField label={t('sign_in.email')} type="email" name="email" autoComplete="username" autoFocus required value={email} onChange={setEmail} />
        <PasswordField label={t('sign_in.password')} name="password" autoComplete="current-password" value={password} onChange={setPassword} />
        <Button type="submit" loading={signIn.isPending} fullWidth>
          {t('sign_in.submit')}
        </Button>
        {hasPasskeys() && (
          <>
            <Divider label={t('sign_in.or')} />
            <Button
              variant="default"
              leftSection={<IconFingerprint size={18} />}
              loading={passkey.isPending}
              onClick={() => {
                signIn.reset();
                passkey.mutate();
              }}
              fullWidth
            >
              {t('sign_in.passkey')}
            </Button>
          </>
        )}
      </Stack>
    </form>
  );
}
