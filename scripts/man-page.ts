import { type DocumentedCommand, type DocumentedFlag, documentedCommands } from './commands.ts';

interface About {
  readonly version: string;
  readonly description: string;
}

/** hsdoctor(1), in the macros of man(7). */
export function manPage({ version, description }: About): string {
  return [
    // A variable or a command that is broken at a hyphen is another one; groff sets it again at each heading.
    '.nr HY 0',
    `.TH HSDOCTOR 1 "" "hsdoctor ${version}" "User Commands"`,
    '.ad l',
    '.SH NAME',
    `hsdoctor \\- ${roff(description)}`,
    '.SH SYNOPSIS',
    '.B hsdoctor',
    '.I COMMAND',
    '.RI [ FLAGS ]',
    '.SH DESCRIPTION',
    roff(
      'hsdoctor check reads the state of a home server, here or over SSH, and reports what is wrong, the evidence, and how to fix it. It changes nothing.',
    ),
    '.SH COMMANDS',
    ...documentedCommands.flatMap(ofCommand),
    '.SH FILES',
    ...item('~/.config/hsdoctor/config.toml', 'Settings (docs/settings.md).'),
    ...item('/etc/hsdoctor/config.toml', 'Settings of users who have no file of their own.'),
    ...item('hsdoctor.toml', 'In the folder of a NixOS configuration: how check --source judges it.'),
    ...item('~/.config/immich/api-key', 'API key of Immich, for the upload.'),
    ...item('~/.cache/hsdoctor, ~/.local/state/hsdoctor', 'Checksums, and what was deleted or moved.'),
    '.SH ENVIRONMENT',
    ...item('HSDOCTOR_HOSTS, HSDOCTOR_SUDO, ...', 'The settings of check (docs/settings.md).'),
    ...item(
      'IMMICH_INSTANCE_URL, IMMICH_API_KEY, IMMICH_API_KEY_FILE',
      'Server and API key, for the upload.',
    ),
    ...item('NO_COLOR', 'No colors.'),
    '.SH SEE ALSO',
    '.BR journalctl (1),',
    '.BR systemctl (1),',
    '.BR podman (1),',
    '.BR ssh_config (5)',
    '',
  ].join('\n');
}

function ofCommand({ name, summary, description, args, flags, examples }: DocumentedCommand): string[] {
  const usage = [...args.map(({ usage: word }) => word), ...(flags.length > 0 ? ['[FLAGS]'] : [])].join(' ');
  return [
    `.SS hsdoctor ${roff(name)} ${roff(usage)}`.trimEnd(),
    roff(summary),
    ...description
      .split('\n\n')
      .filter((paragraph) => paragraph !== '')
      .flatMap((paragraph) => ['.PP', roff(paragraph)]),
    ...args.flatMap((arg) => item(arg.name.toUpperCase(), arg.description)),
    ...flags.flatMap((flag) => item(flagText(flag), flag.description)),
    ...(examples.length === 0 ? [] : ['.PP', 'Examples:', '.PP', '.EX', ...examples.map(roff), '.EE']),
  ];
}

function flagText({ name, char, value, allowNo }: DocumentedFlag): string {
  const long = `--${allowNo ? '[no-]' : ''}${name}${value === undefined ? '' : `=${value}`}`;
  return char === undefined ? long : `-${char}, ${long}`;
}

const item = (term: string, text: string): string[] => ['.TP', `\\fB${roff(term)}\\fR`, roff(text)];

/** Nothing of a text is a request, and a hyphen is one that can be typed. */
function roff(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('\n', ' ')
    .replace(/`([^`]+)`/g, '\\fB$1\\fR');
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}
