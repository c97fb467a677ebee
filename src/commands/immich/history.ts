import { Args, Command, Flags } from '@oclif/core';

export default class ImmichHistoryCommand extends Command {
  static override summary =
    'Show which files hsdoctor immich upload deleted or moved on this machine, when, and as which asset Immich has them.';
  static override description = 'Exit status: 0; 2 the file of the history cannot be read.';
  static override args = {
    name: Args.string({
      description: 'only files with this in their path, or with this checksum or asset id',
      ignoreStdin: true,
    }),
  };
  static override examples = [
    '<%= config.bin %> immich history',
    '<%= config.bin %> immich history IMG_0042 --json',
  ];
  static override flags = {
    json: Flags.boolean({ description: 'all entries as JSON, and nothing else' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(ImmichHistoryCommand);
    const { history } = await import('./history/run.ts');
    await history(args.name, flags.json);
  }
}
