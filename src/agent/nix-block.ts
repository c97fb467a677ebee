import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { nixList, nixString } from '../remedy/nix-text.ts';
import { LABEL, type PlistKeys, type PlistValue } from './property-list.ts';

export const NIX_MANAGERS = ['home-manager', 'nix-darwin'] as const;
export type NixManager = (typeof NIX_MANAGERS)[number];

/** What home-manager and nix-darwin leave where they manage something, below a home and of the system. */
const SIGNS = {
  'home-manager': ['.local/state/nix/profiles/home-manager', '.local/state/home-manager'],
  'nix-darwin': ['/run/current-system/darwin-version'],
} as const;

/** Which of them manages this Mac. */
export function nixManager(home: string): NixManager | undefined {
  return NIX_MANAGERS.find((manager) => SIGNS[manager].some((path) => existsSync(resolve(home, path))));
}

const NAME = LABEL.replace(/^.*\./, '');

/** The agent as an option of the module that is to write its property list. */
export function nixBlock(keys: PlistKeys, manager: NixManager): string {
  return manager === 'home-manager'
    ? `launchd.agents.${NAME} = {\n  enable = true;\n  config = ${setOf(keys, '  ')};\n};\n`
    : `launchd.user.agents.${NAME}.serviceConfig = ${setOf(keys, '')};\n`;
}

function setOf(keys: PlistKeys, indent: string): string {
  const items = Object.entries(keys).map(([key, value]) => `${indent}  ${key} = ${nixOf(value, indent)};`);
  return ['{', ...items, `${indent}}`].join('\n');
}

function nixOf(value: PlistValue, indent: string): string {
  if (typeof value === 'string') return nixString(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return isList(value) ? nixList(value) : setOf(value, `${indent}  `);
}

function isList(value: PlistValue): value is readonly string[] {
  return Array.isArray(value);
}
