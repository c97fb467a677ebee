import { join } from 'node:path';
import { xdgFolder } from '../../../text/home.ts';

export const historyFile = (): string =>
  join(xdgFolder('XDG_STATE_HOME', '.local/state'), 'hsdoctor', 'upload-history.jsonl');
