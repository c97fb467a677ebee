import type { LaunchAgent } from '../../facts/host/launch-agents.ts';
import { noAgent, runsHsdoctor } from '../../facts/host/upload-agent.ts';
import { type FindingDraft, judgeHost } from '../define.ts';
import { isPlain } from '../shared/agent-steps.ts';
import {
  byKind,
  type Danger,
  dangerOfOption,
  dangersOf,
  isDeleteVariable,
  notCheckedIn,
} from '../shared/upload-dangers.ts';
import { judgeUploadScript } from '../shared/upload-script.ts';
import { kinds } from './kinds.ts';

export const host = judgeHost({
  needs: ['uploadScript', 'launchAgents'],
  wants: ['folderJobs'],
  evaluate({ uploadScript, launchAgents, folderJobs = [] }) {
    const { agents } = launchAgents;
    if (agents.length === 0) return { skip: noAgent(launchAgents) };
    const scripted = agents.filter((agent) => !runsHsdoctor(agent));
    const present = scripted.filter(({ program }) => !['missing', 'dangling'].includes(program.state));
    if (present.length === 0 && scripted.length === agents.length)
      return { skip: 'the upload script does not exist' };
    const judged = uploadScript
      .filter(({ readable }) => readable)
      .map(({ path, text, settings }) => {
        const watched = agents.flatMap((agent) => agent.watched.map((folder) => folder.path));
        return { path, script: judgeUploadScript(text, { settings, watched }) };
      });
    return {
      lookedAt: {
        uploadScripts: judged.length,
        uploadAgents: agents.length - scripted.length + present.length,
      },
      findings: [
        ...judged.flatMap(({ path, script }) => {
          const [watched] = scripted.find(({ program }) => program.path === path)?.watched ?? [];
          return troubleOf(path, dangersOf(script), watched?.path);
        }),
        ...scripted.flatMap((agent) =>
          troubleOf(agent.file, dangersOfEnvironment(agent), agent.watched[0]?.path),
        ),
      ],
      notChecked: [
        ...present
          .filter(({ program }) => !uploadScript.some(({ path }) => path === program.path))
          .map(unread),
        ...uploadScript.flatMap(({ path, readable, isWhole }) => [
          ...(readable ? [] : [`${path} cannot be read`]),
          ...(isWhole ? [] : [`${path} is larger than 256 KiB, and its end was not read`]),
        ]),
        ...judged.flatMap(({ path, script }) => notCheckedIn(path, script)),
        ...folderJobs.map(
          ({ name, file, folder }) =>
            `${name}${file === 'crontab' ? '' : ` (${file})`} may remove files from ${folder}: whether it removes photos before they are uploaded is not known`,
        ),
        ...agents
          .filter((agent) => !isPlain(agent) && dangersOfEnvironment(agent).length === 0)
          .map(({ label }) => `what the arguments of ${label} run beside its program was not read`),
      ],
    };
  },
});

const unread = ({ label, program }: LaunchAgent) =>
  program.state === 'unknown'
    ? `which script ${label} runs is not clear`
    : `the script ${program.path} was not read`;

const dangersOfEnvironment = ({ environment }: LaunchAgent) =>
  Object.keys(environment)
    .filter(isDeleteVariable)
    .map((key) => dangerOfOption(undefined, key));

const placeOf = (file: string, { line }: Danger) => (line === undefined ? { file } : { file, line });

function troubleOf(path: string, dangers: readonly Danger[], watched: string | undefined): FindingDraft[] {
  return byKind(dangers).map(([first, ...others]) =>
    kinds[first.kind].finding(
      { agent: undefined, danger: { ...first, at: placeOf(path, first) }, watched },
      {
        status: first.status,
        subject: path,
        evidence: [first, ...others].map((danger) => ({
          source: danger.line === undefined ? path : `${path}:${danger.line}`,
          observed: danger.observed,
          location: placeOf(path, danger),
        })),
      },
    ),
  );
}
