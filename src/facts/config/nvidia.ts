import { ifKnown, type Known, known, type Unknown, unknown } from '../../model/known.ts';
import { defineSourceFact, type HostReading } from './define.ts';
import { listed, statedTruth } from './stated.ts';
import { unknownIn } from './text.ts';

/** With these, containers get the GPU from a hook, or from a description that the host makes of it. */
const HOOKS = [
  ['virtualisation', 'podman', 'enableNvidia'],
  ['virtualisation', 'docker', 'enableNvidia'],
];
const TOOLKITS = [
  ['hardware', 'nvidia-container-toolkit', 'enable'],
  ['virtualisation', 'containers', 'cdi', 'dynamic', 'nvidia', 'enable'],
];
const SETTINGS = ['hardware', 'nvidia'];
const LISTS = [
  ['services', 'xserver', 'videoDrivers'],
  ['boot', 'kernelModules'],
  ['boot', 'initrd', 'kernelModules'],
];

/** What makes the GPU of NVIDIA usable on this host. */
export interface DeclaredNvidia {
  /** Every container that wants it gets it, without an option of its own. */
  readonly hook: Known<boolean>;
  /** Something here declares a driver of it. */
  readonly driver: Known<boolean>;
}

export const nvidia = defineSourceFact<DeclaredNvidia>({
  id: 'nvidia',
  reads: 'hardware.nvidia and what gives its GPU to containers',
  options: [...[...HOOKS, ...TOOLKITS, ...LISTS].map((path) => path.join('.')), `${SETTINGS.join('.')}.*`],
  read({ host }) {
    const hooks = HOOKS.map((path) => statedTruth(host.reading(path)));
    const openHook = hooks.find((each) => each.state === 'unknown');
    const hook = hooks.some(isOn) ? known(true) : (openHook ?? known(false));
    const toolkits = TOOLKITS.map((path) => statedTruth(host.reading(path)));
    const settings = host.attributes(SETTINGS);
    const lists = LISTS.map((path) => listed(host.reading(path)));
    const named = lists.some(({ items }) => items.some(({ text }) => text.startsWith('nvidia')));
    if (isOn(hook) || named || settings.items.length > 0 || toolkits.some(isOn))
      return { hook, driver: known(true) };
    const [open] = [
      ...[...hooks, ...toolkits].filter((each) => each.state === 'unknown'),
      ...lists.flatMap(({ rest, items }) => [
        ...(rest === undefined ? [] : [rest]),
        ...items.flatMap((text) => (unknownIn(text) ? [unknown(`${text.text} is not known`, text.at)] : [])),
      ]),
      ...(settings.rest === undefined
        ? []
        : [unknown(`not everything in ${SETTINGS.join('.')} is known: ${settings.rest.reason}`)]),
      ...elsewhere(host),
    ];
    return { hook, driver: open === undefined ? known(false) : unknown(open.reason, open.at) };
  },
});

const isOn = (it: Known<boolean>) => ifKnown(it) === true;

/** Modules of other flakes may bring a driver; those of nixpkgs itself bring none. */
function elsewhere(host: HostReading): readonly Unknown[] {
  return host.gaps
    .filter(({ kind, reason }) => kind === 'outside' && !reason.startsWith('modulesPath'))
    .map(({ reason, at }) => unknown(`a module is outside of these files (${reason})`, at));
}
