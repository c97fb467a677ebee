import { expect, test } from 'vitest';
import { isProtected } from '../../src/checks/shared/protected-folders.ts';

test.each([
  ['/Users/ann/Documents', true],
  ['/Users/ann/documents/photos', true],
  ['/Users/ann/Documents-old', false],
  ['/Users/ann/photos/Documents', false],
  ['/Users/bob/Documents', false],
  ['/Users/ann/Library/Mobile Documents/com~apple~CloudDocs/photos', true],
  ['/Users/ann/Library/CloudStorage/Other', true],
  ['/Users/ann/Library/Logs', false],
  ['/Volumes/card', true],
  ['/Volumes-of-mine/card', false],
  ['/Users/ann/FolderActions/upload-immich', false],
])('macOS protects %s: %s', (path, expected) => {
  expect(isProtected(path, '/Users/ann')).toBe(expected);
});
