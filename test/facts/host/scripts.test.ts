import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { localTarget } from '../../../src/collect/local.ts';
import { collectionScript } from '../../../src/collect/script.ts';
import { factOf } from '../../../src/engine/facts.ts';
import { probes } from '../../../src/facts/host/index.ts';
import { STAGE } from '../../../src/facts/host/stages.ts';
import type { Probe } from '../../../src/model/probe.ts';
import { Sandbox } from './sandbox.ts';

const all = Object.values(probes) as Probe[];

const shellcheck = (script: string, ...exclude: string[]) =>
  execa('shellcheck', ['--shell=sh', `--exclude=${exclude.join(',')}`, '-'], {
    input: script,
    reject: false,
  });
/** shellcheck knows that the text of an awk is not the shell's only where the awk is the first word. */
const bare = (script: string) => script.replaceAll(STAGE, '').replaceAll(/\bstage \d+ (?=[a-z])/g, '');
const { exitCode: missing } = await execa('shellcheck', ['--version'], { reject: false });

describe.skipIf(missing !== 0)(
  'shellcheck finds nothing (skipped without shellcheck)',
  { tags: 'hosts' },
  () => {
    test('in the script of a collection', async () => {
      const script = collectionScript(all, { nonce: 'n', timeoutMs: 20_000, journalWindow: '--boot' });
      // SC2016, SC1003: the texts of the probes are quoted, on purpose, for the shells that run them later.
      expect((await shellcheck(script, 'SC2016', 'SC1003')).stdout).toBe('');
    });

    test('in the text that runs a stage of a pipeline', async () => {
      expect((await shellcheck(`${STAGE}\nstage 0 true`)).stdout).toBe('');
    });

    test.each(all.map((probe) => [probe.id, probe.script] as const))(
      'in the text of %s',
      async (_, script) => {
        // SC2086: lists of words are meant to be split. SC2154: the collection sets $journal_window.
        // SC1091: /etc/os-release is the host's.
        expect((await shellcheck(bare(script), 'SC2086', 'SC2154', 'SC1091')).stdout).toBe('');
      },
    );
  },
);

test('on this machine every probe yields a value, or a reason that is not our own fault', async () => {
  const { results } = await localTarget.collect(all, {
    sudo: false,
    timeoutMs: 20_000,
    journalWindow: '--boot',
  });
  for (const probe of all)
    expect(factOf(probe, results.get(probe.id)).outcome, probe.id).not.toBe('unparsable');
});

// As the real one does, which a test could see only with a journal of somebody else's.
const SECRETIVE = `case "$*" in
*--output=json* | *--quiet*) ;;
*) echo 'Hint: You are currently not seeing messages from other users and the system.' >&2 ;;
esac`;

test.each(all.filter(({ tools }) => tools.includes('journalctl')).map((probe) => [probe.id, probe] as const))(
  '%s says that it may not read the journal, though journalctl is silent about it in JSON',
  async (_, probe) => {
    const sandbox = new Sandbox();
    sandbox.program('journalctl', SECRETIVE);
    const start = sandbox.write(
      'start',
      'exec podman run immich-machine-learning:v2\nexec podman run docker.io/louislam/uptime-kuma:1\n',
    );
    sandbox.program(
      'systemctl',
      `case "$1" in list-*) echo podman-x.service ;; show) echo "Id=podman-x.service"; echo "ExecStart={ path=${start} ; }" ;; esac`,
    );
    expect((await sandbox.fact(probe)).outcome).toBe('denied');
  },
);
