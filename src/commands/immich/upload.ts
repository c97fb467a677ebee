import { Args, Command, Flags } from '@oclif/core';
import { serverFlags } from './flags.ts';

/** All of it but the rehearsal can be set in the settings file too, which is why nothing has a default. */
export default class ImmichUploadCommand extends Command {
  static override description =
    'Upload the photos and videos of a folder to Immich, prove that they arrived, and delete only what is proven.';
  static override args = {
    folder: Args.string({
      required: true,
      description: 'folder of the photos and videos',
      ignoreStdin: true,
    }),
  };
  static override examples = [
    '<%= config.bin %> immich upload ~/Pictures/new --dry-run',
    '<%= config.bin %> immich upload ~/FolderActions/upload-immich --delete --notify',
    '<%= config.bin %> immich upload /mnt/card --recursive --album-from-folder --move-to ~/uploaded',
  ];
  static override flags = {
    recursive: Flags.boolean({ char: 'r', description: 'folders below it too', allowNo: true }),
    ignore: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'leave out files and folders of such names',
      helpValue: 'GLOB',
    }),
    'follow-symlinks': Flags.boolean({
      description: 'upload what symbolic links lead to (never deleted)',
      allowNo: true,
    }),
    delete: Flags.boolean({
      description: 'delete each file that the server proved to hold',
      allowNo: true,
    }),
    'move-to': Flags.string({ description: 'move each such file there instead', helpValue: 'DIR' }),
    verify: Flags.string({
      description: 'how the server has to prove it (default: size where the key allows it, else checksum)',
      helpValue: '(checksum|size|deep)',
    }),
    'restore-trashed': Flags.boolean({
      description: "take files out of the server's trash that it holds only there",
      allowNo: true,
    }),
    album: Flags.string({ description: 'put everything in this album', helpValue: 'NAME' }),
    'album-from-folder': Flags.boolean({
      description: 'put each file in the album of the name of its folder',
      allowNo: true,
    }),
    'dry-run': Flags.boolean({ description: 'tell what would be done, and do nothing', default: false }),
    notify: Flags.boolean({ description: 'tell how it went by Pushover', allowNo: true }),
    concurrency: Flags.string({ description: 'files at once, 1 to 32 (default: 4)', helpValue: 'N' }),
    'settle-interval': Flags.string({
      description: 'a file that did not change for so long is complete (default: 1s)',
      helpValue: '1s',
    }),
    'settle-timeout': Flags.string({
      description: 'how long to wait for files that change (default: 5m)',
      helpValue: '5m',
    }),
    timeout: Flags.string({ description: 'time limit of the run (default: 30m)', helpValue: '30m' }),
    'idle-timeout': Flags.string({
      description: 'give a connection up on which nothing moves for so long (default: 60s)',
      helpValue: '60s',
    }),
    'response-timeout': Flags.string({
      description: 'wait so long for the answer after the last byte (default: 10m)',
      helpValue: '10m',
    }),
    retries: Flags.string({ description: 'attempts after the first, 0 to 20 (default: 4)', helpValue: 'N' }),
    'retry-delay': Flags.string({
      description: 'before the first of them; it doubles (default: 1s)',
      helpValue: '1s',
    }),
    engine: Flags.string({
      description: 'what sends: hsdoctor itself, or the official program (default: own)',
      helpValue: '(own|immich-cli)',
    }),
    cli: Flags.string({
      description: 'the official program of --engine immich-cli (default: immich on the PATH, else npx)',
      helpValue: 'PATH',
    }),
    ...serverFlags,
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(ImmichUploadCommand);
    const { upload } = await import('./upload/run.ts');
    process.exitCode = await upload(args.folder, flags, this.config.version);
  }
}
