// Chooses files or a whole folder to upload.
import { Button, FileButton, Menu } from '@mantine/core';
import { IconChevronDown, IconFolderUp, IconUpload } from '@tabler/icons-react';
import { type ChangeEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { uploadName } from './upload-name.ts';
import { useUploads } from './uploads-context.tsx';

/** Known to every browser, not to React's types. */
const wholeFolder = { webkitdirectory: '' };

export function UploadButton() {
  const { t } = useTranslation();
  const uploads = useUploads();
  const folder = useRef<HTMLInputElement>(null);
  const add = (files: readonly File[]) => uploads.add(files.map((file) => ({ file, name: uploadName(file.webkitRelativePath || file.name) })));

  function addFolder(event: ChangeEvent<HTMLInputElement>) {
    add([...(event.currentTarget.files ?? [])]);
    // The same folder may be chosen again.
    event.currentTarget.value = '';
  }

  return (
    <Button.Group>
      <FileButton multiple onChange={add} inputProps={{ 'aria-label': t('files.choose') }}>
        {(props) => (
          <Button leftSection={<IconUpload size={18} />} {...props}>
            {t('files.upload')}
          </Button>
        )}
      </FileButton>
      <input ref={folder} type="file" {...wholeFolder} multiple hidden onChange={addFolder} aria-label={t('files.choose_folder')} />
      <Menu position="bottom-end">
        <Menu.Target>
          <Button px={8} aria-label={t('files.upload_more')} className="relevo-split">
            <IconChevronDown size={18} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconFolderUp size={16} />} onClick={() => folder.current?.click()}>
            {t('files.upload_folder')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Button.Group>
  );
}
