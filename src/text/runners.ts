/** A program that runs the one that it is given. */
export interface Runner {
  /** How many words stand in front of that, besides options. */
  readonly skip?: number;
  /** Its options with a word of their own. */
  readonly valued?: RegExp;
}

export const RUNNERS: Readonly<Record<string, Runner>> = {
  sudo: { valued: /^-[ugC]$/ },
  env: { valued: /^-[uC]$/ },
  exec: { valued: /^-a$/ },
  command: {},
  builtin: {},
  nohup: {},
  setsid: {},
  noglob: {},
  time: {},
  chronic: {},
  nice: { valued: /^-n$/ },
  ionice: { valued: /^-[cnp]$/ },
  taskpolicy: { valued: /^-[cdg]$/ },
  stdbuf: { valued: /^-[ioe]$/ },
  caffeinate: { valued: /^-[tw]$/ },
  timeout: { skip: 1, valued: /^-[ks]$/ },
  gtimeout: { skip: 1, valued: /^-[ks]$/ },
  flock: { skip: 1, valued: /^-[wE]$/ },
  lockf: { skip: 1, valued: /^-t$/ },
  xargs: { valued: /^-[InPLsdaE]$/ },
};
