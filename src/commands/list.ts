import { Command, Flags } from '@oclif/core';

export default class ListCommand extends Command {
  static override description = 'List all checks.';
  static override flags = { json: Flags.boolean({ description: 'the list as JSON' }) };

  override async run(): Promise<void> {
    const { flags } = await this.parse(ListCommand);
    const [{ checks }, { hang }, { terminalStyle }] = await Promise.all([
      import('../engine/catalogue.ts'),
      import('../report/layout.ts'),
      import('../report/terminal.ts'),
    ]);
    if (flags.json) {
      this.log(
        JSON.stringify(
          checks.map(({ id, title, tags }) => ({ id, title, tags })),
          null,
          2,
        ),
      );
      return;
    }
    const widest = Math.max(...checks.map(({ id }) => id.length));
    const { width } = terminalStyle(false);
    for (const { id, title } of checks) this.log(hang(`${id.padEnd(widest)}  `, title, width).join('\n'));
  }
}
