import { Command } from '@oclif/core';
import { serverFlags } from './flags.ts';

export default class ImmichPingCommand extends Command {
  static override summary = 'Show whether the Immich server is up, its version, and what the API key may do.';
  static override description =
    'Exit status: 0 an upload can begin; 2 wrong usage or settings; 3 the server cannot be reached or is too old, or the key lacks a permission.';
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
