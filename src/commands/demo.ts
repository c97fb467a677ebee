import { Command, Flags } from '@oclif/core';

export default class DemoCommand extends Command {
  static override summary =
    'Show the report of a recorded server that has problems, or of a healthy one. Works on any machine, offline.';
  static override description = 'Exit status: 0, whatever the recorded server has.';
  static override examples = ['<%= config.bin %> demo', '<%= config.bin %> demo --healthy'];
  static override flags = {
    healthy: Flags.boolean({ description: 'the same server without its problems', default: false }),
    verbose: Flags.boolean({ char: 'v', description: 'all evidence, not only its first lines' }),
    json: Flags.boolean({ description: 'the report as JSON, and nothing else' }),
    'no-color': Flags.boolean({ description: 'no colors' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(DemoCommand);
    const { demo } = await import('./check/run.ts');
    await demo(flags, this.config.root, this.config.version);
  }
}
