import { Command, Flags } from '@oclif/core';
import { collectionFlags } from './flags.ts';

export default class CollectCommand extends Command {
  static override description =
    'Save what a check would read, redacted, as a bundle to look at later or elsewhere.';
  static override examples = [
    '<%= config.bin %> collect --host minipc --output minipc.tar.gz',
    '<%= config.bin %> check --bundle minipc.tar.gz',
  ];
  static override flags = {
    output: Flags.string({
      required: true,
      description: 'folder to write, or an archive where it ends in .tar.gz or .tgz',
      helpValue: 'PATH',
    }),
    host: Flags.string({ description: 'the host to collect from over ssh', helpValue: 'DEST' }),
    ...collectionFlags,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(CollectCommand);
    const { collect } = await import('./collect/run.ts');
    process.exitCode = await collect(flags);
  }
}
