import type { UnitMessage } from '../../facts/host/unit-journal.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import { entryOf } from '../../text/entry.ts';

/** Of Linux, whatever hsdoctor itself runs on. */
const SIGNALS: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  5: 'SIGTRAP',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  10: 'SIGUSR1',
  11: 'SIGSEGV',
  12: 'SIGUSR2',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
  24: 'SIGXCPU',
  25: 'SIGXFSZ',
  31: 'SIGSYS',
};

const EXIT_STATUSES: Readonly<Record<number, string>> = {
  125: 'podman failed (exit status 125)',
  126: 'its command could not be run, or its port could not be bound (exit status 126)',
  127: 'its command does not exist (exit status 127)',
  132: 'its process used an instruction that this processor does not have (SIGILL, exit status 132)',
  137: 'its process was killed (SIGKILL, exit status 137)',
  139: 'its process crashed (SIGSEGV, exit status 139)',
  143: 'its process was terminated (SIGTERM, exit status 143)',
  // From 200 on systemd itself says what it could not do before the program ran.
  200: 'its working directory could not be entered (exit status 200/CHDIR)',
  203: 'the program of its unit could not be executed (exit status 203/EXEC)',
  216: 'the group of its unit does not exist (exit status 216/GROUP)',
  217: 'the user of its unit does not exist (exit status 217/USER)',
  226: 'the filesystem for its unit could not be set up (exit status 226/NAMESPACE)',
  233: 'the runtime directory of its unit could not be made (exit status 233/RUNTIME_DIRECTORY)',
  238: 'the state directory of its unit could not be made (exit status 238/STATE_DIRECTORY)',
  243: 'a credential of its unit could not be read (exit status 243/CREDENTIALS)',
};

/** By systemd's own result, where the number of its last process is no exit status, or not what ended it. */
const RESULTS: Readonly<Record<string, string>> = {
  timeout: 'its start or stop timed out',
  watchdog: 'it stopped reporting to its watchdog',
  'oom-kill': 'it was killed because memory ran out',
  resources: 'systemd could not start its process',
  protocol: 'it did not report to systemd as its unit says',
};

/** A program that ends by a signal in a container has this and the number of the signal as its exit status. */
const BY_SIGNAL = 128;

export const isKilled = ({ result, isSignal }: ContainerUnit) =>
  isSignal || result === 'signal' || result === 'core-dump';

/** What the number of its last process says nothing of. */
export const isOfSystemd = ({ result }: ContainerUnit) => entryOf(RESULTS, result) !== undefined;

/** How its last process ended, in words. */
export function endOf(unit: ContainerUnit): string | undefined {
  const { result, exitStatus } = unit;
  const told = entryOf(RESULTS, result);
  if (told !== undefined) return told;
  if (isKilled(unit)) return `its process was killed by ${signalText(exitStatus)}`;
  return exitStatus === 0 ? undefined : exitText(exitStatus);
}

const signalText = (number: number): string =>
  SIGNALS[number] === undefined ? `signal ${number}` : `${SIGNALS[number]} (signal ${number})`;

function exitText(status: number): string {
  const signal = SIGNALS[status - BY_SIGNAL];
  return (
    EXIT_STATUSES[status] ??
    (signal === undefined
      ? `exit status ${status}`
      : `its process was killed by ${signal} (exit status ${status})`)
  );
}

/** How the last process of a unit ended that was started again since, as systemd wrote it into the journal. */
export function lastEndIn(messages: readonly UnitMessage[]): string | undefined {
  const ended = messages.flatMap(({ from, text }) =>
    from === 'systemd' ? [ENDED.exec(text)].filter((each) => each !== null) : [],
  );
  const [, how, status] = ended.at(-1) ?? [];
  if (how === undefined) return undefined;
  return how === 'exited'
    ? exitText(Number(status))
    : `its process was killed by ${signalText(Number(status))}`;
}

const ENDED = /Main process exited, code=(exited|killed|dumped), status=(\d{1,3})\//;
