import process from 'node:process';
import type { Progress } from '../model/progress.ts';
import type { CheckedTarget } from '../model/report.ts';
import { visible } from '../text/visible.ts';
import { type LiveLine, showLines } from './live.ts';

/** A run that is over by then is not worth a moving line. */
const PATIENCE_MS = 250;

/** For a terminal a line for each target that lives until the report comes; else a line for each of several when it is done. */
export function progress(color: boolean): Progress {
  return process.stderr.isTTY && process.env.TERM !== 'dumb' ? liveProgress(color) : plainProgress();
}

function plainProgress(): Progress {
  let several = false;
  return {
    started(targets) {
      several = targets.length > 1;
    },
    read() {},
    checked(report) {
      if (several) process.stderr.write(`${visible(report.name)}: ${outcome(report)}\n`);
    },
    aside: (work) => work(),
    async end() {},
  };
}

interface TargetLine extends LiveLine {
  readonly name: string;
  readonly waiting: Set<string>;
  readonly since: number;
  result?: string;
  settle: () => void;
}

function liveProgress(color: boolean): Progress {
  const lines = new Map<string, TargetLine>();
  let sources = 0;
  let timer: NodeJS.Timeout | undefined;
  let hide = async () => {};
  let isOver = false;
  const show = () => {
    if (isOver) return;
    const hidden = Promise.withResolvers<void>();
    const shown = showLines([...lines.values()], color, hidden.promise);
    const clock = setInterval(() => {
      for (const line of lines.values()) line.show();
    }, 1000);
    hide = async () => {
      clearInterval(clock);
      hidden.resolve();
      await shown;
    };
  };
  return {
    started(targets, probes) {
      sources = probes.length;
      for (const name of targets) {
        const { promise, resolve } = Promise.withResolvers<void>();
        const waiting = new Set(probes.map(({ id }) => id));
        lines.set(name, {
          name: visible(name),
          waiting,
          since: performance.now(),
          settle: resolve,
          settled: promise,
          show: () => {},
          title() {
            return title(this, sources);
          },
        });
      }
      timer = setTimeout(show, PATIENCE_MS);
    },
    read(target, probe) {
      const line = lines.get(target);
      line?.waiting.delete(probe.id);
      line?.show();
    },
    checked(report) {
      const line = lines.get(report.name);
      if (line === undefined) return;
      line.result = outcome(report);
      line.show();
      line.settle();
    },
    async aside(work) {
      clearTimeout(timer);
      await hide();
      try {
        return await work();
      } finally {
        timer = setTimeout(show, PATIENCE_MS);
      }
    },
    async end() {
      isOver = true;
      clearTimeout(timer);
      for (const { settle } of lines.values()) settle();
      await hide();
    },
  };
}

function title(
  { name, waiting, since, result }: Pick<TargetLine, 'name' | 'waiting' | 'since' | 'result'>,
  sources: number,
): string {
  if (result !== undefined) return `${name}: ${result}`;
  const [first, second, ...others] = waiting;
  const named = [first, second].filter((id) => id !== undefined).join(', ');
  const rest = others.length === 0 ? '' : ` and ${others.length} more`;
  const open =
    named === '' ? '' : ` (waiting for ${named}${rest}, ${Math.round((performance.now() - since) / 1000)} s)`;
  return `${name}: ${sources - waiting.size} of ${sources} sources read${open}`;
}

/** In a few words. */
function outcome({ error, results }: CheckedTarget): string {
  if (error !== undefined) return 'nothing could be read';
  const counts = (['fail', 'unknown', 'warn'] as const).flatMap((status) => {
    const count = results.filter((result) => result.status === status).length;
    return count === 0 ? [] : [`${count} ${status}`];
  });
  if (counts.length > 0) return counts.join(', ');
  return results.some(({ status }) => status === 'ok') ? 'no problems found' : 'nothing to check';
}
