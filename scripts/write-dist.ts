import { readFileSync, writeFileSync } from 'node:fs';
import { completionWords } from './completion-words.ts';
import { manPage } from './man-page.ts';

const root = new URL('../', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));

writeFileSync(new URL('dist/completion.json', root), JSON.stringify(completionWords));
writeFileSync(new URL('dist/hsdoctor.1', root), manPage(manifest));
