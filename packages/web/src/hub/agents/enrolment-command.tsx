// The command that makes an agent of a machine, for each way to run one; with the executable that the hub offers, or without.
import { Alert, Code, Group, SegmentedControl, Stack, Tabs, Text } from '@mantine/core';
import type { Executable, ExecutablePlatform } from '@relevo/protocol';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../language/formats.ts';
import { CopyButton } from '../../look/copy-button.tsx';
import { Failed, LoadingRows } from '../../look/states.tsx';
import { executablesQuery } from './agent-queries.ts';
import { enrolmentCommand, platformsOf, type System, systems } from './enrolment-commands.ts';

const systemNames: Readonly<Record<System, string>> = { linux: 'Linux', macos: 'macOS', windows: 'Windows', docker: 'Docker' };
/** As people ask for them; Apple gave its processors a name of their own. */
const processorNames: Readonly<Record<ExecutablePlatform, string>> = {
  'linux-x64': 'x64 (Intel, AMD)',
  'linux-arm64': 'arm64',
  'darwin-arm64': 'Apple silicon',
  'darwin-x64': 'Intel',
  'windows-x64': 'x64 (Intel, AMD)',
};

export function EnrolmentCommand({ token }: { token: string }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(executablesQuery);
  return (
    <Stack gap="sm">
      <Text size="sm">{t('enrolment.run')}</Text>
      {!data && (error ? <Failed error={error} onRetry={() => void refetch()} /> : <LoadingRows rows={3} />)}
      {data && (
        <Tabs defaultValue={systems[0]} keepMounted={false}>
          <Tabs.List>
            {systems.map((system) => (
              <Tabs.Tab key={system} value={system}>
                {systemNames[system]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {systems.map((system) => (
            <Tabs.Panel key={system} value={system} pt="sm">
              <SystemCommand system={system} token={token} executables={data} />
            </Tabs.Panel>
          ))}
        </Tabs>
      )}
      <Text size="sm" c="dimmed">
        {t('enrolment.once')}
      </Text>
    </Stack>
  );
}

function SystemCommand({ system, token, executables }: { system: System; token: string; executables: readonly Executable[] }) {
  const { t } = useTranslation();
  const platforms = platformsOf[system];
  const executableFor = (platform: ExecutablePlatform | undefined) => executables.find((each) => each.platform === platform);
  // What the hub has is what most of its agents run on.
  const [platform, setPlatform] = useState(platforms.find(executableFor) ?? platforms[0]);
  const executable = executableFor(platform);
  // The address agents dial is the one this page was reached at.
  const command = enrolmentCommand(system, { origin: location.origin, token }, executable);
  return (
    <Stack gap="sm">
      {platforms.length > 1 && platform && (
        <SegmentedControl
          size="xs"
          aria-label={t('enrolment.processor')}
          value={platform}
          onChange={setPlatform}
          data={platforms.map((value) => ({ value, label: processorNames[value] }))}
          style={{ alignSelf: 'flex-start' }}
        />
      )}
      <Explanation system={system} executable={executable} />
      <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', userSelect: 'all' }}>
        {command}
      </Code>
      <Group justify="flex-end">
        <CopyButton text={command} />
      </Group>
    </Stack>
  );
}

function Explanation({ system, executable }: { system: System; executable: Executable | undefined }) {
  const { t } = useTranslation();
  const formats = useFormats();
  if (executable) {
    const size = formats.bytes(executable.size);
    return <Text size="sm">{system === 'docker' ? t('enrolment.docker_downloads', { size }) : t('enrolment.downloads', { size })}</Text>;
  }
  return (
    <Alert color="yellow" title={t('enrolment.not_offered')}>
      <Text size="sm">{system === 'docker' ? t('enrolment.needs_image') : t('enrolment.needs_relevo')}</Text>
      <Text size="sm" c="dimmed">
        {t('enrolment.offer_it')}
      </Text>
    </Alert>
  );
}
