import { describe, expect, test } from 'vitest';
import { lineEvent } from '../../../src/facts/host/upload-log-lines.ts';
import { uploadLogs } from '../../../src/facts/host/upload-logs.ts';
import { doubtSince, failuresSince, runsOfLogs } from '../../../src/facts/host/upload-runs.ts';

describe('a line of the log', () => {
  test.each([
    ['2026-03-10 12:00:00 완료', 'done'],
    ['[2026-03-10 12:00:00] [INFO] ✅ 업로드 완료!', 'done'],
    ['=== Immich 업로드 완료 ===', 'done'],
    ['원본 삭제 완료', 'done'],
    ['업로드 완료되었습니다.', 'done'],
    ['완료: 성공 5, 실패 0', 'done'],
    ['완료 (12개 파일, 3초)', 'done'],
    ['완료: 5개 업로드, 2개 건너뜀', 'done'],
    ['업로드 미완료', undefined],
    ['완료되지 않음', undefined],
    ['파일 안정화 완료', undefined],
    ['연결 확인 완료', undefined],
    ['업로드 중: 여행 완료.jpg', undefined],
    ['업로드 완료: 여행.jpg', undefined],
    ['- 여행완료', undefined],
    ['업로드 실패: 여행완료.jpg', 'unclear'],
    ['Unable to upload 여행 완료', 'unclear'],
    ['완료: 성공 0, 실패 5', 'failed-assets'],
    ['성공 0, 실패 5', 'failed-assets'],
    ['0개 성공 / 5개 실패', 'failed-assets'],
    ['실패: 5건, 성공: 7건', 'failed-assets'],
    ['0 uploaded, 5 errors', 'failed-assets'],
    ['uploaded: 7, failed: 5', 'failed-assets'],
    ['Successfully uploaded 0 new assets, 5 failed', 'failed-assets'],
    ['Failed to upload 5 assets', 'failed-assets'],
    ['Failed to upload 0 assets', undefined],
    ['5 uploaded, 0 errors', undefined],
    ['오류 없이 업로드 완료', undefined],
    ['Successfully uploaded 12 new assets', 'uploaded'],
    ['Error: connect ECONNREFUSED', 'unclear'],
    ['알림 전송 실패', 'unclear'],
    ['Killed: 9', 'unclear'],
    ['+ tail upload-immich.error.log', undefined],
  ])('%s', (line, kind) => {
    expect(lineEvent(line)?.kind).toBe(kind);
    if (kind === 'failed-assets') expect(lineEvent(line)?.number).toBe(5);
  });
});

const NOW = Date.parse('2026-03-10T12:00:00Z');
const at = (minute: number) => `2026-03-10 11:${String(minute).padStart(2, '0')}:00`;
const logs = (out: string, error = '', errorAt = NOW) => {
  const log = (kind: string, modifiedAt: number, text: string) =>
    `#log ${kind} 99 ${modifiedAt / 1000} /${kind}\n${text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => ` ${line}\n`)
      .join('')}`;
  const stdout = `#zone +0000\n${log('out', NOW, out)}${error === '' ? '' : log('error', errorAt, error)}#end\n`;
  const result = { outcome: 'ran' as const, durationMs: 1, exitCode: 0, stdout, stderr: '', capped: false };
  const value = uploadLogs.parse(result);
  if (!Array.isArray(value)) throw new Error('a part only');
  return value;
};

describe('a run', () => {
  const doubtful = `${at(1)} 업로드 시작\n${at(2)} 업로드 실패: a.jpg\n${at(3)} 완료`;

  test('that says it is done, and tells of a failure, neither succeeded nor failed', () => {
    expect(runsOfLogs(logs(doubtful))).toMatchObject([{ doubt: { kind: 'unclear' } }]);
    expect(failuresSince(logs(doubtful))).toEqual([]);
    expect(doubtSince(logs(doubtful))?.kind).toBe('unclear');
  });

  test('that succeeded ends the doubt about one before it', () => {
    expect(doubtSince(logs(`${doubtful}\n${at(30)} 업로드 시작\n${at(31)} 완료`))).toBeUndefined();
  });

  test('whose error log was written in it is in doubt, and not for what was written before', () => {
    const out = `${at(10)} 업로드 시작\n${at(11)} Successfully uploaded 0 new assets\n${at(12)} 완료`;
    const written = (minute: number) => Date.parse(`${at(minute).replace(' ', 'T')}Z`);
    expect(doubtSince(logs(out, 'Unable to upload a.jpg', written(11)))?.kind).toBe('unclear');
    expect(doubtSince(logs(out, 'Unable to upload a.jpg', written(5)))).toBeUndefined();
  });

  test('that hsdoctor says succeeded did, whatever it tried before', () => {
    const out = `${at(1)} upload failed, next try in 2 s\n${at(2)} hsdoctor immich upload ended with 0: 3 sent, 3 of 3 files verified`;
    expect(runsOfLogs(logs(out))).toMatchObject([{ uploaded: 3 }]);
    expect(doubtSince(logs(out))).toBeUndefined();
  });
});
