// An upload that an earlier visit left unfinished: it goes on where it stopped once the same file is chosen again.
import { ActionIcon, Box, Button, FileButton, Group, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../language/formats.ts';
import { Name } from '../../look/name.tsx';
import { noticeRefused } from '../../look/notices.ts';
import { ProgressLine } from '../../look/progress-line.tsx';
import { discard, isSameFile, type UnfinishedUpload } from './unfinished-uploads.ts';
import { useUploads } from './uploads-context.tsx';

export function UnfinishedRow({ upload, onGone }: { upload: UnfinishedUpload; onGone: () => void }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const uploads = useUploads();
  const { name, size, sent } = upload;
  const discarding = useMutation({ mutationFn: () => discard(upload), onSuccess: onGone, onError: () => noticeRefused(t('errors.unreachable')) });

  async function goOn(file: File | null) {
    if (!file) return;
    if (await isSameFile(upload, file)) uploads.add([{ file, name }]);
    else noticeRefused(t('uploads.other_file', { name }));
  }

  return (
    <Box>
      <Group gap="xs" wrap="nowrap">
        <Text size="sm" truncate flex={1} title={name}>
          <Name>{name}</Name>
        </Text>
        <FileButton onChange={(file) => void goOn(file)} inputProps={{ 'aria-label': t('uploads.choose_again', { name }) }}>
          {(props) => (
            <Button size="compact-xs" variant="light" {...props}>
              {t('uploads.go_on')}
            </Button>
          )}
        </FileButton>
        <ActionIcon
          size="sm"
          variant="subtle"
          color="gray"
          loading={discarding.isPending}
          onClick={() => discarding.mutate()}
          aria-label={t('uploads.discard', { name })}
          title={t('uploads.discard', { name })}
        >
          <IconX size={16} />
        </ActionIcon>
      </Group>
      <ProgressLine label={name} value={(sent / size) * 100} color="gray" />
      <Text size="sm" c="dimmed">
        {t('uploads.unfinished_text', { bytes: formats.bytes(sent), total: formats.bytes(size) })}
      </Text>
    </Box>
  );
}
