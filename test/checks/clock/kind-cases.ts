import { CLOCK, NOW } from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';

export const UNSYNCHRONIZED = CLOCK.replace('NTPSynchronized=yes', 'NTPSynchronized=no');
const DAEMON = '(?<=Id=systemd-timesyncd.service\\nLoadState=)loaded\\nActiveState=active';

/** The NTP service in another state. */
export const daemon = (state: string, text = UNSYNCHRONIZED) =>
  text.replace(new RegExp(DAEMON), `${state.includes('\n') ? '' : 'loaded\nActiveState='}${state}`);

export const uptime = (seconds: number, text = UNSYNCHRONIZED) =>
  text.replace(/(?<=Uptime=)[\d.]+/, `${seconds}.00`);

const systemAt = (at: number) =>
  `os=Linux\nhostname=minipc\nkernel=6.12\nuid=0\nuser=root\nnow=${at / 1000}\nname=NixOS 25.11\n`;

/** So much ahead of the machine that asks, which waited a second for the answer. */
export const ahead = (ms: number) => ({ answered: { from: NOW - ms - 1000, to: NOW - ms } });

export const cases: KindCases = {
  'wrong-year': {
    host: { system: systemAt(Date.UTC(1970, 0, 1, 0, 3)) },
    near: { system: systemAt(Date.UTC(2024, 0, 1, 0, 3)) },
  },
  differs: {
    host: {},
    near: { clock: { outcome: 'failed', reason: 'no answer' } },
    options: ahead(3_600_000),
  },
  'not-synchronized': { host: { clock: UNSYNCHRONIZED }, near: { clock: CLOCK } },
};
