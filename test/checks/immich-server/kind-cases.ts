import { container, logged as loggedBy, NOW } from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';

/** What the host tells of a server that answers, but for what is given. */
export function server({
  ping = '#curl ping 0\n#status ping 200\n#body ping {"res":"pong"}',
  version = '{"major":2,"minor":5,"patch":6}',
  config = '{"isInitialized":true,"maintenanceMode":false}',
  marks = '#marked /srv/photos/upload\n#marked /srv/photos/library',
} = {}): string {
  return `
#container immich-server
#url http://127.0.0.1:2283
${ping}
#body version ${version}
#body config ${config}
${marks}
`;
}

export const logged = (text: string, at = NOW - 60_000) => loggedBy('immich-server', text, at);

export const REFUSED =
  "[Nest] 7  - 08/04/2025, 5:42:30 PM   ERROR [Microservices:StorageService] Failed to read (/data/library/.immich): Error: ENOENT: no such file or directory, open '/data/library/.immich'";

const healthy = { immichServers: server() };

export const cases: KindCases = {
  'no-answer': {
    host: {
      immichServers: server({
        ping: '#curl ping 7\n#error ping (7) Failed to connect to 127.0.0.1 port 2283\n#status ping 000',
        version: '',
        config: '',
      }),
    },
    near: healthy,
  },
  'error-answer': {
    host: { immichServers: server({ ping: '#curl ping 0\n#status ping 502', version: '', config: '' }) },
    near: healthy,
  },
  'something-else': {
    host: { immichServers: server({ ping: '#curl ping 0\n#status ping 404', version: '', config: '' }) },
    near: healthy,
  },
  maintenance: {
    host: { immichServers: server({ config: '{"isInitialized":true,"maintenanceMode":true}' }) },
    near: healthy,
  },
  'no-user': {
    host: { immichServers: server({ config: '{"isInitialized":false,"maintenanceMode":false}' }) },
    near: healthy,
  },
  'jobs-failed': {
    host: { ...healthy, immichJobs: jobs({ failed: 12 }) },
    near: { immichJobs: jobs({ waiting: 12 }) },
  },
  'jobs-paused': {
    host: { ...healthy, immichJobs: jobs({ isPaused: true, waiting: 12 }) },
    near: { immichJobs: jobs({ isPaused: false, waiting: 12 }) },
  },
  'mark-missing': {
    host: { containerLog: logged(REFUSED), immichServers: '' },
    near: { containerLog: logged(REFUSED) + logged('LOG [Api:Bootstrap] Immich Server is listening', NOW) },
  },
};

/** What was asked from here. */
export function jobs(thumbnails: Readonly<Record<string, unknown>>): string {
  const queue = { name: 'thumbnailGeneration', failed: 0, waiting: 0, active: 0, isPaused: false };
  return JSON.stringify({
    url: 'http://minipc:2283',
    queues: [{ ...queue, ...thumbnails }],
    newestWithinDays: 1,
  });
}

export const justStarted = (name: string) =>
  container(name, {
    image: 'ghcr.io/immich-app/immich-server:v2',
    startedAt: new Date(NOW - 60_000).toISOString(),
  });
