import type { LaunchAgent } from '../../facts/host/launch-agents.ts';
import { noAgent, runsHsdoctor } from '../../facts/host/upload-agent.ts';
import type { UploadScript } from '../../model/upload-script.ts';
import { type FindingDraft, judgeHost } from '../define.ts';
import { darwinRebuild } from '../shared/steps.ts';
import { dangersOf } from '../shared/upload-dangers.ts';
import { kinds } from './kinds.ts';
import { saferUpload } from './remedy.ts';

export const host = judgeHost({
  needs: ['uploadScript', 'launchAgents'],
  evaluate({ uploadScript, launchAgents }) {
    const { agents } = launchAgents;
    if (agents.length === 0) return { skip: noAgent(launchAgents) };
    const scripted = agents.filter((agent) => !runsHsdoctor(agent));
    const present = scripted.filter(({ program }) => !['missing', 'dangling'].includes(program.state));
    if (present.length === 0 && scripted.length === agents.length)
      return { skip: 'the upload script does not exist' };
    return {
      lookedAt: {
        uploadScripts: uploadScript.filter(({ readable }) => readable).length,
        uploadAgents: agents.length - scripted.length + present.length,
      },
      findings: uploadScript.flatMap((script) => {
        const [watched] = scripted.find(({ program }) => program.path === script.path)?.watched ?? [];
        return troubleOf(script, watched?.path);
      }),
      notChecked: [
        ...present
          .filter(({ program }) => !uploadScript.some(({ path }) => path === program.path))
          .map(unread),
        ...uploadScript.flatMap(({ path, readable, cli, callsHsdoctor }) => {
          if (!readable) return [`${path} cannot be read`];
          return cli.length > 0 || callsHsdoctor ? [] : [`no line of ${path} is known to call an uploader`];
        }),
      ],
    };
  },
});

const unread = ({ label, program }: LaunchAgent) =>
  program.state === 'unknown'
    ? `which script ${label} runs is not clear`
    : `the script ${program.path} was not read`;

function troubleOf(script: UploadScript, watched: string | undefined): FindingDraft[] {
  const { path } = script;
  const dangers = dangersOf(script);
  const [first] = dangers;
  if (first === undefined) return [];
  const words = [...new Set(dangers.map(({ what }) => what))];
  const steps = saferUpload(
    { kind: first.kind, at: { file: path, line: first.line } },
    watched,
    darwinRebuild(),
  );
  return [
    kinds[first.kind].finding(
      { agent: undefined, what: words, steps },
      {
        status: dangers.some(({ status }) => status === 'fail') ? 'fail' : 'warn',
        subject: path,
        evidence: dangers.map(({ line, observed }) => ({
          source: `${path}:${line}`,
          observed,
          location: { file: path, line },
        })),
      },
    ),
  ];
}
