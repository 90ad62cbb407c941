// docs/progress/reference.md has a heading for everything that the SDK exports.
import { expect, test } from 'bun:test';
import { join } from 'node:path';

const root = join(import.meta.dir, '..');

for (const entry of ['report', 'server', 'watch', 'react']) {
  test(`the reference names everything that @relevo/progress/${entry} exports`, async () => {
    const page = await Bun.file(join(root, 'docs/progress/reference.md')).text();
    const index = await Bun.file(join(root, `packages/progress/src/${entry}/index.ts`)).text();
    const names = [...index.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(([, list = '']) =>
      list.split(',').map((name) => name.replace('type ', '').trim()),
    );
    const [, section = ''] = page.split(`## \`@relevo/progress/${entry}\`\n`);
    const headings = [...(section.split('\n## ')[0] ?? '').matchAll(/^### (\w+)$/gm)].map(([, name]) => name);
    expect(names.filter((name) => name !== '').length).toBeGreaterThan(0);
    expect(headings.toSorted()).toEqual(names.filter((name) => name !== '').toSorted());
  });
}
