import type { LaunchAgent, LaunchAgents } from '../probes/launch-agents.ts';
import type { LaunchdService } from '../probes/launchctl.ts';
import type { UploadLog } from '../probes/upload-logs.ts';
import { quote } from '../text/shell.ts';
import { defineCheck, type FindingDraft } from './define.ts';
import { source } from './launchd-agent/source.ts';
import {
  HSDOCTOR_ENDINGS,
  hungSince,
  isLongAndMute,
  logsOf,
  noAgent,
  runsHsdoctor,
  span,
} from './shared/upload-agent.ts';

const DOCS = 'docs/checks.md#launchd-agent';

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

export const launchdAgent = defineCheck({
  id: 'launchd-agent',
  title: 'The upload agent is loaded and can start, and its last run did not crash',
  why: 'Nothing else uploads the photos of the folder: without the agent they stay on the Mac, and nobody is told.',
  tags: ['mac', 'launchd', 'upload'],
  host: {
    needs: ['launchAgents', 'launchctl'],
    wants: ['uploadLogs'],
    evaluate({ launchAgents, launchctl, uploadLogs }, { now, again }) {
      const { agents, broken, uid } = launchAgents;
      const old = launchctl.filter((service) => service.loaded && isOldLabel(service, launchAgents));
      if (agents.length + broken.length + old.length === 0) return { skip: noAgent(launchAgents) };
      const domain = `gui/${uid}`;
      const judged = agents.map((agent) => {
        const service = launchctl.find(({ label }) => label === agent.label);
        const findings = [
          ...(loadFinding(agent, service, domain) ?? []),
          ...(startFinding(agent, service, domain) ?? runFinding(agent, service, domain, again)),
          ...hangFinding(agent, service, domain, hungSince(service, logsOf(agent, uploadLogs), now), now),
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
          ...old.map((service) => oldFinding(service, agents, domain)),
          ...twins(agents, launchctl, domain),
        ],
        unseen: judged.flatMap(({ unseen }) => unseen),
        ...(judged.some(({ notes }) => notes.length > 0)
          ? { note: judged.flatMap(({ notes }) => notes).join('; ') }
          : {}),
      };
    },
  },
  source,
});

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

const bootstrap = ({ file }: LaunchAgent, domain: string) => `launchctl bootstrap ${domain} ${quote(file)}`;
const reload = (agent: LaunchAgent, domain: string) => [
  `launchctl bootout ${domain}/${quote(agent.label)}`,
  bootstrap(agent, domain),
];
const run = ({ label }: { label: string }, domain: string, options = '') =>
  `launchctl kickstart ${options}${domain}/${quote(label)}`;
const REBUILD = 'sudo darwin-rebuild switch';

function brokenFinding(file: string): FindingDraft {
  return {
    status: 'fail',
    title: `${file} is no property list of an agent`,
    summary: 'Neither launchd nor anybody else can read it: the agent is not loaded at the next login.',
    subject: file,
    evidence: [
      { source: `plutil -convert xml1 ${file}`, observed: 'it cannot be read', expected: 'a property list' },
    ],
    fix: {
      summary: 'See where it breaks; where Nix wrote it, write it anew.',
      commands: [`plutil -lint ${quote(file)}`, REBUILD],
      docs: DOCS,
    },
  };
}

function loadFinding(
  agent: LaunchAgent,
  service: LaunchdService | undefined,
  domain: string,
): FindingDraft[] | undefined {
  const { label } = agent;
  const source = `launchctl print ${domain}/${label}`;
  if (service?.disabled) {
    const loaded = service.loaded;
    return [
      {
        status: loaded ? 'warn' : 'fail',
        title: `The agent ${label} is disabled`,
        summary: loaded
          ? 'It still runs, and will not be loaded at the next login.'
          : 'launchd does not load it, at no login and not by hand, until it is enabled.',
        subject: label,
        evidence: [
          { source: `launchctl print-disabled ${domain}`, observed: 'disabled', expected: 'enabled' },
          ...(loaded ? [] : [{ source, observed: 'no such service', expected: 'a service' }]),
        ],
        fix: {
          summary: loaded ? 'Enable it.' : 'Enable it, and load it.',
          commands: [
            `launchctl enable ${domain}/${quote(label)}`,
            ...(loaded ? [] : [bootstrap(agent, domain)]),
          ],
          docs: DOCS,
        },
      },
    ];
  }
  if (service === undefined || service.loaded) return undefined;
  return [
    {
      status: 'fail',
      title: `The agent ${label} is not loaded`,
      summary: 'Its property list is there, and launchd does not know it: nothing watches the folder.',
      subject: label,
      evidence: [
        { source, observed: 'no such service', expected: 'a service' },
        { source: agent.file, observed: 'there' },
      ],
      fix: {
        summary:
          'Load it. Where it says "5: Input/output error", an old one is still ending: try again after some seconds.',
        commands: [bootstrap(agent, domain)],
        docs: DOCS,
      },
    },
  ];
}

/** Why it cannot start at all, whatever its last run says. */
function startFinding(
  agent: LaunchAgent,
  service: LaunchdService | undefined,
  domain: string,
): FindingDraft[] | undefined {
  const { label, program, interpreter, watched, folders } = agent;
  const last = lastRun(service);
  const finding = (
    title: string,
    summary: string,
    evidence: { source: string; observed: string; expected: string },
    mend: { summary: string; commands: string[] },
  ): FindingDraft[] => [
    {
      status: 'fail',
      title,
      summary,
      subject: label,
      evidence: [
        evidence,
        ...(last === undefined ? [] : [{ source: lastSource(label, domain), observed: last.words }]),
      ],
      fix: { ...mend, docs: DOCS },
    },
  ];
  const inStore = program.path.startsWith('/nix/store/');
  const written = [interpreter, program].find(
    (file) => file?.state === 'missing' || file?.state === 'dangling',
  );
  if (written !== undefined) {
    const what = written === program ? 'its program' : 'the interpreter of its script';
    return finding(
      `The agent ${label} cannot start: ${what} is ${written.state === 'missing' ? 'missing' : 'a link to nothing'}`,
      'It was moved or deleted, or the last switch of the configuration did not write it.',
      {
        source: written.path,
        observed: written.state === 'missing' ? 'no such file' : 'a dangling link',
        expected: 'a program',
      },
      {
        summary: 'Write it anew where Nix manages it, and run the agent.',
        commands: [`ls -l ${quote(written.path)}`, REBUILD, run(agent, domain)],
      },
    );
  }
  if (program.state === 'file') {
    return finding(
      `The agent ${label} cannot start: its program may not be executed`,
      'The file is there without the permission to execute it.',
      { source: program.path, observed: 'not executable', expected: 'executable' },
      {
        summary: 'Make it executable, and run the agent.',
        commands: [inStore ? REBUILD : `chmod +x ${quote(program.path)}`, run(agent, domain)],
      },
    );
  }
  const absent = watched.find(({ state }) => state === 'missing' || state === 'dangling');
  if (absent !== undefined) {
    return finding(
      `The folder that the agent ${label} watches is missing`,
      'launchd waits for changes of a folder that is not there. One that is made later is seen for sure only after the agent is loaded anew.',
      { source: absent.path, observed: 'no such folder', expected: 'a folder' },
      {
        summary: 'Make it, and load the agent anew.',
        commands: [`mkdir -p ${quote(absent.path)}`, ...reload(agent, domain)],
      },
    );
  }
  const folder = folders.find(({ state }) => state === 'missing' || state === 'dangling');
  if (folder !== undefined && last?.code === 78) {
    return finding(
      `launchd cannot set up the agent ${label}: the folder ${folder.path} is missing`,
      'It is to write the logs there, or to run the program in it.',
      { source: folder.path, observed: 'no such folder', expected: 'a folder' },
      {
        summary: 'Make it, and run the agent.',
        commands: [`mkdir -p ${quote(folder.path)}`, run(agent, domain)],
      },
    );
  }
  return undefined;
}

function heldFinding(agent: LaunchAgent, domain: string): FindingDraft {
  return {
    status: 'warn',
    title: `launchd holds back the agent ${agent.label}`,
    summary:
      'Something arrived, and launchd has put its start off: it starts only what is asked for by name.',
    subject: agent.label,
    evidence: [
      { source: lastSource(agent.label, domain), observed: 'pended nondemand spawn', expected: 'a start' },
    ],
    fix: { summary: 'Start it by name.', commands: [run(agent, domain)], docs: DOCS },
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

const lastSource = (label: string, domain: string) => `launchctl print ${domain}/${label}`;

/** Exit status of `hsdoctor immich upload` where another run has the folder. */
const LOCKED = 4;

function runFinding(
  agent: LaunchAgent,
  service: LaunchdService | undefined,
  domain: string,
  again: string,
): FindingDraft[] {
  const last = lastRun(service);
  if (last === undefined) return service?.held && service.runs === 0 ? [heldFinding(agent, domain)] : [];
  const { label, standardError } = agent;
  if (runsHsdoctor(agent) && last.code === LOCKED) return [];
  const failure = runsHsdoctor(agent) ? HSDOCTOR_ENDINGS[last.code ?? -1] : undefined;
  const readErrors = standardError === undefined ? [] : [`tail -n 20 ${quote(standardError)}`];
  const mend = endings(agent, service, again)[last.code ?? 'signal'] ?? {
    summary: 'Its error log says why; then run it again.',
    commands: readErrors,
  };
  return [
    {
      status: 'fail',
      title:
        failure === undefined
          ? `The agent ${label} crashed: ${last.words}`
          : `The last run of the agent ${label} failed: ${failure}`,
      summary:
        mend.why ??
        (failure === undefined
          ? 'The upload script ends with 0 on nearly every failure: another status is a crash of its own.'
          : 'hsdoctor deletes nothing that is not proven: what it did not bring to the server is still there.'),
      subject: label,
      evidence: [{ source: lastSource(label, domain), observed: last.words, expected: 'exit status 0' }],
      explainedBy: failure === undefined ? [] : [{ check: 'upload-log' }],
      fix: { summary: mend.summary, commands: [...mend.commands, run(agent, domain)], docs: DOCS },
    },
  ];
}

function endings(
  { program, standardError, environment }: LaunchAgent,
  service: LaunchdService | undefined,
  again: string,
): Record<string | number, { why?: string; summary: string; commands: string[] }> {
  const errors = standardError === undefined ? [] : [`tail -n 20 ${quote(standardError)}`];
  return {
    78: {
      why: 'launchd could not set the program up: a log file that it may not write, an interpreter or working directory that is not there, or a code signature that was refused.',
      summary: 'Look at the files that its property list names; launchd says which it was.',
      commands: [
        `ls -l ${quote(program.path)}`,
        `log show --last 1d --predicate 'process == "launchd" AND eventMessage CONTAINS "upload-immich"'`,
      ],
    },
    126: {
      why: 'The program is there, and macOS refused to execute it: a script in a protected folder (Desktop, Documents, Downloads), or a file in quarantine.',
      summary: 'Move the script out of the protected folder, or take the quarantine from it.',
      commands: [`ls -l@ ${quote(program.path)}`, `xattr -d com.apple.quarantine ${quote(program.path)}`],
    },
    127: {
      why: 'Agents know no shell profile: a command that works in Terminal is not on their PATH.',
      summary: `Put the folder of the command into EnvironmentVariables.PATH of the agent (now: ${environment.PATH ?? '/usr/bin:/bin:/usr/sbin:/sbin'}).`,
      commands: errors,
    },
    signal: {
      why: service?.signal?.startsWith('Killed')
        ? 'Killed: 9 is memory pressure, a refused code signature, or somebody who ended it by hand: the run could not clean up, and may have left its lock.'
        : 'Somebody or something ended it in the middle of its work: it may have left its lock.',
      summary: 'See whether the lock is stale, and run it again.',
      commands: [`${again} upload-lock`],
    },
  };
}

function hangFinding(
  agent: LaunchAgent,
  service: LaunchdService | undefined,
  domain: string,
  since: number | undefined,
  now: number,
): FindingDraft[] {
  if (since === undefined || service?.pid === undefined) return [];
  return [
    {
      status: 'fail',
      title: `The agent ${agent.label} has been running for ${span(now - since)} and writes nothing`,
      summary:
        'While it runs, launchd starts no second one: what arrives in the folder is not uploaded. launchd itself never ends it, whatever TimeOut says.',
      subject: agent.label,
      evidence: [
        { source: `ps -p ${service.pid}`, observed: `process ${service.pid} was started`, at: since },
      ],
      fix: {
        summary: 'See what it waits for; then end it and run it again.',
        commands: [`ps -ax -o pid,ppid,etime,state,comm | grep -w ${service.pid}`, run(agent, domain, '-k ')],
        docs: DOCS,
      },
    },
  ];
}

function oldFinding({ label }: LaunchdService, agents: readonly LaunchAgent[], domain: string): FindingDraft {
  const present = agents.map((agent) => agent.label);
  return {
    status: 'fail',
    title: `The agent ${label} is loaded, and has no property list`,
    summary:
      present.length === 0
        ? 'It runs until the next login, and is gone then.'
        : `It is an old one beside ${present.join(', ')}: both run when a file arrives, and get into each other's way.`,
    subject: label,
    evidence: [
      { source: lastSource(label, domain), observed: 'loaded', expected: 'only agents with a property list' },
    ],
    fix: {
      summary: present.length === 0 ? 'Write the property list anew.' : 'Unload the old one.',
      commands: [present.length === 0 ? REBUILD : `launchctl bootout ${domain}/${quote(label)}`],
      docs: DOCS,
    },
  };
}

/** Agents with property lists of their own that run the same program on the same folder. */
function twins(
  agents: readonly LaunchAgent[],
  launchctl: readonly LaunchdService[],
  domain: string,
): FindingDraft[] {
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
      status: 'fail' as const,
      title: `${group.map(({ label }) => label).join(' and ')} run the same upload`,
      summary: "Both run when a file arrives, and get into each other's way.",
      subject: group.map(({ label }) => label).join(' '),
      evidence: group.map(({ file, program }) => ({ source: file, observed: `runs ${program.path}` })),
      fix: {
        summary: 'Unload the one that the configuration no longer names, and delete its property list.',
        commands: [
          `ls -l ${group.map(({ file }) => quote(file)).join(' ')}`,
          `launchctl bootout ${domain}/${quote(group[0]?.label ?? '')}`,
        ],
        docs: DOCS,
      },
    }));
}
