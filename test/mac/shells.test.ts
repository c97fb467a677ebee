/** @module-tag hosts */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lockText } from '../../src/model/upload-lock.ts';
import { API_KEY, HOUR, LABEL, SCRIPT, TestMac, WATCHED } from '../support/mac.ts';
import { SHELLS, whyNoStandIns } from '../support/shells.ts';

let mac: TestMac;
beforeEach(() => {
  mac = new TestMac();
});
afterEach(() => mac.remove());

/** What the checks that apply to a Mac say that is not ok. */
const faults = async (shell: readonly string[]) =>
  (await mac.check(shell)).results
    .filter(({ status }) => status !== 'ok' && status !== 'skipped')
    .map(({ check, status }) => `${check}: ${status}`);

const described = SHELLS.map((shell) => {
  const reason = whyNoStandIns(shell);
  return [`${shell.name}${reason}`, shell.command, reason] as const;
});
describe.each(described)('under %s', (_, command, reason) => {
  test.skipIf(reason !== '')('a Mac that is well is well, and one that is sick is sick', async () => {
    expect(await faults(command)).toEqual([]);
    mac.service(LABEL, { 'last exit code': '126' });
    mac.lock('upload-immich.lock', '4711\n', HOUR);
    mac.lock('hsdoctor-upload-0123456789ab.lock', 'broken\n', HOUR);
    const owner = {
      pid: 4711,
      procStart: 'Tue Mar 10 18:00:00 2026',
      nonce: '0123456789abcdef',
      startedAt: '2026-03-10T18:00:00.000Z',
      folder: `${mac.home}/${WATCHED} "1"`,
    };
    mac.lock('hsdoctor-upload-111111111111.lock', lockText(owner), HOUR);
    mac.pings('', { exit: 7 });
    mac.link(API_KEY, '/gone');
    mac.file(`${WATCHED}/IMG_0001.HEIC`, 'x', { age: HOUR });
    mac.file(SCRIPT, 'bunx @immich/cli upload --delete\n', { mode: 0o755 });
    mac.log([HOUR, 'CLI 종료 코드: 1']);
    expect(await faults(command)).toEqual([
      'launchd-agent: fail',
      'upload-lock: fail',
      'upload-log: fail',
      'upload-credentials: unknown',
      'upload-folder: fail',
      'immich-reachable: fail',
      'upload-safety: fail',
    ]);
  });
});
