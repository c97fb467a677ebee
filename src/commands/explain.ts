import process from 'node:process';
import { Args, Command, Flags } from '@oclif/core';
import { UsageError } from '../text/usage-error.ts';

export default class ExplainCommand extends Command {
  static override description =
    'Explain a check: what it finds, why it matters, how to mend it, what is not mistaken for it.';
  static override args = { check: Args.string({ description: 'id of the check', ignoreStdin: true }) };
  static override flags = { 'no-color': Flags.boolean({ description: 'no colours' }) };
  static override examples = ['<%= config.bin %> explain ml-oom'];

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(ExplainCommand);
    if (args.check === undefined)
      throw new UsageError(
        'say which check, as in `hsdoctor explain ml-oom`; `hsdoctor list` shows them all',
      );
    const [{ readFile }, { join }, { checks }, select, { probes }, { sourceFacts }, report, terminal] =
      await Promise.all([
        import('node:fs/promises'),
        import('node:path'),
        import('../checks/index.ts'),
        import('../engine/select.ts'),
        import('../facts/host/index.ts'),
        import('../facts/config/index.ts'),
        import('../report/explanation.ts'),
        import('../report/terminal.ts'),
      ]);
    const selected = select.selectChecks(checks, {
      only: [args.check],
      tags: [],
      skip: { host: [], source: [] },
    });
    const page = await readFile(join(this.config.root, 'docs', 'checks.md'), 'utf8');
    for (const check of new Set([...selected.host.checks, ...selected.source.checks])) {
      const { host } = check;
      const reads = {
        host: host === undefined ? [] : select.factsFor([check]).map((name) => probes[name].reads),
        configuration: select.sourceFactsFor([check]).map((name) => sourceFacts[name].reads),
      };
      const style = terminal.terminalStyle(flags['no-color']);
      process.stdout.write(report.explanation({ ...check, reads }, page, style));
    }
  }
}
