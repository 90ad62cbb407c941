// What happened to a connection, newest first.
import { Anchor, Box, Collapse, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ConnectionChange, ConnectionDetail } from '@relevo/protocol';
import { IconChevronRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { usePageLanguage } from '../../../language/language.ts';
import { RelativeTime } from '../../../look/relative-time.tsx';
import { Surface } from '../../../look/surface.tsx';
import { ChangeTable } from '../../audit/change-table.tsx';
import { changedMembers } from '../../audit/changed-members.ts';
import { useMemberName } from '../../audit/member-words.ts';
import { useMe } from '../../session/session.ts';
import { useConnectionMemberValue } from './member-values.ts';

export function ConnectionHistory({ connection }: { connection: ConnectionDetail }) {
  const { t } = useTranslation();
  const sayValue = useConnectionMemberValue(connection);
  const { historial: changes } = connection;
  return (
    <>
      <Text component="h2" fw={600} fz="md">
        {t('connections.history')}
      </Text>
      <Surface style={{ overflow: 'hidden' }}>
        <Stack component="ol" gap={0} m={0} p={0} className="relevo-rows" aria-label={t('connections.history')}>
          {changes.map((change) => (
            <ChangeRow key={`${change.at} ${change.que} ${JSON.stringify(change.after)}`} change={change} sayValue={sayValue} />
          ))}
        </Stack>
        {changes.length === 0 && (
          <Text size="sm" c="dimmed" p="md">
            {t('connections.no_history')}
          </Text>
        )}
      </Surface>
    </>
  );
}

interface ChangeRowProps {
  change: ConnectionChange;
  sayValue: (member: string, value: string) => string;
}

function ChangeRow({ change: { at, user_id, que, before, after, operation_id }, sayValue }: ChangeRowProps) {
  const { t } = useTranslation();
  const language = usePageLanguage();
  const me = useMe();
  const nameOf = useMemberName();
  const [isOpen, { toggle }] = useDisclosure(false);
  const contentId = useId();
  const members = before === null ? [] : changedMembers(before, after, language).map(({ member }) => member);
  const who = user_id === null ? t('connections.by_nobody') : user_id === me.id ? t('connections.by_you') : t('connections.by_user', { id: user_id });
  return (
    <Box component="li">
      <UnstyledButton w="100%" px="md" py="sm" onClick={toggle} aria-expanded={isOpen} aria-controls={contentId} className="relevo-disclosure">
        <Group gap="sm" wrap="nowrap">
          <Box c="dimmed" lh={0} className="relevo-disclosure-sign">
            <IconChevronRight size={16} aria-hidden />
          </Box>
          <Box flex={1} miw={0}>
            <Text size="sm" fw={500}>
              {t(`connections.change_${que}`)}
            </Text>
            <Text size="xs" c="dimmed">
              {who} · <RelativeTime iso={at} />
              {members.length > 0 && ` · ${members.map(nameOf).join(', ')}`}
            </Text>
          </Box>
        </Group>
      </UnstyledButton>
      <Collapse expanded={isOpen} id={contentId}>
        {isOpen && (
          <Box px="md" pb="md" pl={{ base: 'md', xs: 44 }}>
            <ChangeTable
              before={before}
              after={after}
              sayValue={sayValue}
              unchanged={que === 'quitada_del_router' ? t('audit.held_nothing') : t('audit.no_changes')}
            />
            {operation_id && user_id !== null && (
              <Anchor
                size="sm"
                mt="xs"
                display="inline-block"
                renderRoot={(props) => (
                  <Link to="/operations/$operationId" params={{ operationId: operation_id }} search={user_id === me.id ? {} : { user: user_id }} {...props} />
                )}
              >
                {t('audit.operation')}
              </Anchor>
            )}
          </Box>
        )}
      </Collapse>
    </Box>
  );
}
