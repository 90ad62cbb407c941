// npm run reference -w packages/progress: docs/progress/reference.md, from the docstrings of what the package exports. Reads the built types.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const dist = join(folder, 'dist');
const entries = ['report', 'server', 'watch', 'react'];

/** Names that an index exports, with the file that declares each. */
function exportsOf(entry) {
  const source = readFileSync(join(dist, entry, 'index.d.ts'), 'utf8');
  return [...source.matchAll(/export (?:type )?\{([^}]*)\} from '(\.[^']+)\.js'/g)].flatMap(([, names, file]) =>
    names.split(',').map((name) => ({ name: name.replace('type ', '').trim(), file: join(dist, entry, `${file}.d.ts`) })),
  );
}

/** The docstring of an exported declaration as text, and the declaration itself. */
function declarationOf({ name, file }) {
  const lines = readFileSync(file, 'utf8').split('\n');
  const at = lines.findIndex((line) => new RegExp(`^export (declare )?(abstract )?(interface|class|function|type|const) ${name}\\b`).test(line));
  if (at < 0) throw new Error(`${file} does not declare ${name}`);
  // A declaration ends where a line closes what it opened at the first column.
  const end = lines.findIndex((line, index) => index >= at && (/^\S.*;$/.test(line) || /^\}[^{]*$/.test(line)));
  const code = lines.slice(at, end + 1).filter((line) => !/^\s+#private;$/.test(line));
  return { name, doc: docAbove(lines, at), code: code.join('\n').replace(/^export (declare )?/, '') };
}

function docAbove(lines, at) {
  if (!lines[at - 1]?.trimEnd().endsWith('*/')) return '';
  let first = at - 1;
  while (!lines[first].startsWith('/**')) first -= 1;
  return lines
    .slice(first, at)
    .join('\n')
    .replace(/^\/\*\*\s?|\s*\*\/$/g, '')
    .replace(/^ \* ?/gm, '')
    .trim()
    .replace(/^@(\w+)/gm, '\n**$1**:')
    .replace(/ @(throws|returns)/g, '\n\n**$1**:');
}

function section(entry) {
  const declarations = exportsOf(entry).map(declarationOf);
  const parts = declarations.map(({ name, doc, code }) => `### ${name}\n\n${doc === '' ? '' : `${doc}\n\n`}\`\`\`ts\n${code}\n\`\`\`\n`);
  return `## \`@relevo/progress/${entry}\`\n\n${parts.join('\n')}`;
}

const opening = `# Reference of \`@relevo/progress\`

Made from the docstrings of the code by \`npm run build -w packages/progress && npm run reference -w packages/progress\`. How the parts go together:
[the tutorial](tutorial.md). Options are optional where they have a \`?\`; every bound has a default. Sizes are bytes, names that end in \`Ms\` are milliseconds.
`;
writeFileSync(join(folder, '../../docs/progress/reference.md'), [opening, ...entries.map(section)].join('\n'));
