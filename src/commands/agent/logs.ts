import { Command, Flags } from '@oclif/core';

export default class AgentLogsCommand extends Command {
  static override description = "Show what this Mac's upload agent wrote: both of its logs, in order.";
  static override examples = ['<%= config.bin %> agent logs -n 20', '<%= config.bin %> agent logs --follow'];
  static override flags = {
    follow: Flags.boolean({ char: 'f', description: 'go on with what is written, until interrupted' }),
    lines: Flags.string({ char: 'n', description: 'how many lines (default: 50)', helpValue: 'N' }),
    'no-color': Flags.boolean({ description: 'no colours' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(AgentLogsCommand);
    const { logs } = await import('./run.ts');
    await logs(flags);
  }
}
