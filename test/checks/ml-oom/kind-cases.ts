import {
  COMMANDS,
  CONTAINERS,
  container,
  type Given,
  idOf,
  KERNEL,
  killed,
  MINUTE,
  ML,
  STARTED,
  scopeOf,
  told,
} from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';

const LATER = STARTED + 60 * MINUTE;
const UNIT = `podman-${ML}.service`;
const ofTheHost = (group: string) =>
  `${LATER / 1000} minipc kernel: oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=${group},task=python,pid=9,uid=0
${LATER / 1000} minipc kernel: Out of memory: Killed process 9 (python) total-vm:1kB, anon-rss:1kB
`;
const KILL = KERNEL + killed(scopeOf(idOf(ML)), STARTED + 60 * MINUTE);
const IMAGE = `ghcr.io/immich-app/${ML}`;
const running = (image: string) =>
  CONTAINERS.replace(container(ML), container(ML, { image, memory: 2 ** 31 }));
const sick = (image: string): Given => ({
  kernelOom: KILL,
  containers: running(image),
  unitCommands: COMMANDS.replace(` ${IMAGE}:v2 \n`, ` --memory=2g\n --memory-swap=3g\n ${image} \n`),
});
const declaring = (...options: string[]) => `{
  virtualisation.oci-containers.containers.ml = {
    image = "${IMAGE}:v2-openvino";
    extraOptions = [ ${options.map((option) => `"${option}"`).join(' ')} ];
  };
}`;

export const cases: KindCases = {
  'limit-too-low': { host: sick(`${IMAGE}:v2`), near: { kernelOom: KERNEL } },
  'accelerator-image': {
    host: sick(`${IMAGE}:v2-openvino`),
    near: { containers: running(`${IMAGE}:v2`) },
  },
  'outer-limit-too-low': {
    host: {
      kernelOom: KERNEL + killed('/machine.slice', STARTED + 60 * MINUTE, { victim: scopeOf(idOf(ML)) }),
    },
    near: { kernelOom: KILL },
  },
  'host-out-of-memory': {
    host: { kernelOom: KERNEL + ofTheHost(scopeOf(idOf(ML))) },
    near: { kernelOom: KERNEL + ofTheHost(scopeOf(idOf('immich-server'))) },
  },
  'unit-killed': {
    host: {
      unitJournal: told(UNIT, 'systemd', `${UNIT}: systemd-oomd killed 12 process(es) in this unit.`, LATER),
    },
    near: {
      unitJournal: told(UNIT, 'systemd', `${UNIT}: Main process exited, code=killed, status=9/KILL`, LATER),
    },
  },
  'no-device': {
    source: declaring('--memory=8g', '--device=/dev/fuse'),
    near: ['/dev/fuse', '/dev/dri'],
  },
  'declared-limit-too-low': {
    source: declaring('--device=/dev/dri', '--memory=2g'),
    near: ['--memory=2g', '--memory=6g'],
  },
};
