import { defineProbe } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { STAGE } from './stages.ts';
import { journalctl, ofJournal, requireJournal } from './systemd.ts';

/** What tailscaled says in the journal of the host's DNS. */
export interface TailscaleDnsMessage {
  readonly at: number;
  readonly says: 'mode' | 'no upstream' | 'overwritten' | 'restored';
  readonly text: string;
}

const SAYS: readonly (readonly [pattern: RegExp, says: TailscaleDnsMessage['says']])[] = [
  [/no upstream resolvers/, 'no upstream'],
  [/trample: resolv\.conf changed/, 'overwritten'],
  [/trample: resolv\.conf again matches/, 'restored'],
  [/dns: using "?[a-z-]+"? mode/, 'mode'],
];

/** The newest: one question in vain may be repeated thousands of times. */
const MOST_LINES = 200;

export const tailscaleDns = defineProbe<readonly TailscaleDnsMessage[]>({
  id: 'tailscale-dns',
  reads: 'journalctl: messages of tailscaled about DNS',
  tools: ['journalctl', 'grep', 'sed'],
  // What it found in /etc/resolv.conf names the domains of its owner.
  script: `${STAGE}
${journalctl('--output=short-unix _SYSTEMD_UNIT=tailscaled.service')} | stage 1 grep -aE 'no upstream resolvers|trample: resolv|dns: using "?[a-z-]+"? mode' | stage 0 sed 's/did some other program interfere.*//' | stage 0 tail -n ${MOST_LINES}
:`,
  parse(raw) {
    requireJournal(raw);
    const found = lines(raw.stdout).flatMap((line) => {
      const [, seconds, text = ''] = /^(\d{1,12}\.\d{1,9}) \S+ [^:]{1,100}: (.*)$/.exec(line) ?? [];
      const says = SAYS.find(([pattern]) => pattern.test(text))?.[1];
      return seconds === undefined || says === undefined
        ? []
        : [{ at: Number(seconds) * 1000, says, text: text.slice(0, 300).trim() }];
    });
    return ofJournal(raw, found);
  },
});
