import { STARTED, stamp } from '../home-server.ts';
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

export const cases: KindCases = {
  'not-running': {
    host: { wantedUnits: wanted() },
    near: { wantedUnits: wanted({ ActiveState: 'active' }) },
  },
};
