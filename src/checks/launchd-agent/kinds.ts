import type { Remedy, Step } from '../../model/remedy.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { absolutePath } from '../../remedy/words.ts';
import { defineKind, type TellingKind } from '../define.ts';
import { bootout, enable, kickstart, lookAtProcess, restartAgent } from '../shared/agent-steps.ts';
import { darwinRebuild } from '../shared/steps.ts';

/** An agent of this Mac, and what is to be done about it. */
interface OfAgent {
  readonly label: string;
  readonly remedy: Partial<Remedy>;
}

export const brokenPropertyList = defineKind<{ readonly file: string }>({
  id: 'broken-property-list',
  name: 'The property list of an agent cannot be read',
  meaning: 'launchd cannot read it, and will not load the agent at the next login.',
  status: 'fail',
  title: ({ file }) => `${file} is not a valid property list of an agent`,
  remedy: ({ file }) => ({
    lasting: [
      run(['plutil', '-lint', '--', absolutePath(file)], { why: 'Show which line is wrong.' }),
      byHand(`Write ${file} again. If Nix writes it, rebuild and switch to the new configuration.`),
    ],
  }),
});

export const disabled = defineKind<OfAgent>({
  id: 'disabled',
  name: 'The agent is disabled',
  meaning: 'launchd does not load it, at login or by hand, until it is enabled.',
  status: 'fail',
  title: ({ label }) => `The agent ${label} is disabled`,
  remedy: ({ remedy }) => remedy,
});

export const disabledNextTime = defineKind<{ readonly label: string; readonly uid: number }>({
  id: 'disabled-next-time',
  name: 'The agent is running, but disabled for the next login',
  meaning: 'It is still running, but will not be loaded at the next login.',
  status: 'warn',
  title: ({ label }) => `The agent ${label} is disabled`,
  remedy: ({ label, uid }) => ({ lasting: [enable(uid, label)] }),
});

export const notLoaded = defineKind<OfAgent>({
  id: 'not-loaded',
  name: 'The agent is not loaded',
  meaning: 'Its property list exists, but launchd has not loaded it: nothing watches the folder.',
  status: 'fail',
  title: ({ label }) => `The agent ${label} is not loaded`,
  remedy: ({ remedy }) => remedy,
});

/** `missing`, or `a link to nothing`. */
type Absent = OfAgent & { readonly how: string };

const MOVED = 'The program was moved or deleted, or the last switch of the configuration did not write it.';

export const programMissing = defineKind<Absent>({
  id: 'program-missing',
  name: 'The program of the agent is missing',
  meaning: MOVED,
  status: 'fail',
  title: ({ label, how }) => `The agent ${label} cannot start: its program is ${how}`,
  remedy: ({ remedy }) => remedy,
});

export const interpreterMissing = defineKind<Absent>({
  id: 'interpreter-missing',
  name: "The interpreter of the agent's script is missing",
  meaning: MOVED,
  status: 'fail',
  title: ({ label, how }) => `The agent ${label} cannot start: the interpreter of its script is ${how}`,
  remedy: ({ remedy }) => remedy,
});

export const notExecutable = defineKind<OfAgent>({
  id: 'not-executable',
  name: 'The program of the agent is not executable',
  meaning: 'The file exists, but has no execute permission.',
  status: 'fail',
  title: ({ label }) => `The agent ${label} cannot start: its program is not executable`,
  remedy: ({ remedy }) => remedy,
});

export const watchedFolderMissing = defineKind<OfAgent>({
  id: 'watched-folder-missing',
  name: 'The folder that the agent watches is missing',
  meaning:
    'launchd waits for changes in a folder that does not exist. Create the folder and load the agent again: otherwise launchd may not notice the new folder.',
  status: 'fail',
  title: ({ label }) => `The folder that the agent ${label} watches is missing`,
  remedy: ({ remedy }) => remedy,
});

export const folderMissing = defineKind<OfAgent & { readonly folder: string }>({
  id: 'folder-missing',
  name: 'A folder that launchd needs for the agent is missing',
  meaning:
    'The folder is for the logs, or is the working directory. Without it, launchd does not start the agent.',
  status: 'fail',
  title: ({ label, folder }) => `launchd cannot set up the agent ${label}: the folder ${folder} is missing`,
  remedy: ({ remedy }) => remedy,
});

export const heldBack = defineKind<{ readonly label: string; readonly uid: number }>({
  id: 'held-back',
  name: 'launchd delays the agent',
  meaning: 'A file arrived, but launchd has postponed the start of the agent.',
  status: 'warn',
  title: ({ label }) => `launchd delays the start of the agent ${label}`,
  remedy: ({ label, uid }) => ({ now: [kickstart(uid, label, 'Start it by name.')] }),
});

/** How a run of the agent ended. */
export interface Ended {
  readonly label: string;
  readonly how: string;
  readonly why: string;
  readonly steps: readonly Step[];
}

function ended(id: string, name: string, meaning: string): TellingKind<Ended> {
  return defineKind<Ended>({
    id,
    name,
    meaning,
    status: 'fail',
    title: ({ label, how }) => `The last run of the agent ${label} failed: ${how}`,
    summary: ({ why }) => why,
    remedy: ({ steps }) => ({ lasting: [...steps] }),
  });
}

export const failed = defineKind<Ended>({
  id: 'failed',
  name: 'The last run of hsdoctor immich upload failed',
  meaning:
    'No photo is lost: hsdoctor deletes only files that are verified to be on the server. The others are still in the folder.',
  status: 'fail',
  title: ({ label, how }) => `The last run of the agent ${label} failed: ${how}`,
  remedy: ({ steps }) => ({ lasting: [...steps] }),
});
export const signatureRefused = ended(
  'signature-refused',
  'macOS refused the code signature of what the agent runs',
  'macOS killed the program, and will do so until a signed version is installed.',
);
export const killed = ended(
  'killed',
  'The last run of the agent was ended by a signal',
  'The run did not finish, and may have left its lock behind. Photos that it did not upload are still in the folder.',
);
export const notSetUp = ended(
  'not-set-up',
  'launchd could not set up the program of the agent',
  'launchd did not start the program: a folder for its logs is missing, or it may not run the program.',
);
export const notPermitted = ended(
  'not-permitted',
  'macOS refused to execute the program of the agent',
  'The program exists, but macOS refused to execute it: it is in a protected folder, or in quarantine.',
);
export const commandNotFound = ended(
  'command-not-found',
  'The agent did not find a command',
  'A command works in Terminal but not for the agent: an agent does not read a shell profile and has its own PATH.',
);
export const crashed = ended(
  'crashed',
  'The last run of the agent failed in the program that it runs',
  'Photos stay in the folder until a run succeeds.',
);

export const hangs = defineKind<{
  readonly label: string;
  readonly uid: number;
  readonly pid: number;
  readonly since: string;
}>({
  id: 'hangs',
  name: 'The agent has been running for a long time and writes nothing',
  meaning:
    'As long as it runs, launchd starts no other run, and new files are not uploaded. launchd never ends it: TimeOut has no effect.',
  status: 'fail',
  title: ({ label, since }) => `The agent ${label} has been running for ${since} and writes nothing`,
  remedy: ({ label, uid, pid }) => ({
    lasting: [lookAtProcess(pid), restartAgent(uid, label, 'End the run that hangs, and start another.')],
  }),
});

export const noPropertyList = defineKind<{
  readonly label: string;
  readonly uid: number;
  /** The agents that have one. */
  readonly others: readonly string[];
}>({
  id: 'no-property-list',
  name: 'An agent is loaded without a property list',
  meaning:
    'It is loaded until the next login only. If another agent does the same upload, the two interfere with each other.',
  status: 'fail',
  title: ({ label }) => `The agent ${label} is loaded without a property list`,
  summary: ({ others }) =>
    others.length === 0
      ? 'It runs until the next login, and is gone then.'
      : `It is an old agent beside ${others.join(', ')}: both run when a file arrives, and interfere with each other.`,
  remedy: ({ label, uid, others }) => ({
    lasting:
      others.length === 0
        ? [
            byHand(`Declare the agent ${label} in the configuration, which writes its property list.`),
            darwinRebuild(),
          ]
        : [bootout(uid, label, 'Unload the old one.')],
  }),
});

export const twins = defineKind<{ readonly labels: readonly string[]; readonly files: readonly string[] }>({
  id: 'twins',
  name: 'Several agents run the same upload',
  meaning: 'Both run when a file arrives, and interfere with each other.',
  status: 'fail',
  title: ({ labels }) => `${labels.join(' and ')} run the same upload`,
  remedy: ({ files }) => ({
    lasting: [
      run(['ls', '-l', '--', ...files.map((file) => absolutePath(file))], {
        why: 'Check which of them the configuration writes: that one is a link into the Nix store.',
      }),
      byHand(
        'Unload the other one with launchctl bootout and delete its property list. If the configuration has both, remove one of them there.',
      ),
    ],
  }),
});

/** An agent of a configuration. */
interface Declared {
  readonly agent: string;
  readonly steps: readonly Step[];
}

function declared<More = unknown>(
  id: string,
  name: string,
  meaning: string,
  title: (about: Declared & More) => string,
  summary?: (about: Declared & More) => string,
): TellingKind<Declared & More> {
  return defineKind<Declared & More>({
    id,
    name,
    meaning,
    status: 'fail',
    title,
    ...(summary === undefined ? {} : { summary }),
    remedy: ({ steps }) => ({ lasting: [...steps] }),
  });
}

export const notEnabled = declared(
  'not-enabled',
  'An agent is declared but not enabled',
  'home-manager writes the property list of enabled agents only: this one will never run.',
  ({ agent }) => `The agent ${agent} is declared but not enabled`,
);

export const unexpandedProgram = declared<{ readonly path: string }>(
  'unexpanded-program',
  'The program of an agent is written with ~ or a variable',
  'launchd does not expand ~ or variables: it takes this as the name of a folder.',
  ({ agent, path }) => `The agent ${agent} cannot start: launchd does not expand ${path}`,
);

export const unexpandedFolder = declared<{ readonly path: string; readonly manager: string | undefined }>(
  'unexpanded-folder',
  'The watched folder of an agent is written with ~ or a variable',
  'launchd does not expand ~ or variables: it watches a folder with exactly that name.',
  ({ agent, path }) => `The agent ${agent} watches ${path}, which launchd does not expand`,
  ({ manager }) =>
    manager === undefined
      ? 'launchd does not expand variables: it would watch a folder with exactly that name.'
      : `It is not an absolute path: ${manager} refuses it, and launchd would watch a folder with exactly that name.`,
);

export const noSuchProgram = declared<{ readonly path: string }>(
  'no-such-program',
  'The program of an agent is not in the configuration',
  'The file is not in the folder of the configuration, so the next rebuild fails.',
  ({ agent, path }) => `The agent ${agent} cannot start: its program ${path} is not in the configuration`,
);

export const writtenNotExecutable = declared<{ readonly path: string }>(
  'written-not-executable',
  'The program of an agent is written without execute permission',
  'launchd cannot start the program: the run ends with exit status 126 or 78.',
  ({ agent, path }) => `The agent ${agent} cannot start: its program ${path} is not executable`,
);

export const nothingStarts = declared(
  'nothing-starts',
  'Nothing ever starts an agent',
  'It watches no folder (WatchPaths), has no schedule (StartInterval), and does not run at login.',
  ({ agent }) => `Nothing ever starts the agent ${agent}`,
);

export const timeOut = defineKind<Declared & { readonly limit: string }>({
  id: 'time-out',
  name: 'TimeOut does not limit a run of an agent',
  meaning:
    'launchd does not implement TimeOut: an upload that hangs never ends, and while it runs no other upload starts.',
  status: 'warn',
  title: ({ agent, limit }) => `TimeOut = ${limit} does not limit a run of the agent ${agent}`,
  remedy: ({ steps }) => ({ lasting: [...steps] }),
});

export const sameLabel = declared(
  'same-label',
  'Several agents have the same label',
  'Their property lists have the same name: only one of them is written and loaded.',
  ({ agent }) => `The agents ${agent} have the same label`,
);

export const declaredTwins = declared(
  'declared-twins',
  'Several declared agents run the same upload',
  'Both run when a file arrives, and interfere with each other.',
  ({ agent }) => `The agents ${agent} run the same upload`,
);
