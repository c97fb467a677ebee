import { Args, Command } from '@oclif/core';

export default class ExplainCommand extends Command {
  static override description = 'Explain a check: what it looks at, and why it matters.';
  static override args = {
    check: Args.string({ required: true, description: 'id of the check', ignoreStdin: true }),
  };

  override async run(): Promise<void> {
    const { args } = await this.parse(ExplainCommand);
    const [{ checks }, { selectChecks }, { probes }] = await Promise.all([
      import('../checks/index.ts'),
      import('../run/select.ts'),
      import('../probes/index.ts'),
    ]);
    for (const check of selectChecks(checks, { only: [args.check], skip: [], tags: [] })) {
      this.log(`${check.id}: ${check.title}\n\n${check.why}\n\nIt looks at:`);
      for (const name of [...check.needs, ...check.wants]) this.log(`  ${probes[name].reads}`);
      this.log(`\nHow it is mended: docs/checks.md#${check.id}`);
    }
  }
}
