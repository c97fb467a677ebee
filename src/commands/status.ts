import { Command, Flags } from '@oclif/core';
import { bundleFlag, collectionFlags } from './flags.ts';

export default class StatusCommand extends Command {
  static override summary =
    'Show a host at a glance: containers, published ports, disks, memory, tailnet and secrets, each marked with what a check has found.';
  static override description =
    'Exit status: 0 the status was shown, whatever is in it; 2 wrong usage or settings; 3 nothing could be read from a host; 130 interrupted.';
  static override examples = [
    '<%= config.bin %> status',
    '<%= config.bin %> status --host minipc --sudo',
    '<%= config.bin %> status --bundle minipc.tar.gz --json',
  ];
  static override flags = {
    host: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description:
        'hosts to read over SSH, named as for ssh (default: those of the settings, else this machine)',
      helpValue: 'DEST[,DEST]',
    }),
    bundle: bundleFlag,
    sudo: collectionFlags.sudo,
    timeout: Flags.string({ description: 'time limit of reading a host (default: 30s)', helpValue: '30s' }),
    config: collectionFlags.config,
    json: Flags.boolean({ description: 'the status as JSON, and nothing else' }),
    'no-color': Flags.boolean({ description: 'no colors' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(StatusCommand);
    const { status } = await import('./status/run.ts');
    process.exitCode = await status(flags, this.config.version);
  }
}
