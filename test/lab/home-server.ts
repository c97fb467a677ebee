import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Box, eventually } from './box.ts';

export const TAILSCALE_ADDRESS = '100.79.80.95';
export const SECRET = 'planted-in-the-secret-file';

const CONFIGURATION = join(import.meta.dirname, 'home-server/configuration.nix');

/** The owner's configuration.nix with some of its text replaced. */
export async function configuration(changes: Readonly<Record<string, string>> = {}): Promise<string> {
  let text = await readFile(CONFIGURATION, 'utf8');
  for (const [from, to] of Object.entries(changes)) {
    if (!text.includes(from)) throw new Error(`configuration.nix does not say: ${from}`);
    text = text.replace(from, to);
  }
  return text;
}

/** Makes everything as it was on the healthy server, whatever was done to it. */
export async function restore(box: Box): Promise<void> {
  await box.must('rm -f /etc/nixos/*.nix; cat >/etc/nixos/hardware-configuration.nix', '{ ... }: { }\n');
  await box.must(
    ': >/etc/fstab; for point in /mnt/*; do ! mountpoint -q "$point" || umount -l "$point"; done; systemctl daemon-reload',
  );
  await setTailscaleDelay(box, 0);
  await encryptSecret(box, HOST_KEY);
  await box.must('systemctl restart tailscaled.service');
  await setNameServer(box, NO_NAME_SERVER);
  await box.must(
    'podman rm --force --ignore --time 0 memos; systemctl disable --quiet --now podman-restart; umount -q /proc/meminfo; rm -rf /var/lib/acme; systemctl stop gatus miniflux; rm -rf /etc/containers/systemd; systemctl daemon-reload',
  );
  await rebuild(box, await configuration());
  // A database keeps the password and the roles that it had.
  await box.must('systemctl stop podman-immich-server podman-immich-postgres');
  await box.must(
    'rm -rf /var/lib/immich/upload/* /var/lib/immich/upload/.checked /var/lib/immich/postgres/*',
  );
  await box.must(
    'systemctl reset-failed; systemctl restart "podman-*.service"; systemctl start podman-immich-server',
  );
  await box.must('systemctl start restic-backups-photos');
  await box.settle();
  await eventually('Immich answers', async () => {
    const asked = await box.inside('curl --silent --max-time 2 http://127.0.0.1:2283/api/server/ping');
    return asked.stdout.includes('pong');
  });
}

/** One of those that nobody has (RFC 5737): the box has no way out, and asks nobody. */
const NO_NAME_SERVER = '192.0.2.53';

/** @param route the gateway of a way out, which leads no further than this machine */
export async function setNameServer(box: Box, address: string, route?: string): Promise<void> {
  await box.must(
    `echo 'nameserver ${address}' >/etc/resolv.conf; ip route flush exact default; ${route === undefined ? ':' : `ip route add default via ${route}`}`,
  );
}

/** Writes configuration.nix and switches to it; failing units are for the caller to judge. */
export async function rebuild(box: Box, text: string): Promise<void> {
  await writeConfiguration(box, text);
  const { exitCode, stderr } = await box.ssh('minipc', 'nixos-rebuild switch');
  if (exitCode !== 0 && exitCode !== 4) throw new Error(`nixos-rebuild ended with ${exitCode}: ${stderr}`);
}

export async function writeConfiguration(box: Box, text: string): Promise<void> {
  await box.must('cat >/etc/nixos/configuration.nix', text);
}

/** The box's own key, as a shell word of the box. */
export const HOST_KEY = '$(cut -d" " -f1,2 /etc/ssh/ssh_host_ed25519_key.pub)';

/** @param recipient a shell word of the box */
export async function encryptSecret(box: Box, recipient: string): Promise<void> {
  await writeRecipients(box, recipient);
  await box.must('cd /etc/nixos/secrets && agenix -e immich-db-password.age', SECRET);
}

/** @param recipient a shell word of the box */
export async function writeRecipients(box: Box, recipient: string): Promise<void> {
  await box.must(
    `mkdir -p /etc/nixos/secrets && printf '{ "immich-db-password.age".publicKeys = [ "%s" ]; }' "${recipient}" >/etc/nixos/secrets/secrets.nix`,
  );
}

/** Seconds from the start of tailscaled until it has its address. */
export async function setTailscaleDelay(box: Box, seconds: number): Promise<void> {
  await box.must('cat >/var/lib/lab-tailscale/delay', `${seconds}\n`);
}

export async function activeState(box: Box, unit: string): Promise<string> {
  return (await box.inside(`systemctl show -P ActiveState ${unit}`)).stdout.trim();
}
