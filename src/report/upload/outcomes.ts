import type { FileResult, UploadOutcome } from '../../model/upload-report.ts';

export interface OutcomeTexts {
  /** What became of the files, behind their number. */
  readonly what: string;
  readonly fix: string;
  /** Where the server was lost: another run helps only when the cause of that is gone. */
  readonly afterLoss?: string;
  /** Of sidecars, except those that wait for their photo. */
  readonly ofSidecars?: string;
  /** Of sidecars that wait for their photo. */
  readonly ofWaitingSidecars?: string;
}

/** Of files that are not proven, or of which not all was done; in the order in which a person should see them. */
export const NOT_PROVEN_TEXTS: Readonly<Partial<Record<UploadOutcome, OutcomeTexts>>> = {
  failed: { what: 'failed', fix: 'Remove the cause named above, then run it again.' },
  unproven: {
    what: 'could not be verified to be on the server',
    fix: 'Run it again: what the server has is not sent twice. If the result is the same, look at the file in Immich, and run hsdoctor check --host SERVER.',
    afterLoss:
      'Remove the cause of the end of the run (first line), then run it again: what the server has is not sent twice.',
    ofSidecars: 'Move it out of the folder: another run does not help.',
    ofWaitingSidecars: 'Do what is shown here for its photo, then run it again.',
  },
  damaged: {
    what: 'known to the server, but not as an intact original',
    fix: 'Keep the file here: another run does not help, because Immich refuses a file whose checksum it has. First check that the storage of Immich is mounted: hsdoctor check --host SERVER. If only this original is lost, delete this asset in Immich, then delete it permanently in the trash, and run it again: the file is then sent. Do not empty the trash: that removes all other photos in it, too.',
  },
  unseen: {
    what: 'on the server, but not verified to be safe there',
    fix: 'Keep the file here. Remove the cause named above (for example, give the key the permission, or move the asset out of the locked folder), then run it again.',
  },
  incomplete: {
    what: 'on the server, but a later step failed',
    fix: 'Remove the cause named above, then run it again: nothing is sent twice.',
  },
  trashed: {
    what: "only in the server's trash",
    fix: 'Run it again with --restore-trashed, or remove the file here if you do not want it.',
  },
  changed: {
    what: 'changed while being read or sent',
    fix: 'Wait until nothing writes to these files, then run it again.',
  },
  unsettled: {
    what: 'did not stop changing',
    fix: 'Wait until nothing writes to these files, then run it again.',
  },
  vanished: {
    what: 'disappeared during the run',
    fix: 'Nothing to do here: another program removed it, not hsdoctor.',
  },
  empty: { what: 'empty, not sent', fix: 'Copy it again from its origin, or remove it.' },
  'not-reached': {
    what: 'not reached before the run ended',
    fix: 'Run it again: it continues from here.',
    afterLoss:
      'Remove the cause of the end of the run (first line), then run it again: it continues from here.',
  },
};

export const UNREAD = 'could not be read';

/** What became of a file that is not proven, or of a folder. */
export const whatOf = ({ folder, outcome }: FileResult): string | undefined =>
  folder ? UNREAD : NOT_PROVEN_TEXTS[outcome]?.what;
