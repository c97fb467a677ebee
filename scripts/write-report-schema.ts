import { writeFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { reportSchema } from '../src/model/report.ts';

const path = new URL('../docs/report.schema.json', import.meta.url);
writeFileSync(path, `${JSON.stringify(z.toJSONSchema(reportSchema), null, 2)}\n`);
