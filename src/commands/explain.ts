import process from 'node:process';
import { Args, Command, Flags } from '@oclif/core';
import { UsageError } from '../text/usage-error.ts';

export default class ExplainCommand extends Command {
  static override summary =
    'Explain a check or a kind of finding: what it finds, why it matters, how to fix it, and what it does not report.';
  static override description = 'Exit status: 0; 2 there is no such check or kind of finding.';
  static override args = {
    check: Args.string({ description: 'id of a check or of a kind of finding', ignoreStdin: true }),
  };
  static override flags = { 'no-color': Flags.boolean({ description: 'no colors' }) };
  static override examples = [
    '<%= config.bin %> explain ml-oom',
    '<%= config.bin %> explain tailscale-up/key-expired',
  ];

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(ExplainCommand);
    if (args.check === undefined)
      throw new UsageError(
        'name a check, as in `hsdoctor explain ml-oom`; `hsdoctor list` shows all of them',
      );
    const [{ checkOf, kindOf }, select, { probes }, { sourceFacts }, report, terminal] = await Promise.all([
      import('../engine/catalogue.ts'),
      import('../engine/select.ts'),
      import('../facts/host/index.ts'),
      import('../facts/config/index.ts'),
      import('../report/explanation.ts'),
      import('../report/terminal.ts'),
    ]);
    const style = terminal.terminalStyle(flags['no-color']);
    const [id = '', kindId] = args.check.split('/', 2);
    const check = checkOf(id);
    if (kindId !== undefined) {
      process.stdout.write(report.kindExplanation(check, kindOf(check, kindId), style));
      return;
    }
    const reads = {
      host: check.host === undefined ? [] : select.factsFor([check]).map((name) => probes[name].reads),
      configuration: select.sourceFactsFor([check]).map((name) => sourceFacts[name].reads),
    };
    process.stdout.write(report.explanation(check, reads, style));
  }
}
