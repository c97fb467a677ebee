import { Args, Command } from '@oclif/core';

export default class CompletionCommand extends Command {
  static override summary = 'Print the completion script for bash, zsh or fish.';
  static override description =
    `It completes commands, flags, checks, kinds of findings, tags, formats, files, and the hosts in ~/.ssh/config.

Exit status: 0; 2 wrong usage.`;
  static override args = {
    shell: Args.string({ required: true, description: 'bash, zsh or fish', ignoreStdin: true }),
  };
  static override examples = [
    { description: 'bash, in ~/.bashrc:', command: 'source <(<%= config.bin %> completion bash)' },
    {
      description: 'zsh, in ~/.zshrc, after compinit:',
      command: 'source <(<%= config.bin %> completion zsh)',
    },
    {
      description: 'fish, once:',
      command: '<%= config.bin %> completion fish > ~/.config/fish/completions/hsdoctor.fish',
    },
  ];

  override async run(): Promise<void> {
    const { args } = await this.parse(CompletionCommand);
    const { printCompletion } = await import('./completion/run.ts');
    await printCompletion(args.shell, this.config.root);
  }
}
