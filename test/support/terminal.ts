import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { quote } from '../../src/text/shell.ts';
import { pathOf } from './loopback-host.ts';

/** `script` of other systems takes its command in other ways. */
export const missingTerminal =
  process.platform !== 'linux' ? 'Linux' : pathOf('script') === undefined ? 'script' : '';

export interface Terminal {
  /** Everything that was shown until now. */
  shown(): string;
  /** Waits for a text behind all that was waited for before. */
  until(text: string | RegExp): Promise<void>;
  type(keys: string): void;
  /** @returns the exit status */
  ended(): Promise<number>;
}

/** Runs a program on a pseudo-terminal of 100 columns, by `script` of util-linux. */
export function onTerminal(
  command: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  const words = command.map(quote).join(' ');
  const child = spawn('script', ['-qec', `stty cols 100 rows 40; exec ${words}`, '/dev/null'], {
    env: { TERM: 'xterm', SHELL: '/bin/sh', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close') as Promise<[number | null]>;
  let text = '';
  let seen = 0;
  let changed = () => {};
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    changed();
  });
  child.on('close', () => changed());
  return {
    shown: () => text,
    async until(wanted) {
      for (;;) {
        const rest = text.slice(seen);
        const at = typeof wanted === 'string' ? rest.indexOf(wanted) : rest.search(wanted);
        if (at >= 0) {
          seen += at + (typeof wanted === 'string' ? wanted.length : 1);
          return;
        }
        if (child.exitCode !== null) throw new Error(`it ended without ${wanted}:\n${text}`);
        await new Promise<void>((resolve) => {
          changed = resolve;
        });
      }
    },
    type: (keys) => child.stdin.write(keys),
    async ended() {
      const [status] = await closed;
      return status ?? -1;
    },
  };
}
