// The name others see, and what the account is known by.
import { Button, Group, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Name } from '../../look/name.tsx';
import { noticeDone } from '../../look/notices.ts';
import { Refusal } from '../../look/refusal.tsx';
import { TextField } from '../../look/text-field.tsx';
import { useMe } from '../session/session.ts';
import { useRename } from './account-queries.ts';
import { AccountSection } from './account-section.tsx';

const nameMax = 128;

export function ProfileSection() {
  const { t } = useTranslation();
  const me = useMe();
  const rename = useRename(() => noticeDone(t('account.renamed')));
  const [name, setName] = useState(me.name);
  const isChanged = name.trim() !== '' && name.trim() !== me.name;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (isChanged) rename.mutate(name.trim());
  }

  return (
    <AccountSection title={t('account.profile')} text={t('account.profile_about')}>
      <form onSubmit={submit} aria-label={t('account.profile')}>
        <Stack gap="md">
          <Stack gap={2}>
            <Text size="sm" fw={600}>
              {t('sign_in.email')}
            </Text>
            <Text size="sm">
              <Name>{me.email}</Name>{' '}
              <Text span c="dimmed" size="sm">
                · {t(`users.role_${me.role}`)}
              </Text>
            </Text>
          </Stack>
          <TextField label={t('users.name')} autoComplete="name" required maxLength={nameMax} value={name} onChange={setName} />
          {rename.error && <Refusal error={rename.error} />}
          <Group>
            <Button type="submit" loading={rename.isPending} disabled={!isChanged}>
              {t('actions.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </AccountSection>
  );
}
