import process from 'node:process';
import type { UploadProgress } from '../../model/upload-progress.ts';
import { redact } from '../../text/redact.ts';
import { visible } from '../../text/visible.ts';
import { type LiveLine, showLines } from '../live.ts';
import { UploadTally } from './tally.ts';

/** A run that is over by then is not worth a moving line. */
const PATIENCE_MS = 250;
const LIVE_MS = 200;
const PLAIN_MS = 5000;

export interface ShownProgress extends UploadProgress {
  /** Takes away what is shown: after it the terminal is as it was. */
  end(): Promise<void>;
}

/** On a terminal a line that lives until the report comes; else a line every few seconds. All on standard error. */
export function uploadProgress(color: boolean): ShownProgress {
  return process.stderr.isTTY && process.env.TERM !== 'dumb' ? liveProgress(color) : plainProgress();
}

function plainProgress(): ShownProgress {
  const tally = new UploadTally();
  const timer = setInterval(() => process.stderr.write(`${tally.line(performance.now())}\n`), PLAIN_MS);
  timer.unref();
  return {
    ...told(tally),
    note(sentence) {
      process.stderr.write(`hsdoctor: ${visible(redact(sentence))}\n`);
    },
    async end() {
      clearInterval(timer);
    },
  };
}

function liveProgress(color: boolean): ShownProgress {
  const tally = new UploadTally();
  const { promise, resolve } = Promise.withResolvers<void>();
  const line: LiveLine = { title: () => tally.line(performance.now()), settled: promise, show: () => {} };
  let shown: Promise<void> | undefined;
  const patience = setTimeout(() => {
    shown = showLines([line], color);
  }, PATIENCE_MS).unref();
  const timer = setInterval(() => line.show(), LIVE_MS).unref();
  return {
    ...told(tally),
    // The report has them all.
    note() {},
    async end() {
      clearTimeout(patience);
      clearInterval(timer);
      resolve();
      await shown;
    },
  };
}

function told(tally: UploadTally): Omit<ShownProgress, 'note' | 'end'> {
  return {
    found: (files, size) => tally.found(files, size),
    phase: (phase) => tally.phase(phase),
    sent: (size) => tally.sent(size),
    done: (result) => tally.done(result),
  };
}
