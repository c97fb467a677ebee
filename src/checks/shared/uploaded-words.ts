import type { LaunchAgent } from '../../facts/host/launch-agents.ts';
import { runsHsdoctor } from '../../facts/host/upload-agent.ts';
import type { UploadScriptText } from '../../facts/host/upload-script.ts';
import { quote } from '../../text/shell.ts';
import { readShell } from '../../text/shell-script.ts';

/** What a word may stand for. */
type Values = readonly string[];

/** Of each upload that an agent or its script runs, the words behind `upload`. */
export function uploadedWords(
  agent: LaunchAgent,
  uploadScript: readonly UploadScriptText[] | undefined,
  home: string,
): readonly (readonly Values[])[] {
  return wordsOf(agent, uploadScript, home).flatMap((words) => {
    const upload = words.findIndex(([value]) => value === 'upload');
    return upload > 0 ? [words.slice(upload + 1)] : [];
  });
}

/** The words of every command that an agent or its script runs. */
function wordsOf(
  agent: LaunchAgent,
  uploadScript: readonly UploadScriptText[] | undefined,
  home: string,
): readonly (readonly Values[])[] {
  const text = runsHsdoctor(agent)
    ? agent.arguments.map(quote).join(' ')
    : (uploadScript?.find(({ path }) => path === agent.program.path)?.text ?? '');
  const script = readShell(text);
  return script.commands.map(({ words }) =>
    words.map((word) => script.valuesOf(word).map((value) => value.replace(/^\$HOME(?=\/)/, home))),
  );
}

/**
 * Whether the upload of a folder takes what is in its subfolders: `skipped` where it is known not to, `chosen` where the
 * agent or its script names subfolders or says that it leaves them out, `undefined` where that is not known.
 */
export function subfoldersOf(
  agent: LaunchAgent | undefined,
  uploadScript: readonly UploadScriptText[] | undefined,
  folder: string,
  home: string,
): 'taken' | 'skipped' | 'chosen' | undefined {
  if (agent === undefined) return undefined;
  const all = wordsOf(agent, uploadScript, home).flat(2);
  const whole = [folder, `${folder}/`, `${folder}/.`];
  const uploads = uploadedWords(agent, uploadScript, home);
  const has = (words: readonly Values[], is: (value: string) => boolean) =>
    words.some((each) => each.length > 0 && each.every(is));
  const ofFolder = uploads.filter((words) => has(words, (value) => whole.includes(value)));
  if (ofFolder.some((words) => has(words, (value) => RECURSIVE.test(value)))) return 'taken';
  if (all.some((value) => value.startsWith(`${folder}/`) && !whole.includes(value) && !/[*?[]/.test(value)))
    return 'chosen';
  if (ofFolder.length === 0 || ofFolder.length < uploads.length) return undefined;
  if (runsHsdoctor(agent))
    return ofFolder.every((words) => has(words, (value) => value === '--no-recursive'))
      ? 'chosen'
      : undefined;
  return ofFolder.some((words) => words.some(mayBeOption)) ? undefined : 'skipped';
}

const RECURSIVE = /^(?:--recursive|-[a-zA-Z]*r[a-zA-Z]*)$/;

/** What is not known may be the option for subfolders. */
const mayBeOption = (values: Values) => values.length !== 1 || /^[\uE000\uE001]/.test(values[0] ?? '');
