import { Command, Flags } from '@oclif/core';
import { refusedKeyFlag } from './immich/flags.ts';

export default class InitCommand extends Command {
  static override summary =
    'Write your settings file: asks for hosts, the configuration, Immich and the folder of photos.';
  static override description =
    `It asks on a terminal, shows the file, and writes it only if you agree. A flag answers its question; an empty value means none. A settings file that exists is replaced only if you agree, and a copy is kept. No key or password is asked for or written. Nothing is contacted.

Exit status: 0 written (with --print: printed), or you did not agree; 2 wrong usage, no terminal, or the file cannot be written; 130 interrupted.`;
  static override examples = [
    '<%= config.bin %> init',
    '<%= config.bin %> init --host minipc --sudo --url http://minipc:2283 --print',
    '<%= config.bin %> init --host minipc --yes',
  ];
  static override flags = {
    host: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'hosts to check over SSH, named as for ssh; empty: this machine',
      helpValue: 'DEST[,DEST]',
    }),
    sudo: Flags.boolean({ description: 'read as root, through sudo', allowNo: true }),
    configuration: Flags.string({
      description: 'folder of the NixOS configuration on the server',
      helpValue: 'FOLDER',
    }),
    url: Flags.string({ description: 'URL of Immich, such as http://minipc:2283', helpValue: 'URL' }),
    'key-file': Flags.string({
      description: 'file with the API key (default: ~/.config/immich/api-key); it is not read',
      helpValue: 'FILE',
    }),
    photos: Flags.string({
      description: 'folder of this machine with photos to upload; only shown in the next steps',
      helpValue: 'FOLDER',
    }),
    print: Flags.boolean({
      description: 'ask nothing, print the file, and write nothing',
      default: false,
      exclusive: ['yes'],
    }),
    yes: Flags.boolean({
      char: 'y',
      description: 'ask nothing, and write what the flags say; a file that exists is not replaced',
      default: false,
    }),
    key: refusedKeyFlag,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(InitCommand);
    const { init } = await import('./init/run.ts');
    process.exitCode = await init(flags);
  }
}
