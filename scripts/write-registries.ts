import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SRC = join(import.meta.dirname, '../src');

interface Registry {
  /** The folder that is looked through. */
  readonly folder: string;
  /** What stands in a file that belongs into it, with its name. */
  readonly declares: RegExp;
  /** The file for each entry of the folder. */
  readonly fileOf: (entry: string) => string;
  /** Where the list stands in the index. */
  readonly list: RegExp;
}

const REGISTRIES: readonly Registry[] = [
  {
    folder: 'checks',
    declares: /^export const (\w+): Check = /m,
    fileOf: (entry) => `${entry}/check.ts`,
    list: /(export const checks: readonly Check\[\] = \[\n)([^\]]*)(\];)/,
  },
  {
    folder: 'facts/host',
    declares: /^export const (\w+) = defineProbe\b/m,
    fileOf: (entry) => entry,
    list: /(export const probes = \{\n)([^}]*)(\};)/,
  },
  {
    folder: 'facts/config',
    declares: /^export const (\w+) = defineSourceFact\b/m,
    fileOf: (entry) => entry,
    list: /(export const sourceFacts = \{\n)([^}]*)(\} as const;)/,
  },
];

/** Adds to an index what its folder has and it does not; the order of what is there stays. */
function write({ folder, declares, fileOf, list }: Registry): void {
  const index = join(SRC, folder, 'index.ts');
  const text = readFileSync(index, 'utf8');
  const declared = readdirSync(join(SRC, folder)).flatMap((entry) => {
    const file = fileOf(entry);
    const [, name] = declares.exec(readIfThere(join(SRC, folder, file))) ?? [];
    return name === undefined ? [] : [{ name, file }];
  });
  const fresh = declared.filter(({ file }) => !text.includes(`'./${file}'`));
  const imports = fresh.map(({ name, file }) => `import { ${name} } from './${file}';\n`).join('');
  const entries = fresh.map(({ name }) => `  ${name},\n`).join('');
  writeFileSync(index, imports + text.replace(list, (_, head, all, end) => `${head}${all}${entries}${end}`));
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

for (const registry of REGISTRIES) write(registry);
