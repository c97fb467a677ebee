import { preparedRoot, suites } from './root.ts';
import { whyNoLab } from './support.ts';

/** Refuses where the lab cannot run, so that it is never counted as passed there. */
export default async function setup(): Promise<void> {
  const reason = whyNoLab();
  if (reason !== undefined) throw new Error(`The lab did not run. ${reason}`);
  for (const suite of suites) await preparedRoot(suite);
}
