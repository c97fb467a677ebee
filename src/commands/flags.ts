import { Flags } from '@oclif/core';

/** How a live collection is made; all of it can be set in the settings file too, which is why nothing has a default. */
export const collectionFlags = {
  sudo: Flags.boolean({
    description: 'read as root, through sudo; asks for its password only on a terminal',
    allowNo: true,
  }),
  timeout: Flags.string({
    description: 'time limit of reading a host (default: 30s), or of nix with --eval (default: 5m)',
    helpValue: '30s',
  }),
  since: Flags.string({
    description: 'report only events newer than this (default: since boot)',
    helpValue: '24h',
  }),
  config: Flags.string({
    description: 'settings file (default: ~/.config/hsdoctor/config.toml)',
    helpValue: 'FILE',
  }),
};

/** In place of a live collection. */
export const bundleFlag = Flags.string({
  multiple: true,
  multipleNonGreedy: true,
  description: 'bundle saved by `hsdoctor collect`: a folder or a .tar.gz',
  helpValue: 'PATH',
});
