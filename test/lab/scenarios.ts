import { type Box, eventually } from './box.ts';
import {
  activeState,
  configuration,
  encryptSecret,
  HOST_KEY,
  rebuild,
  SECRET,
  setTailscaleDelay,
  TAILSCALE_ADDRESS,
  writeConfiguration,
  writeRecipients,
} from './home-server.ts';
import type { Suite } from './root.ts';

/** A fault of a home server, as it really comes about. */
export interface Scenario {
  readonly name: string;
  /** Where it can be: what an older podman cannot do is not there. */
  readonly suites?: readonly Suite[];
  /** Makes the healthy server sick; returns when the fault shows. */
  readonly provoke: (box: Box) => Promise<void>;
  /** The checks that have to name the root causes, each with the thing, or all the things, that it has to name. */
  readonly blames: Readonly<Record<string, string | readonly string[]>>;
  /** What is only warned of beside them; how its title begins. */
  readonly warns?: readonly string[];
  /** What is done where a step asks for it in words. */
  readonly byHand?: (box: Box) => Promise<void>;
  /** The secret that is written where a step asks for one. */
  readonly answer?: string;
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
/** The same, and containers may ask their name server. */
const WITH_OPEN_FIREWALL = {
  'virtualisation.podman.enable = true;':
    'virtualisation.podman.enable = true;\n  networking.nftables.enable = true;\n  networking.firewall.interfaces."podman*".allowedUDPPorts = [ 53 ];',
};
const photosOnDisk = { '"/var/lib/immich/upload:/data"': '"/mnt/photos:/data"' };
const kumaOnDisk = (folder: string) => ({
  'image = "docker.io/louislam/uptime-kuma:1";': `image = "docker.io/louislam/uptime-kuma:1"; volumes = [ "${folder}:/app/data" ];`,
});
const onOwnDisks = {
  ...photosOnDisk,
  ...kumaOnDisk('/mnt/kuma'),
  'environment.MACHINE_LEARNING_WORKERS = "1";':
    'environment.MACHINE_LEARNING_WORKERS = "1"; volumes = [ "/mnt/cache:/cache" ];',
};

/** Apps beside those of the home server: one with its data in SQLite, and one that asks who it is. */
const WITH_MORE_APPS = {
  // An app that hangs does not end by a signal either: its restart takes as long as this.
  'virtualisation.podman.enable = true;': `virtualisation.podman.enable = true;
  systemd.services.podman-uptime-kuma.serviceConfig.TimeoutStopSec = "5";`,
  'uptime-kuma = {': `vaultwarden = {
      image = "docker.io/vaultwarden/server:latest";
      ports = [ "127.0.0.1:8222:80" ];
      volumes = [ "/var/lib/vaultwarden:/data" ];
    };
    homepage = {
      image = "ghcr.io/gethomepage/homepage:latest";
      ports = [ "127.0.0.1:3000:3000" ];
    };
    uptime-kuma = {`,
};

const QUADLETS = '/etc/containers/systemd';
const quadlet = (name: string, ...lines: readonly string[]) => `cat >${QUADLETS}/${name}.container <<'QUADLET'
[Container]
Image=docker.io/neosmemo/memos:stable
ContainerName=${name}
Pull=never
${lines.join('\n')}

[Install]
WantedBy=multi-user.target
QUADLET
`;

const SECRET_USERS = 'podman-immich-postgres.service podman-immich-server.service';

/** Where each of them is alone; on the other Debian they come at once, which takes half of the minutes. */
const ALONE: readonly Suite[] = ['trixie'];

/** What the server of the demo is built from. */
export const demoConfiguration = () => configuration({ ...accelerated('openvino'), ...kumaOnTailscale });

const everything: Scenario = {
  name: 'three faults at once',
  suites: ['bookworm'],
  async provoke(box) {
    await encryptForAnotherHost(box);
    await rebuild(box, await demoConfiguration());
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
  answer: SECRET,
};

export const scenarios: readonly Scenario[] = [
  {
    name: 'a worker of the machine-learning container is killed for memory, a secret is a dangling link, and Redis was stopped by a signal',
    async provoke(box) {
      await rebuild(box, await configuration(accelerated('openvino')));
      await killForMemory(box);
      await eventually(
        'the container stays up',
        async () => (await activeState(box, 'podman-immich-ml')) === 'active',
      );
      await loseSecrets(box);
      await box.must('pkill --signal STOP --exact redis-server');
    },
    blames: {
      'ml-oom': 'immich-ml',
      'agenix-secrets': 'immich-db-password',
      'redis-persistence': 'immich-redis',
    },
  },
  {
    name: 'the main process of the machine-learning container is killed for memory, and the container replaced; a folder of Immich has lost its mark, and Immich refuses to start',
    async provoke(box) {
      await rebuild(box, await configuration(accelerated('cuda')));
      await killForMemory(box);
      await startsAgain(box, 'podman-immich-ml');
      await box.must('mv /var/lib/immich/upload/library/.immich /var/lib/immich/mark');
      await box.ssh('minipc', 'systemctl restart podman-immich-server.service');
      await fails(box, 'podman-immich-server');
    },
    blames: { 'ml-oom': 'immich-ml', 'immich-server': 'immich-server' },
    byHand: async (box) => {
      await box.must(
        '[ ! -e /var/lib/immich/mark ] || mv /var/lib/immich/mark /var/lib/immich/upload/library/.immich',
      );
      await box.must('systemctl reset-failed podman-immich-server; systemctl restart podman-immich-server');
    },
  },
  {
    name: 'the program of Immich hangs in a container that runs',
    async provoke(box) {
      await box.must("pkill --signal STOP --full 'httpd -p 228[3]'");
    },
    blames: { 'immich-server': 'immich-server' },
  },
  {
    name: 'a container that does not wait binds to a Tailscale address that comes late',
    suites: ALONE,
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
    suites: ALONE,
    async provoke(box) {
      await encryptForAnotherHost(box);
      await rebuild(box, await configuration());
      await box.ssh('minipc', `systemctl restart ${SECRET_USERS}`);
      await fails(box, 'podman-immich-postgres');
    },
    blames: { 'agenix-secrets': 'immich-db-password' },
    answer: SECRET,
  },
  {
    name: 'a secret is there again, and what could not start without it is still down',
    async provoke(box) {
      await loseSecrets(box);
      await box.must('/run/current-system/activate');
    },
    blames: { 'container-state': 'immich-postgres' },
  },
  {
    name: 'published ports are not forwarded after a flush of the firewall',
    async provoke(box) {
      await rebuild(box, await configuration(WITH_OPEN_FIREWALL));
      await settled(box);
      await box.must('systemctl restart nftables.service');
    },
    blames: { 'container-network': 'immich-server' },
  },
  {
    name: 'two containers on a bridge cannot resolve each other',
    async provoke(box) {
      await rebuild(box, await configuration(WITH_FIREWALL));
      await settled(box);
    },
    blames: { 'container-network': 'immich' },
  },
  {
    name: 'disks are full, without inodes and read-only',
    async provoke(box) {
      await mountAtBoot(
        box,
        'tmpfs /mnt/photos tmpfs size=16m',
        'tmpfs /mnt/kuma tmpfs nr_inodes=64',
        'tmpfs /mnt/cache tmpfs size=16m',
      );
      await box.must('mount /mnt/photos; mount /mnt/kuma; mount /mnt/cache');
      await rebuild(box, await configuration(onOwnDisks));
      await box.settle();
      await box.must(
        '! head -c 20M /dev/zero >/mnt/photos/big 2>/dev/null; for n in $(seq 100); do : >/mnt/kuma/$n || break; done 2>/dev/null; mount -o remount,ro /mnt/cache',
      );
    },
    blames: {
      storage: ['/mnt/cache is read-only', '/mnt/photos is full', '/mnt/kuma has no inodes left'],
    },
    byHand: async (box) => {
      await box.must('rm -f /mnt/photos/big /mnt/kuma/[0-9]*');
    },
  },
  {
    name: 'a disk was absent at boot and is there again, and a device is not there',
    async provoke(box) {
      await mountAtBoot(box, '/var/lib/lab-disk /mnt/photos none bind,nofail');
      await rebuild(
        box,
        await configuration({
          ...kumaOnDisk('/mnt/photos'),
          '"--memory=2g"': '"--memory=2g" "--device=/dev/dri:/dev/dri"',
        }),
      );
      await fails(box, 'podman-immich-ml');
      await box.must('mkdir -p /var/lib/lab-disk/upload');
      await box.settle();
    },
    blames: { storage: '/mnt/photos is not mounted', 'container-state': 'immich-ml' },
    byHand: async (box) => {
      await rebuild(box, await configuration(kumaOnDisk('/mnt/photos')));
    },
  },
  {
    name: 'a program crashes by a signal, and the database runs as another user than the one its folder belongs to',
    async provoke(box) {
      await rebuild(
        box,
        await configuration({
          'uptime-kuma:1"': 'uptime-kuma:crash"',
          'POSTGRES_PASSWORD_FILE = "/run/secrets/db-password";\n      };\n      extraOptions = [ "--network=immich" ];':
            'POSTGRES_PASSWORD_FILE = "/run/secrets/db-password";\n      };\n      extraOptions = [ "--network=immich" "--user=998:998" ];',
        }),
      );
      await startsAgain(box, 'podman-immich-postgres');
      await startsAgain(box, 'podman-uptime-kuma', 4);
    },
    blames: { 'container-state': 'uptime-kuma', 'immich-database': 'immich-postgres' },
    byHand: async (box) => {
      await rebuild(box, await configuration());
    },
  },
  {
    name: 'Redis may not write into its folder, and a health check fails',
    async provoke(box) {
      await box.must('mkdir -p /var/lib/immich/redis');
      await rebuild(
        box,
        await configuration({
          'image = "docker.io/valkey/valkey:8";':
            'image = "docker.io/valkey/valkey:8"; volumes = [ "/var/lib/immich/redis:/data" ];',
          'image = "docker.io/louislam/uptime-kuma:1";':
            'image = "docker.io/louislam/uptime-kuma:1"; extraOptions = [ "--health-cmd=cat /tmp/well" "--health-interval=2s" "--health-retries=2" ];',
        }),
      );
      await box.settle();
      await box.must('chown 0:0 /var/lib/immich/redis; chmod 755 /var/lib/immich/redis');
      await writesToRedis(box);
      await logs(box, 'immich-redis', 'Permission denied');
      await eventually('the health check has failed', async () =>
        (await box.inside('podman inspect --format "{{.State.Health.Status}}" uptime-kuma')).stdout.includes(
          'unhealthy',
        ),
      );
    },
    blames: { 'redis-persistence': 'immich-redis', 'container-state': 'uptime-kuma' },
    byHand: async (box) => {
      await box.must('chown 999:999 /var/lib/immich/redis');
      await rebuild(box, await configuration());
    },
  },
  {
    name: 'a file of variables was in the runtime directory, a oneshot that is required fails, and nothing makes a backup',
    async provoke(box) {
      await box.must('mkdir -p /run/kuma; echo A=1 >/run/kuma/variables');
      await rebuild(
        box,
        await configuration({
          'services.restic.backups.photos = {\n    repository = "/mnt/backup";\n    paths = [ "/var/lib/immich" ];\n  };':
            '',
          'image = "docker.io/louislam/uptime-kuma:1";':
            'image = "docker.io/louislam/uptime-kuma:1"; environmentFiles = [ "/run/kuma/variables" ];',
          'virtualisation.podman.enable = true;': `virtualisation.podman.enable = true;
  systemd.services.make-folders = { serviceConfig = { Type = "oneshot"; RemainAfterExit = "yes"; ExecStart = "/bin/mkdir /var/lib/immich/cache"; }; };
  systemd.services.podman-immich-ml = { requires = [ "make-folders.service" ]; after = [ "make-folders.service" ]; };`,
        }),
      );
      await box.shutDown();
      await box.boot();
      await fails(box, 'podman-uptime-kuma');
      await fails(box, 'make-folders');
    },
    blames: { 'container-state': 'uptime-kuma' },
    warns: ['make-folders.service has failed', 'No backup was found on this host'],
    byHand: async (box) => {
      await rebuild(box, await configuration());
    },
  },
  {
    name: 'the SQLite database of an app is damaged, and an app hangs',
    async provoke(box) {
      await box.must('mkdir -p /var/lib/vaultwarden');
      await rebuild(box, await configuration(WITH_MORE_APPS));
      await answers(box, 'http://127.0.0.1:3000/', 401);
      await box.must(
        'systemctl stop podman-vaultwarden; cd /var/lib/vaultwarden; cp -a db.sqlite3 backup; head -c 8000 /dev/zero | dd of=db.sqlite3 bs=1 seek=100 conv=notrunc status=none; systemctl start podman-vaultwarden',
      );
      await logs(box, 'vaultwarden', 'malformed');
      await box.must("pkill --signal STOP --full 'httpd -f -p 3001'");
      await settled(box, 60);
    },
    blames: { 'app-database': 'vaultwarden', 'app-reachable': 'uptime-kuma' },
    byHand: async (box) => {
      await box.must('cd /var/lib/vaultwarden; cp -a backup db.sqlite3');
    },
  },
  everything,
];

/** Until every container has been running for longer than that: only then some of it is judged. */
async function settled(box: Box, seconds = 16): Promise<void> {
  await box.settle();
  const isLongAgo = async () => {
    const started = await box.inside(
      'for id in $(podman ps -q); do date -d "$(podman inspect --format "{{.State.StartedAt}}" $id | cut -d. -f1 | tr T " ")" +%s; done | sort -n | tail -n 1; date +%s',
    );
    const [last = 0, now = 0] = started.stdout.trim().split('\n').map(Number);
    return now - last > seconds;
  };
  await eventually('no container was only just started', isLongAgo, seconds + 60);
}

/** Faults whose fix takes a person who knows what the password, the role or the app should be: only found, not fixed. */
export const refusals: readonly Scenario[] = [
  {
    name: 'the secret was changed, and the database still has the old password',
    async provoke(box) {
      await box.must('cd /etc/nixos/secrets && agenix -e immich-db-password.age', 'another-password');
      await rebuild(box, await configuration());
      await box.ssh('minipc', `systemctl restart ${SECRET_USERS}`);
      await logs(box, 'immich-server', 'password authentication failed');
      await lasts();
    },
    blames: { 'immich-database': 'immich' },
  },
  {
    name: 'Immich logs in to its database as a role that is not there, an app answers with server errors, and a backup fails',
    async provoke(box) {
      await rebuild(
        box,
        await configuration({
          'DB_USERNAME = "immich"': 'DB_USERNAME = "photos"',
          'uptime-kuma:1"': 'uptime-kuma:bad-gateway"',
          'paths = [ "/var/lib/immich" ]': 'paths = [ "/srv/absent" ]',
        }),
      );
      await box.ssh('minipc', 'systemctl start restic-backups-photos');
      await logs(box, 'immich-postgres', 'Role "photos" does not exist');
      await lasts();
    },
    blames: { 'immich-database': 'photos', 'app-reachable': 'uptime-kuma' },
    warns: ['The last run of the backup restic-backups-photos failed'],
  },
  {
    name: 'a quadlet fails, the startup health check of another fails, and a container that somebody stopped is none',
    suites: ['trixie'],
    async provoke(box) {
      await box.must(
        `mkdir -p ${QUADLETS}; ${quadlet('gatus', 'HealthCmd=/bin/true', 'HealthStartupCmd=/bin/false', 'HealthStartupInterval=10s')}${quadlet('miniflux', 'Exec=/bin/cat /absent', '[Service]', 'Restart=on-failure')}systemctl daemon-reload; systemctl start gatus`,
      );
      await box.ssh('minipc', 'systemctl start miniflux');
      await box.must(
        'podman run --detach --restart=always --name=memos docker.io/neosmemo/memos:stable; podman stop memos',
      );
      await fails(box, 'miniflux');
      // So long a startup may take.
      await settled(box, 125);
    },
    blames: { 'container-state': 'miniflux is down: exit status 1' },
    warns: ['gatus is still starting: its startup health check fails'],
    byHand: async (box) => {
      await box.must(
        `rm -r ${QUADLETS}; systemctl stop gatus; systemctl daemon-reload; systemctl reset-failed; podman rm memos`,
      );
    },
  },
  {
    name: 'a backup is overdue, a certificate is not renewed, a switch failed, a kernel waits for a reboot, and memory is short',
    async provoke(box) {
      await box.must(
        `mkdir -p /var/lib/acme/photos.example.org; cd /var/lib/acme/photos.example.org; faketime '89 days ago' openssl req -x509 -newkey rsa:2048 -nodes -days 90 -subj /CN=photos.example.org -keyout key.pem -out fullchain.pem 2>&1`,
      );
      await recordSuccess(box, 'restic-backups-documents', '5 days ago');
      // Until its first reboot the box was booted with no generation at all.
      await box.must(
        '[ -e /run/booted-system ] || ln -sfn "$(readlink -f /run/current-system)" /run/booted-system',
      );
      await writeConfiguration(
        box,
        await configuration({
          'virtualisation.podman.enable = true;': `virtualisation.podman.enable = true;
  services.restic.backups.documents.paths = [ "/srv/absent" ];
  systemd.services."acme-photos.example.org".serviceConfig = { Type = "oneshot"; ExecStart = "/bin/false"; };`,
        }),
      );
      // As the real nixos-rebuild does with its last part.
      await box.ssh(
        'minipc',
        'systemd-run --quiet --collect --wait --unit=nixos-rebuild-switch-to-configuration nixos-rebuild switch; systemctl start restic-backups-documents',
      );
      await box.must(
        `ln -sfn /nix/store/00000000000000000000000000000000-linux-6.12.12/bzImage "$(readlink -f /run/current-system)/kernel"; cd /nix/var/nix/profiles; touch --no-dereference --date='31 days ago' "$(readlink system)"`,
      );
      // Stands in for programs that take it: this memory is that of the whole machine.
      await box.must(
        "sed 's/^MemAvailable:.*/MemAvailable: 300000 kB/' /proc/meminfo >/run/meminfo; mount --bind /run/meminfo /proc/meminfo",
      );
    },
    blames: { backup: 'restic-backups-documents has not succeeded for 5 days' },
    warns: [
      'The host is short of memory',
      'The certificate of photos.example.org expires in 23 h: its renewal failed',
      'The last switch to a configuration failed (exit status 4)',
      'Kernel 6.12.12 has been installed for 31 days, but 6.12.11 is running',
    ],
    byHand: async (box) => {
      await box.must('umount /proc/meminfo; rm -rf /var/lib/acme');
      await rebuild(box, await configuration());
    },
  },
];

/** Stands in for a run at that time: what systemd wrote into the journal after the last real one, as of another unit and time. */
async function recordSuccess(box: Box, unit: string, time: string): Promise<void> {
  await box.must(
    `at=$(date --date='${time}' +%s000000)
journalctl --output=export --lines=1 --grep='Deactivated successfully' UNIT=restic-backups-photos.service |
sed "s/restic-backups-photos/${unit}/; s/^\\(_*[A-Z_]*REALTIME_TIMESTAMP\\)=.*/\\1=$at/; s/^_BOOT_ID=.*/_BOOT_ID=00000000000000000000000000000001/" |
/usr/lib/systemd/systemd-journal-remote --output=/var/log/journal/$(cat /etc/machine-id)/before.journal -`,
  );
}

/** As a reboot does where nothing decrypts them again: their links lead nowhere. */
async function loseSecrets(box: Box): Promise<void> {
  await box.must('rm -rf /run/agenix.d/*');
  await box.ssh('minipc', `systemctl restart ${SECRET_USERS}`);
  await fails(box, 'podman-immich-postgres');
}

/** As after a change of the host's key: the file was not encrypted anew, though secrets.nix names the right recipient. */
async function encryptForAnotherHost(box: Box): Promise<void> {
  const other = await box.must(
    'rm -f /tmp/other; age-keygen -o /tmp/other 2>/dev/null; age-keygen -y /tmp/other',
  );
  await encryptSecret(box, other.trim());
  await writeRecipients(box, HOST_KEY);
}

/** Lines of /etc/fstab, and their empty folders. */
async function mountAtBoot(box: Box, ...entries: readonly string[]): Promise<void> {
  const points = entries.map((entry) => entry.split(' ')[1]).join(' ');
  await box.must(
    `mkdir -p ${points}; cat >/etc/fstab; systemctl daemon-reload`,
    entries.map((entry) => `${entry} 0 0\n`).join(''),
  );
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

/** As Immich's server does with every job. */
async function writesToRedis(box: Box): Promise<void> {
  await box.must(
    `nsenter --net --target "$(podman inspect --format '{{.State.Pid}}' immich-redis)" bash -c 'exec 3<>/dev/tcp/127.0.0.1/6379; printf "SET job 1\\r\\nQUIT\\r\\n" >&3; cat <&3'`,
  );
}

/** Until what refuses is no longer something that has only just started. */
const lasts = () => new Promise((resolve) => setTimeout(resolve, 65_000));

/** The container says so, after what it has said until now. */
async function logs(box: Box, container: string, text: string): Promise<void> {
  const cursor = await box.must('journalctl --lines=0 --show-cursor --quiet | sed "s/.*cursor: //"');
  await eventually(`${container} says: ${text}`, async () => {
    const since = `journalctl --after-cursor='${cursor.trim()}' --output=cat CONTAINER_NAME=${container}`;
    return (await box.inside(since)).stdout.includes(text);
  });
}

async function answers(box: Box, url: string, status: number): Promise<void> {
  await eventually(`${url} answers with ${status}`, async () => {
    const asked = await box.inside(
      `curl --silent --max-time 2 --output /dev/null --write-out '%{http_code}' ${url}`,
    );
    return asked.stdout === String(status);
  });
}

async function fails(box: Box, unit: string): Promise<void> {
  await eventually(`${unit} gives up`, async () => (await activeState(box, unit)) === 'failed');
}

/** However slow the machine is, which decides whether systemd gives up. */
async function startsAgain(box: Box, unit: string, times = 2): Promise<void> {
  await eventually(`systemd restarts ${unit}`, async () => {
    const shown = await box.inside(`systemctl show -P NRestarts ${unit}`);
    return Number(shown.stdout) >= times;
  });
}

/** All that the demo shows. */
export const demoScenario = everything;
