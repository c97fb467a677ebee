import { ifKnown, isKnown, type Several, several } from '../../model/known.ts';
import { PLAIN_PRIORITY } from '../../nix/modules/definition.ts';
import type { HostReading, SourceConfiguration } from './define.ts';
import type { DeclaredService } from './services.ts';
import { listed, settingsOf, statedText } from './stated.ts';
import { type Text, wholeText } from './text.ts';

/** What starts a unit of another kind, and where it may name a unit that is called otherwise. */
const ACTIVATORS = [
  { kind: 'timers', section: 'timerConfig', key: 'Unit' },
  { kind: 'paths', section: 'pathConfig', key: 'Unit' },
  { kind: 'sockets', section: 'socketConfig', key: 'Service' },
] as const;

/** Services that a timer, a socket, a path, a command or the end of another unit starts, with `.service`. */
export function activatedUnits(
  { host, source }: SourceConfiguration,
  units: readonly DeclaredService[],
): Several<string> {
  const found: string[] = [];
  let rest: Several<unknown>['rest'];
  for (const { kind, section, key } of ACTIVATORS) {
    const names = host.attributes(['systemd', kind]);
    rest ??= names.rest;
    for (const name of names.items) {
      const named = statedText(host.reading(['systemd', kind, name, section, key]));
      found.push(named.state === 'unset' ? `${name}.service` : (wholeText(named) ?? `${name}.service`));
      if (named.state === 'unknown') rest ??= named;
    }
  }
  for (const { name } of units) {
    const unit = host.reading(['systemd', 'services', name]);
    if (unit.at('startAt').option().state !== 'unset') found.push(`${name}.service`);
    for (const list of [
      ...['onFailure', 'onSuccess', 'upholds'].map((key) => listed(unit.at(key))),
      ...settingsOf(unit.at('unitConfig')).items.filter(({ key }) =>
        /^(?:OnFailure|OnSuccess|Upholds|Wants|Requires|BindsTo)$/.test(key),
      ),
    ]) {
      for (const { text } of list.items as readonly Text[])
        for (const name of text.split(/\s+/)) found.push(name);
      rest ??= list.rest;
    }
  }
  const started = commandsIn(host, source);
  return several(
    [...found, ...units.flatMap(({ name }) => (started.includes(name) ? [`${name}.service`] : []))],
    rest,
  );
}

/** What `systemctl` and rules of udev start, as the files have it. */
function commandsIn(host: HostReading, source: SourceConfiguration['source']): string {
  return host.files
    .flatMap((path) => {
      const file = source.tree.text(path);
      return 'text' in file ? (file.text.match(/(?:systemctl|SYSTEMD_(?:USER_)?WANTS)[^\n]*/g) ?? []) : [];
    })
    .join('\n');
}

/** Whether a service is made here, and not only changed: then nothing else starts it. */
export function isMadeHere({ host }: SourceConfiguration, { name, runs }: DeclaredService): boolean {
  const [first] = runs;
  if (first === undefined || first.text.text.trim() === '') return false;
  const path = ['systemd', 'services', name];
  const start = host.definitions([...path, 'serviceConfig', 'ExecStart']);
  const isForced = start.some(({ priority }) => priority < PLAIN_PRIORITY);
  const [stem = ''] = name.split(/[@-]/);
  return (
    !isForced &&
    [name, stem].every((each) => host.definitions(['services', each]).length === 0) &&
    !isKnown(host.option([...path, 'overrideStrategy'])) &&
    ifKnown(host.option([...path, 'aliases'])) === undefined
  );
}
