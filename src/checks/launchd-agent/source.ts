import { unknownIn, wholeText } from '../../facts/config/text.ts';
import type { DeclaredAgent } from '../../facts/config/upload-agents.ts';
import { isKnown } from '../../model/known.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { type FindingDraft, judgeSource, type SourceContext } from '../define.ts';
import { declaredRunsHsdoctor } from '../shared/declared-agent.ts';
import { evidenceAt } from '../shared/evidence-at.ts';
import * as kinds from './kinds.ts';
import { limitsItself } from './own-limit.ts';

export const source = judgeSource({
  needs: ['uploadAgents'],
  evaluate({ uploadAgents }, context) {
    return {
      findings: [
        ...uploadAgents.flatMap((agent) => [
          ...notEnabled(agent, context),
          ...disabled(agent, context),
          ...cannotStart(agent, context),
          ...watchesNothing(agent, context),
          ...timeOut(agent, context),
        ]),
        ...twins(uploadAgents, context),
      ],
      lookedAt: { uploadAgents: uploadAgents.length },
      notChecked: uploadAgents.flatMap(notCheckedOf),
    };
  },
});

function notCheckedOf({
  name,
  enable,
  disabled: isOff,
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
    ...(isOff.state === 'unknown'
      ? [`whether the agent ${name} is disabled is not known: ${isOff.reason}`]
      : []),
    ...(program?.file?.is.state === 'unknown'
      ? [`whether ${from}, which the agent ${name} runs, exists and is executable is not in these files`]
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
    kinds.notEnabled.finding(
      { agent: name, at, where: context },
      { subject: name, evidence: [evidenceAt(at, `${option} without enable`, 'enable = true;')] },
    ),
  ];
}

function disabled({ name, disabled: isOff }: DeclaredAgent, context: SourceContext): FindingDraft[] {
  if (!isKnown(isOff) || !isOff.value) return [];
  return [
    kinds.declaredDisabled.finding(
      { agent: name, at: isOff.at, where: context },
      { subject: name, evidence: [evidenceAt(isOff.at, 'Disabled = true', 'an agent that is loaded')] },
    ),
  ];
}

/** What launchd leaves as it is written: a home that only a shell knows. */
const UNEXPANDED = /^(?:~|\$HOME\b|\$\{HOME\}|\$\{?USER\b)/;

function cannotStart({ name, manager, program }: DeclaredAgent, context: SourceContext): FindingDraft[] {
  if (program === undefined) return [];
  const { word, through, file } = program;
  if (through === 'launchd' && UNEXPANDED.test(wholeText(word) ?? ''))
    return [
      kinds.unexpandedProgram.finding(
        { agent: name, path: word.text, manager, at: word.at, where: context },
        { subject: name, evidence: [evidenceAt(word.at, word.text, 'an absolute path')] },
      ),
    ];
  if (file === undefined || !isKnown(file.is)) return [];
  const { value: is, at } = file.is;
  if (is === 'missing')
    return [
      kinds.noSuchProgram.finding(
        { agent: name, path: file.from, at, where: context },
        {
          subject: name,
          evidence: [evidenceAt(at, file.from, 'a file in this folder'), ...ranBy(program)],
        },
      ),
    ];
  if (is !== 'file' || through === 'interpreter') return [];
  const isInTree = /^[^"{}]*\.\w+$|^[^".]+$/.test(file.from) && !file.from.startsWith('pkgs.');
  return [
    kinds.writtenNotExecutable.finding(
      { agent: name, path: file.from, isInTree, at, where: context },
      {
        subject: name,
        evidence: [evidenceAt(at, `${file.from}, not executable`, 'executable = true;'), ...ranBy(program)],
      },
    ),
  ];
}

const ranBy = ({ word }: NonNullable<DeclaredAgent['program']>) =>
  word.at === undefined ? [] : [evidenceAt(word.at, `the agent runs ${word.text}`)];

function watchesNothing(agent: DeclaredAgent, context: SourceContext): FindingDraft[] {
  const { name, at, manager, watched, queued, starts, arguments: words, scripts } = agent;
  const wrong = [
    ...watched.items
      .filter(({ parts: [first] }) => typeof first === 'string' && !/^\.?\//.test(first))
      .map((text) => ({ text, key: 'WatchPaths' })),
    ...queued.items
      .filter((text) => /^\$/.test(wholeText(text) ?? ''))
      .map((text) => ({ text, key: 'QueueDirectories' })),
  ];
  if (wrong.length > 0)
    return wrong.map(({ text: { text, at: place }, key }) =>
      kinds.unexpandedFolder.finding(
        {
          agent: name,
          path: text,
          manager,
          isRefused: key === 'WatchPaths',
          at: place,
          where: context,
        },
        { subject: name, evidence: [evidenceAt(place, `${key} = [ "${text}" ]`, 'an absolute path')] },
      ),
    );
  const known = [watched, queued, starts].every(({ rest }) => rest === undefined);
  if (
    !known ||
    words.length + scripts.length === 0 ||
    watched.items.length + queued.items.length + starts.items.length > 0
  )
    return [];
  return [
    kinds.nothingStarts.finding(
      { agent: name, at, where: context },
      {
        subject: name,
        evidence: [evidenceAt(at, `${agent.option} without WatchPaths`, 'WatchPaths = [ "/Users/NAME/…" ];')],
      },
    ),
  ];
}

function timeOut(agent: DeclaredAgent, context: SourceContext): FindingDraft[] {
  const { name, timeOut: limit, scripts } = agent;
  if (
    limit.state !== 'known' ||
    declaredRunsHsdoctor(agent) ||
    scripts.some(({ text }) => limitsItself(text))
  )
    return [];
  const { text, at } = limit.value;
  return [
    kinds.timeOut.finding(
      { agent: name, limit: text, at, where: context },
      { subject: name, evidence: [evidenceAt(at, `TimeOut = ${text}`, 'a limit in the program itself')] },
    ),
  ];
}

/** Agents of one label, and agents that run the same command on the same folder. */
function twins(agents: readonly DeclaredAgent[], context: SourceContext): FindingDraft[] {
  const keyed = agents.flatMap((agent) => {
    const { watched, arguments: words } = agent;
    const label = wholeText(agent.label);
    const line = [...words, ...watched.items];
    const same = words.length > 0 && line.every((text) => unknownIn(text) === undefined);
    return [
      ...(label === undefined ? [] : [{ key: `label\0${label}`, agent }]),
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
      return (isLabel ? kinds.sameLabel : kinds.declaredTwins).finding(
        { agent: names, at: place(second), where: context },
        {
          subject: names,
          evidence: [
            evidenceAt(
              place(second),
              second?.option ?? '',
              isLabel ? 'a label of its own' : 'one agent for each folder',
            ),
            evidenceAt(place(first), first?.option ?? ''),
          ],
        },
      );
    });
}
