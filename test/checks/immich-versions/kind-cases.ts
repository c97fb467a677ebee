import type { KindCases } from '../kind-cases.ts';

const immich = (server: string, learning: string) => `{
  virtualisation.oci-containers.containers = {
    server.image = "ghcr.io/immich-app/immich-server:${server}";
    learning.image = "ghcr.io/immich-app/immich-machine-learning:${learning}";
  };
}`;
const withDatabase = (server: string) => `{
  virtualisation.oci-containers.containers = {
    server = { image = "ghcr.io/immich-app/immich-server:${server}"; environment.DB_HOSTNAME = "postgres"; };
    postgres.image = "docker.io/tensorchord/pgvecto-rs:pg14-v0.2.0";
  };
}`;

export const cases: KindCases = {
  'different-versions': {
    source: immich('v2.1.0', 'v2.0.0'),
    near: ['v2.0.0', 'v2.1.0'],
  },
  'moving-tag': { source: immich('v2.1.0', 'v2'), near: ['learning:v2"', 'learning:v2.1.0"'] },
  'other-port': {
    source:
      '{ virtualisation.oci-containers.containers.server = { image = "ghcr.io/immich-app/immich-server:v2.1.0"; ports = [ "2283:3001" ]; }; }',
    near: ['2283:3001', '2283:2283'],
  },
  'without-pgvecto': { source: withDatabase('v3.0.1'), near: ['v3.0.1', 'v2.9.1'] },
  'soon-without-pgvecto': { source: withDatabase('release'), near: ['release', 'v2.9.1'] },
};
