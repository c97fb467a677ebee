import { ADDRESS, container, type Given, unit } from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';

/** A server on which one container publishes one port, and what came when that was asked. */
export const app = (
  name: string,
  port: number,
  answer: string,
  {
    image = `docker.io/library/${name}:1`,
    address = ADDRESS,
    ...over
  }: Readonly<Record<string, unknown>> = {},
): Given => ({
  units: unit(name),
  unitCommands: `unit podman-${name}.service\npodman run \n docker.io/library/${name}:1 \n`,
  containers: container(name, {
    image,
    ports: { [`${port}/tcp`]: [{ HostIp: address, HostPort: String(port) }] },
    ...over,
  }),
  webAnswers: `asked ${name} ${address} ${port} ${port} ${address === '0.0.0.0' ? '127.0.0.1' : address} ${answer}\n`,
});

const everywhere = (tailnet: string): Given => {
  const given = app('uptime-kuma', 3001, '0 302', { address: '0.0.0.0' });
  return {
    ...given,
    webAnswers: `${given.webAnswers}asked uptime-kuma 0.0.0.0 3001 3001 ${ADDRESS} ${tailnet}\n`,
  };
};

/** The same server, with another answer. */
const answering = ({ webAnswers = '' }: Given): Given => ({ webAnswers });

export const cases: KindCases = {
  'no-answer': {
    host: app('uptime-kuma', 3001, '7 000'),
    near: answering(app('uptime-kuma', 3001, '0 302')),
  },
  'error-answer': {
    host: app('plex', 32_400, '0 503'),
    near: answering(app('plex', 32_400, '0 401')),
  },
  'nothing-listens': {
    host: app('notes', 8080, '7 000'),
    near: answering(app('notes', 8080, '28 000')),
  },
  'not-on-tailnet': { host: everywhere('28 000'), near: answering(everywhere('0 302')) },
};
