// The first pages of a PDF, painted: it is read in a worker and drawn on canvases, so that nothing in it becomes part of the page.
import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import type { FileResource } from '@relevo/protocol';
import { useQuery } from '@tanstack/react-query';
import { GlobalWorkerOptions, getDocument, type PDFDocumentProxy, type PDFPageProxy } from 'pdfjs-dist';
import workerPath from 'pdfjs-dist/build/pdf.worker.min.mjs' with { type: 'file' };
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { contentPath } from './file-queries.ts';

GlobalWorkerOptions.workerSrc = workerPath;

/** Pages painted at first, and with each wish for more. */
const pagesStep = 3;

export function PdfPreview({ file }: { file: FileResource }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(pagesStep);
  const { document, hasFailed } = usePdf(contentPath(file));
  if (hasFailed) {
    return (
      <Text size="sm" c="dimmed" role="alert">
        {t('files.preview_broken')}
      </Text>
    );
  }
  if (!document) return <Skeleton height={280} radius="md" />;
  const pages = Array.from({ length: Math.min(shown, document.numPages) }, (_, index) => index + 1);
  return (
    <Stack gap="xs">
      {pages.map((number) => (
        <PdfPage key={number} document={document} number={number} />
      ))}
      {document.numPages > shown && (
        <Group justify="center">
          <Button variant="default" size="xs" onClick={() => setShown(shown + pagesStep)}>
            {t('files.more_pages', { shown, total: document.numPages })}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function usePdf(url: string): { document: PDFDocumentProxy | undefined; hasFailed: boolean } {
  const [document, setDocument] = useState<PDFDocumentProxy>();
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    const task = getDocument({ url, enableXfa: false, stopAtErrors: false });
    task.promise.then(setDocument, () => {
      if (!task.destroyed) setFailed(true);
    });
    return () => void task.destroy();
  }, [url]);
  return { document, hasFailed };
}

function PdfPage({ document, number }: { document: PDFDocumentProxy; number: number }) {
  const { t } = useTranslation();
  const { data: page } = useQuery({ queryKey: ['pdf page', document.fingerprints[0], number], queryFn: () => document.getPage(number), gcTime: 0 });
  return page ? <Painted page={page} label={t('files.page', { number })} /> : <Skeleton height={280} radius="md" />;
}

function Painted({ page, label }: { page: PDFPageProxy; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const target = canvas.current;
    if (!target) return;
    const natural = page.getViewport({ scale: 1 });
    const viewport = page.getViewport({ scale: (target.clientWidth / natural.width) * Math.min(2, devicePixelRatio) });
    target.width = viewport.width;
    target.height = viewport.height;
    const painting = page.render({ canvas: target, viewport });
    painting.promise.catch(() => {});
    return () => painting.cancel();
  }, [page]);
  const { width, height } = page.getViewport({ scale: 1 });
  return <canvas ref={canvas} role="img" aria-label={label} className="relevo-preview" style={{ width: '100%', aspectRatio: `${width} / ${height}` }} />;
}
