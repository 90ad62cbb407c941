// A QR code as one SVG path, dark on light in every theme, as cameras want it.
import { generate } from 'lean-qr';
import { useMemo } from 'react';

/** "The quiet zone … shall be 4X wide on all four sides" (ISO/IEC 18004 §6.3.8). */
const quietModules = 4;

export function QrCode({ text, label, size = 208 }: { text: string; label: string; size?: number }) {
  const { path, modules } = useMemo(() => {
    const code = generate(text);
    let drawn = '';
    for (let y = 0; y < code.size; y++) {
      for (let x = 0; x < code.size; x++) if (code.get(x, y)) drawn += `M${x + quietModules} ${y + quietModules}h1v1h-1z`;
    }
    return { path: drawn, modules: code.size + 2 * quietModules };
  }, [text]);
  return (
    <svg role="img" aria-label={label} width={size} height={size} viewBox={`0 0 ${modules} ${modules}`} shapeRendering="crispEdges" className="relevo-qr">
      <rect width={modules} height={modules} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
