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
import type { Remedy, Step } from '../../model/remedy.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { absolutePath, wholeNumber } from '../../remedy/words.ts';
import { type Check, type FindingDraft, judgeHost } from '../define.ts';
import { bootout, bootstrap, enable, kickstart, makeFolder, restartAgent } from '../shared/agent-steps.ts';
import { darwinRebuild } from '../shared/steps.ts';
import { documentation } from './documentation.ts';
import { source } from './source.ts';

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

export const launchdAgent: Check = {
  id: 'launchd-agent',
  title: 'The upload agent is loaded and can start, and its last run did not crash',
  why: 'Nothing else uploads the photos of the folder: without the agent they stay on the Mac, and nobody is told.',
  tags: ['mac', 'launchd', 'upload'],
  documentation,
  host: judgeHost({
    needs: ['launchAgents', 'launchctl'],
    wants: ['uploadLogs'],
    evaluate({ launchAgents, launchctl, uploadLogs }, { now }) {
      const { agents, broken, uid } = launchAgents;
      const old = launchctl.filter((service) => service.loaded && isOldLabel(service, launchAgents));
      if (agents.length + broken.length + old.length === 0) return { skip: noAgent(launchAgents) };
      const judged = agents.map((agent) => {
        const service = launchctl.find(({ label }) => label === agent.label);
        const findings = [
          ...(loadFinding(agent, service, uid) ?? []),
          ...(startFinding(agent, service, uid) ?? runFinding(agent, service, uid)),
          ...hangFinding(agent, service, uid, hungSince(service, logsOf(agent, uploadLogs), now), now),
        ];
        return {
          findings,
          unseen: [
            ...unseenOfFiles(agent),
            ...(unseenOfService(service, logsOf(agent, uploadLogs), now) ?? []).map(
              (what) => `${agent.label}: ${what}`,
            ),
          ],
          notes:
            agent.timeOutSeconds === undefined
              ? []
              : [
                  `TimeOut = ${agent.timeOutSeconds} of ${agent.label} limits nothing: launchd does not implement it`,
                ],
        };
      });
      return {
        findings: [
          ...broken.map((file) => brokenFinding(file)),
          ...judged.flatMap(({ findings }) => findings),
          ...old.map((service) => oldFinding(service, agents, uid)),
          ...twins(agents, launchctl),
        ],
        unseen: judged.flatMap(({ unseen }) => unseen),
        lookedAt: { uploadAgents: agents.length + broken.length + old.length },
        ...(judged.some(({ notes }) => notes.length > 0)
          ? { note: judged.flatMap(({ notes }) => notes).join('; ') }
          : {}),
      };
    },
  }),
  source,
};

function unseenOfFiles({ label, program, interpreter, watched, folders }: LaunchAgent): string[] {
  const denied = [program, ...(interpreter === undefined ? [] : [interpreter]), ...watched, ...folders]
    .filter(({ state }) => state === 'denied')
    .map(({ path }) => `this user may not look at ${path}, which ${label} names`);
  return [
    ...new Set(denied),
    ...(program.state === 'unknown' ? [`it is not clear which program ${label} runs`] : []),
  ];
}

function unseenOfService(
  service: LaunchdService | undefined,
  logs: readonly UploadLog[] | undefined,
  now: number,
): string[] | undefined {
  if (service === undefined) return ['launchctl was not asked about it'];
  const { loaded, state, runs, exitCode, signal, neverExited, startedAt } = service;
  if (!loaded) return undefined;
  if (state === undefined || !STATES.includes(state))
    return ['what launchctl prints of it is not understood'];
  if (state === 'running') {
    if (startedAt === undefined) return ['since when it has been running is not told'];
    return isLongAndMute(startedAt, logs, now)
      ? [`it has been running for ${span(now - startedAt)}, and no log tells whether it goes on`]
      : undefined;
  }
  const untold = exitCode === undefined && signal === undefined && !neverExited && runs !== 0;
  return untold && !STARTING.includes(state) ? ['how its last run ended is not told'] : undefined;
}

function brokenFinding(file: string): FindingDraft {
  return {
    kind: 'broken-property-list',
    status: 'fail',
    title: `${file} is no property list of an agent`,
    summary: 'Neither launchd nor anybody else can read it: the agent is not loaded at the next login.',
    subject: file,
    evidence: [
      { source: `plutil -convert xml1 ${file}`, observed: 'it cannot be read', expected: 'a property list' },
    ],
    affects: { what: WHAT, state: 'down', cause: 'the property list of the agent cannot be read' },
    remedy: {
      lasting: [
        run(['plutil', '-lint', '--', absolutePath(file)], { why: 'Look at which line of it is wrong.' }),
        byHand(`Write ${file} anew; where Nix writes it, rebuild, and switch to the new configuration.`),
      ],
    },
  };
}

const printed = (uid: number, label: string) => `launchctl print gui/${uid}/${label}`;

function loadFinding(
  agent: LaunchAgent,
  service: LaunchdService | undefined,
  uid: number,
): FindingDraft[] | undefined {
  const { label, file } = agent;
  const source = printed(uid, label);
  if (service?.disabled) {
    const { loaded } = service;
    return [
      {
        kind: 'disabled',
        status: loaded ? 'warn' : 'fail',
        title: `The agent ${label} is disabled`,
        summary: loaded
          ? 'It still runs, and will not be loaded at the next login.'
          : 'launchd does not load it, at no login and not by hand, until it is enabled.',
        subject: label,
        evidence: [
          { source: `launchctl print-disabled gui/${uid}`, observed: 'disabled', expected: 'enabled' },
          ...(loaded ? [] : [{ source, observed: 'no such service', expected: 'a service' }]),
        ],
        ...(loaded ? {} : { affects: { what: WHAT, state: 'down', cause: 'the agent is disabled' } }),
        remedy: loaded
          ? { lasting: [enable(uid, label)] }
          : loading(agent, [enable(uid, label), bootstrap(uid, file)]),
      },
    ];
  }
  if (service === undefined || service.loaded) return undefined;
  return [
    {
      kind: 'not-loaded',
      status: 'fail',
      title: `The agent ${label} is not loaded`,
      summary: 'Its property list is there, and launchd does not know it: nothing watches the folder.',
      subject: label,
      evidence: [
        { source, observed: 'no such service', expected: 'a service' },
        { source: file, observed: 'there' },
      ],
      affects: { what: WHAT, state: 'down', cause: 'the agent is not loaded' },
      remedy: loading(agent, [bootstrap(uid, file)]),
    },
  ];
}

/** It gets the upload back only where there is something to run. */
function loading({ program, interpreter }: LaunchAgent, steps: readonly Step[]): Partial<Remedy> {
  const starts = [program, ...(interpreter === undefined ? [] : [interpreter])].every(
    ({ state }) => state === 'executable',
  );
  return starts ? { now: [...steps] } : { lasting: [...steps] };
}

/** Why it cannot start at all, whatever its last run says. */
function startFinding(
  agent: LaunchAgent,
  service: LaunchdService | undefined,
  uid: number,
): FindingDraft[] | undefined {
  const { label, file, program, interpreter, watched, folders } = agent;
  const last = lastRun(service);
  const finding = (
    about: Pick<FindingDraft, 'kind' | 'title' | 'summary'>,
    cause: string,
    evidence: { source: string; observed: string; expected: string },
    remedy: Partial<Remedy>,
  ): FindingDraft[] => [
    {
      ...about,
      status: 'fail',
      subject: label,
      evidence: [
        evidence,
        ...(last === undefined ? [] : [{ source: printed(uid, label), observed: last.words }]),
      ],
      affects: { what: WHAT, state: 'down', cause },
      remedy,
    },
  ];
  const written = [interpreter, program].find(
    (named) => named?.state === 'missing' || named?.state === 'dangling',
  );
  if (written !== undefined) {
    const isProgram = written === program;
    const how = written.state === 'missing' ? 'missing' : 'a link to nothing';
    return finding(
      {
        kind: isProgram ? 'program-missing' : 'interpreter-missing',
        title: `The agent ${label} cannot start: ${isProgram ? 'its program' : 'the interpreter of its script'} is ${how}`,
        summary: 'It was moved or deleted, or the last switch of the configuration did not write it.',
      },
      `${isProgram ? 'the program of the agent' : 'the interpreter of its script'} is ${how}`,
      {
        source: written.path,
        observed: written.state === 'missing' ? 'no such file' : 'a dangling link',
        expected: 'a program',
      },
      {
        lasting: [
          byHand(
            isProgram
              ? `Write ${written.path} where the configuration declares it, or correct the path in the agent.`
              : `Name an interpreter that is there in the first line of ${program.path}, in place of ${written.path}.`,
          ),
          darwinRebuild(),
          kickstart(uid, label),
        ],
      },
    );
  }
  if (program.state === 'file') {
    const inStore = program.path.startsWith('/nix/store/');
    return finding(
      {
        kind: 'not-executable',
        title: `The agent ${label} cannot start: its program may not be executed`,
        summary: 'The file is there without the permission to execute it.',
      },
      'the program of the agent may not be executed',
      { source: program.path, observed: 'not executable', expected: 'executable' },
      {
        lasting: inStore
          ? [
              byHand('Set executable = true where the configuration writes the program.'),
              darwinRebuild(),
              kickstart(uid, label),
            ]
          : [
              // Behind the mode, chmod of macOS takes `--` for a file.
              run(['chmod', '--', '+x', absolutePath(program.path)], { why: 'Make the program executable.' }),
              byHand('Where Nix writes it, set executable = true there, or the next switch undoes this.'),
              kickstart(uid, label),
            ],
      },
    );
  }
  const absent = watched.find(({ state }) => state === 'missing' || state === 'dangling');
  if (absent !== undefined) {
    const steps = [
      makeFolder(absent.path),
      bootout(uid, label, 'Unload the agent, which watches the folder that is gone.'),
      bootstrap(
        uid,
        file,
        'Load the agent; where launchctl says "5: Input/output error", the old one is still ending: run it again.',
      ),
    ];
    return finding(
      {
        kind: 'watched-folder-missing',
        title: `The folder that the agent ${label} watches is missing`,
        summary:
          'launchd waits for changes of a folder that is not there. One that is made later is seen for sure only after the agent is loaded anew.',
      },
      'the folder that the agent watches is missing',
      { source: absent.path, observed: 'no such folder', expected: 'a folder' },
      absent.state === 'missing' && steps.every(({ kind }) => kind === 'run')
        ? { now: steps }
        : {
            lasting: [
              ...(absent.state === 'dangling'
                ? [byHand(`Remove the link ${absent.path}, which leads to nothing, and make a folder there.`)]
                : steps.slice(0, 1)),
              ...steps.slice(1),
            ],
          },
    );
  }
  const folder = folders.find(({ state }) => state === 'missing' || state === 'dangling');
  if (folder !== undefined && last?.code === 78) {
    const made = makeFolder(folder.path);
    const steps = [made, kickstart(uid, label)];
    return finding(
      {
        kind: 'folder-missing',
        title: `launchd cannot set up the agent ${label}: the folder ${folder.path} is missing`,
        summary: 'It is to write the logs there, or to run the program in it.',
      },
      `the folder ${folder.path}, which the agent needs, is missing`,
      { source: folder.path, observed: 'no such folder', expected: 'a folder' },
      folder.state === 'missing' && made.kind === 'run'
        ? { now: steps }
        : {
            lasting: [
              ...(folder.state === 'dangling'
                ? [byHand(`Remove the link ${folder.path}, which leads to nothing, and make a folder there.`)]
                : [made]),
              kickstart(uid, label),
            ],
          },
    );
  }
  return undefined;
}

function heldFinding({ label }: LaunchAgent, uid: number): FindingDraft {
  return {
    kind: 'held-back',
    status: 'warn',
    title: `launchd holds back the agent ${label}`,
    summary:
      'Something arrived, and launchd has put its start off: it starts only what is asked for by name.',
    subject: label,
    evidence: [{ source: printed(uid, label), observed: 'pended nondemand spawn', expected: 'a start' }],
    affects: { what: WHAT, state: 'degraded', cause: 'launchd holds the agent back' },
    remedy: { now: [kickstart(uid, label, 'Start it by name.')] },
  };
}

interface LastRun {
  readonly code?: number;
  readonly words: string;
}

/** How the last run ended, where that was no success; nothing of one that still runs. */
function lastRun(service: LaunchdService | undefined): LastRun | undefined {
  if (service === undefined || !service.loaded || service.state === 'running') return undefined;
  const { signal, exitCode } = service;
  if (signal !== undefined) return { words: `the last run was ended by a signal (${signal})` };
  if (exitCode === undefined || exitCode === 0) return undefined;
  return { code: exitCode, words: `the last run ended with ${exitCode}${EXIT_WORDS[exitCode] ?? ''}` };
}

const EXIT_WORDS: Readonly<Record<number, string>> = {
  78: ', EX_CONFIG: launchd could not set it up',
  126: ': the program may not be executed',
  127: ': a command was not found',
};

/** Exit status of `hsdoctor immich upload` where another run has the folder. */
const LOCKED = 4;

function runFinding(agent: LaunchAgent, service: LaunchdService | undefined, uid: number): FindingDraft[] {
  const last = lastRun(service);
  if (last === undefined) return service?.held && service.runs === 0 ? [heldFinding(agent, uid)] : [];
  const { label } = agent;
  const isHsdoctor = runsHsdoctor(agent);
  if (isHsdoctor && last.code === LOCKED) return [];
  const failure = isHsdoctor ? HSDOCTOR_ENDINGS[last.code ?? -1] : undefined;
  const { kind, why, lasting } =
    failure === undefined
      ? endingOf(agent, service, last.code)
      : {
          kind: 'failed',
          why: 'hsdoctor deletes nothing that is not proven: what it did not bring to the server is still there.',
          lasting: readLog(agent),
        };
  return [
    {
      kind,
      status: 'fail',
      title:
        failure === undefined
          ? `The agent ${label} crashed: ${last.words}`
          : `The last run of the agent ${label} failed: ${failure}`,
      summary: why,
      subject: label,
      evidence: [{ source: printed(uid, label), observed: last.words, expected: 'exit status 0' }],
      explainedBy: failure === undefined ? [] : [{ check: 'upload-log' }],
      affects: {
        what: WHAT,
        state: failure !== undefined && HSDOCTOR_PARTLY.includes(last.code ?? 0) ? 'degraded' : 'down',
        cause: failure ?? last.words,
      },
      remedy: { lasting: lasting.length === 0 ? [] : [...lasting, kickstart(uid, label)] },
    },
  ];
}

const readLog = ({ standardError }: LaunchAgent): Step[] =>
  standardError === undefined
    ? []
    : [
        run(['tail', '-n', '20', '--', absolutePath(standardError)], {
          why: 'Read in the error log of the agent why, and fix that.',
        }),
      ];

interface Ending {
  readonly kind: string;
  readonly why: string;
  readonly lasting: readonly Step[];
}

function endingOf(agent: LaunchAgent, service: LaunchdService | undefined, code: number | undefined): Ending {
  const { program, environment } = agent;
  const path = absolutePath(program.path);
  switch (code) {
    case undefined:
      if (service?.signal?.includes('CODESIGNING'))
        return {
          kind: 'signature-refused',
          why: 'macOS refused the code signature of the program, or of the interpreter of the script, and ended it.',
          lasting: [byHand(`Install ${program.path} and what it runs anew.`), darwinRebuild()],
        };
      return {
        kind: 'killed',
        why: service?.signal?.startsWith('Killed')
          ? 'Killed: 9 is memory pressure, or somebody who ended it by hand: the run could not clean up, and may have left its lock.'
          : 'Somebody or something ended it in the middle of its work: it may have left its lock.',
        lasting: readLog(agent),
      };
    case 78:
      return {
        kind: 'not-set-up',
        why: 'launchd could not set the program up: a log file that it may not write, an interpreter or working directory that is not there, or a code signature that was refused.',
        lasting: [
          run(['ls', '-l', '--', path], { why: 'Look at the mode and the owner of the program.' }),
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
            { why: 'Read what launchd says it could not set up, and fix that.' },
          ),
        ],
      };
    case 126:
      return {
        kind: 'not-permitted',
        why: 'The program is there, and macOS refused to execute it: a script in a protected folder (Desktop, Documents, Downloads), or a file in quarantine.',
        lasting: [
          run(['ls', '-l@', '--', path], {
            why: 'Look at whether the program is in quarantine: com.apple.quarantine stands below it then.',
          }),
          byHand(
            `Move ${program.path} out of a folder that macOS protects; where it is in quarantine and you know where it comes from, take that from it (xattr -d com.apple.quarantine).`,
          ),
        ],
      };
    case 127:
      return {
        kind: 'command-not-found',
        why: 'Agents know no shell profile: a command that works in Terminal is not on their PATH.',
        lasting: [
          ...readLog(agent),
          byHand(
            `Put the folder of the command into EnvironmentVariables.PATH of the agent (now: ${environment.PATH ?? '/usr/bin:/bin:/usr/sbin:/sbin'}).`,
          ),
          darwinRebuild(),
        ],
      };
    default:
      return {
        kind: 'crashed',
        why: runsHsdoctor(agent)
          ? 'It is no exit status of hsdoctor: what starts it has crashed.'
          : 'The upload script ends with 0 on nearly every failure: another status is a crash of its own.',
        lasting: readLog(agent),
      };
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
  const process = wholeNumber(String(service.pid));
  return [
    {
      kind: 'hangs',
      status: 'fail',
      title: `The agent ${label} has been running for ${span(now - since)} and writes nothing`,
      summary:
        'While it runs, launchd starts no second one: what arrives in the folder is not uploaded. launchd itself never ends it, whatever TimeOut says.',
      subject: label,
      evidence: [
        { source: `ps -p ${service.pid}`, observed: `process ${service.pid} was started`, at: since },
      ],
      since,
      affects: {
        what: WHAT,
        state: 'down',
        cause: `a run has been going on for ${span(now - since)} and writes nothing`,
      },
      remedy: {
        lasting: [
          run(['ps', '-p', process, '-o', 'pid,etime,state,comm'], {
            why: 'Look at what the process is and does.',
          }),
          restartAgent(uid, label, 'End the run that hangs, and begin another.'),
        ],
      },
    },
  ];
}

function oldFinding({ label }: LaunchdService, agents: readonly LaunchAgent[], uid: number): FindingDraft {
  const present = agents.map((agent) => agent.label);
  const isAlone = present.length === 0;
  return {
    kind: 'no-property-list',
    status: 'fail',
    title: `The agent ${label} is loaded, and has no property list`,
    summary: isAlone
      ? 'It runs until the next login, and is gone then.'
      : `It is an old one beside ${present.join(', ')}: both run when a file arrives, and get into each other's way.`,
    subject: label,
    evidence: [
      { source: printed(uid, label), observed: 'loaded', expected: 'only agents with a property list' },
    ],
    remedy: {
      lasting: isAlone
        ? [
            byHand(`Declare the agent ${label} in the configuration, which writes its property list.`),
            darwinRebuild(),
          ]
        : [bootout(uid, label, 'Unload the old one.')],
    },
  };
}

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
    .map((group) => ({
      kind: 'twins',
      status: 'fail' as const,
      title: `${group.map(({ label }) => label).join(' and ')} run the same upload`,
      summary: "Both run when a file arrives, and get into each other's way.",
      subject: group.map(({ label }) => label).join(' '),
      evidence: group.map(({ file, program }) => ({ source: file, observed: `runs ${program.path}` })),
      remedy: {
        lasting: [
          run(['ls', '-l', '--', ...group.map(({ file }) => absolutePath(file))], {
            why: 'Look at which of them the configuration writes: that one is a link into the Nix store.',
          }),
          byHand(
            'Unload the other one by launchctl bootout, and delete its property list; where both are of the configuration, take one of them out of it.',
          ),
        ],
      },
    }));
}
