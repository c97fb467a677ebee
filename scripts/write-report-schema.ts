import { writeFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { reportSchema } from '../src/model/report.ts';
import { statusSchema } from '../src/model/status.ts';
import { uploadReportSchema } from '../src/model/upload-report.ts';

for (const [name, schema] of [
  ['report', reportSchema],
  ['status', statusSchema],
  ['upload-report', uploadReportSchema],
] as const) {
  const path = new URL(`../docs/${name}.schema.json`, import.meta.url);
  writeFileSync(path, `${JSON.stringify(z.toJSONSchema(schema), null, 2)}\n`);
}
