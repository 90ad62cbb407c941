// Shows what is in a file, as far as that is safe: pictures, sound and film that cannot run anything, and the beginning of a text as text.
import { Anchor, Code, Skeleton, Text } from '@mantine/core';
import type { FileResource } from '@relevo/protocol';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../language/formats.ts';
import { contentPath } from './file-queries.ts';
import { previewKind, textPreviewMaxBytes } from './preview-kind.ts';
import { textStartQuery } from './text-start.ts';

const PdfPreview = lazy(() => import('./pdf-preview.tsx').then((module) => ({ default: module.PdfPreview })));

export function FilePreview({ file }: { file: FileResource }) {
  const { t } = useTranslation();
  const kind = previewKind(file);
  const source = `${contentPath(file)}?disposition=inline`;
  if (kind === 'image') return <img src={source} alt={t('files.preview_of', { name: file.name })} className="relevo-preview" />;
  // biome-ignore lint/a11y/useMediaCaption: what somebody uploaded has the captions it has
  if (kind === 'video') return <video src={source} controls preload="metadata" className="relevo-preview" />;
  // biome-ignore lint/a11y/useMediaCaption: what somebody uploaded has the captions it has
  if (kind === 'audio') return <audio src={source} controls preload="metadata" className="relevo-preview" />;
  if (kind === 'text') return <TextPreview file={file} />;
  if (kind === 'pdf') {
    return (
      <Suspense fallback={<Skeleton height={280} radius="md" />}>
        <PdfPreview file={file} />
      </Suspense>
    );
  }
  return (
    <Text size="sm" c="dimmed">
      {kind === 'large' ? t('files.preview_large') : t('files.preview_none')}{' '}
      <Anchor href={contentPath(file)} download={file.name} size="sm">
        {t('actions.download')}
      </Anchor>
    </Text>
  );
}

function TextPreview({ file }: { file: FileResource }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { data, error } = useQuery(textStartQuery(file));
  if (error) {
    return (
      <Text size="sm" c="red" role="alert">
        {t('states.failed')}
      </Text>
    );
  }
  if (data === undefined) return <Skeleton height={160} radius="md" />;
  return (
    <>
      <Code block className="relevo-preview-text" tabIndex={0} role="region" aria-label={t('files.preview_of', { name: file.name })}>
        {data}
      </Code>
      {file.size > textPreviewMaxBytes && (
        <Text size="xs" c="dimmed" mt={4}>
          {t('files.preview_start', { bytes: formats.bytes(textPreviewMaxBytes), total: formats.bytes(file.size) })}
        </Text>
      )}
    </>
  );
}
