import { Command } from '@oclif/core';

export default class AgentUninstallCommand extends Command {
  static override summary = 'Undo `agent install`: unload the upload agent, and delete its property list.';
  static override description =
    `Nothing else is removed: the folder with its photos, the logs, the key and the settings stay. A property list that somebody changed or wrote by hand stays, too, and a message says so.

Exit status: 0 removed, or there was nothing to remove; 2 the property list is not as \`agent install\` wrote it, or launchd did not unload the agent.`;
  static override examples = ['<%= config.bin %> agent uninstall'];

  override async run(): Promise<void> {
    await this.parse(AgentUninstallCommand);
    const { uninstall } = await import('./install/run.ts');
    process.exitCode = await uninstall();
  }
}
