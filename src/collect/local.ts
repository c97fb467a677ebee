import { hostname } from 'node:os';
import { collectThroughShell, lastLine } from './shell.ts';
import type { Target } from './target.ts';

export const localTarget: Target = {
  name: hostname(),
  kind: 'local',
  collect(probes, options) {
    return collectThroughShell(
      options.sudo ? ['sudo', '-n', 'sh', '-s'] : ['sh', '-s'],
      probes,
      options,
      (code, stderr, silentSeconds) => {
        if (silentSeconds !== undefined) return `the shell did not answer within ${silentSeconds} s`;
        return options.sudo
          ? `sudo needs a password here (${lastLine(stderr)}): run \`sudo -v\` first`
          : code === undefined
            ? `sh could not be started: ${lastLine(stderr)}`
            : `sh exited with status ${code}: ${lastLine(stderr)}`;
      },
    );
  },
};
