import { Command } from '@oclif/core';
import { serverFlags } from './flags.ts';

export default class ImmichPingCommand extends Command {
  static override description = 'Is the Immich server there, which version is it, and what may this key do?';
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
