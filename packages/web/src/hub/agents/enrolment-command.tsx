// The command that starts an agent with a token, for each way to run one.
import { Code, Group, Stack, Tabs, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../look/copy-button.tsx';

/** The address agents dial is the one this page was reached at. */
function commands(token: string): { value: string; label: string; text: string }[] {
  const { origin } = location;
  return [
    { value: 'unix', label: 'Linux · macOS', text: `SERVER_URL=${origin} API_KEY=${token} npx relevo agent` },
    { value: 'windows', label: 'Windows', text: `$env:SERVER_URL='${origin}'; $env:API_KEY='${token}'; npx relevo agent` },
    {
      value: 'docker',
      label: 'Docker',
      text: `docker run -d --restart unless-stopped -v relevo-agent:/var/lib/relevo -e SERVER_URL=${origin} -e API_KEY=${token} relevo-agent`,
    },
  ];
}

export function EnrolmentCommand({ token }: { token: string }) {
  const { t } = useTranslation();
  return (
    <Stack gap="sm">
      <Text size="sm">{t('enrolment.run')}</Text>
      <Tabs defaultValue="unix">
        <Tabs.List>
          {commands(token).map(({ value, label }) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {commands(token).map(({ value, text }) => (
          <Tabs.Panel key={value} value={value} pt="sm">
            <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', userSelect: 'all' }}>
              {text}
            </Code>
            <Group justify="flex-end" mt="xs">
              <CopyButton text={text} />
            </Group>
          </Tabs.Panel>
        ))}
      </Tabs>
      <Text size="sm" c="dimmed">
        {t('enrolment.once')}
      </Text>
    </Stack>
  );
}
