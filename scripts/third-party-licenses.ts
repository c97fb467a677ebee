import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'rolldown';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** Writes the licence of every package that is bundled beside the bundle: most of them ask for it. */
export const thirdPartyLicenses: Plugin = {
  name: 'third-party-licenses',
  generateBundle(_, bundle) {
    const modules = Object.values(bundle).flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
    const folders = new Set(modules.filter((id) => id.includes('/node_modules/')).map(packageFolder));
    const texts = [...new Set([...folders].map(licenseOf))].sort();
    const fileName = 'THIRD-PARTY-LICENSES.txt';
    this.emitFile({ type: 'asset', fileName, source: `\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}` });
  },
};

/** The nearest folder above with a package.json that names a package; some have others, which only set a type. */
function packageFolder(file: string): string {
  let folder = dirname(file);
  while (!existsSync(join(folder, 'package.json')) || manifestOf(folder).name === undefined)
    folder = dirname(folder);
  return folder;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

function licenseOf(folder: string): string {
  const { name, version, license } = manifestOf(folder);
  const files = readdirSync(folder).filter((file) => /^(?:licen[cs]e|notice|copying)(?:[.-]|$)/i.test(file));
  if (license === undefined && files.length === 0)
    throw new Error(`${name} ${version} says nothing of its licence: it must not be bundled`);
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return [`${name} ${version} (${license ?? 'see below'})`, ...texts].map((text) => `${text}\n`).join('\n');
}
