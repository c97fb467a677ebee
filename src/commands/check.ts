import { Args, Command, Flags } from '@oclif/core';
import { parseDuration } from '../text/duration.ts';
import { UsageError } from '../text/usage-error.ts';

const duration = Flags.custom<number>({
  helpValue: '30s',
  parse: async (text) => {
    const parsed = parseDuration(text);
    if (parsed === undefined)
      throw new UsageError(`"${text}" is not a duration: write 500ms, 30s, 5m or 24h`);
    return parsed;
  },
});

export default class CheckCommand extends Command {
  static override description =
    'Find out what is wrong with a home server: this machine, or one reached by ssh.';
  static override strict = false;
  static override args = { check: Args.string({ description: 'only these checks (see `hsdoctor list`)' }) };
  static override examples = [
    '<%= config.bin %> check',
    '<%= config.bin %> check --host minipc --sudo',
    '<%= config.bin %> check ml-oom --json',
  ];
  static override flags = {
    host: Flags.string({
      multiple: true,
      description: 'a host to check over ssh, as ssh takes it',
      helpValue: 'DEST',
    }),
    bundle: Flags.string({
      multiple: true,
      description: 'a collection saved by `hsdoctor collect`',
      helpValue: 'FOLDER',
    }),
    sudo: Flags.boolean({ description: 'read as root, through `sudo -n`' }),
    skip: Flags.string({ multiple: true, description: 'leave this check out' }),
    tag: Flags.string({ multiple: true, description: 'only checks with this tag' }),
    since: duration({ description: 'evidence of this time counts as present (default: since the boot)' }),
    timeout: duration({ description: 'time limit of the collection', default: 30_000 }),
    'fail-on': Flags.option({ options: ['fail', 'warn', 'unknown'] as const, default: 'fail' as const })({
      description: 'the least status that makes the exit status 1',
    }),
    json: Flags.boolean({ description: 'print the report as JSON, and nothing else' }),
    configuration: Flags.string({
      description: 'folder of the NixOS configuration, for the commands',
      default: '/etc/nixos',
    }),
    'no-color': Flags.boolean({ description: 'no colours' }),
  };

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(CheckCommand);
    const { check } = await import('./check/run.ts');
    process.exitCode = await check(argv as string[], flags, this.config.version);
  }
}
