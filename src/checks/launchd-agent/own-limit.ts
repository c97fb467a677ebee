import { isShell, readShell } from '../../text/shell-script.ts';

/** A process that the script ends after a time, whatever it runs: of the shell, or of perl. */
const WATCHDOG = /\bkill\b.*\$!|\balarm\b|watchdog/;

/** Programs that only ask, wait or tell: a limit of theirs is none of the upload. */
const ASIDE = /^(?:curl|wget|nc|ping|tailscale|ssh|sleep|wait|lsof|osascript|rsync)$/;

/** Whether something in a script ends an upload that hangs: launchd does not. */
export function limitsItself(text: string): boolean {
  const withoutComments = text.replace(/^\s*#.*$/gm, '');
  if (WATCHDOG.test(withoutComments)) return true;
  const script = readShell(text);
  return script.commands.some(({ words }) => {
    const values = words.map((word) => script.valuesOf(word)[0] ?? '');
    const [program = '', ...rest] = values.map((value) => value.replace(/^.*\//, ''));
    if (program === 'curl')
      return (
        values.some((value) => /\/assets\b/.test(value)) &&
        rest.some((word) => /^(?:-m|--max-time)/.test(word))
      );
    const limit = values.findIndex((value) => /(?:^|\/)g?timeout$/.test(value));
    if (limit < 0) return false;
    const [, limited = ''] = rest.slice(limit).filter((word) => !word.startsWith('-'));
    return isShell(limited) ? /\bupload\b/.test(values.join(' ')) : !ASIDE.test(limited);
  });
}
