import { Command, Flags } from '@oclif/core';

export default class AgentLogsCommand extends Command {
  static override summary = "Show the log lines of this Mac's upload agent, from both of its logs, in order.";
  static override description = 'Exit status: 0; 2 wrong usage, or the logs cannot be read; 130 interrupted.';
  static override examples = ['<%= config.bin %> agent logs -n 20', '<%= config.bin %> agent logs --follow'];
  static override flags = {
    follow: Flags.boolean({ char: 'f', description: 'keep showing new lines until interrupted' }),
    lines: Flags.string({ char: 'n', description: 'number of lines (default: 50)', helpValue: 'N' }),
    'no-color': Flags.boolean({ description: 'no colors' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(AgentLogsCommand);
    const { logs } = await import('./run.ts');
    await logs(flags);
  }
}
