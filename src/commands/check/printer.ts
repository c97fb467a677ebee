import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import process from 'node:process';
import { setImmediate } from 'node:timers/promises';
import type { Report } from '../../model/report.ts';
import { formats } from '../../report/formats.ts';
import type { Presentation } from '../../report/presentation.ts';
import { UNSTYLED } from '../../report/terminal.ts';
import { ioReason } from '../../text/io-error.ts';
import type { Outputs } from './formats.ts';

/** A report that could not be written is none: the statuses of a check are all below. */
const NOT_WRITTEN = 74;

export type Ending = Omit<Presentation, 'color' | 'width'>;

/**
 * Loads what prints the report only when the connections are under way: nothing of it is needed before. What it gives back
 * tells the exit status, where it is not that of the check.
 */
export async function printer({ standardOutput, files, quiet = false }: Outputs, noColor: boolean) {
  await setImmediate();
  const onScreen = await formats[standardOutput]();
  const style =
    standardOutput === 'human' ? (await import('../../report/terminal.ts')).terminalStyle(noColor) : UNSTYLED;
  const inFiles = await Promise.all(
    files.map(async ({ format, path }) => ({ format, path, render: await formats[format]() })),
  );
  return async (report: Report, ending: Ending): Promise<number | undefined> => {
    if (!quiet || ending.exitStatus !== 0) {
      const text = onScreen(report, { ...ending, ...style });
      await write(typeof text === 'string' && standardOutput === 'human' ? withoutCommands(text) : text);
    }
    let failed: number | undefined;
    for (const { format, path, render } of inFiles)
      try {
        await writeFile(path, render(report, { ...ending, ...UNSTYLED }));
      } catch (error) {
        process.stderr.write(
          `hsdoctor: the ${format} report ${path} cannot be written: ${ioReason(error)}\n`,
        );
        failed = NOT_WRITTEN;
      }
    return failed;
  };
}

async function write(text: string | Generator<string>): Promise<void> {
  for (const piece of typeof text === 'string' ? [text] : text)
    if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
}

/** The runner of GitHub obeys lines of its log: what a host tells must not command it. */
function withoutCommands(text: string): string {
  if (process.env.GITHUB_ACTIONS !== 'true') return text;
  const token = randomUUID();
  return `::stop-commands::${token}\n${text}::${token}::\n`;
}
