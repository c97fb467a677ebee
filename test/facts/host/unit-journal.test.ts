import { describe, expect, test } from 'vitest';
import { unitJournal } from '../../../src/facts/host/unit-journal.ts';
import { messageBytes } from '../../checks/home-server.ts';
import { expectValue, Sandbox } from './sandbox.ts';

const UNIT = 'podman-plex.service';
let clock = 0;

/** A line of the journal, as journalctl prints it in JSON. */
function line(from: 'systemd' | 'command', message: unknown, unit = UNIT): string {
  clock += 1;
  return JSON.stringify({
    __REALTIME_TIMESTAMP: String(1_700_000_000_000_000 + clock * 1000),
    MESSAGE: message,
    ...(from === 'systemd' ? { UNIT: unit, _SYSTEMD_UNIT: 'init.scope' } : { _SYSTEMD_UNIT: unit }),
  });
}

/** The messages of a host whose journal has these lines, the oldest first; `states` are those of its units. */
async function messages(journal: readonly string[], states: Readonly<Record<string, string>> = {}) {
  const sandbox = new Sandbox();
  const units = Object.entries({ [UNIT]: 'failed', ...states });
  const active = units.flatMap(([id, state]) =>
    state === 'active' ? [`${id} loaded active running x`] : [],
  );
  sandbox.program(
    'systemctl',
    `case "$*" in
*--state=active*) printf '%s\\n' ${active.map((each) => `'${each}'`).join(' ') || "''"} ;;
list-units*) printf '%s\\n' ${units.map(([id, state]) => `'${id} loaded ${state} x x'`).join(' ')} ;;
esac`,
  );
  const file = sandbox.write('journal', `${journal.toReversed().join('\n')}\n`);
  sandbox.program('journalctl', `case "$*" in *--reverse*) cat ${file} ;; esac`);
  return expectValue(await sandbox.fact(unitJournal));
}
const textsOf = async (...given: Parameters<typeof messages>) =>
  (await messages(...given)).map(({ text }) => text);

describe('what the commands of a unit say', () => {
  test('is kept of one that is not up, whatever it is', async () => {
    const said = 'Error: something that nobody has thought of';
    expect(await textsOf([line('command', said)])).toEqual([said]);
    expect(await textsOf([line('command', said)], { [UNIT]: 'active' })).toEqual([]);
    expect(
      await textsOf([line('command', 'Error: statfs /srv: no such file')], { [UNIT]: 'active' }),
    ).toHaveLength(1);
  });

  test('is kept to its end: what is cut is the oldest', async () => {
    const all = Array.from({ length: 50 }, (_, n) => `line ${n}`);
    const kept = await textsOf(all.map((text) => line('command', text)));
    expect(kept).toEqual(all.slice(-20));
  });

  test('is kept of each unit, however much another one says', async () => {
    const loud = Array.from({ length: 3000 }, (_, n) => line('command', `noise ${n}`));
    const quiet = line('command', 'Error: the reason', 'podman-wiki.service');
    const all = await messages([quiet, ...loud], { 'podman-wiki.service': 'failed' });
    expect(all.filter(({ unit }) => unit === 'podman-wiki.service')).toMatchObject([
      { text: 'Error: the reason' },
    ]);
  });

  test('is text where journalctl prints numbers, which it does of colors and of names in another encoding', async () => {
    const colored = messageBytes(
      '\u001b[31mError: statfs /srv/"a\\b"/Fotos für Öma: no such file or directory\u001b[0m',
    );
    for (const state of ['failed', 'active'])
      expect(await textsOf([line('command', colored)], { [UNIT]: state })).toEqual([
        'Error: statfs /srv/"a\\b"/Fotos für Öma: no such file or directory',
      ]);
    const latin = [...messageBytes('Error: statfs /srv/'), 252, 120];
    expect(await textsOf([line('command', latin)])).toEqual(['Error: statfs /srv/\ufffdx']);
  });

  test('is said to be too long where journalctl leaves it out', async () => {
    expect(await textsOf([line('command', null)])).toEqual([expect.stringContaining('more than 4096 bytes')]);
  });
});

describe('what systemd says of a unit', () => {
  const restarts = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, n) =>
      line('systemd', `${UNIT}: Scheduled restart job, restart counter is at ${from + n}.`),
    );

  test('is kept where it may be asked for', async () => {
    const all = [
      'Failed at step EXEC spawning /x: No such file',
      'A process of this unit has been killed by the OOM killer.',
      'systemd-oomd killed 12 process(es) in this unit.',
      'Consumed 1s CPU time.',
    ];
    expect(await textsOf(all.map((text) => line('systemd', `${UNIT}: ${text}`)))).toHaveLength(3);
  });

  test('of a unit that fails all day the newest is kept, and when its present run began', async () => {
    const began = [
      line('systemd', 'Starting a run of before...'),
      line('systemd', `Starting ${UNIT}...`),
      line('systemd', `Started ${UNIT}.`),
    ];
    const kept = await textsOf([...began, ...restarts(1, 2000)]);
    expect(kept.slice(0, 3)).toEqual([
      `Starting ${UNIT}...`,
      `Started ${UNIT}.`,
      expect.stringContaining('is at 1.'),
    ]);
    expect(kept.at(-1)).toContain('is at 1999.');
    expect(kept.length).toBeLessThan(500);
  });
});

test('a collection of an older hsdoctor, the oldest first, is read as it was', () => {
  const journal = ['Error: a', 'Error: b'].map((text) => line('command', text));
  const read = (all: readonly string[]) =>
    unitJournal.parse({ exitCode: 0, stdout: `${all.join('\n')}\n`, stderr: '', capped: false });
  for (const all of [journal, journal.toReversed()])
    expect(read(all)).toMatchObject({ value: [{ text: 'Error: a' }, { text: 'Error: b' }] });
  expect(read([line('command', messageBytes('Error: \u001b[1mc'))])).toMatchObject({
    value: [{ text: 'Error: c' }],
  });
});
