import { optionPath } from '../../remedy/nix-text.ts';
import { isRefused } from '../../remedy/words.ts';
import { HOLE } from '../shared/holes.ts';

/** An option of a unit as Nix writes it, whatever the unit is called. */
export function settingPath(unit: string, ...names: readonly string[]): string {
  const path = optionPath('systemd', 'services', unit, ...names);
  return isRefused(path) ? names.join('.') : path;
}

interface Word {
  /** Without its quotes. */
  readonly text: string;
  /** Something that is not known stands outside of quotes in it. */
  readonly bareHole: boolean;
}

/** The words of a line, as systemd takes them apart; undefined where it takes none: a quote or an escape is wrong. */
export function wordsOf(line: string): readonly Word[] | undefined {
  const words: Word[] = [];
  let text = '';
  let quote = '';
  let isWord = false;
  let bareHole = false;
  for (let index = 0; index < line.length; index++) {
    const character = line[index] ?? '';
    if (quote === '' && /\s/.test(character)) {
      if (isWord) words.push({ text, bareHole });
      text = '';
      isWord = bareHole = false;
      continue;
    }
    isWord = true;
    if (character === '\\') {
      index += 1;
      const escaped = line[index] ?? '';
      if (!/[abfnrtvsxuU0-7\\"']/.test(escaped)) return undefined;
      text += `\\${escaped}`;
    } else if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else {
      if (character === HOLE && quote === '') bareHole = true;
      text += character;
    }
  }
  if (quote !== '') return undefined;
  return isWord ? [...words, { text, bareHole }] : words;
}
