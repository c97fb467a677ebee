import { defineSourceFact, type HostReading } from './define.ts';
import { listed, type Stated, statedTruth } from './stated.ts';

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
  readonly hook: 'on' | 'off' | 'unknown';
  readonly driver: 'declared' | 'absent' | 'unknown';
  /** Why one of both is not known. */
  readonly reason: string;
}

export const nvidia = defineSourceFact<DeclaredNvidia>({
  id: 'nvidia',
  reads: 'hardware.nvidia and what gives its GPU to containers',
  options: [...[...HOOKS, ...TOOLKITS, ...LISTS].map((path) => path.join('.')), `${SETTINGS.join('.')}.*`],
  read({ host }) {
    const hooks = HOOKS.map((path) => statedTruth(host.reading(path)));
    const openHooks = hooks.flatMap((each) => (each.state === 'unknown' ? [each.reason] : []));
    const hook = hooks.some(isOn) ? 'on' : openHooks.length > 0 ? 'unknown' : 'off';
    const toolkits = TOOLKITS.map((path) => statedTruth(host.reading(path)));
    const settings = host.attributes(SETTINGS);
    const lists = LISTS.map((path) => listed(host.reading(path)));
    const named = lists.some(({ items }) => items.some(({ text }) => text.startsWith('nvidia')));
    if (hook === 'on' || named || settings.names.length > 0 || toolkits.some(isOn))
      return { hook, driver: 'declared', reason: openHooks[0] ?? '' };
    const open = [
      ...openHooks,
      ...toolkits.flatMap((each) => (each.state === 'unknown' ? [each.reason] : [])),
      ...lists.flatMap(({ unknown, items }) => [
        ...(unknown === undefined ? [] : [unknown]),
        ...items.filter(({ whole }) => !whole).map(({ text }) => `${text} is not known`),
      ]),
      ...(settings.complete ? [] : [`not everything in ${SETTINGS.join('.')} is known`]),
      ...elsewhere(host),
    ];
    return { hook, driver: open.length > 0 ? 'unknown' : 'absent', reason: open[0] ?? '' };
  },
});

const isOn = (stated: Stated<boolean>) => stated.state === 'known' && stated.value;

/** Modules of other flakes may bring a driver; those of nixpkgs itself bring none. */
function elsewhere(host: HostReading): readonly string[] {
  return host.gaps
    .filter(({ kind, reason }) => kind === 'outside' && !reason.startsWith('modulesPath'))
    .map(({ reason }) => `a module is outside of these files (${reason})`);
}
