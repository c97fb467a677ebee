import { Command, Flags } from '@oclif/core';

export default class ListCommand extends Command {
  static override summary = 'List all checks, and their tags.';
  static override description = 'Exit status: 0; 74 standard output could not be written.';
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
          checks.map(({ id, title, tags, kinds }) => ({
            id,
            title,
            tags,
            kinds: kinds.map((kind) => kind.id),
          })),
          null,
          2,
        ),
      );
      return;
    }
    const widest = Math.max(...checks.map(({ id }) => id.length));
    const { width } = terminalStyle(false);
    for (const { id, title } of checks) this.log(hang(`${id.padEnd(widest)}  `, title, width).join('\n'));
    this.log('\nTags, for `hsdoctor check --tag TAG`:');
    const tags = [...new Set(checks.flatMap((check) => check.tags))].sort();
    for (const tag of tags) {
      const tagged = checks.filter((check) => check.tags.includes(tag)).map(({ id }) => id);
      this.log(hang(`${tag.padEnd(widest)}  `, tagged.join(', '), width).join('\n'));
    }
  }
}
