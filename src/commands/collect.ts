import { Command, Flags } from '@oclif/core';
import { collectionFlags } from './flags.ts';

export default class CollectCommand extends Command {
  static override summary =
    'Save what a check would read, with secrets removed, as a bundle to check later or elsewhere.';
  static override description =
    'Exit status: 0 the bundle is saved; 2 wrong usage or settings, or the bundle cannot be written; 3 nothing could be read; 130 interrupted.';
  static override examples = [
    '<%= config.bin %> collect --host minipc --sudo --output minipc.tar.gz',
    '<%= config.bin %> check --bundle minipc.tar.gz',
  ];
  static override flags = {
    output: Flags.string({
      required: true,
      description: 'folder to write, or an archive if the name ends in .tar.gz or .tgz',
      helpValue: 'PATH',
    }),
    host: Flags.string({
      description:
        'host to read over SSH, named as for ssh (default: the host of the settings, else this machine)',
      helpValue: 'DEST',
    }),
    ...collectionFlags,
    timeout: Flags.string({ description: 'time limit of reading the host (default: 30s)', helpValue: '30s' }),
    since: Flags.string({
      description: 'save only events newer than this (default: since boot)',
      helpValue: '24h',
    }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(CollectCommand);
    const { collect } = await import('./collect/run.ts');
    process.exitCode = await collect(flags);
  }
}
