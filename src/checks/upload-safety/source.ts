import type { DeclaredScript } from '../../facts/config/script.ts';
import { wholeText } from '../../facts/config/text.ts';
import type { DeclaredAgent } from '../../facts/config/upload-agents.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { quote } from '../../text/shell.ts';
import { type FindingDraft, judgeSource, type SourceContext } from '../define.ts';
import { evidenceAt } from '../shared/evidence-at.ts';
import { placeIn } from '../shared/steps.ts';
import {
  byKind,
  type Danger,
  dangerOfOption,
  dangersOf,
  isDeleteVariable,
  notCheckedIn,
  noUploaderIn,
} from '../shared/upload-dangers.ts';
import { judgeUploadScript } from '../shared/upload-script.ts';
import { kinds } from './kinds.ts';

export const source = judgeSource({
  needs: ['uploadAgents'],
  evaluate({ uploadAgents }, context) {
    const judged = uploadAgents.map((agent) => {
      const scripts = [...agent.scripts, ...ownLine(agent)].map((script) => ({
        script,
        read: judgeUploadScript(script.text, {
          arguments: argumentsOf(agent),
          watched: agent.watched.items.map(({ text }) => text),
        }),
      }));
      const uploads = scripts.some(({ read }) => read.cli.length > 0);
      const isKnown = uploads || scripts.some(({ read }) => read.callsHsdoctor);
      return { agent, scripts, uploads, isKnown };
    });
    const findings = judged.flatMap(({ agent, scripts, uploads }) => [
      ...scripts.flatMap(({ script, read }) =>
        troubleOf(
          placed(dangersOf(read, uploads), script, agent),
          script.isFile ? script.name : agent.name,
          agent,
          context,
        ),
      ),
      ...(uploads ? environmentTrouble(agent, context) : []),
    ]);
    return {
      // Agents that share a script share its faults.
      findings: [...new Map(findings.map((each) => [JSON.stringify(each.evidence), each])).values()],
      lookedAt: {
        uploadScripts: judged.filter(({ isKnown }) => isKnown).length,
        uploadAgents: uploadAgents.length,
      },
      notChecked: judged.flatMap(({ agent, scripts, uploads, isKnown }) =>
        isKnown
          ? [
              ...scripts.flatMap(({ script, read }) =>
                notCheckedIn(script.name, { ...read, callsHsdoctor: true }, uploads),
              ),
              ...(uploads && agent.environment.rest !== undefined
                ? [`which variables ${agent.name} has is not known: ${agent.environment.rest.reason}`]
                : []),
            ]
          : [notCheckedOf(agent, agent.scripts)],
      ),
    };
  },
});

/** What a script is called with, where all words of its agent are known. */
function argumentsOf({ program, arguments: words }: DeclaredAgent): readonly string[] | undefined {
  const at = words.findIndex(({ text }) => text === program?.word.text);
  const texts = words.map((word) => wholeText(word));
  return at < 0 || texts.slice(at + 1).includes(undefined)
    ? undefined
    : texts.slice(at + 1).map((text) => text ?? '');
}

function notCheckedOf({ name, program }: DeclaredAgent, scripts: readonly DeclaredScript[]): string {
  const [file] = scripts.filter(({ isFile }) => isFile);
  if (file !== undefined) return noUploaderIn(file.name);
  if (scripts.length > 0) return noUploaderIn(`what the agent ${name} runs`);
  return `what the agent ${name} runs${program === undefined ? '' : ` (${program.word.text})`} is not in these files`;
}

/** The agent's own program, where it is no script that is read here: its arguments as one line. */
function ownLine({ option, program, arguments: words, scripts }: DeclaredAgent): readonly DeclaredScript[] {
  if (program === undefined || program.through !== 'launchd' || scripts.length > 0) return [];
  const text = words.map((word) => (PLAIN.test(word.text) ? word.text : quote(word.text))).join(' ');
  // As a flake names its program, and as node is given it.
  const called = text.replace(/^(?:\S*\/node )?\S*hsdoctor\S*(?= immich upload\b)/, 'hsdoctor');
  return [{ name: option, text: called, places: [], isFile: false }];
}

const PLAIN = /^[\w@%+=:,./${}~-]+$/;

interface Placed extends Omit<Danger, 'line'> {
  readonly at: SourceLocation | undefined;
}

/** Where dangers stand: in a script at the line, else at the word. */
const placed = (
  dangers: readonly Danger[],
  { places }: DeclaredScript,
  { arguments: words }: DeclaredAgent,
): readonly Placed[] =>
  dangers.map(({ line, ...danger }) => ({
    ...danger,
    at:
      places.length > 0
        ? places[(line ?? 0) - 1]
        : (words.find(({ text }) => text.includes(danger.observed)) ?? words[0])?.at,
  }));

function environmentTrouble(agent: DeclaredAgent, context: SourceContext): FindingDraft[] {
  const dangers = agent.environment.items
    .filter(({ key }) => isDeleteVariable(key))
    .map(({ key, at }) => ({ ...dangerOfOption(undefined, key), at }));
  return troubleOf(dangers, agent.name, agent, context);
}

function troubleOf(
  dangers: readonly Placed[],
  script: string,
  { name, watched }: DeclaredAgent,
  { folder, system }: SourceContext,
): FindingDraft[] {
  return byKind(dangers).map(([first, ...others]) =>
    kinds[first.kind].finding(
      {
        agent: name,
        danger: { ...first, at: placeIn(folder, first.at) },
        watched: wholeText(watched.items[0]),
        system,
      },
      {
        status: first.status,
        subject: script,
        evidence: [first, ...others].map(({ at, observed }) => evidenceAt(at, observed)),
      },
    ),
  );
}
