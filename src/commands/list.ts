import { Command, Flags } from '@oclif/core';

export default class ListCommand extends Command {
  static override description = 'List all checks.';
  static override flags = { json: Flags.boolean({ description: 'as JSON' }) };

  override async run(): Promise<void> {
    const { flags } = await this.parse(ListCommand);
    const { checks } = await import('../checks/index.ts');
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
    const width = Math.max(...checks.map(({ id }) => id.length));
    for (const { id, title } of checks) this.log(`${id.padEnd(width)}  ${title}`);
  }
}
