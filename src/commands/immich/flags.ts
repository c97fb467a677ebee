import { Flags } from '@oclif/core';

/** There only to say why it is not there. */
export const refusedKeyFlag = Flags.string({ hidden: true, aliases: ['api-key'] });

/** Which server, and its key; each can be set in the environment and the settings file too. */
export const serverFlags = {
  url: Flags.string({
    description:
      'URL of the server, such as http://minipc:2283 (default: IMMICH_INSTANCE_URL, else url of the settings)',
    helpValue: 'URL',
  }),
  'key-file': Flags.string({
    description:
      'file with the API key (default: the file that IMMICH_API_KEY_FILE or the settings name, else ~/.config/immich/api-key)',
    helpValue: 'FILE',
  }),
  config: Flags.string({
    description: 'settings file (default: ~/.config/hsdoctor/config.toml)',
    helpValue: 'FILE',
  }),
  key: refusedKeyFlag,
  json: Flags.boolean({ description: 'the report as JSON, and nothing else' }),
  'no-color': Flags.boolean({ description: 'no colors' }),
};
