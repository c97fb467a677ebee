import { type Box, eventually } from './box.ts';
import {
  activeState,
  configuration,
  encryptSecret,
  rebuild,
  setTailscaleDelay,
  TAILSCALE_ADDRESS,
} from './home-server.ts';

/** One fault of a home server, as it really comes about. */
export interface Scenario {
  readonly name: string;
  /** Makes the healthy server sick; returns when the fault shows. */
  readonly provoke: (box: Box) => Promise<void>;
  /** The check that has to name the root cause, and the thing that it has to name. */
  readonly blames: { readonly check: string; readonly named: string };
  /** What a command of the fix reads from its standard input. */
  readonly answer?: string;
}

const kill = (box: Box, state: string) =>
  eventually('the kernel kills for memory', async () => {
    const log = await box.inside(`journalctl --dmesg --since=-20s --output=cat | grep 'oom-kill:.*${state}'`);
    return log.exitCode === 0;
  });

const sick = (variant: string) =>
  configuration({
    'immich-machine-learning:release"': `immich-machine-learning:release-${variant}"`,
    '--memory=2g': '--memory=32m',
    '--memory-swap=3g': '--memory-swap=32m',
  });

export const scenarios: readonly Scenario[] = [
  {
    name: 'a worker of the machine-learning container is killed for memory',
    async provoke(box) {
      await rebuild(box, await sick('openvino'));
      await kill(box, 'task=tail');
      await eventually(
        'the container stays up',
        async () => (await activeState(box, 'podman-immich-ml')) === 'active',
      );
    },
    blames: { check: 'ml-oom', named: 'immich-ml' },
  },
  {
    name: 'the main process of the machine-learning container is killed for memory, and the container replaced',
    async provoke(box) {
      await rebuild(box, await sick('cuda'));
      await kill(box, 'task=tail');
      await eventually('systemd restarts it', async () => {
        const shown = await box.inside('systemctl show -P NRestarts podman-immich-ml');
        return Number(shown.stdout) >= 1;
      });
    },
    blames: { check: 'ml-oom', named: 'immich-ml' },
  },
  {
    name: 'a container that does not wait binds to a Tailscale address that comes late',
    async provoke(box) {
      await rebuild(
        box,
        await configuration({ '"127.0.0.1:2283:2283"': `"${TAILSCALE_ADDRESS}:2283:2283"` }),
      );
      await setTailscaleDelay(box, 25);
      await box.shutDown();
      await box.boot();
      await eventually(
        'it gives up',
        async () => (await activeState(box, 'podman-immich-server')) === 'failed',
      );
      await eventually(
        'the address is there',
        async () => (await box.inside('tailscale ip -4')).exitCode === 0,
      );
      await box.settle();
    },
    blames: { check: 'tailscale-wait', named: 'immich-server' },
  },
  {
    name: 'docker is the backend',
    async provoke(box) {
      await rebuild(box, await configuration({ 'backend = "podman"': 'backend = "docker"' }));
      await box.settle();
    },
    blames: { check: 'oci-backend', named: 'docker' },
  },
  {
    name: 'a secret is encrypted for another host',
    async provoke(box) {
      const other = await box.must(
        'rm -f /tmp/other; age-keygen -o /tmp/other 2>/dev/null; age-keygen -y /tmp/other',
      );
      await encryptSecret(box, other.trim());
      await rebuild(box, await configuration());
      await box.ssh(
        'minipc',
        'systemctl restart podman-immich-postgres.service podman-immich-server.service',
      );
      await eventually(
        'the database is down',
        async () => (await activeState(box, 'podman-immich-postgres')) === 'failed',
      );
      await box.must(
        'printf \'{ "immich-db-password.age".publicKeys = [ "%s" ]; }\' "$(cut -d" " -f1,2 /etc/ssh/ssh_host_ed25519_key.pub)" >/etc/nixos/secrets/secrets.nix',
      );
    },
    blames: { check: 'agenix-secrets', named: 'immich-db-password' },
    answer: 'the-password-anew',
  },
  {
    name: 'a secret is a link to nothing',
    async provoke(box) {
      await box.must('rm -rf /run/agenix.d/*');
      await box.ssh(
        'minipc',
        'systemctl restart podman-immich-postgres.service podman-immich-server.service',
      );
      await eventually(
        'the database is down',
        async () => (await activeState(box, 'podman-immich-postgres')) === 'failed',
      );
    },
    blames: { check: 'agenix-secrets', named: 'immich-db-password' },
  },
];
