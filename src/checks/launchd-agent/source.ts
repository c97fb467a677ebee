import type { DeclaredAgent } from '../../facts/config/upload-agents.ts';
import { isKnown } from '../../model/known.ts';
import type { Step } from '../../model/remedy.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { path } from '../../remedy/words.ts';
import { type FindingDraft, judgeSource, type SourceContext } from '../define.ts';
import { switchTo } from '../shared/agent-steps.ts';
import { declaredRunsHsdoctor } from '../shared/declared-agent.ts';
import { stands, within } from '../shared/stands.ts';
import { placeIn } from '../shared/steps.ts';

/** What ends a command that hangs, in a script: launchd does not. */
const OWN_LIMIT =
  /(?:^|[\s;&|({/])g?timeout\s+(?:-\S+\s+)*[\d"$]|--max-time|watchdog|\bkill\b.*\$!|\bulimit\s+-t\b/m;

export const source = judgeSource({
  needs: ['uploadAgents'],
  evaluate({ uploadAgents }, context) {
    return {
      findings: [
        ...uploadAgents.flatMap((agent) => [
          ...notEnabled(agent, context),
          ...cannotStart(agent, context),
          ...watchesNothing(agent, context),
          ...timeOut(agent, context),
        ]),
        ...twins(uploadAgents, context),
      ],
      lookedAt: { uploadAgents: uploadAgents.length },
      unseen: uploadAgents.flatMap(unseenOf),
    };
  },
});

function unseenOf({
  name,
  enable,
  program,
  watched,
  starts,
  timeOut: limit,
  arguments: words,
  scripts,
}: DeclaredAgent): string[] {
  const from = program?.file?.from ?? '';
  return [
    ...(words.length + scripts.length === 0 ? [`what the agent ${name} runs is not in these files`] : []),
    ...(enable.state === 'unknown'
      ? [`whether the agent ${name} is enabled is not known: ${enable.reason}`]
      : []),
    ...(program?.file?.is.state === 'unknown'
      ? [
          `whether ${from}, which the agent ${name} runs, is there and may be executed is not told by these files`,
        ]
      : []),
    ...(watched.rest === undefined
      ? []
      : [`what the agent ${name} watches is not known: ${watched.rest.reason}`]),
    ...(starts.rest !== undefined && starts.items.length + watched.items.length === 0
      ? [`what starts the agent ${name} is not known: ${starts.rest.reason}`]
      : []),
    ...(limit.state === 'unknown'
      ? [`whether the agent ${name} has a TimeOut is not known: ${limit.reason}`]
      : []),
  ];
}

function notEnabled(
  { name, option, enable, at, arguments: words }: DeclaredAgent,
  context: SourceContext,
): FindingDraft[] {
  // What sets only a part of an agent adds to one that is made elsewhere.
  if (enable.state !== 'unset' || words.length === 0) return [];
  return [
    finding(context, {
      kind: 'not-enabled',
      name,
      title: `The agent ${name} is declared, and nothing enables it`,
      summary:
        'home-manager writes the property list only of agents that are enabled: this one will never run.',
      evidence: [stands(at, `${option} without enable`, 'enable = true;')],
      steps: [['Add enable = true; beside its config.', at]],
    }),
  ];
}

/** What launchd leaves as it is written: a home that only a shell knows. */
const UNEXPANDED = /^(?:~|\$HOME\b|\$\{HOME\}|\$\{?USER\b)/;

function cannotStart({ name, program }: DeclaredAgent, context: SourceContext): FindingDraft[] {
  if (program === undefined) return [];
  const { word, through, file } = program;
  if (word.whole && through === 'launchd' && UNEXPANDED.test(word.text))
    return [
      finding(context, {
        kind: 'unexpanded-path',
        name,
        title: `The agent ${name} cannot start: launchd does not know the path ${word.text}`,
        summary: 'launchd expands no ~ and no variable: to it this is the name of a folder.',
        evidence: [stands(word.at, word.text, 'an absolute path')],
        steps: [[`Write the home out: "\${config.home.homeDirectory}/…", or "/Users/NAME/…".`, word.at]],
      }),
    ];
  if (file === undefined || !isKnown(file.is)) return [];
  const { value: is, at } = file.is;
  if (is === 'missing')
    return [
      finding(context, {
        kind: 'program-missing',
        name,
        title: `The agent ${name} cannot start: its program ${file.from} is not in the configuration`,
        summary: 'The path leads to no file of this folder, so the next switch ends with an error.',
        evidence: [stands(at, file.from, 'a file in this folder'), ...ranBy(program)],
        steps: [
          ['Write the file, or the right path; git has to know the file, or a flake does not have it.', at],
        ],
      }),
    ];
  if (is !== 'file' || through === 'interpreter') return [];
  const inTree = /^[^"{}]*\.\w+$|^[^".]+$/.test(file.from) && !file.from.startsWith('pkgs.');
  return [
    finding(context, {
      kind: 'not-executable',
      name,
      title: `The agent ${name} cannot start: its program ${file.from} may not be executed`,
      summary: 'It is written without the permission to execute it, and launchd then ends with 126 (or 78).',
      evidence: [stands(at, `${file.from}, not executable`, 'executable = true;'), ...ranBy(program)],
      steps: inTree
        ? [
            run(['chmod', '--', '+x', path(within(context.folder, file.from))], {
              where: 'here',
              why: 'Make the file executable, and let git know.',
            }),
          ]
        : [['Say executable = true; there.', at]],
    }),
  ];
}

const ranBy = ({ word }: NonNullable<DeclaredAgent['program']>) =>
  word.at === undefined ? [] : [stands(word.at, `the agent runs ${word.text}`)];

function watchesNothing(agent: DeclaredAgent, context: SourceContext): FindingDraft[] {
  const { name, at, manager, watched, queued, starts, arguments: words, scripts } = agent;
  const wrong = [
    ...watched.items
      .filter(({ parts: [first] }) => typeof first === 'string' && !/^\.?\//.test(first))
      .map((text) => ({ text, key: 'WatchPaths' })),
    ...queued.items
      .filter(({ whole, text }) => whole && /^\$/.test(text))
      .map((text) => ({ text, key: 'QueueDirectories' })),
  ];
  if (wrong.length > 0)
    return wrong.map(({ text: { text, at: place }, key }) =>
      finding(context, {
        kind: 'unexpanded-path',
        name,
        title: `The agent ${name} watches ${text}, which launchd does not expand`,
        summary:
          key === 'WatchPaths'
            ? `It is no absolute path: ${manager} refuses it, and launchd would watch a folder of that very name.`
            : 'launchd expands no variable: it would look into a folder of that very name.',
        evidence: [stands(place, `${key} = [ "${text}" ]`, 'an absolute path')],
        steps: [[`Write the home out: "\${config.home.homeDirectory}/…", or "/Users/NAME/…".`, place]],
      }),
    );
  const known = [watched, queued, starts].every(({ rest }) => rest === undefined);
  if (
    !known ||
    words.length + scripts.length === 0 ||
    watched.items.length + queued.items.length + starts.items.length > 0
  )
    return [];
  return [
    finding(context, {
      kind: 'nothing-starts',
      name,
      title: `Nothing ever starts the agent ${name}`,
      summary: 'It watches no folder (WatchPaths), has no time (StartInterval), and does not run at a login.',
      evidence: [stands(at, `${agent.option} without WatchPaths`, 'WatchPaths = [ "/Users/NAME/…" ];')],
      steps: [['Let it watch the folder of the photos: WatchPaths.', at]],
    }),
  ];
}

function timeOut(agent: DeclaredAgent, context: SourceContext): FindingDraft[] {
  const { name, timeOut: limit, scripts } = agent;
  if (
    limit.state !== 'known' ||
    declaredRunsHsdoctor(agent) ||
    scripts.some(({ text }) => OWN_LIMIT.test(text))
  )
    return [];
  const { text, at } = limit.value;
  return [
    {
      ...finding(context, {
        kind: 'time-out',
        name,
        title: `TimeOut = ${text} does not limit a run of the agent ${name}`,
        summary:
          'launchd does not implement TimeOut: an upload that hangs hangs for ever, and while it runs nothing else is uploaded.',
        evidence: [stands(at, `TimeOut = ${text}`, 'a limit in the program itself')],
        steps: [
          [
            'Take it out. hsdoctor immich upload has limits of its own; a script needs one, such as timeout of coreutils before the uploader.',
            at,
          ],
        ],
      }),
      status: 'warn',
    },
  ];
}

/** Agents of one label, and agents that run the same command on the same folder. */
function twins(agents: readonly DeclaredAgent[], context: SourceContext): FindingDraft[] {
  const keyed = agents.flatMap((agent) => {
    const { watched, arguments: words, label } = agent;
    const line = [...words, ...watched.items];
    const same = words.length > 0 && line.every(({ whole }) => whole);
    return [
      ...(label.state === 'known' && label.value.whole ? [{ key: `label\0${label.value.text}`, agent }] : []),
      ...(same ? [{ key: ['run', ...line.map(({ text }) => text)].join('\0'), agent }] : []),
    ];
  });
  return [...Map.groupBy(keyed, ({ key }) => key)]
    .filter(([, group]) => group.length > 1)
    .map(([key, group]) => {
      const [first, second] = group.map(({ agent }) => agent);
      const names = group.map(({ agent }) => agent.name).join(' and ');
      const isLabel = key.startsWith('label');
      const place = (agent: DeclaredAgent | undefined): SourceLocation | undefined =>
        isLabel && agent?.label.state === 'known' ? (agent.label.value.at ?? agent.at) : agent?.at;
      return finding(context, {
        kind: isLabel ? 'same-label' : 'twins',
        name: names,
        title: isLabel
          ? `The agents ${names} have one and the same label`
          : `The agents ${names} run the same upload`,
        summary: isLabel
          ? 'Their property lists have the same name: only one of them is written, and launchd knows only one.'
          : "Both run when a file arrives, and get into each other's way.",
        evidence: [
          stands(
            place(second),
            second?.option ?? '',
            isLabel ? 'a label of its own' : 'one agent for a folder',
          ),
          stands(place(first), first?.option ?? ''),
        ],
        steps: [[isLabel ? 'Give one of them another label.' : 'Take one of them out.', place(second)]],
      });
    });
}

function finding(
  { system, folder }: SourceContext,
  {
    name,
    steps,
    ...about
  }: Pick<FindingDraft, 'kind' | 'title' | 'summary' | 'evidence'> & {
    readonly name: string;
    readonly steps: readonly (Step | readonly [string, SourceLocation | undefined])[];
  },
): FindingDraft {
  return {
    ...about,
    status: 'fail',
    subject: name,
    remedy: {
      lasting: [
        ...steps.map((step) => ('kind' in step ? step : byHand(step[0], placeIn(folder, step[1])))),
        switchTo(system),
      ],
    },
  };
}
