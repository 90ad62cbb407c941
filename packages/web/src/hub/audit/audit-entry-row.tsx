// One entry of the audit log: who did what to what, and, opened, how it was before and after.
import { Anchor, Box, Collapse, Group, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { AuditEntry } from '@relevo/protocol';
import { IconActivity, IconChevronRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Name } from '../../look/name.tsx';
import { RelativeTime } from '../../look/relative-time.tsx';
import { useMe } from '../session/session.ts';
import { useActionText, useSubjectText } from './audit-actions.ts';
import { ChangeTable } from './change-table.tsx';
import { useMemberValue } from './member-words.ts';

export function AuditEntryRow({ entry }: { entry: AuditEntry }) {
  const actionText = useActionText();
  const subjectText = useSubjectText();
  const [isOpen, { toggle }] = useDisclosure(false);
  const contentId = useId();
  return (
    <Box component="li">
      <UnstyledButton w="100%" px="md" py="sm" onClick={toggle} aria-expanded={isOpen} aria-controls={contentId} className="relevo-disclosure">
        <Group gap="sm" wrap="nowrap" align="flex-start">
          <Box mt={2} c="dimmed" lh={0} className="relevo-disclosure-sign">
            <IconChevronRight size={16} aria-hidden />
          </Box>
          <Box flex={1} miw={0}>
            <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
              <Text size="sm" fw={500}>
                {actionText(entry.action)}
                {' · '}
                <Name>{entry.subject_title || `${subjectText(entry.subject_kind)} ${entry.subject_id}`}</Name>
              </Text>
              <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
                <RelativeTime iso={entry.at} />
              </Text>
            </Group>
            <Text size="xs" c="dimmed">
              <Name>{entry.user_email}</Name>
              {' · '}
              {subjectText(entry.subject_kind)} {entry.subject_id}
            </Text>
          </Box>
        </Group>
      </UnstyledButton>
      <Collapse expanded={isOpen} id={contentId}>
        <Box px="md" pb="md" pl={{ base: 'md', xs: 44 }}>
          {isOpen && <Details entry={entry} />}
        </Box>
      </Collapse>
    </Box>
  );
}

function Details({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation();
  const me = useMe();
  const sayValue = useMemberValue();
  return (
    <>
      <ChangeTable
        before={entry.before}
        after={entry.after}
        sayValue={sayValue}
        unchanged={entry.action === 'conexion.quitar_del_router' ? t('audit.held_nothing') : t('audit.no_changes')}
      />
      <Group gap="md" mt="sm" fz="xs" c="dimmed">
        {entry.operation_id && (
          <Anchor
            fz="sm"
            renderRoot={(props) => (
              <Link
                to="/operations/$operationId"
                params={{ operationId: entry.operation_id ?? '' }}
                search={entry.user_id === me.id ? {} : { user: entry.user_id }}
                {...props}
              />
            )}
          >
            <Group component="span" gap={4} wrap="nowrap">
              <IconActivity size={14} aria-hidden />
              {t('audit.operation')}
            </Group>
          </Anchor>
        )}
        {entry.client_address && (
          <span>
            {t('audit.address')}: {entry.client_address}
          </span>
        )}
        {entry.request_id && (
          <span className="relevo-name">
            {t('audit.request')}: {entry.request_id}
          </span>
        )}
      </Group>
    </>
  );
}
