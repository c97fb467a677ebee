import { type Box, eventually } from './box.ts';
import {
  activeState,
  configuration,
  encryptSecret,
  HOST_KEY,
  rebuild,
  setTailscaleDelay,
  TAILSCALE_ADDRESS,
  writeRecipients,
} from './home-server.ts';

/** A fault of a home server, as it really comes about. */
export interface Scenario {
  readonly name: string;
  /** Makes the healthy server sick; returns when the fault shows. */
  readonly provoke: (box: Box) => Promise<void>;
  /** The checks that have to name the root causes, each with the thing that it has to name. */
  readonly blames: Readonly<Record<string, string>>;
  /** The secret that is written where a step asks for one. */
  readonly answer?: string;
  /** What the fix by hand is, where no step can tell it wholly: a command in the box. */
  readonly undo?: string;
}

const accelerated = (variant: string) => ({
  'immich-machine-learning:release"': `immich-machine-learning:release-${variant}"`,
  '--memory=2g': '--memory=32m',
  '--memory-swap=3g': '--memory-swap=32m',
});
const serverOnTailscale = { '"127.0.0.1:2283:2283"': `"${TAILSCALE_ADDRESS}:2283:2283"` };
const kumaOnTailscale = { '"127.0.0.1:3001:3001"': `"${TAILSCALE_ADDRESS}:3001:3001"` };

/** That of the host, which drops what comes from the bridges of containers. */
const WITH_FIREWALL = {
  'virtualisation.podman.enable = true;':
    'virtualisation.podman.enable = true;\n  networking.nftables.enable = true;',
};
const onNetwork = (name: string) => ({
  'ports = [ "127.0.0.1:2283:2283" ];': `ports = [ "127.0.0.1:2283:2283" ];\n      extraOptions = [ "--network=${name}" ];`,
  'POSTGRES_PASSWORD_FILE = "/run/secrets/db-password";\n      };': `POSTGRES_PASSWORD_FILE = "/run/secrets/db-password";\n      };\n      extraOptions = [ "--network=${name}" ];`,
});

const SECRET_USERS = 'podman-immich-postgres.service podman-immich-server.service';

const everything: Scenario = {
  name: 'three faults at once',
  async provoke(box) {
    await encryptForAnotherHost(box);
    await rebuild(box, await configuration({ ...accelerated('openvino'), ...kumaOnTailscale }));
    await rebootWithLateAddress(box, 'podman-uptime-kuma');
    await killForMemory(box);
    await fails(box, 'podman-immich-postgres');
    await box.settle();
  },
  blames: {
    'ml-oom': 'immich-ml',
    'tailscale-wait': 'uptime-kuma',
    'agenix-secrets': 'immich-db-password',
  },
  answer: 'the-password-anew',
};

export const scenarios: readonly Scenario[] = [
  {
    name: 'a worker of the machine-learning container is killed for memory',
    async provoke(box) {
      await rebuild(box, await configuration(accelerated('openvino')));
      await killForMemory(box);
      await eventually(
        'the container stays up',
        async () => (await activeState(box, 'podman-immich-ml')) === 'active',
      );
    },
    blames: { 'ml-oom': 'immich-ml' },
  },
  {
    name: 'the main process of the machine-learning container is killed for memory, and the container replaced',
    async provoke(box) {
      await rebuild(box, await configuration(accelerated('cuda')));
      await killForMemory(box);
      await eventually('systemd restarts it', async () => {
        const shown = await box.inside('systemctl show -P NRestarts podman-immich-ml');
        return Number(shown.stdout) >= 1;
      });
    },
    blames: { 'ml-oom': 'immich-ml' },
  },
  {
    name: 'a container that does not wait binds to a Tailscale address that comes late',
    async provoke(box) {
      await rebuild(box, await configuration(serverOnTailscale));
      await rebootWithLateAddress(box, 'podman-immich-server');
    },
    blames: { 'tailscale-wait': 'immich-server' },
  },
  {
    name: 'docker is the backend',
    async provoke(box) {
      await rebuild(box, await configuration({ 'backend = "podman"': 'backend = "docker"' }));
      await box.settle();
    },
    blames: { 'oci-backend': 'docker' },
  },
  {
    name: 'a secret is encrypted for another host',
    async provoke(box) {
      await encryptForAnotherHost(box);
      await rebuild(box, await configuration());
      await box.ssh('minipc', `systemctl restart ${SECRET_USERS}`);
      await fails(box, 'podman-immich-postgres');
    },
    blames: { 'agenix-secrets': 'immich-db-password' },
    answer: 'the-password-anew',
  },
  {
    name: 'a secret is a dangling link',
    async provoke(box) {
      await box.must('rm -rf /run/agenix.d/*');
      await box.ssh('minipc', `systemctl restart ${SECRET_USERS}`);
      await fails(box, 'podman-immich-postgres');
    },
    blames: { 'agenix-secrets': 'immich-db-password' },
  },
  {
    name: 'a secret is there again, and what could not start without it is still down',
    async provoke(box) {
      await box.must('rm -rf /run/agenix.d/*');
      await box.ssh('minipc', `systemctl restart ${SECRET_USERS}`);
      await fails(box, 'podman-immich-postgres');
      await box.must('/run/current-system/activate');
    },
    blames: { 'container-state': 'immich-postgres' },
  },
  {
    name: 'a folder of Immich has lost its mark, and Immich refuses to start',
    async provoke(box) {
      await box.must('mv /var/lib/immich/upload/library/.immich /var/lib/immich/mark');
      await box.ssh('minipc', 'systemctl restart podman-immich-server.service');
      await fails(box, 'podman-immich-server');
    },
    blames: { 'immich-server': 'immich-server' },
    undo: 'mv /var/lib/immich/mark /var/lib/immich/upload/library/.immich; systemctl reset-failed podman-immich-server; systemctl restart podman-immich-server',
  },
  {
    name: 'the program of Immich hangs in a container that runs',
    async provoke(box) {
      await box.must('pkill --signal STOP --exact busybox');
    },
    blames: { 'immich-server': 'immich-server' },
    undo: 'pkill --signal CONT --exact busybox',
  },
  {
    name: 'published ports are not forwarded after a flush of the firewall',
    async provoke(box) {
      await rebuild(box, await configuration(WITH_FIREWALL));
      await settled(box);
      await box.must('systemctl restart nftables.service');
    },
    blames: { 'container-network': 'immich-server' },
  },
  {
    name: 'two containers on a bridge cannot resolve each other',
    async provoke(box) {
      await box.must('podman network create immich');
      await rebuild(box, await configuration({ ...WITH_FIREWALL, ...onNetwork('immich') }));
      await settled(box);
    },
    blames: { 'container-network': 'immich' },
  },
  everything,
];

/** Until every container has been running for so long that its network is judged. */
async function settled(box: Box): Promise<void> {
  await box.settle();
  await eventually('no container was only just started', async () => {
    const started = await box.inside(
      'for id in $(podman ps -q); do date -d "$(podman inspect --format "{{.State.StartedAt}}" $id | cut -d. -f1 | tr T " ")" +%s; done | sort -n | tail -n 1; date +%s',
    );
    const [last = 0, now = 0] = started.stdout.trim().split('\n').map(Number);
    return now - last > 16;
  });
}

/** As after a change of the host's key: the file was not encrypted anew, though secrets.nix names the right recipient. */
async function encryptForAnotherHost(box: Box): Promise<void> {
  const other = await box.must(
    'rm -f /tmp/other; age-keygen -o /tmp/other 2>/dev/null; age-keygen -y /tmp/other',
  );
  await encryptSecret(box, other.trim());
  await writeRecipients(box, HOST_KEY);
}

async function rebootWithLateAddress(box: Box, unit: string): Promise<void> {
  await setTailscaleDelay(box, 25);
  await box.shutDown();
  await box.boot();
  await fails(box, unit);
  await eventually('the address is there', async () => (await box.inside('tailscale ip -4')).exitCode === 0);
  await box.settle();
}

async function killForMemory(box: Box): Promise<void> {
  await eventually('the kernel kills for memory', async () => {
    const log = await box.inside('journalctl --dmesg --since=-20s --output=cat');
    return /oom-kill:.*task=tail/.test(log.stdout);
  });
}

async function fails(box: Box, unit: string): Promise<void> {
  await eventually(`${unit} gives up`, async () => (await activeState(box, unit)) === 'failed');
}

/** All that the demo shows. */
export const demoScenario = everything;
