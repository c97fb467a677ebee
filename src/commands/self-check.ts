import { Command, Flags } from '@oclif/core';

export default class SelfCheckCommand extends Command {
  static override summary = 'Find out what hsdoctor itself lacks on this machine, and how to get it.';
  static override description =
    `It looks at Node, the shell, ssh, sudo, the journal, containers, nix and the settings. It changes nothing, and connects to nothing.

Exit status: 0 nothing that a check needs is missing; 1 something is missing; 2 wrong usage.`;
  static override flags = {
    config: Flags.string({
      description: 'settings file (default: ~/.config/hsdoctor/config.toml)',
      helpValue: 'FILE',
    }),
  };
  static override examples = ['<%= config.bin %> self-check'];

  override async run(): Promise<void> {
    const { flags } = await this.parse(SelfCheckCommand);
    const { selfCheck } = await import('./self-check/run.ts');
    process.exitCode = await selfCheck(flags.config, this.config.version);
  }
}
