import {
  CONTAINERS,
  container,
  FAILED,
  type Given,
  logged,
  NOW,
  POSTGRES_ANSWERS,
  REDIS_ANSWERS,
  SERVER_CONNECTED,
  UNITS,
  unit,
} from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';

export const REDIS = 'immich-redis';

/** The same server with another answer of its Redis. */
export const answering = (redis: string): Given => ({
  dataServices: SERVER_CONNECTED + POSTGRES_ANSWERS + redis,
});

/** It failed at its start, and gave up. */
export const notStarting = (...texts: readonly string[]): Given => ({
  ...answering(''),
  units: UNITS.replace(unit(REDIS), unit(REDIS, { ...FAILED, ExecMainStatus: 1 })),
  containers: CONTAINERS.replace(container(REDIS), ''),
  containerLog: texts.map((text) => logged(REDIS, text, NOW - 60_000)).join(''),
});

export const cases: KindCases = {
  'not-writable': {
    source: `{
  systemd.tmpfiles.rules = [ "d /srv/redis 0755 root root" ];
  virtualisation.oci-containers.containers.immich-redis = {
    image = "valkey/valkey:8";
    volumes = [ "/srv/redis:/data" ];
  };
}`,
    near: ['0755 root', '0755 999'],
  },
  down: { host: notStarting(), near: { units: UNITS } },
  'no-answer': {
    host: {
      ...answering(`service redis ${REDIS} 4003 T\naddress 127.0.0.1:6379\nasked 137\n`),
      containers: CONTAINERS.replace(container(REDIS), container(REDIS, { pid: 4003 })),
    },
    near: answering(REDIS_ANSWERS),
  },
  'cannot-save': {
    host: answering(
      REDIS_ANSWERS.replace('bgsave_status ok', 'bgsave_status err').replace(
        'said pong',
        'error MISCONF Redis is configured to save RDB snapshots',
      ),
    ),
    near: answering(REDIS_ANSWERS),
  },
  'folder-not-writable': {
    host: answering(REDIS_ANSWERS.replace('folder 999 999', 'folder 0 0')),
    near: answering(REDIS_ANSWERS.replace('folder 999 999 755', 'folder 0 0 777')),
  },
  'cannot-load': {
    host: notStarting("1:M 10 Mar 2026 11:59:00.000 # Can't handle RDB format version 12"),
    near: { containerLog: '' },
  },
};
