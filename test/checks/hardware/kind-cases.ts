import { container, ML } from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';

/** What podman and /dev tell of a container and its devices. */
export const devices = (name: string, words: readonly string[], ...nodes: readonly string[]) =>
  `container ${name}\n${words.map((word) => `${word}\n`).join('')}unit podman-${name}.service\n${nodes
    .map((node) => `${node}\n`)
    .join('')}known render 303\nknown video 26\nend\n`;

export const DRI = ['folder /dev/dri', 'node /dev/dri/card0 660 26', 'node /dev/dri/renderD128 660 303'];
const openvino = container(ML, { image: `ghcr.io/immich-app/${ML}:release-openvino` });
const plex = container(ML, { user: '1000:1000', image: 'docker.io/plexinc/pms-docker:latest' });

export const cases: KindCases = {
  'device-missing': {
    host: { passedDevices: devices(ML, ['device /dev/ttyUSB0'], 'missing /dev/ttyUSB0') },
    near: { passedDevices: devices(ML, ['device /dev/ttyUSB0'], 'node /dev/ttyUSB0 660 20') },
  },
  'accelerator-without-device': {
    host: { containers: openvino, passedDevices: devices(ML, [], ...DRI) },
    near: { passedDevices: devices(ML, ['device /dev/dri'], ...DRI) },
  },
  'wrong-group': {
    host: { containers: plex, passedDevices: devices(ML, ['device /dev/dri', 'group 104'], ...DRI) },
    near: { passedDevices: devices(ML, ['device /dev/dri', 'group 303'], ...DRI) },
  },
};
