import { Args, Command, Flags } from '@oclif/core';
import { serverFlags } from './flags.ts';

/** All of it but the rehearsal can be set in the settings file too, which is why nothing has a default. */
export default class ImmichUploadCommand extends Command {
  static override summary =
    'Upload the photos and videos in a folder to Immich, and verify that they arrived; with --delete, delete the verified ones.';
  static override description =
    'Exit status: 0 all files are verified, or there was nothing to do; 1 a file failed or is not verified, or the run ended early; 2 wrong usage or settings; 3 the server cannot be reached or is in maintenance, or the key lacks a permission; 4 another run is using the folder; 5 all files were still changing; 130, 143 interrupted.';
  static override strict = false;
  static override args = {
    folder: Args.string({
      required: true,
      description: 'folder with the photos and videos; several are uploaded one after the other',
      ignoreStdin: true,
    }),
  };
  static override examples = [
    '<%= config.bin %> immich upload ~/Pictures/new --dry-run',
    '<%= config.bin %> immich upload ~/FolderActions/upload-immich --delete --notify',
    '<%= config.bin %> immich upload /mnt/card --recursive --album-from-folder --move-to ~/uploaded',
  ];
  static override flags = {
    recursive: Flags.boolean({ char: 'r', description: 'subfolders too', allowNo: true }),
    ignore: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'files and folders to leave out, by pattern of the name, or of the path below FOLDER',
      helpValue: 'GLOB',
    }),
    'follow-symlinks': Flags.boolean({
      description: 'upload the files that symbolic links point to (these are never deleted)',
      allowNo: true,
    }),
    delete: Flags.boolean({
      description: 'delete each file once the server is verified to have it',
      allowNo: true,
    }),
    'move-to': Flags.string({
      description: 'move each file there once the server is verified to have it',
      helpValue: 'DIR',
    }),
    verify: Flags.string({
      description:
        'how a file is verified: checksum, size or deep (default: size if the key allows it, else checksum)',
      helpValue: '(checksum|size|deep)',
    }),
    'restore-trashed': Flags.boolean({
      description: 'restore files that the server has only in its trash',
      allowNo: true,
    }),
    album: Flags.string({ description: 'album to add all files to', helpValue: 'NAME' }),
    'album-from-folder': Flags.boolean({
      description: 'add each file to the album named after its folder',
      allowNo: true,
    }),
    'dry-run': Flags.boolean({ description: 'show what would be done, and change nothing', default: false }),
    watch: Flags.boolean({
      description: 'keep running, and upload new files as they arrive, until it is stopped',
      default: false,
    }),
    notify: Flags.boolean({ description: 'send the result through Pushover', allowNo: true }),
    'notify-on': Flags.string({
      description: 'when --notify sends: always, or only on a failure (default: always)',
      helpValue: '(always|failure)',
    }),
    concurrency: Flags.string({
      description: 'files sent at the same time, 1 to 32 (default: 4)',
      helpValue: 'N',
    }),
    'limit-rate': Flags.string({
      description:
        'highest number of bytes sent per second by all files together, such as 500K or 2M (default: no limit)',
      helpValue: 'RATE',
    }),
    'settle-interval': Flags.string({
      description: 'treat a file as complete once it is unchanged for this long (default: 1s)',
      helpValue: '1s',
    }),
    'settle-timeout': Flags.string({
      description: 'how long to wait for files that are still changing (default: 5m)',
      helpValue: '5m',
    }),
    'rest-interval': Flags.string({
      description:
        'how long a file must be unchanged before it is deleted or moved, if it is not known whether a process has it open (default: 1m)',
      helpValue: '1m',
    }),
    timeout: Flags.string({ description: 'time limit of the run (default: 30m)', helpValue: '30m' }),
    'idle-timeout': Flags.string({
      description: 'drop a connection after this long without progress (default: 60s)',
      helpValue: '60s',
    }),
    'response-timeout': Flags.string({
      description: 'how long to wait for the answer after the last byte (default: 10m)',
      helpValue: '10m',
    }),
    retries: Flags.string({ description: 'number of retries, 0 to 20 (default: 4)', helpValue: 'N' }),
    'retry-delay': Flags.string({
      description: 'delay before the first retry, doubled after each (default: 1s)',
      helpValue: '1s',
    }),
    engine: Flags.string({
      description: 'program that sends the files: hsdoctor itself, or the Immich CLI (default: own)',
      helpValue: '(own|immich-cli)',
    }),
    cli: Flags.string({
      description: 'path of the Immich CLI for --engine immich-cli (default: immich on the PATH, else npx)',
      helpValue: 'PATH',
    }),
    ...serverFlags,
  };

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(ImmichUploadCommand);
    const { upload } = await import('./upload/run.ts');
    process.exitCode = await upload(argv as string[], flags, this.config.version);
  }
}
