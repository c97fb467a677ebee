import { Command, Flags } from '@oclif/core';

export default class CollectCommand extends Command {
  static override description =
    'Save what a check would read, redacted, as a bundle to look at later or elsewhere.';
  static override examples = ['<%= config.bin %> collect --host minipc --output minipc-bundle'];
  static override flags = {
    output: Flags.string({ required: true, description: 'folder to write', helpValue: 'FOLDER' }),
    host: Flags.string({ description: 'a host to collect from over ssh', helpValue: 'DEST' }),
    sudo: Flags.boolean({ description: 'read as root, through `sudo -n`' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(CollectCommand);
    const [{ collectRedacted }, { writeBundle }, { localTarget }, { sshTarget }, { UsageError }] =
      await Promise.all([
        import('../run/check.ts'),
        import('../targets/bundle.ts'),
        import('../targets/local.ts'),
        import('../targets/ssh.ts'),
        import('../text/usage-error.ts'),
      ]);
    const target = flags.host === undefined ? localTarget : sshTarget(flags.host);
    const collection = await collectRedacted(target, {
      sudo: flags.sudo,
      timeoutMs: 30_000,
      journalWindow: '--boot',
    });
    if (collection.error !== undefined)
      throw new UsageError(`nothing could be read from ${target.name}: ${collection.error}`);
    await writeBundle(flags.output, target.name, collection);
    this.log(`${collection.results.size} results written to ${flags.output}`);
  }
}
