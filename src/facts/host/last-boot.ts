import { FactUnavailable } from '../../model/fact.ts';
import { defineProbe } from '../../model/probe.ts';
import { brokenStage, STAGE } from './stages.ts';

/** How the boot before this one ended. */
export interface LastBoot {
  /** The last line of its journal, milliseconds since 1970. */
  readonly endedAt: number;
  /** It was shut down; otherwise the power went, or it hung, or its last lines were lost. */
  readonly isClean: boolean;
}

export const lastBoot = defineProbe<LastBoot>({
  id: 'last-boot',
  reads: 'journalctl: the last lines of the boot before this one',
  tools: ['journalctl', 'awk'],
  outputLimit: 4096,
  script: `${STAGE}
stage 0 journalctl --no-pager --boot=-1 --reverse --lines=80 --output=short-unix | stage 0 awk '
$1 ~ "^[0-9]+[.]?[0-9]*$" && !ended { ended = $1 }
/systemd-journald\\[[0-9]+\\]: Journal stopped|systemd\\[1\\]: (Shutting down[.]|Reached target .*(Power|Reboot|Shutdown|Halt|Kexec|reboot|shutdown|poweroff|halt|kexec))|systemd-shutdown\\[/ { clean = 1 }
END { if (ended) print ended, clean + 0 }'`,
  parse({ stdout, stderr }) {
    const [, ended, clean] = /^(\d{1,12}(?:\.\d+)?) ([01])$/m.exec(stdout) ?? [];
    if (/insufficient permissions|not seeing messages from other users/.test(stderr))
      throw new FactUnavailable('denied', 'this user cannot read the system journal; run with --sudo');
    if (ended === undefined && /specified boot/.test(stderr))
      throw new FactUnavailable('not-applicable', 'the journal holds no boot before this one');
    if (ended === undefined) throw new FactUnavailable('failed', `journalctl said: ${stderr.trim()}`);
    // Its first line alone would be a boot that ended without a shutdown.
    const broken = brokenStage(stderr);
    if (broken !== undefined) throw new FactUnavailable('failed', broken);
    return { endedAt: Number(ended) * 1000, isClean: clean === '1' };
  },
});
