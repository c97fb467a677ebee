import type { DeclaredScript } from '../../facts/config/script.ts';
import { wholeText } from '../../facts/config/text.ts';
import type { DeclaredAgent } from '../../facts/config/upload-agents.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { judgeSource } from '../define.ts';
import { evidenceAt } from '../shared/evidence-at.ts';
import * as kinds from './kinds.ts';

export const source = judgeSource({
  needs: ['uploadAgents'],
  evaluate({ uploadAgents }, { folder, system }) {
    return {
      findings: uploadAgents.flatMap((agent) => {
        const [first, ...others] = literalKeysOf(agent);
        if (first === undefined) return [];
        return [
          kinds.literalKey.finding(
            { agent: agent.name, at: first.at, folder, system },
            {
              subject: agent.name,
              evidence: [first, ...others].map(({ at, observed }) =>
                evidenceAt(at, observed, 'IMMICH_API_KEY_FILE, the path of a file'),
              ),
            },
          ),
        ];
      }),
      lookedAt: { uploadAgents: uploadAgents.length },
      notChecked: uploadAgents.flatMap(({ name, environment: { rest } }) =>
        rest === undefined ? [] : [`which variables ${name} has is not known: ${rest.reason}`],
      ),
    };
  },
});

interface LiteralKey {
  readonly at: SourceLocation | undefined;
  /** Without the key. */
  readonly observed: string;
}

const VARIABLE = 'IMMICH_API_KEY';
/** Shorter than any key of Immich is what stands for one: `your-key`. */
const KEY = '[\\w-]{20,}';
const IS_KEY = new RegExp(`^${KEY}$`);
const OPTION = /^(?:-k|--key)$/;
const IN_LINE = new RegExp(
  `(?:\\b${VARIABLE}=|(?:^|\\s)(?:-k|--key)[ =]|\\bx-api-key: ?)(?:"${KEY}"|'${KEY}'|${KEY}(?![\\w$\`{/.]))`,
  'i',
);

/** Where the key itself stands, which everybody can read in the store. */
function literalKeysOf({ environment, arguments: words, scripts }: DeclaredAgent): readonly LiteralKey[] {
  const variables = environment.items.flatMap(({ key, items: [value], at }) =>
    key === VARIABLE && IS_KEY.test(wholeText(value) ?? '')
      ? [{ at: value?.at ?? at, observed: `${VARIABLE} = "…"` }]
      : [],
  );
  const passed = words.flatMap((word, index) => {
    const [, own] = /^--key=(.*)$/s.exec(wholeText(word) ?? '') ?? [];
    const value = own ?? (OPTION.test(words[index - 1]?.text ?? '') ? wholeText(word) : undefined);
    return IS_KEY.test(value ?? '') ? [{ at: word.at, observed: '--key …' }] : [];
  });
  return [...variables, ...passed, ...scripts.flatMap(literalKeysIn)];
}

const literalKeysIn = ({ text, places }: DeclaredScript): readonly LiteralKey[] =>
  text
    .split('\n')
    .flatMap((line, index) =>
      IN_LINE.test(line) && !/^\s*#/.test(line)
        ? [{ at: places[index], observed: line.includes(VARIABLE) ? `${VARIABLE}=…` : 'the key' }]
        : [],
    );
