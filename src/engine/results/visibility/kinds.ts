import { defineKind } from '../../../checks/define.ts';
import { placeIn } from '../../../checks/shared/steps.ts';
import type { Step } from '../../../model/remedy.ts';
import type { SourceLocation } from '../../../model/source-location.ts';
import { NO_NETWORK } from '../../../nix/nix-eval/ask.ts';
import { nixString, optionPath } from '../../../remedy/nix-text.ts';
import { byHand, edit, run } from '../../../remedy/steps.ts';
import { joined, type Parsed, wholeNumber } from '../../../remedy/words.ts';

const SUDO = joined('--sudo');

export const notTheServer = defineKind({
  id: 'not-the-server',
  name: 'The machine has no systemd: it may not be the server',
  meaning: 'hsdoctor checks machines whose containers are started by systemd.',
  status: 'unknown',
  title: () => 'This machine has no systemd: it may not be the server',
  remedy: () => ({ lasting: [byHand('Name the server, as for ssh: hsdoctor check --host NAME.')] }),
});

export const needsRoot = defineKind<{
  readonly user: string;
  readonly sources: number;
  readonly again: readonly Parsed[];
}>({
  id: 'needs-root',
  name: 'The user is not root and cannot read everything',
  meaning: 'The checks that need these sources are unknown: there may be problems that they did not find.',
  status: 'unknown',
  title: ({ user, sources }) => `${user} is not root and cannot read ${sources} of the sources`,
  remedy: ({ again }) => ({
    lasting: [
      run([...again.filter((word) => word !== SUDO), SUDO], { where: 'here', why: 'Check again with sudo.' }),
    ],
  }),
});

export const unread = defineKind<{ readonly sources: number }>({
  id: 'unread',
  name: 'Sources could not be read',
  meaning: 'The checks that need these sources are unknown: there may be problems that they did not find.',
  status: 'unknown',
  title: ({ sources }) => `${sources} ${sources === 1 ? 'source' : 'sources'} could not be read`,
  remedy: () => ({
    lasting: [
      byHand(
        'Fix the reason that is shown for each source, then check again. After a timeout, allow more time: --timeout 2m.',
      ),
    ],
  }),
});

export const journalTooShort = defineKind<{
  /** Whole hours that the journal covers. */
  readonly hours: number;
  readonly again: readonly Parsed[];
}>({
  id: 'journal-too-short',
  name: 'The journal begins too late',
  meaning:
    'Events of the containers before then are not known: older lines were deleted, or are not in the bundle.',
  status: 'unknown',
  title: () => 'The journal begins after the containers were started',
  remedy: ({ again, hours }) => ({
    lasting: [
      ...(hours < 1
        ? []
        : [
            run([...again, '--since', joined(wholeNumber(String(hours)), 'h')], {
              where: 'here',
              why: 'Check only the time that the journal covers.',
            }),
          ]),
      edit({
        option: optionPath('services', 'journald', 'extraConfig'),
        after: nixString('SystemMaxUse=2G'),
        why: 'Raise the size limit of the journal.',
      }),
    ],
  }),
});

const NOT_READ_FIX = {
  syntax: 'Fix the syntax error first, then check again.',
  age: 'Decrypt it, as the filter of git does that encrypts it, then check again.',
  'git-crypt': 'Unlock it with git-crypt unlock, then check again.',
  file: 'Check that the path is right, and that the file is in the folder.',
  limit: 'Use --eval, so that nix tells what the file sets, or accept exit status 3.',
  value:
    'If the value comes from outside of these files, check the folder that has the flake.nix, or use --eval, or accept exit status 3.',
};

export const notRead = defineKind<{
  readonly reason: string;
  /** A syntax error, a locked file, a file that is not there, one that is beyond a limit of hsdoctor, or a value that is not known. */
  readonly why: keyof typeof NOT_READ_FIX;
  readonly folder: string;
  readonly at: SourceLocation | undefined;
}>({
  id: 'not-read',
  name: 'A part of the configuration could not be read',
  meaning: 'It may set any option: what it would change was not checked.',
  status: 'unknown',
  title: ({ reason }) => `Part of the configuration was not read: ${reason}`,
  remedy: ({ why, folder, at }) => ({ lasting: [byHand(NOT_READ_FIX[why], placeIn(folder, at))] }),
});

export const modulesNotRead = defineKind<{
  readonly first: string;
  readonly others: number;
  readonly folder: string;
  readonly at: SourceLocation | undefined;
}>({
  id: 'modules-not-read',
  name: 'Modules of other repositories were not read',
  meaning:
    'hsdoctor reads only this folder, and does not know these modules. They may declare containers, units or secrets, which were not checked.',
  status: 'unknown',
  title: ({ first, others }) =>
    others === 0
      ? `A module from elsewhere was not read: ${first}`
      : `${others + 1} modules from elsewhere were not read: ${first} and ${others} more`,
  remedy: ({ folder, at }) => ({
    lasting: [
      byHand(
        'Use --eval where nix is installed: nix reads these modules, too. Otherwise accept exit status 3.',
        placeIn(folder, at),
      ),
    ],
  }),
});

export const systemsNotRead = defineKind<{
  readonly first: string;
  readonly others: number;
  readonly folder: string;
  readonly at: SourceLocation | undefined;
}>({
  id: 'systems-not-read',
  name: 'Containers of NixOS, microvms or specialisations were not read',
  meaning:
    'Their settings are not in these files, or depend on a value that is not known. They may declare containers, units or secrets, which were not checked.',
  status: 'unknown',
  title: ({ first, others }) =>
    others === 0
      ? `A system within this one was not read: ${first}`
      : `${others + 1} systems within this one were not read: ${first} and ${others} more`,
  remedy: ({ folder, at }) => ({
    lasting: [
      byHand(
        'Check the folder that it is made of, if there is one: hsdoctor check --source DIR. Otherwise accept exit status 3.',
        placeIn(folder, at),
      ),
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
  meaning: 'The values from the files were checked instead.',
  status: 'unknown',
  title: ({ host, failure }) => `nix cannot evaluate the configuration of ${host}: ${failure}`,
  remedy: ({ failure, again, folder, at }) => ({
    lasting:
      failure === NO_NETWORK
        ? [byHand('Connect this machine to the network, or run hsdoctor without --eval.')]
        : [again, byHand('Fix the error that nix reports.', placeIn(folder, at))],
  }),
});

export const readOtherwise = defineKind<{
  readonly option: string;
  readonly folder: string;
  readonly at: SourceLocation | undefined;
}>({
  id: 'read-otherwise',
  name: 'nix and hsdoctor read an option differently',
  meaning:
    'The checks used the value that nix gives. nix does not see files that git does not track, and another flake may set the option; in any other case hsdoctor read it wrong: please report that.',
  status: 'warn',
  title: ({ option }) => `nix and hsdoctor read different values for ${option}`,
  remedy: ({ folder, at }) => ({
    lasting: [
      byHand(
        'Check with git status that git tracks the file that sets it. If a module of another flake sets it, nothing is wrong: waive this finding with that reason.',
        placeIn(folder, at),
      ),
    ],
  }),
});
