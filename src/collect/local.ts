import { hostname } from 'node:os';
import { collectThroughShell, type ExplainFailure, lastLine } from './shell.ts';
import { collectThroughSudo } from './sudo.ts';
import type { Target } from './target.ts';

export const localTarget: Target = {
  name: hostname(),
  kind: 'local',
  collect(probes, options) {
    const explain = explanation(options.sudo);
    if (!options.sudo) return collectThroughShell(['sh', '-s'], probes, options, explain);
    return collectThroughSudo('this machine', options, explain, (command, explainFailure, password) =>
      collectThroughShell(command, probes, options, explainFailure, password),
    );
  },
};

const explanation =
  (sudo: boolean): ExplainFailure =>
  (code, stderr, silentSeconds) => {
    const last = lastLine(stderr);
    const because = last === '' ? '' : ` (${last})`;
    if (silentSeconds !== undefined)
      return `the shell did not answer within ${silentSeconds} s: check that \`sh -c true\` ends here`;
    if (sudo) return explainSudo(code, last);
    return `sh could not be started: check that \`sh -c true\` succeeds here${code === undefined ? because : ` (exit status ${code}${last === '' ? '' : `: ${last}`})`}`;
  };

function explainSudo(code: number | undefined, last: string): string {
  if (code === undefined && /\bENOENT\b/.test(last))
    return 'sudo is not installed here, or not on the PATH: check as root, without --sudo';
  if (/password|terminal/.test(last))
    return `sudo needs a password here: run this on a terminal, or run \`sudo -v\` first (${last})`;
  return `sudo failed here: run \`sudo true\` to see why, or check as root, without --sudo (${last})`;
}
