import { MINUTE, NOW, STARTED, stamp } from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';

/** A service that a target wants, as `systemctl show` prints it: it was stopped. */
export const wanted = (over: Readonly<Record<string, string>> = {}): string =>
  `${Object.entries({
    Id: 'caddy.service',
    LoadState: 'loaded',
    ActiveState: 'inactive',
    Type: 'notify',
    Result: 'success',
    Restart: 'always',
    TriggeredBy: '',
    ConditionResult: 'yes',
    ConditionTimestamp: stamp(STARTED),
    ExecMainStartTimestamp: stamp(STARTED),
    ExecMainCode: '1',
    ExecMainStatus: '0',
    StateChangeTimestamp: stamp(STARTED),
    ...over,
  })
    .map(([key, value]) => `${key}=${value}`)
    .join('\n')}\n\n`;

/** It crashes, and waits to be started again. */
export const LOOP = {
  ActiveState: 'activating',
  SubState: 'auto-restart',
  NRestarts: '7',
  Result: 'exit-code',
  ExecMainStatus: '1',
};

export const cases: KindCases = {
  'not-running': {
    host: { wantedUnits: wanted() },
    near: { wantedUnits: wanted({ ActiveState: 'active' }) },
  },
  'keeps-failing': {
    host: { wantedUnits: wanted(LOOP) },
    near: { wantedUnits: wanted({ ...LOOP, Result: 'success' }) },
  },
  'long-start': {
    host: { wantedUnits: wanted({ ActiveState: 'activating', SubState: 'start' }) },
    near: {
      wantedUnits: wanted({
        ActiveState: 'activating',
        SubState: 'start',
        StateChangeTimestamp: stamp(NOW - MINUTE),
      }),
    },
  },
};
