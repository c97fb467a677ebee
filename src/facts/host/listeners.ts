import { FactUnavailable } from '../../model/fact.ts';
import { defineProbe } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { END, untilEnd } from './ending.ts';

export interface Listener {
  /** `0.0.0.0`, `*` and `::` are all addresses. */
  readonly address: string;
  readonly port: number;
}

export const listeners = defineProbe<readonly Listener[]>({
  id: 'listeners',
  reads: 'ss: TCP ports that something listens on',
  tools: ['ss'],
  script: `ss -ltnH && ${END}`,
  parse: untilEnd((raw) => {
    if (raw.exitCode !== 0)
      throw new FactUnavailable('failed', `ss exited with ${raw.exitCode}: ${raw.stderr.trim()}`);
    const found = lines(raw.stdout).flatMap((line) => {
      const match = /^LISTEN\s+\d+\s+\d+\s+\[?([^\s\]%]+)\]?(?:%\S+)?:(\d+)\s/.exec(line);
      return match === null ? [] : [{ address: match[1] ?? '', port: Number(match[2]) }];
    });
    if (found.length === 0 && raw.stdout.trim() !== '')
      throw new Error('no listener can be read in the list');
    return found;
  }),
});
