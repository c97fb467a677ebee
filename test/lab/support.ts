import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';

const PROGRAMS: Readonly<Record<string, string>> = {
  debootstrap: '/usr/sbin/debootstrap',
  'systemd-container': '/usr/bin/systemd-nspawn',
  'openssh-client': '/usr/bin/ssh',
  iproute2: '/sbin/ip',
};

/** Why the lab cannot run on this machine, in a sentence; undefined where it can. */
export function whyNoLab(): string | undefined {
  if (process.platform !== 'linux' || !existsSync('/etc/debian_version'))
    return 'The lab boots a server with the tools of Debian, and this machine is none.';
  if (process.getuid?.() !== 0) return 'The lab boots a server, which takes root.';
  const granted = BigInt(`0x${/CapEff:\s*(\w+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0}`);
  if ((granted & (1n << 21n)) === 0n)
    return 'The lab mounts file systems, which is not allowed here (CAP_SYS_ADMIN).';
  if (!existsSync('/dev/kmsg')) return 'The lab reads kills for memory from /dev/kmsg, which is not here.';
  const missing = Object.entries(PROGRAMS).flatMap(([name, path]) => (existsSync(path) ? [] : [name]));
  return missing.length === 0 ? undefined : `The lab needs: apt-get install ${missing.join(' ')}`;
}

if (import.meta.main) {
  const reason = whyNoLab();
  if (reason !== undefined) {
    console.log(reason);
    process.exitCode = 1;
  }
}
