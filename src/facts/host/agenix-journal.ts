import * as z from 'zod/mini';
import { defineProbe } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { STAGE } from './stages.ts';
import { journalctl, ofJournal, requireJournal } from './systemd.ts';

/** A complaint of agenix while it decrypted the secrets. */
export interface DecryptionError {
  readonly at: number;
  /** Path of the secret that it was about to write; none where it complains about all of them. */
  readonly secret?: string;
  readonly kind: 'no-identity' | 'not-a-recipient' | 'no-encrypted-file' | 'damaged';
  readonly text: string;
  /** Where it found no key at all, those that it missed. */
  readonly missed?: readonly string[];
}

const MISSED = /age\.identityPaths entry (\/.*) not present!/;

const KINDS: readonly (readonly [RegExp, DecryptionError['kind']])[] = [
  [/no readable identities found/, 'no-identity'],
  [/encrypted file \S+ does not exist/, 'no-encrypted-file'],
  [
    /no identity matched any of the recipients|identity did not match any of the recipients|No matching keys found/,
    'not-a-recipient',
  ],
  [
    /age: error: (?:failed to read (?:header|nonce)|failed to decrypt and authenticate payload chunk|bad header MAC|last chunk is empty|trailing data after|unexpected EOF)/,
    'damaged',
  ],
];

const entry = z.object({ __REALTIME_TIMESTAMP: z.coerce.number(), MESSAGE: z.string() });

export const decryptionErrors = defineProbe<readonly DecryptionError[]>({
  id: 'agenix-journal',
  reads: 'journalctl: messages of agenix when it decrypted the secrets at boot',
  tools: ['journalctl', 'grep'],
  // Stage 2 of the boot writes to the kernel's log; what a later switch says goes to the terminal only.
  script: `${STAGE}
${journalctl('--output=json --output-fields=MESSAGE _TRANSPORT=kernel + _SYSTEMD_UNIT=agenix-install-secrets.service + _SYSTEMD_UNIT=initrd-nixos-activation.service')} |
stage 1 grep -aE "agenix|decrypting '|age: error|No matching keys" || :`,
  parse(raw) {
    requireJournal(raw);
    const whole = raw.capped ? raw.stdout.slice(0, raw.stdout.lastIndexOf('\n')) : raw.stdout;
    const found: DecryptionError[] = [];
    let secret: string | undefined;
    let missed: string[] = [];
    for (const line of lines(whole)) {
      const read = entry.safeParse(JSON.parse(line));
      if (!read.success) continue;
      const { MESSAGE: text, __REALTIME_TIMESTAMP } = read.data;
      if (/\[agenix\] (?:creating new generation|decrypting secrets|symlinking)/.test(text))
        secret = undefined;
      if (/\[agenix\] creating new generation/.test(text)) missed = [];
      missed.push(...(MISSED.exec(text)?.slice(1) ?? []));
      secret = /decrypting '[^']*' to '\/run\/agenix\.d\/\d+\/([^']+)'/.exec(text)?.[1] ?? secret;
      const kind = KINDS.find(([pattern]) => pattern.test(text))?.[1];
      if (kind === undefined) continue;
      found.push({
        at: __REALTIME_TIMESTAMP / 1000,
        kind,
        text,
        ...(secret === undefined ? {} : { secret: `/run/agenix/${secret}` }),
        ...(kind === 'no-identity' && missed.length > 0 ? { missed: [...missed] } : {}),
      });
    }
    return ofJournal(raw, found);
  },
});
