// Files and folders dropped anywhere on any page are uploaded; without it the browser would leave the page to show them.
import { Group, Text } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconFiles } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { uploadName } from './upload-name.ts';
import { useUploads } from './uploads-context.tsx';

export function DropUpload() {
  const { t } = useTranslation();
  const uploads = useUploads();
  return (
    <Dropzone.FullScreen
      onDrop={(dropped) => uploads.add(dropped.map((file) => ({ file, name: uploadName(file.relativePath ?? file.path ?? file.name) })))}
      inputProps={{ 'aria-hidden': true, tabIndex: -1 }}
    >
      <Group justify="center" gap="md" mih="80vh" style={{ pointerEvents: 'none' }}>
        <IconFiles size={48} stroke={1.4} />
        <Text fz="xl" fw={600}>
          {t('files.drop')}
        </Text>
      </Group>
    </Dropzone.FullScreen>
  );
}
