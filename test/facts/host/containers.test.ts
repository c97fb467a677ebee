import { expect, test } from 'vitest';
import { containers } from '../../../src/facts/host/containers.ts';
import { expectValue, Sandbox } from './sandbox.ts';

test('podman, which would make a store, is not asked where there is none and no unit needs one', async () => {
  const host = new Sandbox();
  host.program('systemctl', ':');
  host.program('journalctl', ':');
  host.program('podman', 'echo podman was asked >&2; exit 1');
  const folders = ['/var/lib/containers', '/etc/containers', '/usr/share/containers'];
  expect(expectValue(await host.fact(containers, ...folders))).toEqual([]);
  host.write('/etc/containers/storage.conf', `[storage]\ngraphroot = "${host.folder}/store"\n`);
  host.write('store/db.sql', '');
  expect(await host.fact(containers, ...folders)).toMatchObject({ outcome: 'failed' });
});
