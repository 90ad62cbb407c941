// Signing in, at whatever address the reader came to.
import { Alert, Button, Center, Group, PasswordInput, Stack, TextInput, Title } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Brand } from '../../look/brand.tsx';
import { useErrorText } from '../../look/error-text.ts';
import { PreferencesButton } from '../../look/preferences-button.tsx';
import { Surface } from '../../look/surface.tsx';
import { useSignIn } from './session.ts';

export function SignInPage() {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const signIn = useSignIn();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  useEffect(() => {
    document.title = `${t('sign_in.title')} · Relevo`;
  }, [t]);

  function submit(event: FormEvent) {
    event.preventDefault();
    signIn.mutate({ email, password });
  }

  return (
    <Center component="main" mih="100vh" p="md">
      <Stack w="100%" maw={400} gap="lg">
        <Group justify="space-between">
          <Brand />
          <PreferencesButton />
        </Group>
        <Surface p="xl">
          <form onSubmit={submit} aria-label={t('sign_in.title')}>
            <Stack gap="md">
              <Title order={1} fz="1.35rem">
                {t('sign_in.title')}
              </Title>
              {signIn.error && (
                <Alert color="red" icon={<IconAlertCircle />} role="alert">
                  {textOf(signIn.error)}
                </Alert>
              )}
              <TextInput
                label={t('sign_in.email')}
                type="email"
                name="email"
                autoComplete="username"
                autoFocus
                required
                withAsterisk={false}
                value={email}
                onChange={(event) => setEmail(event.currentTarget.value)}
              />
              <PasswordInput
                label={t('sign_in.password')}
                name="password"
                autoComplete="current-password"
                required
                withAsterisk={false}
                value={password}
                onChange={(event) => setPassword(event.currentTarget.value)}
                visibilityToggleButtonProps={{ 'aria-label': t('sign_in.show_password') }}
              />
              <Button type="submit" loading={signIn.isPending} fullWidth>
                {t('sign_in.submit')}
              </Button>
            </Stack>
          </form>
        </Surface>
      </Stack>
    </Center>
  );
}
