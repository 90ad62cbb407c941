// The agents: who is there, who waits for approval, and how a new one comes in.
import { Box, Button, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus, IconSearch, IconServer2 } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../../look/page.tsx';
import { SearchInput } from '../../look/search-input.tsx';
import { Empty } from '../../look/states.tsx';
import { useMe } from '../session/session.ts';
import { AgentCards, cardsMax } from './agent-cards.tsx';
import { agentsQuery } from './agent-queries.ts';
import { AgentTable } from './agent-table.tsx';
import { AgentsViewControl, useAgentsView } from './agents-view.tsx';
import { EnrolmentDialog } from './enrolment-dialog.tsx';

/** How many agents fit without a search. */
const searchFrom = 8;

export function AgentsPage() {
  const { t } = useTranslation();
  const { role } = useMe();
  const [isEnrolling, { open, close }] = useDisclosure(false);
  const [search, setSearch] = useState('');
  const [view, setView] = useAgentsView();
  const query = useQuery(agentsQuery);
  const agents = query.data ?? [];
  const wanted = search.trim().toLocaleLowerCase();
  const shown = agents.filter(({ name, labels }) => [name, ...labels].some((text) => text.toLocaleLowerCase().includes(wanted)));
  const enrol = role === 'admin' && (
    <Button leftSection={<IconPlus size={18} />} onClick={open}>
      {t('agents.add')}
    </Button>
  );

  const actions = (
    <Group gap="sm">
      {agents.length <= cardsMax && (
        <Box visibleFrom="sm">
          <AgentsViewControl view={view} onView={setView} />
        </Box>
      )}
      {enrol}
    </Group>
  );

  const empty =
    agents.length === 0 ? (
      <Empty icon={<IconServer2 />} title={t('agents.none')} text={t('agents.none_text')}>
        {enrol}
      </Empty>
    ) : (
      <Empty icon={<IconSearch />} title={t('agents.none_found')} />
    );

  return (
    <Page title={t('navigation.agents')} description={t('agents.about')} actions={agents.length > 0 && actions}>
      {agents.length >= searchFrom && <SearchInput label={t('agents.search')} onSearch={setSearch} />}
      {view === 'cards' && shown.length > 0 && shown.length <= cardsMax && !query.error ? (
        <AgentCards agents={shown} />
      ) : (
        <AgentTable query={query} agents={query.data && shown} empty={empty} />
      )}
      {isEnrolling && <EnrolmentDialog known={agents.map(({ id }) => id)} onClose={close} />}
    </Page>
  );
}
