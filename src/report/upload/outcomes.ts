import type { Outcome } from '../../model/upload-report.ts';

interface Words {
  /** What became of the files, behind their number. */
  readonly what: string;
  readonly mend: string;
}

/** Of files that are not proven, or of which not all was done; in the order in which a person should see them. */
export const TROUBLE: Readonly<Partial<Record<Outcome, Words>>> = {
  failed: { what: 'failed', mend: 'Mend what the reason says, and run it again.' },
  unproven: {
    what: 'could not be proven to be on the server',
    mend: 'Run it again: what the server already has is proven then, and not sent twice. A sidecar that it does not take is left to you.',
  },
  incomplete: {
    what: 'on the server, but not all that was asked for was done',
    mend: 'Mend what the reason says, and run it again: nothing is sent twice.',
  },
  trashed: {
    what: "only in the server's trash",
    mend: 'Run it again with --restore-trashed, or remove the file here if it is not wanted.',
  },
  changed: { what: 'changed while read or sent', mend: 'Run it again when nothing writes there any more.' },
  unsettled: { what: 'did not stop changing', mend: 'Run it again when nothing writes there any more.' },
  vanished: {
    what: 'vanished before all was done',
    mend: 'Something else took it away: hsdoctor did not delete it.',
  },
  empty: { what: 'empty, and never sent', mend: 'Copy it anew from where it came from, or remove it.' },
  'not-reached': { what: 'not reached before the end', mend: 'Run it again: it goes on from here.' },
};
