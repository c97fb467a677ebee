import { isKnown, type Several, several, type Unknown } from '../../model/known.ts';
import { PartialValue } from '../../model/probe.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { defineSourceFact, type HostReading } from './define.ts';
import { listed, statedText } from './stated.ts';

const RULES = ['systemd', 'tmpfiles', 'rules'];
const SETTINGS = ['systemd', 'tmpfiles', 'settings'];

/** One line for systemd-tmpfiles; `-` is what it does not say, `${...}` what is not known. */
export interface TmpfilesRule {
  /** The letter, without its marks: `d`, `Z`. */
  readonly type: string;
  readonly path: string;
  readonly mode: string;
  readonly user: string;
  readonly group: string;
  readonly at: SourceLocation | undefined;
}

export const tmpfiles = defineSourceFact<Several<TmpfilesRule>>({
  id: 'tmpfiles',
  reads: 'systemd.tmpfiles',
  options: [RULES.join('.'), ...['mode', 'user', 'group'].map((key) => `${SETTINGS.join('.')}.*.*.*.${key}`)],
  read({ host }) {
    const { items, rest } = listed(host.reading(RULES));
    const written = items.map(({ text, at }) => {
      const [type = '', path = '', mode = '-', user = '-', group = '-'] = text.trim().split(/\s+/);
      return { type: type.slice(0, 1), path: path.replace(/^"(.*)"$/, '$1'), mode, user, group, at };
    });
    const structured = structuredRules(host);
    const open =
      structured.rest && `not everything in ${SETTINGS.join('.')} is known: ${structured.rest.reason}`;
    const found = several([...written, ...structured.items], rest ?? open);
    return found.rest === undefined ? found : new PartialValue(found, found.rest.reason);
  },
});

/** `systemd.tmpfiles.settings.<file>.<path>.<type>`. */
function structuredRules(host: HostReading): Several<TmpfilesRule> {
  const rules: TmpfilesRule[] = [];
  let rest: Unknown | undefined;
  const below = (path: readonly string[]) => {
    const found = host.attributes(path);
    rest ??= found.rest;
    return found.items.map((name) => ({ name, own: [...path, name] }));
  };
  for (const file of below(SETTINGS))
    for (const path of below(file.own))
      for (const type of below(path.own)) {
        const field = (key: string) => {
          const stated = statedText(host.reading([...type.own, key]));
          if (stated.state === 'unset') return '-';
          return isKnown(stated) ? stated.value.text : `\${${stated.reason}}`;
        };
        rules.push({
          type: type.name.slice(0, 1),
          path: path.name,
          mode: field('mode'),
          user: field('user'),
          group: field('group'),
          at: host.definitions([...type.own, 'user'])[0]?.at ?? host.definitions(type.own)[0]?.at,
        });
      }
  return { items: rules, rest };
}
