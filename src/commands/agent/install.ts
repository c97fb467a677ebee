import { Args, Command, Flags } from '@oclif/core';
import { serverFlags } from '../immich/flags.ts';

const { url, config, key, 'key-file': keyFile } = serverFlags;

export default class AgentInstallCommand extends Command {
  static override summary = 'Have launchd upload what arrives in a folder of this Mac.';
  static override description =
    `Writes the property list ~/Library/LaunchAgents/hsdoctor.upload-immich.plist, which runs \`hsdoctor immich upload FOLDER\` when the folder changes, at login and every 15 minutes, and loads it. The key stays in its file. Files are deleted only with --delete, or with delete = true in the settings. Installing again replaces the agent by one with the flags given then; if these are the same, nothing changes. \`hsdoctor agent uninstall\` undoes it.

Exit status: 0 installed (with --print or --nix: printed); 1 the test photo did not arrive; 2 wrong usage or settings, or a folder, program or property list that it refuses; 3 the server cannot be reached, or refuses the key. With 2 and 3, nothing was changed.`;
  static override args = {
    folder: Args.string({
      required: true,
      description: 'folder that gets the photos and videos',
      ignoreStdin: true,
    }),
  };
  static override examples = [
    '<%= config.bin %> agent install ~/FolderActions/upload-immich --url http://minipc:2283 --print',
    '<%= config.bin %> agent install ~/FolderActions/upload-immich --url http://minipc:2283 --test-photo',
    '<%= config.bin %> agent install ~/FolderActions/upload-immich --delete --notify',
    '<%= config.bin %> agent install ~/FolderActions/upload-immich --nix home-manager',
  ];
  static override flags = {
    delete: Flags.boolean({
      description: 'the agent deletes each file once the server is verified to have it',
      allowNo: true,
    }),
    notify: Flags.boolean({ description: 'the agent sends its results through Pushover', allowNo: true }),
    print: Flags.boolean({
      description: 'show the property list, and change nothing',
      default: false,
      // exclusive, as that of --nix: the usage line shows the three as one group only once.
      relationships: [{ type: 'none', flags: ['test-photo'] }],
    }),
    nix: Flags.string({
      description: 'show the option block for this module instead, and change nothing',
      helpValue: '(home-manager|nix-darwin)',
      exclusive: ['print', 'test-photo'],
    }),
    'test-photo': Flags.boolean({
      description:
        'then put a test photo into the folder, wait until the agent has uploaded it, and remove it here and (to the trash) in Immich',
      default: false,
    }),
    timeout: Flags.string({
      description: 'how long to wait for the test photo (default: 3m)',
      helpValue: '3m',
    }),
    url,
    'key-file': keyFile,
    config,
    key,
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(AgentInstallCommand);
    const { install } = await import('./install/run.ts');
    process.exitCode = await install(args.folder, flags);
  }
}
