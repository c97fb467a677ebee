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
} from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';

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
  'no-device': {
    source: declaring('--memory=8g', '--device=/dev/fuse'),
    near: ['/dev/fuse', '/dev/dri'],
  },
  'declared-limit-too-low': {
    source: declaring('--device=/dev/dri', '--memory=2g'),
    near: ['--memory=2g', '--memory=6g'],
  },
};
