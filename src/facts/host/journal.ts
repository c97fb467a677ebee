import { FactUnavailable } from '../../model/fact.ts';
import { defineProbe } from '../../model/probe.ts';
import { journalctl, ofJournal, requireJournal } from './systemd.ts';

export interface Journal {
  /** Time of the oldest line of the kernel or of systemd that is still there: what is older was deleted. */
  readonly since: number;
}

export const journal = defineProbe<Journal>({
  id: 'journal',
  reads: 'journalctl: how far back it reaches',
  tools: ['journalctl'],
  script: `journalctl --no-pager --quiet --output=short-unix _TRANSPORT=kernel + _PID=1 2>/dev/null | head -n 1
${journalctl('--lines=1')} >/dev/null`,
  parse(raw) {
    requireJournal(raw);
    const since = Number.parseFloat(raw.stdout) * 1000;
    if (Number.isNaN(since))
      throw new FactUnavailable('failed', 'the journal holds no line of the kernel or of systemd');
    return ofJournal(raw, { since });
  },
});
