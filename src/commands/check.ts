import { Args, Command, Flags } from '@oclif/core';
import { bundleFlag, collectionFlags } from './flags.ts';

export default class CheckCommand extends Command {
  static override summary =
    'Find out what is wrong with a home server: this machine, one reached over SSH, or the configuration it is built from.';
  static override description =
    'Exit status: 0 no finding at or above --fail-on; 1 a finding at or above it; 2 wrong usage or settings, nothing was checked; 3 no such finding, but something could not be checked; 70 a bug in hsdoctor; 74 a report could not be written; 130 interrupted.';
  static override strict = false;
  static override args = {
    // What stands on standard input is the caller's, such as the list of a loop, and names no check.
    check: Args.string({ description: 'only these checks (see `hsdoctor list`)', ignoreStdin: true }),
  };
  static override examples = [
    '<%= config.bin %> check',
    '<%= config.bin %> check --host minipc --sudo',
    '<%= config.bin %> check ml-oom --json',
    '<%= config.bin %> check --bundle minipc.tar.gz',
    '<%= config.bin %> check --source .',
    '<%= config.bin %> check --last',
  ];
  static override flags = {
    host: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description:
        'hosts to check over SSH, named as for ssh (default: those of the settings, else this machine)',
      helpValue: 'DEST[,DEST]',
    }),
    bundle: bundleFlag,
    source: Flags.string({
      description: 'folder of a NixOS configuration to check; needs no access to its machines',
      helpValue: 'DIR',
    }),
    eval: Flags.boolean({
      description:
        'with --source: also let nix compute the options, and warn where nix and hsdoctor read different values',
    }),
    skip: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'leave these checks out',
      helpValue: 'CHECK[,CHECK]',
    }),
    tag: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      // Loading the checks to list their tags would slow every command down.
      description:
        'only checks with one of these tags: agenix, backup, boot, hardware, hsdoctor, immich, launchd, mac, memory, network, nixos, podman, secrets, storage, systemd, tailscale, upload',
      helpValue: 'TAG[,TAG]',
    }),
    ...collectionFlags,
    'fail-on': Flags.string({
      description: 'lowest status that fails the run; unknown is below warn (default: fail)',
      helpValue: '(fail|warn|unknown)',
    }),
    format: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description:
        'format of the report: human (default), json, junit, sarif, github, markdown or tap; =FILE writes it to a file; several can be given',
      helpValue: 'NAME[=FILE]',
    }),
    verbose: Flags.boolean({ char: 'v', description: 'all evidence, not only its first lines' }),
    last: Flags.boolean({
      description:
        'check again only what was not ok in the last check, and show what is gone and what is still there',
    }),
    quiet: Flags.boolean({
      char: 'q',
      description: 'no progress, and no report if the exit status is 0',
    }),
    json: Flags.boolean({ description: 'the report as JSON, and nothing else: the same as --format json' }),
    configuration: Flags.string({
      description:
        'folder of the NixOS configuration on the server, used in the commands of fixes (default: /etc/nixos)',
      helpValue: 'FOLDER',
    }),
    'no-color': Flags.boolean({ description: 'no colors' }),
  };

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(CheckCommand);
    const { check } = await import('./check/run.ts');
    process.exitCode = await check(argv as string[], flags, this.config.version);
  }
}
