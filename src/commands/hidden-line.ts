import process from 'node:process';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** A line that is typed and not shown; undefined where the terminal or `ended` ends it before. */
export function hiddenLine(prompt: string, ended: AbortSignal): Promise<string | undefined> {
  if (ended.aborted) return Promise.resolve(undefined);
  const nothing = new Writable({ write: (_chunk, _encoding, done) => done() });
  // Before anybody is asked: it keeps the terminal from showing what is typed.
  const lines = createInterface({ input: process.stdin, output: nothing, terminal: true, historySize: 0 });
  process.stderr.write(prompt);
  return new Promise((resolve) => {
    const end = () => lines.close();
    ended.addEventListener('abort', end);
    lines.on('line', (line) => {
      resolve(line);
      lines.close();
    });
    lines.on('SIGINT', () => {
      lines.close();
      process.kill(process.pid, 'SIGINT');
    });
    lines.on('close', () => {
      ended.removeEventListener('abort', end);
      process.stderr.write('\n');
      resolve(undefined);
    });
  });
}
