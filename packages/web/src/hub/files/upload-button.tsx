// Chooses files or a whole folder to upload.
import { Button, Menu } from '@mantine/core';
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
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);

  function add(event: ChangeEvent<HTMLInputElement>) {
    uploads.add([...(event.currentTarget.files ?? [])].map((file) => ({ file, name: uploadName(file.webkitRelativePath || file.name) })));
    // The same may be chosen again.
    event.currentTarget.value = '';
  }

  return (
    <>
      <input ref={files} type="file" multiple hidden onChange={add} aria-label={t('files.choose')} />
      <input ref={folder} type="file" {...wholeFolder} multiple hidden onChange={add} aria-label={t('files.choose_folder')} />
      <Button.Group>
        <Button leftSection={<IconUpload size={18} />} onClick={() => files.current?.click()}>
          {t('files.upload')}
        </Button>
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
    </>
  );
}
