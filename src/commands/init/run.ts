import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { configuredHosts } from '../../collect/ssh-config.ts';
import { USUAL_KEY_FILE } from '../../settings/api-key.ts';
import { SYSTEM_FILE, userFileName } from '../../settings/file.ts';
import {
  hasUserFile,
  type NewSettings,
  requireSettings,
  settingsText,
  writeUserFile,
} from '../../settings/new-file.ts';
import { byComma } from '../../settings/origins.ts';
import { DEFAULTS } from '../../settings/settings.ts';
import { expandHome } from '../../text/home.ts';
import { quote } from '../../text/shell.ts';
import { UsageError } from '../../text/usage-error.ts';
import { visible } from '../../text/visible.ts';
import { refuseKeyFlag } from '../immich/no-key-flag.ts';
import { NotAnswered, type Questions, questions } from './questions.ts';

const INTERRUPTED = 130;
const MOST_NAMED = 5;

interface InitFlags {
  readonly host?: readonly string[] | undefined;
  readonly sudo?: boolean | undefined;
  readonly configuration?: string | undefined;
  readonly url?: string | undefined;
  readonly 'key-file'?: string | undefined;
  readonly photos?: string | undefined;
  readonly print: boolean;
  readonly yes: boolean;
  readonly key?: string | undefined;
}

/** What is known of the answers; undefined where nobody has said anything. */
interface Answers {
  readonly hosts?: readonly string[] | undefined;
  readonly sudo?: boolean | undefined;
  readonly configuration?: string | undefined;
  readonly url?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly photos?: string | undefined;
}

/** @returns the exit status */
export async function init({ key, print, yes, ...flags }: InitFlags): Promise<number> {
  refuseKeyFlag(key);
  const given = { ...flags, hosts: flags.host && wordsOf(flags.host), keyFile: flags['key-file'] };
  requireSettings(settingsOf(given), (name) => `--${name === 'hosts' ? 'host' : name}`);
  if (print) {
    process.stdout.write(await settingsText(settingsOf(given)));
    return 0;
  }
  const isThere = await hasUserFile();
  if (yes) return await withoutQuestions(given, isThere);
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw new UsageError(
      'init asks its questions on a terminal: run it on one, or answer by flags and add --yes or --print',
    );
  const asking = questions();
  try {
    return await interview(given, isThere, asking);
  } catch (error) {
    if (!(error instanceof NotAnswered)) throw error;
    process.stdout.write('\nNothing was written.\n');
    return INTERRUPTED;
  } finally {
    asking.end();
  }
}

async function withoutQuestions(given: Answers, isThere: boolean): Promise<number> {
  if (isThere)
    throw new UsageError(
      `${userFileName()} exists, and --yes does not replace it: run \`hsdoctor init\` on a terminal, or move the file away`,
    );
  await writeUserFile(await settingsText(settingsOf(given)), false);
  await tellNext(given, undefined);
  return 0;
}

async function interview(given: Answers, isThere: boolean, asking: Questions): Promise<number> {
  process.stdout.write(`${await introduction(isThere)}\n`);
  const answers = await asked(given, asking);
  const text = await settingsText(settingsOf(answers));
  process.stdout.write(`\n${userFileName()}:\n\n${indented(text)}\n`);
  const question = isThere
    ? `Replace ${userFileName()} by this? A copy of it is kept.`
    : `Write this to ${userFileName()}?`;
  if (!(await asking.agree(question, !isThere))) {
    process.stdout.write('Nothing was written.\n');
    return 0;
  }
  await tellNext(answers, await writeUserFile(text, isThere));
  return 0;
}

async function introduction(isThere: boolean): Promise<string> {
  const name = userFileName();
  const lines = [
    `These questions are about your settings file, ${name}. Enter takes the answer in brackets.`,
    ...(isThere ? [`It exists already. You are asked again before it is replaced.`] : []),
    ...(!isThere && (await exists(SYSTEM_FILE))
      ? [`${SYSTEM_FILE} applies now; hsdoctor will not read it any more once you have a file of your own.`]
      : []),
  ];
  return `${lines.map(visible).join('\n')}\n`;
}

async function asked(given: Answers, asking: Questions): Promise<Answers> {
  const hosts = given.hosts ?? (await asking.ask(hostQuestion(), '', (answer) => hostsIn(answer)));
  const isServer = hosts.length > 0 || process.platform === 'linux';
  const isRoot = hosts.length === 0 && process.getuid?.() === 0;
  const sudo =
    given.sudo ??
    (isServer && !isRoot
      ? await asking.agree('Check as root, through sudo? Only root can read containers and secrets.', true)
      : undefined);
  const valid = (settings: NewSettings) => requireSettings(settings, (name) => name);
  const configuration =
    given.configuration ??
    (isServer
      ? await asking.ask(
          'Folder of the NixOS configuration on the server, shown in fixes',
          DEFAULTS.configuration,
          (answer) => {
            valid({ configuration: answer });
            return answer;
          },
        )
      : undefined);
  const url =
    given.url ??
    (await asking.ask('URL of Immich, such as http://minipc:2283', '', (answer) => {
      valid(answer === '' ? {} : { immich: { url: answer } });
      return answer;
    }));
  const photos =
    given.photos ??
    (url === ''
      ? undefined
      : await asking.ask('Folder of this machine with photos to upload', '', (answer) => answer));
  return { ...given, hosts, sudo, configuration, url, photos };
}

function hostQuestion(): string {
  const known = configuredHosts().slice(0, MOST_NAMED);
  const named = known.length === 0 ? '' : `; ~/.ssh/config has ${known.join(', ')}`;
  return `Hosts to check over SSH, separated by commas (none: this machine${named})`;
}

function hostsIn(answer: string): readonly string[] {
  const hosts = wordsOf([answer]);
  requireSettings({ check: { hosts } }, (name) => name);
  return hosts;
}

const wordsOf = (values: readonly string[]) =>
  byComma(values)
    .map((word) => word.trim())
    .filter((word) => word !== '');

/** What has no effect is left out: an empty answer, and what hsdoctor takes anyway. */
function settingsOf({ hosts = [], sudo, configuration, url, keyFile }: Answers): NewSettings {
  const check = {
    ...(hosts.length === 0 ? {} : { hosts }),
    ...(sudo === undefined || sudo === DEFAULTS.sudo ? {} : { sudo }),
  };
  const immich = { ...(url ? { url } : {}), ...(keyFile ? { 'key-file': keyFile } : {}) };
  return {
    ...(configuration && configuration !== DEFAULTS.configuration ? { configuration } : {}),
    ...(Object.keys(check).length === 0 ? {} : { check }),
    ...(Object.keys(immich).length === 0 ? {} : { immich }),
  };
}

async function tellNext(answers: Answers, copy: string | undefined): Promise<void> {
  const written = `Written: ${userFileName()}${copy === undefined ? '' : `; the file before is kept as ${userFileName(copy)}`}`;
  const steps = ['hsdoctor self-check', 'hsdoctor check', ...(await immichSteps(answers))];
  process.stdout.write(
    `${[written, '', 'Next:', ...steps.map((step) => `  ${step}`)].map(visible).join('\n')}\n`,
  );
}

async function immichSteps({ url, keyFile, photos }: Answers): Promise<string[]> {
  if (!url) return [];
  const file = keyFile || join('~', USUAL_KEY_FILE);
  const isKeyMissing = !(await exists(expandHome(file)));
  const folder = photos ? fileWord(photos) : undefined;
  return [
    ...(isKeyMissing
      ? [`put the API key of Immich (Account Settings > API Keys) in ${file}, with mode 600`]
      : []),
    'hsdoctor immich ping',
    ...(folder === undefined
      ? []
      : [
          process.platform === 'darwin'
            ? `hsdoctor agent install ${folder} --test-photo`
            : `hsdoctor immich upload ${folder}`,
        ]),
  ];
}

/** For a shell, which replaces a tilde only where it is not quoted. */
const fileWord = (path: string) =>
  path === '~' || path.startsWith('~/') ? `~/${path.length > 2 ? quote(path.slice(2)) : ''}` : quote(path);

const exists = async (path: string) => (await stat(path).catch(() => undefined)) !== undefined;

const indented = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '\n' : `  ${visible(line)}\n`))
    .join('');
