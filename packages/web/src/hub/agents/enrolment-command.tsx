// The command that starts an agent with a token, for each way to run one.
import { Button, Code, CopyButton, Group, Stack, Tabs, Text } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

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
              <CopyButton value={text}>
                {({ copied, copy }) => (
                  <Button size="compact-sm" variant="light" leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />} onClick={copy}>
                    {copied ? t('actions.copied') : t('actions.copy')}
                  </Button>
                )}
              </CopyButton>
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
