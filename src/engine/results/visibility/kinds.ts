import { defineKind } from '../../../checks/define.ts';
import { placeIn } from '../../../checks/shared/steps.ts';
import type { Step } from '../../../model/remedy.ts';
import type { SourceLocation } from '../../../model/source-location.ts';
import { nixString, optionPath } from '../../../remedy/nix-text.ts';
import { byHand, edit, run } from '../../../remedy/steps.ts';
import type { Parsed } from '../../../remedy/words.ts';

export const notTheServer = defineKind({
  id: 'not-the-server',
  name: 'The machine has no systemd: it may not be the server',
  meaning: 'hsdoctor checks a machine whose containers are started by systemd.',
  status: 'unknown',
  title: () => 'There is nothing to check here: is this the server?',
  remedy: () => ({ lasting: [byHand('Name the server as ssh knows it: hsdoctor check --host NAME.')] }),
});

export const needsRoot = defineKind<{
  readonly user: string;
  readonly sources: number;
  readonly again: readonly Parsed[];
}>({
  id: 'needs-root',
  name: 'The user is not root and cannot read everything',
  meaning: 'The checks that need these sources are unknown, whatever they would say.',
  status: 'unknown',
  title: ({ user, sources }) => `${user} is not root and cannot read ${sources} of the sources`,
  remedy: ({ again }) => ({
    lasting: [run([...again, '--sudo'], { where: 'here', why: 'Check again with sudo.' })],
  }),
});

export const unread = defineKind<{ readonly sources: number }>({
  id: 'unread',
  name: 'Sources could not be read',
  meaning: 'The checks that need these sources are unknown, whatever they would say.',
  status: 'unknown',
  title: ({ sources }) => `${sources} ${sources === 1 ? 'source' : 'sources'} could not be read`,
  remedy: () => undefined,
});

export const journalTooShort = defineKind<{ readonly since: number; readonly again: readonly Parsed[] }>({
  id: 'journal-too-short',
  name: 'The journal begins after what it has to tell of',
  meaning: 'What happened to the containers before that was deleted: the journal has reached its size.',
  status: 'unknown',
  title: ({ since }) =>
    `The journal begins at ${new Date(since).toISOString()}, after what it has to tell of`,
  remedy: ({ again }) => ({
    lasting: [
      run([...again, '--since', '24h'], { where: 'here', why: 'Check a shorter time.' }),
      edit({
        option: optionPath('services', 'journald', 'extraConfig'),
        after: nixString('SystemMaxUse=2G'),
        why: 'Let the journal keep more.',
      }),
    ],
  }),
});

export const notRead = defineKind<{
  readonly reason: string;
  readonly folder: string;
  readonly at: SourceLocation | undefined;
}>({
  id: 'not-read',
  name: 'A part of the configuration could not be read',
  meaning: 'It may set anything: what it would change is not judged.',
  status: 'unknown',
  title: ({ reason }) => `A part of the configuration could not be read: ${reason}`,
  remedy: ({ folder, at }) => ({
    lasting: [
      byHand('Check that the path is right, and that its file is in the folder.', placeIn(folder, at)),
    ],
  }),
});

export const notEvaluated = defineKind<{
  readonly host: string;
  readonly failure: string;
  readonly again: Step;
  readonly folder: string;
  readonly at: SourceLocation | undefined;
}>({
  id: 'not-evaluated',
  name: 'nix cannot evaluate the machine',
  meaning: 'What is judged is what the files tell, as without --eval.',
  status: 'unknown',
  title: ({ host, failure }) => `nix has no configuration of ${host}: ${failure}`,
  remedy: ({ again, folder, at }) => ({
    lasting: [again, byHand('Fix what it names.', placeIn(folder, at))],
  }),
});

export const readOtherwise = defineKind<{
  readonly option: string;
  readonly folder: string;
  readonly at: SourceLocation | undefined;
}>({
  id: 'read-otherwise',
  name: 'hsdoctor read an option otherwise than nix does',
  meaning:
    'What nix says was judged. A file that git does not know is not there for nix; a module of another flake may set it; else the reading is wrong, and worth a report.',
  status: 'warn',
  title: ({ option }) => `hsdoctor read ${option} otherwise than nix does`,
  remedy: ({ folder, at }) => ({
    lasting: [
      byHand(
        'Check what sets it, and with git status whether git knows the file that does.',
        placeIn(folder, at),
      ),
    ],
  }),
});
