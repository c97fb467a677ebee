import { Command, Flags } from '@oclif/core';

export default class DemoCommand extends Command {
  static override description = 'Show a check of a recorded sick server: works on any machine, offline.';
  static override flags = {
    verbose: Flags.boolean({ char: 'v', description: 'all of the evidence, and not only its first lines' }),
    json: Flags.boolean({ description: 'print the report as JSON, and nothing else' }),
    'no-color': Flags.boolean({ description: 'no colours' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(DemoCommand);
    const { demo } = await import('./check/run.ts');
    await demo(flags, this.config.root, this.config.version);
  }
}
