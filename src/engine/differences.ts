import type { HostReading } from '../facts/config/define.ts';
import { type Data, isKind } from '../nix/data.ts';
import type { OptionAnswer } from '../nix/nix-eval/answer.ts';
import { agrees, plain } from '../nix/nix-eval/compare.ts';
import type { Difference } from '../nix/nix-eval/evaluation.ts';
import { ourValue } from './overlay.ts';

/** Where the reading of the files claims to know what nix says otherwise. */
export function differences(
  host: HostReading,
  answer: OptionAnswer,
  path: readonly string[] = [],
): readonly Difference[] {
  if (answer.absent) return missing(host, path);
  const found: Difference[] = [];
  if (answer.value !== undefined) {
    const read = host.option(path);
    const ours = ourValue(read);
    if (ours !== undefined && !agrees(ours, answer.value))
      found.push({
        path,
        at: (read.state === 'unset' ? undefined : read.at) ?? host.definitions(path)[0]?.at,
        ours: written(ours),
        theirs: written(answer.value),
      });
  }
  if (!answer.all) {
    for (const [name, below] of answer.below)
      for (const each of differences(host, below, [...path, name])) found.push(each);
    return found;
  }
  // Of what the files do not speak, they claim nothing.
  for (const name of host.attributes(path).items) {
    const below = answer.below.get(name);
    const own = [...path, name];
    for (const each of below === undefined ? missing(host, own) : differences(host, below, own))
      found.push(each);
  }
  return found;
}

function missing(host: HostReading, path: readonly string[]): readonly Difference[] {
  const read = host.option(path);
  const ours = ourValue(read);
  const isSet = ours !== undefined && !(isKind(ours, 'set') && ours.attributes.size === 0);
  if (!isSet || (read.state === 'known' && read.isDefault)) return [];
  const at = (read.state === 'known' ? read.at : undefined) ?? host.definitions(path)[0]?.at;
  return [{ path, at, ours: written(ours), theirs: 'nothing by that name' }];
}

/** As it would be written, without what was not looked at. */
function written(data: Data): string {
  if (data === null) return 'null';
  if (typeof data === 'string') return JSON.stringify(data);
  if (typeof data !== 'object') return String(data);
  if (!('kind' in data)) return `[ ${data.map((item) => `${written(item)} `).join('')}]`;
  switch (data.kind) {
    case 'set': {
      const all = [...data.attributes].map(([name, value]) => `${name} = ${written(value)}; `);
      return `{ ${all.join('')}}`;
    }
    case 'path':
      return data.path.startsWith('/') ? data.path : `./${data.path}`;
    case 'text':
      return JSON.stringify(
        data.parts
          .map((part) =>
            typeof part === 'string' ? part : (part.text ?? `\${${part.name ?? part.path ?? '…'}}`),
          )
          .join(''),
      );
    default:
      return plain(data) ?? '…';
  }
}
