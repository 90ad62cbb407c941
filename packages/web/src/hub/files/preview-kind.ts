// How a file can be shown without running anything of it.
import type { FileResource } from '@relevo/protocol';

export type PreviewKind = 'image' | 'video' | 'audio' | 'text' | 'pdf' | 'large' | 'none';

/** Of a text so much is shown. */
export const textPreviewMaxBytes = 64 * 1024;
/** A larger picture would cost the browser too much for a glance. */
const imageMaxBytes = 25_000_000;
const pdfMaxBytes = 50_000_000;

// As the hub serves inline (runtime/file-response.ts): everything else comes as an attachment.
const images = /^image\/(png|jpeg|gif|webp|avif|bmp)$/;
// Shown as text, whatever they would do elsewhere.
const texts = /^(text\/.+|application\/(json|yaml|xml|xhtml\+xml|rtf)|image\/svg\+xml|.+\+(json|xml))$/;

export function previewKind({ media_type: type, size }: Pick<FileResource, 'media_type' | 'size'>): PreviewKind {
  if (size === 0) return 'none';
  if (images.test(type)) return size <= imageMaxBytes ? 'image' : 'large';
  if (type === 'application/pdf') return size <= pdfMaxBytes ? 'pdf' : 'large';
  if (type.startsWith('video/')) return 'video';
  if (type.startsWith('audio/')) return 'audio';
  return texts.test(type) ? 'text' : 'none';
}
