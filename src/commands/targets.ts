import type { Target } from '../collect/target.ts';

/** These hosts, or this machine. What runs programs is loaded only where there is something to run. */
export async function liveTargets(hosts: readonly string[]): Promise<Target[]> {
  if (hosts.length === 0) return [(await import('../collect/local.ts')).localTarget];
  const { sshTarget } = await import('../collect/ssh.ts');
  return hosts.map(sshTarget);
}

export async function openedBundle(path: string): Promise<Target> {
  const { bundleTarget } = await import('../collect/bundle.ts');
  return bundleTarget(path);
}
