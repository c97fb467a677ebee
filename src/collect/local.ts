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
    if (silentSeconds !== undefined) return `the shell did not answer within ${silentSeconds} s`;
    return sudo
      ? `sudo needs a password here (${lastLine(stderr)}): run this on a terminal, or \`sudo -v\` first`
      : code === undefined
        ? `sh could not be started: ${lastLine(stderr)}`
        : `sh exited with status ${code}: ${lastLine(stderr)}`;
  };
