import { Command, Flags } from '@oclif/core';

export default class AgentStatusCommand extends Command {
  static override summary =
    "Show this Mac's upload agent at a glance: loaded, last runs, lock, backlog, server.";
  static override description =
    'Exit status: as that of `hsdoctor check`: 0 no failure; 1 a failure; 2 there is no agent here; 3 no failure, but something could not be checked.';
  static override examples = ['<%= config.bin %> agent status'];
  static override flags = { 'no-color': Flags.boolean({ description: 'no colors' }) };

  override async run(): Promise<void> {
    const { flags } = await this.parse(AgentStatusCommand);
    const { status } = await import('./run.ts');
    process.exitCode = await status(flags['no-color'], this.config.version);
  }
}
