import type { LaunchAgent } from '../../facts/host/launch-agents.ts';
import { runsHsdoctor } from '../../facts/host/upload-agent.ts';
import type { Remedy, Step } from '../../model/remedy.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { absolutePath, path } from '../../remedy/words.ts';
import { defineKind, type SourceContext, type TellingKind } from '../define.ts';
import {
  bootout,
  bootstrap,
  enable,
  kickstart,
  lookAtProcess,
  makeFolder,
  restartAgent,
} from '../shared/agent-steps.ts';
import { within } from '../shared/evidence-at.ts';
import { isProtected } from '../shared/protected-folders.ts';
import { darwinRebuild, placeIn, rebuildIfNix, rebuildOf } from '../shared/steps.ts';

interface OfAgent {
  readonly label: string;
  readonly uid: number;
}

export const brokenPropertyList = defineKind<{ readonly file: string }>({
  id: 'broken-property-list',
  name: 'The property list of an agent cannot be read',
  meaning: 'launchd cannot read it, and will not load the agent at the next login.',
  status: 'fail',
  title: ({ file }) => `${file} is not a valid property list`,
  remedy: ({ file }) => ({
    lasting: [
      run(['plutil', '-lint', '--', absolutePath(file)], { why: 'Show which line is wrong.' }),
      byHand(`Write ${file} again. If Nix writes it, rebuild and switch to the new configuration.`),
    ],
  }),
});

interface Unloaded extends OfAgent {
  /** Its property list. */
  readonly file: string;
  /** There is something to run. */
  readonly starts: boolean;
}

/** To load it gets the upload back only where there is something to run. */
const loading = ({ starts }: Unloaded, ...steps: Step[]): Partial<Remedy> =>
  starts ? { now: steps } : { lasting: steps };

export const disabled = defineKind<Unloaded>({
  id: 'disabled',
  name: 'The agent is disabled',
  meaning: 'launchd does not load it, at login or by hand, until it is enabled.',
  status: 'fail',
  title: ({ label }) => `Agent ${label} is disabled`,
  remedy: (agent) => loading(agent, enable(agent.uid, agent.label), bootstrap(agent.uid, agent.file)),
});

export const disabledNextTime = defineKind<OfAgent>({
  id: 'disabled-next-time',
  name: 'The agent is loaded, but disabled for the next login',
  meaning: 'It is still loaded, but launchd will not load it at the next login.',
  status: 'warn',
  title: ({ label }) => `Agent ${label} is loaded, but disabled`,
  remedy: ({ label, uid }) => ({ lasting: [enable(uid, label)] }),
});

export const notLoaded = defineKind<Unloaded>({
  id: 'not-loaded',
  name: 'The agent is not loaded',
  meaning: 'Its property list exists, but launchd has not loaded it: nothing watches the folder.',
  status: 'fail',
  title: ({ label }) => `Agent ${label} is not loaded`,
  remedy: (agent) => loading(agent, bootstrap(agent.uid, agent.file)),
});

interface Absent extends OfAgent {
  readonly path: string;
}

const written = ({ uid, label }: OfAgent, what: string): Partial<Remedy> => ({
  lasting: [byHand(what), rebuildIfNix(), kickstart(uid, label)],
});

const MOVED = 'The program was moved or deleted, or the last switch of the configuration did not write it.';

export const programMissing = defineKind<Absent>({
  id: 'program-missing',
  name: 'The program of the agent is missing',
  meaning: MOVED,
  status: 'fail',
  title: ({ label }) => `Agent ${label} cannot start: its program is missing`,
  remedy: (agent) =>
    written(
      agent,
      `Write ${agent.path} again (if Nix writes it, where the configuration declares it), or correct the path in the agent.`,
    ),
});

export const interpreterMissing = defineKind<Absent & { readonly script: string }>({
  id: 'interpreter-missing',
  name: "The interpreter of the agent's script is missing",
  meaning: MOVED,
  status: 'fail',
  title: ({ label }) => `Agent ${label} cannot start: its interpreter is missing`,
  remedy: (agent) =>
    written(
      agent,
      `Replace ${agent.path} in the first line of ${agent.script} with an interpreter that exists.`,
    ),
});

export const notExecutable = defineKind<OfAgent & { readonly path: string }>({
  id: 'not-executable',
  name: 'The program of the agent is not executable',
  meaning: 'The file exists, but has no execute permission.',
  status: 'fail',
  title: ({ label }) => `The program of ${label} is not executable`,
  remedy: ({ label, uid, path }) => ({
    lasting: [
      ...(path.startsWith('/nix/store/')
        ? [byHand('Set executable = true where the configuration writes the program.'), darwinRebuild()]
        : [
            // Behind the mode, chmod of macOS takes `--` for a file.
            run(['chmod', '--', '+x', absolutePath(path)], { why: 'Make the program executable.' }),
            byHand('If Nix writes it, set executable = true there, or the next switch undoes this.'),
          ]),
      kickstart(uid, label),
    ],
  }),
});

interface WithoutFolder extends OfAgent {
  readonly folder: string;
  /** A link stands in its place. */
  readonly isDangling: boolean;
}

/** To make a folder is safe at once, unless something stands in its place, or it may be on a volume. */
function withFolder({ folder, isDangling }: WithoutFolder, ...then: Step[]): Partial<Remedy> {
  if (isDangling)
    return { lasting: [byHand(`Remove the dangling link ${folder}, and create a folder there.`), ...then] };
  const made = makeFolder(folder);
  const isSafe = [made, ...then].every(({ kind }) => kind === 'run');
  return isSafe ? { now: [made, ...then] } : { lasting: [made, ...then] };
}

export const watchedFolderMissing = defineKind<WithoutFolder & { readonly file: string }>({
  id: 'watched-folder-missing',
  name: 'The folder that the agent watches is missing',
  meaning:
    'launchd waits for changes in a folder that does not exist. Create the folder and load the agent again: otherwise launchd may not notice the new folder.',
  status: 'fail',
  title: ({ label }) => `The folder that agent ${label} watches is missing`,
  remedy: (agent) =>
    withFolder(
      agent,
      bootout(agent.uid, agent.label, 'Unload the agent, which watches a folder that no longer exists.'),
      bootstrap(
        agent.uid,
        agent.file,
        'Load the agent. If launchctl says "5: Input/output error", the old one is still ending: run it again.',
      ),
    ),
});

export const folderMissing = defineKind<WithoutFolder>({
  id: 'folder-missing',
  name: 'A folder that launchd needs for the agent is missing',
  meaning:
    'The folder is for the logs, or is the working directory. Without it, launchd does not start the agent.',
  status: 'fail',
  title: ({ label }) => `Agent ${label} cannot start: a folder is missing`,
  summary: ({ folder }) =>
    `${folder} is for the logs, or is the working directory. Without it, launchd does not start the agent.`,
  remedy: (agent) => withFolder(agent, kickstart(agent.uid, agent.label)),
});

export const heldBack = defineKind<OfAgent>({
  id: 'held-back',
  name: 'launchd delays the agent',
  meaning: 'A file arrived, but launchd has postponed the start of the agent.',
  status: 'warn',
  title: ({ label }) => `launchd delays the start of agent ${label}`,
  remedy: ({ label, uid }) => ({ now: [kickstart(uid, label, 'Start the agent now.')] }),
});

export interface Ended {
  readonly agent: LaunchAgent;
  readonly uid: number;
  readonly home: string;
  readonly how: string;
  /** What ended it, where something did. */
  readonly signal: string | undefined;
}

/** @param why where it is other than the meaning */
function ended(
  id: string,
  name: string,
  meaning: string,
  fix: (agent: LaunchAgent, home: string) => readonly Step[],
  why?: (run: Ended) => string,
): TellingKind<Ended> {
  return defineKind<Ended>({
    id,
    name,
    meaning,
    status: 'fail',
    title: ({ agent: { label }, how }) => `Agent ${label} failed: ${how}`,
    ...(why === undefined ? {} : { summary: why }),
    remedy: ({ agent, uid, home }) => {
      const steps = fix(agent, home);
      const again = kickstart(uid, agent.label, 'When the cause is fixed, run the agent once.');
      return { lasting: steps.length === 0 ? [] : [...steps, again] };
    },
  });
}

const readLog = ({ standardError }: LaunchAgent): Step[] =>
  standardError === undefined
    ? []
    : [
        run(['tail', '-n', '20', '--', absolutePath(standardError)], {
          why: 'Read the reason in the error log of the agent, and fix it.',
        }),
      ];

export const failed = ended(
  'failed',
  'The last run of hsdoctor immich upload failed',
  'No photo is lost: hsdoctor deletes only files that are verified to be on the server. The others are still in the folder.',
  readLog,
);

export const signatureRefused = ended(
  'signature-refused',
  'macOS refused the code signature of what the agent runs',
  'macOS killed the program, and will do so until a signed version is installed.',
  ({ program }) => [byHand(`Install ${program.path} and everything it runs again.`), rebuildIfNix()],
  () =>
    'macOS refused the code signature of the program, or of the interpreter of the script, and killed it.',
);

export const killed = ended(
  'killed',
  'The last run of the agent was ended by a signal',
  'The run did not finish, and may have left its lock behind. Photos that it did not upload are still in the folder.',
  (agent) => [
    ...readLog(agent),
    byHand(
      'If the error log gives no reason, there is nothing to fix. If the run left its lock, `hsdoctor check` shows how to remove it.',
    ),
  ],
  ({ signal }) =>
    signal?.startsWith('Killed')
      ? '"Killed: 9" means memory pressure, or that somebody killed it: the run could not clean up, and may have left its lock.'
      : 'It was terminated during its work, and may have left its lock.',
);

export const notSetUp = ended(
  'not-set-up',
  'launchd could not set up the program of the agent',
  'launchd did not start the program: a folder for its logs is missing, or launchd is not allowed to run the program.',
  ({ program }) => [
    run(['ls', '-l', '--', absolutePath(program.path)], {
      why: 'Check the mode and the owner of the program.',
    }),
    run(
      [
        // zsh, the shell of a Mac, has a builtin log of another kind.
        '/usr/bin/log',
        'show',
        '--last',
        '1d',
        '--predicate',
        'process == "launchd" AND eventMessage CONTAINS "upload-immich"',
      ],
      { why: 'Read what launchd could not set up, and fix it.' },
    ),
  ],
  () =>
    'launchd could not set up the program: a log file that it cannot write, an interpreter or working directory that does not exist, or a refused code signature.',
);

export const notPermitted = ended(
  'not-permitted',
  'macOS refused to execute the program of the agent',
  'The program exists, but macOS refused to execute it: it is in a protected folder, or in quarantine.',
  ({ program }, home) => [
    run(['ls', '-l@', '--', absolutePath(program.path)], {
      why: 'Check whether the program is in quarantine. If it is, this lists com.apple.quarantine.',
    }),
    // xattr knows no `--`: what it is given is an absolute path.
    run(['xattr', '-d', 'com.apple.quarantine', absolutePath(program.path)], {
      why: 'Release it from quarantine, only if it is listed as in quarantine and you trust the program.',
    }),
    ...(isProtected(program.path, home)
      ? [
          byHand(
            `Move ${program.path} to another folder, such as ~/.local/bin, and write the new path into the agent: macOS protects the folder that it is in.`,
          ),
        ]
      : []),
  ],
  ({ agent: { program }, home }) =>
    isProtected(program.path, home)
      ? 'The program exists, but macOS refused to execute it: it is in a folder that macOS protects, or in quarantine.'
      : 'The program exists, but macOS refused to execute it: it may be in quarantine, as files from the internet are.',
);

export const commandNotFound = ended(
  'command-not-found',
  'The agent did not find a command',
  'A command works in Terminal but not for the agent: an agent does not read a shell profile and has its own PATH.',
  (agent) => [
    ...readLog(agent),
    byHand(
      `Add the folder of the command to PATH in the property list of the agent (now: ${agent.environment.PATH ?? '/usr/bin:/bin:/usr/sbin:/sbin'}), and load the agent again. If Nix writes the property list, do it in the Nix configuration.`,
    ),
    rebuildIfNix(),
  ],
);

export const crashed = ended(
  'crashed',
  'The last run of the agent failed in the program that it runs',
  'Photos stay in the folder until a run succeeds.',
  readLog,
  ({ agent }) =>
    runsHsdoctor(agent)
      ? 'hsdoctor does not use this exit status, so the program that starts hsdoctor crashed.'
      : 'The script itself crashed: when an upload fails, it exits with 0.',
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
  title: ({ label, since }) => `Agent ${label} has run for ${since} without output`,
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
  title: ({ label }) => `Agent ${label} is loaded without a property list`,
  summary: ({ others }) =>
    others.length === 0
      ? 'It runs until the next login, and is gone then.'
      : `It is an old agent beside ${others.join(', ')}: both run when a file arrives, and interfere with each other.`,
  remedy: ({ label, uid, others }) => ({
    lasting:
      others.length === 0
        ? [
            byHand(
              `Declare the agent ${label} in the Nix configuration, which writes its property list; or unload it, and install another one with hsdoctor agent install FOLDER (step 5 of docs/mac.md of the project).`,
            ),
            rebuildIfNix(),
          ]
        : [
            bootout(
              uid,
              label,
              'Unload it. If none of the other agents does this upload, install one for it afterwards (step 5 of docs/mac.md of the project).',
            ),
          ],
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
        why: 'Check which of them comes from your Nix configuration: that one is a link into the Nix store.',
      }),
      byHand(
        'Unload the other one with launchctl bootout and delete its property list. If neither is a link into the Nix store, keep the one that you want. If both are, remove one of them in the configuration.',
      ),
    ],
  }),
});

export const shadowed = defineKind<{
  readonly file: string;
  readonly loaded: string;
  readonly label: string;
}>({
  id: 'shadowed',
  name: 'Another property list with the same label is loaded',
  meaning: 'launchd loads only one property list for each label: the agent in the other one never runs.',
  status: 'fail',
  title: ({ label }) => `Two property lists have the label ${label}`,
  summary: ({ file, loaded }) =>
    `${loaded} is loaded. launchd loads only one for each label: the agent in ${file} never runs.`,
  remedy: ({ file, loaded }) => ({
    lasting: [
      run(['ls', '-l', '--', absolutePath(file), absolutePath(loaded)], {
        why: 'Check which of them comes from your Nix configuration: that one is a link into the Nix store.',
      }),
      byHand(
        'Delete the property list that you do not need (if Nix writes it, remove its declaration). If you need both, give one of them another Label, and load it.',
      ),
    ],
  }),
});

interface Declared {
  readonly agent: string;
  /** Where it is to be changed. */
  readonly at: SourceLocation | undefined;
  readonly where: Pick<SourceContext, 'folder' | 'system'>;
}

const changed = ({ where }: Declared, step: Step): Partial<Remedy> => ({
  lasting: [step, rebuildOf(where.system, { usual: 'darwin' })],
});

const changedByHand = (about: Declared, what: string): Partial<Remedy> =>
  changed(about, byHand(what, placeIn(about.where.folder, about.at)));

function declared<More = unknown>(
  id: string,
  name: string,
  meaning: string,
  title: (about: Declared & More) => string,
  fix: string | ((about: Declared & More) => string),
  summary?: (about: Declared & More) => string,
): TellingKind<Declared & More> {
  return defineKind<Declared & More>({
    id,
    name,
    meaning,
    status: 'fail',
    title,
    ...(summary === undefined ? {} : { summary }),
    remedy: (about) => changedByHand(about, typeof fix === 'string' ? fix : fix(about)),
  });
}

export const notEnabled = declared(
  'not-enabled',
  'An agent is declared but not enabled',
  'home-manager writes property lists only for enabled agents: this one will never run.',
  ({ agent }) => `The agent ${agent} is declared but not enabled`,
  'Add enable = true; beside its config.',
);

export const declaredDisabled = declared(
  'declared-disabled',
  'An agent is declared as disabled',
  'launchd does not load it, at login or by hand, until it is enabled.',
  ({ agent }) => `The agent ${agent} is disabled by Disabled = true`,
  'Remove Disabled. If the agent is to stay off, remove the agent.',
);

interface Unexpanded {
  readonly path: string;
  readonly manager: 'home-manager' | 'nix-darwin';
}

/** Only home-manager has the option. */
const writeOut = ({ manager }: Unexpanded) =>
  `Write out the home folder: ${manager === 'home-manager' ? `"\${config.home.homeDirectory}/…", or ` : ''}"/Users/NAME/…".`;

export const unexpandedProgram = declared<Unexpanded>(
  'unexpanded-program',
  'The program of an agent is written with ~ or a variable',
  'launchd does not expand ~ or variables: it takes this as the name of a folder.',
  ({ agent, path }) => `launchd does not expand ${path}, the program of ${agent}`,
  writeOut,
);

export const unexpandedFolder = declared<Unexpanded & { readonly isRefused: boolean }>(
  'unexpanded-folder',
  'The watched folder of an agent is written with ~ or a variable',
  'launchd does not expand ~ or variables: it watches a folder with exactly that name.',
  ({ agent, path }) => `launchd does not expand ${path}, which ${agent} watches`,
  writeOut,
  ({ manager, isRefused }) =>
    !isRefused
      ? 'launchd does not expand variables: it would watch a folder with exactly that name.'
      : `It is not an absolute path: ${manager} refuses it, and launchd would watch a folder with exactly that name.`,
);

export const noSuchProgram = declared<{ readonly path: string }>(
  'no-such-program',
  'The program of an agent is not in the configuration',
  'The file is not in the folder of the configuration, so the next rebuild fails.',
  ({ agent, path }) => `The program of ${agent} does not exist: ${path}`,
  'Write the file, or the right path. Git has to track the file, or a flake does not see it.',
);

export const writtenNotExecutable = defineKind<
  Declared & { readonly path: string; readonly isInTree: boolean }
>({
  id: 'written-not-executable',
  name: 'The program of an agent is written without execute permission',
  meaning: 'launchd cannot start the program: the run ends with exit status 126 or 78.',
  status: 'fail',
  title: ({ agent, path }) => `The program of ${agent} is not executable: ${path}`,
  remedy: (about) =>
    about.isInTree
      ? changed(
          about,
          run(['chmod', '--', '+x', path(within(about.where.folder, about.path))], {
            where: 'here',
            why: 'Make the file executable, and add it to git.',
          }),
        )
      : changedByHand(about, 'Set executable = true; there.'),
});

export const nothingStarts = declared(
  'nothing-starts',
  'Nothing ever starts an agent',
  'It watches no folder (WatchPaths), has no schedule (StartInterval), and does not run at login.',
  ({ agent }) => `Nothing ever starts the agent ${agent}`,
  'Let it watch the folder of the photos: WatchPaths.',
);

export const timeOut = defineKind<Declared & { readonly limit: string }>({
  id: 'time-out',
  name: 'TimeOut does not limit a run of an agent',
  meaning:
    'launchd does not implement TimeOut: an upload that hangs never ends, and while it runs no other upload starts.',
  status: 'warn',
  title: ({ agent, limit }) => `TimeOut = ${limit} does not limit a run of the agent ${agent}`,
  remedy: (about) =>
    changedByHand(
      about,
      'Remove it. hsdoctor immich upload has its own time limits; a script needs one, such as timeout of coreutils before the uploader.',
    ),
});

export const sameLabel = declared(
  'same-label',
  'Several agents have the same label',
  'Their property lists have the same name: only one of them is written and loaded.',
  ({ agent }) => `The agents ${agent} have the same label`,
  'Give one of them another label.',
);

export const declaredTwins = declared(
  'declared-twins',
  'Several declared agents run the same upload',
  'Both run when a file arrives, and interfere with each other.',
  ({ agent }) => `The agents ${agent} run the same upload`,
  'Remove one of them.',
);
