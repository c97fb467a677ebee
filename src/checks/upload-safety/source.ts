import type { DeclaredScript } from '../../facts/config/script.ts';
import { wholeText } from '../../facts/config/text.ts';
import type { DeclaredAgent } from '../../facts/config/upload-agents.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { type FindingDraft, judgeSource, type SourceContext } from '../define.ts';
import { declaredRunsHsdoctor } from '../shared/declared-agent.ts';
import { evidenceAt } from '../shared/evidence-at.ts';
import { placeIn } from '../shared/steps.ts';
import { dangerOfOption, dangersOf, isDeleteVariable, notCheckedIn } from '../shared/upload-dangers.ts';
import { judgeUploadScript, type UploadScript } from '../shared/upload-script.ts';
import { kinds } from './kinds.ts';

export const source = judgeSource({
  needs: ['uploadAgents'],
  evaluate({ uploadAgents }, context) {
    const judged = uploadAgents
      .filter((agent) => !declaredRunsHsdoctor(agent))
      .map((agent) => ({ agent, scripts: [...agent.scripts, ...ownLine(agent)] }));
    const findings = judged.flatMap(({ agent, scripts }) => {
      const own = scripts.flatMap((script) =>
        troubleOf(dangersIn(script), script.isFile ? script.name : agent.name, agent, context),
      );
      return [...own, ...(callsUploader(scripts) ? environmentTrouble(agent, context) : [])];
    });
    return {
      // Agents that share a script share its faults.
      findings: [...new Map(findings.map((each) => [JSON.stringify(each.evidence), each])).values()],
      lookedAt: {
        uploadScripts: judged.filter(({ scripts }) => callsUploader(scripts)).length,
        uploadAgents: uploadAgents.length,
      },
      notChecked: judged.flatMap(({ agent, scripts }) =>
        callsUploader(scripts)
          ? scripts.flatMap((script) => {
              const judgedScript = judgeUploadScript(script.text);
              return callsOne(judgedScript) ? notCheckedIn(script.name, judgedScript) : [];
            })
          : [notCheckedOf(agent, scripts)],
      ),
    };
  },
});

const callsOne = ({ cli, callsHsdoctor }: UploadScript) => cli.length > 0 || callsHsdoctor;
const callsUploader = (scripts: readonly DeclaredScript[]) =>
  scripts.some(({ text }) => callsOne(judgeUploadScript(text)));

function notCheckedOf({ name, program }: DeclaredAgent, scripts: readonly DeclaredScript[]): string {
  const [file] = scripts.filter(({ isFile }) => isFile);
  if (file !== undefined) return `no line of ${file.name} is known to call an uploader`;
  if (scripts.length > 0) return `no line of what the agent ${name} runs is known to call an uploader`;
  return `what the agent ${name} runs${program === undefined ? '' : ` (${program.word.text})`} is not in these files`;
}

/** The uploader as the agent's own program: its arguments as one line, each where it stands. */
function ownLine({ option, program, arguments: words }: DeclaredAgent): readonly DeclaredScript[] {
  if (program === undefined || program.through !== 'launchd') return [];
  return [{ name: option, text: words.map(({ text }) => text).join(' '), places: [], isFile: false }].map(
    (script) => ({ ...script, places: [wordAt(script.text, words)] }),
  );
}

function wordAt(text: string, words: DeclaredAgent['arguments']): SourceLocation | undefined {
  const [danger] = dangersOf(judgeUploadScript(text));
  return (
    words.find((word) => danger !== undefined && word.text.includes(danger.observed))?.at ?? words[0]?.at
  );
}

interface Placed extends Omit<ReturnType<typeof dangersOf>[number], 'line'> {
  readonly at: SourceLocation | undefined;
}

const dangersIn = ({ text, places }: DeclaredScript): readonly Placed[] =>
  dangersOf(judgeUploadScript(text)).map(({ line, ...danger }) => ({
    ...danger,
    at: line === undefined ? undefined : places[line - 1],
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
  const [first] = dangers;
  if (first === undefined) return [];
  const words = [...new Set(dangers.map(({ what }) => what))];
  return [
    kinds[first.kind].finding(
      {
        agent: name,
        what: words,
        worst: { ...first, at: placeIn(folder, first.at) },
        watched: wholeText(watched.items[0]),
        system,
      },
      {
        status: dangers.some(({ status }) => status === 'fail') ? 'fail' : 'warn',
        subject: script,
        evidence: dangers.map(({ at, observed }) => evidenceAt(at, observed)),
      },
    ),
  ];
}
