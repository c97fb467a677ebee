import type { DeclaredAgent } from '../../facts/config/upload-agents.ts';
import { judgeUploadScript } from './upload-script.ts';

/** Whether an agent of a configuration lets hsdoctor upload: itself, or in the script that it runs. */
export function declaredRunsHsdoctor({ program, arguments: words, scripts }: DeclaredAgent): boolean {
  const line = words.map(({ text }) => text).join(' ');
  if (/hsdoctor\S* +immich +upload(?: |$)/.test(line)) return true;
  if (/(?:^|[/}])hsdoctor$/.test(program?.word.text ?? '')) return true;
  const read = scripts.map(({ text }) => judgeUploadScript(text));
  return read.some(({ callsHsdoctor }) => callsHsdoctor) && read.every(({ cli }) => cli.length === 0);
}
