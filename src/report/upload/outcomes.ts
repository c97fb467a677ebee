import type { UploadOutcome } from '../../model/upload-report.ts';

interface OutcomeTexts {
  /** What became of the files, behind their number. */
  readonly what: string;
  readonly fix: string;
}

/** Of files that are not proven, or of which not all was done; in the order in which a person should see them. */
export const NOT_PROVEN_TEXTS: Readonly<Partial<Record<UploadOutcome, OutcomeTexts>>> = {
  failed: { what: 'failed', fix: 'Mend what the reason says, and run it again.' },
  unproven: {
    what: 'could not be proven to be on the server',
    fix: 'Run it again: what the server already has is proven then, and not sent twice. A sidecar that it does not take is left to you.',
  },
  incomplete: {
    what: 'on the server, but not all that was asked for was done',
    fix: 'Mend what the reason says, and run it again: nothing is sent twice.',
  },
  trashed: {
    what: "only in the server's trash",
    fix: 'Run it again with --restore-trashed, or remove the file here if it is not wanted.',
  },
  changed: { what: 'changed while read or sent', fix: 'Run it again when nothing writes there any more.' },
  unsettled: { what: 'did not stop changing', fix: 'Run it again when nothing writes there any more.' },
  vanished: {
    what: 'vanished before all was done',
    fix: 'Something else took it away: hsdoctor did not delete it.',
  },
  empty: { what: 'empty, and never sent', fix: 'Copy it anew from where it came from, or remove it.' },
  'not-reached': { what: 'not reached before the end', fix: 'Run it again: it goes on from here.' },
};
