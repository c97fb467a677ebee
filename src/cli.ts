import { Errors, flush, run } from '@oclif/core';
import AgentInstallCommand from './commands/agent/install.ts';
import AgentLogsCommand from './commands/agent/logs.ts';
import AgentStatusCommand from './commands/agent/status.ts';
import AgentUninstallCommand from './commands/agent/uninstall.ts';
import CheckCommand from './commands/check.ts';
import CollectCommand from './commands/collect.ts';
import CompletionCommand from './commands/completion.ts';
import DemoCommand from './commands/demo.ts';
import ExplainCommand from './commands/explain.ts';
import ImmichHistoryCommand from './commands/immich/history.ts';
import ImmichPingCommand from './commands/immich/ping.ts';
import ImmichUploadCommand from './commands/immich/upload.ts';
import InitCommand from './commands/init.ts';
import ListCommand from './commands/list.ts';
import SelfCheckCommand from './commands/self-check.ts';
import StatusCommand from './commands/status.ts';

export const COMMANDS = {
  'agent:install': AgentInstallCommand,
  'agent:logs': AgentLogsCommand,
  'agent:status': AgentStatusCommand,
  'agent:uninstall': AgentUninstallCommand,
  check: CheckCommand,
  collect: CollectCommand,
  completion: CompletionCommand,
  demo: DemoCommand,
  explain: ExplainCommand,
  'immich:history': ImmichHistoryCommand,
  'immich:ping': ImmichPingCommand,
  'immich:upload': ImmichUploadCommand,
  init: InitCommand,
  list: ListCommand,
  status: StatusCommand,
  'self-check': SelfCheckCommand,
};

/** Runs the command line; never rejects. Mistakes of the user's are one sentence and exit 2, ours a stack and exit 70. */
export async function main(): Promise<void> {
  process.stdout.on('error', outputFailed);
  process.on('uncaughtException', ownFault);
  try {
    await run(process.argv.slice(2), import.meta.url);
    await flush();
  } catch (error) {
    if (error instanceof Errors.ExitError) {
      process.exitCode = error.oclif.exit ?? 0;
      return;
    }
    const usage =
      error instanceof Error &&
      (error instanceof Errors.CLIError || (error as { oclif?: { exit?: number } }).oclif?.exit === 2);
    if (usage) {
      const [{ usageSentence }, { visible }] = await Promise.all([
        import('./commands/usage.ts'),
        import('./text/visible.ts'),
      ]);
      process.stderr.write(`hsdoctor: ${visible(usageSentence(error, Object.keys(COMMANDS)))}\n`);
      process.exitCode = 2;
      return;
    }
    ownFault(error);
  }
}

function ownFault(error: unknown): void {
  // A file takes it at once, and its refusal arrives here.
  if (isErrno(error) && error.syscall === 'write') outputFailed(error);
  process.stderr.write(
    `hsdoctor: this is a bug in hsdoctor; please report it with the lines below.\n${error instanceof Error ? error.stack : error}\n`,
  );
  process.exit(70);
}

function isErrno(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

/** What could not be told must not look like a verdict: the statuses of a check are all below. */
function outputFailed(error: NodeJS.ErrnoException): void {
  // Who reads on, as `head` does, has what he wanted.
  if (error.code !== 'EPIPE')
    process.stderr.write(`hsdoctor: standard output cannot be written: ${error.code ?? error.message}\n`);
  process.exit(error.code === 'EPIPE' ? 141 : 74);
}
