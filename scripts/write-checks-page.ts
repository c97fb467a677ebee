import { writeFileSync } from 'node:fs';
import { checks } from '../src/engine/catalogue.ts';
import { checksPage } from '../src/report/checks-page.ts';

writeFileSync(new URL('../docs/checks.md', import.meta.url), checksPage(checks));
