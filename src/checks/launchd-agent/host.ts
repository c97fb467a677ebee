import type { LaunchAgent, LaunchAgents } from '../../facts/host/launch-agents.ts';
import type { LaunchdService } from '../../facts/host/launchctl.ts';
import {
  HSDOCTOR_ENDINGS,
  HSDOCTOR_PARTLY,
  hungSince,
  isLongAndMute,
  logsOf,
  noAgent,
  runsHsdoctor,
  span,
} from '../../facts/host/upload-agent.ts';
import type { UploadLog } from '../../facts/host/upload-logs.ts';
import { type FindingDraft, judgeHost, type TellingKind } from '../define.ts';
import * as kinds from './kinds.ts';

const WHAT = 'photo upload';

/** Agents of the same upload, under which label ever: both run when a file arrives. */
const isOldLabel = ({ label }: LaunchdService, { agents, broken }: LaunchAgents) =>
  !agents.some((agent) => agent.label === label) && !broken.some((file) => file.endsWith(`/${label}.plist`));

const STARTING = ['running', 'spawning', 'xpcproxy'];
const STATES = [
  ...STARTING,
  'not running',
  'waiting',
  'spawn scheduled',
  'spawn failed',
  'exited',
  'SIGTERMed',
  'SIGKILLed',
];

export const host = judgeHost({
  needs: ['launchAgents', 'launchctl'],
  wants: ['uploadLogs'],
  evaluate({ launchAgents, launchctl, uploadLogs }, { now }) {
    const { agents, broken, uid } = launchAgents;
    const old = launchctl.filter((service) => service.loaded && isOldLabel(service, launchAgents));
    if (agents.length + broken.length + old.length === 0) return { skip: noAgent(launchAgents) };
    const shadowed = agents.flatMap((agent) => shadowOf(agent, launchAgents, launchctl) ?? []);
    const own = agents.filter((agent) => !shadowed.some((shadow) => shadow.agent === agent));
    const judged = own.map((agent) => {
      const service = launchctl.find(({ label }) => label === agent.label);
      const findings = [
        ...(loadFinding(agent, service, uid) ?? []),
        ...(startFinding(agent, service, uid) ?? runFinding(agent, service, launchAgents)),
        ...hangFinding(agent, service, uid, hungSince(service, logsOf(agent, uploadLogs), now), now),
      ];
      return {
        findings,
        notChecked: [
          ...notCheckedOfFiles(agent),
          ...(notCheckedOfService(service, logsOf(agent, uploadLogs), now) ?? []).map(
            (what) => `${agent.label}: ${what}`,
          ),
        ],
        notes: notesOf(agent),
      };
    });
    return {
      findings: [
        ...broken.map((file) => brokenFinding(file)),
        ...judged.flatMap(({ findings }) => findings),
        ...old.map((service) => oldFinding(service, agents, uid)),
        ...shadowed.map(shadowFinding),
        ...twins(own, launchctl),
      ],
      notChecked: [
        ...judged.flatMap(({ notChecked }) => notChecked),
        ...sharedLabels(own).map(
          (label) =>
            `several property lists have the label ${label}: which one launchd has loaded is not known`,
        ),
      ],
      lookedAt: { uploadAgents: agents.length + broken.length + old.length },
      ...(judged.some(({ notes }) => notes.length > 0)
        ? { note: judged.flatMap(({ notes }) => notes).join('; ') }
        : {}),
    };
  },
});

/** A property list that launchd passed over, because it has loaded another one of the same label. */
interface Shadow {
  readonly agent: LaunchAgent;
  readonly loaded: LaunchAgent;
}

function shadowOf(
  agent: LaunchAgent,
  { agents }: LaunchAgents,
  launchctl: readonly LaunchdService[],
): Shadow | undefined {
  const file = launchctl.find((service) => service.loaded && service.label === agent.label)?.file;
  const loaded = agents.find((other) => other.label === agent.label && other.file === file);
  return loaded === undefined || loaded.file === agent.file ? undefined : { agent, loaded };
}

function shadowFinding({ agent, loaded }: Shadow): FindingDraft {
  const isCopy = agent.program.path === loaded.program.path && watchedBy(agent) === watchedBy(loaded);
  return kinds.shadowed.finding(
    { file: agent.file, loaded: loaded.file, label: agent.label },
    {
      // Of a copy nothing is missed.
      status: isCopy ? 'warn' : 'fail',
      subject: agent.file,
      evidence: [
        { source: agent.file, observed: `Label = ${agent.label}`, expected: 'a label of its own' },
        { source: loaded.file, observed: `Label = ${agent.label}, loaded` },
      ],
    },
  );
}

const watchedBy = ({ watched }: LaunchAgent) => watched.map(({ path }) => path).join('\0');

const sharedLabels = (agents: readonly LaunchAgent[]): string[] => {
  const labels = agents.map(({ label }) => label);
  return [...new Set(labels.filter((label, at) => labels.indexOf(label) !== at))];
};

/** What is advice, and no fault. */
const notesOf = ({ label, timeOutSeconds, onlyWatches, watched }: LaunchAgent): string[] => [
  ...(timeOutSeconds === undefined
    ? []
    : [`TimeOut = ${timeOutSeconds} of ${label} has no effect: launchd does not implement it`]),
  ...(onlyWatches && watched.length > 0
    ? [`only WatchPaths starts ${label}, and launchd can miss a change: add StartInterval`]
    : []),
];

function notCheckedOfFiles({ label, program, interpreter, watched, folders }: LaunchAgent): string[] {
  const denied = [program, ...(interpreter === undefined ? [] : [interpreter]), ...watched, ...folders]
    .filter(({ state }) => state === 'denied')
    .map(({ path }) => `this user cannot read ${path}, which ${label} names`);
  return [
    ...new Set(denied),
    ...(program.state === 'unknown' ? [`which program ${label} runs is not clear`] : []),
  ];
}

function notCheckedOfService(
  service: LaunchdService | undefined,
  logs: readonly UploadLog[] | undefined,
  now: number,
): string[] | undefined {
  if (service === undefined) return ['launchctl was not asked about it'];
  const { loaded, state, runs, exitCode, signal, neverExited, startedAt } = service;
  if (!loaded) return undefined;
  if (state === undefined || !STATES.includes(state))
    return ['the output of launchctl about it is not understood'];
  if (state === 'running') {
    if (startedAt === undefined) return ['when it started is not known'];
    return isLongAndMute(startedAt, logs, now)
      ? [`it has been running for ${span(now - startedAt)}, and no log shows whether it makes progress`]
      : undefined;
  }
  const untold = exitCode === undefined && signal === undefined && !neverExited && runs !== 0;
  return untold && !STARTING.includes(state) ? ['how its last run ended is not known'] : undefined;
}

const brokenFinding = (file: string): FindingDraft =>
  kinds.brokenPropertyList.finding(
    { file },
    {
      subject: file,
      evidence: [
        {
          source: `plutil -convert xml1 ${file}`,
          observed: 'it cannot be read',
          expected: 'a property list',
        },
      ],
      affects: { what: WHAT, state: 'down', cause: 'the property list of the agent cannot be read' },
    },
  );

const printed = (uid: number, label: string) => `launchctl print gui/${uid}/${label}`;

function loadFinding(
  agent: LaunchAgent,
  service: LaunchdService | undefined,
  uid: number,
): FindingDraft[] | undefined {
  const { label, file } = agent;
  const source = printed(uid, label);
  if (service === undefined) return undefined;
  const { loaded } = service;
  const absent = { source, observed: 'no such service', expected: 'a service' };
  if (service.disabled) {
    const isDisabled = {
      source: `launchctl print-disabled gui/${uid}`,
      observed: 'disabled',
      expected: 'enabled',
    };
    return [
      loaded
        ? kinds.disabledNextTime.finding({ label, uid }, { subject: label, evidence: [isDisabled] })
        : kinds.disabled.finding(
            { label, uid, file, starts: hasProgram(agent) },
            {
              subject: label,
              evidence: [isDisabled, absent],
              affects: { what: WHAT, state: 'down', cause: 'the agent is disabled' },
            },
          ),
    ];
  }
  if (loaded) return undefined;
  return [
    kinds.notLoaded.finding(
      { label, uid, file, starts: hasProgram(agent) },
      {
        subject: label,
        evidence: [absent, { source: file, observed: 'there' }],
        affects: { what: WHAT, state: 'down', cause: 'the agent is not loaded' },
      },
    ),
  ];
}

const hasProgram = ({ program, interpreter }: LaunchAgent) =>
  [program, ...(interpreter === undefined ? [] : [interpreter])].every(({ state }) => state === 'executable');

/** Why it cannot start at all, whatever its last run says. */
function startFinding(
  agent: LaunchAgent,
  service: LaunchdService | undefined,
  uid: number,
): FindingDraft[] | undefined {
  const { program, interpreter, watched, folders } = agent;
  const last = lastRun(service);
  const written = [interpreter, program].find((named) => named !== undefined && isAbsent(named));
  if (written !== undefined) return [withoutProgram(agent, written, last, uid)];
  if (program.state === 'file') return [notExecutable(agent, last, uid)];
  const folder = watched.find(isAbsent);
  if (folder !== undefined) return [withoutWatched(agent, folder, last, uid)];
  const needed = folders.find(isAbsent);
  return needed !== undefined && last?.code === 78 ? [withoutFolder(agent, needed, last, uid)] : undefined;
}

type Named = LaunchAgent['program'];

const isAbsent = ({ state }: Named) => state === 'missing' || state === 'dangling';

const seenOf = (
  { label }: LaunchAgent,
  last: LastRun | undefined,
  uid: number,
  cause: string,
  evidence: { readonly source: string; readonly observed: string; readonly expected: string },
) => ({
  subject: label,
  evidence: [
    evidence,
    ...(last === undefined ? [] : [{ source: printed(uid, label), observed: last.words }]),
  ],
  affects: { what: WHAT, state: 'down' as const, cause },
});

function withoutProgram(
  agent: LaunchAgent,
  written: Named,
  last: LastRun | undefined,
  uid: number,
): FindingDraft {
  const { label, program } = agent;
  const { path, state } = written;
  const isProgram = written === program;
  const how = state === 'missing' ? 'missing' : 'a dangling link';
  const about = { label, uid, path };
  const cause = `${isProgram ? 'the program of the agent' : 'the interpreter of its script'} is ${how}`;
  const observed = state === 'missing' ? 'no such file' : 'a dangling link';
  const seen = seenOf(agent, last, uid, cause, { source: path, observed, expected: 'a program' });
  return isProgram
    ? kinds.programMissing.finding(about, seen)
    : kinds.interpreterMissing.finding({ ...about, script: program.path }, seen);
}

function notExecutable(agent: LaunchAgent, last: LastRun | undefined, uid: number): FindingDraft {
  const { label, program } = agent;
  return kinds.notExecutable.finding(
    { label, uid, path: program.path },
    seenOf(agent, last, uid, 'the program of the agent is not executable', {
      source: program.path,
      observed: 'not executable',
      expected: 'executable',
    }),
  );
}

function withoutWatched(
  agent: LaunchAgent,
  { path, state }: Named,
  last: LastRun | undefined,
  uid: number,
): FindingDraft {
  const { label, file } = agent;
  return kinds.watchedFolderMissing.finding(
    { label, uid, file, folder: path, isDangling: state === 'dangling' },
    seenOf(agent, last, uid, 'the folder that the agent watches is missing', {
      source: path,
      observed: 'no such folder',
      expected: 'a folder',
    }),
  );
}

function withoutFolder(agent: LaunchAgent, { path, state }: Named, last: LastRun, uid: number): FindingDraft {
  const { label } = agent;
  return kinds.folderMissing.finding(
    { label, uid, folder: path, isDangling: state === 'dangling' },
    seenOf(agent, last, uid, `the folder ${path}, which the agent needs, is missing`, {
      source: path,
      observed: 'no such folder',
      expected: 'a folder',
    }),
  );
}

const heldFinding = ({ label }: LaunchAgent, uid: number): FindingDraft =>
  kinds.heldBack.finding(
    { label, uid },
    {
      subject: label,
      evidence: [{ source: printed(uid, label), observed: 'pended nondemand spawn', expected: 'a start' }],
      affects: { what: WHAT, state: 'degraded', cause: 'launchd delays the agent' },
    },
  );

interface LastRun {
  readonly code?: number;
  readonly words: string;
}

/** How the last run ended, where that was no success; nothing of one that still runs. */
function lastRun(service: LaunchdService | undefined): LastRun | undefined {
  if (service === undefined || !service.loaded || service.state === 'running') return undefined;
  const { signal, exitCode } = service;
  if (signal !== undefined) return { words: `ended by a signal (${signal})` };
  if (service.state === 'spawn failed' && (exitCode === undefined || exitCode === 0))
    return { code: 78, words: 'launchd could not start it (spawn failed)' };
  if (exitCode === undefined || exitCode === 0) return undefined;
  return { code: exitCode, words: `exit status ${exitCode}${EXIT_WORDS[exitCode] ?? ''}` };
}

const EXIT_WORDS: Readonly<Record<number, string>> = {
  78: ' (launchd setup failed)',
  126: ' (refused by macOS)',
  127: ' (command not found)',
};

/** Exit status of `hsdoctor immich upload` where another run has the folder. */
const LOCKED = 4;

function runFinding(
  agent: LaunchAgent,
  service: LaunchdService | undefined,
  { uid, home }: LaunchAgents,
): FindingDraft[] {
  const last = lastRun(service);
  if (last === undefined) return service?.held && service.runs === 0 ? [heldFinding(agent, uid)] : [];
  const isHsdoctor = runsHsdoctor(agent);
  if (isHsdoctor && last.code === LOCKED) return [];
  const failure = isHsdoctor ? HSDOCTOR_ENDINGS[last.code ?? -1] : undefined;
  const kind = failure === undefined ? endingOf(service, last.code) : kinds.failed;
  return [
    kind.finding(
      { agent, uid, home, how: failure ?? last.words, signal: service?.signal },
      {
        subject: agent.label,
        evidence: [{ source: printed(uid, agent.label), observed: last.words, expected: 'exit status 0' }],
        explainedBy: failure === undefined ? [] : [{ check: 'upload-log' }],
        affects: {
          what: WHAT,
          state: failure !== undefined && HSDOCTOR_PARTLY.includes(last.code ?? 0) ? 'degraded' : 'down',
          cause: failure ?? last.words,
        },
      },
    ),
  ];
}

function endingOf(service: LaunchdService | undefined, code: number | undefined): TellingKind<kinds.Ended> {
  switch (code) {
    case undefined:
      return service?.signal?.includes('CODESIGNING') ? kinds.signatureRefused : kinds.killed;
    case 78:
      return kinds.notSetUp;
    case 126:
      return kinds.notPermitted;
    case 127:
      return kinds.commandNotFound;
    default:
      return kinds.crashed;
  }
}

function hangFinding(
  { label }: LaunchAgent,
  service: LaunchdService | undefined,
  uid: number,
  since: number | undefined,
  now: number,
): FindingDraft[] {
  if (since === undefined || service?.pid === undefined) return [];
  const { pid } = service;
  const running = span(now - since);
  return [
    kinds.hangs.finding(
      { label, uid, pid, since: running },
      {
        subject: label,
        evidence: [
          { source: `ps -p ${pid}`, observed: `process ${pid} has been running for ${running}`, at: since },
        ],
        since,
        affects: {
          what: WHAT,
          state: 'down',
          cause: `a run has been active for ${running} and writes nothing`,
        },
      },
    ),
  ];
}

const oldFinding = ({ label }: LaunchdService, agents: readonly LaunchAgent[], uid: number): FindingDraft =>
  kinds.noPropertyList.finding(
    { label, uid, others: agents.map((agent) => agent.label) },
    {
      subject: label,
      evidence: [
        { source: printed(uid, label), observed: 'loaded', expected: 'only agents with a property list' },
      ],
    },
  );

/** Agents with property lists of their own that run the same program on the same folder. */
function twins(agents: readonly LaunchAgent[], launchctl: readonly LaunchdService[]): FindingDraft[] {
  const loaded = agents.filter(({ label }) =>
    launchctl.some((service) => service.label === label && service.loaded),
  );
  const known = loaded.filter(({ program }) => program.state !== 'unknown');
  const same = Map.groupBy(known, ({ program, watched, arguments: words }) =>
    // Without a watched folder, an argument may name it.
    [program.path, ...(watched.length === 0 ? words : watched.map(({ path }) => path))].join('\0'),
  );
  return [...same.values()]
    .filter((group) => group.length > 1)
    .map((group) => {
      const labels = group.map(({ label }) => label);
      return kinds.twins.finding(
        { labels, files: group.map(({ file }) => file) },
        {
          subject: labels.join(' '),
          evidence: group.map(({ file, program: { path } }) => ({ source: file, observed: `runs ${path}` })),
        },
      );
    });
}
