import type { Container } from '../../facts/host/containers.ts';
import type { Facts } from '../../facts/host/index.ts';
import type { DeviceHolder, DeviceNode, PassedDevices } from '../../facts/host/passed-devices.ts';
import type { UnitCommands } from '../../facts/host/unit-commands.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import { type Explanation, type FindingDraft, judgeHost } from '../define.ts';
import { firstWith } from '../shared/lookup.ts';
import { ACCELERATORS, ALL_DEVICES, acceleratedImage } from '../shared/machine-learning.ts';
import * as kinds from './kinds.ts';

export const host = judgeHost({
  needs: ['passedDevices'],
  wants: ['containers', 'units', 'unitCommands'],
  evaluate(facts, { nixos, now }) {
    const { passedDevices, units = [] } = facts;
    const users = usersOf(passedDevices, facts);
    const open: string[] = [];
    const findings = users.flatMap((user) => {
      const absent = missingDevices(user, passedDevices, units, now);
      const group = wrongGroup(user, passedDevices, nixos);
      if (group?.open !== undefined) open.push(group.open);
      return [
        ...absent,
        ...(absent.length > 0 ? [] : withoutDevice(user, passedDevices, nixos)),
        ...(group?.finding === undefined ? [] : [group.finding]),
      ];
    });
    const passed = users.flatMap(({ holder }) => holder.devices);
    const accelerated = users.filter(({ image }) => acceleratedImage(image) !== undefined);
    return {
      findings,
      lookedAt: { devices: new Set(passed).size, acceleratorImages: accelerated.length },
      ...(open.length === 0 ? {} : { note: open.join('; ') }),
    };
  },
});

/** A container, or a unit whose container is gone, with what it is given. */
interface User {
  readonly name: string;
  readonly holder: DeviceHolder;
  readonly image: string;
  readonly container: Container | undefined;
  readonly unit: ContainerUnit | undefined;
}

interface Known {
  readonly containers: Facts['containers'] | undefined;
  readonly units: readonly ContainerUnit[] | undefined;
  readonly unitCommands: readonly UnitCommands[] | undefined;
}

function usersOf({ holders }: PassedDevices, { containers, units = [], unitCommands }: Known): User[] {
  const ofContainers = holders.flatMap((holder): User[] => {
    const container = firstWith(containers, 'name', holder.container ?? '');
    if (container === undefined) return [];
    const unit = firstWith(units, 'id', container.unit ?? '');
    if (container.state !== 'running' && unit === undefined) return [];
    const all = { ...holder, ...withInspected(holder, container) };
    return [
      { name: unit?.container ?? container.name, holder: all, image: container.image, container, unit },
    ];
  });
  const present = new Set(ofContainers.map(({ name }) => name));
  const ofUnits = holders.flatMap((holder): User[] => {
    const unit = firstWith(units, 'id', holder.unit ?? '');
    if (unit === undefined || present.has(unit.container) || !shouldRun(unit)) return [];
    const image = firstWith(unitCommands, 'unit', unit.id)?.image ?? '';
    return [{ name: unit.container, holder, image, container: undefined, unit }];
  });
  return [...ofContainers, ...ofUnits];
}

/** What was made by another program than podman has no command that tells it. */
const withInspected = (
  { devices, groups }: DeviceHolder,
  { devices: inspected = [], mounts = [], groups: more }: Container,
): Pick<DeviceHolder, 'devices' | 'groups'> => {
  const mounted = mounts.flatMap(({ source }) => (source.startsWith('/dev/') ? [source] : []));
  const passed = devices.length > 0 ? devices : inspected;
  return {
    devices: [...new Set([...passed, ...mounted])],
    groups: [...new Set([...groups, ...(more ?? [])])],
  };
};

/** What somebody stopped, or never starts, needs no device. */
const shouldRun = ({ activeState, loadState, wanted }: ContainerUnit) =>
  loadState === 'loaded' && (activeState !== 'inactive' || wanted);

/** Where the container does not run for want of the device, that is what is told of it. */
const elsewhere = ({ name, unit }: User): Explanation[] => [
  ...(unit === undefined ? [] : [{ check: 'container-state', subject: unit.id }]),
  { check: 'ml-oom', subject: name },
];

function missingDevices(
  user: User,
  { nodes }: PassedDevices,
  units: readonly ContainerUnit[],
  now: number,
): FindingDraft[] {
  const { name, holder, container, unit } = user;
  const isRunning = container?.state === 'running';
  return holder.devices.flatMap((path) => {
    if (firstWith(nodes, 'path', path)?.kind !== 'missing') return [];
    return [
      kinds.deviceMissing.finding(
        { name, path, isRunning, unit, units, now },
        {
          subject: `${name} ${path}`,
          evidence: [{ source: path, observed: 'does not exist', expected: `the device of ${name}` }],
          explainedBy: elsewhere(user),
          affects: { what: name, state: 'degraded', cause: `its device ${path} does not exist` },
        },
      ),
    ];
  });
}

/** An image for an accelerator on a host that does not have it, or in a container that is not given it. */
function withoutDevice(user: User, { nodes }: PassedDevices, nixos: boolean): FindingDraft[] {
  const { name, holder, image } = user;
  const { accelerator = '', target = '' } = acceleratedImage(image) ?? {};
  const kind = ACCELERATORS[accelerator];
  if (kind === undefined) return [];
  const onHost = kind.nodes.some((path) => (firstWith(nodes, 'path', path)?.kind ?? 'missing') !== 'missing');
  const byPath = holder.devices.some((path) => kind.devices.test(path) || ALL_DEVICES.test(path));
  const isGiven = byPath || holder.privileged || (accelerator === 'cuda' && holder.gpus);
  if (isGiven && (onHost || holder.devices.some((path) => path.startsWith('/') && kind.devices.test(path))))
    return [];
  return [
    kinds.acceleratorWithoutDevice.finding(
      { name, accelerator, target, example: kind.example, onHost, nixos },
      {
        subject: name,
        evidence: [
          { source: 'podman', observed: `image ${image}`, expected: target },
          onHost
            ? {
                source: 'podman',
                observed: `devices of ${name}: ${holder.devices.join(', ') || 'none'}`,
                expected: kind.example,
              }
            : { source: '/dev', observed: `none of ${kind.nodes.join(', ')} exists` },
        ],
        explainedBy: elsewhere(user),
      },
    ),
  ];
}

/** Of root in the container nobody asks for a group. */
const isRoot = (user: string) => /^(?:|0|root)(?::.*)?$/.test(user);
/** A GPU; of other devices nobody passes a group. */
const GPU = /^\/dev\/(?:dri|accel|kfd)(?:\/|$)/;

function wrongGroup(
  user: User,
  { nodes, groups: known }: PassedDevices,
  nixos: boolean,
): { readonly finding?: FindingDraft; readonly open?: string } | undefined {
  const { name, holder, container } = user;
  const { groups, mapped } = holder;
  if (container === undefined || mapped || groups.length === 0 || groups.includes('keep-groups'))
    return undefined;
  const { user: runsAs = '' } = container;
  if (isRoot(runsAs)) return undefined;
  const own = /:(\d+)$/.exec(runsAs)?.[1];
  const given = [...groups, ...(own === undefined ? [] : [own])];
  const closed = gpuNodes(holder, nodes).filter(
    ({ mode = '666', gid }) => (Number(mode.at(-1)) & 6) !== 6 && !given.includes(String(gid)),
  );
  const [node] = closed;
  if (node?.gid === undefined) return undefined;
  const named = groups.find((group) => !/^\d+$/.test(group));
  if (named !== undefined)
    return {
      open: `whether the group ${named} in the image of ${name} has the number ${node.gid} of ${node.path} is not known`,
    };
  const group = known.find(({ gid }) => gid === node.gid)?.name;
  return {
    finding: kinds.wrongGroup.finding(
      { name, given: groups, node: node.path, gid: node.gid, group, nixos },
      {
        subject: name,
        evidence: [
          {
            source: `stat ${node.path}`,
            observed: `group ${node.gid}${group === undefined ? '' : ` (${group})`}, mode ${node.mode}`,
          },
          {
            source: `podman inspect ${name}`,
            observed: `--group-add ${groups.join(', ')}, user ${runsAs}`,
            expected: `--group-add ${node.gid}`,
          },
        ],
        affects: { what: name, state: 'degraded', cause: `it has no permission to open ${node.path}` },
      },
    ),
  };
}

/** The nodes by which a program computes: those for screens belong to another group, and are not needed. */
function gpuNodes({ devices }: DeviceHolder, nodes: readonly DeviceNode[]): DeviceNode[] {
  const passed = nodes.filter(
    ({ path, kind }) =>
      kind === 'node' &&
      devices.some((device) => GPU.test(device) && (path === device || path.startsWith(`${device}/`))),
  );
  const render = passed.filter(({ path }) => !/\/card\d+$/.test(path));
  return render.length > 0 ? render : passed;
}
