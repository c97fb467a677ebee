import process from 'node:process';
import { expect, test } from 'vitest';
import { container, FAILED, FILESYSTEMS, judgeAll, told, unit } from '../home-server.ts';

const COUNT = 3000;
const many = (line: (at: number) => string) => Array.from({ length: COUNT }, (_, at) => line(at)).join('');

test('as many containers as hung mounts are judged in time that grows with their number', {
  tags: 'hosts',
}, () => {
  const began = process.cpuUsage().user;
  const results = judgeAll({
    units: many((at) => unit(`c${at}`, FAILED)),
    unitCommands: many((at) => `unit podman-c${at}.service\npodman run \n -v /mnt/${at}/x:/data \n x:1 \n`),
    unitJournal: many((at) =>
      told(`podman-c${at}.service`, 'command', `Error: statfs /mnt/${at}/x: no such file or directory`),
    ),
    containers: many((at) =>
      container(`c${at}`, {
        state: 'exited',
        mounts: [{ type: 'bind', source: `/mnt/${at}/x`, destination: '/data', writable: true }],
      }),
    ),
    filesystems: FILESYSTEMS.replace(
      /end\n$/,
      many(
        (at) =>
          `mount ${100 + at} 27 0:50 / /mnt/${at} no nfs4 nas:/${at} -\nhung mount ${100 + at} /mnt/${at}\n`,
      ) +
        many((at) => `declared nas:/d /mnt/d${at} nfs4 -\n`) +
        'end\n',
    ),
  });
  expect(results.find(({ check }) => check === 'storage')?.findings).toHaveLength(1000);
  expect(process.cpuUsage().user - began).toBeLessThan(10_000_000);
});
