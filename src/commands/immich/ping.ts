import { Command } from '@oclif/core';
import { serverFlags } from './flags.ts';

export default class ImmichPingCommand extends Command {
  static override description =
    'Show whether the Immich server is up, its version, and what the API key may do.';
  static override examples = [
    '<%= config.bin %> immich ping',
    '<%= config.bin %> immich ping --url http://minipc:2283 --json',
  ];
  static override flags = serverFlags;

  override async run(): Promise<void> {
    const { flags } = await this.parse(ImmichPingCommand);
    const { ping } = await import('./ping/run.ts');
    process.exitCode = await ping(flags);
  }
}
