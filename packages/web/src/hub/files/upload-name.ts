// What a file out of a folder is called on the hub, where names have no slash: its folders stand before it, so that two `index.html` stay two.

const separator = ' - ';
/** As the hub bounds names: bytes of UTF-8. */
const nameMaxBytes = 255;

/**
 * `photos/2024/beach.jpg` → `photos - 2024 - beach.jpg`; a name too long for the hub loses its outermost folders.
 * @param path as browsers give it: `/a/b`, `./a/b`, `a/b` or `b`
 */
export function uploadName(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  for (let from = 0; from < parts.length - 1; from++) {
    const name = parts.slice(from).join(separator);
    if (new TextEncoder().encode(name).length <= nameMaxBytes) return name;
  }
  return parts.at(-1) ?? '';
}
