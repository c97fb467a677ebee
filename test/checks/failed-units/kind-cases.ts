import type { KindCases } from '../kind-cases.ts';

const failing = (id: string) => ({ failedUnits: `Id=${id}\nResult=exit-code\nDescription=x\n` });

export const cases: KindCases = {
  failed: { host: failing('mnt-backup.mount'), near: failing('podman-immich-server.service') },
};
