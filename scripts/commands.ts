import { COMMANDS } from '../src/cli.ts';

interface FlagOptions {
  readonly type: 'boolean' | 'option';
  readonly char?: string;
  readonly description?: string;
  readonly helpValue?: string | readonly string[];
  readonly hidden?: boolean;
  readonly allowNo?: boolean;
  readonly required?: boolean;
}

interface CommandClass {
  readonly summary?: string;
  readonly description?: string;
  readonly examples?: readonly (string | { readonly description: string; readonly command: string })[];
  readonly args?: Readonly<Record<string, { readonly description?: string; readonly required?: boolean }>>;
  readonly flags?: Readonly<Record<string, FlagOptions>>;
  readonly strict?: boolean;
}

export interface DocumentedFlag {
  readonly name: string;
  readonly char?: string;
  readonly description: string;
  /** As the help shows it; absent where the flag takes none. */
  readonly value?: string;
  readonly allowNo: boolean;
}

export interface DocumentedCommand {
  /** `agent status` */
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly examples: readonly string[];
  readonly args: readonly { readonly name: string; readonly description: string; readonly usage: string }[];
  readonly flags: readonly DocumentedFlag[];
}

/** Every command as its class declares it. */
export const documentedCommands: readonly DocumentedCommand[] = Object.entries(COMMANDS)
  .map(([id, command]) => documented(id.replaceAll(':', ' '), command as CommandClass))
  .sort((a, b) => (a.name < b.name ? -1 : 1));

function documented(name: string, command: CommandClass): DocumentedCommand {
  const { summary, description = '', examples = [], args = {}, flags = {}, strict = true } = command;
  return {
    name,
    summary: summary ?? description,
    description: summary === undefined ? '' : description,
    examples: examples.map((example) =>
      (typeof example === 'string' ? example : example.command).replaceAll('<%= config.bin %>', 'hsdoctor'),
    ),
    args: Object.entries(args).map(([arg, { description: about = '', required = false }]) => {
      const word = `${arg.toUpperCase()}${strict ? '' : '...'}`;
      return { name: arg, description: about, usage: required ? word : `[${word}]` };
    }),
    flags: Object.entries(flags)
      .filter(([, { hidden }]) => hidden !== true)
      .map(([flag, options]) => documentedFlag(flag, options))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function documentedFlag(name: string, { type, char, description = '', ...options }: FlagOptions) {
  const { helpValue = 'VALUE', allowNo = false } = options;
  return {
    name,
    description,
    allowNo,
    ...(char === undefined ? {} : { char }),
    ...(type === 'boolean' ? {} : { value: String(helpValue) }),
  };
}
